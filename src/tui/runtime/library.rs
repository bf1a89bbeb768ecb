//! The course and the progress.

use std::fs;
use std::sync::Arc;

use crate::lesson::progress::{Opened, Progress, ProgressError, Store};
use crate::lesson::{Attestation, Course as Lessons};
use crate::text::calendar::day;
use crate::tui::model::{Course, Model};

/// Where the progress is kept, once it was read.
#[derive(Default)]
pub(super) struct Library {
    store: Option<Store>,
}

/// Reads the lessons of the binary and what was done of them. Slow enough to be done elsewhere than
/// in the loop.
pub(super) fn read() -> (Store, Result<Course, String>) {
    let Opened {
        store,
        progress,
        notices,
    } = Store::open();
    let course = Lessons::embedded();
    let lessons: Result<Vec<_>, _> = course
        .entries()
        .iter()
        .map(|entry| {
            entry
                .load()
                .map(Arc::new)
                .map_err(|error| error.to_string())
        })
        .collect();
    let read = lessons.and_then(|lessons| {
        Ok(Course {
            lessons,
            paths: course.paths()?,
            progress,
            notices,
        })
    });
    (store, read)
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
