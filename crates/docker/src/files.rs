//! The file system that a command reads and writes: that of the host, or that of the simulated
//! machine.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// What a path leads to, not following a last symbolic link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file, of that many bytes.
    File(u64),
    /// A directory.
    Directory,
    /// A symbolic link, and what it says.
    Symlink(PathBuf),
    /// A device, a pipe, a socket.
    Other,
}

/// One file system entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Permission bits.
    pub mode: u32,
    /// Last change, in seconds since 1970.
    pub modified: u64,
    /// The user and the group that own it.
    pub owner: (u32, u32),
}

/// A file system. Paths are absolute. Errors should be made from an errno
/// ([`io::Error::from_raw_os_error`]) so that they are worded as docker does.
pub trait Files: Send + Sync {
    /// Opens a file for reading.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>>;
    /// Creates or truncates a file.
    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>>;
    /// Creates a file that only its owner reads, from the first byte on; one that was there goes.
    fn create_private(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        let file = self.create(path)?;
        self.set_mode(path, 0o600)?;
        Ok(file)
    }
    /// What is at a path.
    fn entry(&self, path: &Path) -> io::Result<Entry>;
    /// The names in a directory, sorted.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;
    /// Makes a directory; its parent exists.
    fn make_directory(&self, path: &Path) -> io::Result<()>;
    /// Makes a symbolic link at `path` that says `target`.
    fn symlink(&self, path: &Path, target: &Path) -> io::Result<()>;
    /// Sets the permission bits.
    fn set_mode(&self, path: &Path, mode: u32) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Renames a file.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
}

/// The file system of this host.
#[derive(Debug, Clone, Copy, Default)]
pub struct HostFiles;

impl Files for HostFiles {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(fs::File::open(path)?))
    }

    fn create(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        Ok(Box::new(fs::File::create(path)?))
    }

    #[cfg(unix)]
    fn create_private(&self, path: &Path) -> io::Result<Box<dyn Write + Send>> {
        use std::os::unix::fs::OpenOptionsExt;

        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true).mode(0o600);
        Ok(Box::new(options.open(path)?))
    }

    fn entry(&self, path: &Path) -> io::Result<Entry> {
        let metadata = fs::symlink_metadata(path)?;
        let kind = if metadata.is_dir() {
            EntryKind::Directory
        } else if metadata.is_symlink() {
            EntryKind::Symlink(fs::read_link(path)?)
        } else if metadata.is_file() {
            EntryKind::File(metadata.len())
        } else {
            EntryKind::Other
        };
        let modified = metadata
            .modified()
            .ok()
            .and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok())
            .map_or(0, |age| age.as_secs());
        Ok(Entry {
            kind,
            mode: mode_of(&metadata),
            modified,
            owner: owner_of(&metadata),
        })
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let mut names = fs::read_dir(path)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    }

    fn make_directory(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn symlink(&self, path: &Path, target: &Path) -> io::Result<()> {
        #[cfg(unix)]
        return std::os::unix::fs::symlink(target, path);
        #[cfg(not(unix))]
        return Err(io::Error::from(io::ErrorKind::Unsupported));
    }

    fn set_mode(&self, path: &Path, mode: u32) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(path, fs::Permissions::from_mode(mode))
        }
        #[cfg(not(unix))]
        {
            let _ = (path, mode);
            Ok(())
        }
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }
}

#[cfg(unix)]
fn mode_of(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;
    metadata.mode() & 0o7777
}

#[cfg(not(unix))]
fn mode_of(metadata: &fs::Metadata) -> u32 {
    if metadata.is_dir() { 0o755 } else { 0o644 }
}

#[cfg(unix)]
fn owner_of(metadata: &fs::Metadata) -> (u32, u32) {
    use std::os::unix::fs::MetadataExt;
    (metadata.uid(), metadata.gid())
}

#[cfg(not(unix))]
fn owner_of(_: &fs::Metadata) -> (u32, u32) {
    (0, 0)
}

/// An error as Go words it: `no such file or directory`.
pub(super) fn go_words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().collect::<String>() + letters.as_str()
    })
}

/// Where a path leads, at the end of the symbolic links that it may be; there may be nothing there.
pub(super) fn followed(files: &dyn Files, mut path: PathBuf) -> PathBuf {
    // As many as Linux follows.
    const LINKS: usize = 40;
    for _ in 0..LINKS {
        let Ok(EntryKind::Symlink(target)) = files.entry(&path).map(|it| it.kind) else {
            break;
        };
        path = path.with_file_name("").join(target);
    }
    path
}

/// Reads a whole file; the error is worded as Go does: `open PATH: no such file or directory`.
pub(super) fn read(files: &dyn Files, path: &Path, shown: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    files
        .open(path)
        .map_err(|error| format!("open {shown}: {}", go_words(&error)))?
        .read_to_end(&mut bytes)
        .map_err(|error| format!("read {shown}: {}", go_words(&error)))?;
    Ok(bytes)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    #[test]
    fn a_private_file_is_nobody_else_s_whatever_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let (secret, other) = (folder.path().join("secret"), folder.path().join("autre"));
        fs::write(&other, "à quelqu’un").unwrap();
        std::os::unix::fs::symlink(&other, &secret).unwrap();
        let mut file = HostFiles.create_private(&secret).unwrap();
        assert_eq!(HostFiles.entry(&secret).unwrap().mode, 0o600);
        file.write_all(b"mot de passe").unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "à quelqu’un");
        assert_eq!(fs::read_to_string(&secret).unwrap(), "mot de passe");
    }

    #[test]
    fn links_are_followed_even_to_nothing_and_in_a_circle() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let link = |target: &str, name: &str| HostFiles.symlink(&at(name), Path::new(target));
        link("b", "a").unwrap();
        link("loin/c", "b").unwrap();
        link("boucle", "boucle").unwrap();
        assert_eq!(followed(&HostFiles, at("a")), at("loin/c"));
        assert_eq!(followed(&HostFiles, at("rien")), at("rien"));
        assert_eq!(followed(&HostFiles, at("boucle")), at("boucle"));
    }
}
