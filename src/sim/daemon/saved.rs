//! The daemon's objects, files and logs taken out at one moment, and put in another daemon.
//!
//! Processes are no part of it: what ran begins again from its command, as after a reboot.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::container::Container;
use super::ids::IdSource;
use super::streams::{Log, LogEntry};
use super::{Daemon, Live, State, lock};
use crate::domain::ContainerState;
use crate::sim::fs::Overlay;

/// What a daemon held at one moment. Cheap to clone: files and objects are shared with the daemon
/// they were taken from, until either changes them.
#[derive(Debug, Clone, Default)]
pub struct Saved {
    pub(crate) state: State,
    /// Files of each container, by identifier.
    pub(crate) roots: BTreeMap<String, Overlay>,
    /// Log of each container, by identifier.
    pub(crate) logs: BTreeMap<String, Vec<LogEntry>>,
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
            .map(|(id, live)| (id.clone(), live.log.from(0).0))
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
            .map(|(id, entries)| (id.clone(), Arc::new(Live::with_log(Log::of(entries)))))
            .collect();
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
}
