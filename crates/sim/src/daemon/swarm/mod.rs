//! Swarm mode: a cluster of one node, with the services, tasks, secrets and configs that it keeps.
//!
//! What is here is pure data, part of the daemon's [`State`]. [`orchestrate`] decides
//! which tasks there must be and what each must become (after moby's swarmkit), [`agent`] makes
//! containers of them, [`mesh`] leads to them; [`cluster`], [`services`], [`tasks`] and [`blobs`]
//! are what the API asks.

mod agent;
mod allocate;
mod blobs;
mod cluster;
mod logs;
mod mesh;
mod nodes;
mod orchestrate;
mod overlay;
mod pki;
mod restart;
mod schedule;
mod services;
mod spec;
mod task_container;
mod tasks;
mod template;
#[cfg(test)]
mod tests;
mod tokens;
mod update;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::SystemTime;

use imbl::OrdMap;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::event::Event;
use super::time::rfc3339;
use super::{Daemon, Fault, Outcome, State, lock};

pub use blobs::BlobKind;
pub(super) use mesh::Mesh;
pub(super) use overlay::{GATEWAY, complete, mac, not_attachable};
pub(super) use tokens::base36;

/// When an object was made and changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Index of the raft log at the last change.
    pub version: u64,
    /// Its making.
    pub created: SystemTime,
    /// Its last change.
    pub updated: SystemTime,
}

/// A cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Swarm {
    /// 25 letters and digits.
    pub id: String,
    /// Of the cluster itself.
    pub meta: Meta,
    /// Index of the raft log.
    pub index: u64,
    /// `Spec` of the cluster.
    pub spec: Value,
    /// Whom the other nodes would call.
    pub address: String,
    /// Its certificate authority.
    pub root: pki::Root,
    /// What a worker joins with.
    pub worker_token: String,
    /// What a manager joins with.
    pub manager_token: String,
    /// What unlocks a manager's keys, when they are locked.
    pub unlock_key: String,
    /// Pools of the overlay networks, as given, with the prefix of each network.
    pub pools: Vec<String>,
    /// Length of the prefix of each network.
    pub subnet_size: u8,
    /// Port of VXLAN.
    pub data_port: u16,
    /// The only node.
    pub node: Node,
    /// By identifier.
    pub services: OrdMap<String, Arc<Service>>,
    /// By identifier.
    pub tasks: OrdMap<String, Arc<Task>>,
    /// By identifier.
    pub secrets: OrdMap<String, Arc<Blob>>,
    /// By identifier.
    pub configs: OrdMap<String, Arc<Blob>>,
    /// Addresses of the load balancers, by network.
    pub balancers: BTreeMap<String, Ipv4Addr>,
    /// Number of tasks ever made.
    pub rank: u64,
}

/// A machine of the cluster.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Node {
    /// 25 letters and digits.
    pub id: String,
    /// Its making and changes.
    pub meta: Meta,
    /// `Name`, `Labels`, `Role`, `Availability`.
    pub spec: Value,
}

impl Node {
    /// `active`, `pause`, `drain`.
    pub fn availability(&self) -> &str {
        self.spec["Availability"].as_str().unwrap_or("active")
    }
}

/// A secret or a config.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Blob {
    /// 25 letters and digits.
    pub id: String,
    /// Its making and changes.
    pub meta: Meta,
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: Value,
    /// `Templating`, as given.
    pub templating: Value,
    /// What it holds.
    pub data: Vec<u8>,
}

/// A service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Service {
    /// 25 letters and digits.
    pub id: String,
    /// Its making and changes.
    pub meta: Meta,
    /// What is wanted.
    pub spec: Arc<Value>,
    /// Counts the changes of the wish: a task of an older one may be out of date.
    pub spec_version: u64,
    /// What was wanted before.
    pub previous: Option<(Arc<Value>, u64)>,
    /// Its virtual addresses, with the network of each.
    pub addresses: Vec<(String, Ipv4Addr, u8)>,
    /// Its ports, those that were not chosen by the user included.
    pub ports: Vec<Value>,
    /// How its last update goes.
    pub update: Option<update::Status>,
    /// What its update is at.
    pub run: Option<update::Run>,
    /// For a job: the iteration, and when it began.
    pub job: Option<(u64, SystemTime)>,
}

/// Where a task is in its life, in swarmkit's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of the API")]
pub enum TaskState {
    New,
    Pending,
    Assigned,
    Accepted,
    Preparing,
    Ready,
    Starting,
    Running,
    Complete,
    Shutdown,
    Failed,
    Rejected,
    Remove,
}

impl TaskState {
    /// The API's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Pending => "pending",
            Self::Assigned => "assigned",
            Self::Accepted => "accepted",
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Starting => "starting",
            Self::Running => "running",
            Self::Complete => "complete",
            Self::Shutdown => "shutdown",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
            Self::Remove => "remove",
        }
    }
}

/// The container of a task, as its status tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskContainer {
    /// Its identifier.
    pub id: String,
    /// PID 1 on the host; 0 when it does not run.
    pub pid: u32,
    /// Exit code.
    pub code: i64,
}

/// How a task is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TaskStatus {
    /// Since when.
    pub at: SystemTime,
    /// Its state.
    pub state: TaskState,
    /// What is being done.
    pub message: String,
    /// Why it is not well.
    pub error: String,
    /// Its container, once there is one.
    pub container: Option<TaskContainer>,
    /// Ports published by the container itself.
    pub ports: Vec<Value>,
}

/// A task: one container that a service wants.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    /// 25 letters and digits.
    pub id: String,
    /// Its making and changes.
    pub meta: Meta,
    /// Rank of its making.
    pub rank: u64,
    /// Of which service.
    pub service: String,
    /// Name of the service.
    pub service_name: String,
    /// Which of the replicas; 0 in a global service.
    pub slot: u64,
    /// Where; empty while it has no place.
    pub node: String,
    /// `TaskTemplate` of the service when it was made.
    pub spec: Arc<Value>,
    /// `EndpointSpec` of then.
    pub endpoint: Value,
    /// Version of the service's wish of then.
    pub spec_version: u64,
    /// How it is.
    pub status: TaskStatus,
    /// What it must become.
    pub desired: TaskState,
    /// Its addresses, with the network of each.
    pub addresses: Vec<(String, Ipv4Addr, u8)>,
    /// For a job: the iteration.
    pub iteration: Option<u64>,
    /// Before which it must not start.
    pub start_at: Option<SystemTime>,
    /// The task whose end it waits for, and until when at most.
    pub start_after: Option<(String, SystemTime)>,
}

impl Task {
    /// `web.1.ID`, the name of its container.
    pub fn name(&self) -> String {
        let place = if self.slot == 0 {
            self.node.clone()
        } else {
            self.slot.to_string()
        };
        format!("{}.{place}.{}", self.service_name, self.id)
    }

    /// Whether it has ended.
    pub fn ended(&self) -> bool {
        self.status.state > TaskState::Running
    }

    /// Whether it is wanted.
    pub fn wanted(&self) -> bool {
        self.desired <= TaskState::Running || (self.iteration.is_some() && !self.discarded())
    }

    /// Whether its end was asked for.
    fn discarded(&self) -> bool {
        self.desired > TaskState::Complete
    }

    /// A part of its `ContainerSpec`.
    pub fn container_spec(&self) -> &Value {
        &self.spec["ContainerSpec"]
    }
}

impl Service {
    /// Its name.
    pub fn name(&self) -> &str {
        self.spec["Name"].as_str().unwrap_or_default()
    }

    /// Its only mode and the document of it.
    pub fn mode(&self) -> (&str, &Value) {
        self.spec["Mode"]
            .as_object()
            .and_then(|it| it.iter().next())
            .map_or(("Replicated", &Value::Null), |(name, value)| {
                (name.as_str(), value)
            })
    }

    /// Whether it ends.
    pub fn is_job(&self) -> bool {
        matches!(self.mode().0, "ReplicatedJob" | "GlobalJob")
    }

    /// How many tasks there are to be; 0 for a global one.
    pub fn replicas(&self) -> u64 {
        match self.mode() {
            ("Replicated", mode) => mode["Replicas"].as_u64().unwrap_or(0),
            ("ReplicatedJob", mode) => mode["TotalCompletions"].as_u64().unwrap_or(0),
            _ => 0,
        }
    }

    /// Whether names lead to one virtual address.
    pub fn has_address(&self) -> bool {
        self.spec["EndpointSpec"]["Mode"] != "dnsrr"
    }

    /// Networks that its tasks are plugged in, by identifier.
    pub fn networks(&self) -> impl Iterator<Item = &Value> {
        self.spec["TaskTemplate"]["Networks"]
            .as_array()
            .into_iter()
            .flatten()
    }
}

impl Swarm {
    /// The next index of the raft log.
    fn tick(&mut self) -> u64 {
        self.index += 1;
        self.index
    }

    /// A new object's.
    fn meta(&mut self, now: SystemTime) -> Meta {
        Meta {
            version: self.tick(),
            created: now,
            updated: now,
        }
    }

    /// Tasks of a service, oldest first.
    pub fn tasks_of(&self, service: &str) -> Vec<Arc<Task>> {
        let mut tasks: Vec<Arc<Task>> = self
            .tasks
            .values()
            .filter(|it| it.service == service)
            .cloned()
            .collect();
        tasks.sort_by_key(|it| it.rank);
        tasks
    }

    /// Changes a task; its version goes up.
    fn edit_task(&mut self, id: &str, now: SystemTime, edit: impl FnOnce(&mut Task)) {
        let version = self.index + 1;
        if let Some(task) = self.tasks.get_mut(id) {
            self.index = version;
            let task = Arc::make_mut(task);
            task.meta.version = version;
            task.meta.updated = now;
            edit(task);
        }
    }

    /// Changes a service; its version goes up.
    fn edit_service(&mut self, id: &str, now: SystemTime, edit: impl FnOnce(&mut Service)) {
        let version = self.index + 1;
        if let Some(service) = self.services.get_mut(id) {
            self.index = version;
            let service = Arc::make_mut(service);
            service.meta.version = version;
            service.meta.updated = now;
            edit(service);
        }
    }

    /// `TaskHistoryRetentionLimit`.
    fn history(&self) -> usize {
        let limit = &self.spec["Orchestration"]["TaskHistoryRetentionLimit"];
        limit
            .as_u64()
            .and_then(|it| usize::try_from(it).ok())
            .unwrap_or(0)
    }
}

/// The `ID`, `Version`, `CreatedAt` and `UpdatedAt` that every object begins with.
fn head(id: &str, meta: &Meta) -> serde_json::Map<String, Value> {
    let mut document = serde_json::Map::new();
    document.insert("ID".into(), json!(id));
    document.insert("Version".into(), json!({"Index": meta.version}));
    document.insert("CreatedAt".into(), json!(rfc3339(meta.created)));
    document.insert("UpdatedAt".into(), json!(rfc3339(meta.updated)));
    document
}

/// An event about an object of the cluster.
fn event(
    kind: &'static str,
    action: &str,
    id: &str,
    attributes: &[(&str, &str)],
    now: SystemTime,
) -> Event {
    Event {
        kind,
        action: action.to_owned(),
        id: id.to_owned(),
        attributes: attributes
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        scope: "swarm",
        time: now,
    }
}

/// What is said of a node that is no manager.
pub fn not_a_manager() -> Fault {
    Fault::unavailable(
        "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.",
    )
}

/// A refusal of the cluster's manager, with the code of gRPC.
fn refused(code: &str, why: impl std::fmt::Display) -> Fault {
    let message = format!("rpc error: code = {code} desc = {why}");
    match code {
        "InvalidArgument" | "FailedPrecondition" => Fault::invalid(message),
        "AlreadyExists" => Fault::conflict(message),
        "NotFound" => Fault::not_found(message),
        "PermissionDenied" => Fault::forbidden(message),
        _ => Fault::internal(message),
    }
}

impl State {
    /// The cluster, if this node manages one.
    pub fn manager(&self) -> Outcome<&Swarm> {
        self.swarm.as_ref().ok_or_else(not_a_manager)
    }
}

impl Daemon {
    /// Changes the cluster and tells.
    fn in_swarm<T>(
        &self,
        change: impl FnOnce(&mut State, SystemTime) -> Outcome<(T, Vec<Event>)>,
    ) -> Outcome<T> {
        let now = self.now();
        let mut state = lock(&self.inner.state);
        state.manager()?;
        let (result, events) = change(&mut state, now)?;
        self.publish(events);
        drop(state);
        self.inner.changed.send_modify(|count| *count += 1);
        Ok(result)
    }

    /// 25 letters and digits.
    fn swarm_id(&self) -> String {
        lock(&self.inner.ids).swarm_id()
    }
}
