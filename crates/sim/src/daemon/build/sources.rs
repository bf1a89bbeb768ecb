//! What a `COPY` or an `ADD` copies: each source found, with the checksum that the cache knows it
//! by.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;

use super::super::Daemon;
use super::super::ids::Hashing;
use super::context::Context;
use super::download::is_url;
use super::output::Output;
use super::{Built, Failure};
use crate::fs::{FileKind, Metadata, Overlay};
use domain::paths::path_match;

/// A file or a folder to copy.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) context: Arc<Context>,
    /// Where it is in its context, as it was asked for.
    pub(super) path: String,
    /// What the cache compares.
    pub(super) sum: String,
    /// Whether an archive stays one.
    pub(super) downloaded: bool,
}

/// Finds the sources of one instruction.
pub(super) struct Finder<'a> {
    pub(super) daemon: &'a Daemon,
    pub(super) output: &'a Output,
    /// `COPY` or `ADD`.
    pub(super) command: &'static str,
    pub(super) context: Option<Arc<Context>>,
}

fn has_wildcards(path: &str) -> bool {
    let mut letters = path.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '*' | '?' | '[' => return true,
            _ => {}
        }
    }
    false
}

/// `dir:…`: the digest of several checksums.
pub(super) fn sum_of(prefix: &str, sums: &[String]) -> String {
    use std::io::Write as _;
    let mut hashing = Hashing::default();
    let _ = hashing.write_all(sums.join(",").as_bytes());
    format!("{prefix}:{}", hashing.digits())
}

impl Finder<'_> {
    /// All of them, in order.
    pub(super) async fn find(&self, sources: &[String], destination: &str) -> Built<Vec<Source>> {
        let mut found = Vec::new();
        for source in sources {
            if is_url(source) {
                found.push(self.fetch(source, destination).await?);
            } else {
                found.extend(self.local(source)?);
            }
        }
        if found.is_empty() {
            return Err(Failure::new("no source files were specified"));
        }
        Ok(found)
    }

    fn local(&self, source: &str) -> Built<Vec<Source>> {
        let context = self
            .context
            .as_ref()
            .ok_or_else(|| Failure::new("missing build context"))?;
        let path = source.strip_prefix('/').unwrap_or(source);
        let path = path.strip_prefix("./").unwrap_or(path);
        if !has_wildcards(path) {
            return Ok(vec![one(context, path)?]);
        }
        context
            .walk("")
            .iter()
            .filter(|it| path_match(path, it).unwrap_or(false))
            .map(|it| one(context, it))
            .collect()
    }

    async fn fetch(&self, url: &str, destination: &str) -> Built<Source> {
        if self.command == "COPY" {
            return Err(Failure::new("source can't be a URL for COPY"));
        }
        let download = self.daemon.fetch_url(url).await?;
        if download.name.is_empty() && destination.ends_with('/') {
            return Err(Failure::new(format!(
                "cannot determine filename for source {url}"
            )));
        }
        let size = download.content.len();
        let bar = super::super::pull::bar("", "Downloading", size as u64, size as u64);
        let message = json!({
            "status": bar["status"],
            "progressDetail": bar["progressDetail"],
            "progress": bar["progress"],
        });
        self.output.tell(message).await?;
        self.output.say("\n").await?;
        let name = if download.name.is_empty() {
            "__unnamed__".to_owned()
        } else {
            download.name
        };
        let metadata = Metadata::new(FileKind::File, 0o600, 0, 0, download.modified);
        let context = single(&name, metadata, download.content)?;
        Ok(Source {
            sum: context.sum(&name)?,
            context: Arc::new(context),
            path: name,
            downloaded: true,
        })
    }
}

/// A context of one file.
fn single(name: &str, metadata: Metadata, content: Bytes) -> Built<Context> {
    let mut tree = Overlay::default();
    tree.create(&format!("/{name}"), metadata, content)
        .map_err(|errno| Failure::new(errno.message.to_lowercase()))?;
    Ok(Context::from_image(tree))
}

fn one(context: &Arc<Context>, path: &str) -> Built<Source> {
    let real = context.locate(path)?;
    let Ok(metadata) = context.tree.stat(&real) else {
        let missing = format!("stat {path}: file does not exist");
        return Err(Failure::new(if context.is_image() {
            missing
        } else {
            format!("file not found in build context or excluded by .dockerignore: {missing}")
        }));
    };
    let sum = if metadata.is_dir() {
        let mut sums = Vec::new();
        for inside in context.walk(&real) {
            // One that cannot be read does not count.
            sums.extend(context.sum(&inside));
        }
        sums.sort();
        sum_of("dir", &sums)
    } else {
        format!("file:{}", context.sum(path)?)
    };
    Ok(Source {
        context: Arc::clone(context),
        path: path.to_owned(),
        sum,
        downloaded: false,
    })
}
