//! What events ask to be read again: pure data, so that a burst is merged before anything is asked
//! of the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use domain::{EngineEvent, Kind, Network, ObjectRef, Snapshot};

/// What one object needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// Its document.
    Document,
    /// Its document and its writable layer.
    Changes,
    /// Nothing: the engine said that it is gone.
    Gone,
}

/// What is to be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Work {
    /// Objects, by identifier.
    pub(super) objects: BTreeMap<ObjectRef, Need>,
    /// Image references (`busybox:latest`) whose identifier only the engine knows.
    pub(super) image_names: BTreeSet<String>,
    /// Kinds whose list may have changed in a way that no event tells.
    pub(super) lists: BTreeSet<Kind>,
    /// What the engine says of itself.
    pub(super) engine: bool,
    /// Everything.
    pub(super) all: bool,
    /// When the last event that names an object happened, by this machine's clock.
    pub(super) since: BTreeMap<ObjectRef, SystemTime>,
    /// When the last event of all did.
    pub(super) latest: Option<SystemTime>,
}

/// Verbs of container events after which its document is what it was.
const SILENT_CONTAINER_VERBS: [&str; 7] = [
    "attach",
    "detach",
    "resize",
    "top",
    "copy",
    "archive-path",
    "export",
];
/// Verbs after which its writable layer may have changed.
const WRITING_CONTAINER_VERBS: [&str; 7] = [
    "create",
    "start",
    "die",
    "stop",
    "exec_die",
    "extract-to-dir",
    "restart",
];
/// Verbs of image events after which it is what it was.
const SILENT_IMAGE_VERBS: [&str; 2] = ["push", "save"];

impl Work {
    pub(super) fn is_empty(&self) -> bool {
        let nothing = Self {
            latest: self.latest,
            ..Self::default()
        };
        *self == nothing
    }

    /// Asks for an object. What was asked before is kept; an object that was gone may be back
    /// (a volume, an image), and reading tells.
    pub(super) fn read(&mut self, kind: Kind, id: &str, need: Need) {
        if id.is_empty() {
            return;
        }
        let reference = ObjectRef {
            kind,
            id: id.to_owned(),
        };
        let merged = match (self.objects.get(&reference), need) {
            (Some(Need::Changes), Need::Document) => Need::Changes,
            _ => need,
        };
        self.objects.insert(reference, merged);
    }

    /// Asks for an object because of an event, which is the latest.
    fn changed(&mut self, kind: Kind, id: &str, need: Need) {
        self.read(kind, id, need);
        if let Some(at) = self.latest {
            let id = id.to_owned();
            self.since.insert(ObjectRef { kind, id }, at);
        }
    }

    /// Asks for an object that a list or a name told of, unless an event named it.
    pub(super) fn found(&mut self, kind: Kind, id: &str, need: Need) {
        let id = id.to_owned();
        let reference = ObjectRef { kind, id };
        match need {
            Need::Gone => {
                self.objects.insert(reference.clone(), need);
            }
            Need::Document | Need::Changes => {
                self.objects.entry(reference.clone()).or_insert(need);
            }
        }
        if let Some(at) = self.latest {
            self.since.entry(reference).or_insert(at);
        }
    }

    /// Adds what an event, which happened at this moment, changes. `state` tells which image a name
    /// was on.
    pub(super) fn note(&mut self, event: &EngineEvent, at: SystemTime, state: &Snapshot) {
        self.latest = Some(at);
        let verb = event.verb();
        match event.kind.as_str() {
            "container" => self.note_container(event, verb, state),
            "image" => self.note_image(event, verb, state),
            "volume" => match verb {
                "destroy" => self.changed(Kind::Volume, &event.id, Need::Gone),
                // Mounts leave its document as it was.
                "mount" | "unmount" => {}
                _ => self.changed(Kind::Volume, &event.id, Need::Document),
            },
            "network" => match verb {
                "destroy" | "remove" => self.changed(Kind::Network, &event.id, Need::Gone),
                _ => {
                    // A swarm has a `bridge` and a `host` of its own, which can be read and are
                    // shown by no list.
                    let (kind, id) = (Kind::Network, event.id.clone());
                    if state.get(&ObjectRef { kind, id }).is_some() {
                        self.changed(Kind::Network, &event.id, Need::Document);
                    } else {
                        self.lists.insert(Kind::Network);
                    }
                    if let Some(container) = event.attributes.get("container") {
                        self.changed(Kind::Container, container, Need::Document);
                    }
                }
            },
            "service" => self.note_swarm(Kind::Service, event, verb),
            "secret" => self.note_swarm(Kind::Secret, event, verb),
            "config" => self.note_swarm(Kind::Config, event, verb),
            // Joining or leaving a swarm changes what can be seen of it, and which networks.
            "node" => {
                self.note_swarm(Kind::Node, event, verb);
                self.lists.extend([
                    Kind::Network,
                    Kind::Service,
                    Kind::Node,
                    Kind::Secret,
                    Kind::Config,
                ]);
                self.engine = true;
            }
            _ => {}
        }
    }

    fn note_swarm(&mut self, kind: Kind, event: &EngineEvent, verb: &str) {
        let need = if verb == "remove" {
            Need::Gone
        } else {
            Need::Document
        };
        self.changed(kind, &event.id, need);
    }

    fn note_container(&mut self, event: &EngineEvent, verb: &str, state: &Snapshot) {
        if verb == "destroy" || verb == "remove" {
            self.changed(Kind::Container, &event.id, Need::Gone);
        } else if WRITING_CONTAINER_VERBS.contains(&verb) {
            self.changed(Kind::Container, &event.id, Need::Changes);
        } else if !SILENT_CONTAINER_VERBS.contains(&verb) {
            self.changed(Kind::Container, &event.id, Need::Document);
        }
        // Its networks name their members.
        if verb == "rename" {
            let member = |network: &&Network| {
                let members = network.document.get("Containers");
                members.is_some_and(|it| it.get(&event.id).is_some())
            };
            for network in state.networks().filter(member) {
                self.changed(Kind::Network, &network.id, Need::Document);
            }
        }
        // An image made by `docker commit` without a name has no event of its own.
        if verb == "commit"
            && let Some(image) = event.attributes.get("imageID")
        {
            self.changed(Kind::Image, image, Need::Document);
        }
    }

    fn note_image(&mut self, event: &EngineEvent, verb: &str, state: &Snapshot) {
        if SILENT_IMAGE_VERBS.contains(&verb) {
            return;
        }
        if !event.id.starts_with("sha256:") {
            if event.id.is_empty() {
                // `prune`: the images that went have events of their own.
                return;
            }
            self.image_names.insert(event.id.clone());
        } else if verb == "delete" {
            self.changed(Kind::Image, &event.id, Need::Gone);
        } else if verb == "create" {
            // A build makes one image a step, and all but the last are shown by no list.
            self.lists.insert(Kind::Image);
        } else {
            self.changed(Kind::Image, &event.id, Need::Document);
        }
        // A name that moves leaves another image without it, and nothing says which.
        if let Some(image) = event
            .attributes
            .get("name")
            .and_then(|name| state.image(name))
        {
            self.changed(Kind::Image, &image.id, Need::Document);
        }
        if let Some(image) = state.image(&event.id)
            && verb != "delete"
        {
            self.changed(Kind::Image, &image.id, Need::Document);
        }
    }
}

#[cfg(test)]
mod tests;
