//! The shell that the learner types in.

use std::time::{Duration, SystemTime};

use crossterm::event::{KeyEvent, MouseButton as Button, MouseEvent, MouseEventKind};
use ratatui::layout::{Rect, Size};
use tokio::sync::mpsc::UnboundedSender;

use super::Incoming;
use super::connect::Engine;
use crate::domain::Occurrence;
use crate::terminal::{
    self, CellPosition, Marks, MouseAction, MouseButton, MouseInput, Terminal, TerminalError,
    TerminalEvent,
};
use crate::tui::message::Message;

/// Lines per notch of the wheel.
const NOTCH: isize = 3;

/// A mark is heard of well before that.
const LATEST: Duration = Duration::from_secs(30);

/// What the mouse selected, in French.
pub(super) const SELECTION: &str = "Sélection";

/// The shell, and the mouse's part in it.
pub(super) struct Shell {
    terminal: Terminal,
    selecting: bool,
    /// What was typed before the cursor, as last said.
    typing: Option<String>,
}

impl Shell {
    /// Opens the shell that goes with this engine.
    pub(super) fn open(
        engine: &Engine,
        size: Size,
        sender: UnboundedSender<Incoming>,
    ) -> Result<Self, TerminalError> {
        let wake = move || {
            let _ = sender.send(Incoming::ShellWoken);
        };
        let terminal = engine.open_terminal(cells(size), wake)?;
        Ok(Self {
            terminal,
            selecting: false,
            typing: None,
        })
    }

    /// Whether it says where commands begin and end.
    pub(super) fn is_marked(&self) -> bool {
        self.terminal.marks() != Marks::None
    }

    /// Draws what came, and says what happened.
    pub(super) fn poll(&mut self) -> Vec<Message> {
        let at = SystemTime::now();
        let mut messages = Vec::new();
        for event in self.terminal.poll() {
            if matches!(&event, TerminalEvent::CommandEnded { status } if *status != Some(0)) {
                messages.push(Message::CommandSaid(self.terminal.last_output()));
            }
            messages.push(match event {
                TerminalEvent::Output => Message::ShellOutput,
                TerminalEvent::PromptShown => Message::Prompt,
                TerminalEvent::CommandBegan { line, at: said } => {
                    let at = said.filter(|it| is_recent(*it, at)).unwrap_or(at);
                    Message::CommandBegan { line, at }
                }
                TerminalEvent::Moment(number) => Message::Occurrence(Occurrence::Moment(number)),
                TerminalEvent::CommandEnded { status } => Message::CommandEnded { status, at },
                TerminalEvent::Exited { status } => Message::ShellEnded(status),
                TerminalEvent::TitleChanged | TerminalEvent::Bell => continue,
            });
        }
        let typing = self.terminal.typing();
        if typing != self.typing {
            self.typing.clone_from(&typing);
            messages.push(Message::Typing(typing));
        }
        messages
    }

    /// Whether it says where a command begins, and waits for a line.
    pub(super) fn waits(&self) -> bool {
        self.terminal.marks() == Marks::Full && self.terminal.at_prompt()
    }

    /// Whether it is about to wait for a line: no command runs, and no prompt is there yet.
    pub(super) fn prompt_is_due(&self) -> bool {
        self.terminal.prompt_is_due()
    }

    /// Whether a line typed in it comes back in what it writes.
    pub(super) fn echoes(&self) -> bool {
        self.terminal.marks() != Marks::Full
    }

    /// Keeps what commands write, for [`Self::take_output`].
    pub(super) fn keep_output(&mut self) {
        self.terminal.keep_output();
    }

    /// What they wrote since the last time.
    pub(super) fn take_output(&mut self) -> Vec<u8> {
        self.terminal.take_output()
    }

    /// Sends bytes to the program that runs.
    pub(super) fn send(&self, bytes: &[u8]) {
        self.terminal.send(bytes);
    }

    /// What to draw.
    pub(super) fn screen(&self) -> &vt100::Screen {
        self.terminal.screen()
    }

    /// Whether a cell is selected.
    pub(super) fn is_selected(&self, row: u16, col: u16) -> bool {
        self.terminal.is_selected(CellPosition { row, col })
    }

    /// Sends a key; whether what is shown changes before the program answers.
    pub(super) fn key(&mut self, event: KeyEvent) -> bool {
        let unselected = self.terminal.clear_selection();
        self.terminal.key(event) || unselected
    }

    /// Pastes text; whether what is shown changes before the program answers.
    pub(super) fn paste(&mut self, text: &str) -> bool {
        self.terminal.paste(text)
    }

    /// Types a line and runs it; `false` when the shell does not wait for one.
    pub(super) fn type_line(&mut self, line: &str, force: bool) -> bool {
        self.terminal.scroll_to_end();
        if self.terminal.type_command(line, true) {
            return true;
        }
        if force {
            self.terminal.paste(line);
            self.terminal.send(b"\r");
        }
        force
    }

    /// Types characters at the prompt; `fresh` begins a line, in place of what was typed. `false`,
    /// and nothing is typed, when a line begins and the shell does not wait for one.
    pub(super) fn type_on(&mut self, text: &str, fresh: bool) -> bool {
        self.terminal.scroll_to_end();
        if text.contains('\n') {
            return self.terminal.type_command(text, false);
        }
        if fresh && !self.terminal.clear_line() {
            return false;
        }
        self.terminal.send(text.as_bytes());
        true
    }

    /// Puts a line on the prompt, the cursor where its first gap was; `false` when the shell does
    /// not wait for a line.
    pub(super) fn prepare(&mut self, line: &str) -> bool {
        const LEFT: &[u8] = b"\x1b[D";
        self.terminal.scroll_to_end();
        let (before, after) = line.split_once('…').unwrap_or((line, ""));
        let typed = self
            .terminal
            .type_command(&format!("{before}{after}"), false);
        if typed {
            self.terminal.send(&LEFT.repeat(after.chars().count()));
        }
        typed
    }

    pub(super) fn resize(&mut self, size: Size) {
        self.terminal.resize(cells(size));
    }

    pub(super) fn scroll(&mut self, lines: i32) {
        self.terminal.scroll(isize::try_from(lines).unwrap_or(0));
    }

    pub(super) fn bottom(&mut self) {
        self.terminal.scroll_to_end();
    }

    /// What to copy, and what it is: the selection, else all that the screen shows.
    pub(super) fn copied(&mut self) -> (&'static str, String) {
        match self.terminal.selected_text() {
            Some(text) => (SELECTION, text),
            None => ("Écran du terminal", self.terminal.screen().contents()),
        }
    }

    /// All that was shown and is kept.
    pub(super) fn whole_text(&mut self) -> String {
        self.terminal.whole_text()
    }

    /// Looks for words; see [`Terminal::find`].
    pub(super) fn find(&mut self, words: &str, rank: Option<usize>) -> (usize, usize) {
        self.terminal.find(words, rank)
    }

    /// Ends the search; `back` shows what was shown when it began.
    pub(super) fn end_search(&mut self, back: bool) {
        self.terminal.end_search(back);
    }

    /// Whether a cell is part of a match, and then whether it is the one that is shown.
    pub(super) fn is_found(&self, row: u16, col: u16) -> Option<bool> {
        self.terminal.is_found(CellPosition { row, col })
    }

    /// The mouse is the program's when it asked for it; else it selects and scrolls. Gives the text
    /// of a selection that ends.
    pub(super) fn mouse(&mut self, event: MouseEvent, area: Rect) -> Option<String> {
        let row = event
            .row
            .saturating_sub(area.y)
            .min(area.height.saturating_sub(1));
        let col = event
            .column
            .saturating_sub(area.x)
            .min(area.width.saturating_sub(1));
        let action = match event.kind {
            MouseEventKind::Down(it) => MouseAction::Press(button(it)),
            MouseEventKind::Up(it) => MouseAction::Release(button(it)),
            MouseEventKind::Drag(it) => MouseAction::Drag(button(it)),
            MouseEventKind::Moved => MouseAction::Move,
            MouseEventKind::ScrollUp => MouseAction::WheelUp,
            MouseEventKind::ScrollDown => MouseAction::WheelDown,
            MouseEventKind::ScrollLeft | MouseEventKind::ScrollRight => return None,
        };
        let modifiers = event.modifiers;
        if !self.selecting
            && self.terminal.mouse(MouseInput {
                action,
                row,
                col,
                modifiers,
            })
        {
            return None;
        }
        let cell = CellPosition { row, col };
        match event.kind {
            MouseEventKind::Down(Button::Left) => {
                self.selecting = true;
                self.terminal.select_from(cell);
            }
            MouseEventKind::Drag(Button::Left) if self.selecting => self.terminal.select_to(cell),
            MouseEventKind::Up(Button::Left) if self.selecting => {
                self.selecting = false;
                self.terminal.select_to(cell);
                let text = self.terminal.selected_text();
                if text.is_none() {
                    self.terminal.clear_selection();
                }
                return text;
            }
            MouseEventKind::ScrollUp => self.terminal.scroll(NOTCH),
            MouseEventKind::ScrollDown => self.terminal.scroll(-NOTCH),
            _ => {}
        }
        None
    }
}

/// Whether a shell that says when a line began may be believed: it cannot have begun after it was
/// heard of, nor long before (a machine whose clock is another's).
fn is_recent(at: SystemTime, now: SystemTime) -> bool {
    now.duration_since(at).is_ok_and(|ago| ago < LATEST)
}

const fn cells(size: Size) -> terminal::Size {
    terminal::Size {
        rows: size.height,
        cols: size.width,
    }
}

const fn button(button: Button) -> MouseButton {
    match button {
        Button::Left => MouseButton::Left,
        Button::Middle => MouseButton::Middle,
        Button::Right => MouseButton::Right,
    }
}

#[cfg(test)]
impl Shell {
    /// A terminal whose program is the test.
    pub(super) fn loose(marks: Marks, size: Size) -> (Self, terminal::LooseEnd) {
        let (terminal, end) = Terminal::loose(marks, cells(size), || {});
        let shell = Self {
            terminal,
            selecting: false,
            typing: None,
        };
        (shell, end)
    }

    /// Selects from one cell to another.
    pub(super) fn select(&mut self, from: CellPosition, to: CellPosition) {
        self.terminal.select_from(from);
        self.terminal.select_to(to);
    }
}
