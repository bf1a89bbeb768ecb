//! The command line as its user meets it.

use std::process::{Command, Output};

fn moussaillon(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_moussaillon"))
        .args(arguments)
        .output()
        .expect("the binary runs")
}

#[test]
fn help_is_in_french_and_names_every_command() {
    let output = moussaillon(&["--help"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success());
    for word in [
        "Usage :",
        "Commandes :",
        "simulateur",
        "lecons",
        "--moteur",
        "moussaillon docker",
    ] {
        assert!(text.contains(word), "{word} is missing from:\n{text}");
    }
    for english in ["Commands:", "Print help", "Usage:"] {
        assert!(!text.contains(english), "{english} is left in:\n{text}");
    }
}

#[test]
fn a_misspelt_command_is_named_and_another_is_proposed() {
    let output = moussaillon(&["lecon"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("commande inconnue : « lecon »"), "{text}");
    assert!(text.contains("Vouliez-vous dire « lecons »"), "{text}");
}

#[test]
fn an_unknown_option_is_named() {
    let output = moussaillon(&["--moter", "simule"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("argument inconnu : « --moter »"), "{text}");
}

#[test]
fn the_simulator_asks_for_its_socket() {
    let output = moussaillon(&["simulateur"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(text.contains("--socket"), "{text}");
}
