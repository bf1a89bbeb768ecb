//! A read-only layer: a tree of files, as a layer's tar archive holds it.

use std::io::{Read, Write};
use std::time::SystemTime;

use bytes::Bytes;

use crate::sim::kernel::Errno;

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

/// A read-only layer. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Layer {}

/// Builds a layer file by file.
#[derive(Debug, Default)]
pub struct LayerBuilder {}

#[expect(
    unused_variables,
    clippy::todo,
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "contract"
)]
impl LayerBuilder {
    /// Adds a file of any sort, and the directories that lead to it (0755, root). Sizes may be
    /// declared larger than the content that is held: such a file reads as that content followed
    /// by zeros (a catalogue's stand-in for a large binary).
    pub fn add(&mut self, path: &str, metadata: Metadata, content: Bytes) {
        todo!()
    }
    /// A regular file of root's with this mode and content.
    pub fn file(&mut self, path: &str, mode: u32, content: impl Into<Bytes>) {
        todo!()
    }
    /// A directory of root's.
    pub fn dir(&mut self, path: &str, mode: u32) {
        todo!()
    }
    /// A symbolic link.
    pub fn symlink(&mut self, path: &str, target: &str) {
        todo!()
    }
    /// The layer.
    pub fn build(self) -> Layer {
        todo!()
    }
}

#[expect(
    unused_variables,
    clippy::todo,
    clippy::unused_self,
    reason = "contract"
)]
impl Layer {
    /// Reads a layer archive, `.wh.` whiteouts and opaque directories included (OCI image-spec
    /// `layer.md`).
    pub fn from_tar(archive: impl Read) -> std::io::Result<Self> {
        todo!()
    }
    /// Writes it as a layer archive: same content, same bytes.
    pub fn write_tar(&self, archive: impl Write) -> std::io::Result<()> {
        todo!()
    }
    /// Sum of the sizes of its files, bytes.
    pub fn size(&self) -> u64 {
        todo!()
    }
}

/// Result of a file operation.
pub(crate) type FsResult<T> = Result<T, Errno>;
