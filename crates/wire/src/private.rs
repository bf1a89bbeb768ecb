//! Folders of one process, for its sockets and start-up files, that another one can tell to be
//! abandoned: a lock in each is held as long as its process lives, and the system lets it go
//! whatever ends the process.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

/// Of these folders and of nothing else: what has it is swept.
const PREFIX: &str = "moussaillon-seance-";
const LOCK: &str = "verrou";
/// The longest folder in which a socket's path still fits (108 bytes on Linux, 104 on macOS).
const LONGEST: usize = 60;
/// An empty folder is that of a process which begins, unless it is older.
const BEGINNING: Duration = Duration::from_secs(60);

/// A folder that only this user may look into. Dropping it removes it.
#[derive(Debug)]
pub struct PrivateFolder {
    folder: TempDir,
    _lock: File,
}

impl PrivateFolder {
    /// Makes one, where temporary files go.
    pub fn new() -> io::Result<Self> {
        Self::new_in(&base())
    }

    fn new_in(base: &Path) -> io::Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o700));
        }
        let folder = builder.tempdir_in(base)?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.try_lock().map_err(io::Error::from)?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Such a folder of this user, found on the disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where.
    pub path: PathBuf,
    /// Whether its process still lives.
    pub alive: bool,
}

/// Every such folder.
pub fn found() -> Vec<Found> {
    found_in(&base())
}

fn found_in(base: &Path) -> Vec<Found> {
    let entries = fs::read_dir(base).into_iter().flatten().flatten();
    let ours = entries.filter(|it| it.file_name().to_string_lossy().starts_with(PREFIX));
    ours.filter_map(|it| {
        let path = it.path();
        // Not a link that somebody else put there.
        let about = fs::symlink_metadata(&path)
            .ok()
            .filter(fs::Metadata::is_dir)?;
        let alive = if let Ok(lock) = File::open(path.join(LOCK)) {
            lock.try_lock().is_err()
        } else {
            // Killed before it wrote its lock, or that of something else: only when empty.
            let empty = fs::read_dir(&path).ok()?.next().is_none();
            let age = SystemTime::now().duration_since(about.modified().ok()?);
            if !empty || age.is_ok_and(|it| it < BEGINNING) {
                return None;
            }
            false
        };
        Some(Found { path, alive })
    })
    .collect()
}

/// Removes those whose process is gone; how many.
pub fn sweep() -> usize {
    sweep_in(&base())
}

/// Removes one whose process is gone, at a place that is not to be trusted; `false` when there is
/// none there. What is in it that we did not put stays.
pub fn remove_left(folder: &Path) -> io::Result<bool> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    if !name.starts_with(PREFIX) || !fs::symlink_metadata(folder).is_ok_and(|it| it.is_dir()) {
        return Ok(false);
    }
    for file in ["docker.sock", LOCK] {
        match fs::remove_file(folder.join(file)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    fs::remove_dir(folder)?;
    Ok(true)
}

fn sweep_in(base: &Path) -> usize {
    let gone = found_in(base).into_iter().filter(|it| !it.alive);
    // Another process may be sweeping too.
    gone.filter(|it| fs::remove_dir_all(&it.path).is_ok())
        .count()
}

fn base() -> PathBuf {
    let usual = std::env::temp_dir();
    if cfg!(unix) && usual.as_os_str().len() > LONGEST {
        PathBuf::from("/tmp")
    } else {
        usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_holds_is_swept() {
        let base = tempfile::tempdir().unwrap();
        let alive = PrivateFolder::new_in(base.path()).unwrap();
        let dead = PrivateFolder::new_in(base.path()).unwrap();
        // What a killed process leaves: the folder, and nobody who holds its lock.
        let PrivateFolder {
            folder,
            _lock: lock,
        } = dead;
        drop(lock);
        let dead = folder.keep();
        fs::write(dead.join("docker.sock"), "").unwrap();
        // Of another program, and one that is just beginning.
        fs::create_dir(base.path().join("moussaillon-seance-autre")).unwrap();
        fs::write(base.path().join("moussaillon-seance-autre/x"), "").unwrap();
        fs::create_dir(base.path().join("moussaillon-seance-neuf")).unwrap();
        // Of a proof of lessons, whose commands have written nothing yet.
        let scratch = base.path().join("moussaillon-lecons-vide");
        fs::create_dir(&scratch).unwrap();
        let hour = SystemTime::now() - Duration::from_secs(3600);
        File::open(&scratch).unwrap().set_modified(hour).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc", base.path().join("moussaillon-seance-lien")).unwrap();

        assert_eq!(sweep_in(base.path()), 1);
        assert!(!dead.exists() && alive.path().exists());
        assert!(base.path().join("moussaillon-seance-autre/x").exists());
        assert!(base.path().join("moussaillon-seance-neuf").exists());
        assert!(scratch.exists());
        assert_eq!(sweep_in(base.path()), 0);
        let place = alive.path().to_owned();
        drop(alive);
        assert!(!place.exists());
    }

    #[test]
    fn what_a_session_left_is_removed_and_nothing_else() {
        let base = tempfile::tempdir().unwrap();
        let left = base.path().join("moussaillon-seance-x");
        let with_more = base.path().join("moussaillon-seance-y");
        let other = base.path().join("photos");
        for folder in [&left, &with_more, &other] {
            fs::create_dir(folder).unwrap();
            for file in ["docker.sock", LOCK] {
                fs::write(folder.join(file), "").unwrap();
            }
        }
        fs::write(with_more.join("autre"), "").unwrap();
        assert!(remove_left(&left).unwrap());
        assert!(!left.exists());
        assert!(!remove_left(&left).unwrap());
        assert!(remove_left(&with_more).is_err());
        assert!(with_more.join("autre").exists());
        assert!(!remove_left(&other).unwrap());
        assert!(other.join("docker.sock").exists());
    }
}
