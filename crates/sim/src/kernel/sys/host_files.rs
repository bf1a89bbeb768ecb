//! Files as root reads them on the machine itself, without a process of one's own.

use std::sync::Arc;

use bytes::Bytes;

use super::super::security::ALL_CAPABILITIES;
use super::super::table::{Credentials, HOST_PIDS};
use super::super::walk::View;
use super::super::{Errno, Kernel};

/// Who looks: no process, so that none shows as the one that is reading. There is no `/proc/self`.
const NOBODY: u32 = 0;

impl Kernel {
    /// The whole of a file of the machine: `/proc/1234/status`.
    pub fn host_file(&self, path: &str) -> Result<Bytes, Errno> {
        self.host_view().read_file(path)
    }

    /// What a symbolic link of the machine says: `/proc/1234/ns/pid`.
    pub fn host_link(&self, path: &str) -> Result<String, Errno> {
        self.host_view().read_link(path)
    }

    /// The names in a directory of the machine.
    pub fn host_names(&self, path: &str) -> Result<Vec<String>, Errno> {
        let entries = self.host_view().read_dir(path)?;
        Ok(entries.into_iter().map(|entry| entry.name).collect())
    }

    fn host_view(&self) -> View {
        View {
            inner: self.inner.clone(),
            pid: NOBODY,
            pids: HOST_PIDS,
            space: self.inner.host.clone(),
            cwd: Arc::from("/"),
            credentials: Arc::new(Credentials::default()),
            capabilities: ALL_CAPABILITIES,
            umask: 0o022,
        }
    }
}
