//! What a session made, and whether a thing is among it. No I/O.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Kind, ObjectRef};

/// Something that exists in the engine, as far as ownership is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Thing {
    /// Its kind and identifier.
    pub(crate) reference: ObjectRef,
    /// Its name, for the learner.
    pub(crate) name: String,
    /// The session that its label names.
    pub(crate) label: Option<String>,
    /// Whether it may have that label from its image: then the label proves nothing.
    pub(crate) inherited: bool,
    /// The service that it is a task of.
    pub(crate) service: Option<String>,
}

impl Thing {
    /// A thing without a label.
    pub(crate) fn new(kind: Kind, id: &str, name: &str) -> Self {
        Self {
            reference: ObjectRef {
                kind,
                id: id.to_owned(),
            },
            name: name.to_owned(),
            label: None,
            inherited: false,
            service: None,
        }
    }
}

/// What one or several sessions made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Ownership {
    /// The sessions: this one, and those that ended.
    pub(crate) sessions: BTreeSet<String>,
    /// Objects, by kind and identifier.
    pub(crate) objects: BTreeMap<Kind, BTreeSet<String>>,
    /// Names of images, as `docker images` shows them.
    pub(crate) tags: BTreeSet<String>,
    /// Whether the swarm was made here.
    pub(crate) swarm: bool,
}

impl Ownership {
    /// Nothing yet, of this session.
    pub(crate) fn of_session(session: &str) -> Self {
        Self {
            sessions: [session.to_owned()].into(),
            ..Self::default()
        }
    }

    /// Whether a recorded object has this identifier.
    pub(crate) fn has(&self, kind: Kind, id: &str) -> bool {
        self.objects.get(&kind).is_some_and(|it| it.contains(id))
    }

    /// The identifiers recorded for a kind.
    pub(crate) fn of(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.objects
            .get(&kind)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// Whether this thing was made by these sessions.
    pub(crate) fn owns(&self, thing: &Thing) -> bool {
        let ObjectRef { kind, id } = &thing.reference;
        if self.has(*kind, id) {
            return true;
        }
        match kind {
            // A node belongs to the swarm. An image's label goes to the images made from it.
            Kind::Node => self.swarm,
            Kind::Image => false,
            _ => {
                let labelled = thing
                    .label
                    .as_ref()
                    .is_some_and(|it| self.sessions.contains(it));
                let task = thing
                    .service
                    .as_ref()
                    .is_some_and(|it| self.has(Kind::Service, it));
                task || (labelled && !thing.inherited)
            }
        }
    }

    /// The names of an image, which has no others, that may be taken away when it is in nobody's
    /// use: those that were put here, but not the last one of an image that was not made here.
    pub(crate) fn spare_names<'a>(&self, id: &str, names: &[&'a str]) -> Vec<&'a str> {
        let (mine, theirs): (Vec<&str>, Vec<&str>) =
            names.iter().partition(|it| self.tags.contains(**it));
        if theirs.is_empty() && !self.has(Kind::Image, id) {
            return Vec::new();
        }
        mine
    }

    /// Adds what an ended session made.
    pub(crate) fn take_over(&mut self, other: &Self) {
        self.sessions.extend(other.sessions.iter().cloned());
        for (kind, ids) in &other.objects {
            let mine = self.objects.entry(*kind).or_default();
            mine.extend(ids.iter().cloned());
        }
        self.tags.extend(other.tags.iter().cloned());
        self.swarm |= other.swarm;
    }

    /// Applies one line of a record.
    pub(crate) fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Made(it) => {
                let ids = self.objects.entry(it.kind).or_default();
                ids.insert(it.id.clone());
            }
            Entry::Gone(it) => {
                if let Some(ids) = self.objects.get_mut(&it.kind) {
                    ids.remove(&it.id);
                }
            }
            Entry::Tagged(tag) => {
                self.tags.insert(tag.clone());
            }
            Entry::Untagged(tag) => {
                self.tags.remove(tag);
            }
            Entry::Swarm(made) => self.swarm = *made,
        }
    }

    /// Whether this line would change anything.
    pub(crate) fn knows(&self, entry: &Entry) -> bool {
        match entry {
            Entry::Made(it) => self.has(it.kind, &it.id),
            Entry::Gone(it) => !self.has(it.kind, &it.id),
            Entry::Tagged(tag) => self.tags.contains(tag),
            Entry::Untagged(tag) => !self.tags.contains(tag),
            Entry::Swarm(made) => self.swarm == *made,
        }
    }
}

/// One thing that happened to what a session made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// An object was made.
    Made(ObjectRef),
    /// It is gone.
    Gone(ObjectRef),
    /// A name was put on an image.
    Tagged(String),
    /// It was taken away.
    Untagged(String),
    /// The engine went into a swarm of ours, or out of it.
    Swarm(bool),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(kind: Kind, id: &str) -> Entry {
        Entry::Made(ObjectRef {
            kind,
            id: id.to_owned(),
        })
    }

    #[test]
    fn names_are_spare_but_for_the_last_one_of_somebody_else_s_image() {
        let mut ours = Ownership::default();
        ours.apply(&made(Kind::Image, "pulled"));
        for tag in ["nginx:latest", "moi:1"] {
            ours.apply(&Entry::Tagged(tag.to_owned()));
        }
        assert_eq!(
            ours.spare_names("pulled", &["nginx:latest"]),
            ["nginx:latest"]
        );
        assert_eq!(
            ours.spare_names("pulled", &["nginx:latest", "vous:1"]),
            ["nginx:latest"]
        );
        assert_eq!(ours.spare_names("theirs", &["moi:1", "vous:1"]), ["moi:1"]);
        assert!(ours.spare_names("theirs", &["moi:1"]).is_empty());
        assert!(ours.spare_names("theirs", &["vous:1"]).is_empty());
    }

    #[test]
    fn a_record_proves_and_so_does_a_label_that_was_not_inherited() {
        let mut ours = Ownership::default();
        ours.sessions.insert("s1".to_owned());
        ours.apply(&made(Kind::Container, "c1"));
        ours.apply(&made(Kind::Service, "svc"));
        let thing = |kind, id: &str| Thing::new(kind, id, id);
        assert!(ours.owns(&thing(Kind::Container, "c1")));
        assert!(!ours.owns(&thing(Kind::Container, "c2")));
        let labelled = |kind, session: &str, inherited| Thing {
            label: Some(session.to_owned()),
            inherited,
            ..thing(kind, "x")
        };
        assert!(ours.owns(&labelled(Kind::Network, "s1", false)));
        assert!(ours.owns(&labelled(Kind::Container, "s1", false)));
        assert!(!ours.owns(&labelled(Kind::Container, "s1", true)));
        assert!(!ours.owns(&labelled(Kind::Container, "s2", false)));
        assert!(!ours.owns(&labelled(Kind::Image, "s1", false)));
        let task = Thing {
            service: Some("svc".to_owned()),
            ..thing(Kind::Container, "t")
        };
        assert!(ours.owns(&task));
        assert!(!ours.owns(&thing(Kind::Node, "n")));
        ours.apply(&Entry::Swarm(true));
        assert!(ours.owns(&thing(Kind::Node, "n")));
        ours.apply(&Entry::Gone(ObjectRef {
            kind: Kind::Container,
            id: "c1".to_owned(),
        }));
        assert!(!ours.owns(&thing(Kind::Container, "c1")));
    }
}
