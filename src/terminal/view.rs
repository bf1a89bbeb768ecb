//! The terminal as its owner sees it.

mod search;

use std::time::{Duration, Instant};

use bytes::Bytes;
use crossterm::event::KeyEvent;

use self::search::Search;
use super::command::ShellCommand;
use super::display::{Display, Outcome};
use super::keys::{self, KeyModes};
use super::link::{LAST_WORDS, Link, READ_SIZE, Waker};
use super::machine::{self, HostShell};
use super::marks::Tracker;
use super::mouse::{self, MouseAction, MouseInput};
use super::pty;
use super::selection::{Anchor, CellPosition, Selection};
use super::startup::{Marks, Startup};
use super::{Size, TerminalError, TerminalEvent};
use crate::sim::kernel::Kernel;

/// How long one [`Terminal::poll`] may draw, so that keys and frames go on under a flood.
const SLICE: Duration = Duration::from_millis(8);
/// How many lines a notch of the wheel is, in programs that only know arrows.
const WHEEL_LINES: usize = 3;

/// A terminal: a shell, its screen, and what it said.
pub struct Terminal {
    link: Link,
    display: Display,
    marks: Marks,
    selection: Option<Selection>,
    search: Option<Search>,
    ended: bool,
    /// The shell's start-up files; they go away with it.
    _startup: Option<Startup>,
}

impl Terminal {
    /// Starts the learner's own shell on a pty. `wake` is called from another thread when there is
    /// something to [`poll`](Self::poll), once until then.
    pub fn on_pty(
        shell: &ShellCommand,
        size: Size,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, TerminalError> {
        let startup = Startup::prepare(shell)?;
        let link = pty::open(shell, &startup, size, Waker::new(wake))?;
        Ok(Self::new(link, startup.marks, size, Some(startup)))
    }

    /// Starts the simulated host's shell. Must be called in the machine's runtime.
    pub fn on_machine(
        kernel: &Kernel,
        shell: HostShell,
        size: Size,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Self, TerminalError> {
        let link = machine::open(kernel, shell, size, Waker::new(wake))?;
        Ok(Self::new(link, Marks::Full, size, None))
    }

    pub(super) fn new(link: Link, marks: Marks, size: Size, startup: Option<Startup>) -> Self {
        let display = Display::new(size, Tracker::new(marks));
        Self {
            link,
            display,
            marks,
            selection: None,
            search: None,
            ended: false,
            _startup: startup,
        }
    }

    /// Draws what has come, for a few milliseconds at most, and says what happened. When more is
    /// left, `wake` is called at once.
    pub fn poll(&mut self) -> Vec<TerminalEvent> {
        self.link.waker.clear();
        let begun = Instant::now();
        let mut outcome = Outcome::default();
        let mut drawn = 0;
        // Looked at first: what was written before the end is then in the channel, or on its way.
        let ending = self.link.ending.status();
        let closed = loop {
            match self.link.output.try_recv() {
                Ok(bytes) => {
                    self.display.feed(&bytes, &mut outcome);
                    drawn += bytes.len();
                }
                Err(error) => break error == tokio::sync::mpsc::error::TryRecvError::Disconnected,
            }
            // A little is drawn whole, however slow the machine: there may be a mark at its end.
            if drawn >= READ_SIZE && begun.elapsed() > SLICE {
                self.link.waker.call();
                break false;
            }
        };
        self.write(outcome.replies);
        let mut events = outcome.events;
        if drawn > 0 {
            events.insert(0, TerminalEvent::Output);
        }
        if let Some((status, since)) = ending
            && !self.ended
            && (closed || since.elapsed() >= LAST_WORDS)
        {
            self.ended = true;
            events.push(TerminalEvent::Exited { status });
        }
        events
    }

    /// What to draw, scrolled as it was asked.
    pub fn screen(&self) -> &vt100::Screen {
        self.display.screen()
    }

    /// Where the cursor is on what is shown; `None` when it does not show.
    pub fn cursor(&self) -> Option<CellPosition> {
        let screen = self.screen();
        let (rows, cols) = screen.size();
        let (row, col) = screen.cursor_position();
        let shown = usize::from(row) + self.scrolled();
        let row = u16::try_from(shown).ok().filter(|it| *it < rows)?;
        (!screen.hide_cursor()).then_some(CellPosition {
            row,
            col: col.min(cols - 1),
        })
    }

    /// What the program named its window.
    pub fn title(&self) -> &str {
        self.display.title()
    }

    /// How much this shell says of its commands.
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// Whether the shell waits for a line; never with [`Marks::None`].
    pub fn at_prompt(&self) -> bool {
        self.display.tracker.at_prompt()
    }

    /// Whether a prompt is about to be drawn: no command runs, and none is there yet.
    pub fn prompt_is_due(&self) -> bool {
        !self.ended && self.marks != Marks::None && self.display.tracker.between()
    }

    /// What is typed at the prompt, before the cursor, the lines of a command that goes on
    /// separated by line feeds; `None` when no line is typed.
    pub fn typing(&self) -> Option<String> {
        let (_, cols) = self.screen().size();
        self.display.tracker.before_cursor(cols)
    }

    /// The end of what the last command wrote, as plain text; empty when its beginning is not
    /// known.
    pub fn last_output(&self) -> String {
        self.display.tracker.said()
    }

    /// Keeps all that commands write from now on, for [`Self::take_output`]: who asks takes it often.
    pub fn keep_output(&mut self) {
        self.display.tracker.keep();
    }

    /// What commands wrote since the last time, as bytes for a terminal. A shell without full
    /// [`Marks`] has the line typed in it too.
    pub fn take_output(&mut self) -> Vec<u8> {
        self.display.tracker.take()
    }

    /// Whether the shell has ended and [`TerminalEvent::Exited`] was given.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// The colours that programs are told the terminal has, 8 bits per channel.
    pub fn set_colours(&mut self, foreground: (u8, u8, u8), background: (u8, u8, u8)) {
        self.display.colours = super::replies::Colours {
            foreground,
            background,
        };
    }

    // -- input ----------------------------------------------------------------------------------

    fn write(&self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            // A program that reads nothing loses what is too much, as on any terminal.
            let _ = self.link.input.try_send(Bytes::from(bytes));
        }
    }

    /// Sends bytes as they are.
    pub fn send(&self, bytes: &[u8]) {
        self.write(bytes.to_vec());
    }

    /// Sends a key, and shows the last lines again; whether that shows other lines.
    pub fn key(&mut self, event: KeyEvent) -> bool {
        let screen = self.screen();
        let modes = KeyModes {
            application_cursor: screen.application_cursor(),
            application_keypad: screen.application_keypad(),
        };
        let bytes = keys::encode(event, modes);
        if bytes.is_empty() {
            return false;
        }
        let moved = self.scroll_to_end();
        self.write(bytes);
        moved
    }

    /// Pastes text: between marks when the program asked for them, with line ends as Enter else.
    /// Whether that shows other lines.
    pub fn paste(&mut self, text: &str) -> bool {
        let moved = self.scroll_to_end();
        // What would end the paste, or type keys, does not go through.
        let kept = |it: &char| !it.is_control() || matches!(it, '\n' | '\r' | '\t');
        let text: String = text.replace("\r\n", "\n").chars().filter(kept).collect();
        if self.screen().bracketed_paste() {
            self.write(format!("\x1b[200~{text}\x1b[201~").into_bytes());
        } else {
            self.write(text.replace('\n', "\r").into_bytes());
        }
        moved
    }

    /// Gives the mouse to the program, if it asked for it (or shows a full screen, which has
    /// nothing to scroll); `false` when it is not for the program.
    pub fn mouse(&mut self, input: MouseInput) -> bool {
        let screen = self.screen();
        let (mode, encoding) = (
            screen.mouse_protocol_mode(),
            screen.mouse_protocol_encoding(),
        );
        if let Some(bytes) = mouse::encode(input, mode, encoding) {
            self.write(bytes);
            return true;
        }
        let arrow = match input.action {
            MouseAction::WheelUp => b'A',
            MouseAction::WheelDown => b'B',
            _ => return false,
        };
        if !screen.alternate_screen() {
            return false;
        }
        let introducer = if screen.application_cursor() {
            b'O'
        } else {
            b'['
        };
        self.write([0x1b, introducer, arrow].repeat(WHEEL_LINES));
        true
    }

    /// Types a command line at the prompt, in place of what is being typed, and Enter if `run`.
    /// `false`, and nothing is typed, when the shell does not wait for a line.
    pub fn type_command(&mut self, line: &str, run: bool) -> bool {
        if !self.clear_line() {
            return false;
        }
        self.paste(line);
        if run {
            self.write(b"\r".to_vec());
        }
        true
    }

    /// Erases what is typed at the prompt. `false`, and nothing is done, when the shell does not
    /// wait for a line.
    pub fn clear_line(&mut self) -> bool {
        let known = self.marks != Marks::None;
        if self.ended || (known && !self.at_prompt()) || self.screen().alternate_screen() {
            return false;
        }
        let (_, cols) = self.screen().size();
        if !self.display.tracker.typed(cols).is_empty() {
            // To the end of the line, then erase it: so do all line editors, and stty's `kill`.
            self.write(b"\x05\x15".to_vec());
        }
        true
    }

    /// Changes the size, on the screen and for the program.
    pub fn resize(&mut self, size: Size) {
        self.display.resize(size);
        self.link.control.resize(size);
        self.selection = None;
    }

    // -- scrolling ------------------------------------------------------------------------------

    /// Scrolls: towards older lines when positive.
    pub fn scroll(&mut self, lines: isize) {
        let offset = self.scrolled().saturating_add_signed(lines);
        self.display.scroll_to(offset);
    }

    /// Shows the last lines; whether others were shown.
    pub fn scroll_to_end(&mut self) -> bool {
        let moved = self.scrolled() > 0;
        self.display.scroll_to(0);
        moved
    }

    /// By how many lines what is shown is above the last ones.
    pub fn scrolled(&self) -> usize {
        self.screen().scrollback()
    }

    // -- selection ------------------------------------------------------------------------------

    fn anchor(&self, cell: CellPosition) -> Anchor {
        Anchor {
            line: self.display.top_line() + u64::from(cell.row),
            col: cell.col,
        }
    }

    /// Begins a selection at a cell of what is shown.
    pub fn select_from(&mut self, cell: CellPosition) {
        let anchor = self.anchor(cell);
        let generation = self.display.generation();
        self.selection = Some(Selection {
            from: anchor,
            to: anchor,
            generation,
        });
    }

    /// Extends it to another cell, included.
    pub fn select_to(&mut self, cell: CellPosition) {
        let anchor = self.anchor(cell);
        if let Some(selection) = &mut self.selection {
            selection.to = anchor;
        }
    }

    /// Forgets it; whether there was one.
    pub fn clear_selection(&mut self) -> bool {
        self.selection.take().is_some()
    }

    /// Whether a cell of what is shown is selected.
    pub fn is_selected(&self, cell: CellPosition) -> bool {
        self.current_selection()
            .is_some_and(|it| it.contains(self.anchor(cell)))
    }

    fn current_selection(&self) -> Option<Selection> {
        self.selection
            .filter(|it| it.generation == self.display.generation())
    }

    /// The selected text, scrolled-off lines included; lines that the screen wrapped are one. A
    /// selection of a single cell is a click: there is no text.
    pub fn selected_text(&mut self) -> Option<String> {
        let selection = self.current_selection().filter(|it| it.from != it.to)?;
        let (_, width) = self.screen().size();
        let (first, last) = selection.ends();
        let mut text = String::new();
        for line in first.line..=last.line {
            let (start, end) = selection.columns(line, width);
            let Some((cells, wrapped)) = self.display.line(line, start, end) else {
                continue;
            };
            if wrapped && line != last.line {
                text.push_str(&cells);
            } else {
                text.push_str(cells.trim_end());
                if line != last.line {
                    text.push('\n');
                }
            }
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests;
