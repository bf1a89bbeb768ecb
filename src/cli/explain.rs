//! `moussaillon expliquer`: a command line word by word, or an error. Needs no engine.

use std::io::{IsTerminal as _, Read as _};
use std::process::ExitCode;

use crate::docker::explain::{Names, concerns, explain, page};
use crate::text::errors;

/// Explains the command given, or what standard input holds.
pub(super) fn command(words: &[String]) -> ExitCode {
    let Some(line) = given(&words.join(" ")) else {
        return ExitCode::FAILURE;
    };
    // The blank says that the last word is finished.
    let pieces = explain(&format!("{line} "), &Names::default());
    print!("{}", page(&line, &pieces));
    if concerns(&pieces) {
        ExitCode::SUCCESS
    } else {
        eprintln!("moussaillon\u{a0}: il n’y a là aucune commande docker.");
        ExitCode::FAILURE
    }
}

/// Explains the error given, or what standard input holds.
pub(super) fn error(words: &[String]) -> ExitCode {
    let Some(text) = given(&words.join(" ")) else {
        return ExitCode::FAILURE;
    };
    if let Some(explanation) = errors::of_text(&text) {
        println!("{explanation}");
        return ExitCode::SUCCESS;
    }
    eprintln!("moussaillon\u{a0}: cette erreur n’est pas dans la table.");
    ExitCode::FAILURE
}

/// The text, or standard input's when it is empty; `None` when there is neither.
fn given(text: &str) -> Option<String> {
    if !text.trim().is_empty() {
        return Some(text.trim().to_owned());
    }
    let mut input = std::io::stdin();
    let mut text = String::new();
    let read = !input.is_terminal() && input.read_to_string(&mut text).is_ok();
    if read && !text.trim().is_empty() {
        return Some(text.trim().to_owned());
    }
    eprintln!(
        "moussaillon\u{a0}: rien à expliquer. Exemple\u{a0}: moussaillon expliquer 'docker run -d nginx'"
    );
    None
}
