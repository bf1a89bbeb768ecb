//! Follows what an engine holds, event by event.
//!
//! Subscribe first, list next: whatever happens meanwhile is in the stream. Then an event costs
//! the reading of the objects that it names. A lost connection starts over from a list.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::connect::{Connection, connect};
use super::{EngineInfo, EngineState, Target};
use domain::{EventTime, ObjectRef, Occurrence, Snapshot};

mod document;
mod events;
mod follow;
mod read;
mod work;

use follow::Follower;

/// First wait before a reconnection; it doubles each time.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// Longest wait before a reconnection.
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// Asks the observer to read again what leaves no event.
#[derive(Debug, Clone)]
pub struct Refresher {
    asks: mpsc::UnboundedSender<Ask>,
}

impl Refresher {
    /// Reads one object again, with its writable layer if it is a container.
    pub fn refresh(&self, object: ObjectRef) -> Refreshed {
        self.ask(What::Object(object))
    }

    /// Reads again the writable layers (`docker diff`) of these containers, by identifier: files
    /// written by a long `docker exec -it` leave no event until it ends.
    pub fn refresh_all_changes(&self, ids: Vec<String>) -> Refreshed {
        self.ask(What::Changes(ids))
    }

    /// Lists again, and reads what is new or gone: a build's unnamed image leaves no event.
    pub fn refresh_lists(&self) -> Refreshed {
        self.ask(What::Lists)
    }

    /// Reads everything again.
    pub fn refresh_everything(&self) -> Refreshed {
        self.ask(What::Everything)
    }

    fn ask(&self, what: What) -> Refreshed {
        let (done, refreshed) = oneshot::channel();
        // A send that fails drops `done`, which is how the caller learns that nobody observes.
        let _ = self.asks.send(Ask { what, done });
        Refreshed(refreshed)
    }
}

/// A reading that was asked for. Need not be waited for.
#[derive(Debug)]
pub struct Refreshed(oneshot::Receiver<()>);

impl Refreshed {
    /// Waits until the state holds what was read. `false` when the observation has ended.
    pub async fn wait(self) -> bool {
        self.0.await.is_ok()
    }
}

#[derive(Debug)]
struct Ask {
    what: What,
    done: oneshot::Sender<()>,
}

#[derive(Debug)]
enum What {
    Object(ObjectRef),
    Changes(Vec<String>),
    Lists,
    Everything,
}

/// Where the observer tells what it sees.
pub(super) struct Outlets {
    pub(super) info: watch::Sender<Option<EngineInfo>>,
    pub(super) state: watch::Sender<EngineState>,
    pub(super) occurrences: mpsc::UnboundedSender<Occurrence>,
}

/// Observes one engine until it is cancelled.
pub(super) struct Observer {
    target: Target,
    outlets: Outlets,
    asks: mpsc::UnboundedReceiver<Ask>,
    /// The last known state: kept while the engine is lost.
    last: Snapshot,
    /// When the last event happened, by the engine's clock: a reconnection asks for what followed.
    seen: Option<EventTime>,
}

impl Observer {
    pub(super) fn new(target: Target, outlets: Outlets) -> (Self, Refresher) {
        let (sender, asks) = mpsc::unbounded_channel();
        let observer = Self {
            target,
            outlets,
            asks,
            last: Snapshot::default(),
            seen: None,
        };
        (observer, Refresher { asks: sender })
    }

    pub(super) async fn run(mut self, stop: CancellationToken) {
        // What the future owns (connections, the event stream) is dropped with it.
        let _ = stop.run_until_cancelled(self.observe()).await;
    }

    async fn observe(&mut self) -> std::convert::Infallible {
        let mut wait = FIRST_WAIT;
        loop {
            let reason = match connect(&self.target).await {
                Ok(connection) => {
                    let (lived, reason) = self.follow(connection).await;
                    if lived {
                        wait = FIRST_WAIT;
                    }
                    reason
                }
                Err(error) => error.full_text(),
            };
            self.outlets.state.send_replace(EngineState::Lost {
                last: self.last.clone(),
                reason,
            });
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }

    /// Follows the engine until it is lost. Whether a whole state was read, and why it ended.
    async fn follow(&mut self, connection: Connection) -> (bool, String) {
        let target = self.target.clone();
        self.outlets
            .info
            .send_replace(Some(connection.info.clone()));
        let mut follower = Follower::new(self, connection);
        let error = follower.run().await;
        let lived = follower.is_live();
        (
            lived,
            super::connect::explain_call(error, &target)
                .await
                .full_text(),
        )
    }
}

#[cfg(test)]
mod fake;
#[cfg(test)]
mod tests;
