//! The course and the progress.

use std::sync::Arc;

use crate::lesson::Course as Lessons;
use crate::lesson::progress::{Opened, Progress, ProgressError, Store};
use crate::tui::model::Course;

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
