//! What dockerd does: images, containers, volumes, networks, events.
//!
//! The pure core is [`State`] and [`Op`]: [`State::apply`] makes of the objects what an operation
//! says, or refuses it in dockerd's words, with the time and identifiers given from outside. A
//! [`Daemon`] holds a state, starts and watches processes on the simulated kernel, and tells the
//! [`event::Bus`] what happened. It knows nothing of HTTP.

pub mod archive;
mod attach;
pub mod base64;
mod build;
mod commit;
mod compression;
pub mod config;
pub mod container;
mod create;
mod create_mounts;
mod endpoints;
pub mod event;
mod exec;
mod fault;
mod filters;
mod health;
pub mod ids;
pub mod image;
mod images;
mod images_archive;
mod inspect;
mod inspect_image;
pub mod ipam;
mod lifecycle;
mod list;
mod login;
pub mod logs;
pub mod network;
mod networks;
mod op;
mod op_container;
pub mod pattern;
mod ports;
mod pull;
mod push;
pub mod reference;
mod registry;
mod removal;
mod saved;
mod start;
mod start_files;
mod start_kernel;
mod state;
pub mod stats;
pub mod streams;
mod summary;
mod supervise;
pub mod swarm;
mod system;
pub mod time;
mod top;
pub mod volume;
pub mod volumes;
mod wait;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::SystemTime;

use tokio::sync::{broadcast, watch};

pub use archive::{Outgoing, PathStat};
pub use attach::{Attach, AttachOptions};
pub use build::{Build, BuildOptions, Failure as BuildFailure, try_dockerfile};
pub use commit::CommitOptions;
pub use compression::{LARGEST_ARCHIVE, LARGEST_CONTEXT};
pub use create::CreateRequest;
pub(crate) use create::init_layer;
pub use exec::ExecRequest;
pub use fault::{Fault, FaultKind, Outcome};
pub use filters::Filters;
pub use list::ListOptions;
pub use logs::LogOptions;
pub use networks::NetworkRequest;
pub use op::Op;
pub use pull::Progress;
pub use reference::Reference;
pub use removal::Removed;
pub use saved::Saved;
pub use state::State;
pub use system::{API_VERSION, MIN_API_VERSION, VERSION};
pub use volumes::VolumeRequest;
pub use wait::WaitCondition;

use crate::fs::Overlay;
use crate::hub::Hub;
use crate::kernel::{Kernel, RootFs};
use container::Container;
use event::{Bus, Event};
use exec::Exec;
use ids::IdSource;
use streams::{Log, Streams};

/// How a daemon is made.
#[derive(Debug)]
pub struct DaemonOptions {
    /// Where images are pulled from.
    pub hub: Hub,
    /// Seed of the identifiers.
    pub seed: u64,
    /// How long a pull takes: 1 is about two seconds for nginx, 0 is at once.
    pub pace: f64,
    /// Whether published ports listen on the real machine's loopback too.
    pub real_ports: bool,
}

/// A daemon. Clones are the same one.
#[derive(Clone)]
pub struct Daemon {
    inner: Arc<Inner>,
}

/// A daemon that is not kept going by whoever holds this.
#[derive(Clone)]
pub struct WeakDaemon {
    inner: Weak<Inner>,
}

impl WeakDaemon {
    /// The daemon, if it still is.
    pub fn upgrade(&self) -> Option<Daemon> {
        self.inner.upgrade().map(|inner| Daemon { inner })
    }
}

struct Inner {
    kernel: Kernel,
    host: RootFs,
    hub: Hub,
    pace: f64,
    real_ports: bool,
    state: Mutex<State>,
    ids: Mutex<IdSource>,
    bus: Bus,
    /// Counts the changes of the state.
    changed: watch::Sender<u64>,
    mesh: Mutex<swarm::Mesh>,
    lives: Mutex<HashMap<String, Arc<Live>>>,
    execs: Mutex<HashMap<String, Arc<Exec>>>,
    booted: SystemTime,
}

/// What belongs to a container and is no part of its state: streams, log, tasks.
#[derive(Debug)]
struct Live {
    streams: Arc<Streams>,
    log: Arc<Log>,
    /// Number of ends, and the code of the last.
    exits: watch::Sender<(u64, i64)>,
    /// One start at a time.
    starting: tokio::sync::Mutex<()>,
    /// What stops when the container does: port forwarding, health checks.
    tasks: Mutex<Vec<tokio::task::JoinHandle<()>>>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            streams: Arc::default(),
            log: Arc::default(),
            exits: watch::Sender::new((0, 0)),
            starting: tokio::sync::Mutex::default(),
            tasks: Mutex::default(),
        }
    }
}

impl Live {
    fn with_log(log: Log) -> Self {
        Self {
            log: Arc::new(log),
            ..Self::default()
        }
    }

    fn add_task(&self, task: tokio::task::JoinHandle<()>) {
        lock(&self.tasks).push(task);
    }

    /// Stops them, and waits until they have let go of what they held: a port that is still
    /// listened on could not be published again.
    async fn stop_tasks(&self) {
        for task in self.abort_tasks() {
            // It was cancelled, or had ended: either is as wanted.
            let _ = task.await;
        }
    }

    /// Stops them without waiting.
    fn abort_tasks(&self) -> Vec<tokio::task::JoinHandle<()>> {
        let tasks = std::mem::take(&mut *lock(&self.tasks));
        for task in &tasks {
            task.abort();
        }
        tasks
    }
}

/// A poisoned lock is still a consistent one here: every change is a single assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Daemon {
    /// Starts a daemon on a machine whose files are these. Must be called in a tokio runtime.
    pub fn start(kernel: Kernel, host: RootFs, options: DaemonOptions) -> Self {
        let booted = kernel.now();
        let daemon = Self {
            inner: Arc::new(Inner {
                kernel,
                host,
                hub: options.hub,
                pace: options.pace,
                real_ports: options.real_ports,
                state: Mutex::default(),
                ids: Mutex::new(IdSource::new(options.seed)),
                bus: Bus::default(),
                changed: watch::Sender::new(0),
                mesh: Mutex::default(),
                lives: Mutex::default(),
                execs: Mutex::default(),
                booted,
            }),
        };
        daemon.make_default_networks();
        daemon
    }

    /// The objects as they are now.
    pub fn state(&self) -> State {
        lock(&self.inner.state).clone()
    }

    /// A way to it that does not keep it going.
    pub fn downgrade(&self) -> WeakDaemon {
        WeakDaemon {
            inner: Arc::downgrade(&self.inner),
        }
    }

    /// The machine it runs on.
    pub fn kernel(&self) -> &Kernel {
        &self.inner.kernel
    }

    /// The registry it pulls from.
    pub fn hub(&self) -> &Hub {
        &self.inner.hub
    }

    /// The kept events, and those from now on.
    pub fn events(&self) -> (Vec<Arc<Event>>, broadcast::Receiver<Arc<Event>>) {
        self.inner.bus.subscribe()
    }

    /// Ends every container and forgets every object, the images apart when they are kept.
    pub async fn reset(&self, keep_images: bool) {
        self.abandon_swarm().await;
        let ids: Vec<String> = self.state().containers.keys().cloned().collect();
        for id in ids {
            // A container that goes by itself meanwhile is gone all the same.
            let _ = self.remove_container(&id, true, true).await;
        }
        let now = self.now();
        {
            let mut state = lock(&self.inner.state);
            let kept = std::mem::take(&mut *state);
            if keep_images {
                state.images = kept.images;
                state.tags = kept.tags;
                state.digests = kept.digests;
            }
            for volume in kept.volumes.values() {
                let _ = volumes::erase(&self.inner.host, volume, now);
            }
        }
        self.make_default_networks();
    }

    fn now(&self) -> SystemTime {
        self.inner.kernel.now()
    }

    fn new_id(&self) -> String {
        lock(&self.inner.ids).id()
    }

    /// Applies to the state, and tells.
    fn apply(&self, op: Op) -> Outcome<()> {
        let now = self.now();
        let networks = matches!(op, Op::AddNetwork(_) | Op::RemoveNetwork(_));
        let mut state = lock(&self.inner.state);
        let events = state.apply(op, now)?;
        if networks {
            self.refresh_bridges(&state);
        }
        // Published under the lock: events come in the order of the changes.
        self.publish(events);
        drop(state);
        self.inner.changed.send_modify(|count| *count += 1);
        Ok(())
    }

    fn publish(&self, events: Vec<Event>) {
        for event in events {
            self.inner.bus.publish(event);
        }
    }

    /// Tells of a container what changes nothing in it.
    fn note(&self, container: &Container, action: impl Into<String>, extra: &[(&str, String)]) {
        self.inner
            .bus
            .publish(op::container_event(container, action, extra, self.now()));
    }

    fn container(&self, key: &str) -> Outcome<Arc<Container>> {
        lock(&self.inner.state).container(key).cloned()
    }

    fn live(&self, id: &str) -> Arc<Live> {
        Arc::clone(lock(&self.inner.lives).entry(id.to_owned()).or_default())
    }

    fn root_of(layers: &[crate::fs::Layer]) -> RootFs {
        Arc::new(Mutex::new(Overlay::new(layers)))
    }
}
