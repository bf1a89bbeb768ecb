//! The containers and the images of steps.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::super::commit::{Child, changed_files};
use super::super::config::texts;
use super::super::ids::short;
use super::super::image::{Image, ImageLayer};
use super::super::lock;
use super::Built;
use super::stage::{Builder, State};
use crate::fs::{Layer, Overlay};
use crate::kernel::RootFs;

/// The files of an image; none for `FROM scratch`.
pub(super) fn files_of(image: Option<&Image>) -> Overlay {
    let layers: Vec<Layer> = image
        .into_iter()
        .flat_map(|it| it.layers.iter().map(|layer| layer.files.clone()))
        .collect();
    Overlay::new(&layers)
}

/// The shell of `RUN`, `CMD` and `ENTRYPOINT` lines.
pub(super) fn shell(config: &Map<String, Value>) -> Vec<String> {
    let shell = texts(config, "Shell");
    if shell.is_empty() {
        return vec!["/bin/sh".to_owned(), "-c".to_owned()];
    }
    shell
}

/// A configuration whose command only tells what an instruction did.
pub(super) fn told(config: &Map<String, Value>, words: &[String]) -> Map<String, Value> {
    let mut command = shell(config);
    command.extend(words.iter().cloned());
    let mut config = config.clone();
    config.insert("Cmd".into(), json!(command));
    config
}

impl Builder {
    /// Takes an image of the cache for a step; whether there was one.
    pub(super) async fn take_cached(
        &mut self,
        state: &mut State,
        config: &Map<String, Value>,
    ) -> Built<bool> {
        let Some(found) = self.cache.probe(&self.daemon, &state.image, config) else {
            return Ok(false);
        };
        self.output.say(" ---> Using cache\n").await?;
        state.image = found;
        Ok(true)
    }

    /// An instruction that changes the configuration only.
    pub(super) async fn commit_comment(&mut self, state: &mut State, comment: String) -> Built<()> {
        let config = told(&state.config, &["#(nop) ".to_owned(), comment]);
        if self.take_cached(state, &config).await? {
            return Ok(());
        }
        let container = self.create(state, &config).await?;
        let config = self.merged_health(state, config);
        self.commit_container(state, &container, config)
    }

    /// A health check takes what it does not say from that of the image below, as any container's
    /// does: dockerd changes the configuration of the build itself there.
    fn merged_health(&self, state: &mut State, config: Map<String, Value>) -> Map<String, Value> {
        let base = self.base(state);
        let below = base.as_ref().and_then(|it| it.config.get("Healthcheck"));
        let own = config.get("Healthcheck").and_then(Value::as_object);
        let (Some(below), Some(own)) = (below.and_then(Value::as_object), own) else {
            return config;
        };
        let mut merged = below.clone();
        merged.extend(own.clone());
        let mut config = config;
        config.insert("Healthcheck".into(), Value::Object(merged.clone()));
        state
            .config
            .insert("Healthcheck".into(), Value::Object(merged));
        config
    }

    /// Makes a container for a step.
    pub(super) async fn create(
        &mut self,
        state: &mut State,
        config: &Map<String, Value>,
    ) -> Built<String> {
        let mut body = config.clone();
        body.insert("HostConfig".into(), self.options.host.clone());
        let image = self.base(state);
        let blank = Image::blank();
        let image = image.as_deref().unwrap_or(&blank);
        let (id, warnings) = self
            .daemon
            .make_container("", &Value::Object(body), image, None)?;
        state.containers.push(id.clone());
        for warning in warnings {
            self.output
                .say(format!(" ---> [Warning] {warning}\n"))
                .await?;
        }
        self.output
            .say(format!(" ---> Running in {}\n", short(&id)))
            .await?;
        Ok(id)
    }

    /// The image that a stage stands on.
    pub(super) fn base(&self, state: &State) -> Option<Arc<Image>> {
        self.daemon.state().images.get(&state.image).cloned()
    }

    /// Makes the step's image of its container.
    pub(super) fn commit_container(
        &self,
        state: &mut State,
        id: &str,
        config: Map<String, Value>,
    ) -> Built<()> {
        let container = self.daemon.container(id)?;
        let mut config = config;
        if let Some(name) = container.config.get("Hostname") {
            config.insert("Hostname".into(), name.clone());
        }
        let layer = changed_files(&container.root)?;
        state.image = self.commit(state, id, config, layer)?;
        self.daemon.tell_image(&state.image, &state.image, "create");
        Ok(())
    }

    /// Makes the step's image of files alone.
    pub(super) fn commit_files(
        &self,
        state: &mut State,
        root: Overlay,
        config: Map<String, Value>,
    ) -> Built<()> {
        let root: RootFs = Arc::new(std::sync::Mutex::new(root));
        let layer = changed_files(&root)?;
        drop(lock(&root));
        state.image = self.commit(state, "", config, layer)?;
        Ok(())
    }

    fn commit(
        &self,
        state: &State,
        container: &str,
        container_config: Map<String, Value>,
        layer: Option<ImageLayer>,
    ) -> Built<String> {
        let child = Child {
            parent: self.base(state),
            config: state.config.clone(),
            container_config,
            author: state.author.clone(),
            comment: String::new(),
            container: container.to_owned(),
            layer,
        };
        Ok(self.daemon.add_child(child)?)
    }

    /// Removes the containers of a step.
    pub(super) async fn remove_containers(&self, state: &mut State) -> Built<()> {
        for id in std::mem::take(&mut state.containers) {
            let name = short(&id).to_owned();
            let text = match self.daemon.remove_container(&id, true, true).await {
                Err(fault) if fault.status() != 404 => {
                    format!("Removing intermediate container {name}: {fault}\n")
                }
                _ => format!(" ---> Removed intermediate container {name}\n"),
            };
            self.output.say(text).await?;
        }
        Ok(())
    }
}
