//! The archive that `docker save` writes, read as it comes.
//!
//! Two forms of it: the classic one, where `manifest.json` names `<id>/layer.tar` (until Docker 24),
//! and the OCI image layout, where layers are `blobs/sha256/…`, compressed or not (since Docker 25;
//! <https://github.com/opencontainers/image-spec/blob/main/image-layout.md>). The file that says
//! which is a layer comes last: whatever looks like one is read on the way. Of a layer, only the
//! list of its files is kept. Files that it deletes from the layers below are named `.wh.…`
//! (<https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts>).

use std::collections::BTreeMap;
use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use serde_json::Value;
use tar::EntryType;

/// Files of a layer that are kept.
const MOST_ENTRIES: usize = 50_000;
/// The longest path, in bytes, as on Linux (`PATH_MAX`).
const LONGEST_PATH: usize = 4096;
/// The longest document of an archive (a configuration, a manifest), in bytes.
const LONGEST_DOCUMENT: u64 = 8 * 1024 * 1024;
/// A header of a tar file.
const BLOCK: usize = 512;
/// Links followed before they are taken for a loop.
const MOST_LINKS: usize = 8;

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileKind {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, and where it leads.
    Symlink(String),
    /// Another name of a file of the same layer.
    Hardlink(String),
    /// A device, a named pipe.
    Special,
}

/// What a layer does with a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Action {
    /// It puts it there.
    Put(FileKind),
    /// It deletes what the layers below have there.
    Delete,
    /// It hides all that the layers below have in this directory.
    Hide,
}

/// A line of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Without `/` at its ends.
    pub(super) path: String,
    pub(super) action: Action,
    pub(super) size: u64,
}

/// What a layer holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Raw {
    pub(super) entries: Vec<Entry>,
    /// Files that were too many to be kept, and their bytes.
    pub(super) over: u64,
    /// Why it was not read whole, in French.
    pub(super) problem: Option<String>,
}

/// What an archive holds, by path.
#[derive(Default)]
struct Archive {
    layers: BTreeMap<String, Raw>,
    links: BTreeMap<String, String>,
    documents: BTreeMap<String, Value>,
}

/// The layers of the image that was saved, lowest first.
pub(super) fn read(source: impl Read) -> io::Result<Vec<Raw>> {
    let mut found = Archive::default();
    for entry in tar::Archive::new(source).entries()? {
        let mut entry = entry?;
        let Some(path) = clean(&entry.path_bytes()) else {
            continue;
        };
        if entry.header().entry_type() == EntryType::Symlink {
            let link = entry.link_name_bytes().unwrap_or_default();
            if let Some(link) = beside(&path, &String::from_utf8_lossy(&link)) {
                found.links.insert(path, link);
            }
        } else if entry.header().entry_type().is_file() {
            let mut head = Vec::with_capacity(BLOCK);
            entry.by_ref().take(BLOCK as u64).read_to_end(&mut head)?;
            found.keep(path, &head, &mut entry)?;
        }
    }
    let names = found.names().ok_or_else(|| {
        let words = "ni manifest.json ni index.json ne dit quelles sont les couches";
        io::Error::new(io::ErrorKind::InvalidData, words)
    })?;
    Ok(names.iter().map(|name| found.layer(name)).collect())
}

impl Archive {
    /// Keeps what a file of the archive is worth; `head` is what was read of it.
    fn keep(&mut self, path: String, head: &[u8], rest: &mut impl Read) -> io::Result<()> {
        let whole = head.chain(rest);
        if head.starts_with(&[0x1f, 0x8b]) {
            self.layers.insert(path, layer(MultiGzDecoder::new(whole)));
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            let problem = Some("elle est compressée en zstd".to_owned());
            let raw = Raw {
                problem,
                ..Raw::default()
            };
            self.layers.insert(path, raw);
        } else if is_tar(head) {
            self.layers.insert(path, layer(whole));
        } else if matches!(head.first(), Some(b'{' | b'[')) {
            let mut text = Vec::new();
            whole.take(LONGEST_DOCUMENT).read_to_end(&mut text)?;
            if let Ok(document) = serde_json::from_slice(&text) {
                self.documents.insert(path, document);
            }
        }
        Ok(())
    }

    /// The paths of the layers, lowest first.
    fn names(&self) -> Option<Vec<String>> {
        let text = |it: &Value| it.as_str().map(str::to_owned);
        if let Some(manifest) = self.documents.get("manifest.json") {
            let layers = manifest.get(0)?.get("Layers")?;
            return match layers {
                Value::Null => Some(Vec::new()),
                layers => layers.as_array()?.iter().map(text).collect(),
            };
        }
        let mut document = self.documents.get("index.json")?;
        for _ in 0..MOST_LINKS {
            if let Some(layers) = document.get("layers").and_then(Value::as_array) {
                return layers.iter().map(blob).collect();
            }
            // An index may list another one, and manifests of other machines that are not here.
            let manifests = document.get("manifests")?.as_array()?;
            let here = |it: &Value| blob(it).and_then(|path| self.documents.get(&path));
            document = manifests.iter().find_map(here)?;
        }
        None
    }

    fn layer(&self, name: &str) -> Raw {
        let mut path = name;
        for _ in 0..MOST_LINKS {
            if let Some(layer) = self.layers.get(path) {
                return layer.clone();
            }
            let Some(link) = self.links.get(path) else {
                break;
            };
            path = link;
        }
        Raw {
            problem: Some("elle manque dans l’archive".to_owned()),
            ..Raw::default()
        }
    }
}

/// Where the OCI layout keeps what a descriptor names.
fn blob(descriptor: &Value) -> Option<String> {
    let digest = descriptor.get("digest")?.as_str()?;
    Some(format!("blobs/{}", digest.replacen(':', "/", 1)))
}

/// Whether these bytes begin a tar file: a header whose sum is right, or the zeros of an empty one.
fn is_tar(head: &[u8]) -> bool {
    if head.len() < BLOCK {
        return false;
    }
    let header = tar::Header::from_byte_slice(head);
    let sum: u32 = head
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            u32::from(if (148..156).contains(&at) {
                b' '
            } else {
                *byte
            })
        })
        .sum();
    head.iter().all(|byte| *byte == 0) || header.cksum().is_ok_and(|it| it == sum)
}

/// Lists a layer. What is wrong in one does not prevent the others from being shown.
fn layer(source: impl Read) -> Raw {
    let mut raw = Raw::default();
    if let Err(error) = list(source, &mut raw) {
        raw.problem = Some(format!("elle est illisible à partir de là ({error})"));
    }
    raw
}

fn list(source: impl Read, raw: &mut Raw) -> io::Result<()> {
    for entry in tar::Archive::new(source).entries()? {
        let entry = entry?;
        let Some(path) = clean(&entry.path_bytes()) else {
            continue;
        };
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            continue;
        }
        let target = || {
            let link = entry.link_name_bytes().unwrap_or_default();
            String::from_utf8_lossy(&link).into_owned()
        };
        let put = match kind {
            EntryType::Directory => FileKind::Directory,
            EntryType::Symlink => FileKind::Symlink(target()),
            EntryType::Link => FileKind::Hardlink(target()),
            kind if kind.is_file() || kind == EntryType::Continuous || kind.is_gnu_sparse() => {
                FileKind::File
            }
            _ => FileKind::Special,
        };
        let size = if put == FileKind::File {
            entry.size()
        } else {
            0
        };
        let Some((path, action)) = action(path, put) else {
            continue;
        };
        if raw.entries.len() < MOST_ENTRIES {
            raw.entries.push(Entry { path, action, size });
        } else {
            raw.over += 1;
        }
    }
    Ok(())
}

/// What a name asks for; `None` for a file that is the storage driver's own.
fn action(path: String, put: FileKind) -> Option<(String, Action)> {
    let (parent, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let Some(hidden) = name.strip_prefix(".wh.") else {
        return Some((path, Action::Put(put)));
    };
    match hidden {
        ".wh..opq" => Some((parent.to_owned(), Action::Hide)),
        own if own.starts_with(".wh.") => None,
        deleted if parent.is_empty() => Some((deleted.to_owned(), Action::Delete)),
        deleted => Some((format!("{parent}/{deleted}"), Action::Delete)),
    }
}

/// A path without `.`, nor `/` at its ends; `None` for the root, and for one that leads outside or
/// is too long to be a path.
fn clean(path: &[u8]) -> Option<String> {
    if path.len() > LONGEST_PATH {
        return None;
    }
    let text = String::from_utf8_lossy(path);
    let parts = text.split('/').filter(|it| !matches!(*it, "" | "."));
    let parts: Vec<&str> = parts.collect();
    (!parts.is_empty() && !parts.contains(&"..")).then(|| parts.join("/"))
}

/// Where a link of the archive leads.
fn beside(path: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
