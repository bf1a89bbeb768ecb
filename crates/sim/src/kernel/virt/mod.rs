//! Files that the kernel makes up: `/proc`, `/sys`, `/dev/pts`.

mod group;
mod machine;
mod process;
mod setting;
mod status;
mod sysctl;
mod sysfs;

pub(super) use machine::uuid;

use std::sync::Arc;

use bytes::Bytes;

use super::file::OpenFile;
use super::lock::Locked;
use super::mount::Source;
use super::table::Space;
use super::walk::View;

/// A file that the kernel makes up.
#[derive(Clone)]
pub(super) enum Node {
    /// The names in it.
    Directory(Vec<String>),
    /// Readable by all.
    File(Bytes),
    /// Readable by its owner.
    Private(Bytes),
    /// A directory that only its owner lists.
    Hidden(Vec<String>),
    /// Writing to it changes something.
    Setting(Bytes, Setting),
    Link(String),
    /// A link to a path of another mount namespace.
    Elsewhere(Arc<Space>, String),
    /// A link that leads to an open file.
    Open(Arc<OpenFile>),
    /// A character device: major, minor, mode.
    Device(u32, u32, u32),
}

/// What writing to a file changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Setting {
    /// A file of a control group.
    Cgroup(u64, String),
    /// `/proc/PID/oom_score_adj`, by host number.
    OomScoreAdj(u32),
    /// `/proc/sys/kernel/hostname` as seen by this process, by host number.
    Hostname(u32),
    /// What is taken and changes nothing (`/proc/sys/vm/drop_caches`).
    Ignored,
}

impl Node {
    fn text(text: impl Into<String>) -> Self {
        Self::File(text.into().into())
    }

    fn directory<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self::Directory(names.into_iter().map(Into::into).collect())
    }
}

impl View {
    /// The file under a path of a made-up file system.
    pub(super) fn node(&self, source: &Source, path: &str) -> Option<Node> {
        let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
        match source {
            Source::Proc(pids, base) => {
                let base = base.split('/').filter(|name| !name.is_empty());
                let names: Vec<&str> = base.chain(names).collect();
                self.proc(*pids, &names)
            }
            Source::Sys => sysfs::sys(self, &names),
            Source::Cgroup => sysfs::cgroup(self, &names),
            Source::Pts => self.pts(&names),
            Source::Tree(..) => None,
        }
    }

    fn pts(&self, names: &[&str]) -> Option<Node> {
        let terminals: Vec<u32> = {
            let known = self.space.terminals.locked();
            known
                .iter()
                .filter_map(std::sync::Weak::upgrade)
                .map(|it| it.index)
                .collect()
        };
        match names {
            [] => {
                let names = terminals.iter().map(u32::to_string);
                Some(Node::directory(names.chain(["ptmx".to_owned()])))
            }
            ["ptmx"] => Some(Node::Device(5, 2, 0o666)),
            [index] => {
                let index = index.parse().ok()?;
                terminals
                    .contains(&index)
                    .then_some(Node::Device(136, index, 0o620))
            }
            _ => None,
        }
    }

    /// A file of `/proc` as it was mounted in this PID namespace.
    fn proc(&self, pids: u64, names: &[&str]) -> Option<Node> {
        match names {
            [] => {
                let mut entries: Vec<String> = machine::FILES
                    .iter()
                    .map(|(name, _)| (*name).to_owned())
                    .collect();
                entries.extend(machine::OTHERS.map(str::to_owned));
                let members = self.inner.table.locked();
                let members = members.namespaces.get(&pids);
                entries.extend(
                    members
                        .into_iter()
                        .flat_map(|it| it.members.keys())
                        .map(u32::to_string),
                );
                entries.sort();
                Some(Node::Directory(entries))
            }
            ["self" | "thread-self", rest @ ..] => {
                let own = self.inner.table.locked().seen_from(pids, self.pid);
                if own == 0 {
                    return None;
                }
                if rest.is_empty() {
                    Some(Node::Link(own.to_string()))
                } else {
                    self.process(pids, self.pid, rest)
                }
            }
            ["mounts"] => Some(Node::Link("self/mounts".to_owned())),
            ["net"] => Some(Node::Link("self/net".to_owned())),
            ["net", rest @ ..] => self.process(pids, self.pid, &[&["net"], rest].concat()),
            ["sys", rest @ ..] => sysctl::sys(self, rest),
            ["acpi" | "bus" | "fs" | "irq" | "driver" | "tty"] => Some(Node::Directory(Vec::new())),
            ["kcore" | "keys" | "timer_list" | "sysrq-trigger"] => {
                Some(Node::Private(Bytes::new()))
            }
            [name, rest @ ..] => {
                if let Ok(local) = name.parse::<u32>() {
                    let pid = self.inner.table.locked().host_pid(pids, local).ok()?;
                    return self.process(pids, pid, rest);
                }
                let (_, generate) = machine::FILES.iter().find(|(it, _)| it == name)?;
                rest.is_empty().then(|| Node::text(generate(self)))
            }
        }
    }
}
