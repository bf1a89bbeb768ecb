//! `moussaillon lecons nouvelle`: a lesson to fill in, which is proven as it is.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// The lesson that is begun with.
const SKELETON: &str = include_str!("squelette.md");

/// Why a lesson was not begun.
#[derive(Debug, thiserror::Error)]
pub(super) enum BeginError {
    /// No identifier.
    #[error(
        "« {0} » : un nom est fait de minuscules sans accent, de chiffres et de tirets, et commence par une lettre"
    )]
    Name(String),
    /// A lesson of this name is there.
    #[error("{} : cette leçon existe déjà ; elle n’a pas été touchée", .0.display())]
    There(PathBuf),
    /// The folder cannot be read or written.
    #[error("{} : {cause}", path.display())]
    Folder {
        /// Which one.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
}

/// Writes the skeleton in a folder of its own, after the last lesson, and gives its file.
pub(super) fn begin(folder: Option<PathBuf>, name: &str) -> Result<PathBuf, BeginError> {
    let letter = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    if !name.starts_with(|it: char| it.is_ascii_lowercase()) || !name.chars().all(letter) {
        return Err(BeginError::Name(name.to_owned()));
    }
    let folder = folder.unwrap_or_else(|| {
        let usual = Path::new("lessons");
        if usual.is_dir() {
            usual
        } else {
            Path::new(".")
        }
        .to_owned()
    });
    let failed = |path: &Path| {
        let path = path.to_owned();
        |cause| BeginError::Folder { path, cause }
    };
    let mut last = 0;
    for child in fs::read_dir(&folder).map_err(failed(&folder))? {
        let child = child.map_err(failed(&folder))?;
        let words = child.file_name();
        let Some((number, id)) = words.to_str().and_then(|it| it.split_once('-')) else {
            continue;
        };
        let Ok(number) = number.parse::<u32>() else {
            continue;
        };
        if id == name {
            return Err(BeginError::There(child.path()));
        }
        last = last.max(number);
    }
    let own = folder.join(format!("{:02}-{name}", last + 1));
    fs::create_dir(&own).map_err(failed(&own))?;
    let file = own.join("lecon.md");
    fs::write(&file, SKELETON).map_err(failed(&file))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Course, lint};

    #[test]
    fn a_lesson_that_is_begun_only_lacks_what_is_to_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Some(folder.path().to_owned());
        let file = begin(place.clone(), "premiers-pas").expect("a lesson");
        assert!(file.ends_with("01-premiers-pas/lecon.md"));
        let other = begin(place.clone(), "la-suite").expect("a lesson");
        assert!(other.ends_with("02-la-suite/lecon.md"));
        fs::write(&file, "à moi").expect("a file");
        let again = begin(place.clone(), "premiers-pas").expect_err("it is there");
        assert!(again.to_string().contains("existe déjà"), "{again}");
        assert_eq!(fs::read_to_string(&file).expect("a file"), "à moi");
        for name in ["", "../x", "Été", "a b", "1er"] {
            begin(place.clone(), name).expect_err("no name");
        }
        fs::remove_dir_all(folder.path().join("01-premiers-pas")).expect("a folder");
        let course = Course::from_folder(folder.path()).expect("a course");
        let entry = &course.entries()[0];
        let lesson = entry.load().unwrap_or_else(|errors| panic!("{errors}"));
        let faults = lint(&course, entry, &lesson);
        let marked = |fault: &&crate::lesson::LessonError| {
            fault.problem.to_string().contains("reste à écrire")
        };
        assert!(faults.iter().all(|fault| marked(&fault)), "{faults:#?}");
        let places = SKELETON.matches("À ÉCRIRE").count();
        assert_eq!(faults.len(), places, "{faults:#?}");
        assert!(places > 10);
    }
}
