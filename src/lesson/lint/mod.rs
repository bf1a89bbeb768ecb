//! What can be said of a lesson without running it.

use super::fault::LessonError;
use super::load::{Course, Entry};
use super::model::Lesson;

/// Looks a lesson over.
pub fn lint(course: &Course, entry: &Entry, lesson: &Lesson) -> Vec<LessonError> {
    let _ = (course, entry, lesson);
    Vec::new()
}
