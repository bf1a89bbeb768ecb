//! Where things are: a pure function of the window's size and of what is shown.

mod stage;

use std::ops::RangeInclusive;

use ratatui::layout::{Position, Rect, Size};

use super::model::{Edge, Focus, Link, Model};
use super::panes::{PANES, Pane};

/// Below this, the screen says that it is too small.
pub(crate) const SMALLEST: Size = Size {
    width: 60,
    height: 20,
};

/// From this width, text, terminal and pane are side by side.
const SIDE_BY_SIDE: u16 = 100;

/// The same in projector mode.
const PROJECTED: u16 = 140;

/// Longer lines of text are hard to read: the learner may have them all the same.
const WIDEST_TEXT: u16 = 76;

/// From this width, they are three columns, and the engine's state stays in sight above any other
/// pane.
const VERY_WIDE: u16 = 170;

/// From this height, what is typed is explained on two lines and not one.
const TALL: u16 = 30;

/// A panel: its title line, when it has one, and its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Panel {
    /// The line of its title; empty when tabs stand for it.
    pub(crate) title: Rect,
    /// Its content.
    pub(crate) body: Rect,
    /// Whether it is on the screen.
    pub(crate) visible: bool,
}

/// Where everything of the lesson screen is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Areas {
    /// Title, or tabs.
    pub(crate) header: Rect,
    /// What is wrong, when something is.
    pub(crate) banner: Rect,
    /// The text.
    pub(crate) lesson: Panel,
    /// The lines between columns.
    pub(crate) separators: [Rect; 2],
    /// The shell.
    pub(crate) terminal: Panel,
    /// Under the shell: what is being typed, explained.
    pub(crate) hint: Rect,
    /// The pane.
    pub(crate) pane: Panel,
    /// The engine's state, where there is room for it above another pane.
    pub(crate) pinned: Panel,
    /// The status of the goal.
    pub(crate) goal: Rect,
    /// The keys.
    pub(crate) footer: Rect,
    /// Whether one panel has the whole width, under tabs.
    pub(crate) tabs: bool,
}

/// Whether the window is too small to show anything useful.
pub(crate) fn too_small(size: Size) -> bool {
    size.width < SMALLEST.width || size.height < SMALLEST.height
}

/// Lays the lesson screen out.
pub(crate) fn areas(model: &Model) -> Areas {
    if let Some(demo) = &model.demo {
        return stage::areas(model, demo);
    }
    let Size { width, height } = model.size;
    let banner = if banner_text(model).is_some() { 2 } else { 0 };
    let top = 1 + banner;
    let body = height.saturating_sub(top + 2);
    let mut areas = Areas {
        header: Rect::new(0, 0, width, height.min(1)),
        banner: Rect::new(
            0,
            1.min(height),
            width,
            banner.min(height.saturating_sub(1)),
        ),
        goal: Rect::new(0, height.saturating_sub(2), width, height.min(1)),
        footer: Rect::new(0, height.saturating_sub(1), width, height.min(1)),
        tabs: model.zoom || width < least_width(model),
        ..Areas::default()
    };
    let whole = Rect::new(0, top.min(height), width, body);
    if areas.tabs {
        let panel = |focus| Panel {
            title: Rect::default(),
            body: whole,
            visible: model.focus == focus,
        };
        areas.lesson = panel(Focus::Lesson);
        areas.terminal = panel(Focus::Terminal);
        areas.pane = panel(Focus::Pane);
    } else {
        side_by_side(&mut areas, whole, model);
    }
    if model.explains {
        let body = &mut areas.terminal.body;
        let rows = if height < TALL { 1 } else { 2 };
        body.height = body.height.saturating_sub(rows);
        areas.hint = Rect {
            y: body.bottom(),
            height: rows,
            ..*body
        };
    }
    areas
}

/// Text on the left; terminal and pane on the right, one above the other or in columns.
fn side_by_side(areas: &mut Areas, whole: Rect, model: &Model) {
    let (pane, splits) = (model.pane, model.splits);
    // Beside two other columns, the text leaves room: what docker prints in columns is wide.
    let part = if whole.width < VERY_WIDE { 40 } else { 30 };
    let usual = share(whole.width, part).min(WIDEST_TEXT);
    let text = splits.text.map_or(usual, |it| share(whole.width, it));
    areas.lesson = titled(Rect {
        width: text,
        ..whole
    });
    let right = beside(&mut areas.separators[0], whole, text);
    if whole.width < VERY_WIDE {
        let (upper, lower) = stacked(right, share(right.height, splits.upper.unwrap_or(60)));
        areas.terminal = titled(upper);
        areas.pane = titled(lower);
        return;
    }
    let middle = share(right.width, 54);
    areas.terminal = titled(Rect {
        width: middle,
        ..right
    });
    let right = beside(&mut areas.separators[1], right, middle);
    let title = pane_title(right.width);
    if pane == Pane::State {
        areas.pane = titled_by(right, title);
    } else {
        let (upper, lower) = stacked(right, share(right.height, splits.upper.unwrap_or(33)));
        areas.pinned = titled(upper);
        areas.pane = titled_by(lower, title);
    }
}

/// The lines of the title of a pane of this width, in a wide window: whole names are on one if they
/// fit.
fn pane_title(width: u16) -> u16 {
    /// What surrounds the names.
    const AROUND: usize = 5;
    let names = PANES.iter().map(|it| it.name.chars().count() + 1);
    let wanted = names.sum::<usize>() + AROUND;
    if usize::from(width) < wanted { 2 } else { 1 }
}

/// So many hundredths of a length.
fn share(length: u16, hundredths: u16) -> u16 {
    let part = u32::from(length) * u32::from(hundredths.min(100)) / 100;
    u16::try_from(part).unwrap_or(length)
}

/// The least and the most that a side of a line may have, in hundredths.
const SHARES: RangeInclusive<u16> = 20..=80;

/// Moves a line to where the mouse is.
pub(crate) fn drag(model: &mut Model, edge: Edge, at: Position) {
    let areas = areas(model);
    let hundredths = |part: u16, whole: u16| {
        let part = u32::from(part) * 100 / u32::from(whole.max(1));
        u16::try_from(part)
            .unwrap_or(100)
            .clamp(*SHARES.start(), *SHARES.end())
    };
    match edge {
        Edge::Text => {
            model.splits.text = Some(hundredths(at.x + 1, model.size.width));
        }
        Edge::Pane => {
            let above = if areas.pinned.visible {
                areas.pinned
            } else {
                areas.terminal
            };
            let (top, bottom) = (above.title.y, areas.pane.body.bottom());
            let part = at.y.saturating_sub(top) + 1;
            model.splits.upper = Some(hundredths(part, bottom.saturating_sub(top)));
        }
    }
    model.dirty = true;
}

/// Moves a line by so many hundredths.
pub(crate) fn nudge(model: &mut Model, edge: Edge, by: i16) {
    let areas = areas(model);
    let now = match edge {
        Edge::Text => {
            let shown = areas.lesson.body.width;
            model
                .splits
                .text
                .unwrap_or(shown * 100 / model.size.width.max(1))
        }
        Edge::Pane => model.splits.upper.unwrap_or(60),
    };
    let then = now
        .saturating_add_signed(by)
        .clamp(*SHARES.start(), *SHARES.end());
    match edge {
        Edge::Text => model.splits.text = Some(then),
        Edge::Pane => model.splits.upper = Some(then),
    }
}

/// What is right of a column of this width, after a line.
fn beside(line: &mut Rect, area: Rect, width: u16) -> Rect {
    *line = Rect {
        x: area.x + width,
        width: 1,
        ..area
    };
    Rect {
        x: area.x + width + 1,
        width: area.width.saturating_sub(width + 1),
        ..area
    }
}

/// Two areas, the upper one of this height.
fn stacked(area: Rect, height: u16) -> (Rect, Rect) {
    let upper = Rect { height, ..area };
    let lower = Rect {
        y: area.y + height,
        height: area.height - height,
        ..area
    };
    (upper, lower)
}

fn titled(area: Rect) -> Panel {
    titled_by(area, 1)
}

/// A panel whose title has so many lines.
fn titled_by(area: Rect, lines: u16) -> Panel {
    let title = area.height.min(lines);
    Panel {
        title: Rect {
            height: title,
            ..area
        },
        body: Rect {
            y: area.y + title,
            height: area.height - title,
            ..area
        },
        visible: true,
    }
}

/// What the banner says: a lost engine, or none.
pub(crate) fn banner_text(model: &Model) -> Option<String> {
    match &model.link {
        Link::Lost(reason) => Some(format!(
            "Moteur perdu, nouvelle tentative en cours… {}",
            first_sentence(reason)
        )),
        Link::None(reason) => Some(first_sentence(reason)),
        Link::Connecting | Link::Live => None,
    }
}

/// The least width of panels side by side: seen from the back of a room, a panel needs more.
const fn least_width(model: &Model) -> u16 {
    if model.projector {
        PROJECTED
    } else {
        SIDE_BY_SIDE
    }
}

/// The first sentence of an explanation: the rest is on the home screen. A dot inside a path ends
/// nothing.
fn first_sentence(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.split_once(". ")
        .map_or_else(|| line.to_owned(), |(first, _)| format!("{first}."))
}

/// The size that the shell must have.
pub(crate) fn shell_size(model: &Model) -> Size {
    if model.linear {
        return LINEAR_SHELL;
    }
    let body = areas(model).terminal.body;
    Size {
        width: body.width.max(2),
        height: body.height.max(1),
    }
}

/// The shell of the linear mode: no table of docker's is wider.
const LINEAR_SHELL: Size = Size {
    width: 200,
    height: 50,
};

/// Columns left of the lesson's text for the cursor's mark.
pub(crate) const TEXT_LEFT: u16 = 2;

/// Columns left of the lesson's text for the cursor's mark, and right of it for air.
const TEXT_MARGINS: u16 = 3;

/// The columns of the lesson's text.
pub(crate) fn text_width(model: &Model) -> usize {
    usize::from(areas(model).lesson.body.width.saturating_sub(TEXT_MARGINS))
}

/// The lines of the lesson's text.
pub(crate) fn text_height(model: &Model) -> usize {
    usize::from(areas(model).lesson.body.height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::update::fixtures::Play;

    #[test]
    fn three_columns_leave_the_terminal_the_widest_of_the_right_ones() {
        for (width, height) in [(170, 40), (200, 60), (300, 80)] {
            let play = Play::lesson(width, height);
            let areas = areas(&play.model);
            let (terminal, pane) = (areas.terminal.body.width, areas.pane.body.width);
            assert!(terminal > 60, "{width}: {terminal}");
            assert!(terminal > pane, "{width}: {terminal}, {pane}");
            assert!(pane > 50, "{width}: {pane}");
            assert!(areas.lesson.body.width >= 48, "{width}");
        }
    }
}
