//! `GET /tasks`.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::super::container::string_map;
use super::super::time::rfc3339;
use super::{Swarm, Task, head};
use crate::daemon::{Daemon, Fault, Filters, Outcome, State};

impl Daemon {
    /// The tasks that the filters let through.
    pub fn list_tasks(&self, filters: &Filters) -> Outcome<Vec<Value>> {
        let state = self.state();
        let swarm = state.manager()?;
        filters.only(&[
            "name",
            "id",
            "label",
            "service",
            "node",
            "desired-state",
            "_up-to-date",
            "runtime",
        ])?;
        for word in filters.get("desired-state") {
            if !matches!(
                word.to_lowercase().as_str(),
                "running"
                    | "shutdown"
                    | "accepted"
                    | "new"
                    | "pending"
                    | "assigned"
                    | "preparing"
                    | "ready"
                    | "starting"
                    | "complete"
                    | "failed"
                    | "rejected"
                    | "remove"
                    | "orphaned"
            ) {
                return Err(Fault::invalid(format!(
                    "invalid task state filter: '{word}'"
                )));
            }
        }
        let current = filters.flag("_up-to-date")?;
        let mut services = Vec::new();
        for key in filters.get("service") {
            services.push(swarm.service(key).map(|it| it.id.clone())?);
        }
        let hostname = &self.inner.kernel.options().hostname;
        let mut nodes = Vec::new();
        for key in filters.get("node") {
            if *key == swarm.node.id || key == hostname || swarm.node.id.starts_with(key.as_str()) {
                nodes.push(swarm.node.id.clone());
            } else {
                return Err(Fault::not_found(format!("node {key} not found")));
            }
        }
        let passes = |it: &Task| {
            let service = swarm.services.get(&it.service);
            let labels = service
                .map(|it| string_map(Some(&it.spec["Labels"])))
                .unwrap_or_default();
            let up_to_date = service.is_none_or(|service| !service.is_dirty(it));
            (!filters.has("service") || services.contains(&it.service))
                && (!filters.has("node") || nodes.contains(&it.node))
                && filters.any("id", |id| it.id.starts_with(id))
                && filters.any("name", |name| {
                    let full = it.name();
                    full.contains(name) || it.service_name.contains(name)
                })
                && filters.any("desired-state", |word| {
                    word.eq_ignore_ascii_case(it.desired.as_str())
                })
                && current.is_none_or(|wanted| !wanted || up_to_date)
                && filters.labels(&labels)
        };
        let found = swarm.tasks.values().filter(|it| passes(it));
        Ok(found.map(|it| document(&state, it)).collect())
    }

    /// One task.
    pub fn inspect_task(&self, key: &str) -> Outcome<Value> {
        let state = self.state();
        let swarm = state.manager()?;
        Ok(document(&state, swarm.task(key)?))
    }
}

impl Swarm {
    /// A task by identifier, the beginning of one, or the name of its container.
    pub(super) fn task(&self, key: &str) -> Outcome<&Arc<Task>> {
        if let Some(task) = self.tasks.get(key) {
            return Ok(task);
        }
        if let Some(task) = self.tasks.values().find(|it| it.name() == key) {
            return Ok(task);
        }
        let mut found = self
            .tasks
            .values()
            .filter(|it| !key.is_empty() && it.id.starts_with(key));
        match (found.next(), found.next()) {
            (Some(task), None) => Ok(task),
            (Some(_), Some(_)) => Err(Fault::internal(format!(
                "task {key} is ambiguous (multiple matches found)"
            ))),
            _ => Err(Fault::not_found(format!("task {key} not found"))),
        }
    }
}

fn status(task: &Task) -> Value {
    let status = &task.status;
    let mut document = Map::new();
    document.insert("Timestamp".into(), json!(rfc3339(status.at)));
    document.insert("State".into(), json!(status.state.as_str()));
    document.insert("Message".into(), json!(status.message));
    if !status.error.is_empty() {
        document.insert("Err".into(), json!(status.error));
    }
    if let Some(container) = &status.container {
        let fields =
            json!({"ContainerID": container.id, "PID": container.pid, "ExitCode": container.code});
        document.insert("ContainerStatus".into(), fields);
    }
    let mut ports = Map::new();
    if !status.ports.is_empty() {
        ports.insert("Ports".into(), json!(status.ports));
    }
    document.insert("PortStatus".into(), Value::Object(ports));
    Value::Object(document)
}

fn document(state: &State, task: &Task) -> Value {
    let mut document = head(&task.id, &task.meta);
    let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
    put("Labels", json!({}));
    let mut spec = (*task.spec).clone();
    if let Some(fields) = spec.as_object_mut() {
        fields.shift_remove("Runtime");
    }
    put("Spec", spec);
    put("ServiceID", json!(task.service));
    if task.slot > 0 {
        put("Slot", json!(task.slot));
    }
    if !task.node.is_empty() {
        put("NodeID", json!(task.node));
    }
    put("Status", status(task));
    put("DesiredState", json!(task.desired.as_str()));
    let attachments: Vec<Value> = task
        .addresses
        .iter()
        .filter_map(|(id, address, prefix)| {
            let network = state.networks.get(id)?;
            Some(json!({"Network": network.attachment(), "Addresses": [format!("{address}/{prefix}")]}))
        })
        .collect();
    if !attachments.is_empty() {
        put("NetworksAttachments", Value::Array(attachments));
    }
    if let Some(iteration) = task.iteration {
        put(
            "JobIteration",
            if iteration == 0 {
                json!({})
            } else {
                json!({"Index": iteration})
            },
        );
    }
    put("Volumes", Value::Null);
    Value::Object(document)
}
