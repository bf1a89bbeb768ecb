//! Where commands begin and end: the OSC 133 marks ("semantic prompts", as `FinalTerm` defined them
//! and kitty extended them with `cmdline_url`).
//!
//! `A` the prompt begins, `B` it ends and the line is typed, `C` the line runs (since `began=`, which
//! our own start-up files add), `D;STATUS` it has ended. Shells that can only put marks in their prompt (see [`Marks::Prompt`]) never say `C`:
//! their command is known once it has ended, from what was echoed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use percent_encoding::percent_decode;

use super::TerminalEvent;
use super::startup::Marks;

/// How much of what is echoed after the prompt is kept, bytes.
const ECHO_LIMIT: usize = 16 * 1024;
/// How much of the end of what a command writes is kept, bytes.
const SAID_LIMIT: usize = 8 * 1024;
/// The screen on which it is read back: lines and columns.
const SAID_SCREEN: (u16, u16) = (120, 500);
/// How many lines a typed command can fill on the screen.
const ECHO_ROWS: u16 = 64;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// No mark yet, or between a command and its prompt.
    #[default]
    Silent,
    /// After `B`.
    Typing,
    /// After `C`.
    Running,
}

/// Follows the marks and says what they mean.
#[derive(Debug)]
pub(super) struct Tracker {
    marks: Marks,
    phase: Phase,
    echo: Option<Echo>,
    /// Lines of the same command typed before a continuation prompt.
    earlier: Vec<String>,
    /// The end of what the command wrote.
    said: Vec<u8>,
    /// All that commands write, for who asked for it and takes it.
    kept: Option<Vec<u8>>,
}

/// What came after `B`, to be read back from a screen of its own.
#[derive(Debug)]
struct Echo {
    column: u16,
    bytes: Vec<u8>,
}

impl Tracker {
    pub(super) fn new(marks: Marks) -> Self {
        Self {
            marks,
            phase: Phase::default(),
            echo: None,
            earlier: Vec::new(),
            said: Vec::new(),
            kept: None,
        }
    }

    /// Keeps what commands write from now on, for [`take`](Self::take).
    pub(super) fn keep(&mut self) {
        self.kept.get_or_insert_default();
    }

    /// What was kept since the last time. A shell that does not say where commands begin has the
    /// lines typed in it too.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.kept.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Whether the shell waits for a line.
    pub(super) fn at_prompt(&self) -> bool {
        self.phase == Phase::Typing
    }

    /// Whether nothing runs, and no prompt is there yet.
    pub(super) fn between(&self) -> bool {
        self.phase == Phase::Silent
    }

    /// Keeps what is drawn, while a line is typed.
    pub(super) fn drawn(&mut self, bytes: &[u8]) {
        if let Some(echo) = &mut self.echo {
            let room = ECHO_LIMIT.saturating_sub(echo.bytes.len());
            echo.bytes
                .extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
        let written = match self.marks {
            Marks::Full => self.phase == Phase::Running,
            Marks::Prompt => self.phase == Phase::Typing,
            Marks::None => true,
        };
        if let Some(kept) = self.kept.as_mut().filter(|_| written) {
            kept.extend_from_slice(bytes);
        }
        if self.phase == Phase::Running {
            self.said.extend_from_slice(bytes);
            let excess = self.said.len().saturating_sub(SAID_LIMIT);
            self.said.drain(..excess);
        }
    }

    /// What is typed before the cursor, after the lines that the shell wants the rest of; `None`
    /// when no line is typed.
    pub(super) fn before_cursor(&self, cols: u16) -> Option<String> {
        let typing = self.phase == Phase::Typing;
        let echo = self.echo.as_ref().filter(|_| typing)?;
        let lines = self.earlier.iter().cloned();
        let lines: Vec<String> = lines.chain([echo.before_cursor(cols)]).collect();
        Some(lines.join("\n"))
    }

    /// The end of what the last command wrote, as plain text.
    pub(super) fn said(&self) -> String {
        let (rows, cols) = SAID_SCREEN;
        let mut parser = vt100::Parser::new(rows, cols, 0);
        parser.process(&self.said);
        parser.screen().contents()
    }

    /// What is typed so far on the prompt's line.
    pub(super) fn typed(&self, cols: u16) -> String {
        self.echo
            .as_ref()
            .map(|it| it.line(cols))
            .unwrap_or_default()
    }

    /// Takes the part of the mark after `133;`. `column` is where the cursor is, `cols` how wide
    /// the screen is.
    pub(super) fn mark(&mut self, body: &[u8], column: u16, cols: u16) -> Vec<TerminalEvent> {
        let mut fields = body.split(|it| *it == b';');
        let mut events = Vec::new();
        match fields.next() {
            Some(b"A") if self.phase == Phase::Typing && fields.any(|it| it == b"k=s") => {
                // Without an end of line, the editor only draws this prompt again.
                let ended = |echo: &Echo| echo.bytes.contains(&b'\n');
                if self.echo.as_ref().is_some_and(ended) {
                    self.earlier.push(self.typed(cols));
                }
                self.echo = None;
            }
            // Line editors draw their prompt again: the same line goes on.
            Some(b"A") if self.phase == Phase::Typing && self.marks == Marks::Full => {
                self.echo = None;
            }
            Some(b"A") => {
                // A shell that says no `D` says its next prompt.
                self.ended(None, cols, &mut events);
                self.echo = None;
                self.earlier.clear();
            }
            Some(b"B") => {
                self.echo = Some(Echo {
                    column,
                    bytes: Vec::new(),
                });
                if self.phase != Phase::Typing {
                    self.phase = Phase::Typing;
                    events.push(TerminalEvent::PromptShown);
                }
            }
            Some(b"C") if self.phase != Phase::Running => {
                let fields: Vec<&[u8]> = fields.collect();
                let field = |name: &[u8]| fields.iter().find_map(|it| it.strip_prefix(name));
                let said = field(b"cmdline_url=");
                let line = said.map_or_else(|| self.line(cols), percent_decoded);
                let moment = field(b"moment=").and_then(|it| std::str::from_utf8(it).ok());
                self.phase = Phase::Running;
                self.echo = None;
                self.said.clear();
                let at = field(b"began=").and_then(moment_read);
                events.push(TerminalEvent::CommandBegan { line, at });
                let moment = moment.and_then(|it| it.parse().ok());
                events.extend(moment.map(TerminalEvent::Moment));
            }
            Some(b"D") => {
                let status = fields.next().and_then(|it| std::str::from_utf8(it).ok());
                self.ended(status.and_then(|it| it.parse().ok()), cols, &mut events);
            }
            _ => {}
        }
        events
    }

    fn ended(&mut self, status: Option<i32>, cols: u16, events: &mut Vec<TerminalEvent>) {
        match self.phase {
            Phase::Running => events.push(TerminalEvent::CommandEnded { status }),
            Phase::Typing if self.marks == Marks::Prompt => {
                let line = self.line(cols);
                // The terminal echoes a Ctrl-C at the prompt; that line did not run.
                if !line.is_empty() && !line.ends_with("^C") {
                    events.push(TerminalEvent::CommandBegan { line, at: None });
                    events.push(TerminalEvent::CommandEnded { status });
                }
            }
            Phase::Typing | Phase::Silent => {}
        }
        self.phase = Phase::Silent;
    }

    fn line(&mut self, cols: u16) -> String {
        let mut lines = std::mem::take(&mut self.earlier);
        lines.push(self.typed(cols));
        lines.join("\n").trim().to_owned()
    }
}

impl Echo {
    /// What was echoed, on a screen of its own.
    fn drawn(&self, cols: u16) -> vt100::Parser {
        let mut parser = vt100::Parser::new(ECHO_ROWS, cols.max(2), 0);
        parser.process(format!("\x1b[{}G", self.column.saturating_add(1)).as_bytes());
        // busybox goes down at the edge by itself, and says so like nobody else does.
        let bytes = String::from_utf8_lossy(&self.bytes).replace("\r\r\n", "");
        parser.process(bytes.as_bytes());
        parser
    }

    /// What stands before the cursor.
    fn before_cursor(&self, cols: u16) -> String {
        let parser = self.drawn(cols);
        let screen = parser.screen();
        let (last, end) = screen.cursor_position();
        let mut text = String::new();
        for row in 0..=last {
            let first = if row == 0 { self.column } else { 0 };
            let end = if row == last { end } else { cols };
            for cell in (first..end).filter_map(|col| screen.cell(row, col)) {
                match cell.contents() {
                    "" if cell.is_wide_continuation() => {}
                    "" => text.push(' '),
                    letter => text.push_str(letter),
                }
            }
        }
        text
    }

    /// The first line, however many rows it fills.
    fn line(&self, cols: u16) -> String {
        let parser = self.drawn(cols);
        let screen = parser.screen();
        let mut line = String::new();
        for (row, text) in (0..ECHO_ROWS).zip(screen.rows(0, cols)) {
            let skipped = if row == 0 {
                usize::from(self.column)
            } else {
                0
            };
            line.extend(text.chars().skip(skipped));
            if !screen.row_wrapped(row) {
                break;
            }
        }
        line.trim().to_owned()
    }
}

/// A moment as shells print it (`EPOCHREALTIME`): seconds since the epoch, a point or a comma as the
/// locale has it, decimals.
fn moment_read(text: &[u8]) -> Option<SystemTime> {
    let seconds = std::str::from_utf8(text).ok()?.replace(',', ".");
    let since_epoch = Duration::try_from_secs_f64(seconds.parse().ok()?).ok()?;
    UNIX_EPOCH.checked_add(since_epoch)
}

/// What `%XX` stand for; what is no such escape is kept.
fn percent_decoded(text: &[u8]) -> String {
    percent_decode(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests;
