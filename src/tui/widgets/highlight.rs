//! A part of a line that stands out from the rest: what a search found.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::text::find::Stretch;

/// Adds a look to a part of a line of an area whose first line has this number.
pub(crate) fn highlight(
    frame: &mut Frame<'_>,
    area: Rect,
    first: usize,
    stretch: &Stretch,
    style: Style,
) {
    let column = |it: usize| u16::try_from(it).unwrap_or(u16::MAX).min(area.width);
    let (from, to) = (column(stretch.columns.start), column(stretch.columns.end));
    let row = usize::try_from(stretch.line)
        .ok()
        .and_then(|line| line.checked_sub(first))
        .and_then(|row| u16::try_from(row).ok());
    if let Some(row) = row.filter(|row| *row < area.height) {
        let cells = Rect {
            x: area.x + from,
            y: area.y + row,
            width: to - from,
            height: 1,
        };
        frame.buffer_mut().set_style(cells, style);
    }
}
