//! Courses: a lesson file, a course's other files, an archive.

use std::fs;
use std::path::Path;

use moussaillon::lesson::{Course, lint, names_in, names_made_by, uses_of};

use crate::scratch::with_folder;

/// The lesson that others are checked beside.
const BESIDE: &str = include_str!("../seeds/lesson/minimal");

/// A lesson file, an inventory of sources, short paths, or an archive; the first byte says which.
pub fn lesson(data: &[u8]) {
    let Some((which, rest)) = data.split_first() else {
        return;
    };
    with_folder(|folder| match which {
        b'\x1f' => {
            let archive = folder.join("a.tar");
            fs::write(&archive, rest).expect("a temporary file");
            check(Course::open(&archive));
        }
        b'S' => beside(folder, "sources.yaml", rest),
        b'P' => beside(folder, "parcours.yaml", rest),
        _ => beside(folder, "02-b/lecon.md", data),
    });
}

fn beside(folder: &Path, name: &str, bytes: &[u8]) {
    fs::create_dir_all(folder.join("01-a")).expect("a temporary folder");
    fs::create_dir_all(folder.join("02-b")).expect("a temporary folder");
    // The first line of a seed is no part of the lesson.
    let first = BESIDE.trim_start_matches('L');
    fs::write(folder.join("01-a/lecon.md"), first).expect("a temporary file");
    let bytes = bytes.strip_prefix(b"L").unwrap_or(bytes);
    fs::write(folder.join(name), bytes).expect("a temporary file");
    check(Course::from_folder(folder));
}

/// Reads all that a course is read for: each fault is told, and what has none is used.
fn check(course: Result<Course, moussaillon::lesson::LoadError>) {
    let course = match course {
        Ok(course) => course,
        Err(error) => return drop(error.to_string()),
    };
    let mut lessons = Vec::new();
    for entry in course.entries() {
        let _ = entry.summary();
        match entry.load() {
            Ok(lesson) => {
                let told = lint(&course, entry, &lesson);
                drop(told.iter().map(ToString::to_string).collect::<Vec<_>>());
                let _ = (uses_of(&lesson), names_in(&lesson));
                lessons.push(lesson);
            }
            Err(errors) => {
                assert!(!errors.0.is_empty(), "refused without a reason");
                drop(errors.to_string());
            }
        }
        let lines: Vec<String> = entry.text().lines().map(str::to_owned).collect();
        let _ = names_made_by(&lines);
    }
    let _ = course.paths();
    if let Some((_, Ok(sources))) = course.sources() {
        let _ = sources.homes(&lessons);
    }
    let _ = moussaillon::lesson::check_coverage(&course, &lessons);
}
