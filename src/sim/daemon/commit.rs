//! `docker commit`.

use serde_json::Value;

use super::change::apply_change;
use super::config::{config, texts};
use super::create::complete;
use super::ids::digest;
use super::image::{History, Image, ImageLayer};
use super::time::rfc3339;
use super::{Daemon, Fault, Op, Outcome, Reference, lock};

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
        for change in &options.changes {
            apply_change(&mut config, change)?;
        }
        if given {
            complete(&mut config, &container.config);
        }
        let (upper, size) = {
            let root = lock(&container.root);
            let changed = !root.changes().is_empty();
            (changed.then(|| root.to_layer()), root.upper_size())
        };
        let state = self.state();
        let parent = state.images.get(&container.image).cloned();
        let created = self.now();
        let created_text = rfc3339(created);
        let mut layers = parent
            .as_ref()
            .map(|it| it.layers.clone())
            .unwrap_or_default();
        let mut history = parent
            .as_ref()
            .map(|it| it.history.clone())
            .unwrap_or_default();
        history.push(History {
            created: created_text.clone(),
            created_by: texts(&container.config, "Cmd").join(" "),
            author: options.author.clone(),
            comment: options.comment.clone(),
            empty_layer: upper.is_none(),
        });
        if let Some(files) = upper {
            let mut archive = Vec::new();
            files
                .write_tar(&mut archive)
                .map_err(|error| Fault::internal(error.to_string()))?;
            layers.push(ImageLayer {
                diff_id: digest(&archive),
                files,
                size,
            });
        }
        let image = Image {
            id: String::new(),
            parent: container.image.clone(),
            created,
            created_text,
            comment: options.comment.clone(),
            author: options.author.clone(),
            architecture: parent.map_or_else(architecture, |it| it.architecture.clone()),
            docker_version: super::VERSION.to_owned(),
            container: container.id.clone(),
            config,
            history,
            layers,
        }
        .sealed();
        let id = image.id.clone();
        self.apply(Op::AddImage(Box::new(image)))?;
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
