//! The objects an engine holds. Each keeps the typed fields that panels and goals read most, and
//! the whole document of `docker inspect` for the rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Document;

/// What sort of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `docker container`.
    Container,
    /// `docker image`.
    Image,
    /// `docker volume`.
    Volume,
    /// `docker network`.
    Network,
    /// `docker service`.
    Service,
    /// `docker node`.
    Node,
    /// `docker secret`.
    Secret,
    /// `docker config`.
    Config,
}

impl Kind {
    /// How many kinds there are.
    pub const COUNT: usize = Self::Config as usize + 1;
}

/// Names one object: its kind and the engine's identifier (a volume's is its name).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: Kind,
    /// Its identifier: 64 hexadecimal digits, `sha256:…` for an image, a name for a volume.
    pub id: String,
}

/// `State.Status` of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContainerState {
    /// Made, never started.
    Created,
    /// Its PID 1 runs.
    Running,
    /// Frozen by the cgroup freezer.
    Paused,
    /// Waiting for its restart policy.
    Restarting,
    /// Being removed.
    Removing,
    /// Its PID 1 has ended.
    Exited,
    /// Removal failed half-way.
    Dead,
}

impl ContainerState {
    /// The engine's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Removing => "removing",
            Self::Exited => "exited",
            Self::Dead => "dead",
        }
    }

    /// Reads the engine's word; `None` for one this program does not know.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Created,
            Self::Running,
            Self::Paused,
            Self::Restarting,
            Self::Removing,
            Self::Exited,
            Self::Dead,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
    }
}

/// A line of `docker diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// `C`, the API's 0.
    Modified,
    /// `A`, the API's 1.
    Added,
    /// `D`, the API's 2.
    Deleted,
}

/// One path that a container's writable layer adds, changes or hides.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FsChange {
    /// Absolute path in the container.
    pub path: String,
    /// What happened to it.
    pub kind: ChangeKind,
}

/// A published port of a running container, or the binding asked for at creation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PortMapping {
    /// Port inside the container.
    pub container: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Address listened on, on the host: `0.0.0.0`, `127.0.0.1`, `::`.
    pub host_ip: String,
    /// Port on the host.
    pub host: u16,
}

/// A container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Full identifier, 64 hexadecimal digits.
    pub id: String,
    /// Name without its leading `/`.
    pub name: String,
    /// The image reference it was created from (`Config.Image`).
    pub image: String,
    /// The identifier of that image (`Image`), `sha256:…`.
    pub image_id: String,
    /// `State.Status`.
    pub state: ContainerState,
    /// `State.ExitCode`; meaningful once it has exited.
    pub exit_code: i64,
    /// `Path` and `Args` together.
    pub command: Vec<String>,
    /// `NetworkSettings.Ports`, published ones only.
    pub ports: Vec<PortMapping>,
    /// `Config.Labels`.
    pub labels: BTreeMap<String, String>,
    /// `docker diff`, sorted by path; `None` when it was not read.
    pub changes: Option<Arc<Vec<FsChange>>>,
    /// `docker inspect`.
    pub document: Document,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// `sha256:…`.
    pub id: String,
    /// `RepoTags`, sorted.
    pub tags: Vec<String>,
    /// Bytes.
    pub size: u64,
    /// `RootFS.Layers`: the diff identifiers, lowest first.
    pub layers: Vec<String>,
    /// `docker image inspect`.
    pub document: Document,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Its name, which is also its identifier.
    pub name: String,
    /// `docker volume inspect`.
    pub document: Document,
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Full identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `bridge`, `host`, `overlay`, …
    pub driver: String,
    /// `docker network inspect`.
    pub document: Document,
}

/// A swarm service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its identifier, 25 characters.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `docker service inspect`.
    pub document: Document,
}

/// A node of a swarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its identifier, 25 characters.
    pub id: String,
    /// The name of its machine (`Description.Hostname`).
    pub name: String,
    /// `docker node inspect`.
    pub document: Document,
}

/// A secret or a configuration of a swarm: both are a named content that services are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Its identifier, 25 characters.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `docker secret inspect` or `docker config inspect`.
    pub document: Document,
}

/// Any object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Object {
    /// A container.
    Container(Container),
    /// An image.
    Image(Image),
    /// A volume.
    Volume(Volume),
    /// A network.
    Network(Network),
    /// A service.
    Service(Service),
    /// A node.
    Node(Node),
    /// A secret.
    Secret(Payload),
    /// A configuration.
    Config(Payload),
}

impl Object {
    /// Which object this is.
    pub fn reference(&self) -> ObjectRef {
        ObjectRef {
            kind: self.kind(),
            id: self.id().to_owned(),
        }
    }

    /// Its kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Container(_) => Kind::Container,
            Self::Image(_) => Kind::Image,
            Self::Volume(_) => Kind::Volume,
            Self::Network(_) => Kind::Network,
            Self::Service(_) => Kind::Service,
            Self::Node(_) => Kind::Node,
            Self::Secret(_) => Kind::Secret,
            Self::Config(_) => Kind::Config,
        }
    }

    /// The engine's identifier; a volume's is its name.
    pub fn id(&self) -> &str {
        match self {
            Self::Container(it) => &it.id,
            Self::Image(it) => &it.id,
            Self::Volume(it) => &it.name,
            Self::Network(it) => &it.id,
            Self::Service(it) => &it.id,
            Self::Node(it) => &it.id,
            Self::Secret(it) | Self::Config(it) => &it.id,
        }
    }

    /// What a person calls it: a name, an image's first tag, else a short identifier.
    pub fn name(&self) -> &str {
        match self {
            Self::Container(it) => &it.name,
            Self::Image(it) => it
                .tags
                .first()
                .map_or_else(|| short_id(&it.id), String::as_str),
            Self::Volume(it) => &it.name,
            Self::Network(it) => &it.name,
            Self::Service(it) => &it.name,
            Self::Node(it) => &it.name,
            Self::Secret(it) | Self::Config(it) => &it.name,
        }
    }

    /// The whole document of `docker inspect`.
    pub fn document(&self) -> &Value {
        match self {
            Self::Container(it) => &it.document,
            Self::Image(it) => &it.document,
            Self::Volume(it) => &it.document,
            Self::Network(it) => &it.document,
            Self::Service(it) => &it.document,
            Self::Node(it) => &it.document,
            Self::Secret(it) | Self::Config(it) => &it.document,
        }
    }
}

/// The twelve digits that docker shows of an identifier, without `sha256:`.
pub(crate) fn short_id(id: &str) -> &str {
    let digits = id.strip_prefix("sha256:").unwrap_or(id);
    digits.get(..12).unwrap_or(digits)
}

impl ChangeKind {
    /// The letter of `docker diff`.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Modified => "C",
            Self::Added => "A",
            Self::Deleted => "D",
        }
    }
}

/// A reference to an image as docker shows it: without what some engines add (`docker.io/library/`,
/// and `localhost/` on what Podman makes itself).
pub fn familiar(reference: &str) -> &str {
    ["docker.io/library/", "docker.io/", "library/", "localhost/"]
        .iter()
        .find_map(|prefix| reference.strip_prefix(prefix))
        .unwrap_or(reference)
}
