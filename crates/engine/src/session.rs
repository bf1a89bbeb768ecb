//! A session with an engine: what it holds and what its clients ask of it, in one order.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::{mpsc, watch};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::guard::Guard;
use super::observe::{Observer, Outlets, Refresher};
use super::tap::{Plan, Tap};
use super::{EngineInfo, EngineState, Target};
use domain::Occurrence;
use wire::Dialer;
use wire::private::PrivateFolder;

/// How a session is opened.
#[derive(Clone)]
pub struct SessionOptions {
    /// The value of the label that tells what this session made.
    pub id: String,
    /// Who may hold a call back.
    pub guard: Option<Arc<Guard>>,
    /// Whether the tap has a Unix socket too, for programs outside this process.
    pub socket: bool,
}

impl Default for SessionOptions {
    /// An identifier that no other session has, no guard, a socket.
    fn default() -> Self {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let id = format!("{:x}-{:x}", now.as_micros(), std::process::id());
        Self {
            id,
            guard: None,
            socket: true,
        }
    }
}

/// A session with an engine: observation and the tap. Dropping it stops both, and removes the
/// tap's socket.
pub struct Session {
    /// The value of the label that tells what this session made.
    pub id: String,
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
    tasks: TaskTracker,
    _folder: Option<PrivateFolder>,
    _stop: DropGuard,
}

impl Session {
    /// Opens a session with its defaults. Returns at once: the connection is made meanwhile, and
    /// made again when it is lost. Must be called within a tokio runtime. Fails when the tap's
    /// socket cannot be made.
    pub fn open(target: Target) -> io::Result<Self> {
        Self::open_with(target, SessionOptions::default())
    }

    /// Opens a session; see [`Session::open`].
    pub fn open_with(target: Target, options: SessionOptions) -> io::Result<Self> {
        let stop = CancellationToken::new();
        let tasks = TaskTracker::new();
        let (info_sender, info) = watch::channel(None);
        let (state_sender, state) = watch::channel(EngineState::Connecting);
        let (sender, occurrences) = mpsc::unbounded_channel();
        let plan = Plan {
            target: target.clone(),
            session: options.id.clone(),
            guard: options.guard.clone(),
            occurrences: sender.clone(),
            socket: options.socket,
        };
        let tap = Tap::open(plan, &tasks, &stop)?;
        if let Some(guard) = &options.guard {
            guard.socket_in(tap.folder.as_ref().map(|it| it.path().to_owned()));
        }
        let outlets = Outlets {
            info: info_sender,
            state: state_sender,
            occurrences: sender,
        };
        let (observer, refresh) = Observer::new(target, outlets);
        tasks.spawn(observer.run(stop.clone()));
        tasks.close();
        Ok(Self {
            id: options.id,
            info,
            state,
            occurrences,
            tap: tap.dialer,
            tap_socket: tap.socket,
            refresh,
            tasks,
            _folder: tap.folder,
            _stop: stop.drop_guard(),
        })
    }

    /// Stops everything and waits until it has stopped.
    pub async fn close(self) {
        let tasks = self.tasks.clone();
        drop(self);
        tasks.wait().await;
    }
}
