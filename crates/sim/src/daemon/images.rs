//! `docker images`, `tag`, `rmi`, `image prune`.

use std::sync::Arc;

use serde_json::{Value, json};

use super::container::string_map;
use super::image::Image;
use super::lifecycle::parse_until;
use super::time::unix;
use super::{Daemon, Filters, Op, Outcome, Reference, Removed, State, lock};
use crate::daemon::pattern::Pattern;

impl Daemon {
    /// The list of `docker images`, the youngest first.
    pub fn list_images(&self, all: bool, filters: &Filters) -> Outcome<Vec<Value>> {
        filters.only(&[
            "before",
            "dangling",
            "label",
            "label!",
            "reference",
            "since",
            "until",
        ])?;
        let state = self.state();
        let dangling = filters.flag("dangling")?;
        let bound = |name: &str| -> Outcome<Option<Arc<Image>>> {
            filters
                .get(name)
                .first()
                .map(|key| state.image(key).cloned())
                .transpose()
        };
        let (before, since) = (bound("before")?, bound("since")?);
        let until = filters
            .get("until")
            .first()
            .map(|it| parse_until(it, self.now()))
            .transpose()?;
        let mut images: Vec<&Arc<Image>> = state.images.values().collect();
        images.sort_by_key(|it| std::cmp::Reverse(it.created));
        let mut list = Vec::new();
        for image in images {
            let tags = state.tags_of(&image.id);
            let digests = state.digests_of(&image.id);
            let untagged = tags.is_empty() && digests.is_empty();
            let has_child = !state.children_of(&image.id).is_empty();
            let kept = before.as_ref().is_none_or(|it| image.created < it.created)
                && since.as_ref().is_none_or(|it| image.created > it.created)
                && until.is_none_or(|it| image.created < it)
                && filters.labels(&string_map(image.config.get("Labels")))
                && match dangling {
                    Some(true) => untagged && !has_child,
                    Some(false) => !untagged,
                    // Layers of a build are shown with --all only.
                    None => all || !untagged || !has_child,
                };
            if !kept {
                continue;
            }
            let named = |name: &String| filters.any("reference", |it| matches_reference(it, name));
            let tags: Vec<&String> = tags.iter().filter(|it| named(it)).collect();
            let digests: Vec<&String> = digests.iter().filter(|it| named(it)).collect();
            if filters.has("reference") && tags.is_empty() && digests.is_empty() {
                continue;
            }
            list.push(json!({
                "Containers": -1,
                "Created": unix(image.created),
                "Id": image.id,
                "Labels": image.config.get("Labels").filter(|it| !it.is_null()),
                "ParentId": image.parent,
                "RepoDigests": digests,
                "RepoTags": tags,
                "SharedSize": -1,
                "Size": image.size(),
            }));
        }
        Ok(list)
    }

    /// `docker tag`.
    pub fn tag_image(&self, key: &str, repository: &str, tag: &str) -> Outcome<()> {
        let id = lock(&self.inner.state).image(key)?.id.clone();
        let whole = if tag.is_empty() {
            repository.to_owned()
        } else {
            format!("{repository}:{tag}")
        };
        let name = Reference::parse(&whole)?;
        self.apply(Op::Tag { id, name })
    }

    /// `docker rmi`.
    pub fn remove_image(&self, key: &str, force: bool, prune: bool) -> Outcome<Vec<Removed>> {
        let now = self.now();
        let mut state = lock(&self.inner.state);
        let (removed, events) = state.remove_image(key, force, prune, now)?;
        self.publish(events);
        drop(state);
        self.inner.changed.send_modify(|count| *count += 1);
        Ok(removed)
    }

    /// `docker image prune`: what goes, and the bytes given back.
    pub fn prune_images(&self, filters: &Filters) -> Outcome<(Vec<Removed>, u64)> {
        filters.only(&["dangling", "label", "label!", "until"])?;
        let untagged_only = filters.flag("dangling")?.unwrap_or(true);
        let until = filters
            .get("until")
            .first()
            .map(|it| parse_until(it, self.now()))
            .transpose()?;
        let state = self.state();
        let before = layers_size(&state);
        let mut removed = Vec::new();
        for image in state.images.values() {
            let untagged =
                state.tags_of(&image.id).is_empty() && state.digests_of(&image.id).is_empty();
            let used = state.containers.values().any(|it| it.image == image.id);
            // A tag goes with its image's children there; what has neither tag nor end is left to
            // them.
            let childless = state.children_of(&image.id).is_empty();
            let wanted = (untagged || !untagged_only)
                && !used
                && (childless || !untagged)
                && until.is_none_or(|it| image.created < it)
                && filters.labels(&string_map(image.config.get("Labels")));
            if !wanted {
                continue;
            }
            let names = if untagged {
                vec![image.id.clone()]
            } else {
                state.tags_of(&image.id)
            };
            for name in names {
                // One that cannot go stays, without a word, as in dockerd.
                if let Ok(lines) = self.remove_image(&name, false, true) {
                    removed.extend(lines);
                }
            }
        }
        let reclaimed = before.saturating_sub(layers_size(&self.state()));
        self.tell_pruned("image", reclaimed);
        Ok((removed, reclaimed))
    }
}

/// Bytes of all layers, the shared ones counted once.
pub(super) fn layers_size(state: &State) -> u64 {
    let layers = state.images.values().flat_map(|image| {
        image
            .chain_ids()
            .into_iter()
            .zip(image.layers.iter().map(|it| it.size))
    });
    layers
        .collect::<std::collections::BTreeMap<String, u64>>()
        .values()
        .sum()
}

/// A pattern of `--filter reference`: path.Match over the name, with or without its tag.
fn matches_reference(pattern: &str, name: &str) -> bool {
    let mut expression = String::from("^");
    for character in pattern.chars() {
        match character {
            '*' => expression.push_str("[^/]*"),
            '?' => expression.push_str("[^/]"),
            '.' | '+' | '(' | ')' | '|' | '^' | '$' => expression.extend(['\\', character]),
            other => expression.push(other),
        }
    }
    expression.push('$');
    let expression = Pattern::new(&expression);
    let bare = name.rsplit_once(['@', ':']).map_or(name, |(bare, _)| bare);
    expression.is_match(name) || expression.is_match(bare)
}
