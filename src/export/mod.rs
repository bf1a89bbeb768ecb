//! A lesson, or a recorded session, as one HTML page that is read without a network nor a script:
//! prose, commands, what they wrote, what they changed, drawings with their reading.
//!
//! Both are told by the beats of the lesson ([`crate::demo`]). The steps of a lesson's page are the
//! commands of its demo, as they were just performed ([`crate::verify`]); those of a recording's are
//! its markers, and nothing else.

mod blocks;
mod page;
mod prose;
mod recorded;
mod steps;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::page::Page;
use self::steps::Step;
use crate::cast::{Outcome, Recording};
use crate::demo::{Act, Script};
use crate::lesson::{Course, Lesson};
use crate::text::changes;
use crate::tui::plain;
use crate::verify::Performed;

/// A page, and what its reader does not need to know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// The page.
    pub html: String,
    /// What could not be told, in French.
    pub notices: Vec<String>,
}

/// The page of a lesson, with what each of its commands did.
pub fn lesson(lesson: &Lesson, performed: &[Performed]) -> String {
    let script = Script::of(lesson);
    let did: BTreeMap<usize, &Performed> = performed.iter().map(|it| (it.beat, it)).collect();
    let mut page = Page::default();
    for (rank, beat) in script.beats.iter().enumerate() {
        let Some(block) = beat.block_in(lesson) else {
            continue;
        };
        page.enter(lesson, beat.section);
        match &beat.act {
            Act::Type { line, .. } => {
                let outcome = did.get(&rank).map(|it| outcome(it));
                page.step(&Step::of(block, line, outcome.as_ref(), ""));
            }
            act => page.add(&blocks::told(act, block)),
        }
    }
    let minutes = lesson.duration.as_secs() / 60;
    let about = [format!(
        "Leçon de moussaillon {}, d’une durée prévue de {minutes}\u{a0}minutes. Ce que les commandes \
         affichent et changent est ce qui s’est passé sur le moteur simulé, à l’écriture de cette \
         page.",
        env!("CARGO_PKG_VERSION"),
    )];
    page.end(&lesson.title, &about, &lesson.objectives)
}

/// The page of a recording. The course gives the prose of the lessons that it shows.
pub fn recording(recording: &Recording, course: &Course) -> Exported {
    recorded::page(recording, course)
}

fn outcome(it: &Performed) -> Outcome {
    Outcome {
        status: it.status,
        output: plain(it.output.as_bytes()),
        changes: changes::signed(&it.diff),
    }
}
