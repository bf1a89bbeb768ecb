//! A read-only layer: a tree of files, as a layer's tar archive holds it.

use std::io::{Read, Write};
use std::time::SystemTime;

use bytes::Bytes;

use super::content::Content;
use super::tree::{Ino, Inode, Name, ROOT, Tree, names, split};
use crate::kernel::Errno;

/// What sort of file, inode(7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, to this target.
    Symlink(String),
    /// A character device: major, minor.
    CharDevice(u32, u32),
    /// A named pipe.
    Fifo,
    /// A socket.
    Socket,
}

/// What stat(2) says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// Its sort.
    pub kind: FileKind,
    /// Permission bits, `0o7777`.
    pub mode: u32,
    /// Owner.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Bytes.
    pub size: u64,
    /// Last modification.
    pub mtime: SystemTime,
    /// Number of names.
    pub links: u32,
    /// Inode number, unique in its file system.
    pub inode: u64,
}

impl Metadata {
    /// A new file's: one name, no size, to be given to [`super::Overlay::create`].
    pub const fn new(kind: FileKind, mode: u32, uid: u32, gid: u32, mtime: SystemTime) -> Self {
        Self {
            kind,
            mode,
            uid,
            gid,
            size: 0,
            mtime,
            links: 1,
            inode: 0,
        }
    }

    /// Whether it is a directory.
    pub fn is_dir(&self) -> bool {
        self.kind == FileKind::Directory
    }
}

/// A read-only layer. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    pub(super) tree: Tree,
}

/// Builds a layer file by file. The last file added under a name is the one that stays.
#[derive(Debug, Clone, Default)]
pub struct LayerBuilder {
    tree: Tree,
}

impl LayerBuilder {
    /// Adds a file of any sort, and the directories that lead to it (0755, root, unless a lower
    /// layer has them: then they stay as they are there). Sizes may be
    /// declared larger than the content that is held: such a file reads as that content followed
    /// by zeros (a catalogue's stand-in for a large binary).
    pub fn add(&mut self, path: &str, metadata: Metadata, content: Bytes) {
        let Some((directory, name)) = split(path) else {
            self.edit(ROOT, |root| root.take_metadata(&metadata));
            return;
        };
        let parent = self.directories(directory, metadata.mtime);
        let existing = self.tree.child(parent, name).ok();
        if let Some(ino) = existing
            && metadata.is_dir()
            && self.tree.get(ino).is_some_and(Inode::is_dir)
        {
            self.edit(ino, |inode| inode.take_metadata(&metadata));
            return;
        }
        if existing.is_some() {
            self.remove(parent, name);
        }
        let ino = self
            .tree
            .insert(Inode::new(metadata, Content::Shared(content)));
        self.enter(parent, name, ino);
    }

    /// A regular file of root's with this mode and content.
    pub fn file(&mut self, path: &str, mode: u32, content: impl Into<Bytes>) {
        self.add(path, root_owned(FileKind::File, mode), content.into());
    }

    /// A directory of root's.
    pub fn dir(&mut self, path: &str, mode: u32) {
        self.add(path, root_owned(FileKind::Directory, mode), Bytes::new());
    }

    /// A symbolic link.
    pub fn symlink(&mut self, path: &str, target: &str) {
        self.add(
            path,
            root_owned(FileKind::Symlink(target.to_owned()), 0o777),
            Bytes::new(),
        );
    }

    /// Another name of a file already added; `false` when there is no such file.
    pub fn hard_link(&mut self, path: &str, target: &str) -> bool {
        let Ok(ino) = self.tree.find(target) else {
            return false;
        };
        let Some((directory, name)) = split(path) else {
            return false;
        };
        if self.tree.get(ino).is_none_or(Inode::is_dir) || names(path).eq(names(target)) {
            return false;
        }
        let parent = self.directories(directory, SystemTime::UNIX_EPOCH);
        self.edit(ino, |inode| inode.links += 1);
        self.remove(parent, name);
        self.enter(parent, name, ino);
        true
    }

    /// Hides what lower layers hold under this name (`.wh.NAME`).
    pub fn whiteout(&mut self, path: &str) {
        if let Some((directory, name)) = split(path) {
            let parent = self.directories(directory, SystemTime::UNIX_EPOCH);
            self.edit(parent, |inode| {
                inode.hidden.insert(Name::from(name));
            });
        }
    }

    /// Hides all that lower layers hold in this directory (`.wh..wh..opq`).
    pub fn opaque(&mut self, path: &str) {
        let ino = self.directories(path, SystemTime::UNIX_EPOCH);
        self.edit(ino, |inode| inode.opaque = true);
    }

    /// The layer.
    pub fn build(self) -> Layer {
        Layer { tree: self.tree }
    }

    /// The directory of this path, made where it is missing; a file in the way is replaced.
    fn directories(&mut self, path: &str, mtime: SystemTime) -> Ino {
        let mut ino = ROOT;
        for name in names(path) {
            let found = self.tree.child(ino, name).ok();
            let found = found.filter(|child| self.tree.get(*child).is_some_and(Inode::is_dir));
            ino = found.unwrap_or_else(|| {
                self.remove(ino, name);
                let directory = Inode {
                    implied: true,
                    ..Inode::directory(0o755, mtime)
                };
                let child = self.tree.insert(directory);
                self.enter(ino, name, child);
                child
            });
        }
        ino
    }

    fn edit(&mut self, ino: Ino, edit: impl FnOnce(&mut Inode)) {
        if let Ok(inode) = self.tree.inode_mut(ino) {
            edit(inode);
        }
    }

    fn enter(&mut self, parent: Ino, name: &str, ino: Ino) {
        // The parent is a directory of this tree.
        let _ = self.tree.enter(parent, name, ino);
    }

    fn remove(&mut self, parent: Ino, name: &str) {
        // The parent is a directory of this tree: taking a name out of it cannot fail.
        let _ = self.tree.leave(parent, name);
    }
}

impl Inode {
    /// Takes the mode, owner and time of these.
    pub(super) fn take_metadata(&mut self, metadata: &Metadata) {
        self.mode = metadata.mode & 0o7777;
        self.uid = metadata.uid;
        self.gid = metadata.gid;
        self.mtime = metadata.mtime;
        self.implied = false;
    }
}

const fn root_owned(kind: FileKind, mode: u32) -> Metadata {
    Metadata::new(kind, mode, 0, 0, SystemTime::UNIX_EPOCH)
}

impl Layer {
    /// Reads a layer archive, `.wh.` whiteouts and opaque directories included (OCI image-spec
    /// `layer.md`).
    pub fn from_tar(archive: impl Read) -> std::io::Result<Self> {
        super::tar::read_layer(archive)
    }

    /// Writes it as a layer archive: same content, same bytes.
    pub fn write_tar(&self, archive: impl Write) -> std::io::Result<()> {
        super::tar::write_layer(&self.tree, archive)
    }

    /// The same without the zeros that its files end with, which [`Layer::from_tar`] knows of and
    /// other readers take for shorter files.
    pub fn write_compact_tar(&self, archive: impl Write) -> std::io::Result<()> {
        super::tar::write_compact(&self.tree, archive)
    }

    /// Sum of the sizes of its files, bytes.
    pub fn size(&self) -> u64 {
        self.tree.payload()
    }
}

/// Result of a file operation.
pub(crate) type FsResult<T> = Result<T, Errno>;
