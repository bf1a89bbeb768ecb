//! Tables: each column gets what it needs as far as the width goes.

use pulldown_cmark::Alignment;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::{Piece, line_width, truncate, wrap};

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
        let widths = share(
            &natural,
            width.saturating_sub(columns.saturating_sub(1) * 3),
        );
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
        widths[column] = natural[column].min(fair).max(1);
        left = left.saturating_sub(widths[column]);
    }
    widths
}
