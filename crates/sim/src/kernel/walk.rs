//! From a path to a file: `path_resolution(7)`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::SystemTime;

use super::host::Inner;
use super::lock::Locked;
use super::mount::Source;
use super::security::Capability;
use super::table::{Credentials, Space};
use super::virt::Node;
use super::{Errno, RootFs};
use crate::fs::{FileKind, Metadata};

/// Symbolic links followed in one path.
const MOST_LINKS: u32 = 40;

/// Permission to read, access(2).
pub(super) const READABLE: u32 = 4;
/// Permission to write.
pub(super) const WRITABLE: u32 = 2;
/// Permission to execute, or to search a directory.
pub(super) const EXECUTABLE: u32 = 1;

/// What a process sees files with.
#[derive(Clone)]
pub(super) struct View {
    pub(super) inner: Arc<Inner>,
    /// Host number.
    pub(super) pid: u32,
    /// Its PID namespace.
    pub(super) pids: u64,
    pub(super) space: Arc<Space>,
    pub(super) cwd: Arc<str>,
    pub(super) credentials: Arc<Credentials>,
    /// Its bounding set, which root has whole.
    pub(super) capabilities: u64,
    pub(super) umask: u32,
}

/// Where a file is.
#[derive(Clone)]
pub(super) enum Place {
    /// In a tree, under this path.
    Tree(RootFs, String),
    /// In `/proc`, `/sys` or `/dev/pts`; `None` when there is no such file.
    Virtual(Option<Node>),
}

/// A file that was looked for. Only its last name may be missing.
#[derive(Clone)]
pub(super) struct Found {
    /// Absolute, without symbolic links but maybe the last name.
    pub(super) path: String,
    pub(super) place: Place,
    /// `None` when it does not exist.
    pub(super) metadata: Option<Metadata>,
    pub(super) read_only: bool,
    /// Where its path is its own: that of another process beyond `/proc/PID/root`.
    pub(super) space: Arc<Space>,
}

impl Found {
    /// What lstat(2) says of it.
    pub(super) fn metadata(&self) -> Result<&Metadata, Errno> {
        self.metadata.as_ref().ok_or(Errno::ENOENT)
    }
}

impl View {
    /// Finds a file; `follow` tells whether a symbolic link in the last place is followed.
    pub(super) fn walk(&self, path: &str, follow: bool) -> Result<Found, Errno> {
        self.walk_after(path, follow, 0)
    }

    /// The same, after so many symbolic links.
    fn walk_after(&self, path: &str, follow: bool, mut links: u32) -> Result<Found, Errno> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        let follow = follow || path.ends_with('/');
        let mut at = String::new();
        let mut pending = Vec::new();
        push(&mut pending, path);
        if !path.starts_with('/') {
            push(&mut pending, &self.cwd);
        }
        let mut here = self.look("")?;
        while let Some(name) = pending.pop() {
            if name == ".." {
                at.truncate(at.rfind('/').unwrap_or(0));
                here = self.look(&at)?;
                continue;
            }
            if name.len() > 255 {
                return Err(Errno::ENAMETOOLONG);
            }
            let directory = here.metadata()?;
            if !directory.is_dir() {
                return Err(Errno::ENOTDIR);
            }
            self.allowed(directory, EXECUTABLE)?;
            let next = self.look(&format!("{at}/{name}"))?;
            let Some(metadata) = &next.metadata else {
                return if pending.is_empty() {
                    Ok(next)
                } else {
                    Err(Errno::ENOENT)
                };
            };
            let last = pending.is_empty();
            if let FileKind::Symlink(target) = &metadata.kind
                && (follow || !last)
            {
                links += 1;
                if links > MOST_LINKS {
                    return Err(Errno::ELOOP);
                }
                // A link of /proc/PID/fd leads to the open file itself, whatever its text.
                if last && matches!(next.place, Place::Virtual(Some(Node::Open(_)))) {
                    return Ok(next);
                }
                // One of another process's root or directory is found among its own mounts.
                if let Place::Virtual(Some(Node::Elsewhere(space, target))) = &next.place {
                    pending.reverse();
                    let rest = format!("/{target}/{}", pending.join("/"));
                    let there = Self {
                        space: Arc::clone(space),
                        ..self.clone()
                    };
                    return there.walk_after(&rest, follow, links);
                }
                if target.starts_with('/') {
                    at.clear();
                    here = self.look("")?;
                }
                push(&mut pending, target);
                continue;
            }
            at.clone_from(&next.path);
            here = next;
        }
        if path.ends_with('/') && here.metadata.as_ref().is_some_and(|it| !it.is_dir()) {
            return Err(Errno::ENOTDIR);
        }
        if here.path.is_empty() {
            here.path.push('/');
        }
        Ok(here)
    }

    /// The same for a file that must exist.
    pub(super) fn existing(&self, path: &str, follow: bool) -> Result<(Found, Metadata), Errno> {
        let found = self.walk(path, follow)?;
        let metadata = found.metadata()?.clone();
        Ok((found, metadata))
    }

    /// A canonical path as it is, its last link not followed.
    pub(super) fn look(&self, path: &str) -> Result<Found, Errno> {
        let (point, rest) = self.space.mounts.find(path);
        let read_only = point.read_only;
        let (place, metadata) = match &point.source {
            Source::Tree(fs, base) => {
                let inside = format!("{base}{rest}");
                let metadata = match fs.locked().stat(&inside) {
                    Ok(metadata) => Some(metadata),
                    Err(Errno::ENOENT) => None,
                    Err(error) => return Err(error),
                };
                (Place::Tree(fs.clone(), inside), metadata)
            }
            source => {
                let node = self.node(source, rest);
                let metadata = node.as_ref().map(|node| self.describe(node, path));
                (Place::Virtual(node), metadata)
            }
        };
        Ok(Found {
            path: path.to_owned(),
            place,
            metadata,
            read_only,
            space: Arc::clone(&self.space),
        })
    }

    fn describe(&self, node: &Node, path: &str) -> Metadata {
        let (kind, mode) = match node {
            Node::Directory(_) => (FileKind::Directory, 0o555),
            Node::File(_) => (FileKind::File, 0o444),
            Node::Private(_) => (FileKind::File, 0o400),
            Node::Setting(..) => (FileKind::File, 0o644),
            Node::Hidden(_) => (FileKind::Directory, 0o511),
            Node::Link(target) | Node::Elsewhere(_, target) => {
                (FileKind::Symlink(target.clone()), 0o777)
            }
            Node::Open(file) => (FileKind::Symlink(file.path.clone()), 0o700),
            Node::Device(major, minor, mode) => (FileKind::CharDevice(*major, *minor), *mode),
        };
        let mut hasher = DefaultHasher::new();
        path.hash(&mut hasher);
        let inode = hasher.finish() >> 32;
        let boot = self.inner.clock.now() - self.inner.clock.uptime();
        Metadata {
            inode,
            ..Metadata::new(kind, mode, 0, 0, boot)
        }
    }

    /// Whether this user may do that with a file: `EACCES` otherwise. Root may all, but execute
    /// what nobody may.
    pub(super) fn allowed(&self, metadata: &Metadata, wanted: u32) -> Result<(), Errno> {
        let who = &*self.credentials;
        if self.may(Capability::DacOverride) {
            let any = metadata.mode & 0o111 != 0 || metadata.is_dir();
            return if wanted & EXECUTABLE == 0 || any {
                Ok(())
            } else {
                Err(Errno::EACCES)
            };
        }
        let bits = if metadata.uid == who.uid {
            metadata.mode >> 6
        } else if metadata.gid == who.gid || who.groups.contains(&metadata.gid) {
            metadata.mode >> 3
        } else {
            metadata.mode
        };
        if bits & wanted == wanted {
            Ok(())
        } else {
            Err(Errno::EACCES)
        }
    }

    /// Whether it is root with this capability.
    pub(super) fn may(&self, capability: Capability) -> bool {
        self.credentials.uid == 0 && self.capabilities & (1 << capability as u8) != 0
    }

    /// The directory that a name is to be changed in: it must be writable.
    pub(super) fn parent_of(&self, found: &Found) -> Result<Metadata, Errno> {
        let parent = found.path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let there = Self {
            space: Arc::clone(&found.space),
            ..self.clone()
        };
        let metadata = there.look(parent)?.metadata()?.clone();
        self.allowed(&metadata, WRITABLE | EXECUTABLE)?;
        Ok(metadata)
    }

    /// Sticky directories: only the owner of a file removes it.
    pub(super) fn may_remove(&self, directory: &Metadata, file: &Metadata) -> Result<(), Errno> {
        let uid = self.credentials.uid;
        let sticky = directory.mode & 0o1000 != 0;
        if sticky && !self.may(Capability::Fowner) && uid != file.uid && uid != directory.uid {
            return Err(Errno::EPERM);
        }
        Ok(())
    }

    pub(super) fn now(&self) -> SystemTime {
        self.inner.clock.now()
    }
}

/// Puts the names of a path on the stack of those to be looked up, the first on top.
fn push(pending: &mut Vec<String>, path: &str) {
    let names = path
        .split('/')
        .filter(|name| !name.is_empty() && *name != ".");
    pending.extend(names.rev().map(str::to_owned));
}
