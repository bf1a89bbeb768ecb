//! What was read of real containers, for tests.
//!
//! - `v1`: Docker 20.10.24 on a hybrid machine (cgroup v1, kernel 6.18), read as root;
//!   `docker run -d --name amarre -m 64m --cpus 0.5 --pids-limit 20 --cpu-shares 512
//!   -v …/partage:/partage:ro -v cale:/data busybox sh -c 'sleep 900 & sleep 901 & wait'`.
//! - `v2`: Docker 20.10.24, cgroup v2 without accounting of swap, kernel 6.1; what was not recorded
//!   there (`status`, `mountinfo`) is missing.
//! - `rootless`: the same machine, rootless without systemd: no cgroup.
//!
//! The zero bytes of a command line are written `\0`.

use serde_json::Value;

use super::ground::exec::Transcript;
use super::ground::{Source, Subject};
use super::kernel::{self, Reading};
use super::processes::{self, Table};

/// A recorded container.
pub(crate) struct Recorded {
    /// What could be read.
    pub(super) files: Transcript,
    /// The engine's description.
    pub(crate) document: Value,
}

impl Recorded {
    fn new(files: &str, document: &str) -> Self {
        Self {
            files: Transcript::recorded(&files.replace("\\0", "\0")),
            document: serde_json::from_str(document).unwrap(),
        }
    }

    pub(crate) fn v1() -> Self {
        Self::new(
            include_str!("fixtures/v1.txt"),
            include_str!("fixtures/v1.json"),
        )
    }

    pub(crate) fn v2() -> Self {
        Self::new(
            include_str!("fixtures/v2.txt"),
            include_str!("fixtures/v2.json"),
        )
    }

    pub(crate) fn rootless() -> Self {
        Self::new(
            include_str!("fixtures/rootless.txt"),
            include_str!("fixtures/rootless.json"),
        )
    }

    pub(super) fn subject(&self) -> Subject {
        Subject::of(&self.document)
    }

    /// What the kernel says of it.
    pub(crate) fn reading(&self) -> Reading {
        let subject = self.subject();
        Reading {
            source: Source::Local,
            ..kernel::read_host(&self.files, subject.pid, &subject.id, "/proc/self")
        }
    }

    /// Its processes.
    pub(crate) fn table(&self) -> Table {
        Table {
            source: Source::Local,
            ..processes::read_host(&self.files, &self.subject())
        }
    }
}
