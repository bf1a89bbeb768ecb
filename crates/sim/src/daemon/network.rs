//! Networks and the addresses they give.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ids::short;
use super::ipam::Addressing;
use super::swarm::GATEWAY;
use super::{Fault, Outcome};

/// An IPv4 prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subnet {
    /// First address.
    pub base: Ipv4Addr,
    /// Length of the prefix, bits.
    pub prefix: u8,
}

impl Subnet {
    /// Reads `10.0.0.0/24`; the bits after the prefix must be zero or are cleared.
    pub fn parse(text: &str) -> Option<Self> {
        let (base, prefix) = text.split_once('/')?;
        let (base, prefix) = (base.parse::<Ipv4Addr>().ok()?, prefix.parse::<u8>().ok()?);
        if prefix > 32 {
            return None;
        }
        let subnet = Self { base, prefix };
        Some(Self {
            base: Ipv4Addr::from(u32::from(base) & subnet.mask()),
            prefix,
        })
    }

    const fn mask(self) -> u32 {
        if self.prefix == 0 {
            0
        } else {
            u32::MAX << (32 - self.prefix)
        }
    }

    /// Whether an address is in it.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        u32::from(address) & self.mask() == u32::from(self.base)
    }

    /// Whether they have an address in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other.base) || other.contains(self.base)
    }

    /// First address that a machine may have.
    pub fn first(self) -> Ipv4Addr {
        Ipv4Addr::from(u32::from(self.base).saturating_add(1))
    }

    /// The lowest address that is free, of a range in it or of all, the first and the last of the
    /// subnet excepted.
    pub fn free(self, range: Option<Self>, taken: &BTreeSet<Ipv4Addr>) -> Option<Ipv4Addr> {
        let last = |it: Self| u32::from(it.base) | !it.mask();
        let within = range.unwrap_or(self);
        (u32::from(within.base)..=last(within))
            .filter(|it| *it != u32::from(self.base) && *it != last(self))
            .map(Ipv4Addr::from)
            .find(|it| !taken.contains(it))
    }
}

impl std::fmt::Display for Subnet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.base, self.prefix)
    }
}

/// A network.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "the options of the API")]
pub struct Network {
    /// 64 hexadecimal digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: SystemTime,
    /// `bridge`, `host`, `null`, `overlay`.
    pub driver: String,
    /// Addresses, with the gateway; `None` for host and none.
    pub subnet: Option<(Subnet, Ipv4Addr)>,
    /// Whether the subnet was asked for, so that addresses may be too.
    pub subnet_given: bool,
    /// `--ip-range`, as given.
    pub range: Option<Subnet>,
    /// Gateways, reserved addresses and IPv6.
    pub addressing: Addressing,
    /// `IPAM.Options`, as given.
    pub ipam_options: Value,
    /// `--internal`.
    pub internal: bool,
    /// `--attachable`.
    pub attachable: bool,
    /// `--ipv6`.
    pub ipv6: bool,
    /// Options of the driver.
    pub options: BTreeMap<String, String>,
    /// Labels.
    pub labels: BTreeMap<String, String>,
    /// For a network of the cluster.
    pub swarm: Option<SwarmScope>,
}

/// What a network of the cluster has more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwarmScope {
    /// Whether it is that of the routing mesh.
    pub ingress: bool,
    /// Index of the raft log at its making.
    pub version: u64,
}

impl Network {
    /// Whether dockerd makes it by itself.
    pub fn is_predefined(&self) -> bool {
        matches!(self.name.as_str(), "bridge" | "host" | "none")
    }

    /// Whether containers on it find each other by name.
    pub fn has_dns(&self) -> bool {
        match self.driver.as_str() {
            "bridge" => !matches!(self.name.as_str(), "bridge" | GATEWAY),
            driver => driver == "overlay",
        }
    }

    /// The name of its bridge on the host.
    pub fn bridge_name(&self) -> String {
        let given = self.options.get("com.docker.network.bridge.name");
        given.map_or_else(|| format!("br-{}", short(&self.id)), Clone::clone)
    }

    /// Whether it is of the cluster, not of this engine alone.
    pub fn is_swarm(&self) -> bool {
        self.swarm.is_some()
    }

    /// Whether it is that of the routing mesh.
    pub fn is_ingress(&self) -> bool {
        self.swarm.as_ref().is_some_and(|it| it.ingress)
    }

    /// `local` or `swarm`.
    pub fn scope(&self) -> &'static str {
        if self.is_swarm() { "swarm" } else { "local" }
    }

    /// Attributes of its events.
    pub fn attributes(&self) -> BTreeMap<String, String> {
        let mut attributes = self.labels.clone();
        attributes.insert("name".into(), self.name.clone());
        attributes.insert("type".into(), self.driver.clone());
        attributes
    }
}

/// The pools that dockerd cuts subnets from, in its order: 172.17/16 to 172.31/16, then
/// 192.168.0.0/20 and on.
pub fn free_pool(taken: &[Subnet]) -> Outcome<Subnet> {
    let large = (17..32).map(|second| Subnet {
        base: Ipv4Addr::new(172, second, 0, 0),
        prefix: 16,
    });
    let small = (0..16).map(|step| Subnet {
        base: Ipv4Addr::new(192, 168, step * 16, 0),
        prefix: 20,
    });
    large
        .chain(small)
        .find(|pool| !taken.iter().any(|other| other.overlaps(*pool)))
        .ok_or_else(|| Fault::invalid("all predefined address pools have been fully subnetted"))
}
