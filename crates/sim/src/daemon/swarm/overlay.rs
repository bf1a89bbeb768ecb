//! Networks of the cluster: `ingress`, the overlay networks, and the bridge by which their
//! containers go out.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::super::container::{Container, string_map};
use super::super::ipam::Addressing;
use super::super::network::{Network, Subnet, SwarmScope, free_pool};
use super::super::time::rfc3339;
use super::{event, refused};
use crate::daemon::{Daemon, Fault, Op, Outcome, State, lock};

/// First of the VXLAN identifiers.
const VXLAN: u32 = 4096;
/// Option of the driver that tells them.
const VXLAN_LIST: &str = "com.docker.network.driver.overlay.vxlanid_list";
/// The bridge of the containers that are on overlay networks.
pub(in crate::daemon) const GATEWAY: &str = "docker_gwbridge";

impl Network {
    /// What a task tells of it.
    pub(super) fn attachment(&self) -> Value {
        let Some(scope) = &self.swarm else {
            return Value::Null;
        };
        let mut spec = Map::new();
        spec.insert("Name".into(), json!(self.name));
        spec.insert("Labels".into(), json!(self.labels));
        spec.insert(
            "DriverConfiguration".into(),
            if scope.ingress {
                json!({})
            } else {
                json!({"Name": "overlay"})
            },
        );
        if self.internal {
            spec.insert("Internal".into(), json!(true));
        }
        if self.attachable {
            spec.insert("Attachable".into(), json!(true));
        }
        if scope.ingress {
            spec.insert("Ingress".into(), json!(true));
        }
        spec.insert(
            "IPAMOptions".into(),
            if scope.ingress {
                json!({"Driver": {}})
            } else {
                json!({"Driver": {"Name": "default"}})
            },
        );
        spec.insert("Scope".into(), json!("swarm"));
        let configs: Vec<Value> = self.subnet.iter().map(|(subnet, gateway)| json!({"Subnet": subnet.to_string(), "Gateway": gateway.to_string()})).collect();
        json!({
            "ID": self.id,
            "Version": {"Index": scope.version},
            "CreatedAt": rfc3339(self.created),
            "UpdatedAt": rfc3339(self.created),
            "Spec": spec,
            "DriverState": {"Name": "overlay", "Options": self.options},
            "IPAMOptions": {"Driver": {"Name": "default"}, "Configs": configs},
        })
    }
}

/// The first pool of the cluster that no network has.
fn free_subnet(state: &State) -> Outcome<Subnet> {
    let (pools, size) = state
        .swarm
        .as_ref()
        .map_or((Vec::new(), 24), |it| (it.pools.clone(), it.subnet_size));
    let taken: Vec<Subnet> = state
        .networks
        .values()
        .filter_map(|it| it.subnet.map(|(subnet, _)| subnet))
        .collect();
    for pool in pools.iter().filter_map(|it| Subnet::parse(it)) {
        let step = 1_u64 << (32 - u32::from(size.clamp(1, 32)));
        let first = u64::from(u32::from(pool.base));
        let last = first + (1_u64 << (32 - u32::from(pool.prefix)));
        let mut at = first;
        while at < last {
            let base = Ipv4Addr::from(u32::try_from(at).unwrap_or(u32::MAX));
            let subnet = Subnet { base, prefix: size };
            if !taken.iter().any(|it| it.overlaps(subnet)) {
                return Ok(subnet);
            }
            at += step;
        }
    }
    Err(refused(
        "FailedPrecondition",
        "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
    ))
}

impl Daemon {
    /// `ingress` and `docker_gwbridge`.
    pub(super) fn make_swarm_networks(&self) -> Outcome<()> {
        let state = self.state();
        if state.network(GATEWAY).is_err() {
            let taken: Vec<Subnet> = state
                .networks
                .values()
                .filter_map(|it| it.subnet.map(|(subnet, _)| subnet))
                .collect();
            let subnet = free_pool(&taken)?;
            let options = [
                ("com.docker.network.bridge.enable_icc", "false"),
                ("com.docker.network.bridge.enable_ip_masquerade", "true"),
                ("com.docker.network.bridge.name", GATEWAY),
            ];
            let network = Network {
                id: self.new_id(),
                name: GATEWAY.to_owned(),
                created: self.now(),
                driver: "bridge".to_owned(),
                subnet: Some((subnet, subnet.first())),
                subnet_given: false,
                range: None,
                addressing: Addressing::default(),
                ipam_options: Value::Null,
                internal: false,
                attachable: false,
                ipv6: false,
                options: options
                    .iter()
                    .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                    .collect(),
                labels: BTreeMap::new(),
                swarm: None,
            };
            self.apply(Op::AddNetwork(Box::new(network)))?;
        }
        let name = "ingress".to_owned();
        let network = Network {
            id: self.swarm_id(),
            name,
            created: self.now(),
            driver: "overlay".to_owned(),
            subnet: None,
            subnet_given: false,
            range: None,
            addressing: Addressing::default(),
            ipam_options: Value::Null,
            internal: false,
            attachable: false,
            ipv6: false,
            options: BTreeMap::new(),
            labels: BTreeMap::new(),
            swarm: Some(SwarmScope {
                ingress: true,
                version: 6,
            }),
        };
        let mut state = lock(&self.inner.state);
        // The sandbox of the routing mesh has the first address of the bridge.
        let bridge = state.network(GATEWAY)?;
        let out = bridge
            .subnet
            .and_then(|(subnet, _)| subnet.free(None, &state.taken(bridge)));
        let bridge = bridge.id.clone();
        if let (Some(swarm), Some(address)) = (&mut state.swarm, out) {
            swarm.balancers.insert(bridge, address);
        }
        let network = number(&state, network)?;
        let (id, first) = (
            network.id.clone(),
            network
                .subnet
                .and_then(|(subnet, gateway)| subnet.free(None, &[gateway].into())),
        );
        state.networks.insert(id.clone(), Arc::new(network));
        if let (Some(swarm), Some(address)) = (&mut state.swarm, first) {
            swarm.balancers.insert(id, address);
        }
        Ok(())
    }

    /// `docker network create -d overlay`.
    pub(in crate::daemon) fn create_overlay(
        &self,
        request: &Value,
        subnet: Option<(Subnet, Ipv4Addr)>,
    ) -> Outcome<String> {
        let id = self.swarm_id();
        let flag = |name: &str| request[name].as_bool().unwrap_or(false);
        let name = request["Name"].as_str().unwrap_or_default().to_owned();
        self.in_swarm(|state, now| {
            let ingress = flag("Ingress");
            if ingress
                && state
                    .networks
                    .values()
                    .any(|it| it.swarm.as_ref().is_some_and(|it| it.ingress))
            {
                let known = state
                    .networks
                    .values()
                    .find(|it| it.swarm.as_ref().is_some_and(|it| it.ingress));
                let known = known.map(|it| it.id.clone()).unwrap_or_default();
                return Err(refused(
                    "AlreadyExists",
                    format!("ingress network ({known}) is already present"),
                ));
            }
            let network = Network {
                id: id.clone(),
                name: name.clone(),
                created: now,
                driver: "overlay".to_owned(),
                subnet,
                subnet_given: subnet.is_some(),
                range: None,
                addressing: Addressing::default(),
                ipam_options: request
                    .pointer("/IPAM/Options")
                    .cloned()
                    .unwrap_or_default(),
                internal: flag("Internal"),
                attachable: flag("Attachable"),
                ipv6: flag("EnableIPv6"),
                options: string_map(request.get("Options")),
                labels: string_map(request.get("Labels")),
                swarm: Some(SwarmScope {
                    ingress,
                    version: state.swarm.as_mut().map_or(0, super::Swarm::tick),
                }),
            };
            let network = number(state, network)?;
            state.networks.insert(id.clone(), Arc::new(network));
            let told = |action| event("network", action, &id, &[("name", &name)], now);
            Ok((id.clone(), vec![told("create"), told("update")]))
        })
    }

    /// Removes a network of the cluster that nothing uses.
    pub(in crate::daemon) fn remove_overlay(&self, network: &Network) -> Outcome<()> {
        self.in_swarm(|state, now| {
            let swarm = state.manager()?;
            let user = swarm.services.values().find(|it| {
                let ingress = network.swarm.as_ref().is_some_and(|it| it.ingress)
                    && !super::allocate::ingress_ports(&it.spec).is_empty();
                ingress || it.networks().any(|it| it["Target"] == network.id.as_str())
            });
            if let Some(service) = user {
                if network.swarm.as_ref().is_some_and(|it| it.ingress) {
                    return Err(refused(
                        "FailedPrecondition",
                        format!(
                            "ingress network cannot be removed because service {} depends on it",
                            service.id
                        ),
                    ));
                }
                return Err(refused(
                    "FailedPrecondition",
                    format!("network {} is in use by service {}", network.id, service.id),
                ));
            }
            // Those of a service that is gone are on their way out.
            let task = swarm.tasks.values().find(|it| {
                it.wanted() && !it.ended() && it.addresses.iter().any(|(id, ..)| *id == network.id)
            });
            if let Some(task) = task {
                return Err(refused(
                    "FailedPrecondition",
                    format!("network {} is in use by task {}", network.id, task.id),
                ));
            }
            let plugged = state.plugged(network);
            if let Some(container) = plugged.iter().find(|it| !it.is_task()) {
                return Err(refused(
                    "FailedPrecondition",
                    format!("network {} is in use by task {}", network.id, container.id),
                ));
            }
            state.networks.remove(&network.id);
            if let Some(swarm) = &mut state.swarm {
                swarm.balancers.remove(&network.id);
            }
            let told = event(
                "network",
                "remove",
                &network.id,
                &[("name", &network.name)],
                now,
            );
            Ok(((), vec![told]))
        })
    }
}

/// Gives a network of the cluster its subnet and its VXLAN identifier.
fn number(state: &State, mut network: Network) -> Outcome<Network> {
    if network.subnet.is_none() {
        let subnet = free_subnet(state)?;
        network.subnet = Some((subnet, subnet.first()));
    }
    let used: Vec<u32> = state
        .networks
        .values()
        .filter_map(|it| it.options.get(VXLAN_LIST)?.parse().ok())
        .collect();
    let free = (VXLAN..VXLAN + 0x0100_0000)
        .find(|it| !used.contains(it))
        .unwrap_or(VXLAN);
    network
        .options
        .entry(VXLAN_LIST.to_owned())
        .or_insert_with(|| free.to_string());
    Ok(network)
}

/// What `docker network inspect` adds for a network of the cluster: its load balancer among the
/// containers, its peers, and with `verbose` its services.
pub(in crate::daemon) fn complete(
    state: &State,
    network: &Network,
    verbose: bool,
    document: &mut Map<String, Value>,
) {
    let Some(swarm) = &state.swarm else { return };
    let Some(scope) = &network.swarm else {
        if network.name == GATEWAY {
            balancer(
                swarm,
                network,
                "ingress-sbox",
                "gateway_ingress-sbox",
                document,
            );
        }
        return;
    };
    let plugged = state.plugged(network);
    if plugged.is_empty() && !scope.ingress {
        document.insert("Containers".into(), Value::Null);
        if network.labels.is_empty() {
            document.insert("Labels".into(), Value::Null);
        }
        return;
    }
    if scope.ingress {
        balancer(swarm, network, "ingress-sbox", "ingress-endpoint", document);
    } else {
        balancer(
            swarm,
            network,
            &format!("lb-{}", network.name),
            &format!("{}-endpoint", network.name),
            document,
        );
    }
    let node = super::super::ids::digest(swarm.node.id.as_bytes());
    document.insert(
        "Peers".into(),
        json!([{"Name": super::super::ids::short(&node), "IP": swarm.node_address()}]),
    );
    if verbose {
        document.insert("Services".into(), services(swarm, network, &plugged));
    }
}

/// Adds the load balancer of a network to its containers.
fn balancer(
    swarm: &super::Swarm,
    network: &Network,
    key: &str,
    name: &str,
    document: &mut Map<String, Value>,
) {
    let (Some(address), Some(Value::Object(containers))) = (
        swarm.balancers.get(&network.id),
        document.get_mut("Containers"),
    ) else {
        return;
    };
    let prefix = network.subnet.map_or(24, |(subnet, _)| subnet.prefix);
    containers.insert(key.to_owned(), json!({
        "Name": name,
        "EndpointID": super::super::ids::digest(network.id.as_bytes()).trim_start_matches("sha256:"),
        "MacAddress": mac(*address),
        "IPv4Address": format!("{address}/{prefix}"),
        "IPv6Address": "",
    }));
}

fn services(swarm: &super::Swarm, network: &Network, plugged: &[&Arc<Container>]) -> Value {
    let mut services = Map::new();
    let mut index = 256;
    for service in swarm.services.values() {
        let address = service
            .addresses
            .iter()
            .find(|it| it.0 == network.id)
            .map(|it| it.1);
        let tasks: Vec<Value> = plugged
            .iter()
            .filter(|it| it.labels().get("com.docker.swarm.service.id") == Some(&service.id))
            .filter_map(|it| {
                let end = it.endpoints.values().find(|end| end.network_id == network.id)?;
                let ip = end.address.map_or_else(String::new, |it| it.to_string());
                Some(json!({"Name": it.name, "EndpointID": end.endpoint_id, "EndpointIP": ip, "Info": {"Host IP": swarm.node_address()}}))
            })
            .collect();
        if tasks.is_empty() {
            continue;
        }
        index += 1;
        let ports: Vec<String> = if network.swarm.as_ref().is_some_and(|it| it.ingress) {
            service
                .ports
                .iter()
                .map(|it| {
                    format!(
                        "Target: {}, Publish: {}",
                        it["TargetPort"], it["PublishedPort"]
                    )
                })
                .collect()
        } else {
            Vec::new()
        };
        let vip = address.map_or_else(|| "<nil>".to_owned(), |it| it.to_string());
        services.insert(
            service.name().to_owned(),
            json!({"VIP": vip, "Ports": ports, "LocalLBIndex": index, "Tasks": tasks}),
        );
    }
    Value::Object(services)
}

/// The Ethernet address of an address of an overlay network.
pub(in crate::daemon) fn mac(address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}

/// What is said of a network on which containers may not be plugged by hand.
pub(in crate::daemon) fn not_attachable(name: &str) -> Fault {
    refused(
        "PermissionDenied",
        format!("network {name} not manually attachable"),
    )
    .context(&format!("Could not attach to network {name}: "))
}
