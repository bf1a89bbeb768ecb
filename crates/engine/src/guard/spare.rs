//! What a prune takes: what nobody uses, and of that, what the session made. Most of it has the
//! session's label, and the engine prunes it. What was pulled, and a volume that came with a
//! container, have none: the record knows them, and the guard removes them itself.

use std::collections::BTreeSet;

use hyper::Method;
use serde_json::{Value, json};

use super::document::{at, items, texts};
use super::preview::ANONYMOUS;
use super::tidy::image_path;
use super::{Answer, Guard, lock};
use crate::tap::SESSION_LABEL;
use domain::Kind;
use wire::percent;

/// The first API whose prune leaves named volumes alone.
const LEAVES_NAMED: (u32, u32) = (1, 42);

/// An object that a prune takes, if nothing narrows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unused {
    /// Its identifier.
    pub(super) id: String,
    /// Its names: an image may have several, or none.
    pub(super) names: Vec<String>,
    /// Whether it has this session's label.
    pub(super) labelled: bool,
}

impl Unused {
    fn read(document: &Value, id: &str, names: &[&str], session: &str) -> Option<Self> {
        let id = texts(document, &[id]).first().map(|it| (*it).to_owned())?;
        let names = names.iter().flat_map(|it| texts(document, &[it]));
        Some(Self {
            names: names
                .filter(|it| *it != "<none>:<none>")
                .map(|it| it.trim_start_matches('/').to_owned())
                .collect(),
            labelled: document["Labels"][SESSION_LABEL] == session,
            id,
        })
    }
}

/// What containers hold.
#[derive(Debug, Default)]
struct Held {
    images: BTreeSet<String>,
    volumes: BTreeSet<String>,
    /// Volumes of those that leave.
    left: BTreeSet<String>,
}

impl Held {
    fn read(list: &Value, leaving: &BTreeSet<String>) -> Self {
        let mut held = Self::default();
        for container in elements(list) {
            let mounts = items(container, &["Mounts"]);
            let volumes = mounts.into_iter().flat_map(|it| texts(it, &["Name"]));
            let volumes = volumes.map(str::to_owned);
            if texts(container, &["Id"])
                .iter()
                .any(|it| leaving.contains(*it))
            {
                held.left.extend(volumes);
            } else {
                held.volumes.extend(volumes);
                let images = texts(container, &["ImageID"]);
                held.images.extend(images.into_iter().map(str::to_owned));
            }
        }
        held.left.retain(|it| !held.volumes.contains(it));
        held
    }
}

fn elements(list: &Value) -> Vec<&Value> {
    list.as_array().into_iter().flatten().collect()
}

impl Guard {
    /// What a prune of a kind takes, if nothing narrows it, once these containers have left.
    pub(super) async fn unused(
        &self,
        kind: Kind,
        all: bool,
        leaving: &BTreeSet<String>,
    ) -> Result<Vec<Unused>, Answer> {
        let list = async |path: &str, filters: Value| {
            let filters = percent::encode(&filters.to_string());
            self.ask(&format!("{path}filters={filters}")).await
        };
        let dangling = || json!({ "dangling": ["true"] });
        let read = |documents: Vec<&Value>, id: &str, names: &[&str]| -> Vec<Unused> {
            let documents = documents.into_iter();
            let found = documents.filter_map(|it| Unused::read(it, id, names, &self.session));
            let mut found: Vec<Unused> = found.collect();
            found.sort_by(|a, b| a.names.cmp(&b.names));
            found
        };
        Ok(match kind {
            Kind::Container => {
                let ended = json!({ "status": ["created", "exited", "dead"] });
                let found = list("/containers/json?all=1&", ended).await?;
                read(elements(&found), "Id", &["Names"])
            }
            Kind::Network => {
                let found = list("/networks?", dangling()).await?;
                let mut found = read(elements(&found), "Id", &["Name"]);
                let predefined = |it: &String| {
                    super::survey::PREDEFINED.contains(&it.as_str()) || it == "ingress"
                };
                found.retain(|it| !it.names.iter().any(predefined));
                found
            }
            Kind::Volume => {
                let all = all || self.prunes_named_volumes().await?;
                let free = list("/volumes?", dangling()).await?;
                let mut documents = items(&free, &["Volumes"]);
                let (containers, volumes);
                if !leaving.is_empty() {
                    containers = self.ask("/containers/json?all=1").await?;
                    volumes = self.ask("/volumes").await?;
                    let left = Held::read(&containers, leaving).left;
                    let freed = items(&volumes, &["Volumes"]).into_iter();
                    documents.extend(
                        freed.filter(|it| texts(it, &["Name"]).iter().any(|it| left.contains(*it))),
                    );
                }
                documents.retain(|it| all || !it["Labels"][ANONYMOUS].is_null());
                read(documents, "Name", &["Name"])
            }
            _ => {
                let containers = self.ask("/containers/json?all=1").await?;
                let used = Held::read(&containers, leaving).images;
                let found = if all {
                    self.ask("/images/json").await?
                } else {
                    list("/images/json?", dangling()).await?
                };
                let mut found = read(elements(&found), "Id", &["RepoTags"]);
                found.retain(|it| !used.contains(&it.id));
                found
            }
        })
    }

    async fn prunes_named_volumes(&self) -> Result<bool, Answer> {
        let version = self.ask("/version").await?;
        let api = texts(&version, &["ApiVersion"]).join("");
        let (major, minor) = api.split_once('.').unwrap_or_default();
        let api = (major.parse().unwrap_or(0), minor.parse().unwrap_or(0));
        Ok(api < LEAVES_NAMED)
    }

    /// What of an unused object goes although it has no label: its names, or itself when it has
    /// none to take away. Nothing, unless the record knows it.
    pub(super) fn spare(&self, kind: Kind, unused: &Unused) -> Vec<String> {
        let ours = lock(&self.ours);
        let names: Vec<&str> = unused.names.iter().map(String::as_str).collect();
        if kind == Kind::Image && !names.is_empty() {
            let spare = ours.spare_names(&unused.id, &names).into_iter();
            return spare.map(str::to_owned).collect();
        }
        if matches!(kind, Kind::Image | Kind::Volume) && ours.has(kind, &unused.id) {
            return vec![unused.id.clone()];
        }
        Vec::new()
    }

    /// Removes what a prune takes and only the record knows; gives the engine's answer with it
    /// added. What does not go, because it has come into use, stays without a word, as for a prune.
    pub(super) async fn prune_spare(
        &self,
        kind: Kind,
        all: bool,
        mut answer: Value,
    ) -> Result<Value, Answer> {
        let mut spare = Vec::new();
        for unused in self.unused(kind, all, &BTreeSet::new()).await? {
            if !unused.labelled {
                spare.extend(self.spare(kind, &unused));
            }
        }
        if spare.is_empty() || !answer.is_object() {
            return Ok(answer);
        }
        let before = self.sizes(kind).await;
        let mut gone = Vec::new();
        let mut names = Vec::new();
        for name in spare {
            let path = match kind {
                Kind::Image => image_path(&name),
                _ => format!("/volumes/{}", percent::encode_path(&name)),
            };
            let Ok(told) = self.client().command(Method::DELETE, &path).await else {
                continue;
            };
            match kind {
                Kind::Image => {
                    let told: Value = serde_json::from_slice(&told).unwrap_or_default();
                    gone.extend(elements(&told).into_iter().cloned());
                }
                _ => gone.push(json!(name)),
            }
            names.push(name);
        }
        let key = match kind {
            Kind::Image => "ImagesDeleted",
            _ => "VolumesDeleted",
        };
        let mut list = answer[key].as_array().cloned().unwrap_or_default();
        list.extend(gone);
        answer[key] = Value::Array(list);
        let freed = match kind {
            Kind::Image => layers(&before).saturating_sub(layers(&self.sizes(kind).await)),
            _ => names.iter().map(|it| volume(&before, it)).sum(),
        };
        let reclaimed = answer["SpaceReclaimed"].as_u64().unwrap_or_default();
        answer["SpaceReclaimed"] = json!(reclaimed + freed);
        Ok(answer)
    }

    /// `docker system df`; null when the engine does not tell.
    async fn sizes(&self, kind: Kind) -> Value {
        let kind = if kind == Kind::Image {
            "image"
        } else {
            "volume"
        };
        let sizes = self.ask(&format!("/system/df?type={kind}")).await;
        sizes.unwrap_or_default()
    }
}

/// What all images take.
fn layers(sizes: &Value) -> u64 {
    sizes["LayersSize"]
        .as_u64()
        .or_else(|| sizes["ImageUsage"]["TotalSize"].as_u64())
        .unwrap_or_default()
}

/// What a volume takes.
fn volume(sizes: &Value, name: &str) -> u64 {
    let mut volumes = items(sizes, &["Volumes"]);
    volumes.extend(items(sizes, &["VolumeUsage", "Items"]));
    let named = volumes
        .into_iter()
        .find(|it| texts(it, &["Name"]).contains(&name));
    let size = named.map(|it| at(it, &["UsageData", "Size"]));
    size.and_then(|it| it.first()?.as_u64()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_leaving_container_alone_holds_is_free() {
        let list = json!([
            {"Id": "va", "ImageID": "i1", "Mounts": [{"Name": "v1"}, {"Name": "v2"}]},
            {"Id": "reste", "ImageID": "i2", "Mounts": [{"Name": "v2"}, {"Type": "bind"}]},
        ]);
        let held = Held::read(&list, &["va".to_owned()].into());
        assert_eq!(held.images, ["i2".to_owned()].into());
        assert_eq!(held.volumes, ["v2".to_owned()].into());
        assert_eq!(held.left, ["v1".to_owned()].into());
    }

    #[test]
    fn sizes_are_read_as_old_and_new_engines_tell_them() {
        let old = json!({ "LayersSize": 7, "Volumes": [{"Name": "v", "UsageData": {"Size": 3}}] });
        let new = json!({ "ImageUsage": {"TotalSize": 7},
            "VolumeUsage": {"Items": [{"Name": "v", "UsageData": {"Size": 3}}]} });
        for sizes in [old, new] {
            assert_eq!((layers(&sizes), volume(&sizes, "v")), (7, 3));
            assert_eq!(volume(&sizes, "w"), 0);
        }
        // Not measured.
        let unknown = json!({ "Volumes": [{"Name": "v", "UsageData": {"Size": -1}}] });
        assert_eq!((layers(&unknown), volume(&unknown, "v")), (0, 0));
    }
}
