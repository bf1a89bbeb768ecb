//! What the manager gives out: virtual addresses, ports, addresses of tasks.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::sync::Arc;

use serde_json::{Value, json};

use super::{Service, Swarm, TaskState, refused};
use crate::daemon::{Fault, Outcome, State};

/// The ports that are given when none is named.
const PORTS: std::ops::RangeInclusive<u64> = 30_000..=32_767;

/// The ports of a wish that go through the routing mesh.
pub(super) fn ingress_ports(spec: &Value) -> Vec<&Value> {
    let ports = spec["EndpointSpec"]["Ports"]
        .as_array()
        .into_iter()
        .flatten();
    ports.filter(|it| it["PublishMode"] != "host").collect()
}

fn key(port: &Value) -> (u64, &str) {
    (
        port["PublishedPort"].as_u64().unwrap_or(0),
        port["Protocol"].as_str().unwrap_or("tcp"),
    )
}

impl Swarm {
    /// Addresses of a network that the cluster holds.
    pub(in crate::daemon) fn held(&self, network: &str) -> BTreeSet<Ipv4Addr> {
        let of = |list: &[(String, Ipv4Addr, u8)]| {
            list.iter()
                .filter(|it| it.0 == network)
                .map(|it| it.1)
                .collect::<Vec<_>>()
        };
        let services = self.services.values().flat_map(|it| of(&it.addresses));
        let tasks = self
            .tasks
            .values()
            .filter(|it| !it.ended())
            .flat_map(|it| of(&it.addresses));
        services
            .chain(tasks)
            .chain(self.balancers.get(network).copied())
            .collect()
    }

    /// What stands against the ports of a wish.
    pub(super) fn check_ports(&self, spec: &Value, own: &str) -> Outcome<()> {
        let wanted = spec["EndpointSpec"]["Ports"].as_array();
        for port in wanted.into_iter().flatten() {
            let host = port["PublishMode"] == "host";
            for other in self.services.values().filter(|it| it.id != own) {
                let mut known = other
                    .ports
                    .iter()
                    .filter(|it| key(it) == key(port) && key(port).0 != 0);
                // Two of the host's are told apart by the scheduler.
                let clash = known.find(|it| !(host && it["PublishMode"] == "host"));
                if let Some(known) = clash {
                    let how = if known["PublishMode"] == "host" {
                        "a host-published port"
                    } else {
                        "an ingress port"
                    };
                    return Err(refused(
                        "InvalidArgument",
                        format!(
                            "port '{}' is already in use by service '{}' ({}) as {how}",
                            key(port).0,
                            other.name(),
                            other.id
                        ),
                    ));
                }
            }
        }
        Ok(())
    }

    /// The ports of a wish, with those that are chosen for it.
    fn choose_ports(&self, service: &Service) -> Vec<Value> {
        let mut chosen: Vec<Value> = Vec::new();
        let ports = service.spec["EndpointSpec"]["Ports"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        for mut port in ports {
            let named = port["PublishedPort"].as_u64().unwrap_or(0) != 0;
            if !named && port["PublishMode"] != "host" {
                let before = service.ports.iter().find(|it| {
                    it["TargetPort"] == port["TargetPort"] && it["Protocol"] == port["Protocol"]
                });
                let taken = |number: u64| {
                    let others = self
                        .services
                        .values()
                        .filter(|it| it.id != service.id)
                        .flat_map(|it| it.ports.iter());
                    others.chain(&chosen).any(|it| {
                        it["PublishedPort"] == number && it["Protocol"] == port["Protocol"]
                    })
                };
                let number = before
                    .and_then(|it| it["PublishedPort"].as_u64())
                    .or_else(|| PORTS.clone().find(|it| !taken(*it)));
                let mut whole = serde_json::Map::new();
                for name in ["Name", "Protocol", "TargetPort"] {
                    if !port[name].is_null() {
                        whole.insert(name.to_owned(), port[name].take());
                    }
                }
                whole.insert("PublishedPort".into(), json!(number));
                whole.insert("PublishMode".into(), json!("ingress"));
                port = Value::Object(whole);
            }
            chosen.push(port);
        }
        chosen
    }
}

impl State {
    /// Identifier of the network for the published ports.
    pub(super) fn ingress(&self) -> Option<String> {
        let ingress = self
            .networks
            .values()
            .find(|it| it.swarm.as_ref().is_some_and(|it| it.ingress));
        ingress.map(|it| it.id.clone())
    }

    fn free_address(&self, network: &str) -> Option<(Ipv4Addr, u8)> {
        let network = self.networks.get(network)?;
        let (subnet, _) = network.subnet?;
        Some((subnet.free(None, &self.taken(network))?, subnet.prefix))
    }

    /// Gives a service its virtual addresses and ports.
    pub(super) fn allocate_service(&mut self, id: &str) -> Outcome<()> {
        let Some(service) = self.manager()?.services.get(id).cloned() else {
            return Ok(());
        };
        let mut networks: Vec<String> = Vec::new();
        if service.has_address() {
            if !ingress_ports(&service.spec).is_empty() {
                networks.extend(self.ingress());
            }
            let named = service.networks().filter_map(|it| it["Target"].as_str());
            networks.extend(
                named
                    .filter(|it| self.networks.get(*it).is_some_and(|it| it.is_swarm()))
                    .map(str::to_owned),
            );
        }
        let mut addresses: Vec<(String, Ipv4Addr, u8)> = service
            .addresses
            .iter()
            .filter(|it| networks.contains(&it.0))
            .cloned()
            .collect();
        for network in networks {
            if addresses.iter().any(|it| it.0 == network) {
                continue;
            }
            let (address, prefix) = self.free_address(&network).ok_or_else(|| {
                Fault::internal("could not find an available IP while allocating VIP")
            })?;
            addresses.push((network, address, prefix));
        }
        let ports = self.manager()?.choose_ports(&service);
        if let Some(slot) = self.swarm.as_mut().and_then(|it| it.services.get_mut(id)) {
            let service = Arc::make_mut(slot);
            service.addresses = addresses;
            service.ports = ports;
        }
        Ok(())
    }

    /// Gives the tasks that just got a node their addresses.
    pub(super) fn allocate_tasks(&mut self) {
        let Some(swarm) = &self.swarm else { return };
        let mut waiting: Vec<_> = swarm
            .tasks
            .values()
            .filter(|it| it.status.state == TaskState::Assigned && it.addresses.is_empty())
            .cloned()
            .collect();
        waiting.sort_by_key(|it| it.rank);
        for task in waiting {
            let mut networks: Vec<String> = Vec::new();
            let ports = task.endpoint["Ports"].as_array().into_iter().flatten();
            if ports.clone().any(|it| it["PublishMode"] != "host") {
                networks.extend(self.ingress());
            }
            let named = task.spec["Networks"].as_array().into_iter().flatten();
            networks.extend(
                named
                    .filter_map(|it| it["Target"].as_str())
                    .filter(|it| self.networks.get(*it).is_some_and(|it| it.is_swarm()))
                    .map(str::to_owned),
            );
            for network in networks {
                let Some((address, prefix)) = self.free_address(&network) else {
                    continue;
                };
                if let Some(task) = self
                    .swarm
                    .as_mut()
                    .and_then(|it| it.tasks.get_mut(&task.id))
                {
                    Arc::make_mut(task)
                        .addresses
                        .push((network.clone(), address, prefix));
                }
                let without = self
                    .swarm
                    .as_ref()
                    .is_some_and(|it| !it.balancers.contains_key(&network));
                if let (true, Some((address, _))) = (without, self.free_address(&network))
                    && let Some(swarm) = &mut self.swarm
                {
                    swarm.balancers.insert(network, address);
                }
            }
        }
    }
}
