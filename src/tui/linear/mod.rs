//! The tutorial as plain lines, one after the other: for screen readers, pipes and terminals that
//! only print (`--lineaire`).
//!
//! The model, its messages and its effects are those of the screen; only what is shown and what is
//! typed differ. What is shown is [`Telling`]: the part of the lesson as paragraphs, then each
//! paragraph that was not there before. What is typed is a line: a word after a colon
//! ([`Command`]), which no shell takes for a command, else a line for the shell.

mod act;
mod blocks;
mod command;
mod course;
mod paper;
mod prose;
mod section;
mod telling;
#[cfg(test)]
mod tests;

pub(crate) use act::{Outcome, act};
pub(crate) use command::{Command, parse};
pub(crate) use paper::{Paper, plain};
pub(crate) use telling::Telling;

use super::keymap::Action;
use super::study::Item;

/// What a line asks of the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// What a key would do.
    Act(Action),
    /// What Enter would do on this item of the page.
    Item(Item),
    /// To open this row of the course.
    Open(usize),
    /// To answer the observation at hand.
    Answer(String),
    /// Whether to send what was asked about.
    Confirm(bool),
}

/// A sentence without signs that a screen reader would spell.
pub(crate) fn spoken(text: &str) -> String {
    text.replace('✔', "réussi\u{a0}:")
        .replace('✘', "manqué\u{a0}:")
        .replace(['▲', '●', '○', '▸', '★'], "")
}
