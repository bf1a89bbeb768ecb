//! `moussaillon lecons`: the list of the lessons, and their verification.

use std::process::ExitCode;

use super::options::LessonsCommand;
use crate::lesson::progress::Store;
use crate::lesson::{Course, Entry};
use crate::verify::{Options, verify};

/// Runs `moussaillon lecons …`; nothing asked for is the list.
pub(super) fn run(command: Option<LessonsCommand>) -> ExitCode {
    match command {
        None => list(&Course::embedded()),
        Some(LessonsCommand::Verifier {
            engine,
            local_images,
            folder,
            lesson,
        }) => {
            let course = match folder.as_deref().map(Course::from_folder) {
                None => Course::embedded(),
                Some(Ok(course)) => course,
                Some(Err(error)) => {
                    eprintln!("moussaillon : {error}.");
                    return ExitCode::FAILURE;
                }
            };
            let options = Options {
                engine,
                local_images,
                lesson,
            };
            prove(&course, &options)
        }
    }
}

fn list(course: &Course) -> ExitCode {
    let opened = Store::open();
    for notice in &opened.notices {
        eprintln!("{notice}");
    }
    let mut code = ExitCode::SUCCESS;
    for entry in course.entries() {
        match line(entry, &opened.progress) {
            Ok(line) => println!("{line}"),
            Err(errors) => {
                eprintln!("{errors}");
                code = ExitCode::FAILURE;
            }
        }
    }
    code
}

/// `03  image-conteneur  Image ou conteneur ?  (40 min)  2 exercices sur 4`.
fn line(
    entry: &Entry,
    progress: &crate::lesson::progress::Progress,
) -> Result<String, crate::lesson::LessonErrors> {
    let lesson = entry.load()?;
    let all = lesson.exercises().count();
    let done = lesson
        .exercises()
        .filter(|it| progress.is_done(&lesson.id, &it.id))
        .count();
    let plural = if done > 1 { "s" } else { "" };
    Ok(format!(
        "{:02}  {:<18}  {} ({} min) : {done} exercice{plural} sur {all}",
        lesson.number,
        lesson.id,
        lesson.title,
        lesson.duration.as_secs() / 60,
    ))
}

fn prove(course: &Course, options: &Options) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(cause) => {
            eprintln!("moussaillon : le programme ne peut pas démarrer ses tâches ({cause}).");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(verify(course, options, &mut |line| println!("{line}"))) {
        Ok(report) => {
            println!("{}", report.summary());
            if report.is_proven() {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            }
        }
        Err(error) => {
            eprintln!("moussaillon : {error}.");
            ExitCode::FAILURE
        }
    }
}
