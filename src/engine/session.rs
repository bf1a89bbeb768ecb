//! A session with an engine: what it holds and what its clients ask of it, in one order.

use std::io;
use std::path::PathBuf;

use tokio::sync::{mpsc, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::observe::{Observer, Outlets, Refresher};
use super::{EngineInfo, EngineState, Target};
use crate::domain::Occurrence;
use crate::wire::Dialer;

/// A session with an engine: observation and the tap. Dropping it stops both.
pub struct Session {
    /// What the engine says of itself, once connected.
    pub info: watch::Receiver<Option<EngineInfo>>,
    /// The latest state (the latest wins).
    pub state: watch::Receiver<EngineState>,
    /// Calls (from the tap), events and states (from the observer), in order, for the timeline.
    /// Not bounded: what happened is never dropped, and never makes a client wait.
    pub occurrences: mpsc::UnboundedReceiver<Occurrence>,
    /// Clients dial this one: it leads through the tap to the engine.
    pub tap: Dialer,
    /// The tap's Unix socket, for `DOCKER_HOST` of a shell on a pty.
    pub tap_socket: Option<PathBuf>,
    /// Has read again what leaves no event.
    pub refresh: Refresher,
    _stop: DropGuard,
    tasks: TaskTracker,
}

impl Session {
    /// Opens a session. Returns at once: the connection is made meanwhile, and made again when it
    /// is lost. Must be called within a tokio runtime.
    pub fn open(target: Target) -> io::Result<Self> {
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let (info_sender, info) = watch::channel(None);
        let (state_sender, state) = watch::channel(EngineState::Connecting);
        let (sender, occurrences) = mpsc::unbounded_channel();
        let outlets = Outlets {
            info: info_sender,
            state: state_sender,
            occurrences: sender,
        };
        let tap = target.dialer.clone();
        let (observer, refresh) = Observer::new(target, outlets);
        tasks.spawn(observer.run(stop.clone()));
        tasks.close();
        let _stop = stop.drop_guard();
        Ok(Self {
            info,
            state,
            occurrences,
            tap,
            tap_socket: None,
            refresh,
            _stop,
            tasks,
        })
    }

    /// Stops everything and waits until it has stopped.
    pub async fn close(self) {
        let tasks = self.tasks.clone();
        drop(self);
        tasks.wait().await;
    }
}
