//! The course: the lessons in the binary, or those of a folder or an archive. Nothing is read until it is asked
//! for: start-up only knows their names.

mod archive;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use include_dir::{Dir, include_dir};

use super::fault::LessonErrors;
use super::format;
use super::model::Lesson;
use super::paths::{self, Path as ShortPath};
use super::sources::Sources;
use crate::text::system::reason;

static EMBEDDED: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/lessons");

/// The short paths, beside the lessons.
const PATHS: &str = "parcours.yaml";

/// The lesson's file in its folder.
const FILE: &str = "lecon.md";
/// The inventory of the sources, beside the lessons' folders.
const SOURCES: &str = "sources.yaml";

/// Why a folder is not a course.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The folder, or a lesson in it, cannot be read.
    #[error("{} : lecture impossible : {}", path.display(), reason(cause))]
    Unreadable {
        /// Which one.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
    /// It holds no lesson.
    #[error(
        "{} : aucune leçon ici ; une leçon est un dossier numéroté qui contient « {FILE} », par exemple « 03-image-conteneur »",
        .0.display()
    )]
    Empty(PathBuf),
    /// Two folders give the same name.
    #[error(
        "deux leçons portent le nom « {0} » : les noms des dossiers, sans leur numéro, diffèrent"
    )]
    Twice(String),
}

/// The lessons, in the order of their numbers.
#[derive(Debug, Clone)]
pub struct Course {
    entries: Vec<Entry>,
    paths: Option<Cow<'static, str>>,
    /// The inventory's path and text.
    sources: Option<(String, Cow<'static, str>)>,
}

/// A lesson of the course, not read yet.
#[derive(Debug, Clone)]
pub struct Entry {
    id: String,
    number: u32,
    path: String,
    text: Cow<'static, str>,
}

/// What the front matter says: enough for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// `titre`.
    pub title: String,
    /// `duree`.
    pub duration: Duration,
    /// `objectifs`.
    pub objectives: Vec<String>,
    /// `prerequis`.
    pub prerequisites: Vec<String>,
    /// `images`.
    pub images: Vec<String>,
}

impl Course {
    /// The course that is in the binary.
    pub fn embedded() -> Self {
        let entries = EMBEDDED
            .dirs()
            .filter_map(|folder| {
                let (number, id) = numbered(folder.path().file_name()?.to_str()?)?;
                let file = folder.get_file(folder.path().join(FILE))?;
                let path = format!("lessons/{}", file.path().display());
                Some(Entry {
                    id,
                    number,
                    path,
                    text: Cow::Borrowed(file.contents_utf8()?),
                })
            })
            .collect();
        let paths = EMBEDDED.get_file(PATHS).and_then(|it| it.contents_utf8());
        let sources = EMBEDDED.get_file(SOURCES).and_then(|file| {
            let path = format!("lessons/{SOURCES}");
            Some((path, Cow::Borrowed(file.contents_utf8()?)))
        });
        Self {
            entries: sorted(entries),
            paths: paths.map(Cow::Borrowed),
            sources,
        }
    }

    /// The course of a folder that has the same layout as `lessons/`, or of an archive of one
    /// (`.tar`, `.tar.gz`).
    pub fn open(path: &Path) -> Result<Self, LoadError> {
        if path.is_dir() {
            Self::from_folder(path)
        } else {
            Self::from_archive(path)
        }
    }

    fn from_archive(path: &Path) -> Result<Self, LoadError> {
        let mut files = archive::read(path).map_err(unreadable(path))?;
        let paths = files.remove(PATHS).map(Cow::Owned);
        let sources = files.remove(SOURCES);
        let entries = files.into_iter().filter_map(|(name, text)| {
            let (number, id) = numbered(name.split('/').next()?)?;
            Some(Entry {
                id,
                number,
                path: format!("{}\u{a0}: {name}", path.display()),
                text: Cow::Owned(format::plain(&text).into_owned()),
            })
        });
        Ok(Self {
            entries: checked(entries.collect(), path)?,
            paths,
            sources: sources.map(|text| (SOURCES.to_owned(), Cow::Owned(text))),
        })
    }

    /// The course of a folder that has the same layout as `lessons/`.
    pub fn from_folder(folder: &Path) -> Result<Self, LoadError> {
        let mut entries = Vec::new();
        for child in fs::read_dir(folder).map_err(unreadable(folder))? {
            let path = child.map_err(unreadable(folder))?.path().join(FILE);
            let Some((number, id)) = path
                .parent()
                .and_then(Path::file_name)
                .and_then(|name| name.to_str())
                .and_then(numbered)
            else {
                continue;
            };
            if !path.exists() {
                continue;
            }
            let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
            let text = Cow::Owned(format::plain(&text).into_owned());
            entries.push(Entry {
                id,
                number,
                path: path.display().to_string(),
                text,
            });
        }
        let entries = checked(entries, folder)?;
        let beside = |name: &str| {
            let path = folder.join(name);
            match fs::read_to_string(&path) {
                Ok(text) => Ok(Some((path.display().to_string(), Cow::Owned(text)))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(unreadable(&path)(error)),
            }
        };
        Ok(Self {
            entries,
            paths: beside(PATHS)?.map(|(_, text)| text),
            sources: beside(SOURCES)?,
        })
    }

    /// The short paths; why they cannot be read, in French.
    pub fn paths(&self) -> Result<Vec<ShortPath>, String> {
        self.paths.as_deref().map_or(Ok(Vec::new()), paths::read)
    }

    /// The inventory of the sources, if the course has one: its path, and it, or why it cannot be
    /// read.
    pub fn sources(&self) -> Option<(&str, Result<Sources, String>)> {
        let (path, text) = self.sources.as_ref()?;
        Some((path, Sources::read(text)))
    }

    /// The lessons, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The lesson of this identifier, folder name or number.
    pub fn find(&self, name: &str) -> Option<&Entry> {
        let wanted = numbered(name).map_or_else(|| name.to_owned(), |(_, id)| id);
        self.entries
            .iter()
            .find(|entry| entry.id == wanted || name.parse() == Ok(entry.number))
    }
}

impl Entry {
    /// The lesson's identifier: `image-conteneur`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its rank in the course.
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The file, as messages name it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The file's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads the front matter only.
    pub fn summary(&self) -> Result<Summary, LessonErrors> {
        format::summary(&self.path, &self.text)
    }

    /// Reads the lesson.
    pub fn load(&self) -> Result<Lesson, LessonErrors> {
        format::parse(&self.path, &self.id, self.number, &self.text)
    }
}

/// `03-image-conteneur` is lesson 3, `image-conteneur`.
fn numbered(folder: &str) -> Option<(u32, String)> {
    let (number, id) = folder.split_once('-')?;
    Some((number.parse().ok()?, id.to_owned()))
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> LoadError {
    let path = path.to_owned();
    |cause| LoadError::Unreadable { path, cause }
}

/// Lessons in order: at least one, each of its own name.
fn checked(entries: Vec<Entry>, place: &Path) -> Result<Vec<Entry>, LoadError> {
    if entries.is_empty() {
        return Err(LoadError::Empty(place.to_owned()));
    }
    let entries = sorted(entries);
    for (index, entry) in entries.iter().enumerate() {
        if entries[..index].iter().any(|other| other.id == entry.id) {
            return Err(LoadError::Twice(entry.id.clone()));
        }
    }
    Ok(entries)
}

fn sorted(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by(|one, other| (one.number, &one.id).cmp(&(other.number, &other.id)));
    entries
}
