//! `moussaillon aide-memoire`: the cheat sheet, to be read, searched, printed.

use std::fs;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use crossterm::style::StyledContent;
use ratatui::backend::IntoCrossterm;
use ratatui::text::Line;

use crate::text::sheet::Sheet;
use crate::tui::{Theme, sheet as lines};

/// Columns of a text that is not for a terminal.
const COLUMNS: usize = 80;
/// Longer lines of prose are hard to read.
const WIDEST: usize = 100;

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
    match print(asked) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("moussaillon\u{a0}: {why}");
            ExitCode::FAILURE
        }
    }
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
    let on_terminal = asked.output.is_none() && io::stdout().is_terminal();
    let text = match asked.format {
        Format::Markdown => found.markdown(),
        Format::Html => found.html(),
        Format::Texte => plain(&found, on_terminal),
    };
    match &asked.output {
        Some(file) => fs::write(file, text).map_err(|error| {
            format!(
                "impossible d’écrire «\u{a0}{}\u{a0}»\u{a0}: {error}",
                file.display()
            )
        }),
        None => match io::stdout().write_all(text.as_bytes()) {
            // Who reads has read enough (`| head`).
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.to_string()),
            _ => Ok(()),
        },
    }
}

fn plain(sheet: &Sheet, on_terminal: bool) -> String {
    let width = if on_terminal {
        crossterm::terminal::size().map_or(COLUMNS, |(columns, _)| usize::from(columns))
    } else {
        COLUMNS
    };
    let theme = Theme::from_environment();
    let lines = lines::whole(sheet, width.min(WIDEST), &theme);
    let shown = |line: &Line<'_>| {
        if on_terminal {
            coloured(line)
        } else {
            line.to_string()
        }
    };
    lines
        .iter()
        .map(|line| shown(line).trim_end().to_owned() + "\n")
        .collect()
}

fn coloured(line: &Line<'_>) -> String {
    let spans = line.spans.iter();
    spans
        .map(|span| StyledContent::new(span.style.into_crossterm(), &*span.content).to_string())
        .collect()
}
