//! `docker push`.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::ids::digest;
use super::image::{Image, ImageLayer};
use super::pull::{AT_ONCE, bar};
use super::registry::{Blob, Manifest, Registry};
use super::{Daemon, Fault, Op, Outcome, Progress, Reference, lock};

/// Layers that are pushed at once, as dockerd does.
const PUSHES_AT_ONCE: usize = 5;
/// Steps of a progress bar.
const STEPS: u64 = 4;

/// The message that ends a stream of progress badly.
fn failure(message: &str) -> Value {
    json!({"errorDetail": {"message": message}, "error": message})
}

fn short(layer: &ImageLayer) -> &str {
    layer.diff_id.get(7..19).unwrap_or(&layer.diff_id)
}

impl Daemon {
    /// Begins to push; what comes is the progress, to the end. Without a tag, every tag of the
    /// repository goes.
    pub fn push(&self, name: &str, tag: &str) -> Outcome<mpsc::Receiver<Progress>> {
        let reference = Reference::parse(name)?;
        let state = self.state();
        let tags: Vec<String> = if tag.is_empty() {
            let prefix = format!("{}:", reference.familiar_name());
            let names = state.tags.keys().filter_map(|it| it.strip_prefix(&prefix));
            names.map(str::to_owned).collect()
        } else {
            vec![tag.to_owned()]
        };
        let found: Vec<(String, Arc<Image>)> = tags
            .into_iter()
            .filter_map(|tag| {
                let id = state
                    .tags
                    .get(&format!("{}:{tag}", reference.familiar_name()))?;
                Some((tag, state.images.get(id)?.clone()))
            })
            .collect();
        let (sender, receiver) = mpsc::channel(64);
        let daemon = self.clone();
        tokio::spawn(async move {
            let head = format!("The push refers to repository [{}]", reference.full_name());
            if sender.send(json!({"status": head})).await.is_err() {
                return;
            }
            let outcome = daemon.push_all(&reference, found, &sender).await;
            if let Err(fault) = outcome {
                // A client that left does not want the reason.
                let _ = sender.send(failure(&fault.message)).await;
            }
        });
        Ok(receiver)
    }

    async fn push_all(
        &self,
        reference: &Reference,
        images: Vec<(String, Arc<Image>)>,
        sender: &mpsc::Sender<Progress>,
    ) -> Outcome<()> {
        if images.is_empty() {
            return Err(Fault::not_found(format!(
                "An image does not exist locally with the tag: {}",
                reference.familiar_name()
            )));
        }
        let registry = if reference.domain == "docker.io" {
            None
        } else {
            Some(Registry::reach(&self.inner.kernel, reference).await?)
        };
        for (tag, image) in images {
            for layer in image.layers.iter().rev() {
                say(sender, short(layer), "Preparing").await?;
            }
            for layer in image.layers.iter().rev().skip(PUSHES_AT_ONCE) {
                say(sender, short(layer), "Waiting").await?;
            }
            match &registry {
                // Nobody may write to the simulated hub.
                None => {
                    return Err(Fault::forbidden(
                        "denied: requested access to the resource is denied",
                    ));
                }
                Some(registry) => {
                    self.push_one(registry, reference, &tag, &image, sender)
                        .await?;
                }
            }
        }
        Ok(())
    }

    async fn push_one(
        &self,
        registry: &Registry,
        reference: &Reference,
        tag: &str,
        image: &Image,
        sender: &mpsc::Sender<Progress>,
    ) -> Outcome<()> {
        let mut blobs = Vec::new();
        for layer in &image.layers {
            let mut bytes = Vec::new();
            layer
                .files
                .write_compact_tar(&mut bytes)
                .map_err(|error| Fault::internal(error.to_string()))?;
            let blob = Blob {
                digest: digest(&bytes),
                size: bytes.len() as u64,
            };
            blobs.push((layer, blob, Bytes::from(bytes)));
        }
        let mut rows: Vec<_> = blobs.iter().collect();
        rows.reverse();
        for group in rows.chunks(AT_ONCE) {
            let mut sending = Vec::new();
            for (layer, blob, bytes) in group {
                if registry.has_blob(&blob.digest).await? {
                    say(sender, short(layer), "Layer already exists").await?;
                } else {
                    sending.push((layer, blob, bytes));
                }
            }
            for step in 1..=STEPS {
                for (layer, _, _) in &sending {
                    let size = layer.size.max(512);
                    self.pause(super::pull::bytes_time(size / STEPS, super::pull::EXTRACT))
                        .await;
                    told(
                        sender,
                        bar(short(layer), "Pushing", size * step / STEPS, size),
                    )
                    .await?;
                }
            }
            for (layer, blob, bytes) in sending {
                registry.put_blob(&blob.digest, bytes.clone()).await?;
                say(sender, short(layer), "Pushed").await?;
            }
        }
        let document = image.document().to_string().into_bytes();
        let config = Blob {
            digest: digest(&document),
            size: document.len() as u64,
        };
        registry.put_blob(&config.digest, document.into()).await?;
        let manifest = Manifest {
            config,
            layers: blobs.into_iter().map(|it| it.1).collect(),
        };
        let bytes = manifest.encode();
        let (named, size) = (digest(&bytes), bytes.len());
        registry.put_manifest(tag, bytes).await?;
        self.apply(Op::Digest {
            id: image.id.clone(),
            name: format!("{}@{named}", reference.familiar_name()),
        })?;
        let pushed = format!("{}:{tag}", reference.familiar_name());
        self.tell_image_as(&image.id, &pushed, &reference.familiar_name(), "push");
        told(
            sender,
            json!({"status": format!("{tag}: digest: {named} size: {size}")}),
        )
        .await?;
        told(
            sender,
            json!({"progressDetail": {}, "aux": {"Tag": tag, "Digest": named, "Size": size}}),
        )
        .await
    }
}

async fn told(sender: &mpsc::Sender<Progress>, message: Value) -> Outcome<()> {
    sender
        .send(message)
        .await
        .map_err(|_| Fault::internal("context canceled"))
}

async fn say(sender: &mpsc::Sender<Progress>, id: &str, status: &str) -> Outcome<()> {
    told(
        sender,
        json!({"status": status, "progressDetail": {}, "id": id}),
    )
    .await
}

/// Whether an image of the store is known by its own document.
pub(super) fn known(daemon: &Daemon, config: &str) -> Option<Arc<Image>> {
    lock(&daemon.inner.state).images.get(config).cloned()
}
