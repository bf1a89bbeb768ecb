//! All that the daemon remembers: pure data, cheap to clone.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use imbl::OrdMap;

use super::container::Container;
use super::image::Image;
use super::network::Network;
use super::reference::{Reference, is_full_id};
use super::swarm::Swarm;
use super::volume::Volume;
use super::{Fault, Outcome};

/// The daemon's objects.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// By identifier.
    pub containers: OrdMap<String, Arc<Container>>,
    /// By identifier, `sha256:…`.
    pub images: OrdMap<String, Arc<Image>>,
    /// `nginx:latest` → image.
    pub tags: OrdMap<String, String>,
    /// `nginx@sha256:…` → image.
    pub digests: OrdMap<String, String>,
    /// By name.
    pub volumes: OrdMap<String, Arc<Volume>>,
    /// By identifier.
    pub networks: OrdMap<String, Arc<Network>>,
    /// Number of containers ever made.
    pub rank: u64,
    /// The cluster, if this node manages one.
    pub swarm: Option<Swarm>,
}

/// Whether a name is made of `[a-zA-Z0-9][a-zA-Z0-9_.-]+`.
pub(super) fn is_restricted_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() >= 2
        && bytes[0].is_ascii_alphanumeric()
        && bytes
            .iter()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'.' | b'-'))
}

/// The one key with this prefix, or why there is none.
fn by_prefix<'a, V>(map: &'a OrdMap<String, V>, prefix: &str) -> Outcome<Option<&'a V>> {
    if prefix.is_empty()
        || !prefix
            .bytes()
            .all(|it| it.is_ascii_hexdigit() || it == b':' || it.is_ascii_lowercase())
    {
        return Ok(None);
    }
    let mut found = map
        .range(prefix.to_owned()..)
        .take_while(|(id, _)| id.starts_with(prefix));
    let first = found.next().map(|(_, value)| value);
    if found.next().is_some() {
        return Err(Fault::invalid(format!(
            "Multiple IDs found with provided prefix: {prefix}"
        )));
    }
    Ok(first)
}

impl State {
    /// A container by identifier, name, or the beginning of an identifier, in this order.
    pub fn container(&self, key: &str) -> Outcome<&Arc<Container>> {
        if let Some(container) = self.containers.get(key) {
            return Ok(container);
        }
        let name = key.strip_prefix('/').unwrap_or(key);
        if let Some(container) = self.container_named(name) {
            return Ok(container);
        }
        if let Some((_, target, _)) = self.link(name) {
            return Ok(target);
        }
        by_prefix(&self.containers, key)?.ok_or_else(|| Fault::no_container(key))
    }

    /// What `parent/alias` names: the parent, the container it is linked to, and the link as it is
    /// stored.
    pub fn link(&self, key: &str) -> Option<(&Arc<Container>, &Arc<Container>, String)> {
        let (parent, _) = key.split_once('/')?;
        let parent = self.container_named(parent)?;
        parent.links().into_iter().find_map(|link| {
            let (target, alias) = link.split_once(':')?;
            if alias.strip_prefix('/')? != key {
                return None;
            }
            let target = self.container_named(target.strip_prefix('/')?)?;
            Some((parent, target, link.clone()))
        })
    }

    /// The names `/parent/alias` that links give, by `/name` of the container they lead to.
    pub fn linked_names(&self) -> BTreeMap<String, Vec<String>> {
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for link in self.containers.values().flat_map(|it| it.links()) {
            if let Some((target, alias)) = link.split_once(':') {
                names
                    .entry(target.to_owned())
                    .or_default()
                    .push(alias.to_owned());
            }
        }
        names
    }

    /// A container by its exact name.
    pub fn container_named(&self, name: &str) -> Option<&Arc<Container>> {
        self.containers.values().find(|it| it.name == name)
    }

    /// Containers, the youngest first.
    pub fn containers_by_age(&self) -> Vec<&Arc<Container>> {
        let mut list: Vec<_> = self.containers.values().collect();
        list.sort_by_key(|it| std::cmp::Reverse(it.rank));
        list
    }

    /// An image by identifier or the beginning of one, or by name.
    pub fn image(&self, key: &str) -> Outcome<&Arc<Image>> {
        let missing = |name: &str| Fault::not_found(format!("No such image: {name}"));
        let bare = key.strip_prefix("sha256:").unwrap_or(key);
        if is_full_id(bare) {
            return self
                .images
                .get(&format!("sha256:{bare}"))
                .ok_or_else(|| missing(key));
        }
        let reference = match Reference::parse(key) {
            Ok(reference) => reference,
            Err(fault) => return self.image_by_prefix(bare)?.ok_or(fault),
        };
        let id = match &reference.digest {
            Some(_) => self.digests.get(&reference.familiar()),
            None => self.tags.get(&reference.familiar_tagged()),
        };
        if let Some(image) = id.and_then(|id| self.images.get(id)) {
            return Ok(image);
        }
        self.image_by_prefix(bare)?
            .ok_or_else(|| missing(&reference.familiar()))
    }

    fn image_by_prefix(&self, prefix: &str) -> Outcome<Option<&Arc<Image>>> {
        if prefix.is_empty() || !prefix.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Ok(None);
        }
        by_prefix(&self.images, &format!("sha256:{prefix}"))
    }

    /// Whether a key names an image by its identifier rather than by a name.
    pub fn is_image_id(&self, id: &str, key: &str) -> bool {
        let bare = key.strip_prefix("sha256:").unwrap_or(key);
        !self.tags.contains_key(key)
            && id
                .strip_prefix("sha256:")
                .is_some_and(|digits| !bare.is_empty() && digits.starts_with(bare))
    }

    /// Tags of an image, sorted.
    pub fn tags_of(&self, id: &str) -> Vec<String> {
        self.tags
            .iter()
            .filter(|(_, to)| *to == id)
            .map(|(tag, _)| tag.clone())
            .collect()
    }

    /// `name@sha256:…` of an image, sorted.
    pub fn digests_of(&self, id: &str) -> Vec<String> {
        self.digests
            .iter()
            .filter(|(_, to)| *to == id)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Images made from this one.
    pub fn children_of(&self, id: &str) -> Vec<&Arc<Image>> {
        self.images.values().filter(|it| it.parent == id).collect()
    }

    /// A network by identifier, name, or the beginning of an identifier.
    pub fn network(&self, key: &str) -> Outcome<&Arc<Network>> {
        if let Some(network) = self.networks.get(key) {
            return Ok(network);
        }
        if let Some(network) = self.networks.values().find(|it| it.name == key) {
            return Ok(network);
        }
        let missing = || Fault::not_found(format!("network {key} not found"));
        by_prefix(&self.networks, key)
            .map_err(|_| {
                Fault::invalid(format!(
                    "network {key} is ambiguous (multiple networks found by ID prefix)"
                ))
            })?
            .ok_or_else(missing)
    }

    /// Containers that have an interface in a network: those that run, and one about to start, since
    /// its cable comes before its first process.
    pub fn plugged(&self, network: &Network) -> Vec<&Arc<Container>> {
        self.containers
            .values()
            .filter(|it| {
                it.endpoints
                    .values()
                    .any(|end| end.network_id == network.id && !end.endpoint_id.is_empty())
            })
            .collect()
    }

    /// Addresses of a network that are in use, its gateway included.
    pub fn taken(&self, network: &Network) -> BTreeSet<Ipv4Addr> {
        let ends = self
            .containers
            .values()
            .flat_map(|it| it.endpoints.values());
        let held = self.swarm.iter().flat_map(|it| it.held(&network.id));
        let addresses = ends
            .filter(|end| end.network_id == network.id)
            .filter_map(|end| end.address);
        let reserved = network.addressing.auxiliary.values();
        addresses
            .chain(network.subnet.map(|(_, gateway)| gateway))
            .chain(reserved.filter_map(|it| match it {
                IpAddr::V4(four) => Some(*four),
                IpAddr::V6(_) => None,
            }))
            .chain(held)
            .collect()
    }

    /// The same of its IPv6 addresses.
    pub fn taken6(&self, network: &Network) -> BTreeSet<IpAddr> {
        let ends = self
            .containers
            .values()
            .flat_map(|it| it.endpoints.values());
        let mut taken: BTreeSet<IpAddr> = ends
            .filter(|end| end.network_id == network.id)
            .filter_map(|end| end.address6.map(Into::into))
            .collect();
        taken.extend(&network.addressing.six.as_ref().map(|it| it.gateway.into()));
        taken.extend(network.addressing.auxiliary.values());
        taken
    }

    /// Names that a network's DNS answers for.
    pub fn dns_names(&self, network: &Network) -> BTreeMap<String, Vec<std::net::IpAddr>> {
        let mut names = self.service_names(network);
        for container in self.plugged(network) {
            for end in container
                .endpoints
                .values()
                .filter(|it| it.network_id == network.id)
            {
                let Some(address) = end.address else { continue };
                for name in &end.dns_names {
                    names.entry(name.clone()).or_default().push(address.into());
                }
            }
        }
        names
    }

    /// Containers that mount a volume.
    pub fn users_of_volume(&self, name: &str) -> Vec<&Arc<Container>> {
        let uses = |it: &&Arc<Container>| it.mounts.iter().any(|mount| mount.name == name);
        self.containers.values().filter(uses).collect()
    }
}
