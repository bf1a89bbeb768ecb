//! `docker rmi`: which names go, which image and layers with them, and what stands in the way.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::SystemTime;

use super::event::Event;
use super::ids::short;
use super::image::Image;
use super::op::image_event;
use super::state::State;
use super::{Fault, Outcome};

/// A line of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// This name is gone.
    Untagged(String),
    /// This image or layer is gone.
    Deleted(String),
}

struct Conflict {
    hard: bool,
    used: bool,
    message: String,
}

impl State {
    /// Removes an image, or one of its names; `prune` takes the untagged parents along.
    pub fn remove_image(
        &mut self,
        key: &str,
        force: bool,
        prune: bool,
        now: SystemTime,
    ) -> Outcome<(Vec<Removed>, Vec<Event>)> {
        let image = Arc::clone(self.image(key)?);
        let mut removed = Vec::new();
        let mut events = Vec::new();
        let mut quiet = false;
        if self.is_image_id(&image.id, key) {
            if self.has_single_name(&image.id) {
                if let Some(conflict) = self.conflict(&image.id, force, false) {
                    return Err(conflict.fault(&image.id));
                }
                self.untag_all(&image, &mut removed, &mut events, now);
            }
        } else {
            let user = self.containers.values().find(|it| it.image == image.id);
            if let (false, true, Some(user)) = (force, self.has_single_name(&image.id), user) {
                return Err(Fault::conflict(format!(
                    "conflict: unable to remove repository reference \"{key}\" (must force) - container {} is using its referenced image {}",
                    short(&user.id),
                    short(&image.id)
                )));
            }
            self.untag_one(key, &image, &mut removed, &mut events, now)?;
            if self.names_of(&image.id) > 0 {
                return Ok((removed, events));
            }
            quiet = true;
        }
        self.delete(
            &image.id,
            force,
            prune,
            quiet,
            &mut removed,
            &mut events,
            now,
        )?;
        Ok((removed, events))
    }

    fn names_of(&self, id: &str) -> usize {
        self.tags_of(id).len() + self.digests_of(id).len()
    }

    /// Whether at most one tag names it, digests of the same repository apart.
    fn has_single_name(&self, id: &str) -> bool {
        let repository = |name: &str, mark: char| {
            name.rsplit_once(mark)
                .map_or_else(|| name.to_owned(), |(name, _)| name.to_owned())
        };
        let tags = self.tags_of(id);
        let names: BTreeSet<String> = self
            .digests_of(id)
            .iter()
            .map(|it| repository(it, '@'))
            .collect();
        match tags.as_slice() {
            [] => names.len() <= 1,
            [tag] => names.iter().all(|name| *name == repository(tag, ':')),
            _ => false,
        }
    }

    fn untag_one(
        &mut self,
        key: &str,
        image: &Image,
        removed: &mut Vec<Removed>,
        events: &mut Vec<Event>,
        now: SystemTime,
    ) -> Outcome<()> {
        let reference = super::Reference::parse(key)?;
        if reference.digest.is_some() {
            self.digests.remove(&reference.familiar());
        } else {
            self.tags.remove(&reference.familiar_tagged());
        }
        removed.push(Removed::Untagged(reference.familiar()));
        events.push(image_event(Some(image), &image.id, &image.id, "untag", now));
        let repository = reference.familiar_name();
        let same = |name: &String, mark: char| {
            name.rsplit_once(mark)
                .is_some_and(|(name, _)| name == repository)
        };
        if reference.digest.is_none() && !self.tags_of(&image.id).iter().any(|it| same(it, ':')) {
            for digest in self
                .digests_of(&image.id)
                .into_iter()
                .filter(|it| same(it, '@'))
            {
                self.digests.remove(&digest);
                removed.push(Removed::Untagged(digest));
            }
        }
        Ok(())
    }

    fn untag_all(
        &mut self,
        image: &Image,
        removed: &mut Vec<Removed>,
        events: &mut Vec<Event>,
        now: SystemTime,
    ) {
        for name in self.tags_of(&image.id) {
            self.tags.remove(&name);
            removed.push(Removed::Untagged(name));
            events.push(image_event(Some(image), &image.id, &image.id, "untag", now));
        }
        for name in self.digests_of(&image.id) {
            self.digests.remove(&name);
            removed.push(Removed::Untagged(name));
        }
    }

    fn conflict(&self, id: &str, force: bool, names_count: bool) -> Option<Conflict> {
        if !self.children_of(id).is_empty() {
            let message = "image has dependent child images".to_owned();
            return Some(Conflict {
                hard: true,
                used: false,
                message,
            });
        }
        let users = || self.containers.values().filter(|it| it.image == id);
        if let Some(user) = users().find(|it| it.is_running()) {
            let message = format!(
                "image is being used by running container {}",
                short(&user.id)
            );
            return Some(Conflict {
                hard: true,
                used: true,
                message,
            });
        }
        if force {
            return None;
        }
        if names_count && self.names_of(id) > 0 {
            let message = "image is referenced in multiple repositories".to_owned();
            return Some(Conflict {
                hard: false,
                used: false,
                message,
            });
        }
        let user = users().next()?;
        let message = format!(
            "image is being used by stopped container {}",
            short(&user.id)
        );
        Some(Conflict {
            hard: false,
            used: true,
            message,
        })
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the recursion of moby's imageDeleteHelper"
    )]
    fn delete(
        &mut self,
        id: &str,
        force: bool,
        prune: bool,
        quiet: bool,
        removed: &mut Vec<Removed>,
        events: &mut Vec<Event>,
        now: SystemTime,
    ) -> Outcome<()> {
        if let Some(conflict) = self.conflict(id, force, true) {
            let dangling = self.names_of(id) == 0 && self.children_of(id).is_empty();
            if quiet && (!dangling || conflict.used) {
                return Ok(());
            }
            return Err(conflict.fault(id));
        }
        let Some(image) = self.images.get(id).cloned() else {
            return Ok(());
        };
        self.untag_all(&image, removed, events, now);
        self.images.remove(id);
        events.push(image_event(Some(&image), id, id, "delete", now));
        removed.push(Removed::Deleted(id.to_owned()));
        let kept = self.chains_in_use();
        for chain in image
            .chain_ids()
            .into_iter()
            .rev()
            .filter(|it| !kept.contains(it))
        {
            removed.push(Removed::Deleted(chain));
        }
        if prune && !image.parent.is_empty() {
            return self.delete(&image.parent, false, true, true, removed, events, now);
        }
        Ok(())
    }

    /// Layers that an image or a container stands on.
    fn chains_in_use(&self) -> BTreeSet<String> {
        let images = self.images.values().flat_map(|it| it.chain_ids());
        let containers = self
            .containers
            .values()
            .flat_map(|it| it.chain.iter().cloned());
        images.chain(containers).collect()
    }
}

impl Conflict {
    fn fault(&self, id: &str) -> Fault {
        let force = if self.hard {
            "cannot be forced"
        } else {
            "must be forced"
        };
        Fault::conflict(format!(
            "conflict: unable to delete {} ({force}) - {}",
            short(id),
            self.message
        ))
    }
}
