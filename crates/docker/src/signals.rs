//! What a command does of SIGINT and SIGTERM.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use super::error::Failure;
use super::io::Terminal;

/// After that many signals, the command ends whatever it does.
const MOST: u32 = 3;
/// What a signal is given to reach the container before the command leaves.
const LEAVING: Duration = Duration::from_millis(100);

/// What is done of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    /// The command ends, with 128 and the signal's number.
    End,
    /// The command ends well: what it started goes on.
    Leave,
    /// The command ends well, below its question.
    Abandon,
    /// The command goes on; the signal may be for its container.
    GoOn,
}

/// The reaction of a command, which changes while it runs. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Reactions(Arc<AtomicU8>);

impl Reactions {
    /// From here on, do this.
    pub(super) fn set(&self, reaction: Reaction) {
        let number = match reaction {
            Reaction::End => 0,
            Reaction::Leave => 1,
            Reaction::GoOn => 2,
            Reaction::Abandon => 3,
        };
        self.0.store(number, Ordering::Relaxed);
    }

    /// What is done from here on.
    pub(super) fn get(&self) -> Reaction {
        match self.0.load(Ordering::Relaxed) {
            0 => Reaction::End,
            1 => Reaction::Leave,
            2 => Reaction::GoOn,
            _ => Reaction::Abandon,
        }
    }

    /// Waits for the signal that ends the command, and says how; for ever where no signal is
    /// caught.
    pub(super) async fn interruption(self, terminal: Option<Arc<dyn Terminal>>) -> Failure {
        let Some(mut signals) = terminal.and_then(|it| it.interruptions()) else {
            return pending().await;
        };
        let mut count = 0;
        while let Some(number) = signals.recv().await {
            count += 1;
            match self.get() {
                _ if count == MOST => {
                    return Failure::new("\ngot 3 SIGTERM/SIGINTs, forcefully exiting");
                }
                Reaction::End => return Failure::silent(128 + number),
                Reaction::Leave => {
                    tokio::time::sleep(LEAVING).await;
                    return Failure::silent(0);
                }
                Reaction::Abandon => return Failure::silent(0),
                Reaction::GoOn => {}
            }
        }
        pending().await
    }
}
