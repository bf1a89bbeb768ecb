//! `moussaillon aide-memoire`: the cheat sheet, to be read, searched, printed.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::print;
use crate::text::sheet::Sheet;
use crate::tui::sheet as lines;

/// What is asked of the sheet.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Mots cherchés, sans souci des majuscules ni des accents ; aucun : tout
    #[arg(value_name = "MOT", help_heading = "Arguments")]
    words: Vec<String>,
    /// Forme : texte, markdown ou html (une page à imprimer)
    #[arg(
        long,
        value_name = "texte|markdown|html",
        default_value = "texte",
        hide_default_value = true,
        hide_possible_values = true,
        help_heading = "Options"
    )]
    format: Format,
    /// Écrire dans ce fichier
    #[arg(long = "sortie", value_name = "FICHIER", help_heading = "Options")]
    output: Option<PathBuf>,
}

/// The form of the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal.
    Texte,
    /// A document.
    Markdown,
    /// A page.
    Html,
}

/// Prints the sheet, or writes it to a file.
pub(super) fn run(asked: &Asked) -> ExitCode {
    print::exit(print(asked))
}

fn print(asked: &Asked) -> Result<(), String> {
    let sheet = Sheet::embedded().map_err(ToString::to_string)?;
    let words = asked.words.join(" ");
    let found = sheet.matching(&words);
    if found.themes.is_empty() {
        return Err(format!(
            "aucune commande ne correspond à «\u{a0}{words}\u{a0}»."
        ));
    }
    let output = asked.output.as_deref();
    match asked.format {
        Format::Markdown => print::text(&found.markdown(), output),
        Format::Html => print::text(&found.html(), output),
        Format::Texte => print::lines(output, |width, theme| lines::whole(&found, width, theme)),
    }
}
