//! `/proc/PID`, proc(5).

use std::fmt::Write;
use std::sync::Arc;

use super::super::cgroup::LOGIN_CGROUP;
use super::super::lock::Locked;
use super::super::security::Capability;
use super::super::table::{Process, Space, Table};
use super::super::walk::View;
use super::{Node, Setting, machine};

const PAGE: u64 = 4096;

const NAMES: [&str; 30] = [
    "attr",
    "cgroup",
    "cmdline",
    "comm",
    "cpuset",
    "cwd",
    "environ",
    "exe",
    "fd",
    "gid_map",
    "io",
    "limits",
    "loginuid",
    "maps",
    "mountinfo",
    "mounts",
    "net",
    "ns",
    "oom_adj",
    "oom_score",
    "oom_score_adj",
    "root",
    "sched",
    "setgroups",
    "smaps",
    "stat",
    "statm",
    "status",
    "task",
    "uid_map",
];

impl View {
    /// A link of a process to one of its own directories.
    fn lead(&self, space: &Arc<Space>, path: &str) -> Node {
        if Arc::ptr_eq(space, &self.space) {
            return Node::Link(path.to_owned());
        }
        Node::Elsewhere(Arc::clone(space), path.to_owned())
    }

    /// A file of a process's directory, in the `/proc` of a PID namespace.
    pub(super) fn process(&self, pids: u64, pid: u32, names: &[&str]) -> Option<Node> {
        let table = self.inner.table.locked();
        let process = table.processes.get(&pid)?;
        let own = self.may_look_into(process);
        let alive = process.ended.is_none();
        match names {
            [] => Some(Node::directory(NAMES)),
            ["comm"] => Some(Node::text(format!("{}\n", process.comm))),
            ["cmdline"] if alive => Some(Node::text(zero_ended(process.argv.iter().cloned()))),
            ["cmdline" | "environ" | "maps" | "smaps"] if !alive => Some(Node::text("")),
            ["environ"] => {
                let rows = process
                    .env
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"));
                let text = if own { zero_ended(rows) } else { String::new() };
                Some(Node::Private(text.into()))
            }
            ["status"] => Some(Node::text(self.status(&table, pids, pid, process))),
            ["stat"] => Some(Node::text(self.stat_line(&table, pids, pid, process))),
            ["statm"] => {
                let pages = process.memory / PAGE;
                Some(Node::text(format!(
                    "{} {pages} {} 1 0 {} 0\n",
                    pages * 2,
                    pages / 2,
                    pages / 2
                )))
            }
            ["cgroup"] => Some(Node::text(format!(
                "0::{}\n",
                self.group_path(&table, process)
            ))),
            ["cpuset"] => Some(Node::text(format!(
                "{}\n",
                self.group_path(&table, process)
            ))),
            ["mounts"] => Some(Node::text(mounts(process))),
            ["mountinfo"] => Some(Node::text(mountinfo(process))),
            ["limits"] => Some(Node::text(limits(process))),
            ["exe"] => Some(Node::Link(if own && alive {
                process.exe.clone()
            } else {
                return None;
            })),
            ["cwd"] if own && alive => Some(self.lead(&process.space, &process.cwd)),
            ["root"] if own && alive => Some(self.lead(&process.space, "/")),
            ["task"] => Some(Node::directory([table.seen_from(pids, pid).to_string()])),
            ["task", number, rest @ ..] => {
                let same = *number == table.seen_from(pids, pid).to_string();
                drop(table);
                match rest {
                    _ if !same => None,
                    // A thread has no threads: a walk through /proc ends.
                    [] => Some(Node::directory(
                        NAMES.into_iter().filter(|it| *it != "task"),
                    )),
                    ["task", ..] => None,
                    rest => self.process(pids, pid, rest),
                }
            }
            ["net", rest @ ..] => {
                let net = process.space.net.clone();
                drop(table);
                machine::net(self, &net, rest)
            }
            ["ns"] => {
                let sorts = process.space.inodes.keys().copied();
                let names = sorts.chain(["pid_for_children", "time_for_children"]);
                let mut names: Vec<String> = names.map(str::to_owned).collect();
                names.sort();
                Some(Node::Hidden(names))
            }
            ["ns", name] if own => {
                let sort = name.strip_suffix("_for_children").unwrap_or(name);
                let inode = match *name {
                    "pid" => process.pids,
                    "pid_for_children" => process.child_pids,
                    _ => *process.space.inodes.get(sort)?,
                };
                Some(Node::Link(format!("{sort}:[{inode}]")))
            }
            ["fd"] => {
                let numbers = process.files.keys().filter(|_| own);
                Some(Node::Hidden(numbers.map(u32::to_string).collect()))
            }
            ["fd", number] if own => process
                .files
                .get(&number.parse().ok()?)
                .cloned()
                .map(Node::Open),
            _ => self.plain(pid, process, own, names),
        }
    }

    /// The files of a process's directory that say one thing.
    fn plain(&self, pid: u32, process: &Process, own: bool, names: &[&str]) -> Option<Node> {
        match names {
            ["uid_map" | "gid_map"] => Some(Node::text("         0          0 4294967295\n")),
            ["setgroups"] => Some(Node::text("allow\n")),
            ["loginuid"] => Some(Node::text(if process.cgroup == LOGIN_CGROUP {
                "1000"
            } else {
                "4294967295"
            })),
            ["oom_score"] => {
                let score = process.oom_score(self.inner.options.memory);
                Some(Node::text(format!("{score}\n")))
            }
            ["oom_score_adj"] => {
                let text = format!("{}\n", process.security.oom_score_adj);
                Some(if own {
                    Node::Setting(text.into(), Setting::OomScoreAdj(pid))
                } else {
                    Node::text(text)
                })
            }
            ["oom_adj"] => {
                let adjusted = process.security.oom_score_adj * 17 / 1000;
                Some(Node::text(format!("{adjusted}\n")))
            }
            ["io"] => Some(Node::Private(
                "rchar: 0\nwchar: 0\nsyscr: 0\nsyscw: 0\nread_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n".into(),
            )),
            ["maps" | "smaps" | "sched"] => Some(Node::Private(maps(process).into())),
            ["attr"] => Some(Node::directory(["current"])),
            ["attr", "current"] => Some(Node::text("unconfined\n")),
            _ => None,
        }
    }

    /// `PTRACE_MODE_READ`, ptrace(2): the same user with at least its capabilities, or
    /// `CAP_SYS_PTRACE`.
    pub(super) fn may_look_into(&self, process: &Process) -> bool {
        let same = self.credentials.uid == process.credentials.uid;
        let theirs = if process.credentials.uid == 0 {
            process.security.capabilities
        } else {
            0
        };
        let ours = if self.credentials.uid == 0 {
            self.capabilities
        } else {
            0
        };
        (same && theirs & !ours == 0) || self.may(Capability::SysPtrace)
    }

    /// The path of its control group, from the root of our cgroup namespace.
    fn group_path(&self, table: &Table, process: &Process) -> String {
        let path = table
            .cgroups
            .get(&process.cgroup)
            .map_or("", |it| it.path.as_str());
        let root: &str = &self.space.cgroup_root;
        if root.is_empty() {
            return path.to_owned();
        }
        if let Some(rest) = path.strip_prefix(root)
            && (rest.is_empty() || rest.starts_with('/'))
        {
            return if rest.is_empty() { "/" } else { rest }.to_owned();
        }
        // What is elsewhere shows by the way that leads there.
        let ours: Vec<&str> = root.split('/').collect();
        let theirs: Vec<&str> = path.split('/').collect();
        let same = ours
            .iter()
            .zip(&theirs)
            .take_while(|it| it.0 == it.1)
            .count();
        let up = "/..".repeat(ours.len() - same);
        theirs[same..]
            .iter()
            .fold(up, |path, name| path + "/" + name)
    }
}

fn zero_ended(words: impl Iterator<Item = String>) -> String {
    words.fold(String::new(), |text, word| text + &word + "\0")
}

fn maps(process: &Process) -> String {
    let base = "55d0c8a00000-55d0c8ad0000 r-xp 00000000 fe:01 131090";
    let stack = "7ffd3c1f0000-7ffd3c211000 rw-p 00000000 00:00 0";
    format!("{base:<72} {}\n{stack:<72} [stack]\n", process.exe)
}

fn mounts(process: &Process) -> String {
    let mut text = String::new();
    for point in process.space.mounts.all().iter() {
        let target = if point.target.is_empty() {
            "/"
        } else {
            &point.target
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{} {target} {} {} 0 0",
            point.device,
            point.sort,
            point.all_options()
        );
    }
    text
}

fn mountinfo(process: &Process) -> String {
    let mut text = String::new();
    let points = process.space.mounts.all();
    let base = process.space.inodes.get("mnt").map_or(0, |it| it % 1000) * 32 + 21;
    let number = |index: usize| base + index as u64;
    for (index, point) in points.iter().enumerate() {
        let target = if point.target.is_empty() {
            "/"
        } else {
            &point.target
        };
        // The mount that its own directory is on.
        let parents = points.iter().enumerate().take(index).filter(|(_, it)| {
            let rest = point.target.strip_prefix(&it.target);
            rest.is_some_and(|rest| rest.starts_with('/'))
        });
        let parent = parents
            .max_by_key(|(_, it)| it.target.len())
            .map_or(base - 1, |(at, _)| number(at));
        let device = if point.sort == "ext4" {
            "254:1".to_owned()
        } else {
            format!("0:{}", 30 + number(index) % 200)
        };
        let root = match &point.source {
            super::super::mount::Source::Tree(_, path) if !path.is_empty() => path.as_str(),
            super::super::mount::Source::Proc(_, path) if !path.is_empty() => path,
            _ => "/",
        };
        let access = if point.read_only { "ro" } else { "rw" };
        let own: String = [access, &point.own_options]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(",");
        let _ = writeln!(
            text,
            "{} {parent} {device} {root} {target} {access},{} - {} {} {own}",
            number(index),
            point.options,
            point.sort,
            point.device,
        );
    }
    text
}

/// `/proc/PID/limits`: title, docker's name of the limit, unit.
const LIMITS: [(&str, &str, &str); 16] = [
    ("Max cpu time", "cpu", "seconds"),
    ("Max file size", "fsize", "bytes"),
    ("Max data size", "data", "bytes"),
    ("Max stack size", "stack", "bytes"),
    ("Max core file size", "core", "bytes"),
    ("Max resident set", "rss", "bytes"),
    ("Max processes", "nproc", "processes"),
    ("Max open files", "nofile", "files"),
    ("Max locked memory", "memlock", "bytes"),
    ("Max address space", "as", "bytes"),
    ("Max file locks", "locks", "locks"),
    ("Max pending signals", "sigpending", "signals"),
    ("Max msgqueue size", "msgqueue", "bytes"),
    ("Max nice priority", "nice", ""),
    ("Max realtime priority", "rtprio", ""),
    ("Max realtime timeout", "rttime", "us"),
];

fn limits(process: &Process) -> String {
    let mut text =
        "Limit                     Soft Limit           Hard Limit           Units     \n"
            .to_owned();
    let show = |value: Option<u64>| value.map_or("unlimited".to_owned(), |it| it.to_string());
    for (title, name, unit) in LIMITS {
        let limit = process.security.limit(name);
        let _ = writeln!(
            text,
            "{title:<25} {:<20} {:<20} {unit:<10}",
            show(limit.soft),
            show(limit.hard)
        );
    }
    text
}
