//! A container's control group, cgroups(7): where it is, its limits and what it uses, with the
//! files of version 1 or 2 as they are on that machine.

use std::time::Duration;

use super::limits::Limit;
use super::mounts::Mount;
use crate::inside::ground::{Files, fields, why};

/// Which interface of the kernel's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Version {
    /// One tree per controller.
    One,
    /// One tree.
    #[default]
    Two,
}

/// A container's control group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cgroup {
    /// Which interface.
    pub version: Version,
    /// Its path as `/proc/PID/cgroup` has it.
    pub path: String,
    /// Whether it is the container's own; a rootless engine without systemd gives none.
    pub own: bool,
    /// The folder of its memory files, on the machine where they were read.
    pub folder: String,
    /// Its limits, in the order of [`Limit::ALL`].
    pub applied: Vec<Applied>,
    /// What it uses.
    pub usage: Usage,
}

/// What a file says of a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Which.
    pub limit: Limit,
    /// The file's name.
    pub file: String,
    /// Its content; `None` when there is no such file.
    pub text: Option<String>,
}

/// What a control group uses; `None` for what the kernel does not count.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Usage {
    /// Bytes, page cache included.
    pub memory: Option<u64>,
    /// Most bytes ever.
    pub peak: Option<u64>,
    /// Threads.
    pub pids: Option<u64>,
    /// Periods of the CPU quota, those in which it ran out, and how long it was held then.
    pub throttling: Option<(u64, u64, Duration)>,
    /// Processes killed for want of memory.
    pub oom_kills: Option<u64>,
    /// Whether it is frozen (`docker pause`).
    pub frozen: Option<bool>,
}

/// Where the files of a controller are.
struct Spot {
    version: Version,
    path: String,
    folder: String,
    root: String,
}

/// Reads the control group of the process whose folder this is. `mounts` are those that its paths
/// are read through; `id` tells on the host whether the group is the container's.
pub(super) fn read(
    files: &dyn Files,
    folder: &str,
    mounts: &[Mount],
    id: Option<&str>,
) -> Result<Cgroup, String> {
    let path = format!("{folder}/cgroup");
    let text = files.read(&path).map_err(|error| why(&path, &error))?;
    let Some(memory) = spot(&text, mounts, "memory") else {
        return Err(format!(
            "{path} ne mène à aucun cgroup monté (cgroup absent de ce noyau, ou masqué)"
        ));
    };
    let get = |controller: &str, file: &str| {
        let spot = spot(&text, mounts, controller)?;
        let text = files.read(&format!("{}/{file}", spot.folder)).ok()?;
        Some(text.trim_end().to_owned())
    };
    let version = memory.version;
    let own = match (id, version) {
        (Some(id), _) => memory.path.contains(id),
        // Inside, the container's group is the root of what is seen; the real root has no events.
        (None, Version::Two) => get("memory", "cgroup.events").is_some(),
        (None, Version::One) => memory.root != "/" || memory.path != "/",
    };
    let mut cgroup = Cgroup {
        version,
        path: memory.path,
        own,
        folder: memory.folder,
        ..Cgroup::default()
    };
    cgroup.applied = Limit::ALL
        .into_iter()
        .map(|limit| {
            let (controller, names) = limit.files(version);
            // Each is read even when one is absent: what is missed is then fetched all at once.
            let texts: Vec<Option<String>> = names.iter().map(|it| get(controller, it)).collect();
            let texts: Option<Vec<String>> = texts.into_iter().collect();
            Applied {
                limit,
                file: names.join(", "),
                // The files of the whole machine are not the container's limits.
                text: texts.filter(|_| own).map(|it| it.join(" ")),
            }
        })
        .collect();
    if own {
        cgroup.usage = usage(version, &get);
    }
    Ok(cgroup)
}

fn usage(version: Version, get: &dyn Fn(&str, &str) -> Option<String>) -> Usage {
    let number = |controller: &str, file: &str| get(controller, file)?.parse::<u64>().ok();
    let field = |controller: &str, file: &str, name: &str| {
        let text = get(controller, file)?;
        fields(&text, " ").get(name)?.parse::<u64>().ok()
    };
    let stat = |name: &str| field("cpu", "cpu.stat", name);
    let throttling =
        |held: Option<Duration>| Some((stat("nr_periods")?, stat("nr_throttled")?, held?));
    match version {
        Version::One => Usage {
            memory: number("memory", "memory.usage_in_bytes"),
            peak: number("memory", "memory.max_usage_in_bytes"),
            pids: number("pids", "pids.current"),
            throttling: throttling(stat("throttled_time").map(Duration::from_nanos)),
            oom_kills: field("memory", "memory.oom_control", "oom_kill"),
            frozen: get("freezer", "freezer.state").map(|it| it != "THAWED"),
        },
        Version::Two => Usage {
            memory: number("memory", "memory.current"),
            peak: number("memory", "memory.peak"),
            pids: number("pids", "pids.current"),
            throttling: throttling(stat("throttled_usec").map(Duration::from_micros)),
            oom_kills: field("memory", "memory.events", "oom_kill"),
            frozen: number("memory", "cgroup.freeze").map(|it| it == 1),
        },
    }
}

/// The folders that hold `cgroup.procs` of the process whose folder this is, the group of its
/// container only.
pub(in crate::inside) fn members(
    files: &dyn Files,
    folder: &str,
    mounts: &[Mount],
    id: &str,
) -> Option<String> {
    let text = files.read(&format!("{folder}/cgroup")).ok()?;
    let spot = ["pids", "memory"]
        .into_iter()
        .find_map(|it| spot(&text, mounts, it))?;
    spot.path.contains(id).then_some(spot.folder)
}

/// Finds a controller: in its tree of version 1 first, for on a hybrid machine every process is
/// also in one of version 2, which has none.
fn spot(text: &str, mounts: &[Mount], controller: &str) -> Option<Spot> {
    let lines = || {
        text.lines().filter_map(|line| {
            let mut parts = line.splitn(3, ':');
            Some((parts.next()?, parts.next()?, parts.next()?))
        })
    };
    let one = lines().find(|(_, names, _)| names.split(',').any(|it| it == controller));
    let (version, path, mount) = if let Some((_, _, path)) = one {
        let mounted = |it: &&Mount| it.sort == "cgroup" && it.has(controller);
        (Version::One, path, mounts.iter().find(mounted)?)
    } else {
        let (_, _, path) = lines().find(|it| it.0 == "0" && it.1.is_empty())?;
        let mount = mounts.iter().find(|it| it.sort == "cgroup2")?;
        (Version::Two, path, mount)
    };
    let below = match mount.root.as_str() {
        "/" => path,
        root => path.strip_prefix(root).unwrap_or(path),
    };
    Some(Spot {
        version,
        path: path.to_owned(),
        folder: format!("{}{}", mount.target, below.trim_end_matches('/')),
        root: mount.root.clone(),
    })
}
