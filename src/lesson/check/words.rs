//! The words that verdicts are made of.

use crate::domain::Kind;
use crate::lesson::goal::Count;

/// « a ou b », from what may be either.
pub(super) fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} ou {last}", first.join(", ")),
    }
}

/// What is observed of an object that does not exist.
pub(super) const NOWHERE: &str = "introuvable";

/// That an object which an exercise starts from was not there when it began.
pub(super) fn not_there(kind: Kind, name: &str) -> String {
    let the = match kind {
        Kind::Volume => "Le volume",
        Kind::Network => "Le réseau",
        _ => "Le conteneur",
    };
    format!(
        "{the} {} n’était pas là au début de l’exercice : « Recommencer l’exercice » le crée.",
        code(name)
    )
}

/// In a code span, as everything that is read in the engine.
pub(super) fn code(word: &str) -> String {
    format!("`{word}`")
}

/// `au moins 2`, `exactement 3`, `aucun`.
pub(super) fn wanted(count: Count) -> String {
    match count {
        Count::AtLeast(number) => format!("au moins {number}"),
        Count::Exactly(0) => "aucun".to_owned(),
        Count::Exactly(number) => format!("exactement {number}"),
    }
}

/// How many are seen, agreeing with it: « aucun », « 1 ».
pub(super) fn seen(number: usize) -> String {
    if number == 0 {
        "aucun".to_owned()
    } else {
        number.to_string()
    }
}

/// The twelve digits that docker shows of an identifier.
pub(super) fn short(id: &str) -> String {
    id.trim_start_matches("sha256:").chars().take(12).collect()
}
