//! What the learner has done, kept between sessions.
//!
//! One JSON file in the user's state folder, written whole after each step (see [`store`]): a kill
//! at any moment leaves the former file or the new one, never half of one.

mod recall;
mod store;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use recall::Day;
pub use store::{Opened, ProgressError, Store, state_folder};

/// The version of the file that this program writes.
///
/// 2 adds the recall of past questions, the engines and the observations.
pub(crate) const FORMAT: u32 = 2;

/// All that the learner has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    format: u32,
    #[serde(default, rename = "lecons")]
    lessons: BTreeMap<String, LessonProgress>,
    #[serde(default, rename = "rappel")]
    recall: recall::Recall,
    /// Whether the tour of the screen was seen.
    #[serde(default, rename = "visite")]
    toured: bool,
}

/// What was done in one lesson.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LessonProgress {
    /// Titles of the parts read to their end.
    #[serde(rename = "sections-lues")]
    pub sections_read: BTreeSet<String>,
    /// Exercises, by identifier.
    #[serde(rename = "exercices")]
    pub exercises: BTreeMap<String, ExerciseProgress>,
    /// Quizzes and predictions, by identifier: the answer chosen first, as its rank from 0.
    #[serde(rename = "reponses")]
    pub answers: BTreeMap<String, usize>,
    /// Observations, by identifier.
    pub observations: BTreeMap<String, Seen>,
    /// Where the learner left.
    pub position: Place,
}

/// What became of one exercise.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ExerciseProgress {
    /// When its goal was first reached, in seconds since the Unix epoch.
    #[serde(rename = "fait")]
    pub done_at: Option<u64>,
    /// Hints shown before that, at most.
    #[serde(rename = "indices")]
    pub hints: usize,
    /// The engine on which it was, in a few French words.
    #[serde(rename = "moteur", skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
}

/// What was seen, as the engine judged it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Seen {
    /// Whether the first answer was right.
    #[serde(rename = "du-premier-coup")]
    pub at_first: bool,
    /// When the right answer was given or shown, in seconds since the Unix epoch.
    #[serde(rename = "le")]
    pub at: u64,
    /// The engine on which it was, in a few French words.
    #[serde(rename = "moteur", skip_serializing_if = "Option::is_none")]
    pub engine: Option<String>,
}

/// A place in a lesson, by ranks from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// The part.
    pub section: usize,
    /// The block in the part.
    #[serde(rename = "bloc")]
    pub block: usize,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            format: FORMAT,
            lessons: BTreeMap::new(),
            recall: recall::Recall::default(),
            toured: false,
        }
    }
}

impl Progress {
    /// Whether the tour of the screen was seen.
    pub const fn has_toured(&self) -> bool {
        self.toured
    }

    /// The tour of the screen was seen, or skipped.
    pub const fn tour(&mut self) {
        self.toured = true;
    }

    /// What was done in a lesson.
    pub fn lesson(&self, lesson: &str) -> Option<&LessonProgress> {
        self.lessons.get(lesson)
    }

    /// Whether an exercise is done.
    pub fn is_done(&self, lesson: &str, exercise: &str) -> bool {
        self.lesson(lesson)
            .and_then(|it| it.exercises.get(exercise))
            .is_some_and(|it| it.done_at.is_some())
    }

    /// The answer given to a quiz or a prediction, as its rank.
    pub fn answer(&self, lesson: &str, block: &str) -> Option<usize> {
        self.lesson(lesson)?.answers.get(block).copied()
    }

    /// Where the learner left a lesson.
    pub fn place(&self, lesson: &str) -> Place {
        self.lesson(lesson)
            .map_or_else(Place::default, |it| it.position)
    }

    /// A part was read to its end.
    pub fn read_section(&mut self, lesson: &str, title: &str) {
        self.entry(lesson).sections_read.insert(title.to_owned());
    }

    /// An exercise is done, on this engine; the first time counts.
    pub fn finish(&mut self, lesson: &str, exercise: &str, at: u64, engine: Option<String>) {
        let exercise = self
            .entry(lesson)
            .exercises
            .entry(exercise.to_owned())
            .or_default();
        if exercise.done_at.is_none() {
            exercise.done_at = Some(at);
            exercise.engine = engine;
        }
    }

    /// Something was seen on the engine; the first time counts.
    pub fn see(&mut self, lesson: &str, observation: &str, seen: Seen) {
        self.entry(lesson)
            .observations
            .entry(observation.to_owned())
            .or_insert(seen);
    }

    /// A question was answered in its lesson or in a review: it will come back.
    pub fn recall(&mut self, lesson: &str, question: &str, right: bool, today: Day) {
        self.recall.answered(lesson, question, right, today);
    }

    /// Whether a question that was answered is to be asked again.
    pub fn is_due(&self, lesson: &str, question: &str, today: Day) -> bool {
        let due = || self.recall.due(lesson, question);
        self.answer(lesson, question).is_some() && due().is_none_or(|due| due <= today)
    }

    /// The day on which a question comes back, when it has been asked.
    pub fn due(&self, lesson: &str, question: &str) -> Option<Day> {
        self.recall.due(lesson, question)
    }

    /// Whether there was no review today yet.
    pub fn may_review(&self, today: Day) -> bool {
        self.recall.may_review(today)
    }

    /// The review of this day is done, or skipped.
    pub fn reviewed(&mut self, today: Day) {
        self.recall.reviewed(today);
    }

    /// So many hints of an exercise were shown.
    pub fn show_hints(&mut self, lesson: &str, exercise: &str, hints: usize) {
        let exercise = self
            .entry(lesson)
            .exercises
            .entry(exercise.to_owned())
            .or_default();
        exercise.hints = exercise.hints.max(hints);
    }

    /// A quiz or a prediction was answered; the first answer counts.
    pub fn choose(&mut self, lesson: &str, block: &str, choice: usize) {
        self.entry(lesson)
            .answers
            .entry(block.to_owned())
            .or_insert(choice);
    }

    /// The learner is here.
    pub fn go_to(&mut self, lesson: &str, place: Place) {
        self.entry(lesson).position = place;
    }

    /// Brings back to today what is dated from days to come.
    fn mend(&mut self, today: Day) {
        self.recall.mend(today);
    }

    fn entry(&mut self, lesson: &str) -> &mut LessonProgress {
        self.lessons.entry(lesson.to_owned()).or_default()
    }

    /// Adds what another session did. Nothing done on either side is lost; the learner's place is
    /// this side's.
    pub fn merge(&mut self, other: &Self) {
        self.recall.merge(&other.recall);
        self.toured |= other.toured;
        for (name, theirs) in &other.lessons {
            let Some(ours) = self.lessons.get_mut(name) else {
                self.lessons.insert(name.clone(), theirs.clone());
                continue;
            };
            ours.sections_read
                .extend(theirs.sections_read.iter().cloned());
            for (exercise, theirs) in &theirs.exercises {
                let ours = ours.exercises.entry(exercise.clone()).or_default();
                ours.hints = ours.hints.max(theirs.hints);
                let earlier = match (ours.done_at, theirs.done_at) {
                    (Some(one), Some(other)) => other < one,
                    (one, other) => one.is_none() && other.is_some(),
                };
                if earlier {
                    ours.done_at = theirs.done_at;
                    ours.engine.clone_from(&theirs.engine);
                }
            }
            for (block, choice) in &theirs.answers {
                ours.answers.entry(block.clone()).or_insert(*choice);
            }
            for (block, theirs) in &theirs.observations {
                let seen = ours.observations.entry(block.clone());
                let seen = seen.or_insert_with(|| theirs.clone());
                if theirs.at < seen.at {
                    *seen = theirs.clone();
                }
            }
        }
    }

    fn forget(&mut self, lesson: &str) {
        self.lessons.remove(lesson);
        self.recall.forget(lesson);
    }
}
