//! What the daemon knows of an image.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::ids::{digest, hex};
use crate::fs::Layer;

/// A layer of an image, with its place in the stack.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImageLayer {
    /// Digest of the layer's archive.
    pub diff_id: String,
    /// Its files.
    #[serde(skip)]
    pub files: Layer,
    /// Sum of their sizes, bytes.
    pub size: u64,
}

/// A line of `docker history`, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// When, RFC 3339.
    pub created: String,
    /// Instruction.
    pub created_by: String,
    /// Whoever.
    pub author: String,
    /// `buildkit.dockerfile.v0`, `Imported from -`…
    pub comment: String,
    /// Whether it made no layer.
    pub empty_layer: bool,
}

/// An image.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Image {
    /// Digest of its configuration.
    pub id: String,
    /// The image it was committed or built from.
    pub parent: String,
    /// When it was made.
    pub created: SystemTime,
    /// The same, as its configuration writes it.
    pub created_text: String,
    /// `docker commit -m`.
    pub comment: String,
    /// `docker commit -a`.
    pub author: String,
    /// `amd64`, `arm64`.
    pub architecture: String,
    /// Version of the engine that made it; empty for BuildKit's.
    pub docker_version: String,
    /// Container that was committed.
    pub container: String,
    /// `Config`.
    pub config: Map<String, Value>,
    /// That of the container that was committed; what a build looks for in its cache.
    pub container_config: Map<String, Value>,
    /// Whether it was built or committed here: nothing else is taken from the cache.
    pub built_here: bool,
    /// How it was made.
    pub history: Vec<History>,
    /// Its layers, lowest first.
    pub layers: Vec<ImageLayer>,
}

impl Image {
    /// What `FROM scratch` begins with.
    pub fn blank() -> Self {
        Self {
            id: String::new(),
            parent: String::new(),
            created: SystemTime::UNIX_EPOCH,
            created_text: String::new(),
            comment: String::new(),
            author: String::new(),
            architecture: String::new(),
            docker_version: String::new(),
            container: String::new(),
            config: Map::new(),
            container_config: Map::new(),
            built_here: false,
            history: Vec::new(),
            layers: Vec::new(),
        }
    }

    /// The image's own document (OCI image-spec `config.md`), which its identifier is the digest of.
    pub fn document(&self) -> Value {
        let history: Vec<Value> = self
            .history
            .iter()
            .map(|line| {
                let mut entry = Map::new();
                entry.insert("created".into(), json!(line.created));
                for (name, text) in [
                    ("author", &line.author),
                    ("created_by", &line.created_by),
                    ("comment", &line.comment),
                ] {
                    if !text.is_empty() {
                        entry.insert(name.into(), json!(text));
                    }
                }
                if line.empty_layer {
                    entry.insert("empty_layer".into(), json!(true));
                }
                Value::Object(entry)
            })
            .collect();
        let mut document = Map::new();
        document.insert("architecture".into(), json!(self.architecture));
        for (name, text) in [
            ("author", &self.author),
            ("comment", &self.comment),
            ("container", &self.container),
            ("docker_version", &self.docker_version),
        ] {
            if !text.is_empty() {
                document.insert(name.into(), json!(text));
            }
        }
        document.insert("config".into(), Value::Object(self.config.clone()));
        if !self.container_config.is_empty() {
            let config = Value::Object(self.container_config.clone());
            document.insert("container_config".into(), config);
        }
        document.insert("created".into(), json!(self.created_text));
        document.insert("history".into(), Value::Array(history));
        document.insert("os".into(), json!("linux"));
        let diffs: Vec<&String> = self.layers.iter().map(|layer| &layer.diff_id).collect();
        document.insert(
            "rootfs".into(),
            json!({"type": "layers", "diff_ids": diffs}),
        );
        Value::Object(document)
    }

    /// Gives it the identifier that its content has.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.id = digest(self.document().to_string().as_bytes());
        self
    }

    /// Bytes of its layers.
    pub fn size(&self) -> u64 {
        self.layers.iter().map(|layer| layer.size).sum()
    }

    /// Identifier of the stack up to and including each layer (OCI « chain ID »).
    pub fn chain_ids(&self) -> Vec<String> {
        let mut chain: Vec<String> = Vec::new();
        for layer in &self.layers {
            let id = match chain.last() {
                Some(below) => digest(format!("{below} {}", layer.diff_id).as_bytes()),
                None => layer.diff_id.clone(),
            };
            chain.push(id);
        }
        chain
    }

    /// Folders of its layers under `/var/lib/docker/overlay2`, lowest first.
    pub fn cache_ids(&self) -> Vec<String> {
        use sha2::{Digest, Sha256};
        self.chain_ids()
            .iter()
            .map(|chain| hex(&Sha256::digest(format!("overlay2 {chain}"))))
            .collect()
    }
}
