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

/// An archive of these files.
fn packed(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive
            .append_data(&mut header, path, text.as_bytes())
            .expect("an entry");
    }
    archive.into_inner().expect("an archive")
}

#[test]
fn an_archive_is_a_course_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = packed(&[
        ("cours/02-deux/lecon.md", MINIMAL),
        ("cours/01-un/lecon.md", MINIMAL),
        ("cours/01-un/notes.txt", "rien"),
    ]);
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    io::Write::write_all(&mut zipped, &plain).expect("gzip");
    let zipped = zipped.finish().expect("gzip");
    for (name, bytes) in [("cours.tar", plain), ("cours.tar.gz", zipped)] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        let course = Course::open(&path).expect("a course");
        let ids: Vec<_> = course.entries().iter().map(Entry::id).collect();
        assert_eq!(ids, ["un", "deux"], "{name}");
        assert!(course.entries().iter().all(|it| it.load().is_ok()));
    }
}

#[test]
fn an_archive_that_is_none_is_said_in_french() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        Course::open(&path).expect_err("no course").to_string()
    };
    assert!(said("vide.tar", &packed(&[("x/notes.txt", "")])).contains("aucune leçon ici"));
    assert!(said("cassee.tar", &[b'x'; 700]).contains("lecture impossible"));
    let long = "x".repeat((1 << 20) + 1);
    let said = said("longue.tar", &packed(&[("01-un/lecon.md", &long)]));
    assert!(said.contains("dépasse un mébioctet"), "{said}");
}
