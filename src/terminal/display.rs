//! The screen, and all that the output says besides what it draws.

use std::ops::Range;

use super::decoder::{Decoder, Unit};
use super::marks::Tracker;
use super::replies::{self, Colours};
use super::{Size, TerminalEvent};

/// Lines kept above the screen.
const SCROLLBACK: usize = 3000;
/// Bytes drawn between two counts of the lines gone: fewer lines than [`SCROLLBACK`].
const STRIDE: usize = 2048;
/// vt100 counts below zero on a side shorter than this (wrapping on one line, a wide character in
/// one column).
const SIDE_MIN: u16 = 2;
/// Nobody's window is larger, and a screen's memory follows its area.
const SIDE_MAX: u16 = 1000;
/// Longest window title kept, bytes.
const TITLE_LIMIT: usize = 256;

/// The screen of one program.
pub(super) struct Display {
    parser: vt100::Parser,
    decoder: Decoder,
    pub(super) tracker: Tracker,
    pub(super) colours: Colours,
    title: String,
    /// Lines that ever left the screen by its top.
    lines_gone: u64,
    /// Changes when the lines counted so far are no longer those on the screen.
    generation: u64,
}

/// What some output asked for besides drawing.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) events: Vec<TerminalEvent>,
    /// To be written to the program.
    pub(super) replies: Vec<u8>,
}

fn clamped(size: Size) -> (u16, u16) {
    (
        size.rows.clamp(SIDE_MIN, SIDE_MAX),
        size.cols.clamp(SIDE_MIN, SIDE_MAX),
    )
}

impl Display {
    pub(super) fn new(size: Size, tracker: Tracker) -> Self {
        let (rows, cols) = clamped(size);
        Self {
            parser: vt100::Parser::new(rows, cols, SCROLLBACK),
            decoder: Decoder::default(),
            tracker,
            colours: Colours::default(),
            title: String::new(),
            lines_gone: 0,
            generation: 0,
        }
    }

    pub(super) fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// Draws some output.
    pub(super) fn feed(&mut self, bytes: &[u8], outcome: &mut Outcome) {
        let mut decoder = std::mem::take(&mut self.decoder);
        decoder.feed(bytes, &mut |unit| self.apply(&unit, outcome));
        self.decoder = decoder;
    }

    fn apply(&mut self, unit: &Unit<'_>, outcome: &mut Outcome) {
        match unit {
            Unit::Bytes(bytes) => bytes.chunks(STRIDE).for_each(|it| self.draw(it)),
            Unit::Repeat(character, count) => {
                self.draw(character.to_string().repeat(usize::from(*count)).as_bytes());
            }
            Unit::BackTab(count) => {
                let (_, column) = self.screen().cursor_position();
                let stop = (column.saturating_sub(1) / 8).saturating_sub(count - 1) * 8;
                self.draw(format!("\x1b[{}G", stop + 1).as_bytes());
            }
            Unit::Bell => outcome.events.push(TerminalEvent::Bell),
            Unit::Osc(command) => self.osc(command, outcome),
            Unit::Query(query) => {
                outcome
                    .replies
                    .extend(replies::answer(*query, self.screen()));
            }
        }
    }

    fn osc(&mut self, command: &[u8], outcome: &mut Outcome) {
        if let Some(mark) = command.strip_prefix(b"133;") {
            let (_, column) = self.screen().cursor_position();
            let (_, cols) = self.screen().size();
            outcome.events.extend(self.tracker.mark(mark, column, cols));
        } else if let Some(title) = command.strip_prefix(b"0;").or(command.strip_prefix(b"2;")) {
            let title = String::from_utf8_lossy(&title[..title.len().min(TITLE_LIMIT)]);
            self.title = title.chars().filter(|it| !it.is_control()).collect();
            outcome.events.push(TerminalEvent::TitleChanged);
        } else if let Some(answer) = self.colours.answer(command) {
            outcome.replies.extend(answer);
        }
    }

    /// Draws what the program wrote.
    fn draw(&mut self, bytes: &[u8]) {
        self.tracker.drawn(bytes);
        self.put(bytes);
    }

    /// Draws, and counts the lines that leave by the top, which vt100 does not tell: a screen that
    /// is scrolled back stays on the lines that it shows, so its offset grows by that number.
    fn put(&mut self, bytes: &[u8]) {
        let alternate = self.screen().alternate_screen();
        let offset = self.screen().scrollback();
        let depth = self.depth();
        let probe = offset.max(1).min(depth);
        self.parser.screen_mut().set_scrollback(probe);
        self.parser.process(bytes);
        let moved = self.screen().scrollback();
        let deeper = self.depth();
        let gone = if depth < SCROLLBACK {
            deeper.checked_sub(depth)
        } else {
            moved.checked_sub(probe)
        };
        self.lines_gone += gone.unwrap_or(0) as u64;
        let restored = if offset == 0 { 0 } else { moved };
        self.parser.screen_mut().set_scrollback(restored);
        if gone.is_none() || alternate != self.screen().alternate_screen() {
            self.generation += 1;
        }
    }

    /// How many lines are kept above the screen; leaves it scrolled to the top.
    fn depth(&mut self) -> usize {
        self.parser.screen_mut().set_scrollback(usize::MAX);
        self.parser.screen().scrollback()
    }

    /// Shows `offset` lines further up than the last ones.
    pub(super) fn scroll_to(&mut self, offset: usize) {
        self.parser.screen_mut().set_scrollback(offset);
    }

    /// Number of the first line shown, counted from the first line ever drawn.
    pub(super) fn top_line(&self) -> u64 {
        self.lines_gone
            .saturating_sub(self.screen().scrollback() as u64)
    }

    /// The numbers of all the lines that are kept, those of the screen included.
    pub(super) fn lines_kept(&mut self) -> Range<u64> {
        let kept = self.screen().scrollback();
        let depth = self.depth() as u64;
        self.scroll_to(kept);
        let (rows, _) = self.screen().size();
        self.lines_gone.saturating_sub(depth)..self.lines_gone + u64::from(rows)
    }

    /// Shows the lines from this number on, as far as they are kept.
    pub(super) fn scroll_to_line(&mut self, number: u64) {
        let offset = self.lines_gone.saturating_sub(number);
        self.scroll_to(usize::try_from(offset).unwrap_or(usize::MAX));
    }

    /// See [`Self::top_line`]; numbers of another generation mean nothing.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// The cells of a line by its number, from `start` to before `end`, and whether it goes on in
    /// the next one. `None` when it is gone, or not drawn yet.
    pub(super) fn line(&mut self, number: u64, start: u16, end: u16) -> Option<(String, bool)> {
        let kept = self.screen().scrollback();
        let depth = self.depth();
        let rows = self.screen().size().0;
        let first = self.lines_gone.saturating_sub(depth as u64);
        let found = number
            .checked_sub(first)
            .and_then(|it| usize::try_from(it).ok())
            .filter(|it| *it < depth + usize::from(rows))
            .and_then(|index| {
                self.scroll_to(depth - index.min(depth));
                let row = index.saturating_sub(depth);
                let screen = self.screen();
                let text = screen.rows(start, end.saturating_sub(start)).nth(row)?;
                Some((text, screen.row_wrapped(u16::try_from(row).ok()?)))
            });
        self.scroll_to(kept);
        found
    }

    /// Changes the size. A side of zero or one is drawn as two.
    pub(super) fn resize(&mut self, size: Size) {
        let (rows, cols) = clamped(size);
        let (tall, old) = self.screen().size();
        if rows < tall {
            let alternate = self.screen().alternate_screen();
            self.show_alternate(false);
            self.keep_cursor_row(rows);
            self.show_alternate(alternate);
        }
        if cols < old {
            self.parser.screen_mut().set_scrollback(0);
            self.clear_cut_characters(cols);
            let other = !self.screen().alternate_screen();
            self.show_alternate(other);
            self.clear_cut_characters(cols);
            self.show_alternate(!other);
        }
        self.parser.screen_mut().set_size(rows, cols);
    }

    /// Sends the first lines up and away, so that the cursor's is among the first `rows`: vt100 drops
    /// the last ones, and the line that is being typed with them.
    fn keep_cursor_row(&mut self, rows: u16) {
        let (row, _) = self.screen().cursor_position();
        let excess = (row + 1).saturating_sub(rows);
        if excess > 0 {
            self.put(format!("\x1b[{excess}S\x1b[{excess}A").as_bytes());
        }
    }

    fn show_alternate(&mut self, shown: bool) {
        self.parser
            .process(if shown { b"\x1b[?47h" } else { b"\x1b[?47l" });
    }

    /// Clears the wide characters that the new right edge would cut in two: vt100 keeps the half
    /// that is left, and looks for the other one out of its bounds later.
    fn clear_cut_characters(&mut self, cols: u16) {
        let screen = self.parser.screen();
        let (rows, _) = screen.size();
        let (row, column) = screen.cursor_position();
        let cut: Vec<u16> = (0..rows)
            .filter(|row| {
                screen
                    .cell(*row, cols - 1)
                    .is_some_and(vt100::Cell::is_wide)
            })
            .collect();
        for row in cut {
            self.parser
                .process(format!("\x1b[{}d\x1b[{cols}G\x1b[X", row + 1).as_bytes());
        }
        self.parser
            .process(format!("\x1b[{}d\x1b[{}G", row + 1, column + 1).as_bytes());
    }
}

#[cfg(test)]
mod tests;
