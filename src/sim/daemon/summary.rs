//! A container as `GET /containers/json` lists it, written as it is serialised: a list of ten
//! thousand makes no map.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::SystemTime;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::container::{Container, Endpoint};
use super::inspect::{mount, shown_endpoints};
use super::time::unix;
use super::{State, lock};

/// What the summaries of one list are made from.
pub(super) struct Summaries {
    /// Image that each name leads to now.
    images: HashMap<String, Option<String>>,
    /// Names that links give to containers.
    linked: BTreeMap<String, Vec<String>>,
    now: SystemTime,
    sizes: bool,
}

impl Summaries {
    pub(super) fn new(state: &State, now: SystemTime, sizes: bool) -> Self {
        Self {
            images: HashMap::new(),
            linked: state.linked_names(),
            now,
            sizes,
        }
    }

    pub(super) fn of(&mut self, state: &State, container: &Arc<Container>) -> Summary {
        let name = container.image_name();
        if !self.images.contains_key(name) {
            let id = state.image(name).ok().map(|it| it.id.clone());
            self.images.insert(name.to_owned(), id);
        }
        let leads_to = self.images.get(name).and_then(Option::as_ref);
        let own = format!("/{}", container.name);
        let mut names = self.linked.get(&own).cloned().unwrap_or_default();
        names.push(own);
        names.sort();
        Summary {
            names,
            named: leads_to == Some(&container.image),
            sizes: self.sizes.then(|| {
                let root = lock(&container.root);
                (root.upper_size(), root.total_size())
            }),
            status: container.status(self.now),
            container: Arc::clone(container),
        }
    }
}

/// A line of `docker ps`, in the order of moby's `container.Summary`.
#[derive(Debug)]
pub struct Summary {
    container: Arc<Container>,
    names: Vec<String>,
    /// Whether the name that its image was given still leads to that image.
    named: bool,
    /// Bytes of its writable layer, and of all its files.
    sizes: Option<(u64, u64)>,
    status: String,
}

impl Serialize for Summary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let container = &self.container;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Id", &container.id)?;
        map.serialize_entry("Names", &self.names)?;
        // An image whose name now leads elsewhere, or nowhere, is shown by its identifier.
        let image = if self.named {
            container.image_name()
        } else {
            &container.image
        };
        map.serialize_entry("Image", image)?;
        map.serialize_entry("ImageID", &container.image)?;
        map.serialize_entry("Command", &container.command_line())?;
        map.serialize_entry("Created", &unix(container.created))?;
        map.serialize_entry("Ports", &ports(container))?;
        if let Some((upper, total)) = self.sizes {
            if upper > 0 {
                map.serialize_entry("SizeRw", &upper)?;
            }
            map.serialize_entry("SizeRootFs", &total)?;
        }
        map.serialize_entry("Labels", &container.labels())?;
        map.serialize_entry("State", container.state.as_str())?;
        map.serialize_entry("Status", &self.status)?;
        map.serialize_entry("HostConfig", &NetworkMode(container.network_mode()))?;
        map.serialize_entry("NetworkSettings", &NetworkSettings(container))?;
        let mounts: Vec<Value> = container.mounts.iter().map(mount).collect();
        map.serialize_entry("Mounts", &mounts)?;
        map.end()
    }
}

/// `{"NetworkMode": …}`.
struct NetworkMode<'a>(&'a str);

impl Serialize for NetworkMode<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("NetworkMode", self.0)])
    }
}

/// `{"Networks": {…}}`.
struct NetworkSettings<'a>(&'a Container);

impl Serialize for NetworkSettings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("Networks", Networks(self.0))])
    }
}

struct Networks<'a>(&'a Container);

impl Serialize for Networks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ends = shown_endpoints(self.0).map(|(name, end)| (name, EndpointSettings(end)));
        serializer.collect_map(ends)
    }
}

/// A plug in a network, in the order of moby's `EndpointSettings`.
pub(super) struct EndpointSettings<'a>(pub(super) &'a Endpoint);

impl Serialize for EndpointSettings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let end = self.0;
        let text = |address: Option<IpAddr>| address.map_or_else(String::new, |it| it.to_string());
        let mut map = serializer.serialize_map(Some(15))?;
        map.serialize_entry("IPAMConfig", &end.ipam)?;
        map.serialize_entry("Links", &end.links)?;
        map.serialize_entry("Aliases", &end.aliases)?;
        map.serialize_entry("MacAddress", &end.mac)?;
        map.serialize_entry("DriverOpts", &end.options)?;
        map.serialize_entry("GwPriority", &0)?;
        map.serialize_entry("NetworkID", &end.network_id)?;
        map.serialize_entry("EndpointID", &end.endpoint_id)?;
        map.serialize_entry("Gateway", &text(end.gateway.map(IpAddr::V4)))?;
        map.serialize_entry("IPAddress", &text(end.address.map(IpAddr::V4)))?;
        map.serialize_entry("IPPrefixLen", &end.prefix)?;
        map.serialize_entry("IPv6Gateway", &text(end.gateway6.map(IpAddr::V6)))?;
        map.serialize_entry("GlobalIPv6Address", &text(end.address6.map(IpAddr::V6)))?;
        map.serialize_entry("GlobalIPv6PrefixLen", &end.prefix6)?;
        let names = Some(&end.dns_names).filter(|it| !it.is_empty());
        map.serialize_entry("DNSNames", &names)?;
        map.end()
    }
}

fn ports(container: &Container) -> Vec<Value> {
    let mut ports: Vec<Value> = container
        .ports
        .iter()
        .map(|it| {
            json!({"IP": it.host_ip, "PrivatePort": it.container, "PublicPort": it.host, "Type": it.protocol})
        })
        .collect();
    if container.is_running() && container.network_mode() != "host" {
        for (port, protocol) in container.exposed() {
            let published =
                |it: &&super::container::Published| it.container == port && it.protocol == protocol;
            if !container.ports.iter().any(|it| published(&it)) {
                ports.push(json!({"PrivatePort": port, "Type": protocol}));
            }
        }
    }
    ports
}
