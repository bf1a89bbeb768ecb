//! The short paths: lessons, or parts of lessons, in an order of their own, for who has not the time
//! of the whole course. Read from `parcours.yaml` beside the lessons.

use serde::Deserialize;

/// A short path.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Path {
    /// A short name without accents.
    pub id: String,
    /// Its title.
    #[serde(rename = "titre")]
    pub title: String,
    /// How long it takes, as it is told: `2 h 20`.
    #[serde(rename = "duree")]
    pub duration: String,
    /// For whom.
    #[serde(rename = "pour")]
    pub audience: String,
    /// Its steps, in order.
    #[serde(rename = "lecons")]
    pub stops: Vec<Stop>,
}

/// A step of a path: a lesson, or one part of it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub struct Stop {
    /// The lesson's identifier.
    pub lesson: String,
    /// The title of the part, when it is not the whole lesson.
    pub part: Option<String>,
}

impl From<String> for Stop {
    fn from(text: String) -> Self {
        match text.split_once('#') {
            Some((lesson, part)) => Self {
                lesson: lesson.to_owned(),
                part: Some(part.to_owned()),
            },
            None => Self {
                lesson: text,
                part: None,
            },
        }
    }
}

/// Reads `parcours.yaml`; why it cannot be read, in French.
pub(super) fn read(text: &str) -> Result<Vec<Path>, String> {
    serde_saphyr::from_str(text).map_err(|error| format!("parcours.yaml\u{a0}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_a_lesson_or_a_part_of_one() {
        let text = "- id: court\n  titre: Court\n  duree: 1 h\n  pour: Pour voir.\n  \
                    lecons: [volumes, \"image-conteneur#À vous, sans modèle\"]\n";
        let paths = read(text).unwrap();
        let stops = &paths[0].stops;
        assert_eq!(
            (stops[0].lesson.as_str(), &stops[0].part),
            ("volumes", &None)
        );
        assert_eq!(stops[1].lesson, "image-conteneur");
        assert_eq!(stops[1].part.as_deref(), Some("À vous, sans modèle"));
        assert!(read("- id: x").is_err());
    }

    #[test]
    fn the_paths_of_the_binary_name_parts_that_exist() {
        let course = crate::lesson::Course::embedded();
        let paths = course.paths().unwrap();
        assert!(!paths.is_empty());
        for stop in paths.iter().flat_map(|path| &path.stops) {
            let (Some(entry), Some(part)) = (course.find(&stop.lesson), &stop.part) else {
                continue;
            };
            let lesson = entry.load().unwrap();
            let found = lesson.sections.iter().any(|it| it.title == *part);
            assert!(found, "{} has no part « {part} »", stop.lesson);
        }
    }
}
