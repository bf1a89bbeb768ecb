//! The mouse: a click gives the keys to a panel or a tab, the wheel scrolls what is under it, a line
//! between panels is pulled, and the rest belongs to the terminal.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{action, lesson, pane};
use crate::tui::effect::Effect;
use crate::tui::layout::{self, Areas};
use crate::tui::model::{Edge, Focus, Model};
use crate::tui::panels::chrome;

/// Lines per notch of the wheel.
const NOTCH: isize = 3;

/// Applies a mouse event.
pub(super) fn event(model: &mut Model, event: MouseEvent) -> Vec<Effect> {
    // A hand on the mouse must not upset what a room sees.
    if model.demo.is_some() {
        return Vec::new();
    }
    if model.study.is_none() || layout::too_small(model.size) || model.overlay.is_some() {
        return Vec::new();
    }
    let areas = layout::areas(model);
    let at = Position {
        x: event.column,
        y: event.row,
    };
    if let Some(edge) = model.dragged {
        match event.kind {
            MouseEventKind::Drag(_) => layout::drag(model, edge, at),
            MouseEventKind::Up(_) => model.dragged = None,
            _ => {}
        }
        return Vec::new();
    }
    if event.kind == MouseEventKind::Down(MouseButton::Left) {
        model.dragged = edge(&areas, at);
        if areas.tabs && areas.header.contains(at) {
            return chrome::tab_at(model, at.x)
                .map_or_else(Vec::new, |focus| action::focus(model, focus));
        }
    }
    let panel = [
        (Focus::Lesson, areas.lesson),
        (Focus::Terminal, areas.terminal),
        (Focus::Pane, areas.pane),
    ]
    .into_iter()
    .find(|(_, panel)| panel.visible && (panel.body.contains(at) || panel.title.contains(at)));
    let Some((focus, panel)) = panel else {
        return Vec::new();
    };
    let pressed = matches!(event.kind, MouseEventKind::Down(_));
    if pressed && model.focus != focus {
        action::focus(model, focus);
    }
    match (focus, event.kind) {
        (Focus::Terminal, MouseEventKind::Moved) => Vec::new(),
        (Focus::Terminal, _) => {
            model.dirty = true;
            vec![Effect::ShellMouse(event, panel.body)]
        }
        (Focus::Lesson, MouseEventKind::ScrollUp) => lesson::scroll(model, -NOTCH),
        (Focus::Lesson, MouseEventKind::ScrollDown) => lesson::scroll(model, NOTCH),
        (Focus::Lesson, MouseEventKind::Down(MouseButton::Left)) => {
            lesson::click(model, usize::from(event.row.saturating_sub(panel.body.y)))
        }
        (Focus::Lesson, MouseEventKind::Down(MouseButton::Right)) => {
            let row = usize::from(event.row.saturating_sub(panel.body.y));
            let column = event
                .column
                .saturating_sub(panel.body.x + layout::TEXT_LEFT);
            lesson::define(model, row, usize::from(column))
        }
        (Focus::Pane, MouseEventKind::ScrollUp) => {
            pane::scroll(model, -NOTCH);
            Vec::new()
        }
        (Focus::Pane, MouseEventKind::ScrollDown) => {
            pane::scroll(model, NOTCH);
            Vec::new()
        }
        (Focus::Pane, MouseEventKind::Down(MouseButton::Left)) if panel.title.contains(at) => {
            let column = usize::from(at.x - panel.title.x);
            let row = usize::from(at.y - panel.title.y);
            let names = chrome::other_panes(model, panel.title.as_size());
            let chosen = names
                .into_iter()
                .find(|it| it.row == row && it.columns.contains(&column));
            chosen.map_or_else(Vec::new, |it| pane::show(model, it.pane))
        }
        (Focus::Pane, MouseEventKind::Down(MouseButton::Left)) => {
            pane::click(model, usize::from(event.row.saturating_sub(panel.body.y)))
        }
        _ => Vec::new(),
    }
}

/// The line between panels that is there, when panels are side by side.
fn edge(areas: &Areas, at: Position) -> Option<Edge> {
    if areas.tabs {
        return None;
    }
    if areas.separators[0].contains(at) {
        return Some(Edge::Text);
    }
    // The line above the pane holds the names of the others too: pulling it moves it.
    let movable = areas.pinned.visible || areas.pane.title.x == areas.terminal.title.x;
    (movable && areas.pane.title.contains(at)).then_some(Edge::Pane)
}
