//! `docker cp`, `docker diff` and `docker export`: a container's files.

use std::io::Write;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::compression::{LARGEST_CONTEXT, NO_SPACE, decompressed};
use super::container::Container;
use super::create_mounts::clean;
use super::time::rfc3339;
use super::{Daemon, Fault, Outcome, lock};
use crate::fs::{FileKind, Metadata, Overlay};
use crate::kernel::{Errno, RootFs};
use domain::{ChangeKind, FsChange};

/// What `X-Docker-Container-Path-Stat` carries.
pub type PathStat = Value;

/// How an archive is written.
type Writing = Box<dyn FnOnce(&mut dyn Write) -> std::io::Result<()> + Send>;

/// An archive that is made while it is sent: a file of nothing but zeros may be longer than the
/// memory.
pub struct Outgoing(Writing);

impl Outgoing {
    pub(super) fn new(
        write: impl FnOnce(&mut dyn Write) -> std::io::Result<()> + Send + 'static,
    ) -> Self {
        Self(Box::new(write))
    }

    /// Writes it.
    pub fn write(self, to: &mut dyn Write) -> std::io::Result<()> {
        (self.0)(to)
    }
}

/// Symbolic links that are followed before a path is given up.
const LINKS: usize = 40;

/// A file of a container: the tree it really is in, and where.
struct Place {
    tree: RootFs,
    path: String,
    writable: bool,
    /// Whether it is in a volume or a bind.
    mounted: bool,
}

fn missing(path: &str, key: &str) -> Fault {
    Fault::not_found(format!("Could not find the file {path} in container {key}"))
}

impl Daemon {
    fn place(&self, container: &Container, path: &str) -> Place {
        let path = clean(path);
        let mount = container
            .mounts
            .iter()
            .filter(|it| it.kind != "tmpfs")
            .filter(|it| {
                path == it.destination || path.starts_with(&format!("{}/", it.destination))
            })
            .max_by_key(|it| it.destination.len());
        match mount {
            Some(mount) => Place {
                tree: Arc::clone(&self.inner.host),
                path: clean(&format!(
                    "{}/{}",
                    mount.source,
                    &path[mount.destination.len()..]
                )),
                writable: mount.writable,
                mounted: true,
            },
            None => Place {
                tree: Arc::clone(&container.root),
                path,
                writable: !super::config::flag(&container.host, "ReadonlyRootfs"),
                mounted: false,
            },
        }
    }

    /// What stat says of a file of a container.
    pub fn stat_path(&self, key: &str, path: &str) -> Outcome<PathStat> {
        let container = self.container(key)?;
        let place = self.place(&container, path);
        let tree = lock(&place.tree);
        let real = resolve(&tree, &place.path, false).ok_or_else(|| missing(path, key))?;
        let metadata = tree.stat(&real).map_err(|_| missing(path, key))?;
        if path.ends_with('/') && metadata.kind != FileKind::Directory {
            return Err(Fault::invalid("not a directory"));
        }
        let target = match &metadata.kind {
            FileKind::Symlink(_) => resolve(&tree, &place.path, true).unwrap_or_default(),
            _ => String::new(),
        };
        let name = clean(path)
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_owned();
        Ok(json!({
            "name": if name.is_empty() { "/".to_owned() } else { name },
            "size": metadata.size,
            "mode": go_mode(&metadata),
            "mtime": rfc3339(metadata.mtime),
            "linkTarget": target,
        }))
    }

    /// A file or a folder as an archive, with its stat.
    pub fn get_archive(&self, key: &str, path: &str) -> Outcome<(PathStat, Outgoing)> {
        let stat = self.stat_path(key, path)?;
        let container = self.container(key)?;
        let place = self.place(&container, path);
        let tree = lock(&place.tree).clone();
        let real = resolve(&tree, &place.path, false).ok_or_else(|| missing(path, key))?;
        let cleaned = clean(path);
        let name = if path.ends_with("/.") {
            ".".to_owned()
        } else {
            cleaned.rsplit('/').next().unwrap_or_default().to_owned()
        };
        self.note(&container, "archive-path", &[]);
        let outgoing = Outgoing::new(move |to| tree.write_tar(&real, &name, to));
        Ok((stat, outgoing))
    }

    /// Unpacks an archive in a folder of a container.
    pub fn put_archive(&self, key: &str, path: &str, archive: &Bytes) -> Outcome<()> {
        let archive = decompressed(archive, LARGEST_CONTEXT)?;
        let container = self.container(key)?;
        let place = self.place(&container, path);
        if !archive.is_empty() && archive.len() < 512 {
            return Err(Fault::internal("unexpected EOF"));
        }
        let mut tree = lock(&place.tree);
        let real = resolve(&tree, &place.path, true).ok_or_else(|| missing(path, key))?;
        let metadata = tree.stat(&real).map_err(|_| missing(path, key))?;
        if metadata.kind != FileKind::Directory {
            return Err(Fault::invalid("extraction point is not a directory"));
        }
        if !place.writable {
            let what = if place.mounted {
                "mounted volume"
            } else {
                "container rootfs"
            };
            return Err(Fault::invalid(format!("{what} is marked read-only")));
        }
        tree.extract_tar(&real, &archive[..])
            .map_err(|errno| match errno {
                Errno::ENOSPC => Fault::internal(NO_SPACE),
                _ => Fault::internal("archive/tar: invalid tar header"),
            })?;
        drop(tree);
        self.note(&container, "extract-to-dir", &[]);
        Ok(())
    }

    /// `docker export`.
    pub fn export(&self, key: &str) -> Outcome<Outgoing> {
        let container = self.container(key)?;
        let tree = lock(&container.root).clone();
        self.note(&container, "export", &[]);
        Ok(Outgoing::new(move |to| tree.write_tar("/", "", to)))
    }

    /// `docker diff`.
    pub fn changes(&self, key: &str) -> Outcome<Vec<FsChange>> {
        let container = self.container(key)?;
        let changes = lock(&container.root).changes();
        Ok(changes)
    }
}

/// The number that the API gives a kind of change.
pub const fn change_number(kind: ChangeKind) -> u8 {
    match kind {
        ChangeKind::Modified => 0,
        ChangeKind::Added => 1,
        ChangeKind::Deleted => 2,
    }
}

/// A path without symbolic links in it, the last name apart unless it is followed too.
fn resolve(tree: &Overlay, path: &str, follow: bool) -> Option<String> {
    let mut rest: Vec<String> = path
        .split('/')
        .rev()
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect();
    let mut at = String::new();
    let mut links = 0;
    while let Some(name) = rest.pop() {
        if name == ".." {
            at.truncate(at.rfind('/').unwrap_or(0));
            continue;
        }
        let next = format!("{at}/{name}");
        let metadata = tree.stat(&next).ok()?;
        match metadata.kind {
            FileKind::Symlink(target) if follow || !rest.is_empty() => {
                links += 1;
                if links > LINKS {
                    return None;
                }
                if target.starts_with('/') {
                    at.clear();
                }
                rest.extend(
                    target
                        .split('/')
                        .rev()
                        .filter(|it| !matches!(*it, "" | "."))
                        .map(str::to_owned),
                );
            }
            _ => at = next,
        }
    }
    Some(if at.is_empty() { "/".to_owned() } else { at })
}

/// Go's `os.FileMode`.
fn go_mode(metadata: &Metadata) -> u32 {
    let kind = match metadata.kind {
        FileKind::File => 0,
        FileKind::Directory => 1 << 31,
        FileKind::Symlink(_) => 1 << 27,
        FileKind::CharDevice(..) => (1 << 26) | (1 << 21),
        FileKind::Fifo => 1 << 25,
        FileKind::Socket => 1 << 24,
    };
    let special = [(0o4000, 1 << 23), (0o2000, 1 << 22), (0o1000, 1 << 20)];
    let bits = special
        .iter()
        .filter(|(mode, _)| metadata.mode & mode != 0)
        .map(|(_, bit)| bit);
    bits.fold(kind | metadata.mode & 0o777, |mode, bit| mode | bit)
}
