//! Which images lessons need, and which of them an engine has.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::ReadyError;
use crate::engine::Client;
use crate::lesson::{Course, LessonErrors};

/// An image that lessons need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// As lessons name it: `busybox:1.36`.
    pub image: String,
    /// The lessons that need it, by identifier, in the order of the course.
    pub lessons: Vec<String>,
}

/// An image, as an engine has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// `sha256:…`.
    pub id: String,
    /// Bytes.
    pub size: u64,
    /// The digests it was pulled under, without the repository.
    pub digests: Vec<String>,
    /// Its layers, lowest first: the same content on any engine, whatever identifier it gives.
    pub layers: Vec<String>,
}

/// The images that these lessons need; all of the course when none is named. A name is an
/// identifier, a folder or a number.
pub fn wanted(course: &Course, named: &[String]) -> Result<Vec<Wanted>, WantedError> {
    for name in named {
        if course.find(name).is_none() {
            let known: Vec<_> = course
                .entries()
                .iter()
                .map(crate::lesson::Entry::id)
                .collect();
            return Err(WantedError::NoSuchLesson(name.clone(), known.join(", ")));
        }
    }
    let chosen: BTreeSet<&str> = named
        .iter()
        .filter_map(|it| Some(course.find(it)?.id()))
        .collect();
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in course.entries() {
        if chosen.is_empty() || chosen.contains(entry.id()) {
            for image in entry.load()?.images {
                all.entry(image).or_default().push(entry.id().to_owned());
            }
        }
    }
    let wanted = all
        .into_iter()
        .map(|(image, lessons)| Wanted { image, lessons });
    Ok(wanted.collect())
}

/// Why it is not known what is needed.
#[derive(Debug, thiserror::Error)]
pub enum WantedError {
    /// No such lesson.
    #[error("aucune leçon ne s’appelle « {0} » ; il y a : {1}")]
    NoSuchLesson(String, String),
    /// A lesson cannot be read.
    #[error(transparent)]
    Lesson(#[from] LessonErrors),
}

/// The image that this reference names on the engine; `None` when there is none.
pub async fn held(client: &Client, image: &str) -> Result<Option<Held>, ReadyError> {
    match client.json(&format!("/images/{image}/json")).await {
        Ok(document) => Ok(Some(read(&document))),
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(ReadyError::engine(format!("chercher {image}"))(error)),
    }
}

fn read(document: &Value) -> Held {
    let texts = |value: &Value| -> Vec<String> {
        let list = value.as_array().into_iter().flatten();
        list.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let digests = texts(&document["RepoDigests"]);
    let digest = |it: String| Some(it.split_once('@')?.1.to_owned());
    Held {
        id: document["Id"].as_str().unwrap_or_default().to_owned(),
        size: document["Size"].as_u64().unwrap_or(0),
        digests: digests.into_iter().filter_map(digest).collect(),
        layers: texts(&document["RootFS"]["Layers"]),
    }
}

impl Held {
    /// Whether that is the same image: the same identifier, or the same layers (two engines may
    /// give the same content different identifiers).
    pub fn is(&self, id: &str, layers: &[String]) -> bool {
        self.id == id || (!layers.is_empty() && self.layers == layers)
    }
}

/// The twelve letters that docker shows of an identifier or a digest.
pub fn short(id: &str) -> &str {
    let id = id.strip_prefix("sha256:").unwrap_or(id);
    id.get(..12).unwrap_or(id)
}
