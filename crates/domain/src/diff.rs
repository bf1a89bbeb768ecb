//! What changed between two snapshots, object by object and field by field.

use serde_json::Value;

use super::{Kind, Object, ObjectRef, Snapshot};

/// One field that changed, named by the JSON path that docker gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Dotted path in `docker inspect`, as a Go template spells it: `State.Status`,
    /// `NetworkSettings.Ports.80/tcp.0.HostPort`. Changes of the writable layer are under
    /// `Changes`, with the file's path: `Changes./note.txt`.
    pub path: String,
    /// The value before; `None` when the field was not there.
    pub before: Option<Value>,
    /// The value after; `None` when the field is gone.
    pub after: Option<Value>,
}

/// What happened to one object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "a step has a few changes, most of them modifications"
)]
pub enum Change {
    /// It is new.
    Added(Object),
    /// It is gone.
    Removed(Object),
    /// Some of its fields changed (at least one).
    Modified {
        /// The object before.
        before: Object,
        /// The object after.
        after: Object,
        /// The fields, in the order of the document.
        fields: Vec<FieldChange>,
        /// How many of them are more than bookkeeping ([`FieldChange::is_detail`]).
        telling: usize,
    },
}

impl Change {
    /// What happened to an object that was `before` and is `after`; `None` when nothing did.
    fn between(before: Option<&Object>, after: Option<&Object>) -> Option<Self> {
        match (before, after) {
            (None, Some(new)) => Some(Self::Added(new.clone())),
            (Some(old), None) => Some(Self::Removed(old.clone())),
            (Some(old), Some(new)) => {
                let fields = diff_objects(old, new);
                (!fields.is_empty()).then(|| Self::Modified {
                    before: old.clone(),
                    after: new.clone(),
                    telling: fields.iter().filter(|it| !it.is_detail()).count(),
                    fields,
                })
            }
            (None, None) => None,
        }
    }

    /// The object as it is after the change, or as it last was.
    pub fn object(&self) -> &Object {
        match self {
            Self::Added(object) | Self::Removed(object) => object,
            Self::Modified { after, .. } => after,
        }
    }

    /// Which object changed.
    pub fn reference(&self) -> ObjectRef {
        self.object().reference()
    }

    /// `+`, `-` or `~`.
    pub const fn glyph(&self) -> char {
        match self {
            Self::Added(_) => '+',
            Self::Removed(_) => '-',
            Self::Modified { .. } => '~',
        }
    }
}

/// Every object that changed, by kind then identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// The changes.
    pub changes: Vec<Change>,
}

impl Diff {
    /// Compares two snapshots. Costs what changed, not what is there.
    pub fn between(before: &Snapshot, after: &Snapshot) -> Self {
        let changed = before.changed(after);
        Self {
            changes: changed
                .filter_map(|(_, old, new)| Change::between(old, new))
                .collect(),
        }
    }

    /// Goes from what changed between `before` and `last` to what changed between `before` and
    /// `after`: only what differs between the last two is compared.
    pub fn follow(&mut self, before: &Snapshot, last: &Snapshot, after: &Snapshot) {
        for (reference, _, new) in last.changed(after) {
            let there = (reference.kind, reference.id.as_str());
            let place = self
                .changes
                .binary_search_by(|it| (it.object().kind(), it.object().id()).cmp(&there));
            match (place, Change::between(before.get(reference), new)) {
                (Ok(index), Some(change)) => self.changes[index] = change,
                (Ok(index), None) => drop(self.changes.remove(index)),
                (Err(index), Some(change)) => self.changes.insert(index, change),
                (Err(_), None) => {}
            }
        }
    }

    /// The changes of the objects of one kind, by identifier.
    pub fn of_kind(&self, kind: Kind) -> &[Change] {
        let from = self.changes.partition_point(|it| it.object().kind() < kind);
        let to = self
            .changes
            .partition_point(|it| it.object().kind() <= kind);
        &self.changes[from..to]
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// The fields that differ between two states of one object: those of its document, then the paths
/// of its writable layer.
pub fn diff_objects(before: &Object, after: &Object) -> Vec<FieldChange> {
    let mut fields = diff_documents(before.document(), after.document());
    if let (Object::Container(old), Object::Container(new)) = (before, after) {
        let paths = |container: &super::Container| {
            let changes = container
                .changes
                .as_deref()
                .map(Vec::as_slice)
                .unwrap_or_default();
            Value::Object(
                changes
                    .iter()
                    .map(|change| (change.path.clone(), Value::from(change.kind.letter())))
                    .collect(),
            )
        };
        if old.changes.is_some() && new.changes.is_some() && old.changes != new.changes {
            collect(
                &paths(old),
                &paths(new),
                &mut "Changes".to_owned(),
                &mut fields,
            );
        }
    }
    fields
}

/// The leaves that differ between two JSON documents.
pub fn diff_documents(before: &Value, after: &Value) -> Vec<FieldChange> {
    let mut fields = Vec::new();
    collect(before, after, &mut String::new(), &mut fields);
    fields
}

fn collect(before: &Value, after: &Value, path: &mut String, out: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                descend(path, key, Some(value), new.get(key), out);
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                descend(path, key, None, Some(value), out);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                descend(path, &index.to_string(), Some(old), Some(new), out);
            }
        }
        _ => out.push(FieldChange {
            path: path.clone(),
            before: Some(before.clone()),
            after: Some(after.clone()),
        }),
    }
}

fn descend(
    path: &mut String,
    key: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    out: &mut Vec<FieldChange>,
) {
    let length = path.len();
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
    match (before, after) {
        (Some(before), Some(after)) => collect(before, after, path, out),
        _ => out.push(FieldChange {
            path: path.clone(),
            before: before.cloned(),
            after: after.cloned(),
        }),
    }
    path.truncate(length);
}
