//! What the daemon knows of a container.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::config::{flag, number, text, texts};
use super::summary::Listed;
use super::time::human_duration;
use crate::kernel::{Environment, Pid, RootFs};
use domain::ContainerState;

/// A container.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Container {
    /// 64 hexadecimal digits.
    pub id: String,
    /// Without the leading `/`.
    pub name: String,
    /// When it was made.
    pub created: SystemTime,
    /// Rank of its making: the order of `docker ps`.
    pub rank: u64,
    /// The image, by identifier.
    pub image: String,
    /// Stack of the image's layers, as chain IDs, lowest first.
    pub chain: Vec<String>,
    /// Program.
    pub path: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// `Config`.
    pub config: Arc<Map<String, Value>>,
    /// `HostConfig`.
    pub host: Arc<Map<String, Value>>,
    /// Where it is in its life.
    #[serde(with = "state_word")]
    pub state: ContainerState,
    /// PID 1's number on the host while it runs.
    #[serde(skip)]
    pub pid: Option<Pid>,
    /// Of the last end.
    pub exit_code: i64,
    /// Why it did not start.
    pub error: String,
    /// Whether the kernel killed it for want of memory.
    pub oom_killed: bool,
    /// Last start.
    pub started: Option<SystemTime>,
    /// Last end.
    pub finished: Option<SystemTime>,
    /// Restarts by the policy since the last start by hand.
    pub restarts: u32,
    /// Whether somebody asked for the end: the restart policy then keeps still.
    pub stopped_by_hand: bool,
    /// What it is or will be plugged in, by the network's name.
    pub endpoints: BTreeMap<String, Endpoint>,
    /// What it publishes while it runs.
    pub ports: Vec<Published>,
    /// Its volumes and binds.
    pub mounts: Vec<MountPoint>,
    /// Of its health check.
    #[serde(skip)]
    pub health: Option<Health>,
    /// Running `docker exec`s.
    #[serde(skip)]
    pub execs: Vec<String>,
    /// Its network namespace while it runs.
    pub sandbox: String,
    /// Files of the cluster that it is given.
    pub files: Vec<FileMount>,
    /// Its root file system.
    #[serde(skip)]
    pub root: RootFs,
    /// Its line in the list of containers.
    #[serde(skip)]
    pub listed: Listed,
}

/// A secret or a config of the cluster in a container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileMount {
    /// Path in the container.
    pub target: String,
    /// Path on the host.
    pub source: String,
}

/// A plug in a network: what is wanted, and what is given while the container runs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// `IPAMConfig` as asked for.
    pub ipam: Value,
    /// Links of the default bridge, `container:alias`.
    pub links: Option<Vec<String>>,
    /// Other names on the network.
    pub aliases: Option<Vec<String>>,
    /// Options of the driver, as asked for.
    pub options: Value,
    /// Which network, once known.
    pub network_id: String,
    /// Identifier while it runs.
    pub endpoint_id: String,
    /// Address while it runs.
    pub address: Option<Ipv4Addr>,
    /// Length of the prefix.
    pub prefix: u8,
    /// The way out.
    pub gateway: Option<Ipv4Addr>,
    /// IPv6 address while it runs.
    pub address6: Option<Ipv6Addr>,
    /// Length of its prefix.
    pub prefix6: u8,
    /// Its way out.
    pub gateway6: Option<Ipv6Addr>,
    /// Ethernet address while it runs.
    pub mac: String,
    /// Names the embedded DNS answers for.
    pub dns_names: Vec<String>,
    /// Whether nobody asked for it: the way out of overlay networks.
    pub implicit: bool,
    /// Whether nothing outside reaches it there (`--internal`), while it runs.
    #[serde(default)]
    pub internal: bool,
}

/// A published port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Port of the container.
    pub container: u16,
    /// `tcp`, `udp`, `sctp`.
    pub protocol: String,
    /// Address of the host.
    pub host_ip: String,
    /// Port of the host.
    pub host: u16,
}

/// A mount as `docker inspect` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MountPoint {
    /// `volume`, `bind`, `tmpfs`.
    pub kind: String,
    /// The volume's name; empty for others.
    pub name: String,
    /// Path on the host.
    pub source: String,
    /// Path in the container.
    pub destination: String,
    /// `z`, `ro`… as given.
    pub mode: String,
    /// `rprivate`, `rshared`… of a bind mount; empty for others.
    pub propagation: String,
    /// Whether it can be written to.
    pub writable: bool,
    /// Whether the volume was made for this container alone.
    pub anonymous: bool,
    /// Whether an empty volume is filled with the image's files.
    pub copy_up: bool,
}

/// State of a health check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// `starting`, `healthy`, `unhealthy`.
    pub status: &'static str,
    /// Failures in a row.
    pub streak: u32,
    /// Last five probes.
    pub log: Vec<Probe>,
}

/// One probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// When it began.
    pub start: SystemTime,
    /// When it ended.
    pub end: SystemTime,
    /// 0 is healthy; -1 when it took too long.
    pub exit_code: i64,
    /// What it printed.
    pub output: String,
}

/// A state as `docker inspect` writes it.
mod state_word {
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    use domain::ContainerState;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub(super) fn serialize<S: Serializer>(
        state: &ContainerState,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(state.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<ContainerState, D::Error> {
        let word = String::deserialize(deserializer)?;
        ContainerState::parse(&word).ok_or_else(|| D::Error::custom(word))
    }
}

impl Container {
    /// Whether it has processes: running, paused, or between two tries of its restart policy
    /// (dockerd counts that as running too).
    pub const fn is_running(&self) -> bool {
        matches!(
            self.state,
            ContainerState::Running | ContainerState::Paused | ContainerState::Restarting
        )
    }

    /// Labels.
    pub fn labels(&self) -> BTreeMap<String, String> {
        string_map(self.config.get("Labels"))
    }

    /// Whether it is the container of a task.
    pub fn is_task(&self) -> bool {
        self.config
            .get("Labels")
            .and_then(|it| it.get("com.docker.swarm.task"))
            .is_some()
    }

    /// The image as the user named it.
    pub fn image_name(&self) -> &str {
        text(&self.config, "Image")
    }

    /// Whether it has a terminal.
    pub fn tty(&self) -> bool {
        flag(&self.config, "Tty")
    }

    /// `--rm`.
    pub fn auto_remove(&self) -> bool {
        flag(&self.host, "AutoRemove")
    }

    /// `HostConfig.NetworkMode`.
    pub fn network_mode(&self) -> &str {
        text(&self.host, "NetworkMode")
    }

    /// Its links on the default bridge, as dockerd stores them: `/target:/name/alias`.
    pub fn links(&self) -> Vec<String> {
        texts(&self.host, "Links")
    }

    /// Replaces its links.
    pub(super) fn set_links(&mut self, links: &[String]) {
        let links = if links.is_empty() {
            Value::Null
        } else {
            Value::from(links.to_vec())
        };
        Arc::make_mut(&mut self.host).insert("Links".into(), links);
    }

    /// Restart policy: name and number of tries.
    pub fn restart_policy(&self) -> (&str, i64) {
        let policy = self.host.get("RestartPolicy").and_then(Value::as_object);
        policy.map_or(("no", 0), |it| {
            (text(it, "Name"), number(it, "MaximumRetryCount"))
        })
    }

    /// Whether all of its networks are internal ones: no port of it is shown or published.
    pub fn is_shut_in(&self) -> bool {
        !self.endpoints.is_empty() && self.endpoints.values().all(|it| it.internal)
    }

    /// `80/tcp` and such, from the image and `--expose`, sorted.
    pub fn exposed(&self) -> Vec<(u16, String)> {
        let ports = self.config.get("ExposedPorts").and_then(Value::as_object);
        let mut list: Vec<_> = ports
            .into_iter()
            .flatten()
            .filter_map(|(port, _)| {
                let (number, protocol) = port.split_once('/').unwrap_or((port, "tcp"));
                Some((number.parse().ok()?, protocol.to_owned()))
            })
            .collect();
        list.sort();
        list
    }

    /// The command line as `docker ps` shows it: words with blanks are quoted.
    pub fn command_line(&self) -> String {
        let quoted = |word: &String| {
            if word.contains(' ') {
                format!("'{word}'")
            } else {
                word.clone()
            }
        };
        std::iter::once(self.path.clone())
            .chain(self.args.iter().map(quoted))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// `Up 4 seconds (healthy)` and such.
    pub fn status(&self, now: SystemTime) -> String {
        let since = |time: Option<SystemTime>| {
            let elapsed = time.and_then(|it| now.duration_since(it).ok());
            human_duration(elapsed.unwrap_or(Duration::ZERO))
        };
        match self.state {
            ContainerState::Paused => format!("Up {} (Paused)", since(self.started)),
            ContainerState::Restarting => {
                format!(
                    "Restarting ({}) {} ago",
                    self.exit_code,
                    since(self.finished)
                )
            }
            ContainerState::Running => match &self.health {
                Some(health) if health.status == "starting" => {
                    format!("Up {} (health: starting)", since(self.started))
                }
                Some(health) => format!("Up {} ({})", since(self.started), health.status),
                None => format!("Up {}", since(self.started)),
            },
            ContainerState::Removing => "Removal In Progress".to_owned(),
            ContainerState::Dead => "Dead".to_owned(),
            ContainerState::Created => "Created".to_owned(),
            ContainerState::Exited => {
                format!("Exited ({}) {} ago", self.exit_code, since(self.finished))
            }
        }
    }

    /// Attributes of its events.
    pub fn attributes(&self) -> BTreeMap<String, String> {
        let mut attributes = self.labels();
        attributes.insert("image".into(), self.image_name().to_owned());
        attributes.insert("name".into(), self.name.clone());
        attributes
    }

    /// Its environment as a map, later values winning.
    pub fn environment(&self) -> Environment {
        environment(&texts(&self.config, "Env"))
    }
}

/// `NAME=value` lines as a map; a name alone is left out. A name given twice stands where it was
/// given last, as runc keeps it.
pub fn environment(lines: &[String]) -> Environment {
    let mut environment = Environment::new();
    for (name, value) in lines.iter().filter_map(|line| line.split_once('=')) {
        environment.shift_remove(name);
        environment.insert(name.to_owned(), value.to_owned());
    }
    environment
}

/// An object of texts as a map.
pub fn string_map(value: Option<&Value>) -> BTreeMap<String, String> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect()
}
