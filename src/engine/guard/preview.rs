//! What a prune would remove of what the session made, and what it will leave although it looks
//! unused: said before anything goes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::call::Call;
use super::document::{all, items, texts};
use super::survey::PREDEFINED;
use super::{Answer, Guard, Told};
use crate::domain::Kind;
use crate::engine::tap::SESSION_LABEL;
use crate::text::guard as words;
use crate::wire::percent;

/// The label of a volume that nobody named.
const ANONYMOUS: &str = "com.docker.volume.anonymous";
/// The first API whose prune leaves named volumes alone.
const LEAVES_NAMED: (u32, u32) = (1, 42);

/// A prune of one kind of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prune {
    /// Of what the engine holds: containers, images, volumes or networks.
    Objects {
        /// Which.
        kind: Kind,
        /// Images that have a name, or volumes that have one, go too.
        all: bool,
        /// Filters leave some of it.
        filtered: bool,
    },
    /// Of the build cache.
    Cache,
}

/// What a prune will do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// The docker command, without `docker`.
    pub verb: String,
    /// What will be removed, in French; filters may leave some of it.
    pub gone: Vec<String>,
    /// What looks unused and stays, because it is not the session's.
    pub kept: Vec<String>,
    /// Whether the command has filters of its own.
    pub filtered: bool,
}

impl Prune {
    /// What a call asks for.
    pub(super) fn of(kind: Kind, call: &Call) -> Self {
        let filters: Value = serde_json::from_str(call.parameter("filters")).unwrap_or_default();
        let says = |key: &str, words: &[&str]| {
            texts(&filters, &[key]).iter().any(|it| words.contains(it))
                || all(&filters, key)
                    .iter()
                    .filter_map(|it| it.as_object())
                    .any(|it| it.keys().any(|it| words.contains(&it.as_str())))
        };
        let all = match kind {
            Kind::Image => says("dangling", &["false", "0"]),
            _ => says("all", &["true", "1"]),
        };
        let own = |key: &String| !matches!(key.as_str(), "dangling" | "all");
        Self::Objects {
            kind,
            all,
            filtered: filters.as_object().is_some_and(|it| it.keys().any(own)),
        }
    }

    fn verb(self) -> String {
        let noun = match self {
            Self::Cache => "builder",
            Self::Objects { kind, .. } => match kind {
                Kind::Container => "container",
                Kind::Image => "image",
                Kind::Volume => "volume",
                _ => "network",
            },
        };
        format!("{noun} prune")
    }
}

impl Guard {
    /// What these prunes would do now. What the engine does not tell is left out: the prune itself
    /// will say why.
    pub async fn preview(&self, prunes: &[Prune]) {
        if let Ok(_turned) = self.turn().await {
            self.show(prunes).await;
        }
    }

    /// The same, of the engine that the guard is about.
    pub(super) async fn show(&self, prunes: &[Prune]) {
        for prune in prunes {
            if let Ok(preview) = self.foresee(*prune).await {
                self.tell(Told::Preview(preview));
            }
        }
    }

    /// What this prune would do now.
    pub(super) async fn foresee(&self, prune: Prune) -> Result<Preview, Answer> {
        let mut preview = Preview {
            verb: prune.verb(),
            ..Preview::default()
        };
        let Prune::Objects {
            kind,
            all,
            filtered,
        } = prune
        else {
            preview.kept.push(words::the_cache());
            return Ok(preview);
        };
        preview.filtered = filtered;
        for (name, labels) in self.unused(kind, all).await? {
            let what = words::the_object(kind, &name);
            if labels[SESSION_LABEL] == self.session.as_str() {
                preview.gone.push(what);
            } else {
                preview.kept.push(what);
            }
        }
        Ok(preview)
    }

    /// What a prune takes of a kind, if nothing narrows it: names and labels.
    async fn unused(&self, kind: Kind, all: bool) -> Result<Vec<(String, Value)>, Answer> {
        let list = |path: &str, filters: &Value| {
            let filters = percent::encode(&filters.to_string());
            let path = format!("{path}filters={filters}");
            async move { self.ask(&path).await }
        };
        Ok(match kind {
            Kind::Container => {
                let ended = json!({ "status": ["created", "exited", "dead"] });
                let found = list("/containers/json?all=1&", &ended).await?;
                named(elements(&found), |it| texts(it, &["Names"]))
            }
            Kind::Network => {
                let found = list("/networks?", &json!({ "dangling": ["true"] })).await?;
                let mut found = named(elements(&found), |it| texts(it, &["Name"]));
                found.retain(|(name, _)| !PREDEFINED.contains(&name.as_str()) && name != "ingress");
                found
            }
            Kind::Volume => {
                let all = all || self.prunes_named_volumes().await?;
                let found = list("/volumes?", &json!({ "dangling": ["true"] })).await?;
                let mut found = named(items(&found, &["Volumes"]), |it| texts(it, &["Name"]));
                found.retain(|(_, labels)| all || !labels[ANONYMOUS].is_null());
                found
            }
            _ if all => {
                let containers = self.ask("/containers/json?all=1").await?;
                let used: BTreeSet<&str> = elements(&containers)
                    .into_iter()
                    .flat_map(|it| texts(it, &["ImageID"]))
                    .collect();
                let found = self.ask("/images/json").await?;
                let unused = elements(&found)
                    .into_iter()
                    .filter(|it| texts(it, &["Id"]).iter().all(|it| !used.contains(it)));
                named(unused.collect(), image_names)
            }
            _ => {
                let found = list("/images/json?", &json!({ "dangling": ["true"] })).await?;
                named(elements(&found), image_names)
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
}

fn elements(list: &Value) -> Vec<&Value> {
    list.as_array().into_iter().flatten().collect()
}

fn named(documents: Vec<&Value>, names: impl Fn(&Value) -> Vec<&str>) -> Vec<(String, Value)> {
    let mut found: Vec<(String, Value)> = documents
        .into_iter()
        .map(|it| {
            let name = names(it).first().copied().unwrap_or_default();
            (
                name.trim_start_matches('/').to_owned(),
                it["Labels"].clone(),
            )
        })
        .collect();
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    found
}

/// What an image is called, else the beginning of its identifier.
fn image_names(document: &Value) -> Vec<&str> {
    const SHORT: usize = 12;
    let mut names = texts(document, &["RepoTags"]);
    names.retain(|it| *it != "<none>:<none>");
    if names.is_empty() {
        let id = texts(document, &["Id"])
            .first()
            .copied()
            .unwrap_or_default();
        let id = id.trim_start_matches("sha256:");
        names.push(id.get(..SHORT).unwrap_or(id));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_says_what_it_prunes() {
        let of = |kind, target: &str| Prune::of(kind, &Call::read("POST", target).unwrap());
        for (kind, filters, all, filtered) in [
            (Kind::Image, "", false, false),
            (Kind::Image, r#"{"dangling":["false"]}"#, true, false),
            (Kind::Image, r#"{"dangling":{"false":true}}"#, true, false),
            (Kind::Volume, r#"{"all":["true"]}"#, true, false),
            (Kind::Container, r#"{"until":["1h"]}"#, false, true),
        ] {
            let target = format!("/x/prune?filters={}", percent::encode(filters));
            let wanted = Prune::Objects {
                kind,
                all,
                filtered,
            };
            assert_eq!(of(kind, &target), wanted, "{filters}");
        }
    }

    #[test]
    fn images_have_names_or_the_beginning_of_one() {
        let named = json!({ "Id": "sha256:0123456789abcdef", "RepoTags": ["a:1", "b:2"] });
        assert_eq!(image_names(&named), ["a:1", "b:2"]);
        let bare = json!({ "Id": "sha256:0123456789abcdef", "RepoTags": ["<none>:<none>"] });
        assert_eq!(image_names(&bare), ["0123456789ab"]);
    }
}
