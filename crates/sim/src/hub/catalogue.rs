//! Reading the catalogue.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::files::{Listed, read_list};
use super::{Published, PublishedHistory, PublishedLayer, Repository};
use crate::fs::Layer;

static ASSETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/hub");

/// What is wrong with the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// A file that another one names is not there.
    #[error("catalogue d’images : le fichier « {0} » manque")]
    Missing(String),
    /// An image's file cannot be read.
    #[error("catalogue d’images : « {file} » : {why}")]
    Image {
        /// Which.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// A line of a list of files cannot be read.
    #[error("catalogue d’images : « {file} », ligne {line} : {why}")]
    Line {
        /// Which list.
        file: String,
        /// From 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ImageFile {
    repository: String,
    tags: Vec<String>,
    created: String,
    #[serde(default)]
    config: Map<String, Value>,
    history: Vec<Step>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    by: String,
    #[serde(default)]
    created: Option<String>,
    #[serde(default)]
    comment: Option<String>,
    #[serde(default)]
    files: Option<String>,
    #[serde(default)]
    compressed: Option<u64>,
}

/// A file of the catalogue.
pub(super) fn asset(path: &str) -> Result<&'static [u8], CatalogueError> {
    let file = ASSETS
        .get_file(path)
        .ok_or_else(|| CatalogueError::Missing(path.to_owned()))?;
    Ok(file.contents())
}

fn text(path: &str) -> Result<&'static str, CatalogueError> {
    std::str::from_utf8(asset(path)?).map_err(|error| CatalogueError::Image {
        file: path.to_owned(),
        why: error.to_string(),
    })
}

fn list(path: &str) -> Result<Listed, CatalogueError> {
    read_list(path, text(path)?)
}

/// The files of one list.
pub(super) fn layer(path: &str) -> Result<Layer, CatalogueError> {
    list(path).map(|it| it.layer)
}

/// Every image.
pub(super) fn read() -> Result<Vec<Published>, CatalogueError> {
    let mut lists: BTreeMap<String, Listed> = BTreeMap::new();
    let mut images = Vec::new();
    let folder = ASSETS
        .get_dir("images")
        .into_iter()
        .flat_map(include_dir::Dir::files);
    for file in folder {
        let path = file.path().to_string_lossy().replace('\\', "/");
        let bad = |why: String| CatalogueError::Image {
            file: path.clone(),
            why,
        };
        let image: ImageFile =
            serde_saphyr::from_str(text(&path)?).map_err(|error| bad(error.to_string()))?;
        images.push(publish(image, &mut lists)?);
    }
    Ok(images)
}

/// What is said of each repository, by its name.
pub(super) fn repositories() -> Result<BTreeMap<String, Repository>, CatalogueError> {
    let file = "depots.yml";
    serde_saphyr::from_str(text(file)?).map_err(|error| CatalogueError::Image {
        file: file.to_owned(),
        why: error.to_string(),
    })
}

fn publish(
    image: ImageFile,
    lists: &mut BTreeMap<String, Listed>,
) -> Result<Published, CatalogueError> {
    let mut layers = Vec::new();
    let mut history = Vec::new();
    for step in &image.history {
        history.push(PublishedHistory {
            created: step
                .created
                .clone()
                .unwrap_or_else(|| image.created.clone()),
            created_by: step.by.clone(),
            comment: step.comment.clone().unwrap_or_default(),
            empty_layer: step.files.is_none(),
        });
        let Some(name) = &step.files else { continue };
        let path = format!("couches/{name}");
        if !lists.contains_key(&path) {
            lists.insert(path.clone(), list(&path)?);
        }
        let Some(listed) = lists.get(&path) else {
            continue;
        };
        let compressed = step
            .compressed
            .unwrap_or_else(|| listed.layer.size() * 2 / 5);
        layers.push(PublishedLayer {
            digest: sha256(format!("gzip {compressed} {}", listed.digest).as_bytes()),
            diff_id: listed.digest.clone(),
            compressed,
            size: listed.layer.size(),
            files: listed.layer.clone(),
        });
    }
    let mut digests = String::new();
    for layer in &layers {
        let _ = writeln!(digests, "{} {}", layer.digest, layer.compressed);
    }
    let manifest = json!({"config": image.config, "created": image.created, "layers": digests});
    Ok(Published {
        digest: sha256(manifest.to_string().as_bytes()),
        repository: image.repository,
        tags: image.tags,
        created: image.created,
        config: image.config,
        history,
        layers,
    })
}

/// `sha256:…` of these bytes.
pub(super) fn sha256(bytes: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
