//! The learner's terminal: taken at the beginning, given back as it was whatever happens.

use std::io::{self, Write, stdout};
use std::panic;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
    PushKeyboardEnhancementFlags,
};
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use tokio::sync::mpsc::UnboundedSender;

use super::Incoming;
use super::tape::{Output, Tape};
use crate::tui::guard;
use crate::tui::message::Message;

/// The terminal while the program has it. Dropping this gives it back.
pub(super) struct Screen {
    pub(super) terminal: Terminal<CrosstermBackend<Output>>,
    mouse: bool,
    tape: Option<Tape>,
}

impl Screen {
    /// Takes the terminal. A panic of this thread gives it back before it is reported; one of
    /// another thread becomes a message. Without the mouse, the terminal keeps it. What is drawn goes
    /// to the tape too.
    pub(super) fn take(
        messages: UnboundedSender<Incoming>,
        mouse: bool,
        tape: Option<Tape>,
    ) -> io::Result<Self> {
        drop(ratatui::try_init()?);
        // The same terminal, through what records it.
        let terminal = Terminal::new(CrosstermBackend::new(Output::new(tape.clone())))?;
        set_modes(mouse)?;
        let drawing = std::thread::current().id();
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if std::thread::current().id() != drawing {
                let words = info.to_string().replace('\n', " ");
                let _ = messages.send(Message::InternalError(words).into());
            } else if !guard::is_inside() {
                give_back();
                report(info);
            }
        }));
        Ok(Self {
            terminal,
            mouse,
            tape,
        })
    }

    /// Takes it again. A shell may have changed its settings meanwhile: they are those to give back.
    pub(super) fn take_again(&mut self) -> io::Result<()> {
        disable_raw_mode()?;
        enable_raw_mode()?;
        execute!(stdout(), EnterAlternateScreen)?;
        set_modes(self.mouse)?;
        // A new one knows of nothing on the screen, and asks the terminal nothing: its answer would
        // go to who reads the keys.
        execute!(stdout(), Clear(ClearType::All))?;
        self.terminal = Terminal::new(CrosstermBackend::new(Output::new(self.tape.clone())))?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Asks the terminal for what the program understands.
fn set_modes(mouse: bool) -> io::Result<()> {
    execute!(stdout(), EnableBracketedPaste)?;
    if knows_new_sequences() {
        // Kitty's keyboard protocol: Escape and Ctrl with any letter are keys of their own. A
        // terminal without it ignores the request (https://sw.kovidgoyal.net/kitty/keyboard-protocol).
        let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;
        execute!(stdout(), PushKeyboardEnhancementFlags(flags))?;
        // Whether somebody looks. A terminal without it says nothing of it.
        execute!(stdout(), EnableFocusChange)?;
    }
    if mouse {
        execute!(stdout(), EnableMouseCapture)?;
    }
    Ok(())
}

/// Whether the terminal ignores the control sequences that it does not know: old consoles write
/// them.
fn knows_new_sequences() -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    !["", "dumb", "linux", "vt100", "vt220", "ansi"].contains(&term.as_str())
}

/// Undoes all that was done to the terminal; each step is tried whatever becomes of the others,
/// since the terminal may be gone.
pub(super) fn give_back() {
    if knows_new_sequences() {
        let _ = execute!(stdout(), DisableFocusChange, PopKeyboardEnhancementFlags);
    }
    let _ = execute!(
        stdout(),
        DisableMouseCapture,
        DisableBracketedPaste,
        cursor::Show
    );
    let _ = ratatui::try_restore();
}

/// Puts text in the learner's clipboard, by their terminal (OSC 52, `ctlseqs`): it works over ssh.
pub(super) fn copy(text: &str) -> io::Result<()> {
    let mut out = stdout();
    write!(out, "\x1b]52;c;{}\x07", STANDARD.encode(text))?;
    out.flush()
}
