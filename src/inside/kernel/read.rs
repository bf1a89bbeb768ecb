//! One reading, from files of the host or from the container's own.

use super::status::uid_map;
use super::{Mount, Namespace, Reading, Status, cgroup, mounts, namespaces};
use crate::inside::ground::{Files, Source, why};

/// Reads a process of the host: the container's first one.
pub(in crate::inside) fn host(files: &dyn Files, pid: u32, id: &str, witness: &str) -> Reading {
    let folder = format!("/proc/{pid}");
    let seen_through = mountinfo(files, witness).unwrap_or_default();
    Reading {
        pid,
        namespaces: namespaces::read(files, &folder, Some(witness)),
        cgroup: Some(cgroup::read(files, &folder, &seen_through, Some(id))),
        ..process(files, &folder, &folder)
    }
}

/// Reads what a process started in the container sees of itself. Its first process is read where it
/// is the first: with the host's PID namespace, 1 would be the host's.
pub(super) fn inside(files: &dyn Files, own_pids: bool) -> Reading {
    const SELF: &str = "/proc/self";
    let seen_through = mountinfo(files, SELF).unwrap_or_default();
    Reading {
        source: Source::Exec,
        namespaces: namespaces::read(files, SELF, None),
        cgroup: Some(cgroup::read(files, SELF, &seen_through, None)),
        ..process(files, if own_pids { "/proc/1" } else { SELF }, SELF)
    }
}

/// The inodes alone.
pub(super) fn namespaces_inside(files: &impl Files) -> Vec<Namespace> {
    namespaces::read(files, "/proc/self", None)
}

fn process(files: &dyn Files, folder: &str, of_mounts: &str) -> Reading {
    let path = format!("{folder}/status");
    let status = files
        .read(&path)
        .map_err(|error| why(&path, &error))
        .and_then(|text| Status::parse(&text).ok_or_else(|| format!("{path}\u{a0}: illisible")));
    let map = files.read(&format!("{folder}/uid_map")).unwrap_or_default();
    Reading {
        mounts: Some(mountinfo(files, of_mounts)),
        status: Some(status),
        uid_map: uid_map(&map),
        ..Reading::default()
    }
}

fn mountinfo(files: &dyn Files, folder: &str) -> Result<Vec<Mount>, String> {
    let path = format!("{folder}/mountinfo");
    let text = files.read(&path).map_err(|error| why(&path, &error))?;
    Ok(mounts::parse(&text))
}
