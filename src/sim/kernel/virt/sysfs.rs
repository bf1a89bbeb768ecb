//! `/sys` and the files of control groups, cgroups(7) version 2.

use super::super::lock::Locked;
use super::super::table::HOST_PIDS;
use super::super::walk::View;
use super::Node;

const GROUP_FILES: [&str; 14] = [
    "cgroup.controllers",
    "cgroup.events",
    "cgroup.freeze",
    "cgroup.procs",
    "cpu.max",
    "cpu.stat",
    "cpu.weight",
    "memory.current",
    "memory.events",
    "memory.max",
    "memory.peak",
    "pids.current",
    "pids.events",
    "pids.max",
];

/// `/sys`, but for the control groups that are mounted in it.
pub(super) fn sys(view: &View, names: &[&str]) -> Option<Node> {
    let cards = || {
        let interfaces = view.space.net.interfaces();
        interfaces
            .into_iter()
            .enumerate()
            .map(|(index, it)| (format!("eth{index}"), it))
    };
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
        ["class", "net"] => Some(Node::directory(
            cards().map(|(name, _)| name).chain(["lo".to_owned()]),
        )),
        ["class", "net", "lo"] => Some(Node::directory(["address", "mtu", "operstate"])),
        ["class", "net", "lo", "address"] => Some(Node::text("00:00:00:00:00:00\n")),
        ["class", "net", "lo", "mtu"] => Some(Node::text("65536\n")),
        ["class", "net", "lo", "operstate"] => Some(Node::text("unknown\n")),
        ["class", "net", name, rest @ ..] => {
            let (_, card) = cards().find(|(it, _)| it == name)?;
            match rest {
                [] => Some(Node::directory(["address", "mtu", "operstate"])),
                ["address"] => Some(Node::text(format!("{}\n", card.mac))),
                ["mtu"] => Some(Node::text("1500\n")),
                ["operstate"] => Some(Node::text("up\n")),
                _ => None,
            }
        }
        _ => None,
    }
}

/// `/sys/fs/cgroup`: in a container its own group, on the host the tree of all.
pub(super) fn cgroup(view: &View, names: &[&str]) -> Option<Node> {
    let table = view.inner.table.locked();
    let host = view.pids == HOST_PIDS;
    if !host {
        let own = table.processes.get(&view.pid)?.cgroup;
        drop(table);
        return match names {
            [] => Some(Node::directory(GROUP_FILES)),
            [name] => group_file(view, own, name),
            _ => None,
        };
    }
    let path = |count: usize| format!("/{}", names[..count].join("/"));
    let exact = |path: &str| {
        table
            .cgroups
            .iter()
            .find(|(_, it)| it.path == path)
            .map(|(id, _)| *id)
    };
    if let Some(id) = exact(&path(names.len())) {
        let mut files: Vec<String> = GROUP_FILES.map(str::to_owned).into();
        files.extend(below(
            table.cgroups.values().map(|it| it.path.as_str()),
            &path(names.len()),
        ));
        let _ = id;
        return Some(Node::Directory(files));
    }
    let (name, parent) = names.split_last()?;
    if let Some(id) = exact(&path(parent.len())).filter(|_| GROUP_FILES.contains(name)) {
        drop(table);
        return group_file(view, id, name);
    }
    // `/docker` and other slices hold groups without being one.
    let names = below(
        table.cgroups.values().map(|it| it.path.as_str()),
        &path(names.len()),
    );
    (!names.is_empty()).then_some(Node::Directory(names))
}

/// Names right under a path, of those that lead to these.
fn below<'a>(paths: impl Iterator<Item = &'a str>, parent: &str) -> Vec<String> {
    let prefix = format!("{}/", parent.trim_end_matches('/'));
    let names = paths.filter_map(|path| path.strip_prefix(&prefix)?.split('/').next());
    let names: std::collections::BTreeSet<&str> = names.filter(|it| !it.is_empty()).collect();
    names.into_iter().map(str::to_owned).collect()
}

fn group_file(view: &View, id: u64, name: &str) -> Option<Node> {
    let mut table = view.inner.table.locked();
    table.settle(id, view.inner.clock.uptime(), view.inner.cpus());
    let usage = table.cpu_usage(id).as_micros();
    let memory = table.memory_usage(id);
    let group = table.cgroups.get(&id)?;
    let most = |limit: Option<u64>| limit.map_or("max".to_owned(), |it| it.to_string());
    let text = match name {
        "cgroup.controllers" => "cpuset cpu io memory pids\n".to_owned(),
        "cgroup.events" => {
            format!(
                "populated {}\nfrozen {}\n",
                u8::from(!group.members.is_empty()),
                u8::from(group.frozen)
            )
        }
        "cgroup.freeze" => format!("{}\n", u8::from(group.frozen)),
        "cgroup.procs" => {
            let numbers = group
                .members
                .iter()
                .map(|pid| table.seen_from(view.pids, *pid));
            numbers.fold(String::new(), |text, pid| text + &pid.to_string() + "\n")
        }
        "cpu.max" => match group.limits.cpus {
            // The quota is a whole number of microseconds.
            Some(cpus) => format!("{:.0} 100000\n", cpus * 100_000.0),
            None => "max 100000\n".to_owned(),
        },
        "cpu.stat" => {
            let (periods, throttled, time) = group.quota.statistics();
            format!(
                "usage_usec {usage}\nuser_usec {usage}\nsystem_usec 0\nnr_periods {}\nnr_throttled {}\nthrottled_usec {}\n",
                group.periods + periods,
                group.throttled + throttled,
                group.throttled_time.as_micros() + time.as_micros(),
            )
        }
        "cpu.weight" => "100\n".to_owned(),
        "memory.current" => format!("{memory}\n"),
        "memory.events" => {
            let kills = group.oom_kills;
            format!("low 0\nhigh 0\nmax {kills}\noom {kills}\noom_kill {kills}\noom_group_kill 0\n")
        }
        "memory.max" => format!("{}\n", most(group.limits.memory)),
        "memory.peak" => format!("{}\n", group.memory_peak.max(memory)),
        "pids.current" => format!("{}\n", group.members.len()),
        "pids.events" => format!("max {}\n", group.pids_refused),
        "pids.max" => format!("{}\n", most(group.limits.pids)),
        _ => return None,
    };
    Some(Node::text(text))
}
