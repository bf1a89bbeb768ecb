//! What can happen to the program: the one kind of thing its loop receives.

use std::sync::Arc;
use std::time::SystemTime;

use crossterm::event::{KeyEvent, MouseEvent};

use super::linear::Asked;
use super::model::{Course, EngineChoice};
use crate::demo::Remote;
use crate::domain::Occurrence;
use crate::engine::{EngineInfo, EngineState, Plan, Tidied, Told};
use crate::inside::{Fact, Need};
use crate::lesson::Lesson;
use crate::ready::preflight::Finding;

/// What asked the program to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signal {
    /// Its name, for the learner.
    pub(crate) name: &'static str,
    /// Its number: the exit code is 128 more, as a shell would say.
    pub(crate) number: u8,
}

/// Something happened.
#[derive(Debug, Clone)]
pub(crate) enum Message {
    /// A key was pressed.
    Key(KeyEvent),
    /// The mouse moved, clicked or scrolled.
    Mouse(MouseEvent),
    /// The window has the keyboard, or has it no more.
    Focus(bool),
    /// Text was pasted.
    Paste(String),
    /// A line of the linear mode asks something.
    Asked(Asked),
    /// The window has a new size: columns, lines.
    Resize(u16, u16),
    /// The course was read, or could not be: the reason, in French.
    Course(Result<Course, String>),
    /// A lesson's file was edited: the lessons as they are now, or what is wrong in them, in French.
    Edited(Result<Vec<Arc<Lesson>>, String>),
    /// An engine was chosen.
    Engine(EngineChoice),
    /// No engine could be used: the reason, in French.
    NoEngine(String),
    /// What the engine says of itself.
    Info(EngineInfo),
    /// The engine's state (the latest wins).
    State(EngineState),
    /// The guard held something back, or says something.
    Guard(Told),
    /// What « Ranger » would remove, or why that is not known, in French.
    TidyPlanned(Result<Plan, String>),
    /// What « Ranger » removed.
    Tidied(Tidied),
    /// Something for the timeline.
    Occurrence(Occurrence),
    /// The shell is there.
    ShellOpened {
        /// Whether it says where commands begin and end.
        marked: bool,
    },
    /// The shell could not be opened: the reason, in French.
    ShellFailed(String),
    /// Something changed on the terminal's screen.
    ShellOutput,
    /// The shell shows its prompt.
    Prompt,
    /// This line was not typed: the shell does not wait for one.
    ShellBusy(String),
    /// The shell began a command.
    CommandBegan {
        /// As typed.
        line: String,
        /// When.
        at: SystemTime,
    },
    /// The end of what a command wrote that has just failed.
    CommandSaid(String),
    /// What is typed at the prompt before the cursor; `None` when no line is typed.
    Typing(Option<String>),
    /// That command ended.
    CommandEnded {
        /// Its exit status, when known.
        status: Option<i32>,
        /// When.
        at: SystemTime,
    },
    /// The shell ended, with this exit code.
    ShellEnded(i32),
    /// Something that a pane wanted to be told.
    Learnt(Need, Fact),
    /// A moment has passed since [`Effect::Settle`](super::effect::Effect::Settle) was asked with
    /// this number.
    Settled(u64),
    /// A second has passed since [`Effect::Tick`](super::effect::Effect::Tick) was asked.
    Tick,
    /// The speaker asks this of the demo, from another terminal.
    Remote(Remote),
    /// The speaker's view cannot be served; why, in French.
    NoSpeaker(String),
    /// What a lesson (its identifier) finds to begin with, or why that cannot be known.
    Prepared {
        /// The lesson.
        lesson: String,
        /// Whether the learner asked for it.
        asked: bool,
        /// What was found.
        found: Result<Vec<Finding>, String>,
    },
    /// What a teacher needs to know to help.
    Diagnosed(String),
    /// Text went to the clipboard.
    Copied {
        /// What it is, in French: « Sélection ».
        what: String,
        /// How long it is.
        characters: usize,
    },
    /// What was looked for in the terminal was found, or not.
    ShellFound {
        /// The rank of the match that is shown.
        at: usize,
        /// How many there are.
        count: usize,
    },
    /// The simulated engine is as it was before this command; `None` when there was none.
    Undone(Option<String>),
    /// The simulated engine is as it was after this command; `None` when there was none.
    Redone(Option<String>),
    /// The simulated engine is as it was after this step (its rank), or could not go there.
    Travelled(usize, bool),
    /// The attestation was written in this file, or was not: the reason, in French.
    Attested(Result<String, String>),
    /// Progress could not be saved: the reason, in French.
    NotSaved(String),
    /// A part of the program failed in the background; its words.
    InternalError(String),
    /// A shell asks the program to stop for a while (SIGTSTP).
    Suspend,
    /// The program goes on after it was stopped (SIGCONT).
    Continued,
    /// The system asks the program to end.
    Signal(Signal),
}
