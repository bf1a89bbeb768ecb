//! What the speaker reads in a second terminal, and what they ask from there.

use serde::{Deserialize, Serialize};

use super::{Act, Script, expectation, in_words};
use crate::lesson::{Block, Choice, Lesson};

/// What the speaker needs at a beat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The lesson's title.
    pub lesson: String,
    /// The title of the part.
    pub part: String,
    /// The beat, from 1.
    pub beat: usize,
    /// How many there are.
    pub beats: usize,
    /// What the beat is about.
    pub label: String,
    /// What comes next; empty at the end.
    pub next: String,
    /// The notes of the part.
    pub notes: Vec<String>,
    /// The next command; empty when there is none left.
    pub command: String,
    /// What that command must show.
    pub expected: String,
    /// What the room may well say or ask, and what to answer.
    pub questions: Vec<(String, String)>,
    /// When it began, in seconds since the Unix epoch.
    pub began: u64,
    /// How long it should take, in seconds.
    pub planned: u64,
}

/// What the speaker asks of the demo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remote {
    /// Finish the line, run it, go on.
    Go,
    /// Type a little more.
    Type,
    /// The next beat.
    Next,
    /// The one before.
    Previous,
    /// What changed, on the whole screen, or not any more.
    Wide,
    /// A black screen, or not any more.
    Black,
    /// Do the last command again.
    Repeat,
    /// Show this beat (its rank), without running anything.
    Jump(usize),
    /// Bring the engine to the state before the beat shown.
    Reset,
    /// Show what is so of what the room was asked.
    Reveal,
}

impl Sheet {
    /// The sheet of a beat (its rank) of a lesson's script. The time is the caller's to say.
    pub fn of(lesson: &Lesson, script: &Script, rank: usize) -> Self {
        let Some(beat) = script.beats.get(rank) else {
            return Self::default();
        };
        let part = lesson.sections.get(beat.section);
        let part = part.map(|it| it.title.as_str()).filter(|it| !it.is_empty());
        let next = script.beats.get(rank + 1);
        let typed = script
            .beats
            .iter()
            .skip(rank)
            .find(|it| it.line().is_some());
        let expected = typed.map(|beat| {
            let block = beat.block_in(lesson);
            match (&beat.act, block) {
                (Act::Type { index, .. }, _) => in_words(&expectation(block, *index)),
                _ => String::new(),
            }
        });
        Self {
            lesson: lesson.title.clone(),
            part: part.unwrap_or(&lesson.title).to_owned(),
            beat: rank + 1,
            beats: script.beats.len(),
            label: beat.label(lesson),
            next: next.map(|it| it.label(lesson)).unwrap_or_default(),
            notes: beat.notes(lesson).into_iter().map(str::to_owned).collect(),
            command: typed
                .and_then(|it| it.line())
                .unwrap_or_default()
                .to_owned(),
            expected: expected.unwrap_or_default(),
            questions: beat.block_in(lesson).map(questions).unwrap_or_default(),
            began: 0,
            planned: lesson.duration.as_secs(),
        }
    }
}

/// The wrong answers that a lesson knows, and what it answers to them.
fn questions(block: &Block) -> Vec<(String, String)> {
    let wrong = |choices: &[Choice]| -> Vec<(String, String)> {
        let wrong = choices.iter().filter(|choice| !choice.right);
        wrong
            .map(|choice| (plain(&choice.text), plain(&choice.why)))
            .collect()
    };
    match block {
        Block::Prediction(it) => wrong(&it.choices),
        Block::Quiz(it) => wrong(&it.choices),
        Block::Misconception(it) => vec![(plain(&it.belief), plain(&it.truth))],
        Block::Exercise(it) => it
            .cases
            .iter()
            .map(|case| (case.attempt.join(" ; "), plain(&case.say)))
            .collect(),
        _ => Vec::new(),
    }
}

fn plain(text: &str) -> String {
    text.replace(['`', '*'], "").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Course;

    #[test]
    fn it_has_the_next_command_and_what_the_room_may_say() {
        let lesson = Course::embedded().find("image-conteneur").unwrap().load();
        let lesson = lesson.expect("a sound lesson");
        let script = Script::of(&lesson);
        let asked = script
            .beats
            .iter()
            .position(|it| matches!(it.block_in(&lesson), Some(Block::Prediction(_))));
        let rank = asked.unwrap();
        let sheet = Sheet::of(&lesson, &script, rank);
        assert_eq!(sheet.command, script.next_line(rank).unwrap());
        assert!(sheet.expected.starts_with("code "));
        assert!(!sheet.questions.is_empty() && !sheet.next.is_empty());
        assert_eq!((sheet.beat, sheet.planned), (rank + 1, 40 * 60));
        let last = Sheet::of(&lesson, &script, script.beats.len() - 1);
        assert_eq!((last.command.as_str(), last.next.as_str()), ("", ""));
    }
}
