//! `moussaillon demo`: a lesson shown to a room, or rehearsed without one.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use super::lessons::course;
use crate::lesson::{Course, Entry};
use crate::tui;
use crate::verify::{Options, Pace, rehearse};

/// What is asked of the demo.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
pub(super) struct Asked {
    /// Identifiant ou numéro de la leçon ; avec --repetition, toutes sans cela
    #[arg(value_name = "LEÇON", help_heading = "Arguments")]
    lesson: Option<String>,
    /// La jouer sans personne, et dire à chaque étape ce qui est attendu et ce qui est vu ; le code
    /// de sortie est 1 s’il y a une différence
    #[arg(
        long = "repetition",
        conflicts_with = "cast_file",
        help_heading = "Options"
    )]
    rehearsal: bool,
    /// Répétition : taper tant de caractères par seconde, et s’arrêter sur ce qui se lit ; sans
    /// cela, ne rien attendre
    #[arg(long = "vitesse", value_name = "NOMBRE", requires = "rehearsal", value_parser = clap::value_parser!(u32).range(1..=1000), help_heading = "Options")]
    speed: Option<u32>,
    /// Répétition : fabriquer sur ce moteur des images de remplacement (busybox de cette machine)
    /// au lieu de les tirer
    #[arg(
        long = "images-locales",
        requires = "rehearsal",
        help_heading = "Options"
    )]
    local_images: bool,
    #[command(flatten)]
    engine: super::options::Engine,
    /// Moteur simulé : partir de l’état que garde ce fichier
    #[arg(
        long = "depart",
        value_name = "FICHIER",
        conflicts_with = "rehearsal",
        help_heading = "Options"
    )]
    start: Option<PathBuf>,
    /// Prendre les leçons de ce dossier ou de cette archive au lieu de celles du programme
    #[arg(long = "lecons", value_name = "CHEMIN", help_heading = "Options")]
    lessons: Option<PathBuf>,
    /// Thème : sombre, clair, contraste, daltonien, sans-couleur, ou un des vôtres
    #[arg(long, value_name = "NOM", help_heading = "Options")]
    theme: Option<String>,
    /// Pour un vidéoprojecteur : contraste élevé
    #[arg(long = "projecteur", help_heading = "Options")]
    projector: bool,
    /// Said to be impossible, rather than unknown: the tutorial has it.
    #[arg(long = "lecture-seule", hide = true)]
    read_only: bool,
    #[command(flatten)]
    recorded: super::replay::Recorded,
}

/// Runs `moussaillon demo …`.
pub(super) fn run(asked: Asked, began: Instant) -> ExitCode {
    if asked.read_only {
        return failed(
            "une démonstration lance les commandes de sa leçon, qui créent et suppriment\u{a0}: elle \
             ne se fait pas en lecture seule. «\u{a0}--moteur simule\u{a0}» la donne sans toucher à \
             votre moteur.",
        );
    }
    let course = match course(asked.lessons.as_deref()) {
        Ok(course) => course,
        Err(error) => return failed(format!("{error}.")),
    };
    if asked.rehearsal {
        return play(&course, asked);
    }
    let Some(name) = asked.lesson.as_deref() else {
        return failed(
            "dites quelle leçon montrer\u{a0}: «\u{a0}moussaillon lecons\u{a0}» les liste.",
        );
    };
    let Some(entry) = course.find(name) else {
        let known: Vec<_> = course.entries().iter().map(Entry::id).collect();
        return failed(format!(
            "aucune leçon ne s’appelle «\u{a0}{name}\u{a0}»\u{a0}; il y a\u{a0}: {}.",
            known.join(", ")
        ));
    };
    let demo = Some(entry.id().to_owned());
    super::open(
        asked.engine.engine,
        asked.start.as_deref(),
        |engine, start| tui::Options {
            engine,
            start,
            lessons: asked.lessons,
            linear: false,
            read_only: false,
            guarded: false,
            demo,
            record: asked.recorded.record(),
            look: tui::Look {
                theme: asked.theme,
                projector: asked.projector,
            },
            began,
        },
    )
}

/// Plays lessons without anybody.
fn play(course: &Course, asked: Asked) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(cause) => {
            return failed(format!(
                "le programme ne peut pas démarrer ses tâches ({cause})."
            ));
        }
    };
    let options = Options {
        // A rehearsal says where it was: it does not choose by itself.
        engine: match asked.engine.engine.as_str() {
            "auto" => "simule".to_owned(),
            _ => asked.engine.engine,
        },
        local_images: asked.local_images,
        lesson: asked.lesson,
    };
    let pace = Pace(asked.speed);
    let mut say = |line: &str| println!("{line}");
    match runtime.block_on(rehearse(course, &options, pace, &mut say)) {
        Ok(rehearsed) => {
            println!("{}", rehearsed.summary());
            if rehearsed.findings.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => failed(format!("{error}.")),
    }
}

fn failed(why: impl std::fmt::Display) -> ExitCode {
    eprintln!("moussaillon\u{a0}: {why}");
    ExitCode::FAILURE
}
