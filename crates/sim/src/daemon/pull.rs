//! `docker pull`: from the simulated hub, layer by layer.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use super::ids::digest;
use super::image::{History, Image, ImageLayer};
use super::registry::{Manifest, Registry};
use super::{Daemon, Fault, Op, Outcome, Reference, lock};
use crate::hub::{Published, PublishedLayer};

/// A message of the progress stream.
pub type Progress = Value;

/// Layers that are downloaded at once, as dockerd does.
pub(super) const AT_ONCE: usize = 3;
/// Steps of a progress bar.
const STEPS: u64 = 8;
/// Bytes a second of the simulated network, and of unpacking.
const DOWNLOAD: f64 = 60e6;
pub(super) const EXTRACT: f64 = 250e6;
/// A question to the registry.
const QUESTION: f64 = 0.12;

impl Daemon {
    /// Begins to pull; what comes is the progress, to the end.
    pub async fn pull(&self, name: &str, tag: &str) -> Outcome<mpsc::Receiver<Progress>> {
        let whole = match tag {
            "" => name.to_owned(),
            tag if tag.starts_with("sha256:") => format!("{name}@{tag}"),
            tag => format!("{name}:{tag}"),
        };
        let reference = Reference::parse(&whole)?;
        self.pause(QUESTION).await;
        let all = tag.is_empty() && reference.tag.is_none() && reference.digest.is_none();
        if reference.domain != "docker.io" {
            return self.pull_elsewhere(reference, all).await;
        }
        let tags = self.inner.hub.tags(&reference.path);
        if tags.is_empty() {
            return Err(Fault::not_found(format!(
                "pull access denied for {}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
                reference.familiar_name()
            )));
        }
        let wanted: Vec<Reference> = if all {
            tags.iter()
                .map(|tag| Reference {
                    tag: Some(tag.clone()),
                    ..reference.clone()
                })
                .collect()
        } else {
            vec![reference.clone()]
        };
        let mut found = Vec::new();
        for reference in wanted {
            let image = match &reference.digest {
                Some(digest) => self.inner.hub.by_digest(&reference.path, digest),
                None => self
                    .inner
                    .hub
                    .find(&reference.path, reference.tag_or_latest()),
            };
            let image = image.ok_or_else(|| {
                Fault::not_found(format!(
                    "manifest for {} not found: manifest unknown: manifest unknown",
                    reference.familiar()
                ))
            })?;
            let wanted = Wanted {
                image: image_of(&image),
                digest: image.digest.clone(),
                layers: image.layers.clone(),
            };
            found.push((reference, wanted));
        }
        Ok(self.transfer_all(found))
    }

    /// Pulls from a registry of the simulated machine.
    async fn pull_elsewhere(
        &self,
        reference: Reference,
        all: bool,
    ) -> Outcome<mpsc::Receiver<Progress>> {
        let registry = Registry::reach(&self.inner.kernel, &reference).await?;
        let tags = if all {
            registry.tags().await?
        } else {
            vec![reference.tag_or_latest().to_owned()]
        };
        let mut found = Vec::new();
        for tag in tags {
            let wanted = reference.digest.clone().unwrap_or_else(|| tag.clone());
            let reference = Reference {
                tag: reference.digest.is_none().then_some(tag),
                ..reference.clone()
            };
            let bytes = registry.manifest(&wanted).await?.ok_or_else(|| {
                Fault::not_found(format!(
                    "manifest for {} not found: manifest unknown: manifest unknown",
                    reference.familiar()
                ))
            })?;
            let manifest = Manifest::decode(&bytes)
                .ok_or_else(|| Fault::internal("unsupported manifest format"))?;
            let document = registry.blob(&manifest.config.digest).await?;
            let (image, layers) = match super::push::known(self, &manifest.config.digest) {
                Some(image) => ((*image).clone(), Vec::new()),
                None => self.download(&registry, &manifest, &document).await?,
            };
            let wanted = Wanted {
                image,
                digest: digest(&bytes),
                layers,
            };
            found.push((reference, wanted));
        }
        Ok(self.transfer_all(found))
    }

    /// The layers that a manifest names.
    async fn download(
        &self,
        registry: &Registry,
        manifest: &Manifest,
        document: &[u8],
    ) -> Outcome<(Image, Vec<PublishedLayer>)> {
        let document: Value =
            serde_json::from_slice(document).map_err(|error| Fault::internal(error.to_string()))?;
        let diffs = document["rootfs"]["diff_ids"].as_array();
        let mut layers = Vec::new();
        for (blob, diff) in manifest.layers.iter().zip(diffs.into_iter().flatten()) {
            let bytes = registry.blob(&blob.digest).await?;
            let (files, _) = super::images_archive::read_layer(&bytes)?;
            layers.push(PublishedLayer {
                digest: blob.digest.clone(),
                diff_id: diff.as_str().unwrap_or_default().to_owned(),
                compressed: blob.size,
                size: files.size(),
                files,
            });
        }
        let held = layers.iter().map(|layer| ImageLayer {
            diff_id: layer.diff_id.clone(),
            files: layer.files.clone(),
            size: layer.size,
        });
        let image = super::images_archive::from_document(&document, held.collect(), self.now());
        Ok((image, layers))
    }

    fn transfer_all(&self, found: Vec<(Reference, Wanted)>) -> mpsc::Receiver<Progress> {
        let (sender, receiver) = mpsc::channel(32);
        let daemon = self.clone();
        tokio::spawn(async move {
            for (reference, wanted) in found {
                // Nobody listens any more: dockerd stops the pull too.
                if daemon.pull_one(&reference, wanted, &sender).await.is_none() {
                    return;
                }
            }
        });
        receiver
    }

    pub(super) async fn pause(&self, seconds: f64) {
        let wait = Duration::try_from_secs_f64(seconds * self.inner.pace).unwrap_or_default();
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    async fn pull_one(
        &self,
        reference: &Reference,
        wanted: Wanted,
        sender: &mpsc::Sender<Progress>,
    ) -> Option<()> {
        let Wanted {
            image,
            digest,
            layers: published,
        } = wanted;
        let tell = async |message: Value| sender.send(message).await.ok();
        let named = reference
            .digest
            .as_deref()
            .unwrap_or(reference.tag_or_latest());
        tell(json!({"status": format!("Pulling from {}", reference.path), "id": named})).await?;
        let fresh = !lock(&self.inner.state).images.contains_key(&image.id);
        if fresh {
            let held: BTreeSet<String> = lock(&self.inner.state)
                .images
                .values()
                .flat_map(|it| it.chain_ids())
                .collect();
            let layers: Vec<(&PublishedLayer, bool)> = published
                .iter()
                .zip(image.chain_ids())
                .map(|(layer, chain)| (layer, held.contains(&chain)))
                .collect();
            self.transfer(&layers, sender).await?;
        }
        let name = format!("{}@{}", reference.familiar_name(), digest);
        let id = image.id.clone();
        let before = lock(&self.inner.state)
            .tags
            .get(&reference.familiar_tagged())
            .cloned();
        let changed = fresh || (reference.digest.is_none() && before.as_deref() != Some(&id));
        if fresh {
            self.apply(Op::AddImage(Box::new(image))).ok()?;
        }
        self.apply(Op::Digest {
            id: id.clone(),
            name,
        })
        .ok()?;
        if reference.digest.is_none() && before.as_deref() != Some(&id) {
            // A pull tells « pull », not « tag ».
            let now = self.now();
            let op = Op::Tag {
                id: id.clone(),
                name: reference.clone(),
            };
            lock(&self.inner.state).apply(op, now).ok()?;
        }
        self.tell_image_as(
            &id,
            &reference.familiar(),
            &reference.familiar_name(),
            "pull",
        );
        self.inner.changed.send_modify(|count| *count += 1);
        tell(json!({"status": format!("Digest: {digest}")})).await?;
        let status = if changed {
            "Downloaded newer image for"
        } else {
            "Image is up to date for"
        };
        tell(json!({"status": format!("Status: {status} {}", reference.familiar())})).await
    }

    pub(super) fn tell_image_as(&self, image: &str, id: &str, name: &str, action: &str) {
        let image = lock(&self.inner.state).images.get(image).cloned();
        let event = super::op::image_event(image.as_deref(), id, name, action, self.now());
        self.inner.bus.publish(event);
    }

    /// The bars: layers come three at a time and are unpacked in order.
    async fn transfer(
        &self,
        layers: &[(&PublishedLayer, bool)],
        sender: &mpsc::Sender<Progress>,
    ) -> Option<()> {
        let tell = async |message: Value| sender.send(message).await.ok();
        let say = async |id: &str, status: &str| {
            tell(json!({"status": status, "progressDetail": {}, "id": id})).await
        };
        for (layer, held) in layers {
            let status = if *held {
                "Already exists"
            } else {
                "Pulling fs layer"
            };
            say(layer.short(), status).await?;
        }
        let missing: Vec<&PublishedLayer> = layers
            .iter()
            .filter(|(_, held)| !held)
            .map(|(layer, _)| *layer)
            .collect();
        for layer in missing.iter().skip(AT_ONCE) {
            say(layer.short(), "Waiting").await?;
        }
        for group in missing.chunks(AT_ONCE) {
            for step in 1..=STEPS {
                for layer in group {
                    let now = layer.compressed * step / STEPS;
                    self.pause(bytes_time(layer.compressed / STEPS, DOWNLOAD))
                        .await;
                    tell(bar(layer.short(), "Downloading", now, layer.compressed)).await?;
                }
            }
            for layer in group {
                say(layer.short(), "Verifying Checksum").await?;
                say(layer.short(), "Download complete").await?;
            }
        }
        for layer in missing {
            for step in 1..=STEPS {
                let now = layer.compressed * step / STEPS;
                self.pause(bytes_time(layer.size / STEPS, EXTRACT)).await;
                tell(bar(layer.short(), "Extracting", now, layer.compressed)).await?;
            }
            say(layer.short(), "Pull complete").await?;
        }
        Some(())
    }
}

pub(super) fn bytes_time(bytes: u64, speed: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "sizes of layers")]
    let bytes = bytes as f64;
    bytes / speed
}

/// A progress bar as dockerd draws it.
pub(super) fn bar(id: &str, status: &str, current: u64, total: u64) -> Value {
    let done = (current * 50)
        .checked_div(total)
        .and_then(|it| usize::try_from(it).ok())
        .unwrap_or(50);
    let head = if done < 50 { ">" } else { "" };
    let blank = 50_usize.saturating_sub(done + head.len());
    let bar = format!("[{}{head}{}]", "=".repeat(done), " ".repeat(blank));
    let progress = format!("{bar} {:>8}/{}", human_size(current), human_size(total));
    json!({
        "status": status,
        "progressDetail": {"current": current, "total": total},
        "progress": progress,
        "id": id,
    })
}

/// `3.64MB`, docker's `units.HumanSize`: four digits.
fn human_size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with four digits")]
    let mut size = bytes as f64;
    let mut unit = "B";
    for next in ["kB", "MB", "GB"] {
        if size < 1000.0 {
            break;
        }
        size /= 1000.0;
        unit = next;
    }
    let digits = match size {
        it if it >= 1000.0 => 0,
        it if it >= 100.0 => 1,
        it if it >= 10.0 => 2,
        _ => 3,
    };
    let mut text = format!("{size:.digits$}");
    if text.contains('.') {
        text = text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    format!("{text}{unit}")
}

/// An image that is about to come.
struct Wanted {
    image: Image,
    /// Of its manifest.
    digest: String,
    /// Its layers, unless it is here already.
    layers: Vec<PublishedLayer>,
}

/// The image that a published one becomes once it is here.
pub(super) fn image_of(published: &Published) -> Image {
    let layers = published.layers.iter().map(|layer| ImageLayer {
        diff_id: layer.diff_id.clone(),
        files: layer.files.clone(),
        size: layer.size,
    });
    let history = published.history.iter().map(|line| History {
        created: line.created.clone(),
        created_by: line.created_by.clone(),
        author: String::new(),
        comment: line.comment.clone(),
        empty_layer: line.empty_layer,
    });
    Image {
        id: String::new(),
        parent: String::new(),
        created: super::time::parse(&published.created).unwrap_or(std::time::UNIX_EPOCH),
        created_text: published.created.clone(),
        comment: published
            .history
            .last()
            .map(|it| it.comment.clone())
            .unwrap_or_default(),
        author: String::new(),
        architecture: super::commit::architecture(),
        docker_version: String::new(),
        container: String::new(),
        config: published.config.clone(),
        container_config: Map::new(),
        built_here: false,
        history: history.collect(),
        layers: layers.collect(),
    }
    .sealed()
}
