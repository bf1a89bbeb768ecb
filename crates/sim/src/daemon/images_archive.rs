//! `docker import`, `save` and `load`: images as archives.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Write};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::archive::Outgoing;
use super::build::apply_changes;
use super::commit::{architecture, wanted_name};
use super::compression::{LARGEST_ARCHIVE, NO_SPACE, decompressed};
use super::ids::digest;
use super::image::{History, Image, ImageLayer};
use super::op::image_event;
use super::time::rfc3339;
use super::{Daemon, Fault, Op, Outcome, Reference, lock};
use crate::fs::Layer;

/// Reads a layer archive; its digest, decompressed.
pub(super) fn read_layer(archive: &Bytes) -> Outcome<(Layer, String)> {
    let archive = decompressed(archive, LARGEST_ARCHIVE)?;
    if archive.len() < 512 {
        return Err(Fault::internal("unexpected EOF"));
    }
    let layer = Layer::from_tar(&archive[..]).map_err(|error| match error.kind() {
        ErrorKind::StorageFull => Fault::internal(NO_SPACE),
        _ => Fault::internal("archive/tar: invalid tar header"),
    })?;
    Ok((layer, digest(&archive)))
}

impl Daemon {
    /// Makes an image of one layer; its identifier.
    pub fn import_image(
        &self,
        archive: &Bytes,
        repository: &str,
        tag: &str,
        message: &str,
        changes: &[String],
    ) -> Outcome<String> {
        let mut config = Map::new();
        apply_changes(&mut config, changes)?;
        let name = wanted_name(repository, tag)?;
        let (files, diff_id) = read_layer(archive)?;
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
                diff_id,
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
    pub fn save_images(&self, keys: &[String]) -> Outcome<Outgoing> {
        let state = self.state();
        let mut files: Vec<(String, Saved)> = Vec::new();
        let mut manifest: Vec<Value> = Vec::new();
        let mut repositories: Map<String, Value> = Map::new();
        let mut written = BTreeSet::new();
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
                    files.push((path, Saved::Layer(layer.files.clone())));
                }
            }
            let config = blob(&image.id);
            if written.insert(config.clone()) {
                files.push((config.clone(), Saved::Text(image.document().to_string())));
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
        for (name, value) in [
            ("manifest.json", json!(manifest)),
            ("repositories", json!(repositories)),
        ] {
            files.push((name.to_owned(), Saved::Text(value.to_string())));
        }
        Ok(Outgoing::new(move |to| {
            let mut archive = tar::Builder::new(to);
            for (path, file) in files {
                append(&mut archive, &path, &file)?;
            }
            archive.finish()
        }))
    }

    /// `docker load`: what is told of each image.
    pub fn load_images(&self, archive: &Bytes) -> Outcome<Vec<String>> {
        let broken = || Fault::internal("unexpected EOF");
        let archive = decompressed(archive, LARGEST_ARCHIVE)?;
        let mut files = std::collections::BTreeMap::new();
        let mut links = std::collections::BTreeMap::new();
        let mut reader = tar::Archive::new(&archive[..]);
        for entry in reader.entries().map_err(|_| broken())? {
            let entry = entry.map_err(|_| broken())?;
            let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            if let Some(target) = entry.link_name_bytes() {
                // The same layer twice is a link to the first one.
                let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
                let target = String::from_utf8_lossy(&target).into_owned();
                let whole = super::create_mounts::clean(&format!("{folder}/{target}"));
                links.insert(name, whole.trim_start_matches('/').to_owned());
                continue;
            }
            // As it lies there: a sparse file would be longer than what it is read from.
            let place = |at: u64| usize::try_from(at).map_err(|_| broken());
            let start = place(entry.raw_file_position())?;
            let end = place(entry.raw_file_position().saturating_add(entry.size()))?;
            if end > archive.len() || entry.header().entry_type().is_gnu_sparse() {
                return Err(broken());
            }
            files.insert(name, archive.slice(start..end));
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
                let (files, _) = read_layer(file(path)?)?;
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

/// A file of the archive that `docker save` makes.
enum Saved {
    Text(String),
    Layer(Layer),
}

fn append(
    archive: &mut tar::Builder<&mut dyn Write>,
    path: &str,
    file: &Saved,
) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_mode(0o644);
    match file {
        Saved::Text(text) => {
            header.set_size(text.len() as u64);
            archive.append_data(&mut header, path, text.as_bytes())
        }
        Saved::Layer(layer) => {
            // Twice rather than kept: it may be longer than the memory.
            let mut count = Count(0);
            layer.write_tar(&mut count)?;
            header.set_path(path)?;
            header.set_size(count.0);
            header.set_cksum();
            archive.get_mut().write_all(header.as_bytes())?;
            layer.write_tar(archive.get_mut())
        }
    }
}

/// Counts what is written to it, and keeps nothing. Archives are made of whole blocks.
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
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
