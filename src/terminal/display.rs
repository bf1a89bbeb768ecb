//! The screen, and all that the output says besides what it draws.

mod reflow;

use std::ops::Range;

use self::reflow::Row;
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
        let (tall, wide) = self.screen().size();
        if cols != wide {
            self.draw_again(rows, cols);
            return;
        }
        if rows < tall {
            let alternate = self.screen().alternate_screen();
            self.show_alternate(false);
            self.keep_cursor_row(rows);
            self.show_alternate(alternate);
        }
        self.parser.screen_mut().set_size(rows, cols);
    }

    /// Draws all that is kept on a screen of this size, its lines folded again.
    fn draw_again(&mut self, rows: u16, cols: u16) {
        let scrolled = self.screen().scrollback();
        self.scroll_to(0);
        let screen = self.screen();
        let hidden = screen.hide_cursor();
        let modes = [screen.input_mode_formatted(), screen.attributes_formatted()].concat();
        let full = screen.alternate_screen().then(|| {
            let (tall, wide) = screen.size();
            let shown = 0..tall.min(rows);
            let shown = shown.map(|row| reflow::cut(screen, row, cols.min(wide)));
            (shown.collect::<Vec<_>>(), screen.cursor_position())
        });
        self.show_alternate(false);
        let kept = self.rows_kept();
        let top = self.depth().saturating_sub(scrolled);
        self.parser = vt100::Parser::new(rows, cols, SCROLLBACK);
        self.lines_gone = 0;
        self.generation += 1;
        let line = self.draw_rows(&kept, top);
        if let Some((shown, (row, column))) = full {
            // What 1049 saves is where the cursor goes back to when the program ends.
            self.put(b"\x1b[?1049h");
            for (number, cells) in (1..).zip(&shown) {
                self.put(format!("\x1b[{number}H").as_bytes());
                self.put(cells);
            }
            self.put(format!("\x1b[{};{}H", row + 1, column + 1).as_bytes());
        }
        self.put(&modes);
        if hidden {
            self.put(b"\x1b[?25l");
        }
        if let Some(line) = line.filter(|_| scrolled > 0) {
            self.scroll_to_line(line);
        }
    }

    /// The rows that are kept, those of the screen included, up to the last one that shows something
    /// or has the cursor; and how many are above the screen.
    fn rows_kept(&mut self) -> Kept {
        let (tall, _) = self.screen().size();
        let above = self.depth();
        let mut rows = Vec::with_capacity(above + usize::from(tall));
        while rows.len() < above {
            self.scroll_to(above - rows.len());
            let shown = (above - rows.len()).min(usize::from(tall));
            let shown = u16::try_from(shown).unwrap_or(tall);
            rows.extend((0..shown).map(|row| Row::of(self.screen(), row, None)));
        }
        self.scroll_to(0);
        let screen = self.screen();
        let (line, column) = screen.cursor_position();
        let cursor = |row| (row == line).then_some(column);
        rows.extend((0..tall).map(|row| Row::of(screen, row, cursor(row))));
        let used = rows
            .iter()
            .rposition(|it| it.rest.is_some() || !it.bytes.is_empty());
        rows.truncate(used.map_or(0, |last| last + 1));
        Kept { rows, above }
    }

    /// Draws these rows from the top, what was above the screen above it again. Gives the number of
    /// the line that the row number `top` begins.
    fn draw_rows(&mut self, kept: &Kept, top: usize) -> Option<u64> {
        let first = kept.first_of_screen();
        let (mut cursor, mut found) = (None, None);
        for (number, row) in kept.rows.iter().enumerate() {
            if number == first {
                // All that is above leaves by the top.
                let (drawn, _) = self.screen().cursor_position();
                if drawn > 0 {
                    self.put(format!("\x1b[{drawn}S\x1b[H").as_bytes());
                }
            }
            if number <= top {
                found = Some(self.line_of_cursor());
            }
            row.bytes.chunks(STRIDE).for_each(|it| self.put(it));
            if let Some(rest) = &row.rest {
                let (_, column) = self.screen().cursor_position();
                cursor = Some((self.line_of_cursor(), column));
                rest.chunks(STRIDE).for_each(|it| self.put(it));
            }
            if !row.wrapped && number + 1 < kept.rows.len() {
                self.put(b"\r\n");
            }
        }
        if let Some((line, column)) = cursor {
            let row = line.saturating_sub(self.lines_gone);
            self.put(format!("\x1b[{};{}H", row + 1, column + 1).as_bytes());
        }
        found
    }

    fn line_of_cursor(&self) -> u64 {
        let (row, _) = self.screen().cursor_position();
        self.lines_gone + u64::from(row)
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
}

/// The rows of a screen, with those above it.
struct Kept {
    rows: Vec<Row>,
    /// How many are above.
    above: usize,
}

impl Kept {
    /// The first row of the screen; that of the line that goes on there, when one does.
    fn first_of_screen(&self) -> usize {
        let goes_on = |row: usize| row > 0 && self.rows.get(row - 1).is_some_and(|it| it.wrapped);
        let mut first = self.above;
        while goes_on(first) {
            first -= 1;
        }
        first
    }
}

#[cfg(test)]
mod tests;
