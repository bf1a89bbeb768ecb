//! What the diagrams show of the engine, and which of its objects come first: there is room for a
//! few, and an engine may hold those of ten lessons.

use std::collections::BTreeSet;

use crate::domain::{Kind, Object, ObjectRef, Snapshot, Timeline, familiar};
use crate::tui::study::Study;

/// How near an object is to what the learner is doing: the nearest is the smallest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// The lesson's last command changed it.
    Touched,
    /// The lesson made it, or names it.
    OfLesson,
    /// It was there before.
    Other,
}

/// The engine's state, and what the learner is doing with it.
pub(crate) struct Scene<'a> {
    /// What the engine holds.
    pub(super) state: &'a Snapshot,
    /// What the lesson's last command changed.
    touched: BTreeSet<(Kind, &'a str)>,
    /// What the engine held when the lesson's first command began.
    found: Option<&'a Snapshot>,
    study: Option<&'a Study>,
}

impl<'a> Scene<'a> {
    /// A state that nobody acts on.
    pub(crate) const fn of(state: &'a Snapshot) -> Self {
        Self {
            state,
            touched: BTreeSet::new(),
            found: None,
            study: None,
        }
    }

    /// The engine as it is now, for who studies this lesson.
    pub(crate) fn new(timeline: &'a Timeline, study: &'a Study) -> Self {
        let steps = timeline.steps().get(study.since..).unwrap_or_default();
        let changed = steps.last().map(|it| it.before.changed(&it.after));
        Self {
            state: timeline.state(),
            touched: changed
                .into_iter()
                .flatten()
                .map(|(reference, ..)| (reference.kind, reference.id.as_str()))
                .collect(),
            found: steps.first().map(|it| &it.before),
            study: Some(study),
        }
    }

    /// How near an object is.
    pub(super) fn nearness(&self, object: &Object) -> Nearness {
        self.near(object.kind(), object.id(), object.name(), tags(object))
    }

    /// The same, of the object of this kind that has this identifier, this name and these tags.
    pub(super) fn near(&self, kind: Kind, id: &str, name: &str, tags: &[String]) -> Nearness {
        if self.touched.contains(&(kind, id)) {
            Nearness::Touched
        } else if self.is_new(kind, id) || self.is_named(kind, name, tags) {
            Nearness::OfLesson
        } else {
            Nearness::Other
        }
    }

    /// Whether it was made since the lesson's first command.
    fn is_new(&self, kind: Kind, id: &str) -> bool {
        let reference = ObjectRef {
            kind,
            id: id.to_owned(),
        };
        self.found.is_some_and(|it| it.get(&reference).is_none())
    }

    fn is_named(&self, kind: Kind, name: &str, tags: &[String]) -> bool {
        let Some(study) = self.study else {
            return false;
        };
        let images = &study.lesson.images;
        let has = |tag: &String| images.iter().any(|it| familiar(it) == familiar(tag));
        let names = study.names.get(&kind);
        names.is_some_and(|it| it.contains(name)) || tags.iter().any(has)
    }
}

/// The tags of an image.
fn tags(object: &Object) -> &[String] {
    match object {
        Object::Image(it) => &it.tags,
        _ => &[],
    }
}
