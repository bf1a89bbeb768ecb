//! A snapshot as a file: a tar archive that a teacher can hand out.
//!
//! - `moussaillon.json`: the objects ([`Document`]), identifiers and times included;
//! - `hote.tar`: what was written on the host, volumes among it, as a layer (OCI image-spec
//!   `layer.md`) on the machine's own files;
//! - `couches/DIGEST.tar`: the layers that the simulated registry does not publish;
//! - `conteneurs/ID.tar`: a container's writable layer; `conteneurs/ID.dessous.tar` what is under
//!   it, when its image is gone;
//! - `journaux/ID.json`: a container's log, a line each, as the json-file driver writes them.

use std::collections::{BTreeMap, HashMap};
use std::io::{Read, Write};
use std::sync::Arc;

use imbl::Vector;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::snapshot::Snapshot;
use crate::daemon::container::Container;
use crate::daemon::ids::IdSource;
use crate::daemon::image::Image;
use crate::daemon::network::Network;
use crate::daemon::streams::{LogEntry, Source};
use crate::daemon::swarm::Swarm;
use crate::daemon::time::{parse, rfc3339_nanos};
use crate::daemon::volume::Volume;
use crate::daemon::{Saved, State, init_layer};
use crate::fs::{Layer, Overlay};
use crate::hub::{CatalogueError, Hub};

/// Version of the format that is written, and the only one that is read.
const FORMAT: u32 = 1;
/// The objects.
const DOCUMENT: &str = "moussaillon.json";
/// The host's files.
const HOST: &str = "hote.tar";
/// Bytes that an archive may hold at most: a machine's memory is finite.
const MOST: u64 = 1 << 30;

/// Why an archive cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The file cannot be read or written, or is no tar archive.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Its list of objects is not one.
    #[error("« {DOCUMENT} » est illisible : {0}")]
    Document(#[from] serde_json::Error),
    /// Something that it speaks of is not in it.
    #[error("il manque « {0} » dans l’archive")]
    Missing(String),
    /// Written by a newer version.
    #[error("format {0} inconnu : cette version lit le format {FORMAT}")]
    Format(u32),
    /// Too large.
    #[error("l’archive dépasse {} Mio", MOST >> 20)]
    TooLarge,
    /// The catalogue of images is not readable.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
}

/// The objects, as `moussaillon.json` holds them.
#[derive(Debug, Serialize, Deserialize)]
struct Document {
    format: u32,
    ids: IdSource,
    rank: u64,
    containers: Vec<Arc<Container>>,
    images: Vec<Image>,
    tags: BTreeMap<String, String>,
    digests: BTreeMap<String, String>,
    volumes: Vec<Arc<Volume>>,
    networks: Vec<Arc<Network>>,
    #[serde(default)]
    swarm: Option<Swarm>,
}

fn layer_path(diff_id: &str) -> String {
    let digits = diff_id.strip_prefix("sha256:").unwrap_or(diff_id);
    format!("couches/{digits}.tar")
}

fn container_path(id: &str) -> String {
    format!("conteneurs/{id}.tar")
}

fn below_path(id: &str) -> String {
    format!("conteneurs/{id}.dessous.tar")
}

fn log_path(id: &str) -> String {
    format!("journaux/{id}.json")
}

impl Snapshot {
    /// Writes it as an archive.
    pub fn write(&self, archive: impl Write) -> Result<(), ArchiveError> {
        let hub = Hub::embedded()?;
        let Saved {
            state,
            roots,
            logs,
            ids,
        } = &self.daemon;
        let map = |from: &imbl::OrdMap<String, String>| {
            let pairs = from.iter().map(|(key, value)| (key.clone(), value.clone()));
            pairs.collect::<BTreeMap<_, _>>()
        };
        let document = Document {
            format: FORMAT,
            ids: ids.clone(),
            rank: state.rank,
            containers: state.containers.values().cloned().collect(),
            images: state.images.values().map(|it| (**it).clone()).collect(),
            tags: map(&state.tags),
            digests: map(&state.digests),
            volumes: state.volumes.values().cloned().collect(),
            networks: state.networks.values().cloned().collect(),
            swarm: state.swarm.clone(),
        };
        let mut builder = tar::Builder::new(archive);
        put(
            &mut builder,
            DOCUMENT,
            &serde_json::to_vec_pretty(&document)?,
        )?;
        put_layer(&mut builder, HOST, &self.host.to_layer())?;
        let mut layers: BTreeMap<&str, &Layer> = BTreeMap::new();
        for layer in document.images.iter().flat_map(|it| &it.layers) {
            if hub.layer(&layer.diff_id).is_none() {
                layers.insert(&layer.diff_id, &layer.files);
            }
        }
        for (diff_id, files) in layers {
            put_layer(&mut builder, &layer_path(diff_id), files)?;
        }
        for (id, root) in roots {
            put_layer(&mut builder, &container_path(id), &root.to_layer())?;
            let image = state.containers.get(id).map(|it| it.image.as_str());
            if image.is_none_or(|it| !state.images.contains_key(it)) {
                put_layer(&mut builder, &below_path(id), &root.lower_layer())?;
            }
        }
        for (id, entries) in logs {
            put(&mut builder, &log_path(id), &log_text(entries))?;
        }
        builder.into_inner()?.flush()?;
        Ok(())
    }

    /// Reads an archive. What is in it touches nothing but the snapshot, whatever its names.
    pub fn read(archive: impl Read) -> Result<Self, ArchiveError> {
        let hub = Hub::embedded()?;
        let files = files(archive)?;
        let get = |name: &str| {
            let bytes = files.get(name).map(Vec::as_slice);
            bytes.ok_or_else(|| ArchiveError::Missing(name.to_owned()))
        };
        let layer = |name: &str| Ok::<_, ArchiveError>(Layer::from_tar(get(name)?)?);
        let version: Value = serde_json::from_slice(get(DOCUMENT)?)?;
        let format = version["format"].as_u64().unwrap_or(0);
        if format != u64::from(FORMAT) {
            return Err(ArchiveError::Format(u32::try_from(format).unwrap_or(0)));
        }
        let document: Document = serde_json::from_value(version)?;
        let mut state = State {
            rank: document.rank,
            tags: document.tags.into_iter().collect(),
            digests: document.digests.into_iter().collect(),
            volumes: named(document.volumes, |it| &it.name),
            networks: named(document.networks, |it| &it.id),
            containers: named(document.containers, |it| &it.id),
            swarm: document.swarm,
            ..State::default()
        };
        for mut image in document.images {
            for it in &mut image.layers {
                it.files = match hub.layer(&it.diff_id) {
                    Some(files) => files.clone(),
                    None => layer(&layer_path(&it.diff_id))?,
                };
            }
            state.images.insert(image.id.clone(), Arc::new(image));
        }
        let (mut roots, mut logs) = (BTreeMap::new(), BTreeMap::new());
        for (id, container) in &state.containers {
            let lowers: Vec<Layer> = match state.images.get(&container.image) {
                Some(image) => {
                    let files = image.layers.iter().map(|it| it.files.clone());
                    files.chain([init_layer(container.created)]).collect()
                }
                None => vec![layer(&below_path(id))?],
            };
            let upper = layer(&container_path(id))?;
            roots.insert(id.clone(), Overlay::put_back(&lowers, &upper));
            if let Some(text) = files.get(&log_path(id)) {
                logs.insert(id.clone(), log_entries(text));
            }
        }
        Ok(Self {
            host: Overlay::put_back(&[Hub::machine_layer()?], &layer(HOST)?),
            daemon: Saved {
                state,
                roots,
                logs,
                ids: document.ids,
            },
        })
    }
}

fn named<T>(list: Vec<Arc<T>>, key: impl Fn(&T) -> &String) -> imbl::OrdMap<String, Arc<T>> {
    list.into_iter().map(|it| (key(&it).clone(), it)).collect()
}

fn put(builder: &mut tar::Builder<impl Write>, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, name, bytes)
}

fn put_layer(
    builder: &mut tar::Builder<impl Write>,
    name: &str,
    layer: &Layer,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    layer.write_tar(&mut bytes)?;
    put(builder, name, &bytes)
}

/// The files of an archive, by name.
fn files(archive: impl Read) -> Result<HashMap<String, Vec<u8>>, ArchiveError> {
    let mut files = HashMap::new();
    let mut left = MOST;
    for entry in tar::Archive::new(archive).entries()? {
        let mut entry = entry?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let mut bytes = Vec::new();
        // The header may lie about the size: what is read counts.
        let read = (&mut entry).take(left + 1).read_to_end(&mut bytes)? as u64;
        left = left.checked_sub(read).ok_or(ArchiveError::TooLarge)?;
        files.insert(name, bytes);
    }
    Ok(files)
}

fn log_text(entries: &Vector<LogEntry>) -> Vec<u8> {
    let mut text = Vec::new();
    for entry in entries {
        let stream = match entry.source {
            Source::Stdout => "stdout",
            Source::Stderr => "stderr",
        };
        let line = json!({
            "log": String::from_utf8_lossy(&entry.line),
            "stream": stream,
            "time": rfc3339_nanos(entry.time),
        });
        text.extend_from_slice(line.to_string().as_bytes());
        text.push(b'\n');
    }
    text
}

/// Lines that are none are left out, as dockerd does.
fn log_entries(text: &[u8]) -> Vector<LogEntry> {
    let entry = |line: &[u8]| {
        let line: Value = serde_json::from_slice(line).ok()?;
        Some(LogEntry {
            time: parse(line["time"].as_str()?)?,
            source: if line["stream"] == "stderr" {
                Source::Stderr
            } else {
                Source::Stdout
            },
            line: line["log"].as_str()?.to_owned().into(),
        })
    };
    text.split(|byte| *byte == b'\n')
        .filter_map(entry)
        .collect()
}
