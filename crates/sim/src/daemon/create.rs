//! `POST /containers/create`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::config::{canonical, config, flag, host_config, text, texts, validate};
use super::container::{Container, Endpoint, FileMount, string_map};
use super::endpoints::validate_endpoint;
use super::ids::short;
use super::image::Image;
use super::state::is_restricted_name;
use super::summary::Listed;
use super::{Daemon, Fault, FaultKind, Op, Outcome, lock};
use crate::fs::{FileKind, Layer, LayerBuilder, Metadata};
use domain::ContainerState;

/// What a client asks for.
#[derive(Debug, Clone, Default)]
pub struct CreateRequest {
    /// `--name`; empty for one of the daemon's choice.
    pub name: String,
    /// The body: `Config`, with `HostConfig` and `NetworkingConfig` in it.
    pub body: Value,
}

/// How many names are drawn for a container that is given none.
const NAME_TRIALS: usize = 6;

impl Daemon {
    /// Makes a container; its identifier and the warnings. « Not found » is said of the image
    /// only: a client then pulls it and tries again.
    pub fn create_container(&self, request: &CreateRequest) -> Outcome<(String, Vec<String>)> {
        let names = ["Image", "HostConfig", "NetworkingConfig", "MacAddress"];
        let body = Value::Object(canonical(&request.body, &names));
        let key = body
            .get("Image")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let image = Arc::clone(self.state().image(key)?);
        self.make_container(&request.name, &body, &image, None)
            .map_err(|fault| match fault.kind {
                FaultKind::NotFound => Fault::invalid(fault.message),
                _ => fault,
            })
    }

    /// The same for a task, whose addresses the cluster chose.
    pub(super) fn create_task_container(
        &self,
        request: &CreateRequest,
        files: Vec<FileMount>,
    ) -> Outcome<(String, Vec<String>)> {
        let key = request.body["Image"].as_str().unwrap_or_default();
        let image = Arc::clone(self.state().image(key)?);
        self.make_container(&request.name, &request.body, &image, Some(files))
    }

    /// The same, of an image that is known; that of `FROM scratch` has no identifier.
    pub(super) fn make_container(
        &self,
        name: &str,
        body: &Value,
        image: &Image,
        task: Option<Vec<FileMount>>,
    ) -> Outcome<(String, Vec<String>)> {
        let given_host = body.get("HostConfig").cloned().unwrap_or_else(|| json!({}));
        let mut config = config(body);
        let mut host = host_config(&given_host);
        let state = self.state();
        validate(&config, &host, self.inner.kernel.options().cpus)?;
        identify_modes(&state, &mut host)?;
        complete(&mut config, &image.config);
        let entrypoint = texts(&config, "Entrypoint");
        let mut words = entrypoint
            .iter()
            .filter(|it| !it.is_empty())
            .cloned()
            .collect::<Vec<_>>();
        words.extend(texts(&config, "Cmd"));
        if words.is_empty() {
            return Err(Fault::invalid("no command specified"));
        }
        let path = words.remove(0);
        let id = self.new_id();
        let name = self.choose_name(name, &id)?;
        let endpoints = self.wanted_endpoints(body, &config, &host, task.is_some())?;
        resolve_links(&state, &mut host, &name)?;
        let mounts = self.resolve_mounts(&config, &host, image)?;
        let mode = text(&host, "NetworkMode").to_owned();
        if text(&config, "Hostname").is_empty() {
            // One that joins another's network takes its name when it starts.
            let hostname = match mode.as_str() {
                "host" => self.inner.kernel.options().hostname.clone(),
                _ => short(&id).to_owned(),
            };
            config.insert("Hostname".into(), json!(hostname));
        }
        let mut warnings = Vec::new();
        let bindings = host.get("PortBindings").and_then(Value::as_object);
        if mode == "host" && bindings.is_some_and(|it| !it.is_empty()) {
            warnings.push("Published ports are discarded when using host network mode".to_owned());
        }
        let mut layers: Vec<Layer> = image.layers.iter().map(|it| it.files.clone()).collect();
        let now = self.now();
        layers.push(init_layer(now));
        let root = Self::root_of(&layers);
        self.fill_volumes(&root, &mounts);
        let container = Container {
            listed: Listed::default(),
            id: id.clone(),
            name,
            created: now,
            rank: 0,
            image: image.id.clone(),
            chain: image.chain_ids(),
            path,
            args: words,
            config: Arc::new(config),
            host: Arc::new(host),
            state: ContainerState::Created,
            pid: None,
            exit_code: 0,
            error: String::new(),
            oom_killed: false,
            started: None,
            finished: None,
            restarts: 0,
            stopped_by_hand: false,
            endpoints,
            ports: Vec::new(),
            mounts,
            health: None,
            execs: Vec::new(),
            sandbox: String::new(),
            files: task.unwrap_or_default(),
            root,
        };
        // Now rather than in the first list of thousands.
        container.listed.prepare(&container);
        self.apply(Op::Create(Box::new(container)))?;
        Ok((id, warnings))
    }

    fn choose_name(&self, wanted: &str, id: &str) -> Outcome<String> {
        let state = lock(&self.inner.state);
        if wanted.is_empty() {
            let mut ids = lock(&self.inner.ids);
            let first = ids.name();
            let free = |name: &String| state.container_named(name).is_none();
            // There are a few thousand names: as dockerd, give up soon and take the identifier.
            return Ok(std::iter::once(first)
                .chain((1..NAME_TRIALS).map(|_| ids.other_name()))
                .find(free)
                .unwrap_or_else(|| short(id).to_owned()));
        }
        let name = wanted.strip_prefix('/').unwrap_or(wanted);
        if !is_restricted_name(name) {
            return Err(Fault::invalid(format!(
                "Invalid container name ({wanted}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
            )));
        }
        match state.container_named(name) {
            Some(other) => Err(Fault::conflict(format!(
                "Conflict. The container name \"/{name}\" is already in use by container \"{}\". You have to remove (or rename) that container to be able to reuse that name.",
                other.id
            ))),
            None => Ok(name.to_owned()),
        }
    }

    /// The networks it is to be plugged in, by name.
    fn wanted_endpoints(
        &self,
        body: &Value,
        config: &Map<String, Value>,
        host: &Map<String, Value>,
        of_task: bool,
    ) -> Outcome<BTreeMap<String, Endpoint>> {
        let state = lock(&self.inner.state);
        let mode = text(host, "NetworkMode");
        if mode.starts_with("container:") || flag(config, "NetworkDisabled") {
            return Ok(BTreeMap::new());
        }
        let given = body
            .pointer("/NetworkingConfig/EndpointsConfig")
            .and_then(Value::as_object);
        let mut endpoints = BTreeMap::new();
        for (key, settings) in given.into_iter().flatten() {
            let key = if key == "default" { "bridge" } else { key };
            let network = state.network(key).ok();
            let name = network.map_or_else(|| key.to_owned(), |it| it.name.clone());
            let mut endpoint = wanted(settings);
            if let Some(network) = network {
                // A task is told its address.
                if !of_task {
                    validate_endpoint(network, &endpoint).map_err(|fault| {
                        fault.context(&format!("invalid config for network {name}: "))
                    })?;
                }
                endpoint.network_id.clone_from(&network.id);
            }
            endpoints.insert(name, endpoint);
        }
        // A task is on the networks of its service alone.
        if of_task && !endpoints.is_empty() {
            return Ok(endpoints);
        }
        let main = state
            .network(mode)
            .map_or_else(|_| mode.to_owned(), |it| it.name.clone());
        let mac = body
            .get("MacAddress")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let endpoint = endpoints.entry(main).or_default();
        if endpoint.mac.is_empty() {
            mac.clone_into(&mut endpoint.mac);
        }
        Ok(endpoints)
    }
}

/// An endpoint from what a client sends.
pub(super) fn wanted(settings: &Value) -> Endpoint {
    let list = |name: &str| {
        settings.get(name).and_then(Value::as_array).map(|items| {
            items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
    };
    let ipam = settings
        .get("IPAMConfig")
        .filter(|it| !it.is_null())
        .cloned();
    Endpoint {
        ipam: ipam.unwrap_or_default(),
        links: list("Links"),
        aliases: list("Aliases").filter(|it| !it.is_empty()),
        options: settings.get("DriverOpts").cloned().unwrap_or_default(),
        mac: settings
            .get("MacAddress")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        ..Endpoint::default()
    }
}

/// `container:NAME` becomes `container:IDENTIFIER`. Whose network it takes is looked for again at each
/// start, and only there is an absent one a fault.
fn identify_modes(state: &super::State, host: &mut Map<String, Value>) -> Outcome<()> {
    for field in ["NetworkMode", "PidMode", "IpcMode"] {
        if let Some(key) = text(host, field).strip_prefix("container:") {
            let mode = match state.container(key) {
                Ok(container) => format!("container:{}", container.id),
                Err(_) if field == "NetworkMode" => continue,
                Err(fault) => return Err(fault),
            };
            host.insert(field.to_owned(), json!(mode));
        }
    }
    Ok(())
}

/// `fx:db` becomes `/fx:/NAME/db`, as dockerd stores links.
fn resolve_links(state: &super::State, host: &mut Map<String, Value>, name: &str) -> Outcome<()> {
    let links = texts(host, "Links");
    if links.is_empty() {
        return Ok(());
    }
    let mode = text(host, "NetworkMode");
    if !matches!(mode, "bridge" | "host" | "none" | "default") && !mode.starts_with("container:") {
        // On other networks, links are those of the endpoint.
        host.insert("Links".into(), Value::Null);
        return Ok(());
    }
    let mut stored = Vec::new();
    for link in links {
        let (target, alias) = link.split_once(':').unwrap_or((&link, &link));
        let container = state
            .container(target)
            .map_err(|fault| fault.context(&format!("could not get container for {target}: ")))?;
        stored.push(format!("/{}:/{name}/{alias}", container.name));
    }
    host.insert("Links".into(), json!(stored));
    Ok(())
}

/// Completes a configuration with that of the image, or of whatever it is made from.
pub(super) fn complete(config: &mut Map<String, Value>, image: &Map<String, Value>) {
    let empty = |value: Option<&Value>| match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(fields)) => fields.is_empty(),
        Some(_) => false,
    };
    let of_image = |name: &str| image.get(name).filter(|it| !it.is_null()).cloned();
    let had_entrypoint = !empty(config.get("Entrypoint"));
    if !had_entrypoint {
        if empty(config.get("Cmd")) {
            config.insert("Cmd".into(), of_image("Cmd").unwrap_or_default());
        }
        config.insert(
            "Entrypoint".into(),
            of_image("Entrypoint").unwrap_or_default(),
        );
    } else if texts(config, "Entrypoint") == [""] {
        config.insert("Entrypoint".into(), Value::Null);
    }
    for name in ["User", "WorkingDir", "StopSignal", "Healthcheck", "Shell"] {
        if let (true, Some(value)) = (empty(config.get(name)), of_image(name)) {
            config.insert(name.into(), value);
        }
    }
    for name in ["ExposedPorts", "Volumes", "Labels"] {
        let mut all = of_image(name)
            .and_then(|it| it.as_object().cloned())
            .unwrap_or_default();
        let own = config.get(name).and_then(Value::as_object).cloned();
        all.extend(own.unwrap_or_default());
        if !all.is_empty() {
            all.sort_keys();
            config.insert(name.into(), Value::Object(all));
        } else if name == "Volumes" {
            config.insert(name.into(), Value::Null);
        }
    }
    let mut env = texts(config, "Env");
    for line in texts(image, "Env") {
        let variable = line.split('=').next().unwrap_or_default();
        if !env.iter().any(|it| it.split('=').next() == Some(variable)) {
            env.push(line);
        }
    }
    config.insert(
        "Env".into(),
        if env.is_empty() {
            Value::Null
        } else {
            json!(env)
        },
    );
    // The order of the fields is that of `docker inspect` again.
    let arranged = super::config::config(&Value::Object(std::mem::take(config)));
    *config = arranged;
    let labels = string_map(config.get("Labels"));
    config.insert("Labels".into(), json!(labels));
}

/// What dockerd puts under every container's writable layer (`ID-init`) when it creates the
/// container: that is the date of these files.
pub(crate) fn init_layer(created: SystemTime) -> Layer {
    let mut layer = LayerBuilder::default();
    let mut add = |path: &str, kind: FileKind, mode: u32| {
        layer.add(path, Metadata::new(kind, mode, 0, 0, created), Bytes::new());
    };
    for folder in ["/dev", "/dev/pts", "/dev/shm", "/proc", "/sys", "/etc"] {
        add(folder, FileKind::Directory, 0o755);
    }
    for file in [
        "/.dockerenv",
        "/dev/console",
        "/etc/hostname",
        "/etc/hosts",
        "/etc/resolv.conf",
    ] {
        add(file, FileKind::File, 0o755);
    }
    add("/etc/mtab", FileKind::Symlink("/proc/mounts".into()), 0o777);
    layer.build()
}
