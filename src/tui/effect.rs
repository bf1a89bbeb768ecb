//! What `update` asks for; only the runtime performs it.

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::{Rect, Size};

/// Something to do outside of the model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Effect {
    /// Read the course and the progress.
    LoadCourse,
    /// Find an engine and follow it.
    ConnectEngine,
    /// Open the shell, at this size, in place of the one there may be.
    OpenShell(Size),
    /// Tell the shell its new size.
    ResizeShell(Size),
    /// Give a key to the shell.
    ShellKey(KeyEvent),
    /// Give pasted text to the shell.
    ShellPaste(String),
    /// Give a mouse event to the terminal, whose screen is drawn there: a selection, or a program's
    /// own.
    ShellMouse(MouseEvent, Rect),
    /// Type a command line and run it; `force` types it even when the shell waits for no line.
    ShellType {
        /// The line.
        line: String,
        /// Whatever the shell is doing.
        force: bool,
    },
    /// Put a line on the prompt without running it, the cursor at its first gap (`…`).
    ShellPrepare(String),
    /// Write the attestation of what was shown.
    Attest,
    /// Scroll the terminal: towards the past when positive, in lines.
    ShellScroll(i32),
    /// Show the latest lines again.
    ShellBottom,
    /// Copy the selection, or the screen when nothing is selected.
    Copy,
    /// Keep the progress, before anything shows that something is done.
    SaveProgress,
    /// Send [`Message::Settled`](super::message::Message::Settled) with this number in a moment.
    Settle(u64),
    /// Take the simulated engine back to before the last command.
    Undo,
    /// Do the command again that was undone.
    Redo,
    /// Have the writable layers of these containers (by identifier) read again, for a few seconds.
    Reread(Vec<String>),
}
