//! A container as `GET /containers/json` lists it. What changes with the container alone is written
//! once and kept with it: a list of ten thousand is made of copies.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::container::{Container, Endpoint};
use super::inspect::{mount, shown_endpoints};
use super::time::unix;
use super::{State, lock};

/// The list of `docker ps`, as JSON, of containers that were selected from this state.
pub(super) fn write_list(
    state: &State,
    containers: &[Arc<Container>],
    now: SystemTime,
    sizes: bool,
) -> serde_json::Result<String> {
    let mut summaries = Summaries {
        images: HashMap::new(),
        linked: state.linked_names(),
        now,
        sizes,
    };
    let mut text = String::from("[");
    for (rank, container) in containers.iter().enumerate() {
        if rank > 0 {
            text.push(',');
        }
        summaries.write(state, container, &mut text)?;
    }
    text.push(']');
    Ok(text)
}

/// What the summaries of one list are made from.
struct Summaries {
    /// Image that each name leads to now.
    images: HashMap<String, Option<String>>,
    /// Names that links give to containers.
    linked: BTreeMap<String, Vec<String>>,
    now: SystemTime,
    sizes: bool,
}

impl Summaries {
    /// Adds the line of a container, in the order of moby's `container.Summary`.
    fn write(
        &mut self,
        state: &State,
        container: &Container,
        text: &mut String,
    ) -> serde_json::Result<()> {
        let parts = container.listed.parts(container)?;
        text.push_str("{\"Id\":\"");
        text.push_str(&container.id);
        text.push_str("\",\"Names\":");
        text.push_str(&self.names(container)?);
        text.push_str(",\"Image\":");
        text.push_str(&serde_json::to_string(self.image(state, container))?);
        text.push(',');
        text.push_str(&parts.made);
        if self.sizes {
            let (upper, total) = {
                let root = lock(&container.root);
                (root.upper_size(), root.total_size())
            };
            if upper > 0 {
                text.push_str(",\"SizeRw\":");
                text.push_str(&upper.to_string());
            }
            text.push_str(",\"SizeRootFs\":");
            text.push_str(&total.to_string());
        }
        text.push(',');
        text.push_str(&parts.labels);
        text.push_str(",\"Status\":\"");
        text.push_str(&container.status(self.now));
        text.push_str("\",");
        text.push_str(&parts.plugged);
        text.push('}');
        Ok(())
    }

    /// An image whose name now leads elsewhere, or nowhere, is shown by its identifier.
    fn image<'a>(&mut self, state: &State, container: &'a Container) -> &'a str {
        let name = container.image_name();
        if !self.images.contains_key(name) {
            let id = state.image(name).ok().map(|it| it.id.clone());
            self.images.insert(name.to_owned(), id);
        }
        let leads_to = self.images.get(name).and_then(Option::as_ref);
        if leads_to == Some(&container.image) {
            name
        } else {
            &container.image
        }
    }

    fn names(&self, container: &Container) -> serde_json::Result<String> {
        let own = format!("/{}", container.name);
        let mut names = self.linked.get(&own).cloned().unwrap_or_default();
        names.push(own);
        names.sort();
        serde_json::to_string(&names)
    }
}

/// The parts of a container's line that depend on it alone, kept once they were asked for. A copy
/// of the container, which may be changed, begins without them.
#[derive(Debug, Default)]
pub struct Listed(OnceLock<Box<Parts>>);

impl Clone for Listed {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Pairs of the line's JSON object, without its braces.
#[derive(Debug)]
struct Parts {
    made: String,
    labels: String,
    plugged: String,
}

impl Listed {
    /// Writes the parts ahead of the first list.
    pub(super) fn prepare(&self, container: &Container) {
        // A list meets the same error and tells it.
        let _ = self.parts(container);
    }

    fn parts(&self, container: &Container) -> serde_json::Result<&Parts> {
        if let Some(parts) = self.0.get() {
            return Ok(parts);
        }
        let parts = Parts::of(container)?;
        Ok(self.0.get_or_init(|| Box::new(parts)))
    }
}

impl Parts {
    fn of(container: &Container) -> serde_json::Result<Self> {
        Ok(Self {
            made: pairs(&Made {
                image_id: &container.image,
                command: container.command_line(),
                created: unix(container.created),
                ports: ports(container),
            })?,
            labels: pairs(&Labels {
                labels: container.labels(),
                state: container.state.as_str(),
            })?,
            plugged: pairs(&Plugged {
                host_config: HostConfig {
                    network_mode: container.network_mode(),
                },
                network_settings: NetworkSettings {
                    networks: Networks(container),
                },
                mounts: container.mounts.iter().map(mount).collect(),
            })?,
        })
    }
}

fn pairs(object: &impl Serialize) -> serde_json::Result<String> {
    let mut text = serde_json::to_string(object)?;
    text.pop();
    text.remove(0);
    Ok(text)
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Made<'a> {
    #[serde(rename = "ImageID")]
    image_id: &'a str,
    command: String,
    created: i64,
    ports: Vec<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Labels {
    labels: BTreeMap<String, String>,
    state: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Plugged<'a> {
    host_config: HostConfig<'a>,
    network_settings: NetworkSettings<'a>,
    mounts: Vec<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct HostConfig<'a> {
    network_mode: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct NetworkSettings<'a> {
    networks: Networks<'a>,
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
    let shown = container.network_mode() != "host" && !container.is_shut_in();
    if container.is_running() && shown {
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
