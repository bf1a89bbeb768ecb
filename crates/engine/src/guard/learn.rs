//! What a call made, learnt from its answer before the client hears of its end.

use std::collections::BTreeSet;

use bytes::Bytes;
use serde_json::Value;

use super::document::{items, texts};
use super::images::{self, Images};
use super::ownership::Entry;
use super::{Answer, Guard, lock};
use domain::{Kind, ObjectRef};
use wire::percent;

/// What there is to learn from the answer of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum After {
    /// Nothing.
    Nothing,
    /// An object was made.
    Object(Kind),
    /// A container was made, and volumes with it that are not among these.
    Container {
        /// The volumes that existed.
        volumes: BTreeSet<String>,
    },
    /// A command was prepared in a container.
    Exec,
    /// Images were made, or names given.
    Images {
        /// What there was.
        before: Images,
        /// The names that were asked for.
        asked: Vec<String>,
    },
    /// An object was removed.
    Removed(ObjectRef),
    /// Images or volumes went.
    Reconcile,
    /// Images or volumes with the session's label were pruned: those that the record knows, and
    /// that have no label, are still to go.
    Pruned {
        /// Which.
        kind: Kind,
        /// Those that have a name too.
        all: bool,
    },
    /// The engine went into a swarm, or out of it.
    Swarm(bool),
}

impl After {
    /// Whether the answer is a long one, that must reach the client as it comes.
    pub(crate) const fn streams(&self) -> bool {
        matches!(self, Self::Images { .. })
    }
}

impl Guard {
    /// Learns what a call that succeeded made in this engine; `told` is the answer's text. Gives the
    /// text that the client gets in its place, if that is another one.
    pub(crate) async fn learn(&self, after: &After, told: &[u8], engine: &str) -> Option<Bytes> {
        let turned = self.engine.read().await;
        if turned.as_deref() != Some(engine) {
            return None;
        }
        let text = String::from_utf8_lossy(told);
        let document: Value = serde_json::from_slice(told).unwrap_or_default();
        let id = || {
            let ids = [texts(&document, &["Id"]), texts(&document, &["ID"])].concat();
            ids.first().map(|it| (*it).to_owned())
        };
        // What cannot be learnt now is not ours: the label tells, where there is one.
        let learnt: Result<(), Answer> = match after {
            After::Nothing => Ok(()),
            After::Object(kind) => {
                if let Some(id) = id() {
                    self.made(*kind, id);
                }
                Ok(())
            }
            After::Exec => {
                lock(&self.execs).extend(id());
                Ok(())
            }
            After::Container { volumes } => match id() {
                Some(id) => self.container(id, volumes).await,
                None => Ok(()),
            },
            After::Images { before, asked } => self.brought(before, asked, &text).await,
            After::Removed(it) => {
                self.note(&Entry::Gone(it.clone()));
                Ok(())
            }
            After::Reconcile => self.reconcile().await,
            After::Pruned { kind, all } => {
                let added = self.prune_spare(*kind, *all, document).await;
                let _ = self.reconcile().await;
                return added.ok().map(|it| Bytes::from(it.to_string()));
            }
            After::Swarm(made) => {
                self.note(&Entry::Swarm(*made));
                Ok(())
            }
        };
        drop(learnt);
        None
    }

    fn made(&self, kind: Kind, id: String) {
        self.note(&Entry::Made(ObjectRef { kind, id }));
    }

    /// A container was made: the volumes that came with it are ours too.
    async fn container(&self, id: String, before: &BTreeSet<String>) -> Result<(), Answer> {
        let path = format!("/containers/{}/json", percent::encode_path(&id));
        self.made(Kind::Container, id);
        let document = self.ask(&path).await?;
        for mount in items(&document, &["Mounts"]) {
            if texts(mount, &["Type"]) != ["volume"] {
                continue;
            }
            for name in texts(mount, &["Name"]) {
                if !before.contains(name) {
                    self.made(Kind::Volume, name.to_owned());
                }
            }
        }
        Ok(())
    }

    async fn brought(&self, before: &Images, asked: &[String], told: &str) -> Result<(), Answer> {
        let after = self.images().await?;
        let (ids, tags) = images::made(before, &after, asked, told);
        for id in ids {
            self.made(Kind::Image, id);
        }
        for tag in tags {
            self.note(&Entry::Tagged(tag));
        }
        // A build that fails leaves the container of its last step.
        for rest in told.split("Running in ").skip(1) {
            let short: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
            let path = format!("/containers/{short}/json");
            if short.len() >= 12
                && let Some(document) = self.ask_if_there(&path).await?
                && let Some(id) = texts(&document, &["Id"]).first()
            {
                self.made(Kind::Container, (*id).to_owned());
            }
        }
        Ok(())
    }

    /// Forgets the images and volumes that are no more.
    async fn reconcile(&self) -> Result<(), Answer> {
        self.images().await?;
        let volumes = self.volumes().await?;
        let gone: Vec<String> = lock(&self.ours)
            .of(Kind::Volume)
            .filter(|it| !volumes.contains(*it))
            .map(str::to_owned)
            .collect();
        for id in gone {
            self.note(&Entry::Gone(ObjectRef {
                kind: Kind::Volume,
                id,
            }));
        }
        Ok(())
    }
}
