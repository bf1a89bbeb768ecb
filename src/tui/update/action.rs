//! What each action does.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{book, engine, lesson};
use crate::tui::book::Book;
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::layout;
use crate::tui::model::{Focus, Model, Overlay, Quit, ShellState};
use crate::tui::outline;
use crate::tui::panels::chrome::PANELS;
use crate::tui::panels::state;

/// Performs an action.
pub(super) fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    model.dirty = true;
    match action {
        Action::Quit => {
            model.quit = Some(Quit::Asked);
            Vec::new()
        }
        Action::BackHome => lesson::close(model),
        Action::Help => over(model, Overlay::Help(0)),
        Action::Palette => over(
            model,
            Overlay::Palette {
                query: String::new(),
                cursor: 0,
            },
        ),
        Action::Sheet => book::open(model, Book::Sheet),
        Action::Answer => lesson::ask(model, None),
        Action::Attest => vec![Effect::Attest],
        Action::Glossary => book::open(model, Book::Glossary),
        Action::Leader => over(model, Overlay::Leader),
        Action::ShowLesson => focus(model, Focus::Lesson),
        Action::ShowTerminal => focus(model, Focus::Terminal),
        Action::ShowState => focus(model, Focus::State),
        Action::NextPath => {
            outline::turn(model, 1);
            Vec::new()
        }
        Action::PreviousPath => {
            let all = model.paths.len();
            outline::turn(model, all);
            Vec::new()
        }
        Action::NextPanel => turn(model, 1),
        Action::PreviousPanel => turn(model, PANELS.len() - 1),
        Action::Zoom => {
            model.zoom = !model.zoom;
            Vec::new()
        }
        Action::NextSection => lesson::go(model, 1),
        Action::PreviousSection => lesson::go(model, -1),
        Action::Hint => lesson::hint(model),
        Action::Solution => lesson::solution(model),
        Action::Reset => lesson::ask_reset(model),
        Action::ScrollBack => {
            model.focus = Focus::Terminal;
            model.overlay = Some(Overlay::ScrollBack);
            let half = i32::from(layout::areas(model).terminal.body.height / 2).max(1);
            vec![Effect::ShellScroll(half)]
        }
        Action::Copy => vec![Effect::Copy],
        Action::RestartShell => {
            model.shell = ShellState::Opening;
            model.shell_size = layout::shell_size(model);
            model.focus = Focus::Terminal;
            vec![Effect::OpenShell(model.shell_size)]
        }
        Action::Undo => vec![Effect::Undo],
        Action::Redo => vec![Effect::Redo],
        Action::Explain => over(model, Overlay::Explanation(0)),
        Action::Hints => {
            model.explains = !model.explains;
            Vec::new()
        }
        Action::SendLeader => {
            let event = KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL);
            vec![Effect::ShellKey(event)]
        }
        Action::Details => {
            details(model);
            Vec::new()
        }
        Action::PreviousStep => {
            step(model, -1);
            Vec::new()
        }
        Action::NextStep => {
            step(model, 1);
            Vec::new()
        }
        Action::Up
        | Action::Down
        | Action::PageUp
        | Action::PageDown
        | Action::Top
        | Action::Bottom
        | Action::Enter => movement(model, action),
    }
}

/// Begins the exercise again: its lines go to the shell.
pub(super) fn reset(model: &mut Model, commands: Vec<String>) -> Vec<Effect> {
    lesson::reset(model, commands)
}

fn over(model: &mut Model, overlay: Overlay) -> Vec<Effect> {
    model.overlay = Some(overlay);
    Vec::new()
}

/// Gives the keys to a panel.
pub(super) fn focus(model: &mut Model, focus: Focus) -> Vec<Effect> {
    model.focus = focus;
    model.dirty = true;
    Vec::new()
}

fn turn(model: &mut Model, by: usize) -> Vec<Effect> {
    let here = PANELS
        .iter()
        .position(|(it, _)| *it == model.focus)
        .unwrap_or(0);
    focus(model, PANELS[(here + by) % PANELS.len()].0)
}

/// Moves where the keys are.
fn movement(model: &mut Model, action: Action) -> Vec<Effect> {
    if model.study.is_none() {
        return home(model, action);
    }
    match model.focus {
        Focus::Lesson => lesson::movement(model, action),
        Focus::State => {
            state_movement(model, action);
            Vec::new()
        }
        Focus::Terminal => Vec::new(),
    }
}

fn home(model: &mut Model, action: Action) -> Vec<Effect> {
    let last = outline::rows(model).len().saturating_sub(1);
    model.cursor = match action {
        Action::Up | Action::PageUp => model.cursor.saturating_sub(1),
        Action::Down | Action::PageDown => (model.cursor + 1).min(last),
        Action::Top => 0,
        Action::Bottom => last,
        Action::Enter => return lesson::open(model),
        _ => model.cursor,
    };
    Vec::new()
}

/// Rows of the state panel, and the lines it shows.
fn state_size(model: &Model) -> (usize, usize) {
    let body = layout::areas(model).state.body;
    let width = usize::from(body.width.saturating_sub(1));
    (state::rows(model, width).len(), usize::from(body.height))
}

fn state_movement(model: &mut Model, action: Action) {
    let (rows, height) = state_size(model);
    let last = rows.saturating_sub(1);
    let page = height.saturating_sub(1).max(1);
    let panel = &mut model.state;
    panel.cursor = match action {
        Action::Up => panel.cursor.saturating_sub(1),
        Action::Down => panel.cursor + 1,
        Action::PageUp => panel.cursor.saturating_sub(page),
        Action::PageDown => panel.cursor + page,
        Action::Top => 0,
        Action::Bottom => last,
        _ => panel.cursor,
    }
    .min(last);
    if panel.cursor < panel.scroll {
        panel.scroll = panel.cursor;
    }
    if panel.cursor >= panel.scroll + height.max(1) {
        panel.scroll = panel.cursor + 1 - height.max(1);
    }
}

/// Scrolls the state panel without moving its cursor out of sight.
pub(super) fn state_scroll(model: &mut Model, lines: isize) {
    let (rows, height) = state_size(model);
    let panel = &mut model.state;
    let last = rows.saturating_sub(height.max(1));
    panel.scroll = panel.scroll.saturating_add_signed(lines).min(last);
    panel.cursor = panel
        .cursor
        .clamp(panel.scroll, panel.scroll + height.saturating_sub(1));
    model.dirty = true;
}

fn details(model: &mut Model) {
    let width = usize::from(layout::areas(model).state.body.width.saturating_sub(1));
    let rows = state::rows(model, width);
    // The object whose line this is, or whose fields these are.
    let object = rows
        .iter()
        .take(model.state.cursor + 1)
        .rev()
        .find_map(|row| row.object.clone());
    if let Some(object) = object
        && !model.state.open.remove(&object)
    {
        model.state.open.insert(object);
    }
}

/// Shows another step; past the last one, follows it again.
fn step(model: &mut Model, by: isize) {
    let count = model.timeline.steps().len();
    let last = count.saturating_sub(1);
    let here = model.state.step.unwrap_or(last);
    let there = here.saturating_add_signed(by);
    model.state.step = (there < last).then_some(there);
    model.state.cursor = 0;
    model.state.scroll = 0;
    engine::refresh_diff(model);
}
