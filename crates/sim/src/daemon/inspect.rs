//! `GET /containers/ID/json`: the document of `docker inspect`.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::container::{Container, Endpoint, Health, MountPoint};
use super::ids::hex;
use super::summary::EndpointSettings;
use super::swarm::GATEWAY;
use super::time::{rfc3339, rfc3339_or_never};
use super::{Daemon, Outcome, lock};
use domain::ContainerState;

/// Where the daemon keeps what it writes of containers.
const CONTAINERS: &str = "/var/lib/docker/containers";

impl Daemon {
    /// The document of a container.
    pub fn inspect_container(&self, key: &str, size: bool) -> Outcome<Value> {
        let container = self.container(key)?;
        let id = &container.id;
        // Written at the first start; whose network it joined has those of the network.
        let file = |owner: &str, name: &str| match container.started {
            Some(_) => json!(format!("{CONTAINERS}/{owner}/{name}")),
            None => json!(""),
        };
        let owner = container.network_mode().strip_prefix("container:");
        let owner = owner.unwrap_or(id);
        let mut document = Map::new();
        let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
        put("Id", json!(container.id));
        put("Created", json!(rfc3339(container.created)));
        put("Path", json!(container.path));
        put("Args", json!(container.args));
        put("State", state(&container));
        put("Image", json!(container.image));
        put("ResolvConfPath", file(owner, "resolv.conf"));
        put("HostnamePath", file(owner, "hostname"));
        put("HostsPath", file(owner, "hosts"));
        put("LogPath", file(id, &format!("{id}-json.log")));
        put("Name", json!(format!("/{}", container.name)));
        put("RestartCount", json!(container.restarts));
        put("Driver", json!("overlay2"));
        put("Platform", json!("linux"));
        put("MountLabel", json!(""));
        put("ProcessLabel", json!(""));
        put("AppArmorProfile", json!(""));
        put(
            "ExecIDs",
            if container.execs.is_empty() {
                Value::Null
            } else {
                json!(container.execs)
            },
        );
        put("HostConfig", Value::Object(self.host_document(&container)));
        put("GraphDriver", self.graph_driver(&container));
        if size {
            let root = lock(&container.root);
            put("SizeRw", json!(root.upper_size()));
            put("SizeRootFs", json!(root.total_size()));
        }
        put(
            "Mounts",
            Value::Array(container.mounts.iter().map(mount).collect()),
        );
        put("Config", Value::Object((*container.config).clone()));
        put("NetworkSettings", network_settings(&container));
        Ok(Value::Object(document))
    }

    /// Its `HostConfig`, without the links to containers that are gone.
    fn host_document(&self, container: &Container) -> Map<String, Value> {
        let mut host = (*container.host).clone();
        let mut links = container.links();
        if !links.is_empty() {
            let state = self.state();
            links.retain(|link| {
                let target = link.split(':').next().and_then(|it| it.strip_prefix('/'));
                target.is_some_and(|it| state.container_named(it).is_some())
            });
            let left = if links.is_empty() {
                Value::Null
            } else {
                json!(links)
            };
            host.insert("Links".into(), left);
        }
        host
    }

    /// The options of the overlay that is its root, as `/proc/mounts` has them.
    pub(super) fn mount_options(&self, container: &Container) -> String {
        let below = self.folders_below(container);
        let own = own_folder(container);
        // Short names of the layers, so that the options fit in a page.
        let short = |folder: &str| {
            let name = folder.rsplit('/').nth(1).unwrap_or(folder);
            let name = name.strip_suffix("-init").unwrap_or(name);
            format!("/var/lib/docker/overlay2/l/{}", link_name(name))
        };
        let lower: Vec<String> = below.iter().map(|it| short(it)).collect();
        format!(
            "lowerdir={},upperdir={own}/diff,workdir={own}/work",
            lower.join(":")
        )
    }

    fn folders_below(&self, container: &Container) -> Vec<String> {
        let image = lock(&self.inner.state)
            .images
            .get(&container.image)
            .cloned();
        let below = image.map(|it| it.cache_ids()).unwrap_or_default();
        let layers = below
            .iter()
            .rev()
            .map(|id| format!("/var/lib/docker/overlay2/{id}/diff"));
        std::iter::once(format!("{}-init/diff", own_folder(container)))
            .chain(layers)
            .collect()
    }

    fn graph_driver(&self, container: &Arc<Container>) -> Value {
        let own = own_folder(container);
        json!({
            "Data": {
                "ID": container.id,
                "LowerDir": self.folders_below(container).join(":"),
                "MergedDir": format!("{own}/merged"),
                "UpperDir": format!("{own}/diff"),
                "WorkDir": format!("{own}/work"),
            },
            "Name": "overlay2",
        })
    }
}

/// The folder of its writable layer.
fn own_folder(container: &Container) -> String {
    use sha2::{Digest, Sha256};
    let own = hex(&Sha256::digest(format!("overlay2 {}", container.id)));
    format!("/var/lib/docker/overlay2/{own}")
}

/// The short name of a layer's folder: 26 letters and digits.
fn link_name(id: &str) -> String {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bytes = id.bytes().cycle().take(52).collect::<Vec<u8>>();
    let pick = |pair: &[u8]| {
        let sum = pair
            .iter()
            .fold(0_usize, |sum, it| sum * 31 + usize::from(*it));
        char::from(letters[sum % letters.len()])
    };
    bytes.chunks(2).map(pick).collect()
}

fn state(container: &Container) -> Value {
    let running = container.is_running();
    let mut document = json!({
        "Status": container.state.as_str(),
        "Running": running,
        "Paused": container.state == ContainerState::Paused,
        "Restarting": container.state == ContainerState::Restarting,
        "OOMKilled": container.oom_killed,
        "Dead": container.state == ContainerState::Dead,
        "Pid": container.pid.map_or(0, |pid| pid.0),
        "ExitCode": container.exit_code,
        "Error": container.error,
        "StartedAt": rfc3339_or_never(container.started),
        "FinishedAt": rfc3339_or_never(container.finished),
    });
    if let (Some(health), Some(fields)) = (&container.health, document.as_object_mut()) {
        fields.insert("Health".into(), health_document(health));
    }
    document
}

fn health_document(health: &Health) -> Value {
    let log: Vec<Value> = health
        .log
        .iter()
        .map(|probe| {
            json!({
                "Start": rfc3339(probe.start),
                "End": rfc3339(probe.end),
                "ExitCode": probe.exit_code,
                "Output": probe.output,
            })
        })
        .collect();
    json!({"Status": health.status, "FailingStreak": health.streak, "Log": log})
}

/// A mount as `docker inspect` and `docker ps` list it.
pub(super) fn mount(mount: &MountPoint) -> Value {
    let mut document = Map::new();
    document.insert("Type".into(), json!(mount.kind));
    if !mount.name.is_empty() {
        document.insert("Name".into(), json!(mount.name));
    }
    document.insert("Source".into(), json!(mount.source));
    document.insert("Destination".into(), json!(mount.destination));
    if mount.kind == "volume" {
        document.insert("Driver".into(), json!("local"));
    }
    document.insert("Mode".into(), json!(mount.mode));
    document.insert("RW".into(), json!(mount.writable));
    document.insert("Propagation".into(), json!(mount.propagation));
    Value::Object(document)
}

/// A plug in a network.
fn endpoint(end: &Endpoint) -> Value {
    json!(EndpointSettings(end))
}

/// The networks of a container that are told of, by name.
pub(super) fn shown_endpoints(container: &Container) -> impl Iterator<Item = (&String, &Endpoint)> {
    // The way out of overlay networks is not shown.
    let shown = |(name, end): &(&String, &Endpoint)| *name != GATEWAY || !end.implicit;
    container.endpoints.iter().filter(shown)
}

fn endpoints(container: &Container) -> Value {
    shown_endpoints(container)
        .map(|(name, end)| (name.clone(), endpoint(end)))
        .collect::<Map<_, _>>()
        .into()
}

fn network_settings(container: &Container) -> Value {
    let bridge = container
        .endpoints
        .get("bridge")
        .cloned()
        .unwrap_or_default();
    let first = endpoint(&bridge);
    let field = |name: &str| first.get(name).cloned().unwrap_or_default();
    let key = if container.sandbox.is_empty() {
        String::new()
    } else {
        format!(
            "/var/run/docker/netns/{}",
            super::ids::short(&container.sandbox)
        )
    };
    json!({
        "Bridge": "",
        "SandboxID": container.sandbox,
        "SandboxKey": key,
        "Ports": ports(container),
        "HairpinMode": false,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        "SecondaryIPAddresses": null,
        "SecondaryIPv6Addresses": null,
        "EndpointID": field("EndpointID"),
        "Gateway": field("Gateway"),
        "GlobalIPv6Address": field("GlobalIPv6Address"),
        "GlobalIPv6PrefixLen": field("GlobalIPv6PrefixLen"),
        "IPAddress": field("IPAddress"),
        "IPPrefixLen": field("IPPrefixLen"),
        "IPv6Gateway": field("IPv6Gateway"),
        "MacAddress": field("MacAddress"),
        "Networks": endpoints(container),
    })
}

/// `Ports`: exposed and published ones while it runs, nothing otherwise.
fn ports(container: &Container) -> Value {
    let mut ports = Map::new();
    let nowhere = container.network_mode() == "host" || container.is_shut_in();
    if container.sandbox.is_empty() || nowhere {
        return Value::Object(ports);
    }
    for (port, protocol) in container.exposed() {
        ports.insert(format!("{port}/{protocol}"), Value::Null);
    }
    for published in &container.ports {
        let key = format!("{}/{}", published.container, published.protocol);
        let binding = json!({"HostIp": published.host_ip, "HostPort": published.host.to_string()});
        match ports.get_mut(&key) {
            Some(Value::Array(list)) => list.push(binding),
            _ => {
                ports.insert(key, json!([binding]));
            }
        }
    }
    Value::Object(ports)
}
