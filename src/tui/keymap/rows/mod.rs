//! The rows, in the order of the help screen, and when each makes sense.

mod boxes;
mod demo;
mod moving;
mod panels;
mod program;

use crossterm::event::KeyCode;

use super::{Combo, Row};
use crate::engine::Origin;
use crate::tui::model::{Focus, Model, ShellState};
use crate::tui::panes::Pane;
use crate::tui::study::Study;

const fn key(code: KeyCode) -> Combo {
    Combo {
        code,
        control: false,
    }
}

const fn letter(character: char) -> Combo {
    key(KeyCode::Char(character))
}

const fn control(character: char) -> Combo {
    Combo {
        code: KeyCode::Char(character),
        control: true,
    }
}

/// The leader, unless the learner has another.
pub(super) const LEADER: Combo = control('g');

fn always(_: &Model) -> bool {
    true
}

pub(super) fn in_lesson(model: &Model) -> bool {
    model.study.is_some()
}

pub(super) fn at_home(model: &Model) -> bool {
    model.study.is_none()
}

fn has_paths(model: &Model) -> bool {
    at_home(model) && !model.paths.is_empty()
}

fn on_simulator(model: &Model) -> bool {
    let origin = model.engine.as_ref().map(|it| &it.origin);
    in_lesson(model) && origin == Some(&Origin::Simulator)
}

fn is_guarded(model: &Model) -> bool {
    in_lesson(model) && model.engine.as_ref().is_some_and(|it| it.guarded)
}

fn in_history(model: &Model) -> bool {
    in_lesson(model) && model.pane == Pane::History
}

fn may_travel(model: &Model) -> bool {
    in_history(model) && on_simulator(model)
}

fn in_exercise(model: &Model) -> bool {
    model
        .study
        .as_ref()
        .is_some_and(|study| study.exercise().is_some())
}

fn in_observation(model: &Model) -> bool {
    model
        .study
        .as_ref()
        .is_some_and(|study| study.observation().is_some())
}

fn has_solution(model: &Model) -> bool {
    model.study.as_ref().is_some_and(Study::may_show_solution)
}

fn has_subject(model: &Model) -> bool {
    in_lesson(model) && !model.pane.spec().about.is_empty()
}

/// Whether the pane shows only what was searched for.
pub(super) fn is_searched(model: &Model) -> bool {
    in_lesson(model) && !model.pane_view(model.pane).query.is_empty()
}

fn side_by_side(model: &Model) -> bool {
    in_lesson(model) && !crate::tui::layout::areas(model).tabs
}

fn shell_ended(model: &Model) -> bool {
    in_lesson(model) && matches!(model.shell, ShellState::Ended(_) | ShellState::Failed(_))
}

pub(super) fn shell_focused(model: &Model) -> bool {
    in_lesson(model) && model.focus == Focus::Terminal
}

/// Every row, in the order of the help screen, with the program's keys.
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    [
        moving::ROWS,
        panels::ROWS,
        program::ROWS,
        boxes::ROWS,
        demo::ROWS,
    ]
    .into_iter()
    .flatten()
}
