//! `moussaillon lecons`: the list of the lessons, their verification, and the writer's tools.

mod nouvelle;
mod preparer;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::options::LessonsCommand;
use super::print;
use crate::lesson::progress::Store;
use crate::lesson::{Course, Entry, LoadError, check_coverage, json_schema_of};
use crate::verify::{Options, verify};

/// Runs `moussaillon lecons …`; nothing asked for is the list. `given` is the `--lecons` that came
/// before the command.
pub(super) fn run(command: Option<LessonsCommand>, given: Option<PathBuf>) -> ExitCode {
    let course = |folder: Option<PathBuf>| course(folder.or(given).as_deref());
    match command {
        None => course(None).map_or_else(failed, |course| list(&course)),
        Some(LessonsCommand::Verifier {
            engine,
            local_images,
            folder,
            lesson,
        }) => {
            let options = Options {
                engine,
                local_images,
                lesson,
            };
            course(folder).map_or_else(failed, |course| prove(&course, &options))
        }
        Some(LessonsCommand::Preparer {
            engine,
            folder,
            lesson,
        }) => course(folder).map_or_else(failed, |course| {
            preparer::run(&course, &lesson, &engine.engine)
        }),
        Some(LessonsCommand::Couverture { folder }) => {
            course(folder).map_or_else(failed, |course| coverage(&course))
        }
        Some(LessonsCommand::Schema { block }) => match json_schema_of(block.as_deref()) {
            Some(schema) => print::exit(print::text(&format!("{schema:#}\n"), None)),
            None => failed("aucun bloc de ce nom n’a de schéma (moussaillon lecons schema --help)"),
        },
        Some(LessonsCommand::Nouvelle { folder, name }) => match nouvelle::begin(folder, &name) {
            Ok(file) => {
                println!(
                    "{} : à vous d’écrire. Pour relire et prouver :",
                    file.display()
                );
                let place = file.parent().and_then(Path::parent);
                let place = place.unwrap_or(Path::new(".")).display();
                println!("moussaillon lecons verifier --lecons {place} {name}");
                ExitCode::SUCCESS
            }
            Err(error) => failed(error),
        },
    }
}

fn failed(error: impl std::fmt::Display) -> ExitCode {
    eprintln!("moussaillon : {error}.");
    ExitCode::FAILURE
}

pub(super) fn course(folder: Option<&Path>) -> Result<Course, LoadError> {
    folder.map_or_else(|| Ok(Course::embedded()), Course::open)
}

/// Each row of the sources' inventory, and where it is taught.
fn coverage(course: &Course) -> ExitCode {
    let sources = match course.sources() {
        None => return failed("ce cours n’a pas d’inventaire de ses sources (« sources.yaml »)"),
        Some((file, Err(reason))) => return failed(format!("{file} : {reason}")),
        Some((_, Ok(sources))) => sources,
    };
    let mut lessons = Vec::new();
    for entry in course.entries() {
        match entry.load() {
            Ok(lesson) => lessons.push(lesson),
            Err(errors) => eprintln!("{errors}"),
        }
    }
    let homes = sources.homes(&lessons);
    for home in &homes {
        let mut places = home.places.iter();
        let first = places.next().map_or_else(
            || "— nulle part".to_owned(),
            |(lesson, place)| format!("{lesson} · {place}"),
        );
        println!("{}  {first}", home.row);
        for (lesson, place) in places {
            println!("        {lesson} · {place}");
        }
    }
    let with = homes.iter().filter(|home| !home.places.is_empty()).count();
    println!("{with} lignes sur {} ont leur place.", homes.len());
    let faults = check_coverage(course, &lessons);
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn list(course: &Course) -> ExitCode {
    let opened = Store::open();
    for notice in &opened.notices {
        eprintln!("{notice}");
    }
    let (mut code, mut text) = (ExitCode::SUCCESS, String::new());
    let names = course.entries().iter().map(|it| it.id().len());
    let width = names.max().unwrap_or_default();
    for entry in course.entries() {
        match line(entry, width, &opened.progress) {
            Ok(line) => text.extend([line.as_str(), "\n"]),
            Err(errors) => {
                eprintln!("{errors}");
                code = ExitCode::FAILURE;
            }
        }
    }
    match super::print::text(&text, None) {
        Ok(()) => code,
        Err(why) => failed(why),
    }
}

/// `03  image-conteneur  Image ou conteneur ?  (40 min)  2 exercices sur 4`, the name in a column
/// this wide.
fn line(
    entry: &Entry,
    width: usize,
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
        "{:02}  {:<width$}  {} ({} min) : {done} exercice{plural} sur {all}",
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
