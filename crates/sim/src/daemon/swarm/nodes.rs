//! `docker node`: there is one.

use serde_json::{Value, json};

use super::super::commit::architecture;
use super::super::container::string_map;
use super::super::system::VERSION;
use super::{Node, Swarm, event, head, refused};
use crate::daemon::{Daemon, Fault, Filters, Outcome};

/// The plugins that a node tells of.
const PLUGINS: &[(&str, &str)] = &[
    ("Log", "json-file"),
    ("Log", "none"),
    ("Network", "bridge"),
    ("Network", "host"),
    ("Network", "null"),
    ("Network", "overlay"),
    ("Volume", "local"),
];

/// The processor as a node's platform names it.
pub(super) fn machine() -> &'static str {
    if architecture() == "arm64" {
        "aarch64"
    } else {
        "x86_64"
    }
}

impl Swarm {
    /// The node by its identifier, its name, or the beginning of its identifier.
    fn node(&self, key: &str, hostname: &str) -> Outcome<&Node> {
        let node = &self.node;
        if node.id == key || hostname == key || !key.is_empty() && node.id.starts_with(key) {
            return Ok(node);
        }
        Err(Fault::not_found(format!("node {key} not found")))
    }
}

impl Daemon {
    fn node_document(&self, swarm: &Swarm) -> Value {
        let node = &swarm.node;
        let options = self.inner.kernel.options();
        let plugins: Vec<Value> = PLUGINS
            .iter()
            .map(|(kind, name)| json!({"Type": kind, "Name": name}))
            .collect();
        let mut document = head(&node.id, &node.meta);
        document.insert("Spec".into(), node.spec.clone());
        document.insert(
            "Description".into(),
            json!({
                "Hostname": options.hostname,
                "Platform": {"Architecture": machine(), "OS": "linux"},
                "Resources": {
                    "NanoCPUs": u64::from(options.cpus) * 1_000_000_000,
                    "MemoryBytes": options.memory,
                },
                "Engine": {"EngineVersion": VERSION, "Plugins": plugins},
                "TLSInfo": swarm.tls(),
            }),
        );
        document.insert(
            "Status".into(),
            json!({"State": "ready", "Addr": swarm.node_address()}),
        );
        document.insert(
            "ManagerStatus".into(),
            json!({"Leader": true, "Reachability": "reachable", "Addr": swarm.address}),
        );
        Value::Object(document)
    }

    /// `GET /nodes`.
    pub fn list_nodes(&self, filters: &Filters) -> Outcome<Vec<Value>> {
        let state = self.state();
        let swarm = state.manager()?;
        filters.only(&["name", "id", "label", "role", "membership", "node.label"])?;
        for role in filters.get("role") {
            if !matches!(role.to_lowercase().as_str(), "manager" | "worker") {
                return Err(Fault::invalid(format!("invalid role filter: '{role}'")));
            }
        }
        for membership in filters.get("membership") {
            if !matches!(membership.to_lowercase().as_str(), "accepted" | "pending") {
                return Err(Fault::invalid(format!(
                    "invalid membership filter: '{membership}'"
                )));
            }
        }
        let hostname = &self.inner.kernel.options().hostname;
        let labels = string_map(Some(&swarm.node.spec["Labels"]));
        let mut own = Filters::default();
        for label in filters.get("node.label") {
            own.add("label", label);
        }
        let passes = filters.any("name", |it| hostname.starts_with(it))
            && filters.any("id", |it| swarm.node.id.starts_with(it))
            // The labels of the engine, of which there are none.
            && !filters.has("label")
            && own.labels(&labels)
            && filters.any("role", |it| it.eq_ignore_ascii_case("manager"))
            && filters.any("membership", |it| it.eq_ignore_ascii_case("accepted"));
        Ok(if passes {
            vec![self.node_document(swarm)]
        } else {
            Vec::new()
        })
    }

    /// `GET /nodes/ID`.
    pub fn inspect_node(&self, key: &str) -> Outcome<Value> {
        let state = self.state();
        let swarm = state.manager()?;
        swarm.node(key, &self.inner.kernel.options().hostname)?;
        Ok(self.node_document(swarm))
    }

    /// `POST /nodes/ID/update`.
    pub fn update_node(&self, key: &str, version: u64, spec: &Value) -> Outcome<()> {
        let hostname = self.inner.kernel.options().hostname.clone();
        self.in_swarm(|state, now| {
            let swarm = state.swarm.as_mut().ok_or_else(super::not_a_manager)?;
            swarm.node(key, &hostname)?;
            let role = match spec["Role"].as_str().unwrap_or_default() {
                role @ ("manager" | "worker") => role,
                other => return Err(Fault::invalid(format!("invalid Role: \"{other}\""))),
            };
            let availability = match spec["Availability"].as_str().unwrap_or_default() {
                it @ ("active" | "pause" | "drain") => it,
                other => {
                    return Err(Fault::invalid(format!("invalid Availability: \"{other}\"")));
                }
            };
            if swarm.node.meta.version != version {
                return Err(refused("Unknown", "update out of sequence"));
            }
            if role == "worker" {
                return Err(refused(
                    "FailedPrecondition",
                    "attempting to demote the last manager of the swarm",
                ));
            }
            let before = swarm.node.availability().to_owned();
            let labels = spec["Labels"].as_object().cloned().unwrap_or_default();
            let mut wanted = serde_json::Map::new();
            if let Some(name) = spec["Name"].as_str().filter(|it| !it.is_empty()) {
                wanted.insert("Name".into(), json!(name));
            }
            wanted.insert("Labels".into(), json!(labels));
            wanted.insert("Role".into(), json!(role));
            wanted.insert("Availability".into(), json!(availability));
            swarm.node.spec = Value::Object(wanted);
            swarm.node.meta.version = swarm.tick();
            swarm.node.meta.updated = now;
            let mut attributes = vec![("name", hostname.as_str())];
            if before != availability {
                attributes.push(("availability.new", availability));
                attributes.push(("availability.old", before.as_str()));
            }
            let told = event("node", "update", &swarm.node.id, &attributes, now);
            Ok(((), vec![told]))
        })
    }

    /// `DELETE /nodes/ID`: the last manager stays.
    pub fn remove_node(&self, key: &str) -> Outcome<()> {
        let state = self.state();
        let swarm = state.manager()?;
        let node = swarm.node(key, &self.inner.kernel.options().hostname)?;
        Err(refused(
            "FailedPrecondition",
            format!(
                "node {} is a cluster manager and is a member of the raft cluster. It must be demoted to worker before removal",
                node.id
            ),
        ))
    }
}
