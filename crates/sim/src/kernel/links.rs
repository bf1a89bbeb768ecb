//! Network devices, `ip link`: those of a container, and the bridges and cables of the host.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::Interface;
use super::net::{NetNamespace, Plugged};
use super::traffic::{Card, Traffic};

/// The address of the machine's own card.
pub const HOST_ADDRESS: Ipv4Addr = Ipv4Addr::new(192, 168, 65, 3);
/// Its Ethernet address.
const HOST_MAC: &str = "52:54:00:12:34:56";

/// A bridge of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    /// The network that it is.
    pub network: String,
    /// `docker0`, `br-…`.
    pub name: String,
    /// The host's address on it, and the length of the prefix.
    pub address: Option<(IpAddr, u8)>,
}

/// A network device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its number in its namespace.
    pub index: u32,
    /// `lo`, `eth0`, `docker0`, `veth…`.
    pub name: String,
    /// The number of the other end of the cable, in the other namespace.
    pub peer: Option<u32>,
    /// The bridge that it is plugged in.
    pub master: Option<String>,
    /// Its address and the length of the prefix.
    pub address: Option<(IpAddr, u8)>,
    /// The default route through it.
    pub gateway: Option<IpAddr>,
    /// Its Ethernet address.
    pub mac: String,
    /// Whether something is plugged in it.
    pub carrier: bool,
    /// What it counted.
    pub traffic: Traffic,
}

/// The bridges of the host, by network, with their numbers and what they count.
#[derive(Debug, Default)]
pub(super) struct Bridges(BTreeMap<String, (Bridge, u32, Arc<Card>)>);

impl Bridges {
    /// Makes them these; one that stays keeps its number.
    pub(super) fn set(&mut self, wanted: Vec<Bridge>, mut number: impl FnMut() -> u32) {
        let mut old = std::mem::take(&mut self.0);
        for bridge in wanted {
            let (index, card) = match old.remove(&bridge.network) {
                Some((_, index, card)) => (index, card),
                None => (number(), Arc::default()),
            };
            self.0.insert(bridge.network.clone(), (bridge, index, card));
        }
    }

    /// The host's card on a network.
    pub(super) fn card(&self, network: &str) -> Arc<Card> {
        self.0
            .get(network)
            .map(|(_, _, card)| card.clone())
            .unwrap_or_default()
    }

    /// Whether the host has this address on one of them.
    pub(super) fn hold(&self, address: IpAddr) -> bool {
        let own = |it: &(Bridge, u32, Arc<Card>)| it.0.address.map(|(own, _)| own);
        self.0.values().any(|it| own(it) == Some(address))
    }

    /// The devices of the host, after those of whose namespaces these are plugged.
    pub(super) fn links(&self, host: &NetNamespace, plugged: &[Plugged]) -> Vec<Link> {
        let mut links = vec![loopback(host), machine_card()];
        for (bridge, index, card) in self.0.values() {
            links.push(Link {
                index: *index,
                name: bridge.name.clone(),
                peer: None,
                master: None,
                address: bridge.address,
                gateway: None,
                mac: mac(&bridge.network),
                carrier: plugged
                    .iter()
                    .any(|it| it.interface.network == bridge.network),
                traffic: card.traffic(),
            });
        }
        for (number, it) in plugged.iter().enumerate() {
            // An overlay's bridge is in a namespace of its own.
            let Some((bridge, ..)) = self.0.get(&it.interface.network) else {
                continue;
            };
            links.push(Link {
                index: it.peer,
                name: format!(
                    "veth{:07x}",
                    digest(&(&it.interface.mac, it.peer)) & 0xfff_ffff
                ),
                peer: Some(it.index),
                master: Some(bridge.name.clone()),
                address: None,
                gateway: None,
                mac: mac(&(&it.interface.mac, number)),
                carrier: true,
                traffic: it.card.traffic().seen_from_the_other_end(),
            });
        }
        links.sort_by_key(|it| it.index);
        links
    }
}

/// The devices of another namespace than the host's.
pub(super) fn links(of: &NetNamespace) -> Vec<Link> {
    let mut links = vec![loopback(of)];
    for (number, it) in of.plugged().into_iter().enumerate() {
        let Interface {
            address,
            prefix,
            gateway,
            mac,
            ..
        } = it.interface;
        links.push(Link {
            index: it.index,
            name: format!("eth{number}"),
            peer: Some(it.peer),
            master: None,
            address: Some((address, prefix)),
            gateway,
            mac,
            carrier: true,
            traffic: it.card.traffic(),
        });
    }
    links
}

fn loopback(of: &NetNamespace) -> Link {
    Link {
        index: 1,
        name: "lo".to_owned(),
        peer: None,
        master: None,
        address: Some((Ipv4Addr::LOCALHOST.into(), 8)),
        gateway: None,
        mac: "00:00:00:00:00:00".to_owned(),
        carrier: true,
        traffic: of.loopback.traffic(),
    }
}

/// The machine's own card: nothing is beyond it.
fn machine_card() -> Link {
    Link {
        index: 2,
        name: "eth0".to_owned(),
        peer: None,
        master: None,
        address: Some((HOST_ADDRESS.into(), 24)),
        gateway: None,
        mac: HOST_MAC.to_owned(),
        carrier: true,
        traffic: Traffic::default(),
    }
}

fn digest(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// An Ethernet address that the host made up.
fn mac(of: &impl Hash) -> String {
    let [a, b, c, d, ..] = digest(of).to_be_bytes();
    format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}
