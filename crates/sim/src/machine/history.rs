//! Undo and redo: the engine as it was before each docker command that changed something; and
//! moments: the engine as it was before each line typed in the learner's shell.
//!
//! Only the engine and its data (`/var/lib/docker`, volumes among it) go back: what the learner
//! wrote elsewhere on the host, a Dockerfile for instance, stays.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Machine, Snapshot};
use crate::daemon::Daemon;
use crate::kernel::RootFs;

/// Commands that can be undone.
const MOST: usize = 50;
/// Moments that are kept.
const MOMENTS: usize = 200;

/// What was before a command.
#[derive(Debug)]
struct Mark {
    /// The command line.
    line: String,
    /// How much had happened on the engine.
    happened: u64,
    before: Snapshot,
}

/// What can be undone and redone.
#[derive(Debug, Default)]
pub(super) struct History {
    marks: Mutex<Marks>,
    moments: Mutex<Moments>,
    /// One travel at a time.
    travelling: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Marks {
    past: VecDeque<Mark>,
    future: Vec<(String, Snapshot)>,
    /// How much had happened when the first command after the last undo began.
    resumed: Option<u64>,
}

/// The engine as it was at some moments, oldest first.
#[derive(Debug, Default)]
struct Moments {
    kept: VecDeque<(u64, Snapshot)>,
    last: u64,
}

impl History {
    /// Keeps the engine of this machine as it is now; the number of that moment.
    pub(super) fn keep(&self, daemon: &Daemon, host: &RootFs) -> u64 {
        let now = Snapshot::of(daemon, host);
        let mut moments = self.moments();
        if moments.kept.len() == MOMENTS {
            moments.kept.pop_front();
        }
        moments.last += 1;
        let number = moments.last;
        moments.kept.push_back((number, now));
        number
    }

    fn moments(&self) -> MutexGuard<'_, Moments> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn moment(&self, number: u64) -> Option<Snapshot> {
        let moments = self.moments();
        let mut kept = moments.kept.iter();
        kept.find(|(it, _)| *it == number)
            .map(|(_, moment)| moment.clone())
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.marks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers the engine of this machine as it is before a docker command.
    pub(super) fn mark(&self, line: String, daemon: &Daemon, host: &RootFs) {
        let happened = daemon.happened();
        let mut marks = self.marks();
        marks.resumed.get_or_insert(happened);
        if let Some(last) = marks.past.back_mut()
            && last.happened == happened
        {
            // The command before this one changed nothing.
            last.line = line;
            return;
        }
        marks.remember(Mark {
            line,
            happened,
            before: Snapshot::of(daemon, host),
        });
    }
}

impl Machine {
    /// Takes the engine back to before the last docker command of the host that changed something,
    /// and says which one it was; `None` when there is none. What ran then begins again from its
    /// command.
    pub async fn undo(&self) -> Option<String> {
        let _alone = self.history.travelling.lock().await;
        let (line, before) = {
            let happened = self.daemon.happened();
            let mut marks = self.history.marks();
            marks.forget_a_look(happened);
            let Mark { line, before, .. } = marks.past.pop_back()?;
            let redone = (line.clone(), self.snapshot());
            if marks.redo_is_stale(happened) {
                marks.future.clear();
            }
            marks.future.push(redone);
            marks.resumed = None;
            (line, before)
        };
        self.go_back_to(&before).await;
        Some(line)
    }

    /// Takes the engine to where it was before the last undo, and says which command is thus done
    /// again; `None` when there is none, or when something was changed since.
    pub async fn redo(&self) -> Option<String> {
        let _alone = self.history.travelling.lock().await;
        let (line, after) = {
            let happened = self.daemon.happened();
            let mut marks = self.history.marks();
            if marks.redo_is_stale(happened) {
                marks.future.clear();
            }
            let (line, after) = marks.future.pop()?;
            marks.forget_a_look(happened);
            marks.past.push_back(Mark {
                line: line.clone(),
                happened,
                before: self.snapshot(),
            });
            marks.resumed = None;
            (line, after)
        };
        self.go_back_to(&after).await;
        Some(line)
    }

    /// The command that [`Self::undo`] would undo.
    pub fn undoable(&self) -> Option<String> {
        let happened = self.daemon.happened();
        let marks = self.history.marks();
        let mut past = marks.past.iter().rev();
        past.find(|it| it.happened != happened)
            .map(|it| it.line.clone())
    }

    /// The command that [`Self::redo`] would do again.
    pub fn redoable(&self) -> Option<String> {
        let marks = self.history.marks();
        let stale = marks.redo_is_stale(self.daemon.happened());
        let next = marks.future.last().filter(|_| !stale);
        next.map(|(line, _)| line.clone())
    }

    /// Keeps the engine as it is now, for [`Self::travel_to`]; the number of that moment. The
    /// oldest ones are forgotten.
    pub fn keep_moment(&self) -> u64 {
        self.history.keep(&self.daemon, &self.root)
    }

    /// Whether this moment is still kept.
    pub fn has_moment(&self, number: u64) -> bool {
        let moments = self.history.moments();
        moments.kept.iter().any(|(it, _)| *it == number)
    }

    /// Takes the engine to a moment that was kept, whichever side of now it is on; `false` when it
    /// was forgotten. What ran then begins again from its command. It can be undone, under the name
    /// that is given.
    pub async fn travel_to(&self, number: u64, name: String) -> bool {
        let _alone = self.history.travelling.lock().await;
        let Some(moment) = self.history.moment(number) else {
            return false;
        };
        {
            let mut marks = self.history.marks();
            let happened = self.daemon.happened();
            marks.forget_a_look(happened);
            marks.remember(Mark {
                line: name,
                happened,
                before: self.snapshot(),
            });
            marks.future.clear();
            marks.resumed = None;
        }
        self.go_back_to(&moment).await;
        true
    }

    async fn go_back_to(&self, moment: &Snapshot) {
        self.daemon.go_back_to(&moment.daemon, &moment.host).await;
    }
}

impl Marks {
    fn remember(&mut self, mark: Mark) {
        if self.past.len() == MOST {
            self.past.pop_front();
        }
        self.past.push_back(mark);
    }

    /// Forgets the last command if nothing happened since it began.
    fn forget_a_look(&mut self, happened: u64) {
        if self
            .past
            .back()
            .is_some_and(|last| last.happened == happened)
        {
            self.past.pop_back();
        }
    }

    fn redo_is_stale(&self, happened: u64) -> bool {
        self.resumed.is_some_and(|then| then != happened)
    }
}
