//! Files that the kernel makes up: `/proc`, `/sys`, `/dev/pts`.

mod machine;
mod process;
mod sysfs;

pub(super) use machine::uuid;

use std::sync::Arc;

use bytes::Bytes;

use super::file::OpenFile;
use super::lock::Locked;
use super::mount::Source;
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
    Link(String),
    /// A link that leads to an open file.
    Open(Arc<OpenFile>),
    /// A character device: major, minor, mode.
    Device(u32, u32, u32),
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
            Source::Proc => self.proc(&names),
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

    fn proc(&self, names: &[&str]) -> Option<Node> {
        match names {
            [] => {
                let mut entries: Vec<String> = machine::FILES
                    .iter()
                    .map(|(name, _)| (*name).to_owned())
                    .collect();
                entries.extend(["self", "sys", "net", "mounts"].map(str::to_owned));
                let members = self.inner.table.locked();
                let members = members.namespaces.get(&self.pids);
                entries.extend(
                    members
                        .into_iter()
                        .flat_map(|it| it.members.keys())
                        .map(u32::to_string),
                );
                entries.sort();
                Some(Node::Directory(entries))
            }
            ["self", rest @ ..] => {
                let own = self
                    .inner
                    .table
                    .locked()
                    .seen_from(self.pids, self.pid)
                    .to_string();
                if rest.is_empty() {
                    Some(Node::Link(own))
                } else {
                    self.process(self.pid, rest)
                }
            }
            ["mounts"] => Some(Node::Link("self/mounts".to_owned())),
            ["net", rest @ ..] => machine::net(self, rest),
            ["sys", rest @ ..] => machine::sys(self, rest),
            [name, rest @ ..] => {
                if let Ok(local) = name.parse::<u32>() {
                    let pid = self.inner.table.locked().host_pid(self.pids, local).ok()?;
                    return self.process(pid, rest);
                }
                let (_, generate) = machine::FILES.iter().find(|(it, _)| it == name)?;
                rest.is_empty().then(|| Node::text(generate(self)))
            }
        }
    }
}
