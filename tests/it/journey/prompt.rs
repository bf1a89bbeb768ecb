//! What is sent to the shell while it has no prompt.

use std::fs;

use super::driver::{Options, Program};
use super::losses::Engine;

const LESSON: &str = "---\nformat: 1\ntitre: Deux volumes\nduree: 5 min\nobjectifs: [Ranger]\n---\n\n\
                      ## La cale\n\n```commande\ndocker volume create babord\n```\n\n\
                      ```commande\ndocker volume create tribord\n```\n";

/// Opens the lesson above in a bash whose prompt needs some lines of its own.
fn open(engine: &Engine, folder: &std::path::Path, bashrc: &str) -> Program {
    let lesson = folder.join("cours/01-volumes");
    fs::create_dir_all(&lesson).unwrap();
    fs::write(lesson.join("lecon.md"), LESSON).unwrap();
    let course = folder.join("cours").display().to_string();
    let mut program = Options::on(&engine.url())
        .argument("--lecons")
        .argument(&course)
        .bashrc(bashrc)
        .size(40, 120)
        .start();
    program.wait_for("Deux volumes");
    program.type_text("\r");
    program.wait_for("$ docker volume create babord");
    program.wait_for("bord$");
    program
}

/// The command has ended, and the shell is not there yet: the next line waits for it.
#[test]
fn a_line_sent_before_the_prompt_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(&folder.path().join("s"));
    let mut program = open(&engine, folder.path(), "PROMPT_COMMAND='sleep 1'\n");
    program.type_text("\r");
    program.wait_for("code 0");
    program.type_text("j\r");
    program.wait_for("commande 2/2");
    program.wait_for("tribord");
    program.type_text("\x07q");
    assert_eq!(program.wait_for_end(), 0);
}

/// A program that runs has the terminal: the line is not typed in it.
#[test]
fn a_line_is_not_typed_in_a_program_that_runs() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(&folder.path().join("s"));
    let mut program = open(&engine, folder.path(), "");
    program.type_text("t");
    program.settle();
    program.type_text("cat\r");
    program.wait_for("$ cat");
    program.settle();
    program.type_text("\x07l");
    program.settle();
    program.type_text("\r");
    program.wait_for("Un programme tient le terminal");
    program.type_text("\x07q");
    assert_eq!(program.wait_for_end(), 0);
}
