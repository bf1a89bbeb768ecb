//! clap's errors, in French: what is wrong, and what to do.

use std::process::ExitCode;

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Exit code of a command line that cannot be understood, as for docker and clap.
pub(super) const USAGE_ERROR: u8 = 2;

/// Prints a help page, the version or an error, and gives the exit code.
pub(super) fn report(error: &Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            print!("{}", with_french_colons(&error.to_string()));
            ExitCode::SUCCESS
        }
        _ => {
            eprintln!("moussaillon : {}", explain(error));
            eprintln!("« moussaillon --help » dit ce qui est possible.");
            ExitCode::from(USAGE_ERROR)
        }
    }
}

/// clap puts a colon right after its headings; French wants a no-break space before it.
fn with_french_colons(page: &str) -> String {
    ["Commandes", "Options", "Arguments"]
        .iter()
        .fold(page.to_owned(), |page, heading| {
            page.replace(&format!("\n{heading}:\n"), &format!("\n{heading}\u{a0}:\n"))
        })
}

/// The sentence for an error.
fn explain(error: &Error) -> String {
    let argument = context(error, ContextKind::InvalidArg);
    let value = context(error, ContextKind::InvalidValue);
    let sentence = match error.kind() {
        ErrorKind::UnknownArgument => format!("argument inconnu : « {argument} »."),
        ErrorKind::InvalidSubcommand => {
            let name = context(error, ContextKind::InvalidSubcommand);
            format!("commande inconnue : « {name} ».")
        }
        ErrorKind::MissingRequiredArgument => format!("il manque {argument}."),
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("{argument} attend une valeur.")
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!(
                "« {value} » ne convient pas pour {argument}.{}",
                possible(error, &argument)
            )
        }
        ErrorKind::ArgumentConflict => {
            let other = context(error, ContextKind::PriorArg);
            format!("{argument} ne va pas avec {other}.")
        }
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => {
            format!("mauvais nombre de valeurs pour {argument}.")
        }
        ErrorKind::InvalidUtf8 => "un argument n’est pas du texte UTF-8.".to_owned(),
        _ => "la ligne de commande n’est pas comprise.".to_owned(),
    };
    let suggestion = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg]
        .into_iter()
        .map(|kind| context(error, kind))
        .find(|text| !text.is_empty());
    match suggestion {
        Some(suggestion) => format!("{sentence} Vouliez-vous dire « {suggestion} » ?"),
        None => sentence,
    }
}

/// The values that this argument takes, unless its own name lists them.
fn possible(error: &Error, argument: &str) -> String {
    let values = context(error, ContextKind::ValidValue);
    if values.is_empty() || argument.contains('|') {
        return String::new();
    }
    format!(" Valeurs possibles\u{a0}: {values}.")
}

/// What clap knows under this key, as text; empty when it knows nothing.
fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}
