//! `moussaillon attestation`: what the learner showed, as a document.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::SystemTime;

use clap::{Args, ValueEnum};

use super::print;
use crate::lesson::progress::Store;
use crate::lesson::{Attestation, Course, Lesson};
use crate::text::calendar::day;

/// What is asked of the attestation.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Forme : markdown ou html (une page à imprimer)
    #[arg(
        long,
        value_name = "markdown|html",
        default_value = "markdown",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "Options"
    )]
    format: Format,
    /// Écrire dans ce fichier
    #[arg(long = "sortie", value_name = "FICHIER", help_heading = "Options")]
    output: Option<PathBuf>,
    /// Le nom à y porter
    #[arg(long = "nom", value_name = "NOM", help_heading = "Options")]
    name: Option<String>,
}

/// The form of the attestation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A document.
    Markdown,
    /// A page.
    Html,
}

/// Prints the attestation, or writes it to a file.
pub(super) fn run(asked: &Asked) -> ExitCode {
    print::exit(print(asked))
}

fn print(asked: &Asked) -> Result<(), String> {
    let opened = Store::open();
    for notice in opened.notices {
        eprintln!("moussaillon\u{a0}: {notice}");
    }
    let lessons: Result<Vec<Lesson>, String> = Course::embedded()
        .entries()
        .iter()
        .map(|entry| entry.load().map_err(|error| error.to_string()))
        .collect();
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let whose = (asked.name.clone(), day(now));
    let attestation = Attestation::of(&lessons?, &opened.progress, whose, day);
    let text = match asked.format {
        Format::Markdown => attestation.markdown(),
        Format::Html => attestation.html(),
    };
    print::text(&text, asked.output.as_deref())
}
