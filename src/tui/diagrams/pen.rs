//! What the diagrams are drawn with: frames, arrows, and the engine's objects as they are now.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::scene::{Nearness, Scene};
use super::sketch::Sketch;
use crate::domain::{Container, ContainerState, Kind, Object};
use crate::text::states;
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
    pub(super) scene: &'a Scene<'a>,
    room: usize,
}

impl<'a> Pen<'a> {
    pub(super) const fn new(theme: &'a Theme, scene: &'a Scene<'a>, room: usize) -> Self {
        Self { theme, scene, room }
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

    /// The containers that are wanted: those of the last command, those of the lesson, the others;
    /// those that run before those that do not, by name.
    pub(super) fn containers(&self, wanted: impl Fn(&Container) -> bool) -> Vec<&'a Container> {
        let all = self.scene.state.containers();
        let mut all: Vec<_> = all.filter(|it| wanted(it)).collect();
        all.sort_by_cached_key(|it| {
            let asleep = it.state != ContainerState::Running;
            (self.nearness(it), asleep, it.name.clone())
        });
        all
    }

    /// How near a container is to what the learner is doing.
    pub(super) fn nearness(&self, it: &Container) -> Nearness {
        self.scene.near(Kind::Container, &it.id, &it.name, &[])
    }

    /// Containers as lines, at most `most` and how many more there are: a mark for the state, the
    /// name, the state in words.
    pub(super) fn container_lines(
        &self,
        wanted: impl Fn(&Container) -> bool,
        most: usize,
        width: usize,
    ) -> Vec<Line<'static>> {
        let all = self.containers(wanted);
        let line = |it: &&Container| {
            let (glyph, style) = self.mark(it.state);
            let words = format!("{} ({})", it.name, states::word(it.state));
            self.object(glyph, style, &words, width)
        };
        let mut lines: Vec<_> = all.iter().take(most).map(line).collect();
        lines.extend(self.others(all.len().saturating_sub(most), width));
        lines
    }

    /// The mark of a state.
    pub(super) const fn mark(&self, state: ContainerState) -> (&'static str, Style) {
        let style = match state {
            ContainerState::Running => self.theme.good,
            ContainerState::Paused => self.theme.changed,
            _ => self.theme.faint,
        };
        (states::glyph(state), style)
    }

    /// The objects of a kind, in the order in which they are worth showing.
    pub(super) fn ordered(&self, kind: Kind) -> Vec<&'a Object> {
        let mut all: Vec<&Object> = self.scene.state.by_name(kind).collect();
        all.sort_by_cached_key(|it| self.scene.nearness(it));
        all
    }

    /// The names of objects of a kind as lines, at most `most` and how many more there are.
    pub(super) fn objects(&self, kind: Kind, most: usize, width: usize) -> Vec<Line<'static>> {
        let all = self.ordered(kind);
        let line = |it: &&Object| self.object("•", self.theme.key, it.name(), width);
        let mut lines: Vec<_> = all.iter().take(most).map(line).collect();
        lines.extend(self.others(all.len().saturating_sub(most), width));
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

    /// How many are left out, if any.
    pub(super) fn others(&self, count: usize, width: usize) -> Option<Line<'static>> {
        let words = match count {
            0 => return None,
            1 => "… et un autre".to_owned(),
            many => format!("… et {many} autres"),
        };
        Some(Line::styled(truncate(&words, width), self.theme.faint))
    }
}
