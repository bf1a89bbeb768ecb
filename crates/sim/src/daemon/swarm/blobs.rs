//! Secrets and configs: named bytes that tasks are given as files.

use std::sync::Arc;
use std::time::SystemTime;

use imbl::OrdMap;
use serde_json::{Map, Value, json};

use super::super::base64;
use super::super::container::string_map;
use super::{Blob, Swarm, event, head, refused};
use crate::daemon::{Daemon, Fault, Filters, Outcome};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobKind {
    /// What only tasks may read.
    Secret,
    /// What everybody may.
    Config,
}

impl BlobKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Config => "config",
        }
    }

    /// Most bytes that one holds.
    const fn most(self) -> usize {
        match self {
            Self::Secret => 500 * 1024,
            Self::Config => 1000 * 1024,
        }
    }

    fn reference(self) -> (&'static str, &'static str) {
        match self {
            Self::Secret => ("Secrets", "SecretID"),
            Self::Config => ("Configs", "ConfigID"),
        }
    }

    fn document(self, blob: &Blob) -> Value {
        let mut document = head(&blob.id, &blob.meta);
        let mut spec = Map::new();
        spec.insert("Name".into(), json!(blob.name));
        spec.insert("Labels".into(), blob.labels.clone());
        if self == Self::Config {
            spec.insert("Data".into(), json!(base64::encode(&blob.data)));
        }
        if !blob.templating.is_null() {
            spec.insert("Templating".into(), blob.templating.clone());
        }
        document.insert("Spec".into(), Value::Object(spec));
        Value::Object(document)
    }
}

impl Swarm {
    /// All of one kind.
    pub fn blobs(&self, kind: BlobKind) -> &OrdMap<String, Arc<Blob>> {
        match kind {
            BlobKind::Secret => &self.secrets,
            BlobKind::Config => &self.configs,
        }
    }

    fn blobs_mut(&mut self, kind: BlobKind) -> &mut OrdMap<String, Arc<Blob>> {
        match kind {
            BlobKind::Secret => &mut self.secrets,
            BlobKind::Config => &mut self.configs,
        }
    }

    /// One by identifier, name, or the beginning of an identifier.
    fn blob(&self, kind: BlobKind, key: &str) -> Outcome<&Arc<Blob>> {
        let blobs = self.blobs(kind);
        if let Some(blob) = blobs.get(key) {
            return Ok(blob);
        }
        if let Some(blob) = blobs.values().find(|it| it.name == key) {
            return Ok(blob);
        }
        let word = kind.word();
        let mut found = blobs
            .values()
            .filter(|it| !key.is_empty() && it.id.starts_with(key));
        match (found.next(), found.next()) {
            (Some(blob), None) => Ok(blob),
            (Some(_), Some(_)) => Err(Fault::internal(format!(
                "{word} {key} is ambiguous (multiple matches found)"
            ))),
            _ => Err(Fault::not_found(format!("{word} {key} not found"))),
        }
    }

    /// Names of the services that use it.
    fn users_of(&self, kind: BlobKind, id: &str) -> Vec<String> {
        let (list, field) = kind.reference();
        let uses = |spec: &Value| {
            spec["TaskTemplate"]["ContainerSpec"][list]
                .as_array()
                .is_some_and(|items| items.iter().any(|it| it[field] == id))
        };
        let mut names: Vec<String> = self
            .services
            .values()
            .filter(|it| uses(&it.spec))
            .map(|it| it.name().to_owned())
            .collect();
        names.sort();
        names
    }
}

fn is_name(name: &str) -> bool {
    let ends = |it: Option<u8>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    name.len() <= 64
        && ends(name.bytes().next())
        && ends(name.bytes().last())
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.'))
}

fn labels_of(spec: &Value) -> Value {
    match &spec["Labels"] {
        Value::Object(labels) => Value::Object(labels.clone()),
        _ => json!({}),
    }
}

impl Daemon {
    /// Makes one; its identifier.
    pub fn create_blob(&self, kind: BlobKind, spec: &Value) -> Outcome<String> {
        let id = self.swarm_id();
        let word = kind.word();
        let name = spec["Name"].as_str().unwrap_or_default().to_owned();
        let data = base64::decode(spec["Data"].as_str().unwrap_or_default())
            .map_err(|error| Fault::invalid(format!("invalid JSON: {error}")))?;
        self.in_swarm(|state, now| {
            let swarm = state.swarm.as_mut().ok_or_else(super::not_a_manager)?;
            if !is_name(&name) {
                return Err(refused("InvalidArgument", "invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]"));
            }
            if data.is_empty() || data.len() > kind.most() {
                return Err(refused("InvalidArgument", format!("{word} data must be larger than 0 and less than {} bytes", kind.most())));
            }
            if swarm.blobs(kind).values().any(|it| it.name == name) {
                return Err(refused("AlreadyExists", format!("{word} {name} already exists")));
            }
            let blob = Blob {
                id: id.clone(),
                meta: swarm.meta(now),
                name: name.clone(),
                labels: labels_of(spec),
                templating: spec["Templating"].clone(),
                data,
            };
            swarm.blobs_mut(kind).insert(id.clone(), Arc::new(blob));
            let told = event(word, "create", &id, &[("name", &name)], now);
            Ok((id.clone(), vec![told]))
        })
    }

    /// All that the filters let through, by name.
    pub fn list_blobs(&self, kind: BlobKind, filters: &Filters) -> Outcome<Vec<Value>> {
        let state = self.state();
        let swarm = state.manager()?;
        filters.only(&["names", "name", "id", "label"])?;
        let passes = |it: &Blob| {
            filters.any("names", |name| it.name == name)
                && filters.any("name", |name| it.name.contains(name))
                && filters.any("id", |id| it.id.starts_with(id))
                && filters.labels(&string_map(Some(&it.labels)))
        };
        let mut found: Vec<&Arc<Blob>> =
            swarm.blobs(kind).values().filter(|it| passes(it)).collect();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found.into_iter().map(|it| kind.document(it)).collect())
    }

    /// One.
    pub fn inspect_blob(&self, kind: BlobKind, key: &str) -> Outcome<Value> {
        let state = self.state();
        Ok(kind.document(state.manager()?.blob(kind, key)?))
    }

    /// Changes its labels, the only thing that may change.
    pub fn update_blob(
        &self,
        kind: BlobKind,
        key: &str,
        version: u64,
        spec: &Value,
    ) -> Outcome<()> {
        self.in_swarm(|state, now| {
            let swarm = state.swarm.as_mut().ok_or_else(super::not_a_manager)?;
            let blob = Arc::clone(swarm.blob(kind, key)?);
            if blob.meta.version != version {
                return Err(refused("Unknown", "update out of sequence"));
            }
            let same_data = match spec["Data"].as_str() {
                None | Some("") => true,
                Some(text) => base64::decode(text).is_ok_and(|it| it == blob.data),
            };
            if spec["Name"] != blob.name.as_str() || !same_data {
                return Err(refused(
                    "InvalidArgument",
                    "only updates to Labels are allowed",
                ));
            }
            let index = swarm.tick();
            if let Some(slot) = swarm.blobs_mut(kind).get_mut(&blob.id) {
                relabel(Arc::make_mut(slot), labels_of(spec), index, now);
            }
            let told = event(
                kind.word(),
                "update",
                &blob.id,
                &[("name", &blob.name)],
                now,
            );
            Ok(((), vec![told]))
        })
    }

    /// Removes one that no service uses.
    pub fn remove_blob(&self, kind: BlobKind, key: &str) -> Outcome<()> {
        self.in_swarm(|state, now| {
            let swarm = state.swarm.as_mut().ok_or_else(super::not_a_manager)?;
            let word = kind.word();
            let blob = Arc::clone(swarm.blob(kind, key)?);
            let users = swarm.users_of(kind, &blob.id);
            if !users.is_empty() {
                let services = if users.len() == 1 {
                    "service"
                } else {
                    "services"
                };
                return Err(refused(
                    "InvalidArgument",
                    format!(
                        "{word} '{}' is in use by the following {services}: {}",
                        blob.name,
                        users.join(", ")
                    ),
                ));
            }
            swarm.tick();
            swarm.blobs_mut(kind).remove(&blob.id);
            let told = event(word, "remove", &blob.id, &[("name", &blob.name)], now);
            Ok(((), vec![told]))
        })
    }
}

fn relabel(blob: &mut Blob, labels: Value, version: u64, now: SystemTime) {
    blob.labels = labels;
    blob.meta.version = version;
    blob.meta.updated = now;
}
