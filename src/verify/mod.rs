//! Proving lessons on an engine: what they say must happen does happen, on the simulator and on a
//! real one.
//!
//! For each exercise, on a fresh state: the start does not meet the goal and is no recognised
//! attempt; each `essai` is recognised by its own `cas`; the solution meets the goal. Predictions
//! and experiments are run and compared with what the lesson says. Last, the whole lesson is played
//! in its order, as a learner would.

mod bench;
mod host;
mod images;
mod made;
mod prove;
mod rehearse;
mod report;
#[cfg(test)]
mod sheet_tests;
mod simulated;
#[cfg(test)]
mod tests;
mod walk;

use std::io;
use std::path::PathBuf;

use crate::engine::{Environment, Found, ResolveError, find};
use crate::lesson::{Course, Entry, Lesson, check_coverage, lint};

pub use bench::Bench;
pub use rehearse::{Pace, Performed, Rehearsed, perform, rehearse};
pub use report::{Counts, Finding, Report};

/// One test at a time on the real engine: that of the cheat sheet looks at all that happens there.
#[cfg(test)]
pub(crate) static REAL_ENGINE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// What to prove, and where.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `simule`, or an engine's address.
    pub engine: String,
    /// Make stand-ins for the images that the engine lacks, instead of pulling them.
    pub local_images: bool,
    /// One lesson (identifier, folder or number); all of them without it.
    pub lesson: Option<String>,
}

/// Why nothing could be proven.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// No such lesson.
    #[error("aucune leçon ne s’appelle « {name} » ; il y a : {known}")]
    NoSuchLesson {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The engine cannot be chosen.
    #[error("{}", .0.explain())]
    Resolve(#[from] ResolveError),
    /// The engine does not answer.
    #[error("le moteur ne répond pas : {0}")]
    Engine(String),
    /// Something of this machine failed.
    #[error("{what} : {cause}")]
    System {
        /// What was being done.
        what: &'static str,
        /// The system's reason.
        cause: io::Error,
    },
    /// An image is missing and cannot be had.
    #[error(
        "l’image « {image} » manque sur ce moteur et ne peut pas être obtenue : {reason} ; sans réseau, ajoutez « --images-locales »"
    )]
    Image {
        /// Its reference.
        image: String,
        /// Why.
        reason: String,
    },
    /// An object of the lesson exists on the engine before it begins.
    #[error(
        "le moteur contient déjà : {0}. La vérification n’y touche pas : renommez ou supprimez ce qui vous appartient, puis recommencez"
    )]
    Collision(String),
    /// The person who asked gave up.
    #[error("vérification interrompue ; ce qu’elle avait créé est rangé")]
    Interrupted,
}

/// Proves lessons. `say` is told each line of the report as soon as it is known.
pub async fn verify(
    course: &Course,
    options: &Options,
    say: &mut dyn FnMut(&str),
) -> Result<Report, VerifyError> {
    let entries = chosen(course, options.lesson.as_deref())?;
    let mut report = Report::default();
    let mut lessons: Vec<(&Entry, Lesson)> = Vec::new();
    for entry in entries {
        match entry.load() {
            Ok(lesson) => {
                let faults = lint(course, entry, &lesson);
                report
                    .findings
                    .extend(faults.into_iter().map(Finding::from));
                lessons.push((entry, lesson));
            }
            Err(errors) => report
                .findings
                .extend(errors.0.into_iter().map(Finding::from)),
        }
    }
    if options.lesson.is_none() {
        let read: Vec<Lesson> = lessons.iter().map(|(_, lesson)| lesson.clone()).collect();
        let faults = check_coverage(course, &read).into_iter();
        report.findings.extend(faults.map(Finding::from));
    }
    for finding in &report.findings {
        say(&finding.to_string());
    }
    if lessons.is_empty() {
        return Ok(report);
    }
    let mut bench = open(options).await?;
    let proven = tokio::select! {
        proven = prove_all(&mut bench, &lessons, options, &mut report, say) => proven,
        _ = tokio::signal::ctrl_c() => Err(VerifyError::Interrupted),
    };
    let cleaned = bench.close().await;
    proven.and(cleaned).map(|()| report)
}

async fn prove_all(
    bench: &mut Bench,
    lessons: &[(&Entry, Lesson)],
    options: &Options,
    report: &mut Report,
    say: &mut dyn FnMut(&str),
) -> Result<(), VerifyError> {
    say(&format!("Moteur : {}", bench.describe()));
    for (entry, lesson) in lessons {
        let began = std::time::Instant::now();
        bench.provide(&lesson.images, options.local_images).await?;
        bench.refuse_collisions(lesson)?;
        let known = report.findings.len();
        let mut prover = prove::Prover {
            bench,
            file: entry.path(),
            report,
        };
        prover.lesson(lesson).await?;
        for finding in &report.findings[known..] {
            say(&finding.to_string());
        }
        say(&format!(
            "{} : {:.0} s",
            lesson.title,
            began.elapsed().as_secs_f64()
        ));
    }
    Ok(())
}

fn chosen<'a>(course: &'a Course, name: Option<&str>) -> Result<Vec<&'a Entry>, VerifyError> {
    let Some(name) = name else {
        return Ok(course.entries().iter().collect());
    };
    course.find(name).map(|entry| vec![entry]).ok_or_else(|| {
        let known: Vec<_> = course.entries().iter().map(Entry::id).collect();
        VerifyError::NoSuchLesson {
            name: name.to_owned(),
            known: known.join(", "),
        }
    })
}

async fn open(options: &Options) -> Result<Bench, VerifyError> {
    let environment = Environment::of_this_process();
    match find(Some(&options.engine), &environment).await? {
        Found::Engine(target) => Bench::real(target).await,
        Found::Simulator { .. } => Bench::simulated().await,
    }
}

/// The folder of the commands' own files, removed with everything in it.
fn scratch() -> Result<(tempfile::TempDir, PathBuf), VerifyError> {
    let folder = tempfile::Builder::new()
        .prefix("moussaillon-lecons-")
        .tempdir()
        .map_err(|cause| VerifyError::System {
            what: "dossier de travail",
            cause,
        })?;
    let path = folder.path().to_owned();
    Ok((folder, path))
}
