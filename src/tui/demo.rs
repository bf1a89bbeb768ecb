//! A demo being given: where it is, what was typed, what was run, what the room said.

use std::collections::{BTreeMap, VecDeque};

use crate::demo::{Act, Beat, Script, Sheet};
use crate::domain::Snapshot;
use crate::lesson::{Choice, Lesson};

/// The most characters that one key types.
const STROKE: usize = 3;

/// A command of the demo that was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    /// The rank of its step in the timeline; `None` when the shell does not tell its commands.
    pub(crate) step: Option<usize>,
    /// Whether it has ended.
    pub(crate) ended: bool,
}

/// A demo of the open lesson.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about the stage"
)]
pub(crate) struct Demo {
    /// The beats.
    pub(crate) script: Script,
    /// The beat shown.
    pub(crate) at: usize,
    /// How many characters of its line are typed.
    pub(crate) typed: usize,
    /// Whether Enter was sent for it.
    pub(crate) sent: bool,
    /// What was run, by beat.
    pub(crate) runs: BTreeMap<usize, Run>,
    /// How many of the room chose each answer, by beat.
    pub(crate) votes: BTreeMap<usize, Vec<u32>>,
    /// The answer whose votes are typed.
    pub(crate) choice: usize,
    /// The first line shown of a text longer than its panel.
    pub(crate) scroll: usize,
    /// Whether the instructor types for real.
    pub(crate) hands: bool,
    /// Whether the screen is black.
    pub(crate) black: bool,
    /// Whether what changed has the whole screen.
    pub(crate) wide: bool,
    /// When it began, in seconds since the Unix epoch.
    pub(crate) began: u64,
    /// The state in which it began, once known.
    pub(crate) start: Option<Snapshot>,
    /// The lines that the state is being made again with: the beat of each that is one's.
    pub(crate) replay: VecDeque<Option<usize>>,
    /// The beat before which the simulated engine is going back to.
    pub(crate) travelling: Option<usize>,
}

impl Demo {
    /// A demo at its first beat.
    pub(crate) fn of(lesson: &Lesson, now: u64) -> Self {
        Self {
            script: Script::of(lesson),
            began: now,
            ..Self::default()
        }
    }

    /// The beat shown.
    pub(crate) fn beat(&self) -> Option<&Beat> {
        self.script.beats.get(self.at)
    }

    /// The line of the beat shown.
    pub(crate) fn line(&self) -> Option<&str> {
        self.beat()?.line()
    }

    /// What became of the line of the beat shown.
    pub(crate) fn run(&self) -> Option<&Run> {
        self.runs.get(&self.at)
    }

    /// Whether a line of the beat shown still has to be run.
    pub(crate) fn is_to_type(&self) -> bool {
        self.line().is_some() && self.run().is_none() && !self.sent
    }

    /// Whether lines are being typed by the program itself, to make a state again.
    pub(crate) fn is_replaying(&self) -> bool {
        !self.replay.is_empty() || self.travelling.is_some()
    }

    /// What the next key types: as a person would, a few characters, never beyond a word. A text of
    /// several lines comes at once.
    pub(crate) fn stroke(&self) -> Option<String> {
        let line = self.line().filter(|_| self.is_to_type())?;
        if line.contains('\n') {
            return (self.typed == 0).then(|| line.to_owned());
        }
        let mut text = String::new();
        for character in line.chars().skip(self.typed).take(STROKE) {
            text.push(character);
            if character == ' ' {
                break;
            }
        }
        (!text.is_empty()).then_some(text)
    }

    /// What is left to type.
    pub(crate) fn rest(&self) -> String {
        let line = self.line().unwrap_or_default();
        line.chars().skip(self.typed).collect()
    }

    /// The beat whose line is the next one to begin; `None` for a line typed by hand, or that only
    /// makes a state again.
    pub(crate) fn run_next(&self) -> Option<usize> {
        match self.replay.front() {
            Some(beat) => *beat,
            None => self.sent.then_some(self.at),
        }
    }

    /// The beat at which the room was asked about the block of the beat shown.
    pub(crate) fn asked(&self) -> Option<usize> {
        let here = self.beat()?;
        let same = |it: &Beat| it.section == here.section && it.block == here.block;
        let before = self.script.beats.iter().take(self.at + 1);
        let asked = before
            .enumerate()
            .filter(|(_, it)| same(it) && it.act == Act::Ask);
        asked.map(|(rank, _)| rank).next()
    }

    /// The beat at which what is so of the block of the beat shown is revealed.
    pub(crate) fn revealed(&self) -> Option<usize> {
        let here = self.beat()?;
        let mut beats = self.script.beats.iter();
        beats.position(|it| {
            it.section == here.section && it.block == here.block && it.act == Act::Reveal
        })
    }

    /// The votes about the block of the beat shown, one per answer.
    pub(crate) fn tally(&self, choices: &[Choice]) -> Vec<u32> {
        let mut votes = self
            .asked()
            .and_then(|it| self.votes.get(&it).cloned())
            .unwrap_or_default();
        votes.resize(choices.len(), 0);
        votes
    }

    /// What the speaker reads now.
    pub(crate) fn sheet(&self, lesson: &Lesson) -> Sheet {
        Sheet {
            began: self.began,
            ..Sheet::of(lesson, &self.script, self.at)
        }
    }

    /// The rank of the first beat of a block's command from here back: what « repeat » repeats.
    pub(crate) fn last_typed(&self) -> Option<usize> {
        (0..=self.at).rev().find(|rank| {
            self.script
                .beats
                .get(*rank)
                .is_some_and(|it| it.line().is_some())
        })
    }
}
