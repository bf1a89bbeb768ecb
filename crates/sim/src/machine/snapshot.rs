//! A machine's state taken at one moment: to go back to it, to make twins of it, to hand it out.

use std::sync::PoisonError;

use super::{Machine, MachineOptions};
use crate::daemon::{Daemon, Saved};
use crate::fs::Overlay;
use crate::hub::CatalogueError;
use crate::kernel::RootFs;

/// Files, objects and logs of a machine at one moment. Cheap to take and to clone: everything is
/// shared until one side changes it.
///
/// Processes are no part of it. A machine booted from it starts again the containers that ran, from
/// their command.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(super) daemon: Saved,
    /// Files of the host, volumes among them.
    pub(super) host: Overlay,
}

impl Snapshot {
    pub(super) fn of(daemon: &Daemon, host: &RootFs) -> Self {
        let files = host.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self {
            daemon: daemon.save(),
            host: files,
        }
    }
}

impl Machine {
    /// Takes its state.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.daemon, &self.root)
    }

    /// Boots a machine in this state. Returns when what ran runs again.
    pub async fn boot_from(
        options: &MachineOptions,
        snapshot: &Snapshot,
    ) -> Result<Self, CatalogueError> {
        let machine = Self::boot_on(options, snapshot.host.clone())?;
        machine.daemon.resume(&snapshot.daemon).await;
        Ok(machine)
    }
}
