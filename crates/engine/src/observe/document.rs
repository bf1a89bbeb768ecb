//! Documents of `docker inspect` to domain objects.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use domain::{
    ChangeKind, Container, ContainerState, Document, FsChange, Image, Network, Node, Payload,
    PortMapping, Service, Volume,
};

fn text(document: &Value, pointer: &str) -> String {
    document
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn texts(document: &Value, pointer: &str) -> Vec<String> {
    let items = document.pointer(pointer).and_then(Value::as_array);
    items
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// A reference without the name of Docker's registry, which docker never shows and Podman does.
fn hub_name(reference: &str) -> String {
    let name = ["docker.io/library/", "docker.io/"]
        .iter()
        .find_map(|prefix| reference.strip_prefix(prefix));
    name.unwrap_or(reference).to_owned()
}

/// What an engine says of itself, without what changes with no event: a state is published when
/// something has changed.
pub(super) fn engine(mut document: Value) -> Value {
    if let Some(fields) = document.as_object_mut() {
        fields.retain(|key, _| {
            !matches!(
                key.as_str(),
                "SystemTime" | "NFd" | "NGoroutines" | "NEventsListener"
            ) && !key.starts_with("Containers")
                && key != "Images"
        });
    }
    document
}

pub(super) fn container(document: Value, changes: Option<Arc<Vec<FsChange>>>) -> Container {
    let labels: BTreeMap<String, String> = document
        .pointer("/Config/Labels")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    let mut command = vec![text(&document, "/Path")];
    command.extend(texts(&document, "/Args"));
    Container {
        id: text(&document, "/Id"),
        name: text(&document, "/Name").trim_start_matches('/').to_owned(),
        image: hub_name(&text(&document, "/Config/Image")),
        image_id: text(&document, "/Image"),
        state: state(&document),
        exit_code: document
            .pointer("/State/ExitCode")
            .and_then(Value::as_i64)
            .unwrap_or_default(),
        command,
        ports: ports(&document),
        labels,
        changes,
        document: Document::from(document),
    }
}

fn state(document: &Value) -> ContainerState {
    let word = text(document, "/State/Status");
    ContainerState::parse(&word).unwrap_or_else(|| {
        // Podman has words of its own: what they amount to for docker.
        match word.as_str() {
            "initialized" | "configured" => ContainerState::Created,
            "stopping" => ContainerState::Running,
            _ if document.pointer("/State/Running") == Some(&Value::Bool(true)) => {
                ContainerState::Running
            }
            _ => ContainerState::Exited,
        }
    })
}

/// `NetworkSettings.Ports`: `{"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "53/udp": null}`.
fn ports(document: &Value) -> Vec<PortMapping> {
    let published = document
        .pointer("/NetworkSettings/Ports")
        .and_then(Value::as_object);
    let mut ports: Vec<PortMapping> = published
        .into_iter()
        .flatten()
        .flat_map(|(key, bindings)| {
            let (port, protocol) = key.split_once('/').unwrap_or((key, "tcp"));
            bindings
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(move |binding| {
                    Some(PortMapping {
                        container: port.parse().ok()?,
                        protocol: protocol.to_owned(),
                        host_ip: text(binding, "/HostIp"),
                        host: text(binding, "/HostPort").parse().ok()?,
                    })
                })
        })
        .collect();
    ports.sort();
    ports
}

pub(super) fn image(document: Value) -> Image {
    let mut tags = texts(&document, "/RepoTags");
    tags.retain(|tag| tag != "<none>:<none>");
    for tag in &mut tags {
        *tag = hub_name(tag);
    }
    tags.sort();
    Image {
        id: text(&document, "/Id"),
        tags,
        size: document
            .pointer("/Size")
            .and_then(Value::as_u64)
            .unwrap_or_default(),
        layers: texts(&document, "/RootFS/Layers"),
        document: Document::from(document),
    }
}

pub(super) fn volume(document: Value) -> Volume {
    Volume {
        name: text(&document, "/Name"),
        document: Document::from(document),
    }
}

pub(super) fn network(document: Value) -> Network {
    // Podman's documents have lower-case keys on some versions of the call.
    let either = |upper: &str, lower: &str| {
        Some(text(&document, upper))
            .filter(|it| !it.is_empty())
            .unwrap_or(text(&document, lower))
    };
    Network {
        id: either("/Id", "/id"),
        name: either("/Name", "/name"),
        driver: either("/Driver", "/driver"),
        document: Document::from(document),
    }
}

pub(super) fn service(document: Value) -> Service {
    Service {
        id: text(&document, "/ID"),
        name: text(&document, "/Spec/Name"),
        document: Document::from(document),
    }
}

pub(super) fn node(document: Value) -> Node {
    Node {
        id: text(&document, "/ID"),
        name: text(&document, "/Description/Hostname"),
        document: Document::from(document),
    }
}

/// A secret or a configuration.
pub(super) fn payload(document: Value) -> Payload {
    Payload {
        id: text(&document, "/ID"),
        name: text(&document, "/Spec/Name"),
        document: Document::from(document),
    }
}

/// `[{"Path": "/etc/motd", "Kind": 0}]`, or `null` for none.
pub(super) fn changes(document: &Value) -> Vec<FsChange> {
    let items = document.as_array().into_iter().flatten();
    let mut changes: Vec<FsChange> = items
        .filter_map(|item| {
            let kind = match item.get("Kind")?.as_u64()? {
                0 => ChangeKind::Modified,
                1 => ChangeKind::Added,
                2 => ChangeKind::Deleted,
                _ => return None,
            };
            Some(FsChange {
                path: item.get("Path")?.as_str()?.to_owned(),
                kind,
            })
        })
        .collect();
    changes.sort();
    changes
}

#[cfg(test)]
mod tests;
