//! The streams and the terminal of a command.

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc::UnboundedReceiver;

/// A stream that a command reads.
pub type Input = Box<dyn AsyncRead + Send + Unpin>;
/// A stream that a command writes.
pub type Output = Box<dyn AsyncWrite + Send + Unpin>;

/// The standard streams of a command.
pub struct Io {
    /// Standard input.
    pub stdin: Input,
    /// Standard output.
    pub stdout: Output,
    /// Standard error.
    pub stderr: Output,
    /// The terminal behind them, and the process's signals; `None` where there are neither.
    pub terminal: Option<Arc<dyn Terminal>>,
}

/// What happened to the terminal, or to the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// The terminal has another size.
    Resized,
    /// The process received this signal (`INT`, `TERM`, `HUP`, `QUIT`, …: no `SIG`).
    Signal(&'static str),
}

/// The terminal of a command, and the signals that its process gets.
pub trait Terminal: Send + Sync {
    /// Whether standard input is a terminal.
    fn stdin_is_terminal(&self) -> bool;
    /// Whether standard output is a terminal.
    fn stdout_is_terminal(&self) -> bool;
    /// Whether standard error is a terminal.
    fn stderr_is_terminal(&self) -> bool;
    /// Columns and rows; `None` when unknown.
    fn size(&self) -> Option<(u16, u16)>;
    /// Switches between raw (every key goes through, no echo) and the mode at the start.
    fn set_raw(&self, raw: bool) -> std::io::Result<()>;
    /// Starts catching signals and changes of size; from here on, the signals that are delivered
    /// to the receiver do not end the process.
    fn notices(&self) -> UnboundedReceiver<Notice>;
    /// The numbers of the signals that ask the command to end (2, 15), caught from here on;
    /// `None` where they end the process by themselves.
    fn interruptions(&self) -> Option<UnboundedReceiver<u8>> {
        None
    }
}
