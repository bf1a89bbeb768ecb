//! The course as the home screen lists it: every lesson, or the stops of a short path.

use std::sync::Arc;

use super::model::Model;
use super::study::{self, Study};
use crate::lesson::progress::Progress;
use crate::lesson::{Lesson, Path};

/// A row of the list: a lesson, or one part of it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The lesson.
    pub(crate) lesson: Arc<Lesson>,
    /// The rank of the part, when it is not the whole lesson.
    pub(crate) part: Option<usize>,
}

/// How far a lesson, or a part of it, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Advance {
    /// Not begun.
    New,
    /// Begun.
    Begun,
    /// All that can be done is.
    Done,
}

/// The rows of the list, in order. What a path names and the course has not yet is left out.
pub(crate) fn rows(model: &Model) -> Vec<Row> {
    let whole = |lesson: &Arc<Lesson>| Row {
        lesson: lesson.clone(),
        part: None,
    };
    let Some(path) = path(model) else {
        return model.lessons().iter().map(whole).collect();
    };
    let stops = path.stops.iter().filter_map(|stop| {
        let lesson = model.lessons().iter().find(|it| it.id == stop.lesson)?;
        let titled = |title: &String| lesson.sections.iter().position(|it| it.title == *title);
        Some(Row {
            part: stop.part.as_ref().and_then(titled),
            ..whole(lesson)
        })
    });
    stops.collect()
}

/// The rank of the first row that is not done: where the learner goes on.
pub(crate) fn next(model: &Model) -> usize {
    let open = |row: &Row| {
        let advance = match row.part {
            Some(part) => part_advance(&row.lesson, part, &model.progress),
            None => advance(&row.lesson, &model.progress),
        };
        advance != Advance::Done
    };
    rows(model).iter().position(open).unwrap_or(0)
}

/// Another path, the whole course being the first of them, around.
pub(crate) fn turn(model: &mut Model, by: usize) {
    let all = model.paths.len() + 1;
    let there = (model.path.map_or(0, |path| path + 1) + by) % all;
    model.path = there.checked_sub(1);
    model.cursor = next(model);
}

/// The path that was chosen.
pub(crate) fn path(model: &Model) -> Option<&Path> {
    model.paths.get(model.path?)
}

/// The lessons to do before this one that are not done, in the order of the course.
pub(crate) fn missing<'a>(model: &'a Model, lesson: &Lesson) -> Vec<&'a Lesson> {
    let wanted = |it: &&Arc<Lesson>| {
        lesson.prerequisites.contains(&it.id) && advance(it, &model.progress) != Advance::Done
    };
    model
        .lessons()
        .iter()
        .filter(wanted)
        .map(AsRef::as_ref)
        .collect()
}

/// How far a lesson is.
pub(crate) fn advance(lesson: &Lesson, progress: &Progress) -> Advance {
    let (done, all) = study::tally(lesson, &study::done(lesson, progress));
    match progress.lesson(&lesson.id) {
        Some(_) if done == all && all > 0 => Advance::Done,
        Some(_) => Advance::Begun,
        None => Advance::New,
    }
}

/// How far a part of a lesson is: what it asks, or for one that asks nothing, whether it was read.
pub(crate) fn part_advance(lesson: &Lesson, part: usize, progress: &Progress) -> Advance {
    let (Some(section), Some(kept)) = (lesson.sections.get(part), progress.lesson(&lesson.id))
    else {
        return Advance::New;
    };
    let done = study::done(lesson, progress);
    let asked: Vec<&str> = section
        .blocks
        .iter()
        .filter_map(Study::identifier)
        .collect();
    let met = asked.iter().filter(|id| done.contains(**id)).count();
    let read = kept.sections_read.contains(&section.title);
    if (asked.is_empty() && read) || (!asked.is_empty() && met == asked.len()) {
        Advance::Done
    } else if read || met > 0 || kept.position.section == part {
        Advance::Begun
    } else {
        Advance::New
    }
}
