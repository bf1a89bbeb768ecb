//! The registry's files, laid out as the real one does under `docker/registry/v2`.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::kernel::{Errno, Sys};

/// Blobs, manifests and tags.
pub(super) struct Storage {
    sys: Sys,
    root: String,
    /// Whether DELETE is allowed.
    pub(super) deletes: bool,
    /// What is being sent, by its identifier.
    uploads: Mutex<HashMap<String, Vec<u8>>>,
}

/// `sha256:…` of these bytes.
pub(super) fn digest(bytes: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn hexadecimal(digest: &str) -> &str {
    digest.strip_prefix("sha256:").unwrap_or(digest)
}

impl Storage {
    pub(super) fn new(sys: Sys, root: &str, deletes: bool) -> Self {
        Self {
            sys,
            root: format!("{}/docker/registry/v2", root.trim_end_matches('/')),
            deletes,
            uploads: Mutex::default(),
        }
    }

    fn uploads(&self) -> MutexGuard<'_, HashMap<String, Vec<u8>>> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self) -> String {
        let id = super::super::serving::uuid(&self.sys);
        self.uploads().insert(id.clone(), Vec::new());
        id
    }

    /// Adds to what is being sent; its length now. `None` when nobody began it.
    pub(super) fn append(&self, id: &str, bytes: &[u8]) -> Option<usize> {
        let mut uploads = self.uploads();
        let held = uploads.get_mut(id)?;
        held.extend_from_slice(bytes);
        Some(held.len())
    }

    pub(super) fn finish(&self, id: &str) -> Option<Vec<u8>> {
        self.uploads().remove(id)
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<(), Errno> {
        let (folder, _) = path.rsplit_once('/').unwrap_or(("/", path));
        let mut at = String::new();
        for name in folder.split('/').filter(|it| !it.is_empty()) {
            at.push('/');
            at.push_str(name);
            match self.sys.mkdir(&at, 0o755) {
                Ok(()) | Err(Errno::EEXIST) => {}
                Err(error) => return Err(error),
            }
        }
        self.sys.write_file(path, bytes)
    }

    fn blob_path(&self, digest: &str) -> String {
        let hex = hexadecimal(digest);
        let first = hex.get(..2).unwrap_or("00");
        format!("{}/blobs/sha256/{first}/{hex}/data", self.root)
    }

    fn repository(&self, name: &str) -> String {
        format!("{}/repositories/{name}", self.root)
    }

    fn layer_link(&self, name: &str, digest: &str) -> String {
        let hex = hexadecimal(digest);
        format!("{}/_layers/sha256/{hex}/link", self.repository(name))
    }

    fn revision_link(&self, name: &str, digest: &str) -> String {
        let hex = hexadecimal(digest);
        format!(
            "{}/_manifests/revisions/sha256/{hex}/link",
            self.repository(name)
        )
    }

    fn tag_link(&self, name: &str, tag: &str) -> String {
        format!(
            "{}/_manifests/tags/{tag}/current/link",
            self.repository(name)
        )
    }

    pub(super) fn put_blob(&self, name: &str, bytes: &[u8]) -> Result<String, Errno> {
        let digest = digest(bytes);
        self.write(&self.blob_path(&digest), bytes)?;
        self.link_blob(name, &digest)?;
        Ok(digest)
    }

    /// Makes a blob of the registry one of a repository's.
    pub(super) fn link_blob(&self, name: &str, digest: &str) -> Result<(), Errno> {
        self.write(&self.layer_link(name, digest), digest.as_bytes())
    }

    /// A blob of a repository.
    pub(super) fn blob(&self, name: &str, digest: &str) -> Option<Bytes> {
        self.sys.stat(&self.layer_link(name, digest)).ok()?;
        self.sys.read_file(&self.blob_path(digest)).ok()
    }

    pub(super) fn put_manifest(
        &self,
        name: &str,
        reference: &str,
        bytes: &[u8],
    ) -> Result<String, Errno> {
        let digest = digest(bytes);
        self.write(&self.blob_path(&digest), bytes)?;
        self.write(&self.revision_link(name, &digest), digest.as_bytes())?;
        if !reference.starts_with("sha256:") {
            self.write(&self.tag_link(name, reference), digest.as_bytes())?;
        }
        Ok(digest)
    }

    /// A manifest by tag or digest, and its digest.
    pub(super) fn manifest(&self, name: &str, reference: &str) -> Option<(String, Bytes)> {
        let link = if reference.starts_with("sha256:") {
            self.revision_link(name, reference)
        } else {
            self.tag_link(name, reference)
        };
        let digest = String::from_utf8_lossy(&self.sys.read_file(&link).ok()?).into_owned();
        let bytes = self.sys.read_file(&self.blob_path(&digest)).ok()?;
        Some((digest, bytes))
    }

    /// Forgets a manifest, and the tags that lead to it.
    pub(super) fn remove_manifest(&self, name: &str, digest: &str) -> bool {
        for tag in self.tags(name).unwrap_or_default() {
            if self.manifest(name, &tag).is_some_and(|it| it.0 == digest) {
                // Another request may have been first.
                let _ = self.sys.unlink(&self.tag_link(name, &tag));
            }
        }
        self.sys.unlink(&self.revision_link(name, digest)).is_ok()
    }

    fn names(&self, folder: &str) -> Vec<String> {
        let entries = self.sys.read_dir(folder).unwrap_or_default();
        entries.into_iter().map(|it| it.name).collect()
    }

    /// The tags of a repository; `None` when it does not exist.
    pub(super) fn tags(&self, name: &str) -> Option<Vec<String>> {
        let folder = format!("{}/_manifests/tags", self.repository(name));
        self.sys.stat(&folder).ok()?;
        let tags = self.names(&folder);
        let there = |tag: &String| self.sys.stat(&self.tag_link(name, tag)).is_ok();
        Some(tags.into_iter().filter(there).collect())
    }

    /// The names of the repositories, in order.
    pub(super) fn repositories(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut pending = vec![String::new()];
        while let Some(name) = pending.pop() {
            let folder = format!("{}/repositories/{name}", self.root);
            for child in self.names(folder.trim_end_matches('/')) {
                if child == "_manifests" {
                    found.push(name.clone());
                } else if !child.starts_with('_') {
                    let slash = if name.is_empty() { "" } else { "/" };
                    pending.push(format!("{name}{slash}{child}"));
                }
            }
        }
        found.sort();
        found
    }

    /// Removes the blobs that no manifest names; the report.
    pub(super) fn collect(&self) -> String {
        let mut report = String::new();
        let mut marked: BTreeSet<String> = BTreeSet::new();
        for name in self.repositories() {
            let _ = writeln!(report, "{name}");
            let folder = format!("{}/_manifests/revisions/sha256", self.repository(&name));
            for hex in self.names(&folder) {
                let digest = format!("sha256:{hex}");
                let Some((_, bytes)) = self.manifest(&name, &digest) else {
                    continue;
                };
                let _ = writeln!(report, "{name}: marking manifest {digest} ");
                marked.insert(hex);
                let manifest: serde_json::Value =
                    serde_json::from_slice(&bytes).unwrap_or_default();
                let layers = manifest["layers"].as_array().into_iter().flatten();
                for blob in layers.chain([&manifest["config"]]) {
                    let digest = blob["digest"].as_str().unwrap_or_default();
                    let _ = writeln!(report, "{name}: marking blob {digest}");
                    marked.insert(hexadecimal(digest).to_owned());
                }
            }
        }
        let mut swept = Vec::new();
        let blobs = format!("{}/blobs/sha256", self.root);
        for first in self.names(&blobs) {
            for hex in self.names(&format!("{blobs}/{first}")) {
                if !marked.contains(&hex) {
                    swept.push(hex);
                }
            }
        }
        let _ = writeln!(
            report,
            "\n{} blobs marked, {} blobs and 0 manifests eligible for deletion",
            marked.len(),
            swept.len()
        );
        for hex in swept {
            let _ = writeln!(report, "blob eligible for deletion: sha256:{hex}");
            // The next run finds what could not go.
            let _ = self.sys.unlink(&self.blob_path(&hex));
        }
        report
    }
}
