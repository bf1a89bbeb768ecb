//! The daemon's objects, files and logs taken out at one moment, and put in another daemon.
//!
//! Processes are no part of it: what ran begins again from its command, as after a reboot.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use imbl::Vector;

use super::container::Container;
use super::ids::IdSource;
use super::streams::{Log, LogEntry};
use super::{Daemon, Live, State, lock};
use crate::fs::Overlay;
use domain::ContainerState;

/// Where a daemon keeps its data on its host.
const DATA_ROOT: &str = "/var/lib/docker";

/// What a daemon held at one moment. Cheap to clone: files and objects are shared with the daemon
/// they were taken from, until either changes them.
#[derive(Debug, Clone, Default)]
pub struct Saved {
    pub(crate) state: State,
    /// Files of each container, by identifier.
    pub(crate) roots: BTreeMap<String, Overlay>,
    /// Log of each container, by identifier.
    pub(crate) logs: BTreeMap<String, Vector<LogEntry>>,
    pub(crate) ids: IdSource,
}

impl Daemon {
    /// Takes out what it holds now.
    pub fn save(&self) -> Saved {
        let state = self.state();
        let lives = lock(&self.inner.lives);
        let logs = lives
            .iter()
            .filter(|(id, _)| state.containers.contains_key(*id))
            .map(|(id, live)| (id.clone(), live.log.all()))
            .collect();
        let roots = state
            .containers
            .iter()
            .map(|(id, container)| (id.clone(), lock(&container.root).clone()))
            .collect();
        Saved {
            roots,
            logs,
            ids: lock(&self.inner.ids).clone(),
            state,
        }
    }

    /// Puts in what was taken out of another daemon, on a daemon that was just started: nothing of
    /// what it holds is kept. What ran is started again, in the order in which it was made.
    pub async fn resume(&self, saved: &Saved) {
        let mut running = Vec::new();
        let mut state = saved.state.clone();
        for (id, container) in &saved.state.containers {
            let mut copy = Container::clone(container);
            let root = saved.roots.get(id).cloned().unwrap_or_default();
            copy.root = Arc::new(Mutex::new(root));
            if copy.is_running() {
                running.push((copy.rank, id.clone(), copy.state));
                copy.power_off();
            }
            state.containers.insert(id.clone(), Arc::new(copy));
        }
        *lock(&self.inner.ids) = saved.ids.clone();
        *lock(&self.inner.lives) = saved
            .logs
            .iter()
            .map(|(id, entries)| {
                (
                    id.clone(),
                    Arc::new(Live::with_log(Log::of(entries.clone()))),
                )
            })
            .collect();
        self.refresh_bridges(&state);
        *lock(&self.inner.state) = state;
        self.inner.changed.send_modify(|count| *count += 1);
        running.sort();
        for (_, id, state) in running {
            // One that cannot start says why in its own `State.Error`.
            if self.launch(&id, false).await.is_ok() && state == ContainerState::Paused {
                // It may have ended at once: then there is nothing to freeze.
                let _ = self.freeze_container(&id, true);
            }
        }
        self.resume_swarm();
    }

    /// Goes back to what was taken out of this daemon, and of the files of its host: all that it
    /// holds now is forgotten. Who follows its events is hung up on, as when a daemon restarts.
    pub async fn go_back_to(&self, saved: &Saved, host: &Overlay) {
        self.reset(false).await;
        {
            let mut files = lock(&self.inner.host);
            // A folder that is not there on either side has nothing to lose or to give back.
            let _ = files.remove_all(DATA_ROOT, self.now());
            let _ = files.graft(DATA_ROOT, host, DATA_ROOT, None);
        }
        self.resume(saved).await;
        self.inner.bus.hang_up();
    }

    /// How much has happened since the start: a number that grows with each event.
    pub fn happened(&self) -> u64 {
        self.inner.bus.published()
    }
}
