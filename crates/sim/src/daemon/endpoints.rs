//! Plugging containers in networks: what is refused, and the addresses given.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::{Value, json};

use super::config::field;
use super::container::{Container, Endpoint};
use super::ids::short;
use super::ipam::joined;
use super::network::Network;
use super::swarm::{GATEWAY, mac, not_attachable};
use super::{Daemon, Fault, Outcome, lock};
use crate::kernel::Interface;

/// The address that was asked for, `IPv4Address` or `IPv6Address`.
fn wanted_address<'a>(endpoint: &'a Endpoint, name: &str) -> Option<&'a str> {
    field(&endpoint.ipam, name)
        .and_then(Value::as_str)
        .filter(|it| !it.is_empty())
}

/// What dockerd refuses in the settings of an endpoint.
pub(super) fn validate_endpoint(network: &Network, endpoint: &Endpoint) -> Outcome<()> {
    let mut refused: Vec<String> = Vec::new();
    let wanted = |name| wanted_address(endpoint, name);
    let (four, six) = (wanted("IPv4Address"), wanted("IPv6Address"));
    if !network.has_dns() && (four.is_some() || six.is_some()) {
        refused.push("user specified IP address is supported on user defined networks only".into());
    }
    let own = &network.addressing.six;
    let four_fits = |it: IpAddr| match it {
        IpAddr::V4(it) => network.subnet.is_some_and(|(net, _)| net.contains(it)),
        IpAddr::V6(_) => false,
    };
    let six_fits = |it: IpAddr| own.as_ref().is_some_and(|six| six.subnet.contains(it));
    let six_given = own.as_ref().is_some_and(|it| it.given);
    let mut check = |text: Option<&str>, given: bool, fits: &dyn Fn(IpAddr) -> bool| {
        let Some(text) = text else { return };
        if !given {
            refused.push(
                "user specified IP address is supported only when connecting to networks with user configured subnets".into(),
            );
        } else if !text.parse::<IpAddr>().is_ok_and(fits) {
            refused.push(format!(
                "no configured subnet or ip-range contain the IP address {text}"
            ));
        }
    };
    check(four, network.subnet_given, &four_fits);
    check(six, six_given, &six_fits);
    if refused.is_empty() {
        return Ok(());
    }
    Err(Fault::invalid(format!(
        "invalid endpoint settings:\n{}",
        joined(&refused)
    )))
}

impl Daemon {
    /// The endpoints of a container that starts, with their addresses.
    pub(super) fn plug_all(&self, container: &Container) -> Outcome<BTreeMap<String, Endpoint>> {
        let mut endpoints = BTreeMap::new();
        for (name, wanted) in container.endpoints.iter().filter(|it| it.0 != GATEWAY) {
            endpoints.insert(name.clone(), self.plug_one(container, name, wanted)?);
        }
        // A container of overlay networks goes out by a bridge that no list shows.
        let overlay = |it: &Endpoint| it.gateway.is_none() && it.address.is_some();
        let state = self.state();
        let swarm = endpoints.values().any(|it| {
            overlay(it)
                && state
                    .networks
                    .get(&it.network_id)
                    .is_some_and(|it| it.is_swarm() && !it.internal)
        });
        if swarm || container.endpoints.contains_key(GATEWAY) {
            let wanted = container
                .endpoints
                .get(GATEWAY)
                .cloned()
                .unwrap_or(Endpoint {
                    implicit: true,
                    ..Endpoint::default()
                });
            endpoints.insert(
                GATEWAY.to_owned(),
                self.plug_one(container, GATEWAY, &wanted)?,
            );
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
        if network.is_swarm() && !container.is_task() && !network.attachable {
            return Err(not_attachable(&network.name));
        }
        let mut endpoint = wanted.clone();
        endpoint.network_id.clone_from(&network.id);
        endpoint.endpoint_id = lock(&self.inner.ids).id();
        if let Some((subnet, gateway)) = network.subnet {
            let taken = state.taken(network);
            let address = match wanted_address(wanted, "IPv4Address").and_then(|it| it.parse().ok())
            {
                Some(address) if taken.contains(&address) && !container.is_task() => {
                    return Err(Fault::forbidden("Address already in use"));
                }
                Some(address) => address,
                None => subnet.free(network.range, &taken).ok_or_else(|| {
                    Fault::internal("no available IPv4 addresses on this network's address pools")
                })?,
            };
            endpoint.address = Some(address);
            endpoint.prefix = subnet.prefix;
            endpoint.gateway = (!network.internal && !network.is_swarm()).then_some(gateway);
            if network.is_swarm() {
                endpoint.mac = mac(address);
            }
        }
        if let Some(six) = &network.addressing.six {
            let taken = state.taken6(network);
            let wanted = wanted_address(wanted, "IPv6Address").and_then(|it| it.parse().ok());
            let address = match wanted {
                Some(address) if taken.contains(&address) => {
                    return Err(Fault::forbidden("Address already in use"));
                }
                Some(address) => Some(address),
                None => six.range.unwrap_or(six.subnet).free(six.subnet, &taken),
            };
            let Some(IpAddr::V6(address)) = address else {
                return Err(Fault::internal(
                    "no available IPv6 addresses on this network's address pools",
                ));
            };
            endpoint.address6 = Some(address);
            endpoint.prefix6 = six.subnet.bits();
            endpoint.gateway6 = (!network.internal).then_some(six.gateway);
        }
        endpoint.internal = network.internal;
        let has_address = endpoint.address.is_some() || endpoint.address6.is_some();
        if has_address && endpoint.mac.is_empty() {
            endpoint.mac = lock(&self.inner.ids).mac();
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
        links: endpoint
            .links
            .iter()
            .flatten()
            .map(|link| link.split_once(':').unwrap_or((link, link)))
            .map(|(target, alias)| (alias.to_owned(), target.to_owned()))
            .collect(),
    })
}

/// A container of a network, as `docker network inspect` lists it.
pub(super) fn listed(container: &Container, endpoint: &Endpoint) -> Value {
    let address = endpoint
        .address
        .map_or_else(String::new, |it| format!("{it}/{}", endpoint.prefix));
    let address6 = endpoint
        .address6
        .map_or_else(String::new, |it| format!("{it}/{}", endpoint.prefix6));
    let name = if endpoint.implicit {
        format!("gateway_{}", short(&container.sandbox))
    } else {
        container.name.clone()
    };
    json!({
        "Name": name,
        "EndpointID": endpoint.endpoint_id,
        "MacAddress": endpoint.mac,
        "IPv4Address": address,
        "IPv6Address": address6,
    })
}
