//! What `docker events` tells.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::time::{unix, unix_nanos};
use super::{Daemon, Filters};

/// How many past events are kept for `--since`, as in dockerd.
const KEPT: usize = 256;
/// How many events a slow subscriber may be late by.
const WAITING: usize = 4096;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `container`, `image`, `volume`, `network`, `daemon`, `service`, `node`, `secret`, `config`.
    pub kind: &'static str,
    /// `start`, `health_status: healthy`…
    pub action: String,
    /// The object.
    pub id: String,
    /// What is said of it.
    pub attributes: BTreeMap<String, String>,
    /// `local`, or `swarm` for what the cluster tells.
    pub scope: &'static str,
    /// When.
    pub time: SystemTime,
}

impl Event {
    /// The message of `GET /events`, the fields of older clients included.
    pub fn to_json(&self) -> Value {
        let mut message = serde_json::Map::new();
        if matches!(self.kind, "container" | "image") {
            message.insert("status".into(), json!(self.action));
            if !self.id.is_empty() {
                message.insert("id".into(), json!(self.id));
            }
        }
        if self.kind == "container"
            && let Some(image) = self.attributes.get("image")
        {
            message.insert("from".into(), json!(image));
        }
        message.insert("Type".into(), json!(self.kind));
        message.insert("Action".into(), json!(self.action));
        message.insert(
            "Actor".into(),
            json!({"ID": self.id, "Attributes": self.attributes}),
        );
        message.insert("scope".into(), json!(self.scope));
        message.insert("time".into(), json!(unix(self.time)));
        message.insert("timeNano".into(), json!(unix_nanos(self.time)));
        Value::Object(message)
    }

    /// Whether the filters of `docker events` let it through.
    pub fn passes(&self, filters: &Filters) -> bool {
        let name = self.attributes.get("name").map_or("", String::as_str);
        // As dockerd does: the beginning of the identifier or of the name, whatever the type.
        let about = |kind: &str| {
            filters.any(kind, |wanted| {
                self.id.starts_with(wanted) || name.starts_with(wanted)
            })
        };
        let image = |wanted: &str| match self.kind {
            "image" => {
                let bare = name.split(':').next().unwrap_or_default();
                self.id == wanted || name == wanted || bare == wanted
            }
            _ => self.attributes.get("image").is_some_and(|it| {
                it == wanted || it.split(':').next().is_some_and(|bare| bare == wanted)
            }),
        };
        let verb = self.action.split(':').next().unwrap_or_default();
        filters.any("event", |wanted| wanted == self.action || wanted == verb)
            && filters.any("type", |wanted| wanted == self.kind)
            && filters.any("scope", |wanted| wanted == self.scope)
            && filters.any("daemon", |_| self.kind == "daemon")
            && about("container")
            && about("volume")
            && about("network")
            && about("service")
            && about("node")
            && about("secret")
            && about("config")
            && filters.any("image", image)
            && filters.labels(&self.attributes)
    }
}

impl Daemon {
    /// Tells that the unused objects of a kind were removed, and how many bytes that gave back.
    pub fn tell_pruned(&self, kind: &'static str, reclaimed: u64) {
        self.publish(vec![Event {
            kind,
            action: "prune".to_owned(),
            id: String::new(),
            attributes: BTreeMap::from([("reclaimed".to_owned(), reclaimed.to_string())]),
            scope: "local",
            time: self.now(),
        }]);
    }
}

/// The events of a daemon: the last ones, and those to come.
#[derive(Debug)]
pub struct Bus {
    lines: Mutex<Lines>,
}

#[derive(Debug)]
struct Lines {
    past: VecDeque<Arc<Event>>,
    sender: broadcast::Sender<Arc<Event>>,
    /// Number of events and of restarts since the start.
    published: u64,
}

impl Default for Bus {
    fn default() -> Self {
        Self {
            lines: Mutex::new(Lines {
                past: VecDeque::new(),
                sender: broadcast::channel(WAITING).0,
                published: 0,
            }),
        }
    }
}

impl Bus {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everybody.
    pub fn publish(&self, event: Event) {
        let event = Arc::new(event);
        let mut lines = self.lines();
        if lines.past.len() == KEPT {
            lines.past.pop_front();
        }
        lines.past.push_back(Arc::clone(&event));
        lines.published += 1;
        // Sent under the lock, so that who subscribes sees each event once: kept or to come.
        let _ = lines.sender.send(event);
    }

    /// The kept events, and those from now on.
    pub fn subscribe(&self) -> (Vec<Arc<Event>>, broadcast::Receiver<Arc<Event>>) {
        let lines = self.lines();
        (
            lines.past.iter().cloned().collect(),
            lines.sender.subscribe(),
        )
    }

    /// Ends what the subscribers follow, as a daemon that restarts does.
    pub fn hang_up(&self) {
        let mut lines = self.lines();
        lines.sender = broadcast::channel(WAITING).0;
        lines.published += 1;
    }

    /// Number of events and of restarts since the start.
    pub fn published(&self) -> u64 {
        self.lines().published
    }
}
