//! Who is on which network, under which addresses and names, and who can reach whom: what the
//! documents of `docker inspect` say of it, before anything is tried.
//!
//! Follows what the bridge, overlay, host and null drivers do
//! (<https://docs.docker.com/engine/network/drivers/>): two containers meet on a network they share;
//! the embedded DNS server knows names on user-defined networks only.

use serde_json::Value;

use super::{ContainerState, Kind, Object, ObjectRef, Snapshot};

mod document;
mod route;

pub use route::{Barrier, Route, Way};

/// What sets a network apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quality {
    /// It leads nowhere outside (`--internal`).
    Internal,
    /// A container made by hand may join it (`--attachable`, for the swarm scope).
    Attachable,
    /// It carries the ports that services publish.
    Ingress,
    /// Its containers may not talk to one another (`enable_icc=false`).
    Mute,
    /// It gives names, as user-defined networks do.
    Named,
}

/// A network, and what is on it besides the containers of this engine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Net {
    /// Full identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `bridge`, `overlay`, `host`, `null`…
    pub driver: String,
    /// `local` or `swarm`.
    pub scope: String,
    /// `10.77.0.0/24`, of each family.
    pub subnets: Vec<String>,
    /// The gateways that the engine tells.
    pub gateways: Vec<String>,
    /// What sets it apart.
    pub qualities: Vec<Quality>,
    /// What is on it and is no container of this engine: its name, its address.
    pub strangers: Vec<(String, String)>,
}

/// A container's place on a network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attachment {
    /// The network's name.
    pub network: String,
    /// IPv4 address; `None` while the container does not run.
    pub address: Option<String>,
    /// IPv6 address.
    pub address6: Option<String>,
    /// MAC address.
    pub mac: Option<String>,
    /// The gateway.
    pub gateway: Option<String>,
    /// The names that the others resolve there; none where the network gives none.
    pub names: Vec<String>,
}

/// The network stack that a container has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stack {
    /// Its own, on these networks.
    Own(Vec<Attachment>),
    /// The machine's (`--network host`).
    Host,
    /// Its own, with a loopback only (`--network none`).
    Alone,
    /// That of the container of this identifier (`--network container:…`).
    Of(String),
}

/// A port that a container or its image declares, or that is published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// Port inside the container.
    pub number: u16,
    /// `tcp`, `udp` or `sctp`.
    pub protocol: String,
    /// Addresses and ports of the host that lead to it; those asked for while it does not run.
    pub published: Vec<(String, u16)>,
}

/// A container, as the networks see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Full identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: ContainerState,
    /// Its network stack.
    pub stack: Stack,
    /// Its ports, by number.
    pub ports: Vec<Port>,
}

/// A service, as the networks see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// Its name.
    pub name: String,
    /// Its virtual address on each network: the network's identifier, the address.
    pub addresses: Vec<(String, String)>,
    /// Published port of every node, port of the tasks, protocol.
    pub ports: Vec<(u16, u16, String)>,
}

/// Every network, container and service of an engine.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Topology {
    /// Networks, by name.
    pub nets: Vec<Net>,
    /// Containers, by name.
    pub members: Vec<Member>,
    /// Services, by name.
    pub services: Vec<Served>,
}

impl From<&Snapshot> for Topology {
    fn from(state: &Snapshot) -> Self {
        let networks = state.networks().map(|it| &*it.document);
        let containers = state.containers().map(|it| &*it.document);
        let services = state.of_kind(Kind::Service).map(Object::document);
        let mut topology = Self::of(networks, containers, services);
        // Podman's words for a state are its own: the snapshot knows what they amount to.
        for member in &mut topology.members {
            let reference = ObjectRef {
                kind: Kind::Container,
                id: member.id.clone(),
            };
            if let Some(Object::Container(it)) = state.get(&reference) {
                member.state = it.state;
            }
        }
        topology
    }
}

impl Topology {
    /// Reads the documents of `docker network inspect`, `docker inspect` and
    /// `docker service inspect`. What a document lacks is taken as absent.
    pub fn of<'a>(
        networks: impl Iterator<Item = &'a Value>,
        containers: impl Iterator<Item = &'a Value>,
        services: impl Iterator<Item = &'a Value>,
    ) -> Self {
        let containers: Vec<&Value> = containers.collect();
        let known = document::identifiers(&containers);
        let mut nets: Vec<Net> = networks.map(|it| document::net(it, &known)).collect();
        nets.sort_by(|a, b| a.name.cmp(&b.name));
        let mut members: Vec<Member> = containers
            .iter()
            .map(|it| document::member(it, &nets))
            .collect();
        members.sort_by(|a, b| a.name.cmp(&b.name));
        let mut services: Vec<Served> = services.map(document::served).collect();
        services.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            nets,
            members,
            services,
        }
    }

    /// The container of this identifier, else of this name: some engines keep
    /// `--network container:NAME` as it was typed.
    pub fn member(&self, id: &str) -> Option<&Member> {
        let by_id = self.members.iter().find(|it| it.id == id);
        by_id.or_else(|| self.members.iter().find(|it| it.name == id))
    }

    /// The network of this name.
    pub fn net(&self, name: &str) -> Option<&Net> {
        self.nets.iter().find(|it| it.name == name)
    }

    /// The container whose network stack this one uses: itself, most often; `None` when it is no
    /// more.
    pub fn owner<'a>(&'a self, member: &'a Member) -> Option<&'a Member> {
        let mut owner = member;
        // A chain longer than the containers would be a loop.
        for _ in 0..=self.members.len() {
            match &owner.stack {
                Stack::Of(id) => owner = self.member(id)?,
                _ => return Some(owner),
            }
        }
        None
    }

    /// The containers on a network, by name, with their place on it.
    pub fn on<'a>(&'a self, net: &'a Net) -> impl Iterator<Item = (&'a Member, &'a Attachment)> {
        self.members.iter().filter_map(|member| {
            let place = member.places().iter().find(|it| it.network == net.name)?;
            Some((member, place))
        })
    }
}

impl Net {
    /// Whether it has this quality.
    pub fn is(&self, quality: Quality) -> bool {
        self.qualities.contains(&quality)
    }
}

impl Member {
    /// Its places on networks of its own.
    pub fn places(&self) -> &[Attachment] {
        match &self.stack {
            Stack::Own(places) => places,
            Stack::Host | Stack::Alone | Stack::Of(_) => &[],
        }
    }

    /// Whether it has processes, frozen or not.
    pub const fn is_running(&self) -> bool {
        matches!(self.state, ContainerState::Running | ContainerState::Paused)
    }

    /// Whether it can talk now.
    pub const fn is_awake(&self) -> bool {
        matches!(self.state, ContainerState::Running)
    }
}

#[cfg(test)]
mod tests;
