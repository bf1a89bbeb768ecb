//! What `update` asks for; only the runtime performs it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crossterm::event::{KeyEvent, MouseEvent};
use ratatui::layout::{Rect, Size};

use crate::domain::Danger;
use crate::engine::{Plan, Prune};
use crate::inside::Need;
use crate::lesson::Lesson;

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
    /// Type this at the prompt without running it: the beginning of a line when `fresh`, in place
    /// of what was typed, else what comes next of it.
    ShellTypeOn {
        /// The characters.
        text: String,
        /// Whether the line begins.
        fresh: bool,
    },
    /// Put a line on the prompt without running it, the cursor at its first gap (`…`).
    ShellPrepare(String),
    /// Allow once what the guard held back under this key.
    Allow(String),
    /// Tell the guard what the open lesson declares.
    Declare(BTreeSet<Danger>),
    /// Ask the engine what these prunes will do.
    Foresee(Vec<Prune>),
    /// Ask the engine what the session made.
    PlanTidy,
    /// Remove what this plan says.
    Tidy(Plan),
    /// Write the attestation of what was shown.
    Attest,
    /// Scroll the terminal: towards the past when positive, in lines.
    ShellScroll(i32),
    /// Show the latest lines again.
    ShellBottom,
    /// Copy the selection, or the screen when nothing is selected.
    Copy,
    /// Copy all that the terminal has kept.
    CopyTerminal,
    /// Copy a text.
    CopyText {
        /// What it is, in French.
        what: String,
        /// The text.
        text: String,
    },
    /// Look for words in the terminal, and show the match of this rank, else the nearest to what
    /// was shown.
    ShellFind {
        /// The words.
        words: String,
        /// The rank.
        rank: Option<usize>,
    },
    /// End that search.
    ShellFindEnd {
        /// Whether to show again what was shown when it began.
        back: bool,
    },
    /// Look at whether this lesson can begin.
    Prepare {
        /// The lesson.
        lesson: Arc<Lesson>,
        /// Whether the learner asked for it.
        asked: bool,
    },
    /// Give the terminal back and stop, until the shell continues the program.
    Suspend,
    /// Take the terminal again, whatever was done to it meanwhile.
    TakeScreen,
    /// Gather what a teacher needs to know to help.
    Diagnose,
    /// Keep the progress, before anything shows that something is done.
    SaveProgress,
    /// Send [`Message::Settled`](super::message::Message::Settled) with this number in a moment.
    Settle(u64),
    /// Send [`Message::Tick`](super::message::Message::Tick) in a second.
    Tick,
    /// Read what is followed less often, for nobody looks; or as often as usual.
    Away(bool),
    /// Follow this, and nothing else.
    Follow(BTreeSet<Need>),
    /// Take the simulated engine back to before the last command.
    Undo,
    /// Do the command again that was undone.
    Redo,
    /// Take the simulated engine to the state after a step.
    Travel {
        /// The step's rank.
        step: usize,
        /// The moment of that state, as the machine numbered it.
        moment: u64,
    },
    /// Have the writable layers of these containers (by identifier) read again, for a few seconds.
    Reread(Vec<String>),
}
