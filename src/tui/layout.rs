//! Where things are: a pure function of the window's size and of what is shown.

use ratatui::layout::{Rect, Size};

use super::model::{Focus, Link, Model};

/// Below this, the screen says that it is too small.
pub(crate) const SMALLEST: Size = Size {
    width: 60,
    height: 20,
};

/// From this width, text, terminal and state are side by side.
const SIDE_BY_SIDE: u16 = 100;

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
    /// The line between the text and the rest.
    pub(crate) separator: Rect,
    /// The shell.
    pub(crate) terminal: Panel,
    /// Under the shell: what is being typed, explained.
    pub(crate) hint: Rect,
    /// The state of the engine.
    pub(crate) state: Panel,
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
        tabs: model.zoom || width < SIDE_BY_SIDE,
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
        areas.state = panel(Focus::State);
    } else {
        let text = (u32::from(width) * 2 / 5).min(76);
        let text = u16::try_from(text).unwrap_or(width);
        let right = width.saturating_sub(text + 1);
        let upper = body * 3 / 5;
        areas.lesson = titled(Rect {
            width: text,
            ..whole
        });
        areas.separator = Rect {
            x: text,
            width: 1,
            ..whole
        };
        areas.terminal = titled(Rect {
            x: text + 1,
            width: right,
            height: upper,
            ..whole
        });
        areas.state = titled(Rect {
            x: text + 1,
            y: whole.y + upper,
            width: right,
            height: body - upper,
        });
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

fn titled(area: Rect) -> Panel {
    let title = area.height.min(1);
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

/// The first sentence of an explanation: the rest is on the home screen. A dot inside a path ends
/// nothing.
fn first_sentence(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.split_once(". ")
        .map_or_else(|| line.to_owned(), |(first, _)| format!("{first}."))
}

/// The size that the shell must have.
pub(crate) fn shell_size(model: &Model) -> Size {
    let body = areas(model).terminal.body;
    Size {
        width: body.width.max(2),
        height: body.height.max(1),
    }
}

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
