//! What was proven, and what was not.

use std::fmt;

use crate::lesson::{LessonError, Position};

/// Something that a lesson says and that is not so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The lesson's file.
    pub file: String,
    /// Where in it.
    pub position: Position,
    /// What, in French.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.position.line, self.position.column, self.message
        )
    }
}

impl From<LessonError> for Finding {
    fn from(error: LessonError) -> Self {
        let message = error.problem.to_string();
        Self {
            file: error.file,
            position: error.position,
            message,
        }
    }
}

/// How many of each thing were tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Exercises.
    pub exercises: usize,
    /// `essai` of a `cas`.
    pub attempts: usize,
    /// States that are almost the one a solution makes.
    pub near_misses: usize,
    /// Predictions.
    pub predictions: usize,
    /// Observations.
    pub observations: usize,
    /// Experiments of misconceptions.
    pub experiments: usize,
    /// Commands run, all in all.
    pub commands: usize,
}

/// The outcome of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What is not so; empty when everything is proven.
    pub findings: Vec<Finding>,
    /// What was tried.
    pub counts: Counts,
}

impl Report {
    /// Whether everything is proven.
    pub fn is_proven(&self) -> bool {
        self.findings.is_empty()
    }

    /// The last line: « 4 exercices, 10 essais, … : tout est prouvé ».
    pub fn summary(&self) -> String {
        let Counts {
            exercises,
            attempts,
            near_misses,
            predictions,
            observations,
            experiments,
            commands,
        } = self.counts;
        let verdict = match self.findings.len() {
            0 => "tout est prouvé".to_owned(),
            1 => "1 défaut".to_owned(),
            number => format!("{number} défauts"),
        };
        format!(
            "{}, {}, {}, {}, {}, {} ({}) : {verdict}",
            count(exercises, "exercice"),
            count(attempts, "essai"),
            count(near_misses, "état presque juste"),
            count(predictions, "prédiction"),
            count(observations, "observation"),
            count(experiments, "expérience"),
            count(commands, "commande"),
        )
    }
}

/// « 1 essai », « 3 essais », « 2 états presque justes ».
fn count(number: usize, noun: &str) -> String {
    let plural = || {
        let words = noun.split(' ').map(|word| match word {
            "presque" => word.to_owned(),
            word => format!("{word}s"),
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let noun = if number > 1 {
        plural()
    } else {
        noun.to_owned()
    };
    format!("{number} {noun}")
}
