//! The beats of a lesson.

use crate::lesson::{Block, Lesson};

/// What an instructor does at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beat {
    /// The part of the lesson (its rank).
    pub section: usize,
    /// The block of that part (its rank).
    pub block: usize,
    /// What is done.
    pub act: Act,
}

/// What is done at a beat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Something is told: prose, a drawing, a belief, what an exercise wants.
    Tell,
    /// The room is asked, and nothing goes on until the instructor decides.
    Ask,
    /// A command line is typed and run.
    Type {
        /// The line; a file is written by one of several lines.
        line: String,
        /// Its rank among those of its block.
        index: usize,
    },
    /// What is so is shown: the right answer, the goal met, what the engine says.
    Reveal,
}

/// A lesson as its beats, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// The beats.
    pub beats: Vec<Beat>,
}

impl Script {
    /// The beats of a lesson. One without any (an empty lesson) has none.
    pub fn of(lesson: &Lesson) -> Self {
        let mut beats = Vec::new();
        for (section, part) in lesson.sections.iter().enumerate() {
            for (block, it) in part.blocks.iter().enumerate() {
                beats.extend(acts(it).into_iter().map(|act| Beat {
                    section,
                    block,
                    act,
                }));
            }
        }
        Self { beats }
    }

    /// The command lines, each with the rank of its beat.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let beats = self.beats.iter().enumerate();
        beats.filter_map(|(rank, beat)| Some((rank, beat.line()?)))
    }

    /// The next command line from a beat on, this one included.
    pub fn next_line(&self, from: usize) -> Option<&str> {
        self.beats.iter().skip(from).find_map(Beat::line)
    }
}

impl Beat {
    /// The command line that is typed at this beat.
    pub fn line(&self) -> Option<&str> {
        match &self.act {
            Act::Type { line, .. } => Some(line),
            Act::Tell | Act::Ask | Act::Reveal => None,
        }
    }

    /// Its block.
    pub fn block_in<'l>(&self, lesson: &'l Lesson) -> Option<&'l Block> {
        lesson.sections.get(self.section)?.blocks.get(self.block)
    }

    /// What it is about, in one line of French.
    pub fn label(&self, lesson: &Lesson) -> String {
        let words = match (&self.act, self.block_in(lesson)) {
            (Act::Type { line, .. }, _) => return format!("$ {}", first_line(line)),
            (Act::Reveal, Some(Block::Exercise(it))) => format!("But\u{a0}: {}", it.id),
            (Act::Reveal, _) => "Réponse".to_owned(),
            (_, Some(Block::Prose(text))) => opening(text),
            (_, Some(Block::Prediction(it))) => format!("Prédiction\u{a0}: {}", it.question),
            (_, Some(Block::Quiz(it))) => format!("Question\u{a0}: {}", it.question),
            (_, Some(Block::Misconception(it))) => format!("On croit\u{a0}: {}", it.belief),
            (_, Some(Block::Exercise(it))) => {
                format!("Exercice\u{a0}: {}", opening(&it.instruction))
            }
            (_, Some(Block::Observation(it))) => format!("Observer\u{a0}: {}", it.question),
            (_, Some(Block::Diagram(it))) => format!("Schéma\u{a0}: {}", it.kind.name()),
            (_, Some(Block::Recap(_))) => "Bilan".to_owned(),
            (_, Some(Block::Command(_) | Block::File(_) | Block::Note(_)) | None) => String::new(),
        };
        words.replace(['`', '*'], "")
    }

    /// What the speaker's notes say around it: those of its part.
    pub fn notes<'l>(&self, lesson: &'l Lesson) -> Vec<&'l str> {
        let part = lesson.sections.get(self.section);
        let blocks = part.map_or(&[][..], |part| &part.blocks);
        blocks
            .iter()
            .filter_map(|block| match block {
                Block::Note(note) => Some(note.0.trim()),
                _ => None,
            })
            .collect()
    }
}

fn first_line(text: &str) -> &str {
    text.trim().lines().next().unwrap_or_default()
}

/// The first line, marked as cut when it is not all.
fn opening(text: &str) -> String {
    let first = first_line(text);
    if first.len() < text.trim().len() && !first.ends_with(['.', '\u{a0}', ':', '!', '?']) {
        return format!("{first}…");
    }
    first.to_owned()
}

fn typed(lines: impl IntoIterator<Item = String>) -> impl Iterator<Item = Act> {
    let lines = lines.into_iter().enumerate();
    lines.map(|(index, line)| Act::Type { line, index })
}

/// What is done with a block, in order.
fn acts(block: &Block) -> Vec<Act> {
    let around = |first: Act, lines: Vec<String>| -> Vec<Act> {
        let lines = typed(lines);
        std::iter::once(first)
            .chain(lines)
            .chain([Act::Reveal])
            .collect()
    };
    match block {
        Block::Prose(_) | Block::Diagram(_) | Block::Recap(_) => vec![Act::Tell],
        Block::Command(line) => typed([line.clone()]).collect(),
        Block::File(file) => typed([file.write_line()]).collect(),
        Block::Prediction(it) => around(Act::Ask, vec![it.command.clone()]),
        Block::Observation(it) => around(Act::Ask, vec![it.command.clone()]),
        Block::Quiz(_) => vec![Act::Ask, Act::Reveal],
        Block::Misconception(it) => {
            let lines = it.experiment.iter().map(|trial| trial.command.clone());
            around(Act::Ask, lines.collect())
        }
        Block::Exercise(it) => around(Act::Tell, it.solution.clone()),
        Block::Note(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Course;

    #[test]
    fn every_command_of_every_lesson_is_typed_once_in_its_order() {
        let course = Course::embedded();
        for entry in course.entries() {
            let lesson = entry.load().expect("a sound lesson");
            let mut wanted: Vec<String> = Vec::new();
            for block in lesson.blocks() {
                match block {
                    Block::Command(line) => wanted.push(line.clone()),
                    Block::File(file) => wanted.push(file.write_line()),
                    Block::Prediction(it) => wanted.push(it.command.clone()),
                    Block::Observation(it) => wanted.push(it.command.clone()),
                    Block::Exercise(it) => wanted.extend(it.solution.iter().cloned()),
                    Block::Misconception(it) => {
                        wanted.extend(it.experiment.iter().map(|it| it.command.clone()));
                    }
                    _ => {}
                }
            }
            let script = Script::of(&lesson);
            let typed: Vec<&str> = script.lines().map(|(_, line)| line).collect();
            assert!(!typed.is_empty());
            assert_eq!(typed, wanted, "{}", lesson.id);
        }
    }

    #[test]
    fn the_room_is_asked_before_the_command_and_told_after_it() {
        let lesson = Course::embedded().find("image-conteneur").unwrap().load();
        let lesson = lesson.expect("a sound lesson");
        let script = Script::of(&lesson);
        for (rank, beat) in script.beats.iter().enumerate() {
            if let Some(Block::Prediction(it)) = beat.block_in(&lesson)
                && beat.act == Act::Ask
            {
                assert_eq!(script.beats[rank + 1].line(), Some(it.command.as_str()));
                assert_eq!(script.beats[rank + 2].act, Act::Reveal);
            }
        }
        assert!(script.beats.iter().any(|it| !it.notes(&lesson).is_empty()));
    }
}
