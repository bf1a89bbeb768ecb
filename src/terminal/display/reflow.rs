//! A screen of another width: the lines that fill several rows are folded again.
//!
//! vt100 only cuts its rows, and forgets which of them went on. So the screen is drawn again on a
//! new one, from the lines that the old one kept, as they were before they were folded.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

/// What a row draws: attributes and characters, without a move of the cursor.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// Up to the cursor, or all of it where the cursor is not.
    pub(super) bytes: Vec<u8>,
    /// What follows the cursor, in its row.
    pub(super) rest: Option<Vec<u8>>,
    /// Whether it goes on in the next one.
    pub(super) wrapped: bool,
}

impl Row {
    /// A row of what is shown; `cursor` is the column of the cursor if it is there.
    pub(super) fn of(screen: &Screen, row: u16, cursor: Option<u16>) -> Self {
        let (_, cols) = screen.size();
        let wrapped = screen.row_wrapped(row);
        let end = drawn(screen, row, cols);
        let Some(cursor) = cursor else {
            return Self {
                bytes: cells(screen, row, 0, end),
                rest: None,
                wrapped,
            };
        };
        Self {
            bytes: cells(screen, row, 0, cursor),
            rest: Some(cells(screen, row, cursor, end)),
            wrapped,
        }
    }
}

/// How many of the first cells of a row, `cols` at most, show something or come before one that does.
fn drawn(screen: &Screen, row: u16, cols: u16) -> u16 {
    let shows = |col: &u16| {
        let cell = screen.cell(row, *col);
        cell.is_some_and(|it| it.has_contents() || it.is_wide_continuation() || !is_bare(it))
    };
    (0..cols).rev().find(shows).map_or(0, |last| last + 1)
}

/// The first cells of a row, `cols` at most.
pub(super) fn cut(screen: &Screen, row: u16, cols: u16) -> Vec<u8> {
    cells(screen, row, 0, drawn(screen, row, cols))
}

/// The cells of a row from `start` to before `end`.
fn cells(screen: &Screen, row: u16, start: u16, end: u16) -> Vec<u8> {
    let mut drawn = String::new();
    let mut pen = Pen::default();
    for cell in (start..end).filter_map(|col| screen.cell(row, col)) {
        if cell.is_wide_continuation() {
            continue;
        }
        let its = Pen::of(cell);
        if its != pen {
            drawn.push_str(&its.taken());
            pen = its;
        }
        drawn.push_str(if cell.has_contents() {
            cell.contents()
        } else {
            " "
        });
    }
    if pen != Pen::default() {
        drawn.push_str("\x1b[m");
    }
    drawn.into_bytes()
}

/// Whether a cell shows nothing when it is empty.
fn is_bare(cell: &Cell) -> bool {
    cell.bgcolor() == Color::Default && !cell.inverse() && !cell.underline()
}

/// How a cell is drawn.
#[derive(Debug, Default, PartialEq, Eq)]
struct Pen {
    foreground: Color,
    background: Color,
    /// Which of [`FLAGS`] are set.
    flags: [bool; FLAGS.len()],
}

/// Bold, dim, italic, underlined, inverse: their Select Graphic Rendition codes (ECMA-48).
const FLAGS: [u8; 5] = [1, 2, 3, 4, 7];

impl Pen {
    fn of(cell: &Cell) -> Self {
        Self {
            foreground: cell.fgcolor(),
            background: cell.bgcolor(),
            flags: [
                cell.bold(),
                cell.dim(),
                cell.italic(),
                cell.underline(),
                cell.inverse(),
            ],
        }
    }

    /// What selects it, whatever was selected.
    fn taken(&self) -> String {
        let mut codes = String::new();
        let flags = FLAGS.iter().zip(self.flags);
        for (code, _) in flags.filter(|(_, set)| *set) {
            let _ = write!(codes, ";{code}");
        }
        for (colour, base) in [(self.foreground, 38), (self.background, 48)] {
            let _ = match colour {
                Color::Default => Ok(()),
                Color::Idx(index) => write!(codes, ";{base};5;{index}"),
                Color::Rgb(red, green, blue) => write!(codes, ";{base};2;{red};{green};{blue}"),
            };
        }
        format!("\x1b[0{codes}m")
    }
}
