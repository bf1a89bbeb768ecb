//! The inventory of the course's sources (`sources.yaml`), and where each of its rows is taught.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fault::{LessonError, Problem};
use super::load::{Course, Entry};
use super::model::{Lesson, Position};

/// The inventory, in the order of its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    /// Each row, under its number.
    pub rows: BTreeMap<String, Source>,
}

/// A row of the inventory: something that a source says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// `dit`: what, in our own words.
    #[serde(rename = "dit")]
    pub says: String,
    /// `verdict`: what it is worth.
    pub verdict: Worth,
    /// `corrige`: the misconceptions that put it right.
    #[serde(rename = "corrige", default)]
    pub corrected_by: Vec<String>,
    /// `lecons`: the lessons that should speak of it.
    #[serde(rename = "lecons", default)]
    pub lessons: Vec<String>,
    /// The line of the file.
    #[serde(skip)]
    pub line: usize,
}

/// What a row is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Worth {
    /// True.
    Exact,
    /// Not quite.
    Inexact,
    /// False.
    Faux,
    /// True once.
    Date,
    /// Announced, and missing.
    Lacune,
}

/// A row and where it is taught: lessons, each with a part or a block of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home<'a> {
    /// The row's number.
    pub row: &'a str,
    /// What it says.
    pub source: &'a Source,
    /// Identifiers of lessons, and places in them.
    pub places: Vec<(String, String)>,
}

impl Sources {
    /// Reads the inventory; why not, in French.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut rows: BTreeMap<String, Source> =
            serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        for (number, line) in text.lines().enumerate() {
            let row = line.split(':').next().and_then(|row| rows.get_mut(row));
            if let Some(row) = row {
                row.line = number + 1;
            }
        }
        Ok(Self { rows })
    }

    /// Where each row is taught.
    pub fn homes(&self, lessons: &[Lesson]) -> Vec<Home<'_>> {
        let rows = self.rows.iter();
        rows.map(|(row, source)| Home {
            row,
            source,
            places: lessons
                .iter()
                .flat_map(|lesson| lesson.covers.iter().map(move |it| (lesson, it)))
                .filter(|(_, covered)| covered.row == *row)
                .map(|(lesson, covered)| (lesson.id.clone(), covered.place.clone()))
                .collect(),
        })
        .collect()
    }
}

/// What is wrong between a whole course and its inventory: a row without a home, a lesson that
/// covers a row that is not there. Nothing for a course that has no inventory.
pub fn check_coverage(course: &Course, lessons: &[Lesson]) -> Vec<LessonError> {
    let fault = |file: &str, line: usize, words: String| LessonError {
        file: file.to_owned(),
        position: Position { line, column: 1 },
        problem: Problem::Invalid(words),
    };
    let (file, sources) = match course.sources() {
        None => return Vec::new(),
        Some((file, Ok(sources))) => (file, sources),
        Some((file, Err(reason))) => return vec![fault(file, 1, reason)],
    };
    let homeless = sources.homes(lessons).into_iter().filter_map(|home| {
        let words = format!(
            "« {} » n’est traité par aucune leçon : {}",
            home.row, home.source.says
        );
        let bare = home.places.is_empty();
        bare.then(|| fault(file, home.source.line, words))
    });
    let unknown = lessons.iter().flat_map(|lesson| {
        let entry = course.find(&lesson.id);
        let covers = lesson.covers.iter();
        let strangers = covers.filter(|it| !sources.rows.contains_key(&it.row));
        strangers
            .map(|it| {
                let words = format!(
                    "« couvre » : aucune ligne des sources ne s’appelle « {} »",
                    it.row
                );
                let lines = entry.map_or("", Entry::text).lines();
                let line = lines.take_while(|line| !line.contains(&it.row)).count() + 1;
                fault(entry.map_or(file, Entry::path), line, words)
            })
            .collect::<Vec<_>>()
    });
    homeless.chain(unknown).collect()
}
