use super::*;

fn lesson(folder: &Path, name: &str, text: &str) {
    fs::create_dir_all(folder.join(name)).expect("a folder");
    fs::write(folder.join(name).join(FILE), text).expect("a file");
}

const MINIMAL: &str = "---\nformat: 1\ntitre: T\nduree: 5 min\nobjectifs: [o]\n---\nTexte.\n";

#[test]
fn the_embedded_course_is_readable() {
    let course = Course::embedded();
    let entry = course
        .find("image-conteneur")
        .expect("the lesson is embedded");
    assert_eq!(entry.number(), 3);
    assert_eq!(entry.path(), "lessons/03-image-conteneur/lecon.md");
    for entry in course.entries() {
        let lesson = entry.load().unwrap_or_else(|errors| panic!("{errors}"));
        let summary = entry.summary().expect("a front matter");
        assert_eq!(lesson.title, summary.title);
        assert_eq!(lesson.id, entry.id());
    }
}

#[test]
fn a_lesson_is_found_by_name_folder_or_number() {
    let course = Course::embedded();
    for name in ["image-conteneur", "03-image-conteneur", "3", "03"] {
        assert_eq!(
            course.find(name).map(Entry::id),
            Some("image-conteneur"),
            "{name}"
        );
    }
    assert!(course.find("autre").is_none());
}

#[test]
fn a_folder_is_a_course_in_the_order_of_its_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    lesson(folder.path(), "10-dix", MINIMAL);
    lesson(folder.path(), "2-deux", MINIMAL);
    fs::write(folder.path().join("README.md"), "").expect("a file");
    let course = Course::from_folder(folder.path()).expect("a course");
    let ids: Vec<_> = course.entries().iter().map(Entry::id).collect();
    assert_eq!(ids, ["deux", "dix"]);
}

#[test]
fn what_is_not_a_course_is_said_in_french() {
    let folder = tempfile::tempdir().expect("a folder");
    let empty = Course::from_folder(folder.path()).expect_err("nothing there");
    assert!(empty.to_string().contains("aucune leçon ici"), "{empty}");
    lesson(folder.path(), "1-un", MINIMAL);
    lesson(folder.path(), "2-un", MINIMAL);
    let twice = Course::from_folder(folder.path()).expect_err("the same name");
    assert!(
        twice
            .to_string()
            .contains("deux leçons portent le nom « un »"),
        "{twice}"
    );
    let absent = Course::from_folder(&folder.path().join("absent")).expect_err("no folder");
    assert!(
        absent.to_string().contains("lecture impossible"),
        "{absent}"
    );
}
