//! Boxes and arrows made of characters: drawings that are put side by side or on top of each other.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::tui::widgets::wrap::{line_width, truncate};

/// A drawing: lines, and the columns that they all have.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Sketch {
    lines: Vec<Line<'static>>,
    width: usize,
}

/// Where drawings side by side are, when one is smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Top,
    Middle,
    Bottom,
}

/// A line with blanks up to this width.
fn padded(mut line: Line<'static>, width: usize) -> Line<'static> {
    let gap = width.saturating_sub(line_width(&line));
    if gap > 0 {
        line.push_span(Span::raw(" ".repeat(gap)));
    }
    line
}

impl Sketch {
    /// Lines, as they are.
    pub(crate) fn of(lines: Vec<Line<'static>>) -> Self {
        let width = lines.iter().map(line_width).max().unwrap_or(0);
        Self {
            lines: lines.into_iter().map(|line| padded(line, width)).collect(),
            width,
        }
    }

    /// Nothing, this wide.
    pub(crate) fn gap(width: usize) -> Self {
        Self {
            lines: Vec::new(),
            width,
        }
    }

    /// A box of this width with its title in the upper border. Lines that are too long are cut.
    pub(crate) fn boxed(
        title: &str,
        content: Vec<Line<'static>>,
        width: usize,
        (border, named): (Style, Style),
    ) -> Self {
        let width = width.max(4);
        let title = truncate(title, width - 4);
        let rule = width - 4 - line_width(&Line::raw(title.as_str()));
        let mut lines = vec![Line::from(vec![
            Span::styled("┌ ", border),
            Span::styled(title, named),
            Span::styled(format!(" {}┐", "─".repeat(rule)), border),
        ])];
        for line in content {
            let mut row = Line::from(Span::styled("│ ", border));
            row.spans.extend(line.spans);
            let mut row = padded(row, width - 1);
            row.push_span(Span::styled("│", border));
            lines.push(row);
        }
        lines.push(Line::styled(format!("└{}┘", "─".repeat(width - 2)), border));
        Self { lines, width }
    }

    /// On top of each other, from the left.
    pub(crate) fn stack(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::of(parts.into_iter().flat_map(|part| part.lines).collect())
    }

    /// Side by side.
    pub(crate) fn beside(parts: impl IntoIterator<Item = Self>, align: Align) -> Self {
        let parts: Vec<Self> = parts.into_iter().collect();
        let height = parts.iter().map(|part| part.lines.len()).max().unwrap_or(0);
        let mut all = Self {
            lines: vec![Line::default(); height],
            width: 0,
        };
        for part in parts {
            let free = height - part.lines.len();
            let above = match align {
                Align::Top => 0,
                Align::Middle => free / 2,
                Align::Bottom => free,
            };
            let mut lines = part.lines.into_iter();
            for (rank, row) in all.lines.iter_mut().enumerate() {
                let line = if rank < above { None } else { lines.next() };
                let line = padded(line.unwrap_or_default(), part.width);
                row.spans.extend(line.spans);
            }
            all.width += part.width;
        }
        all
    }

    /// Moved to the right.
    pub(crate) fn right(self, by: usize) -> Self {
        Self::beside([Self::gap(by), self], Align::Top)
    }

    /// Its lines.
    pub(crate) fn into_lines(self) -> Vec<Line<'static>> {
        self.lines
    }
}
