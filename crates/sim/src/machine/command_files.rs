//! The simulated machine's files, as the docker command sees them.

use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::fs::FileKind;
use crate::kernel::{Errno, Sys};
use docker::{Entry, EntryKind, Files};

/// Linux's numbers, which word the errors.
const NUMBERS: [(Errno, i32); 11] = [
    (Errno::EPERM, 1),
    (Errno::ENOENT, 2),
    (Errno::EACCES, 13),
    (Errno::EEXIST, 17),
    (Errno::ENOTDIR, 20),
    (Errno::EISDIR, 21),
    (Errno::EINVAL, 22),
    (Errno::EROFS, 30),
    (Errno::EPIPE, 32),
    (Errno::ENOTEMPTY, 39),
    (Errno::ELOOP, 40),
];

/// The error of a system call as Rust's library has it.
pub(super) fn error_of(errno: Errno) -> io::Error {
    match NUMBERS.iter().find(|(known, _)| *known == errno) {
        Some((_, number)) => io::Error::from_raw_os_error(*number),
        None => io::Error::other(errno.message),
    }
}

/// The files of a process.
pub(super) struct SysFiles(pub(super) Sys);

/// A file being written; it is stored when it is flushed or dropped.
struct Buffered {
    sys: Sys,
    path: String,
    content: Vec<u8>,
    stored: bool,
}

impl Write for Buffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.content.extend_from_slice(bytes);
        self.stored = false;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.stored {
            return Ok(());
        }
        self.stored = true;
        self.sys
            .write_file(&self.path, &self.content)
            .map_err(error_of)
    }
}

impl Drop for Buffered {
    fn drop(&mut self) {
        // An error here has nobody left to be told to.
        let _ = self.flush();
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

impl Files for SysFiles {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        let content = self.0.read_file(&text(path)).map_err(error_of)?;
        Ok(Box::new(Cursor::new(content)))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        let path = text(path);
        self.0.write_file(&path, &[]).map_err(error_of)?;
        Ok(Box::new(Buffered {
            sys: self.0.clone(),
            path,
            content: Vec::new(),
            stored: true,
        }))
    }

    fn entry(&self, path: &Path) -> io::Result<Entry> {
        let metadata = self.0.lstat(&text(path)).map_err(error_of)?;
        let kind = match metadata.kind {
            FileKind::File => EntryKind::File(metadata.size),
            FileKind::Directory => EntryKind::Directory,
            FileKind::Symlink(target) => EntryKind::Symlink(PathBuf::from(target)),
            _ => EntryKind::Other,
        };
        let age = metadata
            .mtime
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Ok(Entry {
            kind,
            mode: metadata.mode,
            modified: age.as_secs(),
            owner: (metadata.uid, metadata.gid),
        })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let entries = self.0.read_dir(&text(path)).map_err(error_of)?;
        let mut names: Vec<String> = entries.into_iter().map(|it| it.name).collect();
        names.sort();
        Ok(names)
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        self.0.mkdir(&text(path), 0o755).map_err(error_of)
    }

    fn symlink(&self, path: &Path, target: &Path) -> io::Result<()> {
        self.0.symlink(&text(target), &text(path)).map_err(error_of)
    }

    fn set_mode(&self, path: &Path, mode: u32) -> io::Result<()> {
        self.0.chmod(&text(path), mode).map_err(error_of)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.0.unlink(&text(path)).map_err(error_of)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.0.rename(&text(from), &text(to)).map_err(error_of)
    }
}
