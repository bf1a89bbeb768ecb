//! The terminal panel: a byte stream and the screen it draws.
//!
//! ```text
//! keys ─▶ keys, mouse ─▶ link ─▶ pty: the learner's own shell   (startup: its OSC 133 marks)
//!                              └▶ machine: the simulated one's
//! screen ◀─ decoder, marks ◀─ link
//! ```
//!
//! The drawing thread owns a [`Terminal`]: it calls [`Terminal::poll`] when woken, draws
//! [`Terminal::screen`], and sends keys. Nothing here ever waits for the program inside.

mod command;
mod decoder;
mod display;
mod keys;
mod link;
mod loose;
mod machine;
mod marks;
mod mouse;
mod output;
mod pty;
mod replies;
mod selection;
mod startup;
mod view;

#[cfg(test)]
mod tests;

use std::time::SystemTime;

pub use command::{ShellCommand, ShellKind};
pub use loose::LooseEnd;
pub use machine::HostShell;
pub use mouse::{MouseAction, MouseButton, MouseInput};
pub use selection::CellPosition;
pub use startup::Marks;
pub use view::Terminal;

/// A size in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Lines.
    pub rows: u16,
    /// Columns.
    pub cols: u16,
}

/// What the program in the terminal did, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEvent {
    /// Something on the screen may have changed.
    Output,
    /// The shell shows its prompt and waits for a line.
    PromptShown,
    /// The shell starts a command line.
    CommandBegan {
        /// As it was typed; several lines when it was typed on several.
        line: String,
        /// When, if the shell says it.
        at: Option<SystemTime>,
    },
    /// The simulated machine kept the moment before that command, under this number.
    Moment(u64),
    /// That command line has ended.
    CommandEnded {
        /// Its exit status, when the shell says it.
        status: Option<i32>,
    },
    /// The program named its window; see [`Terminal::title`].
    TitleChanged,
    /// It rang.
    Bell,
    /// The shell has ended; nothing more will come.
    Exited {
        /// Its exit code, 128 plus the signal when one ended it.
        status: i32,
    },
}

/// Why a terminal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// No pseudo-terminal is left, or `/dev/pts` is missing.
    #[error("impossible d’ouvrir un pseudo-terminal : {0}")]
    Pty(String),
    /// The shell could not be started.
    #[error("impossible de lancer « {shell} » : {reason}")]
    Shell {
        /// Its path.
        shell: String,
        /// What the system said.
        reason: String,
    },
    /// The private directory of start-up files could not be written.
    #[error("impossible de préparer les fichiers de démarrage du shell : {0}")]
    Startup(#[from] std::io::Error),
    /// The simulated machine refused to start its shell.
    #[error("la machine simulée n’a pas pu lancer son shell : {0}")]
    Machine(#[from] crate::sim::kernel::StartError),
    /// A simulated machine's terminal was asked for outside of its runtime.
    #[error("la machine simulée n’est pas en marche")]
    NoRuntime,
}
