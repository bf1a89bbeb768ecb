//! Beginning, end, and what happens to the terminal.

use super::driver::{Options, Program};

/// These journeys are the same on any engine: the simulated one, or the one that is named.
fn engine() -> String {
    std::env::var("MOUSSAILLON_TEST_ENGINE").unwrap_or_else(|_| "simule".to_owned())
}

/// The lesson, on the home screen.
const LESSON: &str = "Image ou conteneur ?";

#[test]
fn it_starts_and_quits_with_the_terminal_as_it_was() {
    for (rows, cols) in [(24, 80), (40, 120)] {
        let mut program = Options::on(&engine()).size(rows, cols).start();
        program.wait_for(LESSON);
        assert!(program.screen().alternate_screen());
        program.type_text("q");
        assert_eq!(program.wait_for_end(), 0);
        program.assert_restored();
    }
}

#[test]
fn a_signal_ends_it_with_the_terminal_as_it_was() {
    for (name, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let mut program = Options::on(&engine()).start();
        program.wait_for(LESSON);
        program.signal(name);
        assert_eq!(program.wait_for_end(), code, "{name}");
        program.assert_restored();
    }
}

#[test]
fn a_tiny_terminal_is_told_and_left() {
    let mut program = Options::on(&engine()).start();
    program.wait_for(LESSON);
    program.resize(5, 10);
    program.wait_until("something small", |it| !it.text().trim().is_empty());
    program.settle();
    program.resize(1, 1);
    program.settle();
    program.resize(24, 80);
    program.wait_for(LESSON);
    program.type_text("q");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}

#[test]
fn it_starts_in_a_tiny_terminal() {
    let mut program = Options::on(&engine()).size(5, 10).start();
    program.wait_until("something small", |it| !it.text().trim().is_empty());
    program.resize(24, 80);
    program.wait_for(LESSON);
    program.type_text("q");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}

/// Opens the lesson, with its shell.
fn open(options: Options) -> Program {
    let mut program = options.size(40, 120).start();
    program.wait_for(LESSON);
    program.wait_without("connexion");
    program.type_text("\r");
    program.wait_for("$");
    program
}

#[test]
fn commands_typed_ahead_each_have_what_they_changed() {
    let mut program = open(Options::on(&engine()));
    let of_test = std::process::id();
    let (one, two) = (format!("un-{of_test}"), format!("deux-{of_test}"));
    program.type_text(&format!(
        "docker volume create {one}\rdocker volume create {two}\rdocker volume rm {one}\r"
    ));
    program.wait_for("3/3");
    // Its last event has come.
    program.wait_for(&format!("- {one}"));
    let shown = |program: &Program, sign: char| {
        let signs = [&one, &two].map(|name| program.text().contains(&format!("{sign} {name}")));
        (signs[0], signs[1])
    };
    assert_eq!(shown(&program, '+'), (false, false), "{}", program.text());
    program.type_text("\x07e\x1b[D");
    program.wait_for("2/3");
    program.wait_for(&format!("+ {two}"));
    assert_eq!(shown(&program, '+'), (false, true), "{}", program.text());
    program.type_text("\x1b[D");
    program.wait_for("1/3");
    program.wait_for(&format!("+ {one}"));
    assert_eq!(shown(&program, '-'), (false, false), "{}", program.text());
    program.type_text(&format!("\x07tdocker volume rm {two}\r"));
    program.wait_for(&format!("- {two}"));
}

fn leave(mut program: Program) {
    program.type_text("\x07q");
    assert_eq!(program.wait_for_end(), 0);
    program.assert_restored();
}

#[test]
fn a_panel_that_panics_does_not_take_the_rest_with_it() {
    for panel in ["etat", "terminal", "lecon"] {
        let options = Options::on(&engine()).variable("MOUSSAILLON_TEST_PANIC", panel);
        let mut program = options.size(40, 120).start();
        program.wait_for(LESSON);
        program.type_text("\r");
        program.wait_for("Ce panneau a rencontré une erreur interne");
        leave(program);
    }
}

#[test]
fn the_shell_can_end_and_be_opened_again() {
    let mut program = open(Options::on(&engine()));
    program.type_text("t");
    program.settle();
    program.type_text("exit 3\r");
    program.wait_for("Le shell s’est terminé (code 3)");
    program.type_text("\x07o");
    program.wait_without("Le shell s’est terminé");
    program.type_text("echo encore $((40 + 2))\r");
    program.wait_for("encore 42");
    leave(program);
}

/// A program that floods the terminal holds neither the keys nor the other panels.
#[test]
fn a_flood_leaves_the_keys_alive() {
    let mut program = open(Options::on(&engine()));
    program.type_text("t");
    program.settle();
    program.type_text("yes inondation\r");
    program.wait_for("inondation");
    program.type_text("\x07?");
    program.wait_for("Partout");
    program.type_text("\x1b");
    program.wait_without("Partout");
    program.type_text("\x03");
    program.type_text("echo fini $((40 + 2))\r");
    program.wait_for("fini 42");
    leave(program);
}

/// What the mouse selects in the terminal goes to the learner's clipboard.
#[test]
fn text_is_selected_and_copied() {
    let mut program = open(Options::on(&engine()));
    program.type_text("t");
    program.settle();
    program.type_text("echo bateau-$((40 + 2))\r");
    program.wait_for("\nbateau-42");
    let (row, col) = program.find("bateau-42");
    let (row, first, last) = (row + 1, col + 1, col + 9);
    program.type_text(&format!(
        "\x1b[<0;{first};{row}M\x1b[<32;{last};{row}M\x1b[<0;{last};{row}m"
    ));
    // « bateau-42 » in base64.
    program.wait_until("a copy", |it| it.clipboard() == b"YmF0ZWF1LTQy");
    leave(program);
}

#[test]
fn without_a_terminal_it_says_so() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_moussaillon"))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("terminal"), "{said}");
}
