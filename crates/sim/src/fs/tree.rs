//! A tree of inodes in a persistent map.

use std::sync::Arc;
use std::time::SystemTime;

use imbl::{OrdMap, OrdSet};

use super::content::Content;
use super::layer::FsResult;
use super::{FileKind, Metadata};
use crate::kernel::Errno;

/// An inode number.
pub(super) type Ino = u64;

/// A file name, shared between the trees that hold it.
pub(super) type Name = Arc<str>;

/// The root directory's number in every tree.
pub(super) const ROOT: Ino = 1;

/// Size that stat(2) says of a directory.
const DIRECTORY_SIZE: u64 = 4096;

/// A file of any sort.
#[derive(Debug, Clone)]
pub(super) struct Inode {
    pub(super) kind: FileKind,
    pub(super) mode: u32,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) mtime: SystemTime,
    pub(super) size: u64,
    pub(super) content: Content,
    /// Number of names, of anything but a directory.
    pub(super) links: u32,
    /// A directory's entries; [`Tree::enter`] and [`Tree::take`] change them.
    pub(super) children: OrdMap<Name, Ino>,
    /// How many of them are directories: stat(2) says so, and paths are walked all the time.
    pub(super) folders: u32,
    /// Names that a layer's directory hides below it.
    pub(super) hidden: OrdSet<Name>,
    /// Whether a directory hides everything below it.
    pub(super) opaque: bool,
    /// Whether the writable layer holds it.
    pub(super) upper: bool,
    /// Whether a layer only has this directory because others are in it: it says nothing of its
    /// mode, owner and time then.
    pub(super) implied: bool,
}

impl Inode {
    pub(super) fn new(metadata: Metadata, content: Content) -> Self {
        let size = match &metadata.kind {
            FileKind::File => metadata.size.max(content.held().len() as u64),
            FileKind::Symlink(target) => target.len() as u64,
            _ => 0,
        };
        Self {
            mode: metadata.mode & 0o7777,
            uid: metadata.uid,
            gid: metadata.gid,
            mtime: metadata.mtime,
            kind: metadata.kind,
            size,
            content,
            links: 1,
            children: OrdMap::new(),
            folders: 0,
            hidden: OrdSet::new(),
            opaque: false,
            upper: false,
            implied: false,
        }
    }

    pub(super) fn directory(mode: u32, mtime: SystemTime) -> Self {
        Self::new(
            Metadata {
                kind: FileKind::Directory,
                mode,
                uid: 0,
                gid: 0,
                size: 0,
                mtime,
                links: 1,
                inode: 0,
            },
            Content::default(),
        )
    }

    pub(super) fn is_dir(&self) -> bool {
        self.kind == FileKind::Directory
    }

    /// A copy with one name, and no entries when it is a directory.
    pub(super) fn childless(&self) -> Self {
        Self {
            links: 1,
            children: OrdMap::new(),
            folders: 0,
            ..self.clone()
        }
    }

    /// Bytes it counts for in a layer's size: only regular files do.
    pub(super) fn payload(&self) -> u64 {
        if self.kind == FileKind::File {
            self.size
        } else {
            0
        }
    }
}

#[cfg(test)]
thread_local! {
    /// Inodes that this thread looked up: tests count work, not time.
    pub(super) static LOOKED_UP: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A tree of inodes.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    inodes: OrdMap<Ino, Arc<Inode>>,
    next: Ino,
}

impl Default for Tree {
    fn default() -> Self {
        let root = Inode::directory(0o755, SystemTime::UNIX_EPOCH);
        Self {
            inodes: OrdMap::unit(ROOT, Arc::new(root)),
            next: ROOT + 1,
        }
    }
}

/// The names of a path, in order.
pub(super) fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter(|name| !name.is_empty() && *name != ".")
}

/// A path's directory and last name; `None` for the root.
pub(super) fn split(path: &str) -> Option<(&str, &str)> {
    let trimmed = path.trim_end_matches('/');
    let (directory, name) = trimmed.rsplit_once('/').unwrap_or(("", trimmed));
    (!name.is_empty()).then_some((directory, name))
}

impl Tree {
    pub(super) fn get(&self, ino: Ino) -> Option<&Inode> {
        #[cfg(test)]
        LOOKED_UP.set(LOOKED_UP.get() + 1);
        self.inodes.get(&ino).map(Arc::as_ref)
    }

    pub(super) fn inode(&self, ino: Ino) -> FsResult<&Inode> {
        self.get(ino).ok_or(Errno::ENOENT)
    }

    pub(super) fn inode_mut(&mut self, ino: Ino) -> FsResult<&mut Inode> {
        self.inodes
            .get_mut(&ino)
            .map(Arc::make_mut)
            .ok_or(Errno::ENOENT)
    }

    /// The inode that a path names.
    pub(super) fn find(&self, path: &str) -> FsResult<Ino> {
        names(path).try_fold(ROOT, |ino, name| self.child(ino, name))
    }

    /// The entry of a directory.
    pub(super) fn child(&self, directory: Ino, name: &str) -> FsResult<Ino> {
        let inode = self.inode(directory)?;
        if !inode.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        inode.children.get(name).copied().ok_or(Errno::ENOENT)
    }

    /// Adds an inode that no directory names yet.
    pub(super) fn insert(&mut self, inode: Inode) -> Ino {
        let ino = self.next;
        self.next += 1;
        self.inodes.insert(ino, Arc::new(inode));
        ino
    }

    /// Names an inode in a directory, where this name is another's no more.
    pub(super) fn enter(&mut self, directory: Ino, name: &str, ino: Ino) -> FsResult<()> {
        self.take(directory, name)?;
        let is_dir = self.get(ino).is_some_and(Inode::is_dir);
        let directory = self.inode_mut(directory)?;
        directory.folders += u32::from(is_dir);
        directory.children.insert(Name::from(name), ino);
        Ok(())
    }

    /// Takes a name out of a directory; the inode stays in the tree.
    pub(super) fn take(&mut self, directory: Ino, name: &str) -> FsResult<Option<Ino>> {
        let taken = self.inode(directory)?.children.get(name).copied();
        if let Some(ino) = taken {
            let is_dir = self.get(ino).is_some_and(Inode::is_dir);
            let directory = self.inode_mut(directory)?;
            directory.children.remove(name);
            directory.folders -= u32::from(is_dir);
        }
        Ok(taken)
    }

    /// Takes a name out of a directory, and the inode out of the tree with its last name; a
    /// directory goes with all that it holds.
    pub(super) fn leave(&mut self, directory: Ino, name: &str) -> FsResult<()> {
        if let Some(ino) = self.take(directory, name)? {
            self.release(ino);
        }
        Ok(())
    }

    /// Gives one name of an inode up.
    pub(super) fn release(&mut self, ino: Ino) {
        let Some(inode) = self.get(ino) else { return };
        if inode.is_dir() {
            let children: Vec<Ino> = inode.children.values().copied().collect();
            self.inodes.remove(&ino);
            for child in children {
                self.release(child);
            }
        } else if inode.links > 1 {
            if let Ok(inode) = self.inode_mut(ino) {
                inode.links -= 1;
            }
        } else {
            self.inodes.remove(&ino);
        }
    }

    /// Puts an inode back under its number (an open file without a name).
    pub(super) fn keep(&mut self, ino: Ino, inode: Inode) {
        self.inodes.insert(ino, Arc::new(inode));
    }

    /// Forgets an inode that has no name.
    pub(super) fn forget(&mut self, ino: Ino) {
        self.inodes.remove(&ino);
    }

    pub(super) fn metadata(&self, ino: Ino) -> FsResult<Metadata> {
        let inode = self.inode(ino)?;
        let (size, links) = if inode.is_dir() {
            (DIRECTORY_SIZE, inode.folders + 2)
        } else {
            (inode.size, inode.links)
        };
        Ok(Metadata {
            kind: inode.kind.clone(),
            mode: inode.mode,
            uid: inode.uid,
            gid: inode.gid,
            size,
            mtime: inode.mtime,
            links,
            inode: ino,
        })
    }

    /// Bytes of its regular files, each counted once whatever its number of names.
    pub(super) fn payload(&self) -> u64 {
        self.inodes.values().map(|inode| inode.payload()).sum()
    }

    /// Whether it holds nothing but its root.
    pub(super) fn is_empty(&self) -> bool {
        self.inodes.len() == 1
    }
}
