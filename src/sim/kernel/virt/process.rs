//! `/proc/PID`, proc(5).

use std::fmt::Write;

use super::super::lock::Locked;
use super::super::table::{HOST_PIDS, Process, Table};
use super::super::walk::View;
use super::Node;

/// Clock ticks in a second, in `/proc/PID/stat`.
const TICKS: u128 = 100;
const PAGE: u64 = 4096;

const NAMES: [&str; 16] = [
    "cgroup",
    "cmdline",
    "comm",
    "cwd",
    "environ",
    "exe",
    "fd",
    "hostname",
    "limits",
    "mountinfo",
    "mounts",
    "ns",
    "root",
    "stat",
    "statm",
    "status",
];

impl View {
    /// A file of a process's directory.
    pub(super) fn process(&self, pid: u32, names: &[&str]) -> Option<Node> {
        let table = self.inner.table.locked();
        let process = table.processes.get(&pid)?;
        // What shows a process's secrets is for its owner.
        let own = self.credentials.uid == 0 || self.credentials.uid == process.credentials.uid;
        let alive = process.ended.is_none();
        match names {
            [] => Some(Node::directory(
                NAMES.into_iter().filter(|it| *it != "hostname"),
            )),
            ["comm"] => Some(Node::text(format!("{}\n", process.comm))),
            ["cmdline"] if alive => Some(Node::text(zero_ended(process.argv.iter().cloned()))),
            ["cmdline" | "environ"] if !alive => Some(Node::text("")),
            ["environ"] => {
                let rows = process
                    .env
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"));
                let text = if own { zero_ended(rows) } else { String::new() };
                Some(Node::Private(text.into()))
            }
            ["status"] => Some(Node::text(self.status(&table, pid, process))),
            ["stat"] => Some(Node::text(self.stat_line(&table, pid, process))),
            ["statm"] => {
                let pages = process.memory / PAGE;
                Some(Node::text(format!(
                    "{} {pages} {} 1 0 {} 0\n",
                    pages * 2,
                    pages / 2,
                    pages / 2
                )))
            }
            ["cgroup"] => {
                let path = table
                    .cgroups
                    .get(&process.cgroup)
                    .map_or("/", |it| it.path.as_str());
                // A container has its own cgroup namespace: its group is the root there.
                let path = if self.pids == HOST_PIDS { path } else { "/" };
                Some(Node::text(format!("0::{path}\n")))
            }
            ["mounts"] => Some(Node::text(mounts(process))),
            ["mountinfo"] => Some(Node::text(mountinfo(process))),
            ["limits"] => Some(Node::text(LIMITS)),
            ["exe"] if own && alive => Some(Node::Link(process.exe.clone())),
            ["cwd"] if own && alive => Some(Node::Link(process.cwd.to_string())),
            ["root"] if own && alive => Some(Node::Link("/".to_owned())),
            ["ns"] => {
                let sorts = process.space.inodes.keys().copied();
                Some(Node::directory(
                    sorts.chain(["pid_for_children", "time_for_children"]),
                ))
            }
            ["ns", name] => {
                let sort = name.strip_suffix("_for_children").unwrap_or(name);
                let inode = process.space.inodes.get(sort)?;
                Some(Node::Link(format!("{sort}:[{inode}]")))
            }
            ["fd"] => {
                let numbers = process.files.keys().filter(|_| own);
                Some(Node::directory(numbers.map(u32::to_string)))
            }
            ["fd", number] if own => process
                .files
                .get(&number.parse().ok()?)
                .cloned()
                .map(Node::Open),
            _ => None,
        }
    }

    fn status(&self, table: &Table, pid: u32, process: &Process) -> String {
        let state = process.state();
        let word = match state {
            'Z' => "zombie",
            'T' => "stopped",
            'D' => "disk sleep",
            'R' => "running",
            _ => "sleeping",
        };
        let seen = |pid| table.seen_from(self.pids, pid);
        let who = &process.credentials;
        let groups: Vec<String> = who.groups.iter().map(u32::to_string).collect();
        let kib = process.memory >> 10;
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "Name:\t{name}\nUmask:\t{umask:04o}\nState:\t{state} ({word})\nTgid:\t{own}\nNgid:\t0\nPid:\t{own}\n\
             PPid:\t{parent}\nTracerPid:\t0\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t{gid}\t{gid}\t{gid}\t{gid}\n\
             FDSize:\t64\nGroups:\t{groups} \nNStgid:\t{numbers}\nNSpid:\t{numbers}\nVmSize:\t{size:8} kB\n\
             VmRSS:\t{kib:8} kB\nThreads:\t1\nSigIgn:\t{ignored:016x}\nSigCgt:\t{caught:016x}\n",
            name = process.comm,
            umask = process.umask,
            own = seen(pid),
            parent = seen(process.parent),
            uid = who.uid,
            gid = who.gid,
            groups = groups.join(" "),
            numbers = if self.pids == HOST_PIDS && process.pids != HOST_PIDS {
                format!("{pid}\t{}", process.local)
            } else {
                seen(pid).to_string()
            },
            size = kib * 2,
            ignored = process.signals.ignored,
            caught = process.signals.caught,
        );
        text
    }

    fn stat_line(&self, table: &Table, pid: u32, process: &Process) -> String {
        let seen = |pid| table.seen_from(self.pids, pid);
        let boot = self.inner.clock.now() - self.inner.clock.uptime();
        let since_boot = process.started.duration_since(boot).unwrap_or_default();
        let ticks = |time: std::time::Duration| time.as_millis() * TICKS / 1000;
        let terminal = process
            .terminal
            .as_ref()
            .map_or(0, |it| 136 << 8 | it.index);
        let foreground = process
            .terminal
            .as_ref()
            .map_or(-1, |it| i64::from(seen(it.foreground())));
        format!(
            "{own} ({name}) {state} {parent} {group} {session} {terminal} {foreground} 4194304 0 0 0 0 {cpu} 0 0 0 20 0 1 0 {start} {size} {pages} \
             18446744073709551615 0 0 0 0 0 0 {ignored} 0 {caught} 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
            own = seen(pid),
            name = process.comm,
            state = process.state(),
            parent = seen(process.parent),
            group = process.group_local,
            session = seen(process.session),
            cpu = ticks(process.cpu_time()),
            start = ticks(since_boot),
            size = process.memory * 2,
            pages = process.memory / PAGE,
            ignored = process.signals.ignored,
            caught = process.signals.caught,
        )
    }
}

fn zero_ended(words: impl Iterator<Item = String>) -> String {
    words.fold(String::new(), |text, word| text + &word + "\0")
}

fn mounts(process: &Process) -> String {
    let mut text = String::new();
    for point in process.space.mounts.all() {
        let target = if point.target.is_empty() {
            "/"
        } else {
            &point.target
        };
        let access = if point.read_only { "ro" } else { "rw" };
        let _ = writeln!(
            text,
            "{} {target} {} {access},{} 0 0",
            point.device, point.sort, point.options
        );
    }
    text
}

fn mountinfo(process: &Process) -> String {
    let mut text = String::new();
    for (index, point) in process.space.mounts.all().iter().enumerate() {
        let target = if point.target.is_empty() {
            "/"
        } else {
            &point.target
        };
        let access = if point.read_only { "ro" } else { "rw" };
        let _ = writeln!(
            text,
            "{} {} 0:{} / {target} {access},{} - {} {} {access}",
            600 + index,
            if index == 0 { 500 } else { 600 },
            50 + index,
            point.options,
            point.sort,
            point.device,
        );
    }
    text
}

const LIMITS: &str = "\
Limit                     Soft Limit           Hard Limit           Units     
Max cpu time              unlimited            unlimited            seconds   
Max file size             unlimited            unlimited            bytes     
Max open files            1048576              1048576              files     
Max processes             unlimited            unlimited            processes 
";
