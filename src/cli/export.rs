//! `moussaillon exporter`: a lesson or a recorded session as one page.

use std::io::{IsTerminal, stderr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::{lessons, print, replay};
use crate::export;
use crate::lesson::{Course, Entry};
use crate::verify::{self, perform};

/// What is asked of the export.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Identifiant ou numéro d’une leçon, ou fichier écrit par --enregistrer ou par asciinema
    #[arg(value_name = "LEÇON|FICHIER", help_heading = "Arguments")]
    what: String,
    /// Prendre les leçons de ce dossier ou de cette archive au lieu de celles du programme
    #[arg(long = "lecons", value_name = "CHEMIN", help_heading = "Options")]
    lessons: Option<PathBuf>,
    /// Écrire dans ce fichier
    #[arg(long = "sortie", value_name = "FICHIER", help_heading = "Options")]
    output: Option<PathBuf>,
}

/// Writes the page.
pub(super) fn run(asked: &Asked) -> ExitCode {
    print::exit(write(asked))
}

fn write(asked: &Asked) -> Result<(), String> {
    let course = lessons::course(asked.lessons.as_deref()).map_err(|error| format!("{error}."))?;
    let file = Path::new(&asked.what);
    let html = match course.find(&asked.what) {
        Some(entry) => lesson(&course, entry)?,
        None if file.is_file() => {
            let exported = export::recording(&replay::read(file)?, &course);
            for notice in &exported.notices {
                eprintln!("moussaillon\u{a0}: {notice}");
            }
            exported.html
        }
        None => {
            return Err(format!(
                "«\u{a0}{}\u{a0}» n’est ni une leçon («\u{a0}moussaillon lecons\u{a0}» les liste), \
                 ni un fichier.",
                asked.what
            ));
        }
    };
    print::text(&html, asked.output.as_deref())
}

/// The page of a lesson, which is played for it on the simulated engine.
fn lesson(course: &Course, entry: &Entry) -> Result<String, String> {
    let lesson = entry.load().map_err(|errors| errors.to_string())?;
    if stderr().is_terminal() {
        eprintln!("La leçon se joue sur le moteur simulé\u{a0}: un instant.");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|cause| format!("le programme ne peut pas démarrer ses tâches ({cause})."))?;
    let options = verify::Options {
        engine: "simule".to_owned(),
        local_images: false,
        lesson: Some(entry.id().to_owned()),
    };
    let played = runtime
        .block_on(perform(course, &options, &mut |_| {}))
        .map_err(|error| format!("{error}."))?;
    if let Some(finding) = played.findings.first() {
        return Err(format!(
            "la leçon ne se passe pas comme elle le dit\u{a0}; «\u{a0}moussaillon lecons \
             verifier\u{a0}» en dit plus.\n{finding}"
        ));
    }
    Ok(export::lesson(&lesson, &played.performed))
}
