//! Writing a text to the standard output or to a file.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::ExitCode;

use crossterm::style::StyledContent;
use ratatui::backend::IntoCrossterm;
use ratatui::text::Line;

use crate::text::system::{reason, write};
use crate::tui::Theme;

/// Columns of a text that is not for a terminal.
const COLUMNS: usize = 80;
/// Longer lines of prose are hard to read.
const WIDEST: usize = 100;

/// Says why something could not be done.
pub(super) fn exit(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("moussaillon\u{a0}: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Writes a text to a file, or prints it.
pub(super) fn text(text: &str, output: Option<&Path>) -> Result<(), String> {
    match output {
        Some(file) => fs::write(file, text).map_err(|error| {
            format!(
                "impossible d’écrire «\u{a0}{}\u{a0}»\u{a0}: {}.",
                file.display(),
                reason(&error)
            )
        }),
        None => write(&mut io::stdout(), text).map_err(|error| format!("{}.", reason(&error))),
    }
}

/// Writes lines laid out for a width: those of the terminal, with its colours, or plain ones.
pub(super) fn lines(
    output: Option<&Path>,
    lines: impl FnOnce(usize, &Theme) -> Vec<Line<'static>>,
) -> Result<(), String> {
    let on_terminal = output.is_none() && io::stdout().is_terminal();
    let width = if on_terminal {
        crossterm::terminal::size().map_or(COLUMNS, |(columns, _)| usize::from(columns))
    } else {
        COLUMNS
    };
    let shown = |line: Line<'_>| {
        if on_terminal {
            coloured(&line)
        } else {
            line.to_string()
        }
    };
    let all: String = lines(width.min(WIDEST), &Theme::from_environment())
        .into_iter()
        .map(|line| shown(line).trim_end().to_owned() + "\n")
        .collect();
    text(&all, output)
}

fn coloured(line: &Line<'_>) -> String {
    let spans = line.spans.iter();
    spans
        .map(|span| StyledContent::new(span.style.into_crossterm(), &*span.content).to_string())
        .collect()
}
