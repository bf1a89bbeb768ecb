//! `docker commit`, and what a build commits.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::build::apply_changes;
use super::config::{config, texts};
use super::create::complete;
use super::ids::Hashing;
use super::image::{History, Image, ImageLayer};
use super::time::rfc3339;
use super::{Daemon, Fault, Op, Outcome, Reference, lock};
use crate::kernel::RootFs;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct CommitOptions {
    /// The container.
    pub container: String,
    /// Name of the image; none when empty.
    pub repository: String,
    /// Its tag.
    pub tag: String,
    /// `-m`.
    pub comment: String,
    /// `-a`.
    pub author: String,
    /// `-c`, an instruction each.
    pub changes: Vec<String>,
    /// A `Config` that the container's completes; null for the container's own.
    pub config: Value,
}

impl Daemon {
    /// Makes an image of a container; its identifier.
    pub fn commit(&self, options: &CommitOptions) -> Outcome<String> {
        let container = self.container(&options.container)?;
        let name = wanted_name(&options.repository, &options.tag)?;
        let given = options.config.as_object().is_some_and(|it| !it.is_empty());
        let mut config = if given {
            config(&options.config)
        } else {
            (*container.config).clone()
        };
        apply_changes(&mut config, &options.changes)?;
        if given {
            complete(&mut config, &container.config);
        }
        let parent = self.state().images.get(&container.image).cloned();
        let id = self.add_child(Child {
            parent,
            config,
            container_config: (*container.config).clone(),
            author: options.author.clone(),
            comment: options.comment.clone(),
            container: container.id.clone(),
            layer: changed_files(&container.root)?,
        })?;
        let mut extra = vec![("imageID", id.clone())];
        if let Some(name) = name {
            extra.push(("imageRef", name.familiar_tagged()));
            self.apply(Op::Tag {
                id: id.clone(),
                name,
            })?;
        }
        self.note(&container, "commit", &extra);
        Ok(id)
    }

    /// Adds an image made of another one and a container; its identifier.
    pub(super) fn add_child(&self, child: Child) -> Outcome<String> {
        let created = self.now();
        let created_text = rfc3339(created);
        let parent = child.parent.as_deref();
        let mut layers = parent.map(|it| it.layers.clone()).unwrap_or_default();
        let mut history = parent.map(|it| it.history.clone()).unwrap_or_default();
        history.push(History {
            created: created_text.clone(),
            created_by: texts(&child.container_config, "Cmd").join(" "),
            author: child.author.clone(),
            comment: child.comment.clone(),
            empty_layer: child.layer.is_none(),
        });
        layers.extend(child.layer);
        let image = Image {
            id: String::new(),
            parent: parent.map(|it| it.id.clone()).unwrap_or_default(),
            created,
            created_text,
            comment: child.comment,
            author: child.author,
            architecture: parent.map_or_else(architecture, |it| it.architecture.clone()),
            docker_version: super::VERSION.to_owned(),
            container: child.container,
            config: child.config,
            container_config: child.container_config,
            built_here: true,
            history,
            layers,
        }
        .sealed();
        let id = image.id.clone();
        self.apply(Op::AddImage(Box::new(image)))?;
        Ok(id)
    }
}

/// What an image is made of, when it is made of another one.
pub(super) struct Child {
    /// The image below; none for `FROM scratch`.
    pub(super) parent: Option<Arc<Image>>,
    /// Its configuration.
    pub(super) config: Map<String, Value>,
    /// That of the container; its command is what the history tells.
    pub(super) container_config: Map<String, Value>,
    /// Whoever.
    pub(super) author: String,
    /// Why.
    pub(super) comment: String,
    /// The container's identifier, if there was one.
    pub(super) container: String,
    /// What the container's files add; `None` when nothing changed.
    pub(super) layer: Option<ImageLayer>,
}

/// The writable layer of these files, when anything in it differs from what is below.
pub(super) fn changed_files(root: &RootFs) -> Outcome<Option<ImageLayer>> {
    let (files, size) = {
        let root = lock(root);
        if root.changes().is_empty() {
            return Ok(None);
        }
        (root.to_layer(), root.upper_size())
    };
    let mut hashing = Hashing::default();
    files
        .write_tar(&mut hashing)
        .map_err(|error| Fault::internal(error.to_string()))?;
    Ok(Some(ImageLayer {
        diff_id: hashing.digest(),
        files,
        size,
    }))
}

/// `amd64` or `arm64`: that of the machine we really run on.
pub(super) fn architecture() -> String {
    if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "amd64"
    }
    .to_owned()
}

/// A name for a new image.
pub(super) fn wanted_name(repository: &str, tag: &str) -> Outcome<Option<Reference>> {
    if repository.is_empty() {
        return Ok(None);
    }
    let whole = if tag.is_empty() {
        repository.to_owned()
    } else {
        format!("{repository}:{tag}")
    };
    Reference::parse(&whole).map(Some)
}
