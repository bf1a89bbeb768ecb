//! The container of a task.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::super::container::{Container, FileMount};
use super::super::create_mounts::{directory, make_dirs};
use super::template::Scope;
use super::{BlobKind, Swarm, Task};
use crate::daemon::{CreateRequest, Daemon, Outcome, State, lock};
use crate::fs::{FileKind, Metadata};

/// The ports that the container itself publishes, as its status tells.
pub(super) fn host_ports(container: &Container, endpoint: &Value) -> Vec<Value> {
    let named: Vec<&Value> = endpoint["Ports"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|it| it["PublishMode"] == "host")
        .collect();
    if named.is_empty() {
        return Vec::new();
    }
    let published = container.ports.iter();
    published.map(|it| json!({"Protocol": it.protocol, "TargetPort": it.container, "PublishedPort": it.host, "PublishMode": "host"})).collect()
}

impl Daemon {
    /// Makes it; its identifier.
    pub(super) fn make_task_container(&self, task: &Task) -> Outcome<String> {
        let state = self.state();
        let swarm = state.manager()?;
        let hostname = &self.inner.kernel.options().hostname;
        let service = swarm.services.get(&task.service).cloned();
        let scope = Scope {
            swarm,
            service: service.as_deref(),
            task,
            hostname,
        };
        let body = body(&state, task, &scope)?;
        let request = CreateRequest {
            name: task.name(),
            body,
        };
        let files = self.task_files(swarm, task, &scope)?;
        let (id, _) = self.create_task_container(&request, files)?;
        Ok(id)
    }

    /// Writes its secrets and configs on the host, and says where they are mounted.
    fn task_files(&self, swarm: &Swarm, task: &Task, scope: &Scope) -> Outcome<Vec<FileMount>> {
        let mut files = Vec::new();
        let spec = task.container_spec();
        for (kind, list) in [(BlobKind::Secret, "Secrets"), (BlobKind::Config, "Configs")] {
            for reference in spec[list].as_array().into_iter().flatten() {
                let (Some(blob), Some(file)) =
                    (swarm.file(kind, reference), reference["File"].as_object())
                else {
                    continue;
                };
                let name = file.get("Name").and_then(Value::as_str).unwrap_or_default();
                let target = match (kind, name.starts_with('/')) {
                    (_, true) => name.to_owned(),
                    (BlobKind::Secret, false) => format!("/run/secrets/{name}"),
                    (BlobKind::Config, false) => format!("/{name}"),
                };
                let data = if blob.templating["Name"] == "golang" {
                    scope
                        .expand(&String::from_utf8_lossy(&blob.data))?
                        .into_bytes()
                } else {
                    blob.data.clone()
                };
                let number = |field: &str| {
                    file.get(field)
                        .and_then(Value::as_str)
                        .and_then(|it| it.parse().ok())
                        .unwrap_or(0)
                };
                let mode = file
                    .get("Mode")
                    .and_then(Value::as_u64)
                    .and_then(|it| u32::try_from(it).ok())
                    .unwrap_or(0o444);
                let now = self.now();
                let folder = format!("/var/lib/docker/swarm/taches/{}", task.id);
                let path = format!("{folder}/{}", blob.id);
                let mut host = lock(&self.inner.host);
                make_dirs(&mut host, &folder, now);
                let metadata = Metadata {
                    kind: FileKind::File,
                    size: data.len() as u64,
                    links: 1,
                    uid: number("UID"),
                    gid: number("GID"),
                    ..directory(mode, now)
                };
                let _ = host.create(&path, metadata, Bytes::from(data));
                files.push(FileMount {
                    target,
                    source: path,
                });
            }
        }
        Ok(files)
    }
}

fn labels(task: &Task) -> Map<String, Value> {
    let mut labels = task.container_spec()["Labels"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    for (name, value) in [
        ("com.docker.swarm.node.id", task.node.clone()),
        ("com.docker.swarm.service.id", task.service.clone()),
        ("com.docker.swarm.service.name", task.service_name.clone()),
        ("com.docker.swarm.task", String::new()),
        ("com.docker.swarm.task.id", task.id.clone()),
        ("com.docker.swarm.task.name", task.name()),
    ] {
        labels.insert(name.to_owned(), json!(value));
    }
    labels
}

/// What is asked of the daemon for a task.
fn body(state: &State, task: &Task, scope: &Scope) -> Outcome<Value> {
    let spec = task.container_spec();
    let texts = |value: &Value| -> Outcome<Vec<String>> {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(|it| scope.expand(it))
            .collect()
    };
    let mut config = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            config.insert(name.to_owned(), value);
        }
    };
    put("Image", spec["Image"].clone());
    put("Labels", Value::Object(labels(task)));
    let (command, args) = (&spec["Command"], &spec["Args"]);
    if !command.is_null() {
        put("Entrypoint", command.clone());
    }
    put("Cmd", args.clone());
    put(
        "Hostname",
        json!(scope.expand(spec["Hostname"].as_str().unwrap_or_default())?),
    );
    put("Env", json!(texts(&spec["Env"])?));
    put("WorkingDir", spec["Dir"].clone());
    put("User", spec["User"].clone());
    put("StopSignal", spec["StopSignal"].clone());
    put("Tty", spec["TTY"].clone());
    put("OpenStdin", spec["OpenStdin"].clone());
    put("Healthcheck", spec["Healthcheck"].clone());
    let mut exposed = Map::new();
    for port in task.endpoint["Ports"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|it| it["PublishMode"] == "host")
    {
        exposed.insert(
            format!(
                "{}/{}",
                port["TargetPort"],
                port["Protocol"].as_str().unwrap_or("tcp")
            ),
            json!({}),
        );
    }
    if !exposed.is_empty() {
        put("ExposedPorts", Value::Object(exposed));
    }
    put("HostConfig", host_config(state, task, scope)?);
    put("NetworkingConfig", networking(state, task));
    Ok(Value::Object(config))
}

fn host_config(state: &State, task: &Task, scope: &Scope) -> Outcome<Value> {
    let spec = task.container_spec();
    let limits = &task.spec["Resources"]["Limits"];
    let reserved = &task.spec["Resources"]["Reservations"];
    let mut host = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            host.insert(name.to_owned(), value);
        }
    };
    put("Memory", limits["MemoryBytes"].clone());
    put("MemoryReservation", reserved["MemoryBytes"].clone());
    put("NanoCpus", limits["NanoCPUs"].clone());
    put("PidsLimit", limits["Pids"].clone());
    put("ReadonlyRootfs", spec["ReadOnly"].clone());
    put("Init", spec["Init"].clone());
    put("Isolation", json!("default"));
    put("GroupAdd", spec["Groups"].clone());
    put("Sysctls", spec["Sysctls"].clone());
    put("CapAdd", spec["CapabilityAdd"].clone());
    put("CapDrop", spec["CapabilityDrop"].clone());
    put("Ulimits", spec["Ulimits"].clone());
    put("OomScoreAdj", spec["OomScoreAdj"].clone());
    let dns = &spec["DNSConfig"];
    put("Dns", dns["Nameservers"].clone());
    put("DnsSearch", dns["Search"].clone());
    put("DnsOptions", dns["Options"].clone());
    let hosts: Vec<String> = spec["Hosts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .flat_map(extra_hosts)
        .collect();
    if !hosts.is_empty() {
        put("ExtraHosts", json!(hosts));
    }
    let driver = &task.spec["LogDriver"];
    if let Some(name) = driver["Name"].as_str() {
        put(
            "LogConfig",
            json!({"Type": name, "Config": driver["Options"].as_object().cloned().unwrap_or_default()}),
        );
    }
    let mut mounts = Vec::new();
    for mount in spec["Mounts"].as_array().into_iter().flatten() {
        let mut mount = mount.clone();
        for field in ["Source", "Target"] {
            if let Some(text) = mount[field].as_str() {
                mount[field] = json!(scope.expand(text)?);
            }
        }
        mounts.push(mount);
    }
    if !mounts.is_empty() {
        put("Mounts", json!(mounts));
    }
    let mut bindings = Map::new();
    for port in task.endpoint["Ports"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|it| it["PublishMode"] == "host")
    {
        let key = format!(
            "{}/{}",
            port["TargetPort"],
            port["Protocol"].as_str().unwrap_or("tcp")
        );
        let number = port["PublishedPort"]
            .as_u64()
            .map_or_else(String::new, |it| it.to_string());
        let entry = bindings.entry(key).or_insert_with(|| json!([]));
        if let Some(list) = entry.as_array_mut() {
            list.push(json!({"HostIp": "", "HostPort": number}));
        }
    }
    if !bindings.is_empty() {
        put("PortBindings", Value::Object(bindings));
    }
    put(
        "NetworkMode",
        json!(predefined(state, task).unwrap_or_else(|| "bridge".to_owned())),
    );
    Ok(Value::Object(host))
}

/// `1.2.3.4 name other` as `--add-host` wants them.
fn extra_hosts(line: &str) -> Vec<String> {
    let mut words = line.split_whitespace();
    let address = words.next().unwrap_or_default().to_owned();
    words.map(|name| format!("{name}:{address}")).collect()
}

/// `host`, `bridge` or `none`, for a task that is on one of these.
fn predefined(state: &State, task: &Task) -> Option<String> {
    let targets = task.spec["Networks"].as_array().into_iter().flatten();
    let mut networks = targets.filter_map(|it| state.networks.get(it["Target"].as_str()?));
    networks
        .rfind(|it| it.is_predefined())
        .map(|it| it.name.clone())
}

fn networking(state: &State, task: &Task) -> Value {
    let mut ends: BTreeMap<String, Value> = BTreeMap::new();
    for (id, address, _) in &task.addresses {
        let Some(network) = state.networks.get(id) else {
            continue;
        };
        let named = task.spec["Networks"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|it| it["Target"] == id.as_str());
        let mut end = json!({"IPAMConfig": {"IPv4Address": address.to_string()}});
        if let Some(options) = named
            .map(|it| &it["DriverOpts"])
            .filter(|it| it.is_object())
        {
            end["DriverOpts"] = options.clone();
        }
        ends.insert(network.name.clone(), end);
    }
    json!({"EndpointsConfig": ends})
}
