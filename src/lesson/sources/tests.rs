use std::fs;

use super::*;

const HEAD: &str = "---\nformat: 1\ntitre: T\nduree: 5 min\nobjectifs: [o]\n";

fn faults(sources: &str, covers: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("01-essai")).expect("a folder");
    let text = format!("{HEAD}couvre:\n{covers}---\n\n## Une partie\n\nTexte.\n");
    fs::write(folder.path().join("01-essai/lecon.md"), text).expect("a file");
    fs::write(folder.path().join("sources.yaml"), sources).expect("a file");
    let course = Course::from_folder(folder.path()).expect("a course");
    let lessons: Vec<Lesson> = course
        .entries()
        .iter()
        .map(|entry| entry.load().expect("a lesson"))
        .collect();
    check_coverage(&course, &lessons)
        .iter()
        .map(|fault| fault.to_string().replace('\u{a0}', " "))
        .collect()
}

const ROWS: &str = "000-01: {dit: \"Un fait\", verdict: exact}\n000-02: {dit: \"Un autre\", verdict: faux, corrige: [M01]}\n";

#[test]
fn each_row_has_a_home() {
    let both = "  000-01: Une partie\n  000-02: Une partie\n";
    assert_eq!(faults(ROWS, both), Vec::<String>::new());
    let found = faults(ROWS, "  000-01: Une partie\n");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("« 000-02 » n’est traité par aucune leçon : Un autre"),
        "{found:?}"
    );
    assert!(found[0].contains("sources.yaml:2:1"), "{found:?}");
}

#[test]
fn what_is_covered_is_in_the_inventory() {
    let covers = "  000-01: Une partie\n  000-02: Une partie\n  000-03: Une partie\n";
    let found = faults(ROWS, covers);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("01-essai/lecon.md") && found[0].contains("« 000-03 »"),
        "{found:?}"
    );
}

#[test]
fn an_inventory_that_cannot_be_read_is_said() {
    let found = faults(
        "000-01: {dit: x, verdict: peut-être}\n",
        "  000-01: Une partie\n",
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("sources.yaml"), "{found:?}");
}

#[test]
fn the_inventory_of_the_course_is_whole() {
    let course = Course::embedded();
    let (_, sources) = course.sources().expect("an inventory");
    let sources = sources.expect("a readable inventory");
    assert_eq!(sources.rows.len(), 159);
}
