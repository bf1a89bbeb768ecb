//! What the engine holds at one moment.

use std::cmp::Ordering;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use serde_json::Value;

use super::{Container, Image, Kind, Network, Object, ObjectRef, familiar};

/// All the objects of an engine at one moment.
///
/// Maps share their structure: a clone is cheap, and replacing one object costs the logarithm of
/// the number of objects, so a timeline can keep one snapshot per step.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    objects: OrdMap<ObjectRef, Arc<Object>>,
    /// The same, kind by kind, in the order of names: lists are shown in it, many times a second.
    named: [OrdSet<Named>; Kind::COUNT],
    engine: Option<Arc<Value>>,
}

/// An object of a kind, placed by its name; those of one name, by identifier.
#[derive(Debug, Clone)]
struct Named(Arc<Object>);

impl Ord for Named {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_name = self.0.name().cmp(other.0.name());
        by_name.then_with(|| self.0.id().cmp(other.0.id()))
    }
}

impl PartialOrd for Named {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Named {}

impl Snapshot {
    /// What the engine says of itself (`docker info`), without what changes by itself; `None` when
    /// it did not say.
    pub fn engine(&self) -> Option<&Value> {
        self.engine.as_deref()
    }

    /// Keeps what the engine says of itself.
    pub fn set_engine(&mut self, document: Option<Value>) {
        self.engine = document.map(Arc::new);
    }

    /// Puts an object in, in place of the one of the same reference.
    pub fn insert(&mut self, object: Object) {
        self.put(Arc::new(object));
    }

    fn put(&mut self, object: Arc<Object>) {
        let reference = object.reference();
        let named = Named(Arc::clone(&object));
        let kind = reference.kind as usize;
        if let Some(before) = self.objects.insert(reference, object) {
            self.named[kind].remove(&Named(before));
        }
        self.named[kind].insert(named);
    }

    /// Takes an object out.
    pub fn remove(&mut self, reference: &ObjectRef) -> Option<Arc<Object>> {
        let object = self.objects.remove(reference)?;
        self.named[reference.kind as usize].remove(&Named(Arc::clone(&object)));
        Some(object)
    }

    /// Makes an object what it is in another snapshot, or takes it out when it is not there.
    pub fn follow(&mut self, reference: &ObjectRef, other: &Self) {
        match other.objects.get(reference) {
            Some(object) => self.put(Arc::clone(object)),
            None => drop(self.remove(reference)),
        }
    }

    /// The object of this reference.
    pub fn get(&self, reference: &ObjectRef) -> Option<&Object> {
        self.objects.get(reference).map(Arc::as_ref)
    }

    /// Every object, by kind then identifier.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values().map(Arc::as_ref)
    }

    /// Every object of one kind, by identifier.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        let from = ObjectRef {
            kind,
            id: String::new(),
        };
        self.objects
            .range(from..)
            .take_while(move |(reference, _)| reference.kind == kind)
            .map(|(_, object)| object.as_ref())
    }

    /// Every object of one kind, by name.
    pub fn by_name(&self, kind: Kind) -> impl Iterator<Item = &Object> {
        self.named[kind as usize].iter().map(|it| it.0.as_ref())
    }

    /// How many objects of one kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.named[kind as usize].len()
    }

    /// Every container, by identifier.
    pub fn containers(&self) -> impl Iterator<Item = &Container> {
        self.of_kind(Kind::Container)
            .filter_map(|object| match object {
                Object::Container(container) => Some(container),
                _ => None,
            })
    }

    /// Every image, by identifier.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.of_kind(Kind::Image).filter_map(|object| match object {
            Object::Image(image) => Some(image),
            _ => None,
        })
    }

    /// Every network, by identifier.
    pub fn networks(&self) -> impl Iterator<Item = &Network> {
        self.of_kind(Kind::Network)
            .filter_map(|object| match object {
                Object::Network(network) => Some(network),
                _ => None,
            })
    }

    /// The container of this name (without `/`).
    pub fn container(&self, name: &str) -> Option<&Container> {
        self.containers().find(|container| container.name == name)
    }

    /// The image that carries this tag; `busybox` means `busybox:latest`, as it does for docker.
    pub fn image(&self, reference: &str) -> Option<&Image> {
        let short = familiar(reference);
        let last = short.rsplit('/').next().unwrap_or(short);
        let full = if last.contains(':') {
            short.to_owned()
        } else {
            format!("{short}:latest")
        };
        self.images().find(|image| {
            image.tags.iter().any(|tag| familiar(tag) == full) || image.id == reference
        })
    }

    /// Number of objects.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether the engine holds nothing.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// The references whose object differs between the two, each with its two sides. Parts that
    /// the two snapshots share are skipped without being read.
    pub fn changed<'a>(
        &'a self,
        after: &'a Self,
    ) -> impl Iterator<Item = (&'a ObjectRef, Option<&'a Object>, Option<&'a Object>)> {
        self.objects.diff(&after.objects).map(|item| match item {
            imbl::ordmap::DiffItem::Add(reference, new) => (reference, None, Some(new.as_ref())),
            imbl::ordmap::DiffItem::Update { old, new } => {
                (new.0, Some(old.1.as_ref()), Some(new.1.as_ref()))
            }
            imbl::ordmap::DiffItem::Remove(reference, old) => (reference, Some(old.as_ref()), None),
        })
    }
}

#[cfg(test)]
mod tests;
