//! `/sys` and the files of control groups, cgroups(7) version 2.

use super::super::lock::Locked;
use super::super::walk::View;
use super::{Node, Setting};

/// The files of a group; some of them are missing in the root of the tree.
const GROUP_FILES: [&str; 43] = [
    "cgroup.controllers",
    "cgroup.events",
    "cgroup.freeze",
    "cgroup.kill",
    "cgroup.max.depth",
    "cgroup.max.descendants",
    "cgroup.pressure",
    "cgroup.procs",
    "cgroup.stat",
    "cgroup.subtree_control",
    "cgroup.threads",
    "cgroup.type",
    "cpu.idle",
    "cpu.max",
    "cpu.max.burst",
    "cpu.pressure",
    "cpu.stat",
    "cpu.weight",
    "cpu.weight.nice",
    "cpuset.cpus",
    "cpuset.cpus.effective",
    "cpuset.cpus.partition",
    "cpuset.mems",
    "cpuset.mems.effective",
    "io.max",
    "io.pressure",
    "io.stat",
    "io.weight",
    "memory.current",
    "memory.events",
    "memory.events.local",
    "memory.high",
    "memory.low",
    "memory.max",
    "memory.min",
    "memory.oom.group",
    "memory.peak",
    "memory.pressure",
    "memory.stat",
    "memory.swap.current",
    "memory.swap.max",
    "pids.current",
    "pids.max",
];
const EVENTS: [&str; 3] = ["pids.events", "pids.peak", "memory.swap.events"];
/// What the root of the whole tree has.
const ROOT_FILES: [&str; 15] = [
    "cgroup.controllers",
    "cgroup.max.depth",
    "cgroup.max.descendants",
    "cgroup.pressure",
    "cgroup.procs",
    "cgroup.stat",
    "cgroup.subtree_control",
    "cgroup.threads",
    "cpu.pressure",
    "cpu.stat",
    "cpuset.cpus.effective",
    "cpuset.mems.effective",
    "io.stat",
    "memory.pressure",
    "memory.stat",
];
/// What writing to changes.
const SETTINGS: [&str; 17] = [
    "cgroup.freeze",
    "cgroup.kill",
    "cgroup.procs",
    "cgroup.subtree_control",
    "cpu.idle",
    "cpu.max",
    "cpu.weight",
    "cpuset.cpus",
    "cpuset.mems",
    "io.max",
    "io.weight",
    "memory.high",
    "memory.low",
    "memory.max",
    "memory.min",
    "memory.swap.max",
    "pids.max",
];

/// `/sys`, but for the control groups that are mounted in it.
pub(super) fn sys(view: &View, names: &[&str]) -> Option<Node> {
    let links = || view.inner.network.links(&view.space.net);
    match names {
        [] => Some(Node::directory([
            "block", "bus", "class", "dev", "devices", "firmware", "fs", "kernel", "module",
            "power",
        ])),
        ["block" | "bus" | "dev" | "devices" | "firmware" | "kernel" | "module" | "power"] => {
            Some(Node::Directory(Vec::new()))
        }
        ["fs"] => Some(Node::directory(["cgroup"])),
        ["fs", "cgroup"] => Some(Node::Directory(Vec::new())),
        ["class"] => Some(Node::directory(["net"])),
        ["class", "net"] => Some(Node::directory(links().into_iter().map(|it| it.name))),
        ["class", "net", name, rest @ ..] => {
            let link = links().into_iter().find(|it| it.name == *name)?;
            let loopback = link.name == "lo";
            let counters = link.traffic;
            match rest {
                [] => Some(Node::directory([
                    "address",
                    "ifindex",
                    "iflink",
                    "mtu",
                    "operstate",
                    "statistics",
                ])),
                ["address"] => Some(Node::text(format!("{}\n", link.mac))),
                ["ifindex"] => Some(Node::text(format!("{}\n", link.index))),
                ["iflink"] => Some(Node::text(format!("{}\n", link.peer.unwrap_or(link.index)))),
                ["mtu"] => Some(Node::text(if loopback { "65536\n" } else { "1500\n" })),
                ["operstate"] => Some(Node::text(match (loopback, link.carrier) {
                    (true, _) => "unknown\n",
                    (false, true) => "up\n",
                    (false, false) => "down\n",
                })),
                ["statistics"] => Some(Node::directory([
                    "rx_bytes",
                    "rx_packets",
                    "tx_bytes",
                    "tx_packets",
                ])),
                ["statistics", name] => {
                    let counter = match *name {
                        "rx_bytes" => counters.rx_bytes,
                        "rx_packets" => counters.rx_packets,
                        "tx_bytes" => counters.tx_bytes,
                        "tx_packets" => counters.tx_packets,
                        _ => return None,
                    };
                    Some(Node::text(format!("{counter}\n")))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// `/sys/fs/cgroup` from the root of the viewer's cgroup namespace: on the host the tree of all, in
/// a container its own group.
pub(super) fn cgroup(view: &View, names: &[&str]) -> Option<Node> {
    let table = view.inner.table.locked();
    let root: &str = &view.space.cgroup_root;
    let path = |count: usize| {
        names[..count]
            .iter()
            .fold(root.to_owned(), |path, name| path + "/" + name)
    };
    let here = path(names.len());
    let all = || table.cgroups.values().map(|it| it.path.as_str());
    let is_group = |path: &str| path.is_empty() || all().any(|it| within(it, path));
    if is_group(&here) {
        let files: Vec<&str> = if here.is_empty() {
            ROOT_FILES.to_vec()
        } else {
            GROUP_FILES.iter().chain(&EVENTS).copied().collect()
        };
        let mut files: Vec<String> = files.into_iter().map(str::to_owned).collect();
        files.extend(below(all(), &here));
        return Some(Node::Directory(files));
    }
    let (name, parent) = names.split_last()?;
    let parent = path(parent.len());
    let known = GROUP_FILES.contains(name) || EVENTS.contains(name);
    let known = if parent.is_empty() {
        ROOT_FILES.contains(name)
    } else {
        known
    };
    if !known || !is_group(&parent) {
        return None;
    }
    // A slice counts what is in its groups; only a group of its own can be changed.
    let exact = table.cgroups.iter().find(|(_, it)| it.path == parent);
    let exact = exact.map(|(id, _)| *id);
    let ids: Vec<u64> = table
        .cgroups
        .iter()
        .filter(|(_, it)| within(&it.path, &parent))
        .map(|(id, _)| *id)
        .collect();
    drop(table);
    let text = super::group::file(view, exact, &ids, &parent, name);
    let setting = exact.filter(|_| SETTINGS.contains(name));
    Some(match setting {
        Some(id) => Node::Setting(text.into(), Setting::Cgroup(id, (*name).to_owned())),
        None => Node::text(text),
    })
}

/// Whether a group is this one or below it.
fn within(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Names right under a path, of those that lead to these.
fn below<'a>(paths: impl Iterator<Item = &'a str>, parent: &str) -> Vec<String> {
    let prefix = format!("{}/", parent.trim_end_matches('/'));
    let names = paths.filter_map(|path| path.strip_prefix(&prefix)?.split('/').next());
    let names: std::collections::BTreeSet<&str> = names.filter(|it| !it.is_empty()).collect();
    names.into_iter().map(str::to_owned).collect()
}
