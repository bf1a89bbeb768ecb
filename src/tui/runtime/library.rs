//! The course and the progress.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::lesson::progress::{Opened, Progress, ProgressError, Store};
use crate::lesson::{Attestation, Course as Lessons, Lesson};
use crate::text::calendar::day;
use crate::tui::message::Message;
use crate::tui::model::{Course, Model};

/// How often the files of lessons being written are looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Where the progress is kept, once it was read.
#[derive(Default)]
pub(super) struct Library {
    store: Option<Store>,
}

/// Reads the lessons of the binary, or those of a folder or archive, and what was done of them. Slow
/// enough to be done elsewhere than in the loop.
pub(super) fn read(from: Option<&Path>) -> (Store, Result<Course, String>) {
    let Opened {
        store,
        progress,
        notices,
    } = from.map_or_else(Store::open, Store::open_for);
    let course = from.map_or_else(
        || Ok(Lessons::embedded()),
        |path| Lessons::open(path).map_err(|error| error.to_string()),
    );
    let read = course.and_then(|course| {
        Ok(Course {
            lessons: all_of(&course)?,
            paths: course.paths()?,
            progress,
            notices,
            origin: from.map(|it| it.display().to_string()),
        })
    });
    (store, read)
}

fn all_of(course: &Lessons) -> Result<Vec<Arc<Lesson>>, String> {
    let lessons = course.entries().iter();
    lessons
        .map(|entry| entry.load().map(Arc::new).map_err(|it| it.to_string()))
        .collect()
}

/// Reads the lessons of a folder again each time that one of their files has changed, until nobody
/// listens any more.
pub(super) async fn watch(folder: PathBuf, say: impl Fn(Message) -> bool) {
    let mut seen = stamp(&folder);
    loop {
        tokio::time::sleep(EVERY).await;
        let now = stamp(&folder);
        if now == seen {
            continue;
        }
        seen = now;
        let lessons = Lessons::from_folder(&folder)
            .map_err(|error| error.to_string())
            .and_then(|course| all_of(&course));
        if !say(Message::Edited(lessons)) {
            return;
        }
    }
}

/// When each file of the lessons was written, and how long it is.
fn stamp(folder: &Path) -> BTreeMap<PathBuf, (Option<SystemTime>, u64)> {
    let folders = fs::read_dir(folder).into_iter().flatten().flatten();
    let files = folders.map(|it| it.path().join("lecon.md"));
    files
        .filter_map(|path| {
            let known = fs::metadata(&path).ok()?;
            Some((path, (known.modified().ok(), known.len())))
        })
        .collect()
}

impl Library {
    /// Keeps the progress in this store from now on.
    pub(super) fn keep_in(&mut self, store: Store) {
        self.store = Some(store);
    }

    /// Saves the progress; returns once it is safe.
    pub(super) fn save(&self, progress: &mut Progress) -> Result<(), ProgressError> {
        self.store
            .as_ref()
            .map_or(Ok(()), |store| store.save(progress))
    }
}

/// Writes the attestation of what the learner showed, as a page, in the folder of the lessons' files;
/// gives its path.
pub(super) fn attest(model: &Model) -> Result<String, String> {
    let lessons = model.lessons().iter().map(AsRef::as_ref);
    let whose = (None, day(model.clock));
    let page = Attestation::of(lessons, &model.progress, whose, day).html();
    let home = etcetera::home_dir().map_err(|error| error.to_string())?;
    let folder = home.join("moussaillon");
    let file = folder.join("attestation.html");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&file, page))
        .map_err(|error| format!("{} ({error})", file.display()))?;
    Ok(file.display().to_string())
}
