//! « Ranger »: removing what sessions made, and nothing else. First a plan, to be shown; then its
//! execution, in the order in which things let go of each other, each failure told.

use hyper::Method;
use serde_json::Value;

use super::document::{all, items, texts};
use super::images::Images;
use super::ownership::{Ownership, Thing};
use super::survey::read_thing;
use crate::client::{CallError, Client};
use crate::tap::SESSION_LABEL;
use crate::text::guard as words;
use domain::Kind;
use wire::percent;

/// One thing to remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is, in French, with its name.
    pub what: String,
    /// The call that removes it.
    path: String,
    /// `POST` for what is left rather than removed.
    method: Method,
}

/// What would go, and what would stay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// What goes, in order.
    pub gone: Vec<Item>,
    /// What was made by the sessions and stays, with the reason.
    pub kept: Vec<(String, String)>,
    /// The engine that it is about.
    engine: String,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tidied {
    /// What went.
    pub gone: Vec<String>,
    /// What did not, with the engine's reason.
    pub failed: Vec<(String, String)>,
}

/// What other objects hold, that are not ours: it must stay.
#[derive(Default)]
struct Foreign {
    /// Images of containers, by identifier.
    images: Vec<(String, String)>,
    /// Networks of containers, by identifier.
    networks: Vec<(String, String)>,
    /// Volumes of containers.
    volumes: Vec<(String, String)>,
}

impl Plan {
    /// What tells the engine that it is about from every other one.
    pub(super) fn engine(&self) -> &str {
        &self.engine
    }

    /// Whether there is nothing to remove.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty()
    }

    fn remove(&mut self, kind: Kind, name: &str, path: String) {
        self.gone.push(Item {
            what: words::the_object(kind, name),
            path,
            method: Method::DELETE,
        });
    }

    fn keep(&mut self, kind: Kind, name: &str, why: String) {
        self.kept.push((words::the_object(kind, name), why));
    }

    /// What these sessions made and the engine still holds.
    pub(crate) async fn of(client: &Client, ours: &Ownership) -> Result<Self, CallError> {
        let mut plan = Self {
            engine: client.identity().await?,
            ..Self::default()
        };
        let swarm = client.json("/swarm").await.is_ok();
        if swarm {
            for (kind, list) in [
                (Kind::Service, "/services"),
                (Kind::Secret, "/secrets"),
                (Kind::Config, "/configs"),
            ] {
                for thing in things(client, kind, list).await? {
                    if ours.owns(&thing) {
                        let path = format!("{list}/{}", percent::encode_path(&thing.reference.id));
                        plan.remove(kind, &thing.name, path);
                    }
                }
            }
        }
        let foreign = plan.containers(client, ours).await?;
        plan.networks(client, ours, &foreign).await?;
        plan.volumes(client, ours, &foreign).await?;
        plan.images(client, ours, &foreign).await?;
        if swarm && ours.swarm {
            plan.swarm(client, ours).await?;
        }
        Ok(plan)
    }

    async fn containers(
        &mut self,
        client: &Client,
        ours: &Ownership,
    ) -> Result<Foreign, CallError> {
        let mut foreign = Foreign::default();
        let list = client.json("/containers/json?all=1").await?;
        for item in list.as_array().into_iter().flatten() {
            let id = item["Id"].as_str().unwrap_or_default();
            let path = format!("/containers/{id}/json");
            let document = match client.json(&path).await {
                Ok(document) => document,
                // Gone meanwhile.
                Err(error) if error.is_not_found() => continue,
                Err(error) => return Err(error),
            };
            let Some(thing) = container(client, &document).await? else {
                continue;
            };
            let task = thing.service.is_some();
            if !ours.owns(&thing) {
                foreign.holds(&thing.name, &document);
            } else if !task {
                let path = format!("/containers/{id}?force=1");
                self.remove(Kind::Container, &thing.name, path);
            }
        }
        Ok(foreign)
    }

    async fn networks(
        &mut self,
        client: &Client,
        ours: &Ownership,
        foreign: &Foreign,
    ) -> Result<(), CallError> {
        for thing in things(client, Kind::Network, "/networks").await? {
            if !ours.owns(&thing) {
                continue;
            }
            let id = &thing.reference.id;
            match foreign.networks.iter().find(|(it, _)| it == id) {
                Some((_, by)) => self.keep(Kind::Network, &thing.name, words::used_by(by)),
                None => self.remove(Kind::Network, &thing.name, format!("/networks/{id}")),
            }
        }
        Ok(())
    }

    async fn volumes(
        &mut self,
        client: &Client,
        ours: &Ownership,
        foreign: &Foreign,
    ) -> Result<(), CallError> {
        let list = client.json("/volumes").await?;
        for document in items(&list, &["Volumes"]) {
            let Some(thing) = read_thing(Kind::Volume, "", document) else {
                continue;
            };
            if !ours.owns(&thing) {
                continue;
            }
            let name = &thing.name;
            match foreign.volumes.iter().find(|(it, _)| it == name) {
                Some((_, by)) => self.keep(Kind::Volume, name, words::used_by(by)),
                None => self.remove(
                    Kind::Volume,
                    name,
                    format!("/volumes/{}", percent::encode_path(name)),
                ),
            }
        }
        Ok(())
    }

    async fn images(
        &mut self,
        client: &Client,
        ours: &Ownership,
        foreign: &Foreign,
    ) -> Result<(), CallError> {
        let list = client.json("/images/json?all=1&digests=1").await?;
        let images = Images::read(&list).unwrap_or_default();
        let user = |id: &str| foreign.images.iter().find(|(it, _)| it == id);
        // Names first: an image goes with its last one.
        for tag in &ours.tags {
            let Some(id) = images.named(tag) else {
                continue;
            };
            let mine = ours.has(Kind::Image, id);
            let last = images.tags_of(id).all(|it| ours.tags.contains(it));
            let why = if let (Some((_, by)), true) = (user(id), last) {
                Some(words::used_by(by))
            } else if !mine && last {
                Some(words::last_name(tag))
            } else {
                None
            };
            match why {
                Some(why) => self.keep(Kind::Image, tag, why),
                None => self.remove(Kind::Image, tag, image_path(tag)),
            }
        }
        // Then what has no name: the youngest first, for none goes before its children.
        let mut nameless: Vec<&str> = ours
            .of(Kind::Image)
            .filter(|it| images.parents.contains_key(*it))
            .filter(|it| images.tags_of(it).all(|tag| ours.tags.contains(tag)))
            .collect();
        nameless.sort_by_key(|it| std::cmp::Reverse(images.ancestors(it).count()));
        for id in nameless {
            let named = images.tags_of(id).next().is_some();
            let child = images
                .parents
                .iter()
                .find(|(it, parent)| *parent == id && !ours.has(Kind::Image, it));
            let short: String = id.trim_start_matches("sha256:").chars().take(12).collect();
            if let Some((_, by)) = user(id) {
                if !named {
                    self.keep(Kind::Image, &short, words::used_by(by));
                }
            } else if child.is_some() {
                self.keep(Kind::Image, &short, words::has_children());
            } else {
                self.remove(Kind::Image, &short, image_path(id));
            }
        }
        Ok(())
    }

    async fn swarm(&mut self, client: &Client, ours: &Ownership) -> Result<(), CallError> {
        let nodes = client.json("/nodes").await?;
        let services = things(client, Kind::Service, "/services").await?;
        let alone = nodes.as_array().is_some_and(|it| it.len() == 1);
        if alone && services.iter().all(|it| ours.owns(it)) {
            self.gone.push(Item {
                what: words::the_swarm(),
                path: "/swarm/leave?force=1".to_owned(),
                method: Method::POST,
            });
        } else {
            self.kept
                .push((words::the_swarm(), words::swarm_is_shared()));
        }
        Ok(())
    }

    /// Removes what the plan says, in order. What is already gone is done. Nothing goes from another
    /// engine than the one that it is about.
    pub async fn carry_out(&self, client: &Client) -> Tidied {
        let mut tidied = Tidied::default();
        let why = match client.identity().await {
            Ok(engine) if engine == self.engine => None,
            Ok(_) => Some(words::not_that_engine()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(why) = why {
            let items = self.gone.iter();
            tidied.failed = items.map(|it| (it.what.clone(), why.clone())).collect();
            return tidied;
        }
        for item in &self.gone {
            match client.command(item.method.clone(), &item.path).await {
                Ok(_) => tidied.gone.push(item.what.clone()),
                Err(error) if error.is_not_found() => {}
                Err(error) => tidied.failed.push((item.what.clone(), error.to_string())),
            }
        }
        tidied
    }
}

/// Without its parents: each of ours has its own line, and those of others stay.
pub(super) fn image_path(reference: &str) -> String {
    format!("/images/{}?noprune=1", percent::encode_path(reference))
}

impl Foreign {
    fn holds(&mut self, name: &str, document: &Value) {
        let image = document["Image"].as_str().unwrap_or_default();
        self.images.push((image.to_owned(), name.to_owned()));
        for networks in all(&document["NetworkSettings"], "Networks") {
            for (_, end) in networks.as_object().into_iter().flatten() {
                for id in texts(end, &["NetworkID"]) {
                    self.networks.push((id.to_owned(), name.to_owned()));
                }
            }
        }
        for mount in items(document, &["Mounts"]) {
            for volume in texts(mount, &["Name"]) {
                self.volumes.push((volume.to_owned(), name.to_owned()));
            }
        }
    }
}

/// The things of a list.
async fn things(client: &Client, kind: Kind, list: &str) -> Result<Vec<Thing>, CallError> {
    let list = client.json(list).await?;
    let read = list.as_array().into_iter().flatten();
    Ok(read.filter_map(|it| read_thing(kind, "", it)).collect())
}

/// A container, and whether it may have its label from its image.
async fn container(client: &Client, document: &Value) -> Result<Option<Thing>, CallError> {
    let Some(mut thing) = read_thing(Kind::Container, "", document) else {
        return Ok(None);
    };
    if let Some(label) = &thing.label {
        let image = document["Image"].as_str().unwrap_or_default();
        thing.inherited = match client
            .json(&format!("/images/{}/json", percent::encode(image)))
            .await
        {
            Ok(it) => it["Config"]["Labels"][SESSION_LABEL].as_str() == Some(label),
            Err(error) if error.is_not_found() => true,
            Err(error) => return Err(error),
        };
    }
    Ok(Some(thing))
}
