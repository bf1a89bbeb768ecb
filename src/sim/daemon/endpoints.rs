//! Plugging containers in networks: what is refused, and the addresses given.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::container::{Container, Endpoint};
use super::ids::short;
use super::network::Network;
use super::{Daemon, Fault, Outcome, lock};
use crate::sim::kernel::Interface;

/// The address that was asked for.
fn wanted_address(endpoint: &Endpoint) -> Option<&str> {
    endpoint
        .ipam
        .get("IPv4Address")
        .and_then(Value::as_str)
        .filter(|it| !it.is_empty())
}

/// What dockerd refuses in the settings of an endpoint.
pub(super) fn validate_endpoint(network: &Network, endpoint: &Endpoint) -> Outcome<()> {
    let mut refused: Vec<String> = Vec::new();
    if let Some(text) = wanted_address(endpoint) {
        if !network.has_dns() {
            refused.push(
                "user specified IP address is supported on user defined networks only".into(),
            );
        }
        let address = text.parse::<Ipv4Addr>().ok();
        if !network.subnet_given {
            refused.push(
                "user specified IP address is supported only when connecting to networks with user configured subnets".into(),
            );
        } else if !address.is_some_and(|it| network.subnet.is_some_and(|(net, _)| net.contains(it)))
        {
            refused.push(format!(
                "no configured subnet or ip-range contain the IP address {text}"
            ));
        }
    }
    let message = match refused.as_slice() {
        [] => return Ok(()),
        [one] => one.clone(),
        many => many
            .iter()
            .map(|it| format!("* {it}"))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    Err(Fault::invalid(format!(
        "invalid endpoint settings:\n{message}"
    )))
}

impl Daemon {
    /// The endpoints of a container that starts, with their addresses.
    pub(super) fn plug_all(&self, container: &Container) -> Outcome<BTreeMap<String, Endpoint>> {
        let mut endpoints = BTreeMap::new();
        for (name, wanted) in &container.endpoints {
            endpoints.insert(name.clone(), self.plug_one(container, name, wanted)?);
        }
        Ok(endpoints)
    }

    /// An endpoint with its address, its identifier and its names.
    pub(super) fn plug_one(
        &self,
        container: &Container,
        name: &str,
        wanted: &Endpoint,
    ) -> Outcome<Endpoint> {
        let state = lock(&self.inner.state);
        // A network that was removed and made anew is another one.
        let key = if wanted.network_id.is_empty() {
            name
        } else {
            &wanted.network_id
        };
        let network = state.network(key)?;
        let mut endpoint = wanted.clone();
        endpoint.network_id.clone_from(&network.id);
        endpoint.endpoint_id = lock(&self.inner.ids).id();
        if let Some((subnet, gateway)) = network.subnet {
            let taken = state.taken(network);
            let address = match wanted_address(wanted).and_then(|it| it.parse().ok()) {
                Some(address) if taken.contains(&address) => {
                    return Err(Fault::forbidden("Address already in use"));
                }
                Some(address) => address,
                None => network
                    .range
                    .unwrap_or(subnet)
                    .free(&taken)
                    .ok_or_else(|| {
                        Fault::internal(
                            "no available IPv4 addresses on this network's address pools",
                        )
                    })?,
            };
            endpoint.address = Some(address);
            endpoint.prefix = subnet.prefix;
            endpoint.gateway = (!network.internal).then_some(gateway);
            if endpoint.mac.is_empty() {
                endpoint.mac = lock(&self.inner.ids).mac();
            }
        }
        if network.has_dns() {
            let mut names = vec![container.name.clone()];
            names.extend(wanted.aliases.iter().flatten().cloned());
            names.push(short(&container.id).to_owned());
            let hostname = container
                .config
                .get("Hostname")
                .and_then(Value::as_str)
                .unwrap_or_default();
            names.push(hostname.to_owned());
            let mut unique: Vec<String> = Vec::new();
            for name in names.into_iter().filter(|it| !it.is_empty()) {
                if !unique.contains(&name) {
                    unique.push(name);
                }
            }
            endpoint.dns_names = unique;
        }
        Ok(endpoint)
    }

    /// Tells the kernel the names of the networks that a container is on.
    pub(super) fn refresh_dns(&self, endpoints: &BTreeMap<String, Endpoint>) {
        let state = self.state();
        for endpoint in endpoints.values() {
            let network = state.networks.get(&endpoint.network_id);
            if let Some(network) = network.filter(|it| it.has_dns()) {
                self.inner
                    .kernel
                    .set_dns(&network.id, state.dns_names(network));
            }
        }
    }
}

/// The kernel's interface for an endpoint; `None` on host and none.
pub(super) fn interface(endpoint: &Endpoint) -> Option<Interface> {
    Some(Interface {
        network: endpoint.network_id.clone(),
        address: endpoint.address?.into(),
        prefix: endpoint.prefix,
        gateway: endpoint.gateway.map(Into::into),
        mac: endpoint.mac.clone(),
    })
}

/// A container of a network, as `docker network inspect` lists it.
pub(super) fn listed(container: &Container, endpoint: &Endpoint) -> Value {
    let address = endpoint
        .address
        .map_or_else(String::new, |it| format!("{it}/{}", endpoint.prefix));
    json!({
        "Name": container.name,
        "EndpointID": endpoint.endpoint_id,
        "MacAddress": endpoint.mac,
        "IPv4Address": address,
        "IPv6Address": "",
    })
}
