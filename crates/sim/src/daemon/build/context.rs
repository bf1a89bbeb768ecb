//! The files that a client sends with a build, or that a `COPY --from` reads.

use std::io::ErrorKind;

use bytes::Bytes;

use super::super::compression::{LARGEST_CONTEXT, NO_SPACE, decompressed};
use super::sums::{self, Sums};
use super::{Failure, go_path};
use crate::fs::{FileKind, Overlay};
use crate::kernel::Errno;
use domain::paths::{IgnoreRules, clean, ignore_lines};

/// Symbolic links that are followed before a path is given up.
const LINKS: usize = 255;

/// Files to copy from, with their checksums.
#[derive(Debug, Default)]
pub(super) struct Context {
    pub(super) tree: Overlay,
    /// Of an archive; those of an image are taken when they are asked for.
    sums: Option<Sums>,
}

/// An archive whose last block is whole: docker's client sends some without the zeros at the end.
fn padded(archive: Bytes) -> Bytes {
    let missing = archive.len().next_multiple_of(512) - archive.len();
    if missing == 0 {
        return archive;
    }
    let mut whole = archive.to_vec();
    whole.resize(archive.len() + missing, 0);
    whole.into()
}

impl Context {
    /// Unpacks what a client sends.
    pub(super) fn from_archive(archive: &Bytes) -> Result<Self, Failure> {
        let archive = decompressed(archive, LARGEST_CONTEXT)?;
        if !archive.is_empty() && archive.len() < 512 {
            return Err(Failure::new("unexpected EOF"));
        }
        let archive = padded(archive);
        let sums =
            sums::of_archive(&archive, LARGEST_CONTEXT as u64).map_err(|error| {
                match error.kind() {
                    ErrorKind::StorageFull => Failure::new(NO_SPACE),
                    ErrorKind::UnexpectedEof => Failure::new("unexpected EOF"),
                    _ => Failure::new("archive/tar: invalid tar header"),
                }
            })?;
        let mut tree = Overlay::default();
        tree.extract_tar("/", &archive[..])
            .map_err(|errno| match errno {
                Errno::ENOSPC => Failure::new(NO_SPACE),
                Errno::EINVAL | Errno::EIO => Failure::new("archive/tar: invalid tar header"),
                other => Failure::new(other.message.to_lowercase()),
            })?;
        Ok(Self {
            tree,
            sums: Some(sums),
        })
    }

    /// The files of an image.
    pub(super) fn from_image(tree: Overlay) -> Self {
        Self { tree, sums: None }
    }

    /// One file.
    pub(super) fn is_image(&self) -> bool {
        self.sums.is_none()
    }

    /// Where a path leads, links followed; one that climbs out of the context is refused.
    pub(super) fn locate(&self, path: &str) -> Result<String, Failure> {
        let cleaned = clean(path);
        if cleaned == ".." || cleaned.starts_with("../") {
            return Err(Failure::new(format!(
                "forbidden path outside the build context: {path} ()"
            )));
        }
        scoped(&self.tree, &cleaned).ok_or_else(|| {
            Failure::new(format!(
                "forbidden path outside the build context: {path} ()"
            ))
        })
    }

    /// The checksum of the file that a path leads to; the path itself when there is none.
    pub(super) fn sum(&self, path: &str) -> Result<String, Failure> {
        let real = self.locate(path)?;
        let relative = real.trim_start_matches('/');
        match &self.sums {
            Some(sums) => Ok(sums.get(relative).map_or(path, String::as_str).to_owned()),
            None if self.tree.stat(&real).is_err() => Ok(relative.to_owned()),
            None => sums::of_file(&self.tree, &real),
        }
    }

    /// The text of the Dockerfile, and its name; `.dockerignore` may take it away then.
    pub(super) fn take_dockerfile(&mut self, asked: &str) -> Result<(String, String), Failure> {
        let missing =
            |name: &str| Failure::new(format!("Cannot locate specified Dockerfile: {name}"));
        let mut name = asked.to_owned();
        let mut real = self.locate(&name)?;
        if self.tree.stat(&real).is_err() {
            if asked != "Dockerfile" || self.tree.stat("/dockerfile").is_err() {
                return Err(missing(asked));
            }
            "dockerfile".clone_into(&mut name);
            real = self.locate(&name)?;
        }
        let bytes = self.tree.read(&real).map_err(|errno| {
            let words = errno.message.to_lowercase();
            Failure::new(format!(
                "unexpected error reading Dockerfile: read {}: {words}",
                go_path(&real)
            ))
        })?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        self.apply_ignore(&name);
        Ok((name, text))
    }

    /// Takes the Dockerfile and `.dockerignore` out when the latter says so; the client, which
    /// leaves the other files out, has to send them.
    fn apply_ignore(&mut self, dockerfile: &str) {
        let Ok(bytes) = self.tree.read("/.dockerignore") else {
            return;
        };
        let lines = ignore_lines(&String::from_utf8_lossy(&bytes));
        let Ok(rules) = IgnoreRules::new(&lines) else {
            return;
        };
        for name in [".dockerignore", dockerfile] {
            let path = clean(&format!("/{name}"));
            if rules.excludes(name)
                && let Ok(metadata) = self.tree.stat(&path)
            {
                let _ = self.tree.remove_all(&path, metadata.mtime);
            }
        }
    }

    /// Every path below the root, in the order of a walk.
    pub(super) fn walk(&self, from: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut pending = vec![from.trim_end_matches('/').to_owned()];
        while let Some(path) = pending.pop() {
            if !path.is_empty() {
                found.push(path.trim_start_matches('/').to_owned());
            }
            let shown = if path.is_empty() { "/" } else { &path };
            let Ok(entries) = self.tree.read_dir(shown) else {
                continue;
            };
            let names = entries.into_iter().rev();
            pending.extend(names.map(|(name, _)| format!("{path}/{name}")));
        }
        found
    }
}

/// A path inside of a tree with its links followed: none leads out, and what does not exist stays
/// as it is. `None` for links without an end.
pub(super) fn scoped(tree: &Overlay, path: &str) -> Option<String> {
    let mut rest: Vec<String> = path.split('/').rev().map(str::to_owned).collect();
    let mut at = String::new();
    let mut links = 0;
    while let Some(name) = rest.pop() {
        match name.as_str() {
            "" | "." => continue,
            ".." => {
                at.truncate(at.rfind('/').unwrap_or(0));
                continue;
            }
            _ => {}
        }
        let next = format!("{at}/{name}");
        match tree.stat(&next).map(|it| it.kind) {
            Ok(FileKind::Symlink(target)) => {
                links += 1;
                if links > LINKS {
                    return None;
                }
                if target.starts_with('/') {
                    at.clear();
                }
                rest.extend(target.split('/').rev().map(str::to_owned));
            }
            _ => at = next,
        }
    }
    Some(if at.is_empty() { "/".to_owned() } else { at })
}
