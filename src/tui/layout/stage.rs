//! Where things are during a demo: a big heading, then what is said, the terminal and what changed.

use ratatui::layout::{Rect, Size};

use super::{Areas, Panel, SIDE_BY_SIDE, WIDEST_TEXT, banner_text, beside, share, stacked};
use crate::demo::Act;
use crate::tui::demo::Demo;
use crate::tui::model::Model;

/// Lines of the heading.
const HEADING: u16 = 3;

/// Lays the screen of a demo out. The terminal keeps its place and size whatever is shown: what
/// programs draw in it must not jump.
pub(super) fn areas(model: &Model, demo: &Demo) -> Areas {
    let Size { width, height } = model.size;
    let banner = if banner_text(model).is_some() { 2 } else { 0 };
    let top = HEADING + banner;
    let body = height.saturating_sub(top + 2);
    let mut areas = Areas {
        header: Rect::new(0, 0, width, HEADING.min(height)),
        banner: Rect::new(0, HEADING.min(height), width, banner),
        goal: Rect::new(0, height.saturating_sub(2), width, height.min(1)),
        footer: Rect::new(0, height.saturating_sub(1), width, height.min(1)),
        ..Areas::default()
    };
    let whole = Rect::new(0, top.min(height), width, body);
    if width < SIDE_BY_SIDE {
        // Text, or what the command changed; the terminal under it.
        let (upper, lower) = stacked(whole, share(body, 55));
        areas.terminal = ruled(lower, true);
        let changed = demo.run().is_some() && !demo.hands;
        let typed = demo
            .beat()
            .is_some_and(|it| matches!(it.act, Act::Type { .. }));
        let diff = typed && changed;
        areas.lesson = plain(upper, !diff);
        areas.pane = plain(upper, diff);
    } else {
        let text = share(width, 42).min(WIDEST_TEXT);
        areas.lesson = plain(
            Rect {
                width: text,
                ..whole
            },
            true,
        );
        let right = beside(&mut areas.separators[0], whole, text);
        let (upper, lower) = stacked(right, share(body, 50));
        areas.terminal = plain(upper, true);
        areas.pane = ruled(lower, true);
    }
    if demo.wide {
        areas.lesson.visible = false;
        areas.terminal.visible = false;
        areas.separators = <[Rect; 2]>::default();
        areas.pane = plain(whole, true);
    }
    areas
}

fn plain(area: Rect, visible: bool) -> Panel {
    Panel {
        title: Rect::default(),
        body: area,
        visible,
    }
}

/// A panel under a rule.
fn ruled(area: Rect, visible: bool) -> Panel {
    let title = area.height.min(1);
    let (title, body) = stacked(area, title);
    Panel {
        title,
        body,
        visible,
    }
}
