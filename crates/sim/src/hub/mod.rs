//! The simulated registry: a catalogue of images, read from `assets/hub`.
//!
//! An image is a YAML file of `images/`; its layers are lists of files of `couches/`. How to add
//! one is told in `assets/hub/README.md`.

mod catalogue;
mod files;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::fs::Layer;

pub use catalogue::CatalogueError;

/// A layer of a published image.
#[derive(Debug, Clone)]
pub struct PublishedLayer {
    /// Digest of what is downloaded.
    pub digest: String,
    /// Digest of what it unpacks to.
    pub diff_id: String,
    /// Bytes to download.
    pub compressed: u64,
    /// Bytes on disk.
    pub size: u64,
    /// Its files.
    pub files: Layer,
}

impl PublishedLayer {
    /// The first twelve digits of its digest, as progress bars show it.
    pub fn short(&self) -> &str {
        self.digest.get(7..19).unwrap_or(&self.digest)
    }
}

/// A step of an image's making, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedHistory {
    /// When, RFC 3339.
    pub created: String,
    /// Instruction.
    pub created_by: String,
    /// `buildkit.dockerfile.v0`.
    pub comment: String,
    /// Whether it made no layer.
    pub empty_layer: bool,
}

/// An image of the registry.
#[derive(Debug, Clone)]
pub struct Published {
    /// `library/nginx`.
    pub repository: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Digest of its manifest.
    pub digest: String,
    /// When it was made, RFC 3339.
    pub created: String,
    /// `Config`.
    pub config: Map<String, Value>,
    /// Its making.
    pub history: Vec<PublishedHistory>,
    /// Its layers, lowest first.
    pub layers: Vec<PublishedLayer>,
}

/// What the search page says of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repository {
    /// How many like it.
    pub stars: u32,
    /// One line.
    pub description: String,
}

/// A registry. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hub {
    catalogue: Arc<Vec<Arc<Published>>>,
    repositories: Arc<BTreeMap<String, Repository>>,
}

/// What a cell holds, made at the first call. Two threads may both make it: what they make is equal.
fn once<T: Clone>(
    cell: &OnceLock<T>,
    make: impl FnOnce() -> Result<T, CatalogueError>,
) -> Result<T, CatalogueError> {
    if let Some(made) = cell.get() {
        return Ok(made.clone());
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made).clone())
}

impl Hub {
    /// The catalogue that the program carries: read once, shared by all the machines of a process.
    pub fn embedded() -> Result<Self, CatalogueError> {
        static EMBEDDED: OnceLock<Hub> = OnceLock::new();
        once(&EMBEDDED, || {
            let images = catalogue::read()?;
            Ok(Self {
                catalogue: Arc::new(images.into_iter().map(Arc::new).collect()),
                repositories: Arc::new(catalogue::repositories()?),
            })
        })
    }

    /// The files of the simulated machine itself, kept beside those of the images.
    pub fn machine_layer() -> Result<Layer, CatalogueError> {
        static MACHINE: OnceLock<Layer> = OnceLock::new();
        once(&MACHINE, || catalogue::layer("couches/machine.txt"))
    }

    /// The files of a published layer, by the digest of what it unpacks to.
    pub fn layer(&self, diff_id: &str) -> Option<&Layer> {
        let mut layers = self.catalogue.iter().flat_map(|image| &image.layers);
        layers
            .find(|layer| layer.diff_id == diff_id)
            .map(|layer| &layer.files)
    }

    /// Every image.
    pub fn images(&self) -> impl Iterator<Item = &Arc<Published>> {
        self.catalogue.iter()
    }

    /// The repositories whose name or description has these words, the best liked first.
    pub fn search(&self, term: &str) -> Vec<(&str, &Repository)> {
        let term = term.to_lowercase();
        let term = term.strip_prefix("docker.io/").unwrap_or(&term);
        let matches = |name: &str, about: &Repository| {
            name.contains(term) || about.description.to_lowercase().contains(term)
        };
        let mut found: Vec<(&str, &Repository)> = self
            .repositories
            .iter()
            .filter(|(name, about)| matches(name, about))
            .map(|(name, about)| (name.as_str(), about))
            .collect();
        // The name that was asked for comes first.
        found.sort_by_key(|(name, about)| {
            let exact = name.trim_start_matches("library/") == term;
            (!exact, std::cmp::Reverse(about.stars))
        });
        found
    }

    /// Tags of a repository; none when it does not exist.
    pub fn tags(&self, repository: &str) -> Vec<String> {
        let images = self
            .catalogue
            .iter()
            .filter(|it| it.repository == repository);
        images.flat_map(|it| it.tags.iter().cloned()).collect()
    }

    /// An image by tag.
    pub fn find(&self, repository: &str, tag: &str) -> Option<Arc<Published>> {
        let mut images = self
            .catalogue
            .iter()
            .filter(|it| it.repository == repository);
        images
            .find(|it| it.tags.iter().any(|known| known == tag))
            .cloned()
    }

    /// An image by the digest of its manifest.
    pub fn by_digest(&self, repository: &str, digest: &str) -> Option<Arc<Published>> {
        let mut images = self
            .catalogue
            .iter()
            .filter(|it| it.repository == repository);
        images.find(|it| it.digest == digest).cloned()
    }
}
