//! `POST /containers/ID/wait`.

use super::{Daemon, Fault, Outcome};

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitCondition {
    /// It does not run (now, or when it ends).
    NotRunning,
    /// Its next end.
    NextExit,
    /// It is gone.
    Removed,
}

impl WaitCondition {
    /// Reads the parameter.
    pub fn parse(word: &str) -> Outcome<Self> {
        match word {
            "" | "not-running" => Ok(Self::NotRunning),
            "next-exit" => Ok(Self::NextExit),
            "removed" => Ok(Self::Removed),
            other => Err(Fault::invalid(format!("invalid condition: \"{other}\""))),
        }
    }
}

impl Daemon {
    /// Begins to wait: what is returned gives the exit code when the condition holds. The
    /// container is looked up, and what it waits for is settled, before this returns.
    pub fn wait_container(
        &self,
        key: &str,
        condition: WaitCondition,
    ) -> Outcome<impl Future<Output = i64> + Send + use<>> {
        let container = self.container(key)?;
        let live = self.live(&container.id);
        let mut exits = live.exits.subscribe();
        let before = exits.borrow().0;
        let mut changed = self.inner.changed.subscribe();
        let daemon = self.clone();
        Ok(async move {
            let id = &container.id;
            let mut code = container.exit_code;
            loop {
                // A change that comes while we look is seen at the next turn.
                changed.borrow_and_update();
                // Looked at before its ends: one that is gone has told its end first.
                let now = daemon.container(id);
                let (count, last) = *exits.borrow_and_update();
                if count > before {
                    code = last;
                }
                let done = match (condition, &now) {
                    (_, Err(_)) => true,
                    (WaitCondition::NotRunning, Ok(it)) => {
                        // One end is enough, even when the restart policy begins again.
                        if count == before {
                            code = it.exit_code;
                        }
                        count > before || !it.is_running()
                    }
                    (WaitCondition::NextExit, Ok(it)) => {
                        // A container that could not start ends the wait too.
                        count > before
                            || (!it.is_running() && it.exit_code >= 126 && !it.error.is_empty())
                    }
                    (WaitCondition::Removed, Ok(_)) => false,
                };
                if done {
                    return code;
                }
                tokio::select! {
                    gone = changed.changed() => if gone.is_err() { return code },
                    _ = exits.changed() => {}
                }
            }
        })
    }
}
