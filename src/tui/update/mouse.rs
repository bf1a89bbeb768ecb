//! The mouse: a click gives the keys to a panel, the wheel scrolls what is under it, and the rest
//! belongs to the terminal.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{action, lesson};
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::model::{Focus, Model};

/// Lines per notch of the wheel.
const NOTCH: isize = 3;

/// Applies a mouse event.
pub(super) fn event(model: &mut Model, event: MouseEvent) -> Vec<Effect> {
    if model.study.is_none() || layout::too_small(model.size) || model.overlay.is_some() {
        return Vec::new();
    }
    let areas = layout::areas(model);
    let at = Position {
        x: event.column,
        y: event.row,
    };
    let panel = [
        (Focus::Lesson, areas.lesson),
        (Focus::Terminal, areas.terminal),
        (Focus::State, areas.state),
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
        (Focus::State, MouseEventKind::ScrollUp) => {
            action::state_scroll(model, -NOTCH);
            Vec::new()
        }
        (Focus::State, MouseEventKind::ScrollDown) => {
            action::state_scroll(model, NOTCH);
            Vec::new()
        }
        _ => Vec::new(),
    }
}
