//! `docker import`, `save` and `load`: images as archives.

use std::io::Read;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::build::apply_changes;
use super::commit::{architecture, wanted_name};
use super::ids::digest;
use super::image::{History, Image, ImageLayer};
use super::op::image_event;
use super::time::rfc3339;
use super::{Daemon, Fault, Op, Outcome, Reference, lock};
use crate::sim::fs::Layer;

/// Beginnings of compressed archives, which the simulator does not read.
const COMPRESSED: [&[u8]; 4] = [
    &[0x1f, 0x8b],
    &[0x42, 0x5a, 0x68],
    &[0xfd, 0x37, 0x7a, 0x58],
    &[0x28, 0xb5, 0x2f, 0xfd],
];

pub(super) fn read_layer(archive: &[u8]) -> Outcome<Layer> {
    if COMPRESSED.iter().any(|magic| archive.starts_with(magic)) {
        return Err(Fault::not_implemented(
            "non simulé : les archives compressées ; décompressez-la d’abord (gunzip, unxz…)",
        ));
    }
    if archive.len() < 512 {
        return Err(Fault::internal("unexpected EOF"));
    }
    Layer::from_tar(archive).map_err(|_| Fault::internal("archive/tar: invalid tar header"))
}

impl Daemon {
    /// Makes an image of one layer; its identifier.
    pub fn import_image(
        &self,
        archive: &[u8],
        repository: &str,
        tag: &str,
        message: &str,
        changes: &[String],
    ) -> Outcome<String> {
        let mut config = Map::new();
        apply_changes(&mut config, changes)?;
        let name = wanted_name(repository, tag)?;
        let files = read_layer(archive)?;
        let created = self.now();
        let comment = if message.is_empty() {
            "Imported from -"
        } else {
            message
        };
        let image = Image {
            id: String::new(),
            parent: String::new(),
            created,
            created_text: rfc3339(created),
            comment: comment.to_owned(),
            author: String::new(),
            architecture: architecture(),
            docker_version: super::VERSION.to_owned(),
            container: String::new(),
            config,
            container_config: Map::new(),
            built_here: false,
            history: vec![History {
                created: rfc3339(created),
                comment: comment.to_owned(),
                ..History::default()
            }],
            layers: vec![ImageLayer {
                diff_id: digest(archive),
                size: files.size(),
                files,
            }],
        }
        .sealed();
        let id = image.id.clone();
        self.apply(Op::AddImage(Box::new(image)))?;
        self.tell_image(&id, &id, "import");
        if let Some(name) = name {
            self.apply(Op::Tag {
                id: id.clone(),
                name,
            })?;
        }
        Ok(id)
    }

    pub(super) fn tell_image(&self, id: &str, name: &str, action: &str) {
        let image = lock(&self.inner.state).images.get(id).cloned();
        let event = image_event(image.as_deref(), id, name, action, self.now());
        self.inner.bus.publish(event);
    }

    /// `docker save`: an archive in the form that `docker load` reads.
    pub fn save_images(&self, keys: &[String]) -> Outcome<Bytes> {
        let state = self.state();
        let broken = |error: std::io::Error| Fault::internal(error.to_string());
        let mut archive = tar::Builder::new(Vec::new());
        let mut manifest: Vec<Value> = Vec::new();
        let mut repositories: Map<String, Value> = Map::new();
        let mut written = std::collections::BTreeSet::new();
        for key in keys {
            let image = state.image(key).map_err(|fault| {
                let missing = key.strip_suffix(":latest").unwrap_or(key);
                if fault.status() == 404 {
                    Fault::not_found(format!("No such image: {missing}"))
                } else {
                    fault
                }
            })?;
            let blob =
                |digest: &str| format!("blobs/sha256/{}", digest.trim_start_matches("sha256:"));
            let mut layers = Vec::new();
            for layer in &image.layers {
                let path = blob(&layer.diff_id);
                layers.push(path.clone());
                if written.insert(path.clone()) {
                    let mut content = Vec::new();
                    layer.files.write_tar(&mut content).map_err(broken)?;
                    append(&mut archive, &path, &content).map_err(broken)?;
                }
            }
            let config = blob(&image.id);
            if written.insert(config.clone()) {
                append(
                    &mut archive,
                    &config,
                    image.document().to_string().as_bytes(),
                )
                .map_err(broken)?;
            }
            let tags: Vec<String> = if state.is_image_id(&image.id, key) {
                Vec::new()
            } else {
                vec![Reference::parse(key)?.familiar_tagged()]
            };
            for tag in &tags {
                if let Some((name, tag)) = tag.rsplit_once(':') {
                    let entry = repositories.entry(name).or_insert_with(|| json!({}));
                    entry[tag] = json!(
                        layers
                            .last()
                            .map(|it| it.trim_start_matches("blobs/sha256/"))
                    );
                }
            }
            match manifest.iter_mut().find(|it| it["Config"] == config) {
                Some(known) => {
                    if let Some(known) = known["RepoTags"].as_array_mut() {
                        known.extend(tags.iter().map(|tag| json!(tag)));
                    }
                }
                None => {
                    manifest.push(json!({"Config": config, "RepoTags": tags, "Layers": layers}));
                }
            }
            self.tell_image(&image.id, &image.id, "save");
        }
        append(
            &mut archive,
            "manifest.json",
            json!(manifest).to_string().as_bytes(),
        )
        .map_err(broken)?;
        append(
            &mut archive,
            "repositories",
            json!(repositories).to_string().as_bytes(),
        )
        .map_err(broken)?;
        Ok(archive.into_inner().map_err(broken)?.into())
    }

    /// `docker load`: what is told of each image.
    pub fn load_images(&self, archive: &[u8]) -> Outcome<Vec<String>> {
        let broken = || Fault::internal("unexpected EOF");
        if COMPRESSED.iter().any(|magic| archive.starts_with(magic)) {
            read_layer(archive)?;
        }
        let mut files = std::collections::BTreeMap::new();
        let mut links = std::collections::BTreeMap::new();
        let mut reader = tar::Archive::new(archive);
        for entry in reader.entries().map_err(|_| broken())? {
            let mut entry = entry.map_err(|_| broken())?;
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if let Some(target) = entry.link_name_bytes() {
                // The same layer twice is a link to the first one.
                let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
                let target = String::from_utf8_lossy(&target).into_owned();
                let whole = super::create_mounts::clean(&format!("{folder}/{target}"));
                links.insert(name, whole.trim_start_matches('/').to_owned());
                continue;
            }
            let mut content = Vec::new();
            entry.read_to_end(&mut content).map_err(|_| broken())?;
            files.insert(name, content);
        }
        let manifest = files.get("manifest.json").ok_or_else(|| {
            Fault::internal(
                "open /var/lib/docker/tmp/docker-import/manifest.json: no such file or directory",
            )
        })?;
        let manifest: Vec<Value> = serde_json::from_slice(manifest).map_err(|_| broken())?;
        let mut told = Vec::new();
        for entry in &manifest {
            let file = |value: &Value| {
                value
                    .as_str()
                    .and_then(|path| files.get(links.get(path).map_or(path, String::as_str)))
                    .ok_or_else(broken)
            };
            let document: Value =
                serde_json::from_slice(file(&entry["Config"])?).map_err(|_| broken())?;
            let diffs = document["rootfs"]["diff_ids"]
                .as_array()
                .cloned()
                .unwrap_or_default();
            let mut layers = Vec::new();
            for (path, diff) in entry["Layers"].as_array().into_iter().flatten().zip(&diffs) {
                let files = read_layer(file(path)?)?;
                let diff_id = diff.as_str().unwrap_or_default().to_owned();
                layers.push(ImageLayer {
                    diff_id,
                    size: files.size(),
                    files,
                });
            }
            let known = lock(&self.inner.state)
                .images
                .get(&digest(document.to_string().as_bytes()))
                .cloned();
            let image = match known {
                Some(image) => (*image).clone(),
                None => from_document(&document, layers, self.now()),
            };
            let id = image.id.clone();
            if !lock(&self.inner.state).images.contains_key(&id) {
                self.apply(Op::AddImage(Box::new(image)))?;
            }
            let tags: Vec<&str> = entry["RepoTags"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            for tag in &tags {
                self.apply(Op::Tag {
                    id: id.clone(),
                    name: Reference::parse(tag)?,
                })?;
                told.push(format!("Loaded image: {tag}\n"));
            }
            if tags.is_empty() {
                told.push(format!("Loaded image ID: {id}\n"));
            }
            self.tell_image(&id, &id, "load");
        }
        Ok(told)
    }
}

fn append(archive: &mut tar::Builder<Vec<u8>>, path: &str, content: &[u8]) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o644);
    header.set_size(content.len() as u64);
    archive.append_data(&mut header, path, content)
}

/// An image from its own document.
pub(super) fn from_document(
    document: &Value,
    layers: Vec<ImageLayer>,
    now: std::time::SystemTime,
) -> Image {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let created_text = text(&document["created"]);
    let history = document["history"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|line| History {
            created: text(&line["created"]),
            created_by: text(&line["created_by"]),
            author: text(&line["author"]),
            comment: text(&line["comment"]),
            empty_layer: line["empty_layer"].as_bool().unwrap_or(false),
        });
    Image {
        id: String::new(),
        parent: String::new(),
        created: super::time::parse(&created_text).unwrap_or(now),
        created_text,
        comment: text(&document["comment"]),
        author: text(&document["author"]),
        architecture: text(&document["architecture"]),
        docker_version: text(&document["docker_version"]),
        container: text(&document["container"]),
        config: document["config"].as_object().cloned().unwrap_or_default(),
        container_config: document["container_config"]
            .as_object()
            .cloned()
            .unwrap_or_default(),
        built_here: false,
        history: history.collect(),
        layers,
    }
    .sealed()
}
