//! `moussaillon diagnostic`: what to tell who helps.

use std::path::PathBuf;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;

use super::print;
use super::reach::block_on;
use crate::ready::diagnostic::{self, diagnostic};
use crate::tui::Look;
use crate::tui::settings::{self, Settings};

/// What is asked.
#[derive(Debug, Args)]
pub(super) struct Asked {
    #[command(flatten)]
    engine: super::options::Engine,
    /// Regarder les leçons de ce dossier ou de cette archive au lieu de celles du programme
    #[arg(long = "lecons", value_name = "CHEMIN", help_heading = "Options")]
    lessons: Option<PathBuf>,
    /// Copier aussi ce texte dans le presse-papiers, par le terminal (OSC 52)
    #[arg(long = "copier", help_heading = "Options")]
    copy: bool,
}

/// Runs `moussaillon diagnostic`.
pub(super) fn run(asked: Asked) -> ExitCode {
    let about = diagnostic::Asked {
        engine: asked.engine.engine,
        settings: (settings::folder(), Settings::read(&Look::default()).notices),
        lessons: asked.lessons,
        session: None,
    };
    let printed = block_on(diagnostic(&about)).and_then(|text| {
        if asked.copy {
            eprint!("\x1b]52;c;{}\x07", STANDARD.encode(&text));
        }
        print::text(&text, None)
    });
    print::exit(printed)
}
