//! Read-only layers under a writable one, as overlayfs stacks them.

use std::io::{Read, Write};
use std::sync::{Arc, Weak};
use std::time::SystemTime;

use bytes::Bytes;
use imbl::OrdMap;

use super::content::Content;
use super::layer::FsResult;
use super::tree::{Ino, Inode, ROOT, Tree, names, split};
use super::{FileKind, Layer, Metadata};
use crate::kernel::Errno;
use domain::FsChange;

/// Largest file, bytes: zeros at the end of a file cost nothing, but archives write them out.
pub(super) const LARGEST: u64 = 16 << 30;
/// Bytes of one file that are held in memory: the disk is full beyond.
pub(super) const MOST_HELD: usize = 256 << 20;
/// Bytes read at once.
const MOST_READ: usize = 1 << 30;

/// A stack of layers with a writable one on top. Paths are absolute, without `.`, `..` or symbolic
/// links in the middle: the kernel resolves them before.
///
/// Cloning it copies the whole tree's state at the cost of a few pointers.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// What is visible.
    tree: Tree,
    /// What the layers below the writable one show.
    lower: Tree,
    /// Open files, by inode: they stay readable after their last name is gone.
    pins: OrdMap<Ino, Weak<()>>,
}

/// Keeps an open file's inode alive; dropping it is closing the file.
#[derive(Debug, Clone)]
pub struct Pin {
    /// Its inode number.
    pub inode: u64,
    _alive: Arc<()>,
}

impl Overlay {
    /// An empty writable layer on these, lowest first.
    pub fn new(lowers: &[Layer]) -> Self {
        let lower = super::merge::merge(lowers);
        Self {
            tree: lower.clone(),
            lower,
            pins: OrdMap::new(),
        }
    }

    /// The writable layer that [`Self::to_layer`] took out, on the same layers again.
    pub fn put_back(lowers: &[Layer], upper: &Layer) -> Self {
        let lower = super::merge::merge(lowers);
        Self {
            tree: super::merge::put_back(&lower, upper),
            lower,
            pins: OrdMap::new(),
        }
    }

    /// lstat(2).
    pub fn stat(&self, path: &str) -> FsResult<Metadata> {
        self.tree.metadata(self.tree.find(path)?)
    }

    /// Names in a directory with their metadata, sorted.
    pub fn read_dir(&self, path: &str) -> FsResult<Vec<(String, Metadata)>> {
        let directory = self.tree.inode(self.tree.find(path)?)?;
        if !directory.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        let entry = |(name, ino): (&super::tree::Name, &Ino)| {
            Ok((name.to_string(), self.tree.metadata(*ino)?))
        };
        directory.children.iter().map(entry).collect()
    }

    /// A file's content. `EFBIG` for one too large to be held at once (a sparse one).
    pub fn read(&self, path: &str) -> FsResult<Bytes> {
        self.read_at(self.tree.find(path)?, 0, usize::MAX)
    }

    /// At most `max` bytes of an inode from `offset` on; none past its end.
    pub fn read_at(&self, inode: u64, offset: u64, max: usize) -> FsResult<Bytes> {
        let inode = self.tree.inode(inode)?;
        match inode.kind {
            FileKind::File => {}
            FileKind::Directory => return Err(Errno::EISDIR),
            _ => return Err(Errno::EINVAL),
        }
        let left = usize::try_from(inode.size.saturating_sub(offset)).unwrap_or(usize::MAX);
        let length = left.min(max);
        if length > MOST_READ {
            return Err(Errno::EFBIG);
        }
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(inode.content.slice(offset, length))
    }

    /// Makes a file of any sort; its directory must exist.
    pub fn create(&mut self, path: &str, metadata: Metadata, content: Bytes) -> FsResult<()> {
        self.enter(path, metadata, Content::Shared(content))
    }

    /// The same, with a content that another file has too.
    pub(super) fn enter(
        &mut self,
        path: &str,
        metadata: Metadata,
        content: Content,
    ) -> FsResult<()> {
        let (directory, name) = split(path).ok_or(Errno::EEXIST)?;
        if self.tree.child(self.directory(directory)?, name).is_ok() {
            return Err(Errno::EEXIST);
        }
        let now = metadata.mtime;
        let parent = self.change_directory(directory, now)?;
        let mut inode = Inode::new(metadata, content);
        inode.upper = true;
        inode.opaque = inode.is_dir() && self.below(path).is_some();
        let ino = self.tree.insert(inode);
        self.tree.enter(parent, name, ino)
    }

    /// Replaces a file's content, from `offset` on.
    pub fn write(
        &mut self,
        path: &str,
        offset: u64,
        bytes: &[u8],
        now: SystemTime,
    ) -> FsResult<()> {
        let inode = self.copy_up(path)?;
        self.write_at(inode, offset, bytes, now)
    }

    /// The same, of an inode that [`Overlay::copy_up`] gave.
    pub fn write_at(
        &mut self,
        inode: u64,
        offset: u64,
        bytes: &[u8],
        now: SystemTime,
    ) -> FsResult<()> {
        let inode = self.regular(inode)?;
        let end = offset.checked_add(bytes.len() as u64).ok_or(Errno::EFBIG)?;
        if end > LARGEST {
            return Err(Errno::EFBIG);
        }
        let start = usize::try_from(offset).map_err(|_| Errno::EFBIG)?;
        if !inode.content.write(start, bytes, MOST_HELD) {
            return Err(Errno::ENOSPC);
        }
        inode.size = inode.size.max(end);
        inode.mtime = now;
        Ok(())
    }

    /// Cuts or extends a file.
    pub fn truncate(&mut self, path: &str, size: u64, now: SystemTime) -> FsResult<()> {
        let inode = self.copy_up(path)?;
        self.truncate_at(inode, size, now)
    }

    /// The same, of an inode that [`Overlay::copy_up`] gave.
    pub fn truncate_at(&mut self, inode: u64, size: u64, now: SystemTime) -> FsResult<()> {
        if size > LARGEST {
            return Err(Errno::EFBIG);
        }
        let inode = self.regular(inode)?;
        inode
            .content
            .cut(usize::try_from(size).unwrap_or(usize::MAX));
        inode.size = size;
        inode.mtime = now;
        Ok(())
    }

    /// Changes mode, owner or time: the closure edits what stat(2) says.
    pub fn set_metadata(&mut self, path: &str, edit: impl FnOnce(&mut Metadata)) -> FsResult<()> {
        let ino = self.copy_up(path)?;
        let mut metadata = self.tree.metadata(ino)?;
        edit(&mut metadata);
        self.tree.inode_mut(ino)?.take_metadata(&metadata);
        Ok(())
    }

    /// Removes a file or an empty directory; leaves a whiteout when a lower layer holds it.
    pub fn remove(&mut self, path: &str, now: SystemTime) -> FsResult<()> {
        let (directory, name) = split(path).ok_or(Errno::EBUSY)?;
        let ino = self.tree.find(path)?;
        let inode = self.tree.inode(ino)?;
        if inode.is_dir() && !inode.children.is_empty() {
            return Err(Errno::ENOTEMPTY);
        }
        let parent = self.change_directory(directory, now)?;
        let pinned = self
            .pinned(ino)
            .then(|| inode_of(&self.tree, ino))
            .flatten();
        self.tree.leave(parent, name)?;
        if let Some(inode) = pinned.filter(|_| self.tree.get(ino).is_none()) {
            self.tree.keep(ino, Inode { links: 0, ..inode });
        }
        Ok(())
    }

    /// Removes a file, or a directory and all that it holds.
    pub fn remove_all(&mut self, path: &str, now: SystemTime) -> FsResult<()> {
        let (directory, name) = split(path).ok_or(Errno::EBUSY)?;
        self.tree.find(path)?;
        let parent = self.change_directory(directory, now)?;
        self.tree.leave(parent, name)
    }

    /// rename(2).
    pub fn rename(&mut self, from: &str, to: &str, now: SystemTime) -> FsResult<()> {
        let (from_directory, from_name) = split(from).ok_or(Errno::EBUSY)?;
        let (to_directory, to_name) = split(to).ok_or(Errno::EBUSY)?;
        let source = self.tree.find(from)?;
        let is_dir = self.tree.inode(source)?.is_dir();
        if is_dir && starts_with(to, from) && !names(from).eq(names(to)) {
            return Err(Errno::EINVAL);
        }
        let target = self.tree.child(self.directory(to_directory)?, to_name).ok();
        if let Some(target) = target {
            if target == source {
                return Ok(());
            }
            let inode = self.tree.inode(target)?;
            match (is_dir, inode.is_dir()) {
                (true, false) => return Err(Errno::ENOTDIR),
                (false, true) => return Err(Errno::EISDIR),
                (true, true) if !inode.children.is_empty() => return Err(Errno::ENOTEMPTY),
                _ => {}
            }
        }
        let source = self.copy_up(from)?;
        self.raise_subtree(source)?;
        if target.is_some() {
            self.remove(to, now)?;
        }
        let from_parent = self.change_directory(from_directory, now)?;
        self.tree.take(from_parent, from_name)?;
        let to_parent = self.change_directory(to_directory, now)?;
        self.tree.enter(to_parent, to_name, source)?;
        if is_dir {
            let opaque = self.below(to).is_some();
            self.tree.inode_mut(source)?.opaque = opaque;
        }
        Ok(())
    }

    /// link(2).
    pub fn link(&mut self, from: &str, to: &str, now: SystemTime) -> FsResult<()> {
        let (directory, name) = split(to).ok_or(Errno::EEXIST)?;
        if self.tree.inode(self.tree.find(from)?)?.is_dir() {
            return Err(Errno::EPERM);
        }
        if self.tree.child(self.directory(directory)?, name).is_ok() {
            return Err(Errno::EEXIST);
        }
        let ino = self.copy_up(from)?;
        let parent = self.change_directory(directory, now)?;
        self.tree.inode_mut(ino)?.links += 1;
        self.tree.enter(parent, name, ino)
    }

    /// `docker diff`: what the writable layer adds, changes and hides, sorted by path.
    pub fn changes(&self) -> Vec<FsChange> {
        super::changes::changes(&self.tree, &self.lower)
    }

    /// The writable layer, as `docker commit` takes it.
    pub fn to_layer(&self) -> Layer {
        super::merge::upper(&self.tree, &self.lower)
    }

    /// What the layers below the writable one show together.
    pub fn lower_layer(&self) -> Layer {
        Layer {
            tree: self.lower.clone(),
        }
    }

    /// Bytes in the writable layer (`SizeRw`).
    pub fn upper_size(&self) -> u64 {
        let mut total = 0;
        let mut counted = std::collections::HashSet::new();
        let mut pending = vec![ROOT];
        while let Some(ino) = pending.pop() {
            let Some(inode) = self.tree.get(ino).filter(|it| it.upper || ino == ROOT) else {
                continue;
            };
            pending.extend(inode.children.values());
            if !inode.is_dir() && (inode.links == 1 || counted.insert(ino)) {
                total += inode.size;
            }
        }
        total
    }

    /// Bytes of all that is visible (`SizeRootFs`).
    pub fn total_size(&self) -> u64 {
        self.tree.payload()
    }

    /// Archives a subtree under this name (`docker cp`, `export`); the root's entries alone.
    pub fn write_tar(&self, path: &str, name: &str, archive: impl Write) -> std::io::Result<()> {
        let ino = self.tree.find(path).map_err(std::io::Error::other)?;
        super::tar::write_tree(&self.tree, ino, name, archive)
    }

    /// Unpacks an archive under a directory, replacing what it names.
    pub fn extract_tar(&mut self, path: &str, archive: impl Read) -> FsResult<()> {
        super::tar::extract(self, path, archive)
    }

    /// Copies a file up to the writable layer, as opening it for writing does; its inode.
    pub fn copy_up(&mut self, path: &str) -> FsResult<u64> {
        // Nothing is copied when the path does not exist.
        self.tree.find(path)?;
        let mut directory = ROOT;
        let mut ino = self.raise(None, ROOT)?;
        for name in names(path) {
            ino = self.tree.child(directory, name)?;
            ino = self.raise(Some((directory, name)), ino)?;
            directory = ino;
        }
        Ok(ino)
    }

    /// Keeps an inode readable while the pin lives, even without a name.
    pub fn pin(&mut self, inode: u64) -> Pin {
        let alive = self
            .pins
            .get(&inode)
            .and_then(Weak::upgrade)
            .unwrap_or_default();
        self.pins.insert(inode, Arc::downgrade(&alive));
        Pin {
            inode,
            _alive: alive,
        }
    }

    /// An inode, for what copies it.
    pub(super) fn inode(&self, ino: Ino) -> FsResult<&Inode> {
        self.tree.inode(ino)
    }

    /// stat(2) of an open file.
    pub fn stat_inode(&self, inode: u64) -> FsResult<Metadata> {
        self.tree.metadata(inode)
    }

    /// Whether an inode is still open; those that are not any more, and have no name, are forgotten.
    fn pinned(&mut self, ino: Ino) -> bool {
        let closed = |(_, pin): &(&Ino, &Weak<()>)| pin.strong_count() == 0;
        let closed: Vec<Ino> = self
            .pins
            .iter()
            .filter(closed)
            .map(|(ino, _)| *ino)
            .collect();
        for ino in closed {
            self.pins.remove(&ino);
            if self.tree.get(ino).is_some_and(|inode| inode.links == 0) {
                self.tree.forget(ino);
            }
        }
        self.pins.contains_key(&ino)
    }

    fn regular(&mut self, ino: Ino) -> FsResult<&mut Inode> {
        let inode = self.tree.inode_mut(ino)?;
        match inode.kind {
            FileKind::File => Ok(inode),
            FileKind::Directory => Err(Errno::EISDIR),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Marks an inode as the writable layer's. One that has other names in a lower layer is copied:
    /// overlayfs breaks the link.
    fn raise(&mut self, entry: Option<(Ino, &str)>, ino: Ino) -> FsResult<Ino> {
        let inode = self.tree.inode(ino)?;
        if inode.upper {
            return Ok(ino);
        }
        if let Some((directory, name)) = entry.filter(|_| inode.links > 1 && !inode.is_dir()) {
            let copy = Inode {
                links: 1,
                upper: true,
                ..inode.clone()
            };
            self.tree.release(ino);
            let ino = self.tree.insert(copy);
            self.tree.enter(directory, name, ino)?;
            return Ok(ino);
        }
        self.tree.inode_mut(ino)?.upper = true;
        Ok(ino)
    }

    /// Copies all that a directory holds up (it is about to have another name).
    fn raise_subtree(&mut self, directory: Ino) -> FsResult<()> {
        for (name, child) in self.tree.inode(directory)?.children.clone() {
            let child = self.raise(Some((directory, &name)), child)?;
            self.raise_subtree(child)?;
        }
        Ok(())
    }

    fn directory(&self, path: &str) -> FsResult<Ino> {
        let ino = self.tree.find(path)?;
        if self.tree.inode(ino)?.is_dir() {
            Ok(ino)
        } else {
            Err(Errno::ENOTDIR)
        }
    }

    /// A directory whose entries change.
    fn change_directory(&mut self, path: &str, now: SystemTime) -> FsResult<Ino> {
        let ino = self.copy_up(path)?;
        let inode = self.tree.inode_mut(ino)?;
        if !inode.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        inode.mtime = now;
        Ok(ino)
    }

    /// What a lower layer holds under a path and the writable one would merge with.
    fn below(&self, path: &str) -> Option<Ino> {
        let mut upper = Some(ROOT);
        let mut ino = ROOT;
        for name in names(path) {
            if upper
                .and_then(|it| self.tree.get(it))
                .is_some_and(|it| it.opaque)
            {
                return None;
            }
            upper = upper.and_then(|it| self.tree.child(it, name).ok());
            ino = self.lower.child(ino, name).ok()?;
        }
        Some(ino)
    }
}

fn inode_of(tree: &Tree, ino: Ino) -> Option<Inode> {
    tree.get(ino).cloned()
}

/// Whether a path is this directory or below it.
fn starts_with(path: &str, directory: &str) -> bool {
    let mut path = names(path);
    names(directory).all(|name| path.next() == Some(name))
}
