//! Processes read in the host's `/proc`.

use std::collections::BTreeSet;

use super::{Process, Table, in_tree_order};
use crate::inside::ground::{Files, Subject};
use crate::inside::kernel::status::{Status, inner_uid, uid_map};
use crate::inside::kernel::{Sort, cgroup, mounts, namespaces};

/// Ancestors shown at most: the shim, and what started it.
const ANCESTORS: usize = 4;
/// Processes read at most: a fork bomb must not stop the screen.
const MOST: usize = 512;
/// Control groups below the container's that are looked into.
const DEEPEST: usize = 4;

pub(in crate::inside) fn read(files: &dyn Files, subject: &Subject) -> Table {
    let mut table = Table {
        pid_mode: subject.pid_mode.clone(),
        ..Table::default()
    };
    let witness = ["/proc/self", "/proc/1"];
    let mounts = witness
        .iter()
        .find_map(|it| files.read(&format!("{it}/mountinfo")).ok());
    let mounts = mounts::parse(&mounts.unwrap_or_default());
    let folder = format!("/proc/{}", subject.pid);
    let mut pids = BTreeSet::from([subject.pid]);
    if let Some(group) = cgroup::members(files, &folder, &mounts, &subject.id) {
        collect(files, &group, 0, &mut pids);
    } else {
        table.notes.push(
            "le conteneur n’a pas de cgroup à lui\u{a0}: ses processus sont retrouvés par leur parenté"
                .to_owned(),
        );
        descendants(files, subject.pid, &mut pids);
    }
    if pids.len() > MOST {
        table.notes.push(format!(
            "{} processus, dont {MOST} seulement sont lus",
            pids.len()
        ));
    }
    let first = namespaces_of(files, subject.pid);
    let processes = pids
        .into_iter()
        .take(MOST)
        .filter_map(|pid| process(files, pid, subject, first.as_deref()))
        .collect();
    table.processes = in_tree_order(processes);
    table.ancestors = ancestors(files, subject);
    table
}

/// The members of a control group and of those below it.
fn collect(files: &dyn Files, group: &str, depth: usize, pids: &mut BTreeSet<u32>) {
    let members = files.read(&format!("{group}/cgroup.procs"));
    pids.extend(
        members
            .unwrap_or_default()
            .lines()
            .filter_map(|it| it.parse::<u32>().ok())
            // 0 is a process that our PID namespace does not see.
            .filter(|it| *it > 0),
    );
    if depth == DEEPEST {
        return;
    }
    for name in files.names(group).unwrap_or_default() {
        // Only a folder has one.
        let below = format!("{group}/{name}");
        if files.read(&format!("{below}/cgroup.procs")).is_ok() {
            collect(files, &below, depth + 1, pids);
        }
    }
}

/// Every process that descends from this one.
fn descendants(files: &dyn Files, first: u32, pids: &mut BTreeSet<u32>) {
    let names = files.names("/proc").unwrap_or_default();
    let all: Vec<(u32, u32)> = names
        .iter()
        .filter_map(|name| {
            let pid = name.parse().ok()?;
            Some((pid, status(files, pid)?.parent))
        })
        .collect();
    let mut pending = vec![first];
    while let Some(parent) = pending.pop() {
        for (pid, _) in all.iter().filter(|it| it.1 == parent) {
            if pids.insert(*pid) {
                pending.push(*pid);
            }
        }
    }
}

fn status(files: &dyn Files, pid: u32) -> Option<Status> {
    Status::parse(&files.read(&format!("/proc/{pid}/status")).ok()?)
}

/// `None` when it ended meanwhile.
fn process(
    files: &dyn Files,
    pid: u32,
    subject: &Subject,
    first: Option<&[(Sort, u64)]>,
) -> Option<Process> {
    let status = status(files, pid)?;
    let folder = format!("/proc/{pid}");
    let map = files.read(&format!("{folder}/uid_map")).unwrap_or_default();
    let cgroup = files.read(&format!("{folder}/cgroup")).ok();
    let apart = first.zip(namespaces_of(files, pid)).map(|(first, own)| {
        let other = own.into_iter().filter(|it| !first.contains(it));
        other.map(|(sort, _)| sort).collect()
    });
    Some(Process {
        pid,
        parent: status.parent,
        inner: status.inner(),
        user: status.uid.to_string(),
        inner_user: inner_uid(&uid_map(&map), status.uid),
        state: Some(status.state),
        command: command(files, pid),
        threads: Some(status.threads),
        resident: status.resident,
        cgroup: cgroup.as_deref().and_then(group).map(str::to_owned),
        apart,
        first: pid == subject.pid,
        name: status.name,
        depth: 0,
    })
}

fn command(files: &dyn Files, pid: u32) -> String {
    let text = files.read(&format!("/proc/{pid}/cmdline"));
    let text = text.unwrap_or_default();
    text.trim_end_matches('\0').replace('\0', " ")
}

/// The path of the memory controller's line, else of the single tree's.
fn group(text: &str) -> Option<&str> {
    let lines = || text.lines().map(|line| line.splitn(3, ':'));
    let path = |wanted: &str| {
        lines().find_map(|mut parts| {
            let named = parts.nth(1)?.split(',').any(|it| it == wanted);
            named.then(|| parts.next())?
        })
    };
    path("memory").or_else(|| path(""))
}

fn namespaces_of(files: &dyn Files, pid: u32) -> Option<Vec<(Sort, u64)>> {
    let folder = format!("/proc/{pid}");
    let read = |sort| Some((sort, namespaces::inode(files, &folder, sort).ok()?));
    let found: Vec<_> = Sort::ALL.into_iter().filter_map(read).collect();
    (!found.is_empty()).then_some(found)
}

/// What leads to the first process, outermost first.
fn ancestors(files: &dyn Files, subject: &Subject) -> Vec<Process> {
    let mut found = Vec::new();
    let mut next = status(files, subject.pid).map_or(0, |it| it.parent);
    while next > 0 && found.len() < ANCESTORS {
        let Some(status) = status(files, next) else {
            break;
        };
        let parent = status.parent;
        found.push(Process {
            pid: next,
            parent,
            user: status.uid.to_string(),
            state: Some(status.state),
            command: command(files, next),
            threads: Some(status.threads),
            resident: status.resident,
            name: status.name,
            ..Process::default()
        });
        next = parent;
    }
    found.reverse();
    for (depth, it) in found.iter_mut().enumerate() {
        it.depth = depth;
    }
    found
}
