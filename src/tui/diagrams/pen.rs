//! What the diagrams are drawn with: frames, arrows, and the engine's objects as they are now.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::sketch::Sketch;
use crate::domain::{Container, ContainerState, Kind, Object, Snapshot};
use crate::tui::theme::Theme;
use crate::tui::widgets::markdown;
use crate::tui::widgets::wrap::{truncate, wrap};

/// From this width, drawings are side by side.
const WIDE: usize = 76;
/// Narrow drawings are no wider than this.
const NARROW: usize = 48;
/// Below this, drawings are cut.
const NARROWEST: usize = 34;
/// The columns of a box that are not its content.
pub(super) const BORDERS: usize = 4;

/// The colours, the engine's state, the room there is.
pub(super) struct Pen<'a> {
    pub(super) theme: &'a Theme,
    pub(super) state: &'a Snapshot,
    room: usize,
}

impl<'a> Pen<'a> {
    pub(super) const fn new(theme: &'a Theme, state: &'a Snapshot, room: usize) -> Self {
        Self { theme, state, room }
    }

    /// Whether there is room for drawings side by side.
    pub(super) const fn is_wide(&self) -> bool {
        self.room >= WIDE
    }

    /// The columns of the whole diagram.
    pub(super) const fn width(&self) -> usize {
        if self.is_wide() {
            WIDE
        } else if self.room > NARROW {
            NARROW
        } else if self.room < NARROWEST {
            NARROWEST
        } else {
            self.room
        }
    }

    /// A box.
    pub(super) fn frame(&self, title: &str, width: usize, content: Vec<Line<'static>>) -> Sketch {
        Sketch::boxed(title, content, width, (self.theme.faint, self.theme.strong))
    }

    /// A box of one text.
    pub(super) fn tell(&self, title: &str, width: usize, text: &str) -> Sketch {
        self.frame(title, width, self.say(text, width.saturating_sub(BORDERS)))
    }

    /// A text in lines of this width; each line of it begins a new one.
    pub(super) fn say(&self, text: &str, width: usize) -> Vec<Line<'static>> {
        let line = |text: &str| {
            let pieces = markdown::inline(text, self.theme.text, self.theme);
            wrap(&pieces, width, &Line::default(), &Line::default())
        };
        text.lines().flat_map(line).collect()
    }

    /// A title inside a box.
    pub(super) fn title(&self, text: &str) -> Line<'static> {
        Line::styled(text.to_owned(), self.theme.title)
    }

    /// An arrow that goes down, and what goes through it.
    pub(super) fn down(&self, label: &str) -> Sketch {
        let width = self.width().saturating_sub(6).max(1);
        let mut lines = Vec::new();
        for line in self.say(label, width) {
            let mut row = Line::from(Span::styled("  │ ", self.theme.key));
            row.spans.extend(line.spans);
            lines.push(row);
        }
        lines.push(Line::styled("  ▼", self.theme.key));
        Sketch::of(lines)
    }

    /// An arrow that goes up and another that goes down, and what goes through each.
    pub(super) fn both(&self, up: &str, down: &str) -> Sketch {
        let row = |left: &str, right: &str| {
            Line::from(vec![
                Span::styled(left.to_owned(), self.theme.key),
                Span::raw(format!(" {up}   ")),
                Span::styled(right.to_owned(), self.theme.key),
                Span::raw(format!(" {down}")),
            ])
        };
        Sketch::of(vec![row("▲", "│"), {
            let blank = " ".repeat(Line::raw(up).width() + 4);
            Line::styled(format!("│{blank}▼"), self.theme.key)
        }])
    }

    /// Arrows from left to right, or back: what goes through each, and its way.
    pub(super) fn across(&self, arrows: &[(&str, bool)], width: usize) -> Sketch {
        let mut lines = Vec::new();
        for (label, forward) in arrows {
            let gap = width.saturating_sub(Line::raw(*label).width()) / 2;
            lines.push(Line::styled(
                format!("{}{label}", " ".repeat(gap)),
                self.theme.text,
            ));
            let shaft = "─".repeat(width.saturating_sub(3));
            let arrow = if *forward {
                format!(" {shaft}▶ ")
            } else {
                format!(" ◀{shaft} ")
            };
            lines.push(Line::styled(arrow, self.theme.key));
        }
        Sketch::of(lines)
    }

    /// The containers that are wanted, at most `most` of them, by name.
    pub(super) fn containers(
        &self,
        wanted: impl Fn(&Container) -> bool,
        most: usize,
    ) -> Vec<&'a Container> {
        let mut all: Vec<_> = self.state.containers().filter(|it| wanted(it)).collect();
        // What runs is what a diagram is about.
        all.sort_by_key(|it| (it.state != ContainerState::Running, it.name.clone()));
        all.truncate(most);
        all
    }

    /// Containers as lines: a mark for the state, the name, the state's own word.
    pub(super) fn container_lines(
        &self,
        wanted: impl Fn(&Container) -> bool,
        most: usize,
        width: usize,
    ) -> Vec<Line<'static>> {
        let all = self.state.containers().filter(|it| wanted(it)).count();
        let shown = self.containers(wanted, most);
        let count = shown.len();
        let line = |it: &&Container| {
            let (glyph, style) = self.mark(it.state);
            let words = format!("{} ({})", it.name, it.state.as_str());
            self.object(glyph, style, &words, width)
        };
        let mut lines: Vec<_> = shown.iter().map(line).collect();
        lines.extend(self.others(all - count, width));
        lines
    }

    /// The mark of a state.
    pub(super) const fn mark(&self, state: ContainerState) -> (&'static str, Style) {
        match state {
            ContainerState::Running => ("▶", self.theme.good),
            ContainerState::Paused => ("‖", self.theme.changed),
            ContainerState::Created => ("○", self.theme.faint),
            _ => ("■", self.theme.faint),
        }
    }

    /// The names of objects of a kind as lines.
    pub(super) fn objects(&self, kind: Kind, most: usize, width: usize) -> Vec<Line<'static>> {
        let mut names: Vec<&str> = self.state.of_kind(kind).map(Object::name).collect();
        names.sort_unstable();
        let shown = names.iter().take(most);
        let mut lines: Vec<_> = shown
            .map(|name| self.object("•", self.theme.key, name, width))
            .collect();
        lines.extend(self.others(names.len().saturating_sub(most), width));
        lines
    }

    /// One of the engine's objects.
    pub(super) fn object(
        &self,
        glyph: &'static str,
        style: Style,
        words: &str,
        width: usize,
    ) -> Line<'static> {
        Line::from(vec![
            Span::styled(format!("{glyph} "), style),
            Span::styled(truncate(words, width.saturating_sub(2)), self.theme.code),
        ])
    }

    fn others(&self, count: usize, width: usize) -> Option<Line<'static>> {
        let words = match count {
            0 => return None,
            1 => "… et un autre".to_owned(),
            many => format!("… et {many} autres"),
        };
        Some(Line::styled(truncate(&words, width), self.theme.faint))
    }
}
