//! `docker network`.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::container::string_map;
use super::endpoints::{interface, listed, validate_endpoint};
use super::ids::short;
use super::ipam::{self, Addressing, plan};
use super::lifecycle::parse_until;
use super::network::{Network, Subnet};
use super::swarm::GATEWAY;
use super::time::rfc3339;
use super::{Daemon, Fault, Filters, Op, Outcome, State, lock};
use crate::kernel::Bridge;

/// The body of `POST /networks/create`.
pub type NetworkRequest = Value;

impl Daemon {
    /// bridge, host and none.
    pub(super) fn make_default_networks(&self) {
        let pool = Subnet {
            base: Ipv4Addr::new(172, 17, 0, 0),
            prefix: 16,
        };
        let options = [
            ("com.docker.network.bridge.default_bridge", "true"),
            ("com.docker.network.bridge.enable_icc", "true"),
            ("com.docker.network.bridge.enable_ip_masquerade", "true"),
            ("com.docker.network.bridge.host_binding_ipv4", "0.0.0.0"),
            ("com.docker.network.bridge.name", "docker0"),
            ("com.docker.network.driver.mtu", "1500"),
        ];
        let options: BTreeMap<String, String> = options
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        for (name, driver) in [("bridge", "bridge"), ("host", "host"), ("none", "null")] {
            let is_bridge = driver == "bridge";
            let network = Network {
                id: self.new_id(),
                name: name.to_owned(),
                created: self.now(),
                driver: driver.to_owned(),
                subnet: is_bridge.then(|| (pool, pool.first())),
                subnet_given: false,
                range: None,
                addressing: Addressing::default(),
                ipam_options: Value::Null,
                internal: false,
                attachable: false,
                ipv6: false,
                options: if is_bridge {
                    options.clone()
                } else {
                    BTreeMap::new()
                },
                labels: BTreeMap::new(),
                swarm: None,
            };
            // Made at boot, before anybody could listen.
            lock(&self.inner.state)
                .networks
                .insert(network.id.clone(), Arc::new(network));
        }
        self.refresh_bridges(&lock(&self.inner.state));
    }

    /// Makes a network; its identifier.
    pub fn create_network(&self, request: &NetworkRequest) -> Outcome<String> {
        let field = |name: &str| {
            request
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let flag = |name: &str| request.get(name).and_then(Value::as_bool).unwrap_or(false);
        let name = field("Name");
        if name.trim().is_empty() {
            return Err(Fault::invalid("invalid name: name is empty"));
        }
        if matches!(name, "bridge" | "host" | "none" | "default") {
            return Err(Fault::forbidden(format!(
                "operation is not permitted on predefined {name} network"
            )));
        }
        let driver = if field("Driver").is_empty() {
            "bridge"
        } else {
            field("Driver")
        };
        match driver {
            "bridge" if field("Scope") == "swarm" => {
                return Err(Fault::not_implemented(
                    "non simulé : un réseau bridge de portée essaim",
                ));
            }
            "bridge" | "overlay" => {}
            "host" | "null" => {
                return Err(Fault::forbidden(format!(
                    "only one instance of \"{driver}\" network is allowed"
                )));
            }
            "macvlan" | "ipvlan" => {
                return Err(Fault::not_implemented(format!(
                    "non simulé : les réseaux « {driver} »"
                )));
            }
            other => return Err(Fault::not_found(format!("plugin \"{other}\" not found"))),
        }
        let state = self.state();
        if driver == "overlay" {
            state.manager()?;
        }
        if state.networks.values().any(|it| it.name == name) {
            return Err(Fault::conflict(format!(
                "network with name {name} already exists"
            )));
        }
        let plan = plan(request, &state)?;
        if driver == "overlay" {
            return self.create_overlay(request, plan.subnet.filter(|_| plan.subnet_given));
        }
        let network = Network {
            id: self.new_id(),
            name: name.to_owned(),
            created: self.now(),
            driver: driver.to_owned(),
            subnet: plan.subnet,
            subnet_given: plan.subnet_given,
            range: plan.range,
            addressing: plan.addressing,
            ipam_options: request
                .pointer("/IPAM/Options")
                .cloned()
                .unwrap_or_default(),
            internal: flag("Internal"),
            attachable: flag("Attachable"),
            ipv6: flag("EnableIPv6"),
            options: string_map(request.get("Options")),
            labels: string_map(request.get("Labels")),
            swarm: None,
        };
        let id = network.id.clone();
        self.apply(Op::AddNetwork(Box::new(network)))?;
        Ok(id)
    }

    /// `GET /networks`.
    pub fn list_networks(&self, filters: &Filters) -> Outcome<Vec<Value>> {
        filters.only(&[
            "dangling", "driver", "id", "label", "label!", "name", "scope", "type",
        ])?;
        for kind in filters.get("type") {
            if !matches!(kind.as_str(), "custom" | "builtin") {
                return Err(Fault::invalid(format!("invalid filter: 'type'='{kind}'")));
            }
        }
        let dangling = filters.flag("dangling")?;
        let state = self.state();
        let mut networks: Vec<&Arc<Network>> = state.networks.values().collect();
        networks.sort_by(|a, b| a.name.cmp(&b.name));
        let passes = |it: &Network| {
            let used = state.containers.values().any(|container| {
                container.is_running()
                    && container
                        .endpoints
                        .values()
                        .any(|end| end.network_id == it.id)
            });
            filters.any("driver", |driver| driver == it.driver)
                && filters.any("scope", |scope| scope == it.scope())
                && filters.any("id", |id| it.id.starts_with(id))
                && filters.any("name", |name| it.name.contains(name))
                && filters.any("type", |kind| {
                    (kind == "builtin") == (it.is_predefined() || it.is_ingress())
                })
                && filters.labels(&it.labels)
                && dangling.is_none_or(|wanted| wanted == (!used && !it.is_predefined()))
        };
        Ok(networks
            .into_iter()
            .filter(|it| passes(it))
            .map(|it| document(&state, it, false))
            .collect())
    }

    /// Tells the kernel which networks are bridges of the host.
    pub(super) fn refresh_bridges(&self, state: &State) {
        let bridges = state.networks.values().filter(|it| it.driver == "bridge");
        let bridge = |it: &Arc<Network>| Bridge {
            network: it.id.clone(),
            name: it.bridge_name(),
            address: it
                .subnet
                .map(|(subnet, gateway)| (gateway.into(), subnet.prefix)),
        };
        self.inner.kernel.set_bridges(bridges.map(bridge).collect());
    }

    /// `GET /networks/ID`.
    pub fn inspect_network(&self, key: &str, verbose: bool, scope: &str) -> Outcome<Value> {
        let state = self.state();
        let network = state.network(key)?;
        // The cluster knows the predefined networks too.
        let known = network.scope() == scope || (scope == "swarm" && network.is_predefined());
        if !scope.is_empty() && !known {
            return Err(Fault::not_found(format!("network {key} not found")));
        }
        let mut found = document(&state, network, true);
        if let Some(fields) = found.as_object_mut() {
            super::swarm::complete(&state, network, verbose, fields);
        }
        Ok(found)
    }

    /// `docker network rm`.
    pub fn remove_network(&self, key: &str) -> Outcome<()> {
        let state = self.state();
        let network = state.network(key)?;
        if network.is_predefined() {
            return Err(Fault::forbidden(format!(
                "{} is a pre-defined network and cannot be removed",
                network.name
            )));
        }
        if network.is_swarm() {
            return self.remove_overlay(network);
        }
        if network.name == GATEWAY && state.swarm.is_some() {
            return Err(Fault::forbidden(format!(
                "error while removing network: network {GATEWAY} has active endpoints (name:\"gateway_ingress-sbox\")"
            )));
        }
        let plugged = state.plugged(network);
        if !plugged.is_empty() {
            let list: Vec<String> = plugged
                .iter()
                .map(|it| {
                    let end = it
                        .endpoints
                        .values()
                        .find(|end| end.network_id == network.id);
                    let id = end.map_or("", |end| short(&end.endpoint_id));
                    format!("name:\"{}\" id:\"{id}\"", it.name)
                })
                .collect();
            return Err(Fault::forbidden(format!(
                "error while removing network: network {} has active endpoints ({})",
                network.name,
                list.join(", ")
            )));
        }
        self.apply(Op::RemoveNetwork(network.id.clone()))
    }

    /// `docker network prune`: names of those that went.
    pub fn prune_networks(&self, filters: &Filters) -> Outcome<Vec<String>> {
        filters.only(&["label", "label!", "until"])?;
        let until = filters
            .get("until")
            .first()
            .map(|it| parse_until(it, self.now()))
            .transpose()?;
        let state = self.state();
        let mut deleted = Vec::new();
        for network in state.networks.values() {
            let used = state.containers.values().any(|it| {
                it.is_running()
                    && it
                        .endpoints
                        .values()
                        .any(|end| end.network_id == network.id)
            });
            let old = until.is_none_or(|it| network.created < it);
            let kept = network.is_predefined()
                || network.is_ingress()
                || (network.name == GATEWAY && state.swarm.is_some());
            if !kept && !used && old && filters.labels(&network.labels) {
                let gone = if network.is_swarm() {
                    self.remove_overlay(network)
                } else {
                    self.apply(Op::RemoveNetwork(network.id.clone()))
                };
                // One that a service still wants stays, and nothing is said of it.
                match gone {
                    Ok(()) => deleted.push(network.name.clone()),
                    Err(_) if network.is_swarm() => {}
                    Err(fault) => return Err(fault),
                }
            }
        }
        self.tell_pruned("network", 0);
        Ok(deleted)
    }

    /// `docker network connect`.
    pub fn connect_network(&self, key: &str, container: &str, settings: &Value) -> Outcome<()> {
        let state = self.state();
        let network = Arc::clone(state.network(key)?);
        let container = self.container(container)?;
        let id = container.id.clone();
        if network.driver == "host" {
            return Err(Fault::invalid(
                "cannot connect container to host network - container must be created in host network mode",
            ));
        }
        let mode = container.network_mode();
        if mode == "host" || mode.starts_with("container:") {
            return Err(Fault::invalid(
                "container sharing network namespace with another container or host cannot be connected to any other network",
            ));
        }
        if mode == "none" || network.driver == "null" {
            return Err(Fault::invalid(
                "container cannot be connected to multiple networks with one of the networks in private (none) mode",
            ));
        }
        if container.endpoints.contains_key(&network.name) && container.is_running() {
            return Err(Fault::forbidden(format!(
                "endpoint with name {} already exists in network {}",
                container.name, network.name
            )));
        }
        let mut endpoint = super::create::wanted(settings);
        validate_endpoint(&network, &endpoint)?;
        endpoint.network_id.clone_from(&network.id);
        if container.is_running() {
            endpoint = self.plug_one(&container, &network.name, &endpoint)?;
        }
        let plugged = interface(&endpoint);
        let op = Op::Connect {
            id,
            network: network.name.clone(),
            endpoint: Box::new(endpoint),
        };
        self.apply(op)?;
        if let (Some(pid), Some(plugged)) = (container.pid, plugged) {
            self.inner.kernel.plug(pid, plugged);
            self.refresh_dns(&self.container(&container.id)?.endpoints);
        }
        Ok(())
    }

    /// `docker network disconnect`.
    pub fn disconnect_network(&self, key: &str, container: &str, force: bool) -> Outcome<()> {
        let state = self.state();
        let network = Arc::clone(state.network(key)?);
        let container = match self.container(container) {
            Err(_) if force => return Ok(()),
            other => other?,
        };
        if !container.endpoints.contains_key(&network.name) {
            return Err(Fault::forbidden(format!(
                "container {} is not connected to network {}",
                container.id, network.name
            )));
        }
        if network.driver == "host" {
            return Err(Fault::invalid(
                "container cannot be disconnected from host network or connected to host network",
            ));
        }
        self.apply(Op::Disconnect {
            id: container.id.clone(),
            network: network.name.clone(),
        })?;
        if let Some(pid) = container.pid {
            self.inner.kernel.unplug(pid, &network.id);
            self.refresh_dns(&container.endpoints);
        }
        Ok(())
    }
}

fn document(state: &State, network: &Network, with_containers: bool) -> Value {
    let config = match ipam::entries(network) {
        entries if !entries.is_empty() => Value::Array(entries),
        _ if network.is_predefined() => Value::Null,
        _ => json!([]),
    };
    let mut containers = Map::new();
    if with_containers {
        for container in state.plugged(network) {
            let ends = container
                .endpoints
                .values()
                .filter(|it| it.network_id == network.id);
            containers.extend(ends.map(|end| (container.id.clone(), listed(container, end))));
        }
    }
    json!({
        "Name": network.name,
        "Id": network.id,
        "Created": rfc3339(network.created),
        "Scope": network.scope(),
        "Driver": network.driver,
        "EnableIPv4": !network.addressing.no_ipv4,
        "EnableIPv6": network.ipv6,
        "IPAM": {"Driver": "default", "Options": network.ipam_options, "Config": config},
        "Internal": network.internal,
        "Attachable": network.attachable,
        "Ingress": network.is_ingress(),
        "ConfigFrom": {"Network": ""},
        "ConfigOnly": false,
        "Containers": containers,
        "Options": network.options,
        "Labels": network.labels,
    })
}
