//! `docker pull`: from the simulated hub, layer by layer.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::image::{History, Image, ImageLayer};
use super::{Daemon, Fault, Op, Outcome, Reference, lock};
use crate::sim::hub::{Published, PublishedLayer};

/// A message of the progress stream.
pub type Progress = Value;

/// Layers that are downloaded at once, as dockerd does.
const AT_ONCE: usize = 3;
/// Steps of a progress bar.
const STEPS: u64 = 8;
/// Bytes a second of the simulated network, and of unpacking.
const DOWNLOAD: f64 = 60e6;
const EXTRACT: f64 = 250e6;
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
        if reference.domain != "docker.io" {
            return Err(unreachable_registry(&reference.domain));
        }
        let tags = self.inner.hub.tags(&reference.path);
        if tags.is_empty() {
            return Err(Fault::not_found(format!(
                "pull access denied for {}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
                reference.familiar_name()
            )));
        }
        let all = tag.is_empty() && reference.tag.is_none() && reference.digest.is_none();
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
            found.push((reference, image));
        }
        let (sender, receiver) = mpsc::channel(32);
        let daemon = self.clone();
        tokio::spawn(async move {
            for (reference, image) in found {
                // Nobody listens any more: dockerd stops the pull too.
                if daemon.pull_one(&reference, &image, &sender).await.is_none() {
                    return;
                }
            }
        });
        Ok(receiver)
    }

    async fn pause(&self, seconds: f64) {
        let wait = Duration::try_from_secs_f64(seconds * self.inner.pace).unwrap_or_default();
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }

    async fn pull_one(
        &self,
        reference: &Reference,
        published: &Published,
        sender: &mpsc::Sender<Progress>,
    ) -> Option<()> {
        let tell = async |message: Value| sender.send(message).await.ok();
        let named = reference
            .digest
            .as_deref()
            .unwrap_or(reference.tag_or_latest());
        tell(json!({"status": format!("Pulling from {}", reference.path), "id": named})).await?;
        let image = image_of(published);
        let fresh = !lock(&self.inner.state).images.contains_key(&image.id);
        if fresh {
            let held: BTreeSet<String> = lock(&self.inner.state)
                .images
                .values()
                .flat_map(|it| it.chain_ids())
                .collect();
            let layers: Vec<(&PublishedLayer, bool)> = published
                .layers
                .iter()
                .zip(image.chain_ids())
                .map(|(layer, chain)| (layer, held.contains(&chain)))
                .collect();
            self.transfer(&layers, sender).await?;
        }
        let name = format!("{}@{}", reference.familiar_name(), published.digest);
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
        tell(json!({"status": format!("Digest: {}", published.digest)})).await?;
        let status = if changed {
            "Downloaded newer image for"
        } else {
            "Image is up to date for"
        };
        tell(json!({"status": format!("Status: {status} {}", reference.familiar())})).await
    }

    fn tell_image_as(&self, image: &str, id: &str, name: &str, action: &str) {
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

fn bytes_time(bytes: u64, speed: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "sizes of layers")]
    let bytes = bytes as f64;
    bytes / speed
}

/// A progress bar as dockerd draws it.
fn bar(id: &str, status: &str, current: u64, total: u64) -> Value {
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

fn unreachable_registry(domain: &str) -> Fault {
    let host = domain.split(':').next().unwrap_or(domain);
    if matches!(host, "localhost" | "127.0.0.1") {
        let port = domain.split(':').nth(1).unwrap_or("443");
        return Fault::internal(format!(
            "Get \"http://{domain}/v2/\": dial tcp 127.0.0.1:{port}: connect: connection refused"
        ));
    }
    Fault::internal(format!(
        "Get \"https://{domain}/v2/\": dial tcp: lookup {host}: no such host"
    ))
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
        history: history.collect(),
        layers: layers.collect(),
    }
    .sealed()
}
