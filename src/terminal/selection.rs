//! A selection with the mouse, which stays on its text when the screen scrolls.

/// A cell of what is shown, from the top left one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellPosition {
    /// Line, from 0.
    pub row: u16,
    /// Column, from 0.
    pub col: u16,
}

/// A cell by its line's number since the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Anchor {
    pub(super) line: u64,
    pub(super) col: u16,
}

/// What is selected: from one cell to another, both included, in the order of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) from: Anchor,
    pub(super) to: Anchor,
    /// The numbering of lines that these are in.
    pub(super) generation: u64,
}

impl Selection {
    /// First and last cells.
    pub(super) fn ends(&self) -> (Anchor, Anchor) {
        (self.from.min(self.to), self.from.max(self.to))
    }

    /// Whether that cell is in it.
    pub(super) fn contains(&self, cell: Anchor) -> bool {
        let (first, last) = self.ends();
        first <= cell && cell <= last
    }

    /// The columns of a line that are in it: from, and before.
    pub(super) fn columns(&self, line: u64, width: u16) -> (u16, u16) {
        let (first, last) = self.ends();
        let start = if line == first.line { first.col } else { 0 };
        let end = if line == last.line {
            last.col.saturating_add(1)
        } else {
            width
        };
        (start, end)
    }
}
