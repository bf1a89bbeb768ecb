//! The files of the machine that a container's processes run on, from wherever they can be read.
//!
//! In this order: this machine's own `/proc` and `/sys`, when the process that the engine names is
//! proved to be there ([`proof`]); those of the simulated machine; and what a script prints inside
//! the container ([`exec`]), which leaves events and is tried last.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use serde_json::Value;

use super::{InsideError, Place};
use crate::sim::machine::Machine;

pub(super) mod exec;
mod proof;

/// Where something was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Source {
    /// This machine's `/proc` and `/sys`.
    Local,
    /// The simulated machine's.
    Simulated,
    /// Inside the container, by `docker exec`.
    Exec,
    /// `GET /containers/{id}/top`.
    Top,
    /// Nowhere: what the engine was asked for.
    #[default]
    Declared,
}

impl Source {
    /// Its name, in French.
    pub const fn french(self) -> &'static str {
        match self {
            Self::Local => "/proc de cette machine",
            Self::Simulated => "/proc de la machine simulée",
            Self::Exec => "docker exec",
            Self::Top => "docker top",
            Self::Declared => "déclaré, non observé",
        }
    }
}

/// Files that can be read without waiting for anybody.
pub(super) trait Files: Send + Sync {
    /// The content of a file; bytes that are no UTF-8 are replaced.
    fn read(&self, path: &str) -> io::Result<String>;
    /// What a symbolic link says.
    fn link(&self, path: &str) -> io::Result<String>;
    /// The names in a directory.
    fn names(&self, path: &str) -> io::Result<Vec<String>>;
}

/// This machine's.
struct Local;

impl Files for Local {
    fn read(&self, path: &str) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&std::fs::read(path)?).into_owned())
    }

    fn link(&self, path: &str) -> io::Result<String> {
        Ok(std::fs::read_link(path)?.to_string_lossy().into_owned())
    }

    fn names(&self, path: &str) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(path)?.flatten();
        Ok(entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect())
    }
}

impl Files for Machine {
    fn read(&self, path: &str) -> io::Result<String> {
        let bytes = self.kernel().host_file(path).map_err(|it| of(it.name))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn link(&self, path: &str) -> io::Result<String> {
        self.kernel().host_link(path).map_err(|it| of(it.name))
    }

    fn names(&self, path: &str) -> io::Result<Vec<String>> {
        self.kernel().host_names(path).map_err(|it| of(it.name))
    }
}

/// The error of this name (errno(3)).
fn of(name: &str) -> io::Error {
    io::Error::from(match name {
        "EACCES" | "EPERM" => io::ErrorKind::PermissionDenied,
        "ENOENT" | "ESRCH" => io::ErrorKind::NotFound,
        _ => io::ErrorKind::Other,
    })
}

/// Why a file could not be read, in French.
pub(super) fn why(path: &str, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => format!("{path}\u{a0}: absent"),
        io::ErrorKind::PermissionDenied => {
            format!("{path}\u{a0}: réservé à root ou au propriétaire du processus")
        }
        _ => format!("{path}\u{a0}: {error}"),
    }
}

/// The container that is looked at, as the engine described it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Subject {
    /// Full identifier.
    pub(super) id: String,
    /// Its first process, by the number it has where the engine is; 0 when it does not run.
    pub(super) pid: u32,
    /// Its command line.
    pub(super) argv: Vec<String>,
    /// `HostConfig.PidMode`: empty, `host`, `container:…`.
    pub(super) pid_mode: String,
}

impl Subject {
    /// What `GET /containers/{id}/json` says.
    pub(super) fn of(document: &Value) -> Self {
        let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
        let pid = document.pointer("/State/Pid").and_then(Value::as_u64);
        let args = document.pointer("/Args").and_then(Value::as_array);
        let args = args.into_iter().flatten().filter_map(Value::as_str);
        Self {
            id: text("/Id").unwrap_or_default().to_owned(),
            pid: pid.and_then(|it| u32::try_from(it).ok()).unwrap_or(0),
            argv: text("/Path")
                .into_iter()
                .chain(args)
                .map(str::to_owned)
                .collect(),
            pid_mode: text("/HostConfig/PidMode")
                .filter(|it| *it != "private") // Podman's word for none.
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

/// Files in which a container's processes can be read, and whose they are.
#[derive(Clone)]
pub(super) struct Ground {
    /// The files.
    pub(super) files: Arc<dyn Files>,
    /// Whose.
    pub(super) source: Source,
    /// Which process stands for the host.
    pub(super) witness: &'static str,
}

/// Finds where the container's first process can be read; why it cannot, in French. Reads files.
pub(super) fn find(place: &Place, subject: &Subject) -> Result<Ground, String> {
    let ground = match &place.machine {
        Some(machine) => Ground {
            files: Arc::new(machine.clone()),
            source: Source::Simulated,
            witness: "/proc/1",
        },
        None => Ground {
            files: Arc::new(Local),
            source: Source::Local,
            // Not `/proc/1`, which only root reads, and not always.
            witness: "/proc/self",
        },
    };
    proof::prove(&*ground.files, subject, proof::is_near(&place.target))?;
    Ok(ground)
}

/// Does something that reads files, where waiting for a disk disturbs nobody.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, InsideError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| InsideError::Other(error.to_string()))
}

/// Fields of a file of `name: value` lines.
pub(super) fn fields<'a>(text: &'a str, separator: &str) -> BTreeMap<&'a str, &'a str> {
    text.lines()
        .filter_map(|line| line.split_once(separator))
        .map(|(name, value)| (name.trim(), value.trim()))
        .collect()
}

#[cfg(test)]
mod tests;
