//! Tables: each column gets what it needs as far as the width goes. Where columns would cut words, each
//! row is told cell by cell.

use pulldown_cmark::Alignment;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::{Piece, line_width, truncate, widest_part, wrap};

/// Its rows of cells; the first one is its head.
#[derive(Default)]
pub(super) struct Table {
    pub(super) alignments: Vec<Alignment>,
    pub(super) rows: Vec<Vec<Vec<Piece>>>,
}

impl Table {
    pub(super) fn render(&self, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let natural: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell_width(cell)).max().unwrap_or(0).max(1)
            })
            .collect();
        let total = width.saturating_sub(columns.saturating_sub(1) * 3);
        let Some(widths) = self.widths(&natural, total) else {
            return self.told(width, theme);
        };
        let mut lines = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let cells: Vec<Vec<Line<'static>>> = widths
                .iter()
                .enumerate()
                .map(|(column, &width)| {
                    let none = Line::default();
                    let mut pieces = row.get(column).cloned().unwrap_or_default();
                    if index == 0 {
                        for (_, style) in &mut pieces {
                            *style = style.patch(theme.strong);
                        }
                    }
                    wrap(&pieces, width, &none, &none)
                })
                .collect();
            let height = cells.iter().map(Vec::len).max().unwrap_or(0);
            for part in 0..height {
                let mut line = Line::default();
                for (column, cell) in cells.iter().enumerate() {
                    if column > 0 {
                        line.push_span(Span::styled(" │ ", theme.faint));
                    }
                    let content = cell.get(part).cloned().unwrap_or_default();
                    let gap = widths[column].saturating_sub(line_width(&content));
                    let right = self.alignments.get(column) == Some(&Alignment::Right);
                    if right {
                        line.push_span(Span::raw(" ".repeat(gap)));
                    }
                    line.spans.extend(content.spans);
                    if !right && column + 1 < cells.len() {
                        line.push_span(Span::raw(" ".repeat(gap)));
                    }
                }
                lines.push(line);
            }
            if index == 0 {
                let rules: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
                lines.push(Line::styled(
                    truncate(&rules.join("─┼─"), width),
                    theme.faint,
                ));
            }
        }
        lines
    }
}

impl Table {
    /// The width of each column, of `total` together: no word is cut, or no part of one; `None` when
    /// that takes more room than there is.
    fn widths(&self, natural: &[usize], total: usize) -> Option<Vec<usize>> {
        let least = |size: fn(&str) -> usize| -> Vec<usize> {
            let cells = |column| self.rows.iter().filter_map(move |row| row.get(column));
            (0..natural.len())
                .map(|column| cells(column).map(|cell| size(&text(cell))).max())
                .map(|widest| widest.unwrap_or(0).max(1))
                .collect()
        };
        let fair = share(natural, total);
        let holds = |widths: &[usize], least: &[usize]| {
            let mut both = widths.iter().zip(least);
            both.all(|(width, least)| width >= least)
        };
        let (words, parts) = (least(widest_word), least(widest_part));
        if holds(&fair, &words) {
            return Some(fair);
        }
        let enough = [words, parts].into_iter();
        let least = enough
            .into_iter()
            .find(|it| it.iter().sum::<usize>() <= total)?;
        let left = total - least.iter().sum::<usize>();
        let wanted: Vec<usize> = natural.iter().zip(&least).map(|(a, b)| a - b).collect();
        let more = share(&wanted, left);
        Some(
            least
                .iter()
                .zip(more)
                .map(|(least, more)| least + more)
                .collect(),
        )
    }

    /// Each row under its first cell; each cell after the head of its column.
    fn told(&self, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        let Some((head, rows)) = self.rows.split_first() else {
            return Vec::new();
        };
        let mut lines = Vec::new();
        for row in rows {
            for (column, cell) in row.iter().enumerate() {
                let mut pieces = cell.clone();
                let title = head.get(column).map(|it| text(it)).unwrap_or_default();
                if column == 0 {
                    for (_, style) in &mut pieces {
                        *style = style.patch(theme.strong);
                    }
                }
                if !title.is_empty() {
                    pieces.insert(0, (format!("{title}\u{a0}: "), theme.faint));
                }
                let (first, rest) = if column == 0 {
                    (Line::default(), Line::raw("  "))
                } else {
                    (Line::raw("  "), Line::raw("    "))
                };
                lines.extend(wrap(&pieces, width, &first, &rest));
            }
        }
        lines
    }
}

fn text(cell: &[Piece]) -> String {
    cell.iter().map(|(text, _)| text.as_str()).collect()
}

fn widest_word(text: &str) -> usize {
    let words = text.split([' ', '\n']);
    words.map(UnicodeWidthStr::width).max().unwrap_or(0)
}

fn cell_width(cell: &[Piece]) -> usize {
    cell.iter().map(|(text, _)| text.width()).sum()
}

/// Shares `total` columns: narrow columns get what they need, wide ones share what is left.
fn share(natural: &[usize], total: usize) -> Vec<usize> {
    let mut widths = vec![0; natural.len()];
    let mut order: Vec<usize> = (0..natural.len()).collect();
    order.sort_by_key(|&column| natural[column]);
    let mut left = total;
    for (rank, &column) in order.iter().enumerate() {
        let fair = left / (order.len() - rank).max(1);
        widths[column] = natural[column].min(fair);
        left = left.saturating_sub(widths[column]);
    }
    widths
}
