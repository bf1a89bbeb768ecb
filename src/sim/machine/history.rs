//! Undo and redo: the engine as it was before each docker command that changed something.
//!
//! Only the engine and its data (`/var/lib/docker`, volumes among it) go back: what the learner
//! wrote elsewhere on the host, a Dockerfile for instance, stays.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Machine, Snapshot};
use crate::sim::daemon::Daemon;
use crate::sim::kernel::RootFs;

/// Commands that can be undone.
const MOST: usize = 50;

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

impl History {
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
        if marks.past.len() == MOST {
            marks.past.pop_front();
        }
        marks.past.push_back(Mark {
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

    async fn go_back_to(&self, moment: &Snapshot) {
        self.daemon.go_back_to(&moment.daemon, &moment.host).await;
    }
}

impl Marks {
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
