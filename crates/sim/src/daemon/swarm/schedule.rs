//! Where a task may run, and why it may not: swarmkit's filters, for one node.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Outcome, Swarm, Task, TaskState, refused};

/// What a node is to the scheduler.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Name of the host.
    pub(super) hostname: String,
    /// Its CPUs, in billionths.
    pub(super) cpus: i64,
    /// Its memory, bytes.
    pub(super) memory: i64,
    /// `x86_64`, `aarch64`.
    pub(super) machine: &'static str,
}

/// `node.labels.zone==a`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Constraint {
    key: String,
    equal: bool,
    value: String,
}

impl Constraint {
    /// Reads one, or says as swarmkit what is wrong.
    pub(super) fn parse(text: &str) -> Outcome<Self> {
        let unknown = |why: String| refused("Unknown", why);
        for (operator, equal) in [("==", true), ("!=", false)] {
            let Some((key, value)) = text.split_once(operator) else {
                continue;
            };
            let (key, value) = (key.trim(), value.trim());
            let word = |it: &str, more: &[char]| {
                it.chars()
                    .next()
                    .is_some_and(|first| first.is_ascii_alphanumeric() || first == '_')
                    && it
                        .chars()
                        .all(|letter| letter.is_ascii_alphanumeric() || more.contains(&letter))
            };
            if !word(key, &['_', '-', '.']) {
                return Err(unknown(format!("key '{key}' is invalid")));
            }
            if !word(
                value,
                &[
                    '_', '-', '.', ':', '/', ' ', '*', '(', ')', '?', '+', '[', ']', '\\', '^',
                    '$', '|', ',', '=', '&', '@', '#', '!', '<', '>', '%', ';',
                ],
            ) {
                return Err(unknown(format!("value '{value}' is invalid")));
            }
            return Ok(Self {
                key: key.to_owned(),
                equal,
                value: value.to_owned(),
            });
        }
        Err(unknown(
            "constraint expected one operator from ==, !=".to_owned(),
        ))
    }

    fn holds(&self, swarm: &Swarm, place: &Place) -> bool {
        let key = self.key.to_lowercase();
        let found = match key.as_str() {
            "node.id" => Some(swarm.node.id.clone()),
            "node.hostname" => Some(place.hostname.clone()),
            "node.ip" => Some(swarm.node_address().to_owned()),
            "node.role" => Some("manager".to_owned()),
            "node.platform.os" => Some("linux".to_owned()),
            "node.platform.arch" => Some(place.machine.to_owned()),
            _ if key.starts_with("node.labels.") => {
                let name = self.key.get("node.labels.".len()..).unwrap_or_default();
                let label = swarm.node.spec["Labels"][name].as_str().unwrap_or_default();
                Some(label.to_owned())
            }
            _ if key.starts_with("engine.labels.") => Some(String::new()),
            _ => None,
        };
        found.is_some_and(|it| it.eq_ignore_ascii_case(&self.value) == self.equal)
    }
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

fn host_ports(endpoint: &Value) -> Vec<(u64, String)> {
    let ports = endpoint["Ports"].as_array().into_iter().flatten();
    ports
        .filter(|it| it["PublishMode"] == "host")
        .map(|it| {
            (
                it["PublishedPort"].as_u64().unwrap_or(0),
                it["Protocol"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .filter(|it| it.0 != 0)
        .collect()
}

impl Swarm {
    /// Whether the constraints of a task's wish hold for the node.
    pub(super) fn constraints_hold(&self, template: &Value, place: &Place) -> bool {
        let constraints = template["Placement"]["Constraints"].as_array();
        constraints.into_iter().flatten().all(|it| {
            Constraint::parse(it.as_str().unwrap_or_default()).is_ok_and(|it| it.holds(self, place))
        })
    }

    /// Whether the node takes a task; the reason why it does not.
    pub(super) fn fits(&self, task: &Task, place: &Place) -> Result<(), &'static str> {
        if self.node.availability() != "active" {
            return Err("1 node not available for new tasks");
        }
        let here: Vec<&Task> = self
            .tasks
            .values()
            .map(std::convert::AsRef::as_ref)
            .filter(|it| it.id != task.id && !it.node.is_empty() && !it.ended())
            .filter(|it| it.status.state >= TaskState::Assigned)
            .collect();
        let wanted = &task.spec["Resources"]["Reservations"];
        let sum = |name: &str| -> i64 {
            here.iter()
                .map(|it| number(&it.spec["Resources"]["Reservations"][name]))
                .sum()
        };
        let enough = number(&wanted["NanoCPUs"]) + sum("NanoCPUs") <= place.cpus
            && number(&wanted["MemoryBytes"]) + sum("MemoryBytes") <= place.memory
            && wanted["GenericResources"]
                .as_array()
                .is_none_or(Vec::is_empty);
        if !enough {
            return Err("insufficient resources on 1 node");
        }
        let driver = task.spec["LogDriver"]["Name"].as_str().unwrap_or_default();
        if !matches!(driver, "" | "json-file" | "none") {
            return Err("missing plugin on 1 node");
        }
        if !self.constraints_hold(&task.spec, place) {
            return Err("scheduling constraints not satisfied on 1 node");
        }
        let platforms = task.spec["Placement"]["Platforms"].as_array();
        let architecture = if place.machine == "aarch64" {
            ["aarch64", "arm64"]
        } else {
            ["x86_64", "amd64"]
        };
        let suits = |it: &Value| {
            let os = it["OS"].as_str().unwrap_or_default();
            let machine = it["Architecture"].as_str().unwrap_or_default();
            matches!(os, "" | "linux") && (machine.is_empty() || architecture.contains(&machine))
        };
        if platforms.is_some_and(|it| !it.is_empty() && !it.iter().any(suits)) {
            return Err("unsupported platform on 1 node");
        }
        let ports = host_ports(&task.endpoint);
        let taken: BTreeSet<(u64, String)> = here
            .iter()
            .flat_map(|it| host_ports(&it.endpoint))
            .collect();
        if ports.iter().any(|it| taken.contains(it)) {
            return Err("host-mode port already in use on 1 node");
        }
        let most = task.spec["Placement"]["MaxReplicas"].as_u64().unwrap_or(0);
        let same = here
            .iter()
            .filter(|it| it.service == task.service && it.wanted())
            .count();
        if most > 0 && u64::try_from(same).unwrap_or(u64::MAX) >= most {
            return Err("max replicas per node limit exceed");
        }
        Ok(())
    }
}
