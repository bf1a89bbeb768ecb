//! `--enregistrer`, and `moussaillon rejouer`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::cast::{Recording, Version};
use crate::text::system::reason;
use crate::tui;

/// Whether the session is recorded.
#[derive(Debug, Args)]
pub(super) struct Recorded {
    /// Enregistrer la session dans ce fichier (asciicast), chaque commande marquée comme une étape
    #[arg(long = "enregistrer", value_name = "FICHIER", help_heading = "Options")]
    cast_file: Option<PathBuf>,
    /// Version du format : 2 (que tout lit), ou 3
    #[arg(
        long = "asciicast",
        value_name = "2|3",
        default_value = "2",
        hide_default_value = true,
        hide_possible_values = true,
        requires = "cast_file",
        help_heading = "Options"
    )]
    cast_version: Asked,
}

/// The version of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Asked {
    /// Of asciinema 2.
    #[value(name = "2")]
    Two,
    /// Of asciinema 3.
    #[value(name = "3")]
    Three,
}

impl Recorded {
    /// What it asks of the screen.
    pub(super) fn record(self) -> Option<tui::Record> {
        let version = match self.cast_version {
            Asked::Two => Version::Two,
            Asked::Three => Version::Three,
        };
        self.cast_file.map(|file| tui::Record { file, version })
    }
}

/// Plays a recording.
pub(super) fn run(file: &Path) -> ExitCode {
    let played = read(file).and_then(|it| tui::replay(&it).map_err(|error| error.to_string()));
    ended(played)
}

/// Reads a recording; else why not, in French.
pub(super) fn read(file: &Path) -> Result<Recording, String> {
    let read = std::fs::read_to_string(file).map_err(|error| format!("{}.", reason(&error)));
    let recording =
        read.and_then(|text| Recording::parse(&text).map_err(|error| error.to_string()));
    recording.map_err(|why| format!("«\u{a0}{}\u{a0}»\u{a0}: {why}", file.display()))
}

/// The exit code of what went well, or not: the reason, in French.
pub(super) fn ended(outcome: Result<(), impl std::fmt::Display>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("moussaillon\u{a0}: {why}");
            ExitCode::FAILURE
        }
    }
}
