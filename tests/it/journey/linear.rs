//! The linear mode: lines in, lines out.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use moussaillon::lesson::{Block, Choice, Course, Lesson};

use super::driver::{Options, Program};
use super::lesson::is_asked;

/// Gives these lines to the program by a pipe, in this home.
fn told(engine: &str, home: &std::path::Path, lines: &[String]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_moussaillon"));
    command
        .args(["--lineaire", "--moteur", engine])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("SHELL", "/bin/bash")
        .current_dir(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let text = lines.join("\n") + "\n";
    // The program reads it as it goes.
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The letter of the first choice that is so.
fn letter(choices: &[Choice], right: bool) -> char {
    let index = choices.iter().position(|it| it.right == right).unwrap();
    char::from(b'a' + u8::try_from(index).unwrap())
}

/// What somebody types to do all that the first parts of the lesson ask.
fn script(lesson: &Lesson, parts: usize) -> Vec<String> {
    let mut lines = vec![format!(":ouvrir {}", lesson.id)];
    for section in lesson.sections.iter().take(parts) {
        let mut rank = 0;
        let mut send = |lines: &mut Vec<String>| {
            rank += 1;
            lines.push(format!(":envoyer {rank}"));
        };
        for block in &section.blocks {
            match block {
                Block::Command(_) | Block::File(_) => send(&mut lines),
                Block::Prediction(it) => {
                    lines.push(format!(":choix {}", letter(&it.choices, false)));
                    send(&mut lines);
                }
                Block::Misconception(it) => {
                    it.experiment.iter().for_each(|_| send(&mut lines));
                    lines.push(":montrer".to_owned());
                }
                Block::Observation(_) => {
                    send(&mut lines);
                    lines.push(":réponse à côté".to_owned());
                    lines.push(":montrer".to_owned());
                }
                Block::Quiz(it) => {
                    lines.push(format!(":choix {}", letter(&it.choices, false)));
                    lines.push(format!(":choix {}", letter(&it.choices, true)));
                }
                Block::Exercise(it) => {
                    lines.push(":indice".to_owned());
                    lines.extend(it.solution.iter().cloned());
                    let mut unused = Vec::new();
                    it.solution.iter().for_each(|_| send(&mut unused));
                }
                Block::Diagram(_) | Block::Recap(_) | Block::Prose(_) | Block::Note(_) => {}
            }
        }
        lines.push(":suite".to_owned());
    }
    lines.push(":accueil".to_owned());
    lines
}

/// The introduction and a whole part, from a script to a text; the progress is that of the screen.
#[test]
fn a_part_of_a_lesson_is_done_in_a_pipe() {
    const PARTS: usize = 2;
    let course = Course::embedded();
    let lesson = course.find("image-conteneur").unwrap().load().unwrap();
    let home = tempfile::tempdir().unwrap();
    let output = told("simule", home.path(), &script(&lesson, PARTS));
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    assert!(!said.contains('\x1b'), "a control sequence: {said}");
    for sign in ['✔', '✘', '│', '▌', '●'] {
        assert!(!said.contains(sign), "{sign}: {said}");
    }
    let said = said.replace('\u{a0}', " ");
    for words in [
        "Nouveau\u{a0}: conteneur jumeau1, état en cours (running)",
        "Indice 1 sur",
        "Exercice réussi.",
        "faux. ",
        "En fait\u{a0}: ",
        "juste. ",
        "Partie 3 sur 5",
        "3. Image ou conteneur ?, 40 minutes, commencée.",
    ] {
        assert!(
            said.contains(&words.replace('\u{a0}', " ")),
            "{words}: {said}"
        );
    }
    let progress = home
        .path()
        .join(".local/state/moussaillon/progression.json");
    let kept: serde_json::Value =
        serde_json::from_slice(&std::fs::read(progress).unwrap()).unwrap();
    let kept = kept.to_string();
    let asked = lesson.sections.iter().take(PARTS).flat_map(|it| &it.blocks);
    for id in asked.filter(|it| is_asked(it)).filter_map(Block::id) {
        assert!(kept.contains(id), "{id}: {kept}");
    }
    let again = text(&told(
        "simule",
        home.path(),
        &[":ouvrir image-conteneur".to_owned()],
    ));
    assert!(again.contains("La couche inscriptible"), "{again}");
}

/// The same on any engine: a command, what it writes, and how it ended.
#[test]
fn commands_run_on_the_engine() {
    let engine = std::env::var("MOUSSAILLON_TEST_ENGINE").unwrap_or_else(|_| "simule".to_owned());
    let home = tempfile::tempdir().unwrap();
    let lines = [
        "docker ps",
        ":ouvrir 3",
        "echo un; seq 1 500 | tail -n 1",
        "docker version --format '{{.Client.Os}}'",
        "docker rmi nulle-part:0",
        ":bidon",
        "cat",
        ":taper relu",
    ];
    let lines: Vec<String> = lines.iter().map(|it| (*it).to_owned()).collect();
    let output = told(&engine, home.path(), &lines);
    let said = text(&output).replace('\u{a0}', " ");
    assert!(output.status.success(), "{said}");
    for words in [
        "Ouvrez d’abord une leçon",
        "\nun\n500\n",
        "\nlinux\n",
        "No such image: nulle-part:0",
        "La commande a échoué, code 1.",
        "« :bidon » n’est pas un mot",
        "relu\nrelu\n",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
}

/// On a terminal that knows nothing, somebody types; Ctrl-C twice leaves.
#[test]
fn a_dumb_terminal_will_do() {
    let options = Options::on("simule").argument("--lineaire");
    let mut program = options.size(200, 100).variable("TERM", "dumb").start();
    wait_for_prompt(&mut program, "La prochaine pour vous");
    assert!(!program.screen().alternate_screen());
    program.type_text(":ouvrir 3\r");
    wait_for_prompt(&mut program, "Partie 1 sur");
    program.type_text("echo $((40 + 2))\r");
    wait_for_prompt(&mut program, "echo $((40 + 2)) 42");
    program.type_text("sleep 3600\r");
    program.settle();
    program.type_text("\x03");
    wait_for_prompt(&mut program, "La commande a échoué, code 130.");
    program.type_text("\x03");
    wait_for_prompt(&mut program, "ou Ctrl-C encore.");
    program.type_text("\x03");
    assert_eq!(program.wait_for_end(), 130);
    program.assert_restored();
}

/// Waits for these words, then for the prompt on the last line.
#[track_caller]
fn wait_for_prompt(program: &mut Program, words: &str) {
    program.wait_for(words);
    program.wait_until("the prompt", |it| it.text().trim_end().ends_with("\n>"));
}
