//! Open files: what descriptors lead to.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::SystemTime;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::host::Inner;
use super::lock::Locked;
use super::net::{Listener, Socket};
use super::pipe::{PipeReader, PipeWriter};
use super::tty::SharedTerminal;
use super::virt::Setting;
use super::{Errno, OpenFlags, RootFs};
use crate::fs::{FileKind, Metadata, Pin};

/// The most bytes that one read of an endless device gives. Linux fills the whole buffer; nobody
/// asks for so much at once but `dd bs=1G`.
const DEVICE_READ: usize = 4 << 20;

/// What is open.
pub(super) enum Object {
    /// A regular file.
    Regular(RootFs, Pin),
    /// A directory, which is not read by read(2).
    Directory,
    /// A file of `/proc` or `/sys`, as it was when it was opened.
    Generated(Bytes),
    /// One that the kernel obeys: what was read in it, and what writing changes.
    Setting(Bytes, Weak<Inner>, Setting),
    Null,
    Zero,
    Full,
    Random,
    PipeReader(PipeReader),
    PipeWriter(PipeWriter),
    Terminal(SharedTerminal),
    /// The daemon's end of a standard input, with what was received and not read.
    Input(tokio::sync::Mutex<(mpsc::Receiver<Bytes>, Bytes)>),
    /// The daemon's end of a standard output.
    Output(mpsc::Sender<Bytes>),
    Listener(Arc<Listener>),
    Socket(Socket),
}

/// An open file description: descriptors and processes share it, with its offset.
pub(super) struct OpenFile {
    pub(super) object: Object,
    pub(super) flags: OpenFlags,
    /// What `/proc/PID/fd` says of it.
    pub(super) path: String,
    offset: Mutex<u64>,
    number: u64,
}

/// Numbers for the inodes of pipes and sockets.
static NUMBERS: AtomicU64 = AtomicU64::new(20_000);

impl OpenFile {
    pub(super) fn new(object: Object, flags: OpenFlags, path: impl Into<String>) -> Arc<Self> {
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        Arc::new(Self {
            object,
            flags,
            path: path.into(),
            offset: Mutex::new(0),
            number,
        })
    }

    /// Both ends of a new pipe.
    pub(super) fn pipe() -> (Arc<Self>, Arc<Self>) {
        let (reader, writer) = super::pipe::pipe();
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let end = |object, flags| {
            let path = format!("pipe:[{number}]");
            Arc::new(Self {
                object,
                flags,
                path,
                offset: Mutex::new(0),
                number,
            })
        };
        (
            end(Object::PipeReader(reader), READ),
            end(Object::PipeWriter(writer), WRITE),
        )
    }

    /// A socket or the daemon's end of a stream, which have no path.
    pub(super) fn anonymous(object: Object, flags: OpenFlags) -> Arc<Self> {
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let sort = match object {
            Object::Listener(_) | Object::Socket(_) => "socket",
            _ => "pipe",
        };
        let path = format!("{sort}:[{number}]");
        Arc::new(Self {
            object,
            flags,
            path,
            offset: Mutex::new(0),
            number,
        })
    }

    /// read(2).
    pub(super) async fn read(&self, max: usize) -> Result<Bytes, Errno> {
        if !self.flags.read {
            return Err(Errno::EBADF);
        }
        match &self.object {
            Object::Regular(fs, pin) => {
                let mut offset = self.offset.locked();
                let bytes = fs.locked().read_at(pin.inode, *offset, max)?;
                *offset += bytes.len() as u64;
                Ok(bytes)
            }
            Object::Generated(content) | Object::Setting(content, ..) => {
                let mut offset = self.offset.locked();
                let start = usize::try_from(*offset)
                    .unwrap_or(usize::MAX)
                    .min(content.len());
                let bytes = content.slice(start..content.len().min(start.saturating_add(max)));
                *offset += bytes.len() as u64;
                Ok(bytes)
            }
            Object::Directory => Err(Errno::EISDIR),
            Object::Null => Ok(Bytes::new()),
            Object::Zero | Object::Full => Ok(vec![0; max.min(DEVICE_READ)].into()),
            Object::Random => Ok(random(max.min(DEVICE_READ))),
            Object::PipeReader(pipe) => Ok(pipe.read(max).await),
            Object::Terminal(terminal) => Ok(terminal.read(max).await),
            Object::Input(input) => {
                let mut input = input.lock().await;
                let (receiver, rest) = &mut *input;
                while rest.is_empty() {
                    let Some(bytes) = receiver.recv().await else {
                        return Ok(Bytes::new());
                    };
                    *rest = bytes;
                }
                Ok(rest.split_to(rest.len().min(max)))
            }
            Object::Socket(socket) => socket.read(max).await,
            Object::PipeWriter(_) | Object::Output(_) => Err(Errno::EBADF),
            Object::Listener(_) => Err(Errno::EINVAL),
        }
    }

    /// write(2), all of it.
    pub(super) async fn write(&self, bytes: &[u8], now: SystemTime) -> Result<(), Errno> {
        if !self.flags.write {
            return Err(Errno::EBADF);
        }
        match &self.object {
            Object::Regular(fs, pin) => {
                let mut offset = self.offset.locked();
                let mut fs = fs.locked();
                if self.flags.append {
                    *offset = fs.stat_inode(pin.inode)?.size;
                }
                fs.write_at(pin.inode, *offset, bytes, now)?;
                *offset += bytes.len() as u64;
                Ok(())
            }
            Object::Setting(_, inner, setting) => {
                let inner = inner.upgrade().ok_or(Errno::ENODEV)?;
                let text = String::from_utf8_lossy(bytes).into_owned();
                inner.write_setting(setting, text.trim())
            }
            Object::Null | Object::Zero | Object::Random => Ok(()),
            Object::Full => Err(Errno::ENOSPC),
            Object::PipeWriter(pipe) => pipe.write(bytes).await,
            Object::Terminal(terminal) => terminal.write(bytes).await,
            Object::Output(output) => {
                if bytes.is_empty() {
                    return Ok(());
                }
                let bytes = Bytes::copy_from_slice(bytes);
                output.send(bytes).await.map_err(|_| Errno::EPIPE)
            }
            Object::Socket(socket) => socket.write(bytes).await,
            Object::Directory => Err(Errno::EISDIR),
            Object::PipeReader(_) | Object::Input(_) => Err(Errno::EBADF),
            Object::Generated(_) | Object::Listener(_) => Err(Errno::EINVAL),
        }
    }

    /// Where the next read or write begins.
    pub(super) fn position(&self) -> u64 {
        *self.offset.locked()
    }

    /// lseek(2) from the start.
    pub(super) fn seek(&self, offset: u64) -> Result<(), Errno> {
        match self.object {
            Object::Regular(..)
            | Object::Generated(_)
            | Object::Setting(..)
            | Object::Directory => {
                *self.offset.locked() = offset;
                Ok(())
            }
            Object::Null | Object::Zero | Object::Full | Object::Random => Ok(()),
            _ => Err(Errno::ESPIPE),
        }
    }

    /// fstat(2) of what is not in a tree; `None` for what has a path there.
    pub(super) fn stat(&self, now: SystemTime) -> Option<Result<Metadata, Errno>> {
        let device = |major, minor| (FileKind::CharDevice(major, minor), 0o666);
        let (kind, mode) = match &self.object {
            Object::Regular(fs, pin) => return Some(fs.locked().stat_inode(pin.inode)),
            Object::Directory => return None,
            Object::Generated(_) => (FileKind::File, 0o444),
            Object::Setting(..) => (FileKind::File, 0o644),
            Object::Null => device(1, 3),
            Object::Zero => device(1, 5),
            Object::Full => device(1, 7),
            Object::Random => device(1, 9),
            Object::Terminal(terminal) => (FileKind::CharDevice(136, terminal.index), 0o620),
            Object::PipeReader(_)
            | Object::PipeWriter(_)
            | Object::Input(_)
            | Object::Output(_) => (FileKind::Fifo, 0o600),
            Object::Listener(_) | Object::Socket(_) => (FileKind::Socket, 0o777),
        };
        let inode = self.number;
        Some(Ok(Metadata {
            inode,
            ..Metadata::new(kind, mode, 0, 0, now)
        }))
    }
}

/// Flags of what is only read.
pub(super) const READ: OpenFlags = OpenFlags {
    read: true,
    write: false,
    create: false,
    exclusive: false,
    truncate: false,
    append: false,
};

/// Flags of what is only written to.
pub(super) const WRITE: OpenFlags = OpenFlags {
    read: false,
    write: true,
    ..READ
};

/// Flags of what is read and written to.
pub(super) const BOTH: OpenFlags = OpenFlags {
    write: true,
    ..READ
};

/// Bytes that look random: from the standard library's own seeds.
pub(super) fn random(length: usize) -> Bytes {
    use std::hash::{BuildHasher, RandomState};
    let state = RandomState::new();
    let words = (0..length.div_ceil(8)).flat_map(|index| state.hash_one(index).to_ne_bytes());
    words.take(length).collect::<Vec<u8>>().into()
}
