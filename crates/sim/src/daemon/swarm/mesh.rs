//! The ways to the tasks: virtual addresses, names, and the published ports of the routing mesh.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use tokio::task::AbortHandle;

use super::super::container::Published;
use super::super::network::Network;
use super::{Service, TaskState};
use crate::daemon::{Daemon, State, lock};

/// What of the cluster runs: agents, and listeners of the routing mesh.
#[derive(Debug, Default)]
pub(in crate::daemon) struct Mesh {
    /// Tasks that an agent takes care of, and containers being removed.
    pub(super) agents: HashSet<String>,
    /// By port and protocol: where it leads, and what listens.
    listeners: HashMap<(u16, String), (SocketAddr, Vec<AbortHandle>)>,
    /// Virtual addresses, as the kernel was last told.
    addresses: BTreeMap<IpAddr, Vec<IpAddr>>,
}

impl State {
    /// Addresses of the running tasks of a service on a network, in the order of their slots.
    fn backends(&self, service: &Service, network: &str) -> Vec<IpAddr> {
        let Some(swarm) = &self.swarm else {
            return Vec::new();
        };
        let mut tasks: Vec<_> = swarm
            .tasks_of(&service.id)
            .into_iter()
            .filter(|it| it.status.state == TaskState::Running && it.wanted())
            .collect();
        tasks.sort_by_key(|it| it.slot);
        let address = |list: &[(String, Ipv4Addr, u8)]| {
            list.iter()
                .find(|it| it.0 == network)
                .map(|it| IpAddr::V4(it.1))
        };
        tasks
            .iter()
            .filter_map(|it| address(&it.addresses))
            .collect()
    }

    fn virtual_addresses(&self) -> BTreeMap<IpAddr, Vec<IpAddr>> {
        let services = self.swarm.iter().flat_map(|it| it.services.values());
        services
            .flat_map(|service| {
                service.addresses.iter().map(move |(network, address, _)| {
                    (IpAddr::V4(*address), self.backends(service, network))
                })
            })
            .collect()
    }

    /// The names of services that a network's DNS answers for.
    pub(in crate::daemon) fn service_names(
        &self,
        network: &Network,
    ) -> BTreeMap<String, Vec<IpAddr>> {
        let mut names: BTreeMap<String, Vec<IpAddr>> = BTreeMap::new();
        let Some(swarm) = self
            .swarm
            .as_ref()
            .filter(|_| network.is_swarm() && !network.is_ingress())
        else {
            return names;
        };
        for service in swarm.services.values() {
            let Some(attached) = service
                .networks()
                .find(|it| it["Target"] == network.id.as_str())
            else {
                continue;
            };
            let backends = self.backends(service, &network.id);
            if backends.is_empty() {
                continue;
            }
            let address = service
                .addresses
                .iter()
                .find(|it| it.0 == network.id)
                .map(|it| IpAddr::V4(it.1));
            let found = address.map_or_else(|| backends.clone(), |it| vec![it]);
            let aliases = attached["Aliases"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|it| it.as_str());
            for name in aliases.chain([service.name()]) {
                names
                    .entry(name.to_owned())
                    .or_default()
                    .extend(found.iter().copied());
                names
                    .entry(format!("tasks.{name}"))
                    .or_default()
                    .extend(backends.iter().copied());
            }
        }
        names
    }

    /// The ports of the routing mesh, and where each leads.
    fn mesh_ports(&self) -> BTreeMap<(u16, String), SocketAddr> {
        let (Some(swarm), Some(ingress)) = (&self.swarm, self.ingress()) else {
            return BTreeMap::new();
        };
        let mut ports = BTreeMap::new();
        for service in swarm.services.values() {
            let Some((_, address, _)) = service.addresses.iter().find(|it| it.0 == ingress) else {
                continue;
            };
            for port in service
                .ports
                .iter()
                .filter(|it| it["PublishMode"] != "host")
            {
                let number = |name: &str| port[name].as_u64().and_then(|it| u16::try_from(it).ok());
                if let (Some(published), Some(target)) =
                    (number("PublishedPort"), number("TargetPort"))
                {
                    let protocol = port["Protocol"].as_str().unwrap_or("tcp").to_owned();
                    ports.insert(
                        (published, protocol),
                        SocketAddr::new(IpAddr::V4(*address), target),
                    );
                }
            }
        }
        ports
    }
}

impl Daemon {
    /// Makes the ways what the tasks are now.
    pub(super) fn refresh_mesh(&self) {
        let state = self.state();
        let addresses = state.virtual_addresses();
        let wanted = state.mesh_ports();
        let mut mesh = lock(&self.inner.mesh);
        if mesh.addresses != addresses {
            self.inner.kernel.set_virtual(addresses.clone());
            mesh.addresses = addresses;
        }
        let gone: Vec<(u16, String)> = mesh
            .listeners
            .iter()
            .filter(|(key, (target, _))| wanted.get(*key) != Some(target))
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            for handle in mesh
                .listeners
                .remove(&key)
                .map(|it| it.1)
                .unwrap_or_default()
            {
                handle.abort();
            }
        }
        let known: BTreeSet<(u16, String)> = mesh.listeners.keys().cloned().collect();
        for (key, target) in wanted.into_iter().filter(|(key, _)| !known.contains(key)) {
            let port = Published {
                container: target.port(),
                protocol: key.1.clone(),
                host_ip: "0.0.0.0".to_owned(),
                host: key.0,
            };
            let handles = if key.1 == "tcp" {
                self.open_port(&port, target)
            } else {
                Vec::new()
            };
            mesh.listeners.insert(key, (target, handles));
        }
        drop(mesh);
        for network in state.networks.values().filter(|it| it.is_swarm()) {
            self.inner
                .kernel
                .set_dns(&network.id, state.dns_names(network));
        }
    }

    /// Whether the routing mesh has a port.
    pub(in crate::daemon) fn is_mesh_port(&self, port: u16, protocol: &str) -> bool {
        lock(&self.inner.mesh)
            .listeners
            .contains_key(&(port, protocol.to_owned()))
    }
}
