//! What can be said of a lesson without running it: its French, its commands, what it lacks.

mod blocks;
pub(super) mod commands;
mod prose;
#[cfg(test)]
mod tests;

use super::fault::{LessonError, Problem};
use super::format::split::{line_starts, position};
use super::goal::Matcher;
use super::load::{Course, Entry};
use super::model::{Block, Choice, Exercise, Lesson, Position};

/// An exercise has at least that many recognised wrong attempts.
const LEAST_CASES: usize = 2;
/// What marks a place of a new lesson that is to be filled in.
const TO_WRITE: &str = "À ÉCRIRE";
/// And at least that many hints.
const LEAST_HINTS: usize = 3;

/// Looks a lesson over; the faults are in the order of the file.
pub fn lint(course: &Course, entry: &Entry, lesson: &Lesson) -> Vec<LessonError> {
    let mut faults = Faults::new(entry.path(), entry.text());
    let start = Position { line: 1, column: 1 };
    encoding(&mut faults);
    for (byte, _) in entry.text().match_indices(TO_WRITE) {
        faults.at_byte(byte, format!("« {TO_WRITE} » : ce passage reste à écrire"));
    }
    for name in &lesson.prerequisites {
        if !course.entries().iter().any(|other| other.id() == name) {
            faults.near(
                start,
                name,
                format!("« {name} » : aucune leçon ne porte ce nom"),
            );
        }
        if *name == lesson.id {
            faults.near(
                start,
                name,
                "une leçon n’est pas son propre prérequis".to_owned(),
            );
        }
    }
    if lesson.objectives.is_empty() {
        faults.at(
            start,
            "« objectifs » est vide : que saura-t-on faire ensuite ?".to_owned(),
        );
    }
    prose::check(&mut faults, start, &lesson.title);
    lesson
        .objectives
        .iter()
        .for_each(|text| prose::check(&mut faults, start, text));
    for section in &lesson.sections {
        prose::check(&mut faults, start, &section.title);
        section
            .blocks
            .iter()
            .for_each(|block| check_block(&mut faults, block));
    }
    blocks::check_covers(&mut faults, lesson);
    blocks::check_last(&mut faults, lesson);
    commands::check(&mut faults, lesson);
    faults.found.sort_by_key(|fault| fault.position);
    faults.found.dedup();
    faults.found
}

fn check_block(faults: &mut Faults<'_>, block: &Block) {
    let start = Position { line: 1, column: 1 };
    match block {
        Block::Prose(text) => {
            if text.lines().any(|line| line.starts_with("# ")) {
                let words =
                    "le titre de la leçon est dans l’en-tête ; les parties commencent par « ## »";
                faults.near(
                    start,
                    text.lines().next().unwrap_or_default(),
                    words.to_owned(),
                );
            }
            prose::check(faults, start, text);
        }
        Block::Note(note) => prose::check(faults, start, &note.0),
        Block::Command(_) | Block::File(_) => {}
        Block::Observation(it) => blocks::check_observation(faults, it),
        Block::Diagram(it) => {
            if let Some(words) = &it.caption {
                prose::check(faults, it.position, words);
            }
        }
        Block::Recap(it) => blocks::check_recap(faults, it),
        Block::Exercise(exercise) => check_exercise(faults, exercise),
        Block::Quiz(quiz) => {
            prose::check(faults, quiz.position, &quiz.question);
            check_choices(faults, quiz.position, &quiz.choices);
        }
        Block::Prediction(prediction) => {
            let at = prediction.position;
            prose::check(faults, at, &prediction.question);
            check_choices(faults, at, &prediction.choices);
            let expected = &prediction.expected;
            if expected.status == 0
                && expected.output.is_empty()
                && expected.output_without.is_empty()
                && expected.goals.is_empty()
            {
                faults.at(
                    at,
                    "rien ne prouve la réponse juste : ajoutez « sortie », « code » ou « attendu »"
                        .to_owned(),
                );
            }
        }
        Block::Misconception(it) => {
            prose::check(faults, it.position, &it.belief);
            prose::check(faults, it.position, &it.truth);
            let proves = it.experiment.iter().any(|trial| {
                let expected = &trial.expected;
                expected.status != 0 || !expected.output.is_empty() || !expected.goals.is_empty()
            });
            if !proves {
                faults.at(it.position, "cette expérience ne réfute rien : une de ses commandes doit avoir « sortie », « code » ou « attendu »".to_owned());
            }
        }
    }
}

fn check_choices(faults: &mut Faults<'_>, at: Position, choices: &[Choice]) {
    for choice in choices {
        prose::check(faults, at, &choice.text);
        prose::check(faults, at, &choice.why);
    }
}

fn check_exercise(faults: &mut Faults<'_>, exercise: &Exercise) {
    let at = exercise.position;
    prose::check(faults, at, &exercise.instruction);
    exercise
        .hints
        .iter()
        .for_each(|hint| prose::check(faults, at, hint));
    for goal in &exercise.goals {
        if let Some(words) = &goal.otherwise {
            prose::check(faults, at, words);
        }
        if let Matcher::Command(wanted) = &goal.matcher
            && wanted.succeeded.is_none()
        {
            let line = wanted.lines.first().map_or("", String::as_str);
            let words = format!(
                "« {line} » qui échoue atteindrait ce but : ajoutez « reussie: true », ou « reussie: false » si c’est l’échec que l’on veut"
            );
            faults.at(at, words);
        }
    }
    for case in &exercise.cases {
        prose::check(faults, case.position, &case.say);
    }
    if exercise.cases.len() < LEAST_CASES {
        let number = exercise.cases.len();
        faults.at(at, format!("un exercice reconnaît au moins {LEAST_CASES} erreurs (« cas ») ; il y en a {number}"));
    }
    if exercise.hints.len() < LEAST_HINTS {
        let number = exercise.hints.len();
        faults.at(at, format!("un exercice a au moins {LEAST_HINTS} indices, du plus vague au plus précis ; il y en a {number}"));
    }
    if let Some(line) = &exercise.gaps {
        blocks::check_gaps(faults, at, line);
    }
    if exercise
        .solution
        .iter()
        .any(|line| exercise.instruction.contains(line.as_str()))
    {
        faults.at(
            at,
            "la consigne contient une ligne entière de la solution".to_owned(),
        );
    }
}

/// Traces of a text that was decoded wrongly, and letters in two pieces, anywhere in the file.
fn encoding(faults: &mut Faults<'_>) {
    const MOJIBAKE: &[&str] = &[
        "Ã©", "Ã¨", "Ãª", "Ã§", "Ã ", "â€™", "â€œ", "â€¦", "Â«", "Â»", "√©", "√®", "‚Äô",
        "\u{fffd}",
    ];
    let text = faults.text;
    for trace in MOJIBAKE {
        for (byte, _) in text.match_indices(trace) {
            faults.at_byte(
                byte,
                format!("« {trace} » : texte mal décodé (le fichier doit être en UTF-8)"),
            );
        }
    }
    for (byte, letter) in text.char_indices() {
        if ('\u{300}'..='\u{36f}').contains(&letter) {
            faults.at_byte(
                byte,
                "accent séparé de sa lettre : enregistrez le fichier en forme NFC".to_owned(),
            );
        }
    }
}

/// Faults, placed in the file.
pub(super) struct Faults<'a> {
    file: &'a str,
    text: &'a str,
    lines: Vec<usize>,
    found: Vec<LessonError>,
}

impl<'a> Faults<'a> {
    fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            file,
            text,
            lines: line_starts(text),
            found: Vec::new(),
        }
    }

    pub(super) fn at(&mut self, position: Position, words: String) {
        let problem = Problem::Invalid(words);
        self.found.push(LessonError {
            file: self.file.to_owned(),
            position,
            problem,
        });
    }

    fn at_byte(&mut self, byte: usize, words: String) {
        self.at(position(self.text, &self.lines, byte), words);
    }

    /// At the first place from `from` on where the file holds this extract, which comes from one
    /// line; at `from` when YAML wrote it otherwise.
    pub(super) fn near(&mut self, from: Position, extract: &str, words: String) {
        let start = self
            .lines
            .get(from.line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        match self.text[start..]
            .find(extract)
            .filter(|_| !extract.is_empty())
        {
            Some(byte) => self.at_byte(start + byte, words),
            None => self.at(from, words),
        }
    }
}
