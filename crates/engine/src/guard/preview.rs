//! What a prune would remove of what the session made, and what it will leave although it looks
//! unused: said before anything goes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::call::Call;
use super::document::{all, texts};
use super::spare::Unused;
use super::{Answer, Guard, Told};
use crate::text::guard as words;
use domain::Kind;

/// The label of a volume that nobody named.
pub(super) const ANONYMOUS: &str = "com.docker.volume.anonymous";

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
    /// What is the session's and stays, since the command's own filters cannot be applied to it.
    pub unfiltered: Vec<String>,
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
        // What containers hold is free once they have left: one prune after the other.
        let mut leaving = BTreeSet::new();
        for prune in prunes {
            if let Ok(preview) = self.foresee(*prune, &mut leaving).await {
                self.tell(Told::Preview(preview));
            }
        }
    }

    /// What this prune would do, once these containers have left.
    async fn foresee(
        &self,
        prune: Prune,
        leaving: &mut BTreeSet<String>,
    ) -> Result<Preview, Answer> {
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
        for unused in self.unused(kind, all, leaving).await? {
            self.sort(kind, &unused, &mut preview);
            if kind == Kind::Container && unused.labelled {
                leaving.insert(unused.id);
            }
        }
        Ok(preview)
    }

    /// Says of an unused object what becomes of it.
    fn sort(&self, kind: Kind, unused: &Unused, preview: &mut Preview) {
        let spare = self.spare(kind, unused);
        let mut names = unused.names.clone();
        if names.is_empty() {
            names.push(unused.id.clone());
        }
        for name in names {
            let list = if unused.labelled {
                &mut preview.gone
            } else if !spare.contains(&name) {
                &mut preview.kept
            } else if preview.filtered {
                &mut preview.unfiltered
            } else {
                &mut preview.gone
            };
            list.push(words::quoted(&called(&name)));
        }
    }
}

/// What an object is called; the beginning of its identifier, when that is all its name.
fn called(name: &str) -> String {
    const SHORT: usize = 12;
    const WHOLE: usize = 64;
    let id = name.trim_start_matches("sha256:");
    if id.len() == WHOLE && id.bytes().all(|it| it.is_ascii_hexdigit()) {
        return id.chars().take(SHORT).collect();
    }
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::percent;

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
    fn what_has_no_name_is_called_by_the_beginning_of_its_identifier() {
        let id = "0123456789abcdef".repeat(4);
        assert_eq!(called(&id), "0123456789ab");
        assert_eq!(called(&format!("sha256:{id}")), "0123456789ab");
        for name in ["abc", "busybox:1.36", "0123456789abcdef"] {
            assert_eq!(called(name), name);
        }
    }
}
