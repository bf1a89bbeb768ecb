//! The rows of a pane that are in sight: the others are counted, not made.

use std::ops::Range;

use super::Row;

/// Gathers the rows of a pane, in order, and makes only those that are wanted.
#[derive(Debug)]
pub(crate) struct Window {
    wanted: Range<usize>,
    count: usize,
    rows: Vec<Row>,
}

impl Window {
    /// Wants the rows of these ranks.
    pub(super) const fn over(wanted: Range<usize>) -> Self {
        Self {
            wanted,
            count: 0,
            rows: Vec::new(),
        }
    }

    /// One more row.
    pub(super) fn row(&mut self, make: impl FnOnce() -> Row) {
        if self.wanted.contains(&self.count) {
            self.rows.push(make());
        }
        self.count += 1;
    }

    /// So many rows more, which are made together.
    pub(super) fn block(&mut self, count: usize, make: impl FnOnce() -> Vec<Row>) {
        let (from, to) = (self.count, self.count + count);
        if from < self.wanted.end && to > self.wanted.start {
            let made = make();
            debug_assert_eq!(made.len(), count, "rows that were counted");
            self.extend(made.into_iter().take(count));
        }
        self.count = to;
    }

    /// Rows that are made already.
    pub(super) fn extend(&mut self, rows: impl IntoIterator<Item = Row>) {
        for row in rows {
            self.row(|| row);
        }
    }

    /// Rows that are kept elsewhere.
    pub(super) fn kept(&mut self, rows: &[Row]) {
        let here = |rank: usize| rank.saturating_sub(self.count).min(rows.len());
        let wanted = &rows[here(self.wanted.start)..here(self.wanted.end)];
        self.rows.extend_from_slice(wanted);
        self.count += rows.len();
    }

    /// How many rows there are in all.
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// The rows that were wanted.
    pub(crate) fn into_rows(self) -> Vec<Row> {
        self.rows
    }

    /// The same, to change how they look.
    pub(super) fn rows_mut(&mut self) -> &mut [Row] {
        &mut self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(rank: usize) -> Row {
        Row::plain(rank.to_string())
    }

    #[test]
    fn rows_out_of_sight_are_counted_and_not_made() {
        for (from, to) in [(0, 20), (0, 0), (2, 5), (3, 9), (7, 12), (11, 12), (15, 20)] {
            let mut made = 0;
            let mut window = Window::over(from..to);
            for rank in 0..3 {
                window.row(|| {
                    made += 1;
                    row(rank)
                });
            }
            window.block(4, || (3..7).map(row).collect());
            window.kept(&(7..10).map(row).collect::<Vec<_>>());
            window.extend((10..12).map(row));
            assert_eq!(window.count(), 12);
            assert_eq!(made, (from..to.min(3)).len());
            let shown: Vec<String> = window
                .into_rows()
                .iter()
                .map(|it| it.line.to_string())
                .collect();
            let wanted: Vec<String> = (from..to.min(12)).map(|it| it.to_string()).collect();
            assert_eq!(shown, wanted, "{from}..{to}");
        }
    }
}
