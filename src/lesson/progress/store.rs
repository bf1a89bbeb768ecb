//! The progress file.
//!
//! Saving takes a lock, adds what another instance saved meanwhile, writes a temporary file beside
//! the real one, flushes it to the disk, keeps the former version as a backup, renames, and flushes
//! the folder. `rename` is atomic (POSIX rename(2)), so a reader sees one whole version or the
//! other.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use etcetera::BaseStrategy;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Day, FORMAT, Progress};
use crate::text::calendar::day_number;

/// Overrides the folder of the state, for tests and portable installations.
const STATE_VARIABLE: &str = "MOUSSAILLON_ETAT";

const FILE: &str = "progression.json";
const BACKUP: &str = "progression.json.precedente";
const TEMPORARY: &str = "progression.json.tmp";
const LOCK: &str = "progression.json.verrou";

/// How long another instance may hold the lock before a save gives up.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why the progress could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum ProgressError {
    /// No folder to keep it in.
    #[error(
        "aucun dossier où garder la progression : ni {STATE_VARIABLE}, ni dossier personnel ; elle ne durera que cette session"
    )]
    NoFolder,
    /// The system refused.
    #[error(
        "la progression ne peut pas être gardée dans « {} » ({cause}) ; elle ne durera que cette session",
        path.display()
    )]
    Io {
        /// Which file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
    /// No room is left.
    #[error(
        "le disque est plein ; elle le sera à la prochaine étape, dès que vous aurez fait de la place \
         pour « {} »",
        path.display()
    )]
    Full {
        /// Which file.
        path: PathBuf,
    },
    /// Another instance holds the lock and does not let it go.
    #[error(
        "un autre moussaillon tient la progression depuis plus de deux secondes ; elle sera gardée à la prochaine étape"
    )]
    Busy,
    /// The file is that of a newer program: it is left alone.
    #[error(
        "la progression est au format {0}, plus récent que cette version de moussaillon : elle est lue, mais rien n’y sera écrit. Mettez moussaillon à jour"
    )]
    Newer(u32),
}

/// The folder of the state: `MOUSSAILLON_ETAT`, else `moussaillon` in the XDG state folder (or its
/// equivalent). Empty counts as unset, as XDG says.
pub fn state_folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os(STATE_VARIABLE).filter(|it| !it.is_empty()) {
        return Some(PathBuf::from(folder));
    }
    let base = etcetera::choose_base_strategy().ok()?;
    Some(
        base.state_dir()
            .unwrap_or_else(|| base.data_dir())
            .join("moussaillon"),
    )
}

/// The file where the progress is kept.
#[derive(Debug)]
pub struct Store {
    folder: Option<PathBuf>,
    newer: Option<u32>,
    /// Where the learner's own progress is, when this is that of somebody else's lessons: what is
    /// about the program and not about its lessons is kept there too.
    own: Option<PathBuf>,
    clock: Clock,
}

/// Where a store takes the day from.
#[derive(Debug, Clone, Copy)]
enum Clock {
    /// This machine.
    Machine,
    /// It is always this day.
    Stopped(Day),
}

impl Clock {
    fn today(self) -> Day {
        match self {
            Self::Machine => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH);
                day_number(since.unwrap_or_default().as_secs())
            }
            Self::Stopped(day) => day,
        }
    }
}

/// A store, what it held, and what to tell the learner about it.
#[derive(Debug)]
pub struct Opened {
    /// Where to save.
    pub store: Store,
    /// What was done so far.
    pub progress: Progress,
    /// French sentences, when something was not as it should.
    pub notices: Vec<String>,
}

/// What a file turned out to be.
enum Content {
    Missing,
    Good(Progress),
    Newer(u32, Progress),
    Damaged,
}

impl Store {
    /// Opens the learner's progress.
    pub fn open() -> Opened {
        Self::open_at(state_folder())
    }

    fn open_at(folder: Option<PathBuf>) -> Opened {
        match folder {
            Some(folder) => Self::open_in(&folder),
            None => Opened {
                store: Self {
                    folder: None,
                    newer: None,
                    own: None,
                    clock: Clock::Machine,
                },
                progress: Progress::default(),
                notices: vec![sentence(&ProgressError::NoFolder)],
            },
        }
    }

    /// Opens the progress made in somebody else's lessons, those of this folder or archive: kept
    /// apart, since two courses may give a lesson the same name.
    pub fn open_for(lessons: &Path) -> Opened {
        Self::open_for_in(state_folder(), lessons)
    }

    pub(super) fn open_for_in(state: Option<PathBuf>, lessons: &Path) -> Opened {
        let place = fs::canonicalize(lessons).unwrap_or_else(|_| lessons.to_owned());
        let digest = Sha256::digest(place.as_os_str().as_encoded_bytes());
        let name = digest.iter().take(8).fold(String::new(), |mut name, byte| {
            let _ = write!(name, "{byte:02x}");
            name
        });
        let folder = state.as_ref().map(|it| it.join("autres-lecons").join(name));
        let mut opened = Self::open_at(folder);
        if state.as_deref().is_some_and(has_toured) {
            opened.progress.tour();
        }
        opened.store.own = state;
        opened
    }

    /// Opens the progress of a folder, which is made if needed. Never fails: what cannot be read
    /// is set aside or left alone, and said.
    pub fn open_in(folder: &Path) -> Opened {
        Self::open_by(folder, Clock::Machine)
    }

    /// The same on a given day, whatever the clock of this machine says.
    pub fn open_on(folder: &Path, day: Day) -> Opened {
        Self::open_by(folder, Clock::Stopped(day))
    }

    fn open_by(folder: &Path, clock: Clock) -> Opened {
        let mut store = Self {
            folder: Some(folder.to_owned()),
            newer: None,
            own: None,
            clock,
        };
        let mut notices = Vec::new();
        let read = fs::create_dir_all(folder)
            .map_err(|cause| ProgressError::Io {
                path: folder.to_owned(),
                cause,
            })
            .and_then(|()| lock(folder))
            .and_then(|_held| store.read(folder, &mut notices));
        let progress = match read {
            Ok(progress) => progress,
            Err(error) => {
                notices.push(sentence(&error));
                // Without the lock, reading still is safe: a version is whole or absent.
                match read_file(&folder.join(FILE), clock) {
                    Ok(Content::Good(progress)) => progress,
                    _ => Progress::default(),
                }
            }
        };
        Opened {
            store,
            progress,
            notices,
        }
    }

    fn read(
        &mut self,
        folder: &Path,
        notices: &mut Vec<String>,
    ) -> Result<Progress, ProgressError> {
        let path = folder.join(FILE);
        let aside = match read_file(&path, self.clock)? {
            Content::Good(progress) => return Ok(progress),
            Content::Newer(format, progress) => {
                self.newer = Some(format);
                notices.push(sentence(&ProgressError::Newer(format)));
                return Ok(progress);
            }
            Content::Missing => None,
            Content::Damaged => Some(set_aside(&path)?),
        };
        // Also after a kill between setting the file aside and the first save.
        let backup = match read_file(&folder.join(BACKUP), self.clock)? {
            Content::Good(progress) => Some(progress),
            _ => None,
        };
        if let Some(aside) = aside {
            let then = if backup.is_some() {
                "la version précédente a été reprise"
            } else {
                "il n’y en a pas de version précédente, elle repart de zéro"
            };
            notices.push(format!(
                "Le fichier de progression était abîmé. Il a été mis de côté sous le nom « {} » ; {then}.",
                aside.display()
            ));
        }
        Ok(backup.unwrap_or_default())
    }

    /// Keeps the progress, and takes over what another instance kept meanwhile.
    pub fn save(&self, progress: &mut Progress) -> Result<(), ProgressError> {
        self.write(|kept| {
            progress.merge(kept);
            progress.clone()
        })?;
        if let Some(own) = self.own.as_deref()
            && progress.has_toured()
            && !has_toured(own)
        {
            let Opened { store, .. } = Self::open_in(own);
            store.write(|kept| {
                let mut kept = kept.clone();
                kept.tour();
                kept
            })?;
        }
        Ok(())
    }

    /// Forgets a lesson, here and in the file.
    pub fn forget(&self, progress: &mut Progress, lesson: &str) -> Result<(), ProgressError> {
        self.write(|kept| {
            progress.merge(kept);
            progress.forget(lesson);
            progress.clone()
        })
    }

    fn write(&self, change: impl FnOnce(&Progress) -> Progress) -> Result<(), ProgressError> {
        let folder = self.folder.as_deref().ok_or(ProgressError::NoFolder)?;
        if let Some(format) = self.newer {
            return Err(ProgressError::Newer(format));
        }
        let path = folder.join(FILE);
        fs::create_dir_all(folder).map_err(|cause| ProgressError::Io {
            path: folder.to_owned(),
            cause,
        })?;
        let _held = lock(folder)?;
        let kept = match read_file(&path, self.clock)? {
            Content::Good(progress) => progress,
            Content::Newer(format, _) => return Err(ProgressError::Newer(format)),
            Content::Missing => Progress::default(),
            Content::Damaged => {
                set_aside(&path)?;
                Progress::default()
            }
        };
        let progress = change(&kept);
        replace(folder, &progress).map_err(|cause| match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                ProgressError::Full { path }
            }
            _ => ProgressError::Io { path, cause },
        })
    }
}

/// Whether the progress of this folder has the tour of the screen seen.
fn has_toured(folder: &Path) -> bool {
    match read_file(&folder.join(FILE), Clock::Machine) {
        Ok(Content::Good(progress) | Content::Newer(_, progress)) => progress.has_toured(),
        _ => false,
    }
}

/// Writes the new version whole, then puts it in place of the former one.
fn replace(folder: &Path, progress: &Progress) -> io::Result<()> {
    let (path, temporary) = (folder.join(FILE), folder.join(TEMPORARY));
    let mut text = serde_json::to_vec_pretty(progress)?;
    text.push(b'\n');
    let mut file = File::create(&temporary)?;
    file.write_all(&text)?;
    file.sync_all()?;
    if path.exists() {
        let backup = folder.join(BACKUP);
        let _absent = fs::remove_file(&backup);
        // A second name for the former version; where links do not exist, a copy.
        fs::hard_link(&path, &backup).or_else(|_| fs::copy(&path, &backup).map(|_| ()))?;
    }
    fs::rename(&temporary, &path)?;
    sync_folder(folder)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    // A folder cannot be opened as a file there; the rename is journalled by the file system.
    Ok(())
}

fn read_file(path: &Path, clock: Clock) -> Result<Content, ProgressError> {
    #[derive(Deserialize)]
    struct Head {
        format: u32,
    }
    let mut text = Vec::new();
    match File::open(path).and_then(|mut file| file.read_to_end(&mut text)) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::Missing),
        Err(cause) => {
            return Err(ProgressError::Io {
                path: path.to_owned(),
                cause,
            });
        }
    }
    Ok(match serde_json::from_slice::<Head>(&text) {
        Ok(Head { format }) if format > FORMAT => {
            // What this program understands of it is shown; nothing is written.
            Content::Newer(format, serde_json::from_slice(&text).unwrap_or_default())
        }
        Ok(_) => serde_json::from_slice(&text).map_or(Content::Damaged, |progress| {
            // An older file is written back in this format.
            let mut progress = Progress {
                format: FORMAT,
                ..progress
            };
            progress.mend(clock.today());
            Content::Good(progress)
        }),
        Err(_) => Content::Damaged,
    })
}

/// Renames a damaged file, for who would mend it by hand: `progression.json.abimee-1`, `-2`…
fn set_aside(path: &Path) -> Result<PathBuf, ProgressError> {
    let mut number = 1_u32;
    let aside = loop {
        let aside = path.with_file_name(format!("{FILE}.abimee-{number}"));
        if !aside.exists() {
            break aside;
        }
        number += 1;
    };
    fs::rename(path, &aside).map_err(|cause| ProgressError::Io {
        path: path.to_owned(),
        cause,
    })?;
    Ok(aside)
}

/// Takes the lock of the folder; it is let go when the file is dropped, or the process dies.
fn lock(folder: &Path) -> Result<File, ProgressError> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|cause| ProgressError::Io {
            path: path.clone(),
            cause,
        })?;
    let until = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::WouldBlock) if Instant::now() < until => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(fs::TryLockError::WouldBlock) => return Err(ProgressError::Busy),
            Err(fs::TryLockError::Error(cause)) => return Err(ProgressError::Io { path, cause }),
        }
    }
}

/// An error as a sentence of its own.
fn sentence(error: &ProgressError) -> String {
    let words = error.to_string();
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first
        .into_iter()
        .flatten()
        .chain(letters)
        .chain(std::iter::once('.'))
        .collect()
}
