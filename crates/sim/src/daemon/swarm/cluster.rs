//! `docker swarm`: the cluster itself.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::super::network::Subnet;
use super::tokens::{is_join_token, join_token, unlock_key};
use super::{Meta, Node, Swarm, event, head, pki, refused};
use crate::daemon::config::text;
use crate::daemon::{Daemon, Fault, Outcome, lock};
use crate::kernel::HOST_ADDRESS;

/// How long a node tries to join before the command gives up.
const JOIN: Duration = Duration::from_secs(20);
const ALREADY: &str = "This node is already part of a swarm. Use \"docker swarm leave\" to leave this swarm and join another one.";
/// Where managers listen.
const PORT: u16 = 2377;

/// What networks are cut from when nothing is said.
const DEFAULT_POOL: &str = "10.0.0.0/8";

/// A number of a document, or this.
fn or(value: &Value, default: u64) -> u64 {
    value.as_u64().filter(|it| *it != 0).unwrap_or(default)
}

/// `Spec` of a cluster, in the order of moby's `swarm.Spec`. A new cluster has defaults for what is
/// not given; an update replaces the whole.
fn cluster_spec(given: &Value, new: bool) -> Value {
    let or_default = |value: &Value, default: u64| or(value, if new { default } else { 0 });
    let mut ca = Map::new();
    put_unless_zero(
        &mut ca,
        "NodeCertExpiry",
        or_default(&given["CAConfig"]["NodeCertExpiry"], 7_776_000_000_000_000),
    );
    for field in ["ExternalCAs", "ForceRotate"] {
        let value = &given["CAConfig"][field];
        if !value.is_null() && value.as_u64() != Some(0) {
            ca.insert(field.into(), value.clone());
        }
    }
    let history = given["Orchestration"]["TaskHistoryRetentionLimit"].as_i64();
    let history = history.unwrap_or(if new { 5 } else { 0 });
    let raft = &given["Raft"];
    let mut log = Map::new();
    put_unless_zero(
        &mut log,
        "SnapshotInterval",
        or_default(&raft["SnapshotInterval"], 10_000),
    );
    let kept = raft["KeepOldSnapshots"].as_u64().unwrap_or(0);
    log.insert("KeepOldSnapshots".into(), json!(kept));
    put_unless_zero(
        &mut log,
        "LogEntriesForSlowFollowers",
        or_default(&raft["LogEntriesForSlowFollowers"], 500),
    );
    for (field, default) in [("ElectionTick", 10), ("HeartbeatTick", 1)] {
        log.insert(field.into(), json!(or_default(&raft[field], default)));
    }
    let mut dispatcher = Map::new();
    put_unless_zero(
        &mut dispatcher,
        "HeartbeatPeriod",
        or_default(&given["Dispatcher"]["HeartbeatPeriod"], 5_000_000_000),
    );
    let mut defaults = Map::new();
    if let Some(driver) = given["TaskDefaults"]["LogDriver"].as_object() {
        defaults.insert("LogDriver".into(), json!(driver));
    }
    let labels = given["Labels"].as_object().cloned().unwrap_or_default();
    json!({
        "Name": "default",
        "Labels": labels,
        "Orchestration": {"TaskHistoryRetentionLimit": history},
        "Raft": log,
        "Dispatcher": dispatcher,
        "CAConfig": ca,
        "TaskDefaults": defaults,
        "EncryptionConfig": {"AutoLockManagers": given["EncryptionConfig"]["AutoLockManagers"] == true},
    })
}

/// A field that Go leaves out when it is zero.
fn put_unless_zero(fields: &mut Map<String, Value>, name: &str, value: u64) {
    if value != 0 {
        fields.insert(name.to_owned(), json!(value));
    }
}

/// What is refused in the `Spec` of a cluster.
fn check(given: &Value) -> Outcome<()> {
    let expiry = &given["CAConfig"]["NodeCertExpiry"];
    if expiry
        .as_i64()
        .is_some_and(|it| it != 0 && it < 3_600_000_000_000)
    {
        return Err(refused(
            "InvalidArgument",
            "minimum certificate expiry time must be larger than 1h0m0s",
        ));
    }
    if given["Dispatcher"]["HeartbeatPeriod"]
        .as_i64()
        .is_some_and(|it| it < 0)
    {
        return Err(refused(
            "InvalidArgument",
            "heartbeat time period cannot be a negative duration",
        ));
    }
    match &given["Name"] {
        Value::Null => Ok(()),
        Value::String(name) if matches!(name.as_str(), "" | "default") => Ok(()),
        _ => Err(Fault::invalid("swarm spec must be named \"default\"")),
    }
}

fn split_port(address: &str) -> (&str, u16) {
    match address.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(PORT)),
        None => (address, PORT),
    }
}

/// Whom the others are told to call.
fn advertised(given: &str) -> Outcome<String> {
    let (host, port) = split_port(given);
    let ip = match host {
        "" | "eth0" => HOST_ADDRESS.to_string(),
        "lo" => "127.0.0.1".to_owned(),
        "0.0.0.0" => {
            return Err(Fault::invalid(
                "advertise address must be a non-zero IP address or network interface (with optional port number)",
            ));
        }
        host if host.parse::<std::net::IpAddr>().is_ok() => host.to_owned(),
        _ => {
            return Err(Fault::invalid(
                "advertise address must be a non-zero IP address or network interface (with optional port number)",
            ));
        }
    };
    Ok(format!("{ip}:{port}"))
}

impl Daemon {
    /// Makes a cluster of this node; the node's identifier.
    pub fn init_swarm(&self, request: &Value) -> Outcome<String> {
        if lock(&self.inner.state).swarm.is_some() {
            return Err(Fault::unavailable(ALREADY));
        }
        let request = request.as_object().cloned().unwrap_or_default();
        let spec = request.get("Spec").cloned().unwrap_or_default();
        check(&spec)?;
        let address = advertised(text(&request, "AdvertiseAddr"))?;
        let swarm = self.new_swarm(&request, &spec, address)?;
        let now = self.now();
        let node = swarm.node.id.clone();
        lock(&self.inner.state).swarm = Some(swarm);
        let hostname = self.inner.kernel.options().hostname.clone();
        self.publish(vec![
            event("node", "create", &node, &[("name", "")], now),
            event(
                "node",
                "update",
                &node,
                &[
                    ("name", &hostname),
                    ("state.new", "ready"),
                    ("state.old", "unknown"),
                ],
                now,
            ),
        ]);
        self.make_swarm_networks()?;
        self.watch_swarm();
        self.inner.changed.send_modify(|count| *count += 1);
        Ok(node)
    }

    /// The cluster that a request asks for.
    fn new_swarm(
        &self,
        request: &Map<String, Value>,
        spec: &Value,
        address: String,
    ) -> Outcome<Swarm> {
        let pools = request
            .get("DefaultAddrPool")
            .and_then(Value::as_array)
            .filter(|it| !it.is_empty());
        let pools: Vec<String> = pools.map_or_else(
            || vec![DEFAULT_POOL.to_owned()],
            |it| {
                let texts = it.iter().filter_map(Value::as_str);
                texts.map(str::to_owned).collect()
            },
        );
        if let Some(bad) = pools.iter().find(|it| Subnet::parse(it).is_none()) {
            return Err(Fault::invalid(format!("invalid CIDR address: {bad}")));
        }
        let availability = match text(request, "Availability") {
            "" => "active",
            word @ ("active" | "pause" | "drain") => word,
            other => return Err(Fault::invalid(format!("invalid Availability: \"{other}\""))),
        };
        let now = self.now();
        let mut ids = lock(&self.inner.ids);
        let root = pki::Root::new(&ids.bytes(), now)
            .ok_or_else(|| Fault::internal("failed to generate a root CA certificate"))?;
        let meta = |version| Meta {
            version,
            created: now,
            updated: now,
        };
        let node = Node {
            id: ids.swarm_id(),
            meta: meta(9),
            spec: json!({"Labels": {}, "Role": "manager", "Availability": availability}),
        };
        let mut spec = cluster_spec(spec, true);
        if request.get("AutoLockManagers") == Some(&json!(true)) {
            spec["EncryptionConfig"]["AutoLockManagers"] = json!(true);
        }
        let locked = spec["EncryptionConfig"]["AutoLockManagers"] == true;
        Ok(Swarm {
            id: ids.swarm_id(),
            meta: meta(10),
            index: 10,
            spec,
            address,
            worker_token: join_token(&mut ids, &root.certificate),
            manager_token: join_token(&mut ids, &root.certificate),
            unlock_key: if locked {
                unlock_key(&mut ids)
            } else {
                String::new()
            },
            root,
            pools,
            subnet_size: request
                .get("SubnetSize")
                .and_then(Value::as_u64)
                .and_then(|it| u8::try_from(it).ok())
                .filter(|it| *it > 0)
                .unwrap_or(24),
            data_port: request
                .get("DataPathPort")
                .and_then(Value::as_u64)
                .and_then(|it| u16::try_from(it).ok())
                .filter(|it| *it > 0)
                .unwrap_or(4789),
            node,
            services: imbl::OrdMap::new(),
            tasks: imbl::OrdMap::new(),
            secrets: imbl::OrdMap::new(),
            configs: imbl::OrdMap::new(),
            balancers: BTreeMap::new(),
            rank: 0,
        })
    }

    /// There is nobody to join: what docker says when the other node does not answer.
    pub async fn join_swarm(&self, request: &Value) -> Outcome<()> {
        if lock(&self.inner.state).swarm.is_some() {
            return Err(Fault::unavailable(ALREADY));
        }
        let remote = request["RemoteAddrs"]
            .get(0)
            .and_then(Value::as_str)
            .unwrap_or_default();
        if remote.is_empty() {
            return Err(Fault::invalid("at least 1 RemoteAddr is required to join"));
        }
        if !is_join_token(request["JoinToken"].as_str().unwrap_or_default()) {
            return Err(Fault::invalid("invalid join token"));
        }
        let (host, port) = split_port(remote);
        let dial = |why: &str| {
            Fault::unavailable(format!(
                "rpc error: code = Unavailable desc = connection error: desc = \"transport: Error while dialing: dial tcp {host}:{port}: {why}\""
            ))
        };
        let own =
            matches!(host, "127.0.0.1" | "localhost" | "::1") || host == HOST_ADDRESS.to_string();
        if own {
            return Err(dial("connect: connection refused"));
        }
        if host.parse::<std::net::IpAddr>().is_err() {
            return Err(dial(&format!("lookup {host}: no such host")));
        }
        tokio::time::sleep(JOIN).await;
        Err(Fault::unavailable(
            "Timeout was reached before node joined. The attempt to join the swarm will continue in the background. Use the \"docker info\" command to see the current swarm status of your node.",
        ))
    }

    /// Leaves: the cluster had one node, nothing is left of it.
    pub async fn leave_swarm(&self, force: bool) -> Outcome<()> {
        if lock(&self.inner.state).swarm.is_none() {
            return Err(Fault::unavailable("This node is not part of a swarm"));
        }
        if !force {
            return Err(Fault::unavailable(
                "You are attempting to leave the swarm on a node that is participating as a manager. Removing the last manager erases all current state of the swarm. Use `--force` to ignore this message.",
            ));
        }
        self.abandon_swarm().await;
        Ok(())
    }

    /// Forgets the cluster, with its containers and networks.
    pub(in crate::daemon) async fn abandon_swarm(&self) {
        let Some(swarm) = lock(&self.inner.state).swarm.take() else {
            return;
        };
        self.inner.changed.send_modify(|count| *count += 1);
        self.refresh_mesh();
        let of_tasks: Vec<String> = self
            .state()
            .containers
            .values()
            .filter(|it| it.is_task())
            .map(|it| it.id.clone())
            .collect();
        for id in of_tasks {
            // Gone by itself meanwhile: what was wanted.
            let _ = self.remove_container(&id, true, false).await;
        }
        drop(swarm);
        let mut state = lock(&self.inner.state);
        let kept = state
            .networks
            .iter()
            .filter(|(_, it)| !it.is_swarm())
            .map(|(id, it)| (id.clone(), it.clone()))
            .collect();
        state.networks = kept;
        drop(state);
        self.inner.changed.send_modify(|count| *count += 1);
    }

    /// `GET /swarm`.
    pub fn inspect_swarm(&self) -> Outcome<Value> {
        let state = self.state();
        let swarm = state.manager()?;
        let mut document = swarm.cluster_document();
        document.insert(
            "JoinTokens".into(),
            json!({"Worker": swarm.worker_token, "Manager": swarm.manager_token}),
        );
        Ok(Value::Object(document))
    }

    /// `POST /swarm/update`.
    pub fn update_swarm(&self, version: u64, spec: &Value, rotate: [bool; 3]) -> Outcome<()> {
        let [worker, manager, key] = rotate;
        self.in_swarm(|state, now| {
            let mut ids = lock(&self.inner.ids);
            let swarm = state.swarm.as_mut().ok_or_else(super::not_a_manager)?;
            check(spec)?;
            if swarm.meta.version != version {
                return Err(refused("Unknown", "update out of sequence"));
            }
            let wanted = cluster_spec(spec, false);
            let force = |it: &Value| it["CAConfig"]["ForceRotate"].as_u64().unwrap_or(0);
            if force(&wanted) != force(&swarm.spec) {
                swarm.root = pki::Root::new(&ids.bytes(), now)
                    .ok_or_else(|| Fault::internal("failed to generate a root CA certificate"))?;
                swarm.worker_token = join_token(&mut ids, &swarm.root.certificate);
                swarm.manager_token = join_token(&mut ids, &swarm.root.certificate);
            }
            swarm.spec = wanted;
            if worker {
                swarm.worker_token = join_token(&mut ids, &swarm.root.certificate);
            }
            if manager {
                swarm.manager_token = join_token(&mut ids, &swarm.root.certificate);
            }
            let locked = swarm.spec["EncryptionConfig"]["AutoLockManagers"] == true;
            if !locked {
                swarm.unlock_key.clear();
            } else if key || swarm.unlock_key.is_empty() {
                swarm.unlock_key = unlock_key(&mut ids);
            }
            swarm.meta.version = swarm.tick();
            swarm.meta.updated = now;
            Ok(((), Vec::new()))
        })
    }

    /// `GET /swarm/unlockkey`.
    pub fn unlock_key(&self) -> Outcome<String> {
        Ok(self.state().manager()?.unlock_key.clone())
    }

    /// `POST /swarm/unlock`: a node that runs is not locked.
    pub fn unlock_swarm(&self) -> Outcome<()> {
        match lock(&self.inner.state).swarm {
            Some(_) => Err(Fault::conflict("swarm is not locked")),
            None => Err(Fault::unavailable("This node is not part of a swarm")),
        }
    }

    /// The `Swarm` of `docker info`.
    pub(in crate::daemon) fn swarm_info(&self) -> Value {
        let state = self.state();
        let Some(swarm) = &state.swarm else {
            return json!({
                "NodeID": "", "NodeAddr": "", "LocalNodeState": "inactive",
                "ControlAvailable": false, "Error": "", "RemoteManagers": null,
            });
        };
        json!({
            "NodeID": swarm.node.id,
            "NodeAddr": split_port(&swarm.address).0,
            "LocalNodeState": "active",
            "ControlAvailable": true,
            "Error": "",
            "RemoteManagers": [{"NodeID": swarm.node.id, "Addr": swarm.address}],
            "Nodes": 1,
            "Managers": 1,
            "Cluster": swarm.cluster_document(),
        })
    }
}

impl Swarm {
    /// The address of the node, without the port.
    pub fn node_address(&self) -> &str {
        split_port(&self.address).0
    }

    /// The certificate authority, as the API tells it.
    pub(super) fn tls(&self) -> Value {
        json!({
            "TrustRoot": self.root.certificate,
            "CertIssuerSubject": self.root.subject,
            "CertIssuerPublicKey": self.root.key,
        })
    }

    fn cluster_document(&self) -> Map<String, Value> {
        let mut document = head(&self.id, &self.meta);
        let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
        put("Spec", self.spec.clone());
        put("TLSInfo", self.tls());
        put("RootRotationInProgress", json!(false));
        put("DefaultAddrPool", json!(self.pools));
        put("SubnetSize", json!(self.subnet_size));
        put("DataPathPort", json!(self.data_port));
        document
    }
}
