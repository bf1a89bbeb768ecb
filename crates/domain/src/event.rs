//! One message of `GET /events`.

use std::collections::BTreeMap;

/// Nanoseconds since the Unix epoch, as the engine reports them in `timeNano`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct EventTime(pub i64);

/// What the engine says happened to one object (`EventMessage` in the Engine API).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineEvent {
    /// `Type`: `container`, `image`, `volume`, `network`, `service`, `daemon`…
    pub kind: String,
    /// `Action`: `create`, `start`, `die`, `exec_create: sh -c …`…
    pub action: String,
    /// `Actor.ID`: a full container or network identifier, an image reference, a volume name.
    pub id: String,
    /// `Actor.Attributes`: `name`, `image`, `exitCode`, labels…
    pub attributes: BTreeMap<String, String>,
    /// `timeNano`.
    pub time: EventTime,
}

impl EngineEvent {
    /// The action without what follows its colon: `exec_create: sh` is `exec_create`.
    pub fn verb(&self) -> &str {
        self.action.split(':').next().unwrap_or(&self.action)
    }

    /// The object's name: the `name` attribute, or its identifier when it has none.
    pub fn name(&self) -> &str {
        self.attributes.get("name").map_or(&self.id, String::as_str)
    }
}
