//! Read-only layers under a writable one, as overlayfs stacks them.

use std::io::{Read, Write};
use std::time::SystemTime;

use bytes::Bytes;

use super::layer::FsResult;
use super::{Layer, Metadata};
use crate::domain::FsChange;

/// A stack of layers with a writable one on top. Paths are absolute, without `.`, `..` or symbolic
/// links in the middle: the kernel resolves them before.
///
/// Cloning it copies the whole tree's state at the cost of a few pointers.
#[derive(Debug, Clone, Default)]
pub struct Overlay {}

#[expect(
    unused_variables,
    clippy::todo,
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "contract"
)]
impl Overlay {
    /// An empty writable layer on these, lowest first.
    pub fn new(lowers: &[Layer]) -> Self {
        todo!()
    }
    /// lstat(2).
    pub fn stat(&self, path: &str) -> FsResult<Metadata> {
        todo!()
    }
    /// Names in a directory with their metadata, sorted.
    pub fn read_dir(&self, path: &str) -> FsResult<Vec<(String, Metadata)>> {
        todo!()
    }
    /// A file's content.
    pub fn read(&self, path: &str) -> FsResult<Bytes> {
        todo!()
    }
    /// Makes a file of any sort; its directory must exist.
    pub fn create(&mut self, path: &str, metadata: Metadata, content: Bytes) -> FsResult<()> {
        todo!()
    }
    /// Replaces a file's content, from `offset` on.
    pub fn write(
        &mut self,
        path: &str,
        offset: u64,
        bytes: &[u8],
        now: SystemTime,
    ) -> FsResult<()> {
        todo!()
    }
    /// Cuts or extends a file.
    pub fn truncate(&mut self, path: &str, size: u64, now: SystemTime) -> FsResult<()> {
        todo!()
    }
    /// Changes mode, owner or time: the closure edits what stat(2) says.
    pub fn set_metadata(&mut self, path: &str, edit: impl FnOnce(&mut Metadata)) -> FsResult<()> {
        todo!()
    }
    /// Removes a file or an empty directory; leaves a whiteout when a lower layer holds it.
    pub fn remove(&mut self, path: &str, now: SystemTime) -> FsResult<()> {
        todo!()
    }
    /// rename(2).
    pub fn rename(&mut self, from: &str, to: &str, now: SystemTime) -> FsResult<()> {
        todo!()
    }
    /// link(2).
    pub fn link(&mut self, from: &str, to: &str, now: SystemTime) -> FsResult<()> {
        todo!()
    }
    /// `docker diff`: what the writable layer adds, changes and hides, sorted by path.
    pub fn changes(&self) -> Vec<FsChange> {
        todo!()
    }
    /// The writable layer, as `docker commit` takes it.
    pub fn to_layer(&self) -> Layer {
        todo!()
    }
    /// Bytes in the writable layer (`SizeRw`).
    pub fn upper_size(&self) -> u64 {
        todo!()
    }
    /// Bytes of all that is visible (`SizeRootFs`).
    pub fn total_size(&self) -> u64 {
        todo!()
    }
    /// Archives a subtree with the names it has under `path`'s parent (`docker cp`, `export`).
    pub fn write_tar(&self, path: &str, archive: impl Write) -> FsResult<()> {
        todo!()
    }
    /// Unpacks an archive under a directory, replacing what it names.
    pub fn extract_tar(&mut self, path: &str, archive: impl Read) -> FsResult<()> {
        todo!()
    }
}
