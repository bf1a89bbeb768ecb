//! What exists, asked of the engine itself: it resolves names, prefixes and digests as it will for
//! the call that is judged.

use std::collections::BTreeSet;

use serde_json::Value;

use super::document::texts;
use super::images::Images;
use super::ownership::Thing;
use super::{Answer, Guard};
use crate::client::CallError;
use crate::connect::explain_call;
use crate::tap::SESSION_LABEL;
use domain::Kind;
use wire::percent;

/// Networks that every engine has: to join one touches nobody.
pub(super) const PREDEFINED: [&str; 5] = ["bridge", "host", "none", "default", "nat"];

/// The thing that a document tells of, called as it was asked for when it has no name. Whether a
/// container has its label from its image is not in its document.
pub(super) fn read_thing(kind: Kind, asked: &str, document: &Value) -> Option<Thing> {
    let text = |path: &[&str]| texts(document, path).first().map(|it| (*it).to_owned());
    let id = match kind {
        Kind::Volume => text(&["Name"]),
        // Networks of some lists spell it the other way: keys are found whatever their case.
        _ => text(&["Id"]),
    }?;
    let name = text(&["Name"]).or_else(|| text(&["Spec", "Name"]));
    let name = name.unwrap_or_else(|| asked.to_owned());
    let mut thing = Thing::new(kind, &id, name.trim_start_matches('/'));
    let labels = match kind {
        Kind::Container | Kind::Image => &document["Config"]["Labels"],
        Kind::Volume | Kind::Network => &document["Labels"],
        _ => &document["Spec"]["Labels"],
    };
    thing.label = labels[SESSION_LABEL].as_str().map(str::to_owned);
    if kind == Kind::Container {
        let service = &labels["com.docker.swarm.service.id"];
        thing.service = service.as_str().map(str::to_owned);
    }
    Some(thing)
}

impl Guard {
    /// A document of the engine; its error is the answer that the client gets.
    pub(super) async fn ask(&self, path: &str) -> Result<Value, Answer> {
        match self.client().json(path).await {
            Ok(value) => Ok(value),
            Err(error) => Err(self.unanswered(error).await),
        }
    }

    /// What the client gets when the engine did not answer the guard, or by an error.
    pub(crate) async fn unanswered(&self, error: CallError) -> Answer {
        match error {
            CallError::Status { status, message } => Answer { status, message },
            error => Answer {
                status: 502,
                message: explain_call(error, &self.target).await.full_text(),
            },
        }
    }

    /// The same; `None` when there is no such object.
    pub(super) async fn ask_if_there(&self, path: &str) -> Result<Option<Value>, Answer> {
        match self.ask(path).await {
            Ok(value) => Ok(Some(value)),
            Err(answer) if answer.status == 404 => Ok(None),
            Err(answer) => Err(answer),
        }
    }

    /// The object that a reference names.
    pub(super) async fn thing(&self, kind: Kind, reference: &str) -> Result<Thing, Answer> {
        let name = percent::encode_path(reference);
        let document = match kind {
            Kind::Container => self.ask(&format!("/containers/{name}/json")).await?,
            Kind::Image => self.ask(&format!("/images/{name}/json")).await?,
            Kind::Volume => self.ask(&format!("/volumes/{name}")).await?,
            Kind::Network => self.ask(&format!("/networks/{name}")).await?,
            Kind::Service => self.ask(&format!("/services/{name}")).await?,
            Kind::Node => self.ask(&format!("/nodes/{name}")).await?,
            Kind::Secret => self.ask(&format!("/secrets/{name}")).await?,
            Kind::Config => self.ask(&format!("/configs/{name}")).await?,
        };
        self.read(kind, reference, &document).await
    }

    /// The thing that a document tells of.
    async fn read(&self, kind: Kind, asked: &str, document: &Value) -> Result<Thing, Answer> {
        let mut thing = read_thing(kind, asked, document).ok_or_else(Answer::not_understood)?;
        if kind == Kind::Container && thing.label.is_some() {
            let image = document["Image"].as_str().unwrap_or_default();
            thing.inherited = self.is_labelled(image, thing.label.as_deref()).await?;
        }
        Ok(thing)
    }

    /// Whether an image has this label, or cannot be asked: then it may.
    async fn is_labelled(&self, image: &str, label: Option<&str>) -> Result<bool, Answer> {
        let path = format!("/images/{}/json", percent::encode_path(image));
        let Some(document) = self.ask_if_there(&path).await? else {
            return Ok(true);
        };
        Ok(document["Config"]["Labels"][SESSION_LABEL].as_str() == label)
    }

    /// The images that the engine holds. Those that are gone are forgotten.
    pub(super) async fn images(&self) -> Result<Images, Answer> {
        let list = self.ask("/images/json?all=1&digests=1").await?;
        let images = Images::read(&list).ok_or_else(Answer::not_understood)?;
        self.forget_images(&images);
        Ok(images)
    }

    /// The names of the volumes that the engine holds.
    pub(super) async fn volumes(&self) -> Result<BTreeSet<String>, Answer> {
        let list = self.ask("/volumes").await?;
        let names = super::document::items(&list, &["Volumes"])
            .into_iter()
            .flat_map(|it| texts(it, &["Name"]))
            .map(str::to_owned);
        Ok(names.collect())
    }

    /// The things of a kind that have this session's label.
    pub(super) async fn labelled(&self, kind: Kind) -> Result<Vec<Thing>, Answer> {
        let filters = format!(r#"{{"label":["{SESSION_LABEL}={}"]}}"#, self.session);
        let filters = percent::encode(&filters);
        let (path, key) = match kind {
            Kind::Container => ("/containers/json?all=1&", "Id"),
            Kind::Image => ("/images/json?all=1&", "Id"),
            Kind::Volume => ("/volumes?", "Name"),
            _ => ("/networks?", "Id"),
        };
        let list = self.ask(&format!("{path}filters={filters}")).await?;
        let list = if kind == Kind::Volume {
            &list["Volumes"]
        } else {
            &list
        };
        let mut things = Vec::new();
        for item in list.as_array().into_iter().flatten() {
            let id = item[key].as_str().ok_or_else(Answer::not_understood)?;
            match self.thing(kind, id).await {
                Ok(thing) => things.push(thing),
                // Gone meanwhile.
                Err(answer) if answer.status == 404 => {}
                Err(answer) => return Err(answer),
            }
        }
        Ok(things)
    }

    /// A network that a container would join; `None` for those that every engine has, and for one
    /// that does not exist.
    pub(super) async fn joined(&self, network: &str) -> Result<Option<Thing>, Answer> {
        if PREDEFINED.contains(&network) {
            return Ok(None);
        }
        match self.thing(Kind::Network, network).await {
            Ok(thing) if PREDEFINED.contains(&thing.name.as_str()) => Ok(None),
            Ok(thing) => Ok(Some(thing)),
            Err(answer) if answer.status == 404 => Ok(None),
            Err(answer) => Err(answer),
        }
    }
}
