//! What the third panel can show: the engine's state, the steps, the calls, and what is inside.
//!
//! A pane is one file: what it shows (a pure function of the model), what it needs to be told while
//! it is on the screen, and its row in [`PANES`]. Moving, searching, opening and choosing the object
//! are the same in all, and live here.

use std::sync::Arc;

use crate::domain::{Kind, ObjectRef};
use crate::inside::Need;
use crate::tui::model::Model;

mod body;
mod calls;
mod history;
mod kernel;
mod layers;
mod logs;
mod network;
mod picture;
mod processes;
mod resources;
pub(crate) mod state;
mod step;
mod subject;
mod told;
mod window;

pub(crate) use body::{Kept, count, draw, first_line, rows, window};
pub(crate) use history::rank_of;
pub(crate) use network::Made as NetworksMade;
pub(crate) use subject::{subject, turn};
use window::Window;

/// Which pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Pane {
    /// The objects, and what the step changed.
    State,
    /// The steps of the session.
    History,
    /// The API calls of the step.
    Calls,
    /// Client, API, daemon, registry, images, containers, kernel.
    Picture,
    /// Layers of an image, and a container's writable one.
    Layers,
    /// Namespaces, cgroup and mounts of a container.
    Kernel,
    /// Networks, addresses, names and ports.
    Network,
    /// Processor and memory of a container, against their limits.
    Resources,
    /// What a container wrote.
    Logs,
    /// Processes, on the host and in the container.
    Processes,
}

/// What a pane is.
pub(crate) struct Spec {
    /// Which.
    pub(crate) pane: Pane,
    /// Its name.
    pub(crate) name: &'static str,
    /// The same, where room is short.
    pub(crate) short: &'static str,
    /// Its letter in the menu of panes.
    pub(crate) letter: char,
    /// What it shows, in a sentence.
    pub(crate) help: &'static str,
    /// The kinds of objects it can be about; none when it is about all of them.
    pub(crate) about: &'static [Kind],
    /// Whether its end is what matters: it follows it until the cursor leaves it.
    pub(crate) tail: bool,
    /// Its lines, at a width.
    pub(crate) rows: Rows,
    /// What it must be told while it is on the screen.
    pub(crate) needs: fn(&Model) -> Vec<Need>,
}

/// How a pane gives its lines, at a width.
pub(crate) enum Rows {
    /// All at once: they are kept until something changes.
    All(fn(&Model, usize) -> Vec<Row>),
    /// The same: the pane keeps them by itself, until what they are made from changes.
    Kept(fn(&Model, usize) -> Arc<Vec<Row>>),
    /// One after the other: there may be thousands, and those out of sight are not made.
    Each(fn(&Model, usize, &mut Window)),
}

/// A line of a pane.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    /// What is shown.
    pub(crate) line: ratatui::text::Line<'static>,
    /// What Enter does here, or on the lines under it that do nothing.
    pub(crate) act: Option<Act>,
    /// The object this line is about: the cursor makes it the subject of the other panes.
    pub(crate) object: Option<ObjectRef>,
}

/// What Enter does on a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Act {
    /// Opens or closes what has this name in the pane.
    Toggle(String),
    /// Shows this step (its rank) in every pane.
    Step(usize),
    /// Asks this, once.
    Ask(Need),
    /// Asks this, once; forgets it when it is known or already asked.
    Peek(Need),
    /// Makes this the subject of the panes.
    Choose(ObjectRef),
}

impl Row {
    /// A line that does nothing.
    pub(crate) fn plain(line: impl Into<ratatui::text::Line<'static>>) -> Self {
        Self {
            line: line.into(),
            ..Self::default()
        }
    }

    /// A line that opens and closes what has this name.
    pub(crate) fn toggle(
        line: impl Into<ratatui::text::Line<'static>>,
        name: impl Into<String>,
    ) -> Self {
        Self {
            line: line.into(),
            act: Some(Act::Toggle(name.into())),
            object: None,
        }
    }
}

/// Every pane, in the order of the keys that turn them.
pub(crate) const PANES: [&Spec; 10] = [
    &state::SPEC,
    &history::SPEC,
    &calls::SPEC,
    &picture::SPEC,
    &layers::SPEC,
    &kernel::SPEC,
    &network::SPEC,
    &resources::SPEC,
    &logs::SPEC,
    &processes::SPEC,
];

impl Pane {
    /// What it is.
    pub(crate) fn spec(self) -> &'static Spec {
        PANES[self as usize]
    }

    /// The pane that is so many places further, in a circle.
    pub(crate) fn further(self, by: usize) -> Self {
        PANES[(self as usize + by) % PANES.len()].pane
    }
}

/// A pane that needs nothing more than the timeline.
pub(crate) fn nothing(_: &Model) -> Vec<Need> {
    Vec::new()
}

#[cfg(test)]
mod recorded;
#[cfg(test)]
mod tests;
