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
use super::summary::Listed;
use super::volume::Volume;
use super::{Fault, Outcome, Reference};
use crate::kernel::Pid;

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
    /// It takes the host name of whose network it joins, just before it starts.
    Named {
        /// Which.
        id: String,
        /// `Config.Hostname`.
        hostname: String,
        /// `Config.Domainname`.
        domain: String,
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
    /// `docker rm --link`: a name that a container gave to another is forgotten.
    Unlink {
        /// Which container gave it.
        id: String,
        /// The link as it is stored.
        link: String,
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
pub(super) fn container_event(
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
        scope: "local",
        time: now,
    }
}

/// An event about an image.
pub(super) fn image_event(
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
        scope: "local",
        time: now,
    }
}

pub(super) fn network_event(
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
        scope: "local",
        time: now,
    }
}

/// An event about a volume.
pub(super) fn volume_event(
    name: &str,
    action: &str,
    extra: &[(&str, String)],
    now: SystemTime,
) -> Event {
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
        scope: "local",
        time: now,
    }
}

impl State {
    /// Does it, or refuses it and changes nothing.
    pub fn apply(&mut self, op: Op, now: SystemTime) -> Outcome<Vec<Event>> {
        match op {
            Op::Create(container) => self.create(*container, now),
            Op::Remove(id) => self.remove(&id, now),
            Op::Rename { id, name } => self.rename(&id, &name, now),
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
    pub(super) fn edit<T>(
        &mut self,
        id: &str,
        edit: impl FnOnce(&mut Container) -> T,
    ) -> Outcome<T> {
        let slot = self
            .containers
            .get_mut(id)
            .ok_or_else(|| Fault::no_container(id))?;
        let container = Arc::make_mut(slot);
        container.listed = Listed::default();
        Ok(edit(container))
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

    fn rename(&mut self, id: &str, name: &str, now: SystemTime) -> Outcome<Vec<Event>> {
        let old = self.container(id)?.name.clone();
        if old == name {
            return Err(Fault::invalid(
                "Renaming a container with the same name as its current name",
            ));
        }
        let allocating = "Error when allocating new name: ";
        if !super::state::is_restricted_name(name) {
            return Err(Fault::invalid(format!(
                "{allocating}Invalid container name (/{name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
            )));
        }
        self.name_is_free(name)
            .map_err(|fault| fault.context(allocating))?;
        self.edit(id, |it| {
            for end in it.endpoints.values_mut() {
                for known in end.dns_names.iter_mut().filter(|known| **known == old) {
                    name.clone_into(known);
                }
            }
            name.clone_into(&mut it.name);
            vec![container_event(
                it,
                "rename",
                &[("oldName", format!("/{old}"))],
                now,
            )]
        })
        .inspect(|_| self.rename_links(&old, name))
    }

    /// Links follow the names of who gives and who receives them.
    fn rename_links(&mut self, old: &str, new: &str) {
        let renamed = |link: &String| {
            let (target, alias) = link.split_once(':').unwrap_or((link, ""));
            let target = if target.strip_prefix('/') == Some(old) {
                format!("/{new}")
            } else {
                target.to_owned()
            };
            let alias = match alias.strip_prefix('/').and_then(|it| it.split_once('/')) {
                Some((parent, alias)) if parent == old => format!("/{new}/{alias}"),
                _ => alias.to_owned(),
            };
            format!("{target}:{alias}")
        };
        let linked: Vec<(String, Vec<String>)> = self
            .containers
            .values()
            .filter_map(|it| {
                let links = it.links();
                let after: Vec<String> = links.iter().map(renamed).collect();
                (after != links).then(|| (it.id.clone(), after))
            })
            .collect();
        for (id, links) in linked {
            // Those that were just listed are there.
            let _ = self.edit(&id, |it| it.set_links(&links));
        }
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
}
