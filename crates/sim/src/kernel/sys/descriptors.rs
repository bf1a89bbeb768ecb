//! Descriptors: open(2), read(2), write(2)…

use std::sync::Arc;

use bytes::Bytes;

use super::super::file::{Object, OpenFile};
use super::super::lock::Locked;
use super::super::table::Space;
use super::super::virt::Node;
use super::super::walk::{Found, Place, READABLE, View, WRITABLE};
use super::super::{Errno, Signal};
use super::{Fd, OpenFlags, Sys};
use crate::fs::{FileKind, Metadata};

/// Most descriptors of a process.
const MOST: Fd = 1_048_576;

impl Sys {
    /// open(2); `mode` counts for a file that is created.
    pub fn open(&self, path: &str, flags: OpenFlags, mode: u32) -> Result<Fd, Errno> {
        let file = self.view()?.open(path, flags, mode)?;
        self.install(file, 0)
    }

    /// close(2).
    pub fn close(&self, fd: Fd) -> Result<(), Errno> {
        let closed = self.edit(|it| it.files.remove(&fd).ok_or(Errno::EBADF))?;
        // Out of the table's lock: closing may wake others.
        drop(closed);
        Ok(())
    }

    /// dup2(2).
    pub fn dup2(&self, from: Fd, to: Fd) -> Result<(), Errno> {
        let file = self.file(from)?;
        let replaced = self.edit(|it| Ok(it.files.insert(to, file)))?;
        drop(replaced);
        Ok(())
    }

    /// `F_DUPFD`: the lowest free descriptor from `least` up.
    pub fn dup_from(&self, from: Fd, least: Fd) -> Result<Fd, Errno> {
        self.install(self.file(from)?, least)
    }

    /// pipe(2): (read end, write end).
    pub fn pipe(&self) -> Result<(Fd, Fd), Errno> {
        let (reader, writer) = OpenFile::pipe();
        Ok((self.install(reader, 0)?, self.install(writer, 0)?))
    }

    /// The descriptors that are open.
    pub fn descriptors(&self) -> Vec<Fd> {
        self.process(Vec::new(), |it| it.files.keys().copied().collect())
    }

    /// read(2): at most `max` bytes, none at the end.
    pub async fn read(&self, fd: Fd, max: usize) -> Result<Bytes, Errno> {
        self.checkpoint().await;
        let file = self.file(fd)?;
        if let Object::Terminal(terminal) = &file.object {
            self.wait_for_foreground(terminal).await?;
        }
        file.read(max).await
    }

    /// write(2), all of it. `EPIPE` comes with `SIGPIPE`.
    pub async fn write(&self, fd: Fd, bytes: &[u8]) -> Result<(), Errno> {
        self.checkpoint().await;
        let file = self.file(fd)?;
        let written = file.write(bytes, self.now()).await;
        if written == Err(Errno::EPIPE) {
            let _ = self
                .kernel
                .inner
                .table
                .locked()
                .deliver(self.pid, Signal::PIPE, false);
            self.checkpoint().await;
        }
        if written.is_ok() {
            self.book_writing(&file, file.position(), bytes.len());
        }
        written
    }

    /// Counts what was written in a file, up to this place, if it is on a disk.
    fn book_writing(&self, file: &OpenFile, end: u64, length: usize) {
        let on_disk = |space: Arc<Space>| space.mounts.is_on_disk(&file.path);
        if matches!(file.object, Object::Regular(..))
            && self.edit(|it| Ok(it.space.clone())).is_ok_and(on_disk)
        {
            let mut table = self.kernel.inner.table.locked();
            table.book_writing(self.pid, end, length as u64);
        }
    }

    /// lseek(2) from the start.
    pub fn seek(&self, fd: Fd, offset: u64) -> Result<(), Errno> {
        self.file(fd)?.seek(offset)
    }

    /// fstat(2).
    pub fn fstat(&self, fd: Fd) -> Result<Metadata, Errno> {
        let file = self.file(fd)?;
        match file.stat(self.now()) {
            Some(metadata) => metadata,
            None => self.stat(&file.path),
        }
    }

    /// The whole of a file: open, read, close.
    pub fn read_file(&self, path: &str) -> Result<Bytes, Errno> {
        self.view()?.read_file(path)
    }

    /// Makes or replaces a file: open, write, close.
    pub fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), Errno> {
        let flags = OpenFlags {
            write: true,
            create: true,
            truncate: true,
            ..OpenFlags::default()
        };
        let file = self.view()?.open(path, flags, 0o666)?;
        match &file.object {
            Object::Regular(fs, pin) => {
                fs.locked().write_at(pin.inode, 0, bytes, self.now())?;
                self.book_writing(&file, bytes.len() as u64, bytes.len());
                Ok(())
            }
            Object::Setting(_, _, setting) => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                self.kernel.inner.write_setting(setting, text.trim())
            }
            Object::Null | Object::Zero => Ok(()),
            Object::Full => Err(Errno::ENOSPC),
            _ => Err(Errno::EINVAL),
        }
    }

    /// The open file of a descriptor.
    pub(super) fn file(&self, fd: Fd) -> Result<Arc<OpenFile>, Errno> {
        self.edit(|it| it.files.get(&fd).cloned().ok_or(Errno::EBADF))
    }

    /// Gives an open file the lowest free descriptor.
    pub(super) fn install(&self, file: Arc<OpenFile>, least: Fd) -> Result<Fd, Errno> {
        self.edit(|process| {
            let free = (least..MOST).find(|fd| !process.files.contains_key(fd));
            let fd = free.ok_or(Errno::EMFILE)?;
            process.files.insert(fd, file);
            Ok(fd)
        })
    }
}

impl View {
    /// The whole of a file: open, read, close.
    pub(super) fn read_file(&self, path: &str) -> Result<Bytes, Errno> {
        let flags = OpenFlags {
            read: true,
            ..OpenFlags::default()
        };
        let file = self.open(path, flags, 0)?;
        match &file.object {
            Object::Regular(fs, pin) => fs.locked().read_at(pin.inode, 0, usize::MAX),
            Object::Generated(content) | Object::Setting(content, ..) => Ok(content.clone()),
            Object::Null => Ok(Bytes::new()),
            Object::Directory => Err(Errno::EISDIR),
            // Reading these may have to wait, or has no end.
            _ => Err(Errno::EINVAL),
        }
    }

    /// open(2), without a descriptor yet.
    fn open(&self, path: &str, flags: OpenFlags, mode: u32) -> Result<Arc<OpenFile>, Errno> {
        let found = self.walk(path, !(flags.create && flags.exclusive))?;
        let Some(metadata) = found.metadata.clone() else {
            if !flags.create || path.ends_with('/') {
                return Err(Errno::ENOENT);
            }
            self.create(&found, FileKind::File, mode & !self.umask)?;
            return self.open_in_tree(&found, flags);
        };
        if flags.create && flags.exclusive {
            return Err(Errno::EEXIST);
        }
        if let Place::Virtual(Some(Node::Open(file))) = &found.place {
            return Ok(file.clone());
        }
        let wanted = if flags.read { READABLE } else { 0 } | if flags.write { WRITABLE } else { 0 };
        if metadata.is_dir() && (flags.write || flags.create) {
            return Err(Errno::EISDIR);
        }
        let generated = matches!(found.place, Place::Virtual(_));
        if flags.write && found.read_only && metadata.kind == FileKind::File {
            return Err(Errno::EROFS);
        }
        self.allowed(&metadata, wanted)?;
        if let Place::Virtual(Some(Node::Setting(content, setting))) = &found.place {
            let inner = Arc::downgrade(&self.inner);
            let object = Object::Setting(content.clone(), inner, setting.clone());
            return Ok(OpenFile::new(object, flags, found.path));
        }
        if flags.write && generated && metadata.kind == FileKind::File {
            return Err(Errno::EACCES);
        }
        match metadata.kind {
            FileKind::Directory => Ok(OpenFile::new(Object::Directory, flags, found.path)),
            FileKind::File => self.open_in_tree(&found, flags),
            FileKind::Symlink(_) => Err(Errno::ELOOP),
            FileKind::CharDevice(major, minor) => {
                Ok(OpenFile::new(self.device(major, minor)?, flags, found.path))
            }
            FileKind::Fifo => self.fifo(&found, flags),
            FileKind::Socket => Err(Errno::ENXIO),
        }
    }

    fn open_in_tree(&self, found: &Found, flags: OpenFlags) -> Result<Arc<OpenFile>, Errno> {
        let object = match &found.place {
            Place::Tree(tree, path) => {
                let mut fs = tree.locked();
                let inode = if flags.write {
                    fs.copy_up(path)?
                } else {
                    fs.stat(path)?.inode
                };
                if flags.write && flags.truncate {
                    fs.truncate_at(inode, 0, self.now())?;
                }
                Object::Regular(tree.clone(), fs.pin(inode))
            }
            Place::Virtual(Some(Node::File(content) | Node::Private(content))) => {
                Object::Generated(content.clone())
            }
            Place::Virtual(_) => return Err(Errno::EINVAL),
        };
        Ok(OpenFile::new(object, flags, found.path.clone()))
    }

    /// An end of a named pipe. Opening does not wait for the other end: reading and writing do.
    fn fifo(&self, found: &Found, flags: OpenFlags) -> Result<Arc<OpenFile>, Errno> {
        let Place::Tree(tree, path) = &found.place else {
            return Err(Errno::ENXIO);
        };
        let inode = tree.locked().stat(path)?.inode;
        let fifo = self.inner.fifo(Arc::as_ptr(tree).addr(), inode);
        let object = match (flags.read, flags.write) {
            (true, false) => Object::PipeReader(fifo.reader()),
            (false, true) => Object::PipeWriter(fifo.writer()),
            _ => return Err(Errno::EINVAL),
        };
        Ok(OpenFile::new(object, flags, found.path.clone()))
    }

    fn device(&self, major: u32, minor: u32) -> Result<Object, Errno> {
        Ok(match (major, minor) {
            (1, 3) => Object::Null,
            (1, 5) => Object::Zero,
            (1, 7) => Object::Full,
            (1, 8 | 9) => Object::Random,
            (5, 0) => {
                let table = self.inner.table.locked();
                Object::Terminal(table.get(self.pid)?.terminal.clone().ok_or(Errno::ENXIO)?)
            }
            (136, index) => {
                let known = self.space.terminals.locked();
                let found = known
                    .iter()
                    .filter_map(std::sync::Weak::upgrade)
                    .find(|it| it.index == index);
                Object::Terminal(found.ok_or(Errno::EIO)?)
            }
            _ => return Err(Errno::ENXIO),
        })
    }
}
