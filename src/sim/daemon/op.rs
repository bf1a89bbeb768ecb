//! The pure core: what each operation makes of the state, and what it tells.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value};

use super::container::{Container, Endpoint, Health, Published};
use super::event::Event;
use super::image::Image;
use super::network::Network;
use super::state::State;
use super::volume::Volume;
use super::{Fault, Outcome, Reference};
use crate::domain::ContainerState;
use crate::sim::kernel::Pid;

/// What happens to the objects.
#[derive(Debug)]
pub enum Op {
    /// A container is made; its name must be free.
    Create(Box<Container>),
    /// It has a PID 1.
    Started {
        /// Which.
        id: String,
        /// PID 1 on the host.
        pid: Pid,
        /// Whether the restart policy did it.
        by_policy: bool,
    },
    /// It is plugged in its networks, just before it starts.
    Plugged {
        /// Which.
        id: String,
        /// By the network's name.
        endpoints: BTreeMap<String, Endpoint>,
        /// What it publishes.
        ports: Vec<Published>,
        /// Identifier of its network namespace.
        sandbox: String,
    },
    /// It could not start.
    StartFailed {
        /// Which.
        id: String,
        /// 125 to 127.
        code: i64,
        /// Why.
        error: String,
    },
    /// Somebody asked for its end, or takes it back (a start).
    StoppedByHand {
        /// Which.
        id: String,
        /// Whether the restart policy must keep still.
        yes: bool,
    },
    /// Its PID 1 ended.
    Died {
        /// Which.
        id: String,
        /// Exit code.
        code: i64,
        /// Whether for want of memory.
        oom: bool,
        /// Whether the restart policy starts it again.
        restarts: bool,
    },
    /// The restart policy gave up waiting.
    GaveUp(String),
    /// `docker pause` and `docker unpause`.
    Frozen {
        /// Which.
        id: String,
        /// Whether its processes are frozen.
        yes: bool,
    },
    /// `docker rename`.
    Rename {
        /// Which.
        id: String,
        /// The new name.
        name: String,
    },
    /// `docker update`.
    Update {
        /// Which.
        id: String,
        /// Its new `HostConfig`.
        host: Map<String, Value>,
    },
    /// A probe ended, or the checks begin.
    Health {
        /// Which.
        id: String,
        /// The new state.
        health: Option<Health>,
    },
    /// `docker exec` began or ended.
    Exec {
        /// Which.
        id: String,
        /// The exec.
        exec: String,
        /// Whether it runs.
        running: bool,
    },
    /// A container goes.
    Remove(String),
    /// An image is there; under a name or not.
    AddImage(Box<Image>),
    /// A name for an image.
    Tag {
        /// The image.
        id: String,
        /// `nginx:latest`.
        name: Reference,
    },
    /// A digest for an image.
    Digest {
        /// The image.
        id: String,
        /// `nginx@sha256:…`.
        name: String,
    },
    /// A volume is made.
    AddVolume(Volume),
    /// A volume goes.
    RemoveVolume(String),
    /// A network is made; its name must be free.
    AddNetwork(Box<Network>),
    /// A network goes.
    RemoveNetwork(String),
    /// A container is plugged in a network (now if it runs).
    Connect {
        /// Which container.
        id: String,
        /// The network's name.
        network: String,
        /// How.
        endpoint: Box<Endpoint>,
    },
    /// And unplugged.
    Disconnect {
        /// Which container.
        id: String,
        /// The network's name.
        network: String,
    },
}

/// An event about a container.
pub fn container_event(
    container: &Container,
    action: impl Into<String>,
    extra: &[(&str, String)],
    now: SystemTime,
) -> Event {
    let mut attributes = container.attributes();
    attributes.extend(
        extra
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone())),
    );
    Event {
        kind: "container",
        action: action.into(),
        id: container.id.clone(),
        attributes,
        time: now,
    }
}

/// An event about an image.
pub fn image_event(
    image: Option<&Image>,
    id: &str,
    name: &str,
    action: &str,
    now: SystemTime,
) -> Event {
    let labels = image.and_then(|it| it.config.get("Labels"));
    let mut attributes = super::container::string_map(labels);
    attributes.insert("name".into(), name.to_owned());
    Event {
        kind: "image",
        action: action.into(),
        id: id.to_owned(),
        attributes,
        time: now,
    }
}

fn network_event(
    network: &Network,
    action: &str,
    container: Option<&str>,
    now: SystemTime,
) -> Event {
    let mut attributes = BTreeMap::new();
    attributes.insert("name".to_owned(), network.name.clone());
    attributes.insert("type".to_owned(), network.driver.clone());
    if let Some(container) = container {
        attributes.insert("container".to_owned(), container.to_owned());
    }
    Event {
        kind: "network",
        action: action.into(),
        id: network.id.clone(),
        attributes,
        time: now,
    }
}

/// An event about a volume.
pub fn volume_event(name: &str, action: &str, extra: &[(&str, String)], now: SystemTime) -> Event {
    let mut attributes = BTreeMap::from([("driver".to_owned(), "local".to_owned())]);
    attributes.extend(
        extra
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone())),
    );
    Event {
        kind: "volume",
        action: action.into(),
        id: name.to_owned(),
        attributes,
        time: now,
    }
}

impl State {
    /// Does it, or refuses it and changes nothing.
    pub fn apply(&mut self, op: Op, now: SystemTime) -> Outcome<Vec<Event>> {
        match op {
            Op::Create(container) => self.create(*container, now),
            Op::Remove(id) => self.remove(&id, now),
            Op::Rename { id, name } => self.rename(&id, name, now),
            Op::AddImage(image) => {
                self.images.insert(image.id.clone(), Arc::new(*image));
                Ok(Vec::new())
            }
            Op::Tag { id, name } => {
                let tag = name.familiar_tagged();
                self.tags.insert(tag.clone(), id.clone());
                let image = self.images.get(&id).map(Arc::as_ref);
                Ok(vec![image_event(image, &id, &tag, "tag", now)])
            }
            Op::Digest { id, name } => {
                self.digests.insert(name, id);
                Ok(Vec::new())
            }
            Op::AddVolume(volume) => {
                let event = volume_event(&volume.name, "create", &[], now);
                self.volumes.insert(volume.name.clone(), Arc::new(volume));
                Ok(vec![event])
            }
            Op::RemoveVolume(name) => {
                self.volumes.remove(&name);
                Ok(vec![volume_event(&name, "destroy", &[], now)])
            }
            Op::AddNetwork(network) => self.add_network(*network, now),
            Op::RemoveNetwork(id) => {
                let network = self.networks.remove(&id);
                Ok(network
                    .iter()
                    .map(|it| network_event(it, "destroy", None, now))
                    .collect())
            }
            Op::Connect {
                id,
                network,
                endpoint,
            } => self.connect(&id, &network, *endpoint, now),
            Op::Disconnect { id, network } => self.disconnect(&id, &network, now),
            other => self.change(other, now),
        }
    }

    /// Changes a container in place.
    fn edit<T>(&mut self, id: &str, edit: impl FnOnce(&mut Container) -> T) -> Outcome<T> {
        let slot = self
            .containers
            .get_mut(id)
            .ok_or_else(|| Fault::no_container(id))?;
        Ok(edit(Arc::make_mut(slot)))
    }

    fn create(&mut self, mut container: Container, now: SystemTime) -> Outcome<Vec<Event>> {
        self.name_is_free(&container.name)?;
        self.rank += 1;
        container.rank = self.rank;
        let event = container_event(&container, "create", &[], now);
        self.containers
            .insert(container.id.clone(), Arc::new(container));
        Ok(vec![event])
    }

    fn name_is_free(&self, name: &str) -> Outcome<()> {
        match self.container_named(name) {
            Some(other) => Err(Fault::conflict(format!(
                "Conflict. The container name \"/{name}\" is already in use by container \"{}\". You have to remove (or rename) that container to be able to reuse that name.",
                other.id
            ))),
            None => Ok(()),
        }
    }

    fn rename(&mut self, id: &str, name: String, now: SystemTime) -> Outcome<Vec<Event>> {
        let old = self.container(id)?.name.clone();
        if old == name {
            return Err(Fault::invalid(
                "Renaming a container with the same name as its current name",
            ));
        }
        let allocating = "Error when allocating new name: ";
        if !super::state::is_restricted_name(&name) {
            return Err(Fault::invalid(format!(
                "{allocating}Invalid container name (/{name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
            )));
        }
        self.name_is_free(&name)
            .map_err(|fault| fault.context(allocating))?;
        self.edit(id, |it| {
            for end in it.endpoints.values_mut() {
                for known in end.dns_names.iter_mut().filter(|known| **known == old) {
                    known.clone_from(&name);
                }
            }
            it.name = name;
            vec![container_event(
                it,
                "rename",
                &[("oldName", format!("/{old}"))],
                now,
            )]
        })
    }

    fn remove(&mut self, id: &str, now: SystemTime) -> Outcome<Vec<Event>> {
        let container = self
            .containers
            .remove(id)
            .ok_or_else(|| Fault::no_container(id))?;
        Ok(vec![container_event(&container, "destroy", &[], now)])
    }

    fn add_network(&mut self, network: Network, now: SystemTime) -> Outcome<Vec<Event>> {
        if self.networks.values().any(|it| it.name == network.name) {
            let message = format!("network with name {} already exists", network.name);
            return Err(Fault::conflict(message));
        }
        let event = network_event(&network, "create", None, now);
        self.networks.insert(network.id.clone(), Arc::new(network));
        Ok(vec![event])
    }

    fn connect(
        &mut self,
        id: &str,
        name: &str,
        endpoint: Endpoint,
        now: SystemTime,
    ) -> Outcome<Vec<Event>> {
        let live = !endpoint.endpoint_id.is_empty();
        let network = self.networks.values().find(|it| it.name == name).cloned();
        self.edit(id, |it| it.endpoints.insert(name.to_owned(), endpoint))?;
        Ok(network
            .filter(|_| live)
            .iter()
            .map(|it| network_event(it, "connect", Some(id), now))
            .collect())
    }

    fn disconnect(&mut self, id: &str, name: &str, now: SystemTime) -> Outcome<Vec<Event>> {
        let network = self.networks.values().find(|it| it.name == name).cloned();
        let gone = self.edit(id, |it| it.endpoints.remove(name))?;
        let live = gone.is_some_and(|end| !end.endpoint_id.is_empty());
        Ok(network
            .filter(|_| live)
            .iter()
            .map(|it| network_event(it, "disconnect", Some(id), now))
            .collect())
    }

    fn network_events(&self, id: &str, action: &str, now: SystemTime) -> Vec<Event> {
        let ends = self
            .containers
            .get(id)
            .into_iter()
            .flat_map(|it| it.endpoints.values());
        ends.filter(|end| !end.endpoint_id.is_empty())
            .filter_map(|end| self.networks.get(&end.network_id))
            .map(|network| network_event(network, action, Some(id), now))
            .collect()
    }

    fn change(&mut self, op: Op, now: SystemTime) -> Outcome<Vec<Event>> {
        match op {
            Op::Plugged {
                id,
                endpoints,
                ports,
                sandbox,
            } => {
                self.edit(&id, |it| {
                    it.endpoints = endpoints;
                    it.ports = ports;
                    it.sandbox = sandbox;
                })?;
                Ok(self.network_events(&id, "connect", now))
            }
            Op::Started { id, pid, by_policy } => self.edit(&id, |it| {
                it.state = ContainerState::Running;
                it.pid = Some(pid);
                it.exit_code = 0;
                it.error.clear();
                it.oom_killed = false;
                it.started = Some(now);
                it.stopped_by_hand = false;
                it.restarts = if by_policy { it.restarts + 1 } else { 0 };
                vec![container_event(it, "start", &[], now)]
            }),
            Op::StartFailed { id, code, error } => {
                let mut events = self.network_events(&id, "disconnect", now);
                self.edit(&id, |it| {
                    it.error = error;
                    it.exit_code = code;
                    it.pid = None;
                    if it.state == ContainerState::Restarting {
                        it.state = ContainerState::Exited;
                        it.finished = Some(now);
                    }
                    it.unplug();
                    if code >= 126 {
                        let extra = [
                            ("exitCode", code.to_string()),
                            ("execDuration", "0".to_owned()),
                        ];
                        events.push(container_event(it, "die", &extra, now));
                    }
                })?;
                Ok(events)
            }
            Op::StoppedByHand { id, yes } => {
                self.edit(&id, |it| it.stopped_by_hand = yes)?;
                Ok(Vec::new())
            }
            Op::Died {
                id,
                code,
                oom,
                restarts,
            } => {
                let mut events = self.edit(&id, |it| {
                    let ran = it.started.and_then(|from| now.duration_since(from).ok());
                    let seconds = ran.map_or(0, |it| it.as_secs());
                    let extra = [
                        ("exitCode", code.to_string()),
                        ("execDuration", seconds.to_string()),
                    ];
                    it.state = if restarts {
                        ContainerState::Restarting
                    } else {
                        ContainerState::Exited
                    };
                    it.pid = None;
                    it.exit_code = code;
                    it.oom_killed = oom;
                    it.finished = Some(now);
                    it.execs.clear();
                    let mut events = Vec::new();
                    if oom {
                        events.push(container_event(it, "oom", &[], now));
                    }
                    events.push(container_event(it, "die", &extra, now));
                    events
                })?;
                let unplugged = self.network_events(&id, "disconnect", now);
                // A die comes before the network is taken down.
                events.extend(unplugged);
                self.edit(&id, Container::unplug)?;
                Ok(events)
            }
            Op::GaveUp(id) => self.edit(&id, |it| {
                if it.state == ContainerState::Restarting {
                    it.state = ContainerState::Exited;
                }
                Vec::new()
            }),
            Op::Frozen { id, yes } => self.edit(&id, |it| {
                it.state = if yes {
                    ContainerState::Paused
                } else {
                    ContainerState::Running
                };
                vec![container_event(
                    it,
                    if yes { "pause" } else { "unpause" },
                    &[],
                    now,
                )]
            }),
            Op::Update { id, host } => self.edit(&id, |it| {
                it.host = Arc::new(host);
                vec![container_event(it, "update", &[], now)]
            }),
            Op::Health { id, health } => self.edit(&id, |it| {
                let before = it.health.as_ref().map(|it| it.status);
                it.health = health;
                let after = it.health.as_ref().map(|it| it.status);
                match after {
                    Some(status) if before.is_some() && before != after && status != "starting" => {
                        vec![container_event(
                            it,
                            format!("health_status: {status}"),
                            &[],
                            now,
                        )]
                    }
                    _ => Vec::new(),
                }
            }),
            Op::Exec { id, exec, running } => self.edit(&id, |it| {
                it.execs.retain(|known| *known != exec);
                if running {
                    it.execs.push(exec);
                }
                Vec::new()
            }),
            _ => Ok(Vec::new()),
        }
    }
}

impl Container {
    /// Forgets what was given while it ran.
    fn unplug(&mut self) {
        self.ports.clear();
        self.sandbox.clear();
        for end in self.endpoints.values_mut() {
            end.endpoint_id.clear();
            end.address = None;
            end.prefix = 0;
            end.gateway = None;
            end.mac.clear();
        }
    }
}
