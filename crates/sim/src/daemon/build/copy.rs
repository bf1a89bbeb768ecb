//! `COPY` and `ADD`: files into a new layer.

use std::io::Read;
use std::time::SystemTime;

use bytes::Bytes;

use super::super::compression::{LARGEST_CONTEXT, decompressed};
use super::context::scoped;
use super::sources::Source;
use super::{Built, Failure};
use crate::fs::{FileKind, Metadata, Overlay, Owner};
use crate::kernel::Errno;

/// How files are copied.
pub(super) struct Copying {
    /// Absolute; ends with `/` when it must be a folder.
    pub(super) destination: String,
    /// Whether archives are unpacked.
    pub(super) unpacks: bool,
    /// Who owns the copies; `None`: whoever owned the sources.
    pub(super) owner: Owner,
    pub(super) now: SystemTime,
}

fn failed(errno: Errno) -> Failure {
    Failure::new(errno.message.to_lowercase())
}

/// An instruction's destination, absolute, its last `/` kept.
pub(super) fn destination(cwd: &str, asked: &str) -> String {
    if asked.starts_with('/') {
        return asked.to_owned();
    }
    let joined = domain::paths::clean(&format!("/{cwd}/{asked}"));
    if asked.ends_with('/') && joined != "/" {
        return joined + "/";
    }
    joined
}

impl Copying {
    /// Copies one source into the files of an image.
    pub(super) fn copy(&self, root: &mut Overlay, source: &Source) -> Built<()> {
        let from = source.context.locate(&source.path)?;
        let tree = &source.context.tree;
        let metadata = tree
            .stat(&from)
            .map_err(|errno| failed(errno).context("source path not found"))?;
        let too_many = || failed(Errno::ELOOP);
        let to = scoped(root, &self.destination).ok_or_else(too_many)?;
        let there = root.stat(&to).ok();
        let is_folder = there.as_ref().is_some_and(Metadata::is_dir);
        if metadata.is_dir() {
            self.folder(root, &to, self.owner)
                .and_then(|()| root.graft_children(&to, tree, &from, self.owner))
                .map_err(|errno| failed(errno).context("failed to copy directory"))?;
            return self.own_new_folder(root, &to, is_folder);
        }
        if self.unpacks
            && !source.downloaded
            && let Some(archive) = archive_in(tree, &from)?
        {
            self.folder(root, &to, None).map_err(failed)?;
            return root.extract_tar(&to, &archive[..]).map_err(failed);
        }
        let to = if self.destination.ends_with('/') || is_folder {
            let name = source.path.rsplit('/').next().unwrap_or_default();
            format!("{}/{name}", to.trim_end_matches('/'))
        } else {
            to
        };
        let parent = to.rsplit_once('/').map_or("", |it| it.0);
        self.folder(root, parent, self.owner)
            .map_err(|errno| failed(errno).context("failed to create new directory"))?;
        root.graft(&to, tree, &from, self.owner)
            .map_err(|errno| failed(errno).context("failed to copy file"))
    }

    /// A destination that was made belongs to whom the copies do.
    fn own_new_folder(&self, root: &mut Overlay, to: &str, was_there: bool) -> Built<()> {
        match self.owner.filter(|_| !was_there) {
            Some((uid, gid)) => root
                .set_metadata(to, |it| (it.uid, it.gid) = (uid, gid))
                .map_err(failed),
            None => Ok(()),
        }
    }

    /// Makes a folder and those that lead to it.
    fn folder(&self, root: &mut Overlay, path: &str, owner: Owner) -> Result<(), Errno> {
        let (uid, gid) = owner.unwrap_or((0, 0));
        make_folders(root, path, (uid, gid), self.now)
    }
}

/// Makes a folder and those that lead to it, when they are missing.
pub(super) fn make_folders(
    root: &mut Overlay,
    path: &str,
    (uid, gid): (u32, u32),
    now: SystemTime,
) -> Result<(), Errno> {
    let mut at = String::new();
    for name in path.split('/').filter(|it| !it.is_empty()) {
        at.push('/');
        at.push_str(name);
        match root.stat(&at) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(Errno::ENOTDIR),
            Err(_) => {
                let folder = Metadata::new(FileKind::Directory, 0o755, uid, gid, now);
                root.create(&at, folder, Bytes::new())?;
            }
        }
    }
    Ok(())
}

/// The archive that a file is, compressed or not; `None` for any other file.
fn archive_in(tree: &Overlay, path: &str) -> Built<Option<Bytes>> {
    let metadata = tree.stat(path).map_err(failed)?;
    let head = tree.read_at(metadata.inode, 0, 512).map_err(failed)?;
    let compressed = [
        &[0x1f, 0x8b][..],
        b"BZh",
        &[0xfd, b'7', b'z'],
        &[0x28, 0xb5, 0x2f, 0xfd],
    ];
    if !compressed.iter().any(|magic| head.starts_with(magic)) && !begins_archive(&head) {
        return Ok(None);
    }
    let bytes = tree.read(path).map_err(failed)?;
    let plain = match decompressed(&bytes, LARGEST_CONTEXT) {
        Ok(plain) => plain,
        // gzip's two bytes, and no gzip after them.
        Err(fault) if fault.message == "unexpected EOF" => return Ok(None),
        Err(fault) => return Err(fault.into()),
    };
    let mut first = Vec::new();
    let _ = plain[..].take(512).read_to_end(&mut first);
    Ok(begins_archive(&first).then_some(plain))
}

/// Whether these are the first bytes of a tar archive: the header's own checksum is right.
fn begins_archive(head: &[u8]) -> bool {
    let Some(block) = head.get(..512) else {
        return false;
    };
    let sum: u32 = block
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
    let field: String = block[148..156]
        .iter()
        .map(|it| char::from(*it))
        .filter(|it| ('0'..='7').contains(it))
        .collect();
    block[0] != 0 && u32::from_str_radix(&field, 8) == Ok(sum)
}

/// `--chown`: a user and a group, by number or as the image's own files name them.
pub(super) fn owner(root: &Overlay, chown: &str) -> Built<(u32, u32)> {
    let parts: Vec<&str> = chown.split(':').collect();
    let (user, group) = match parts.as_slice() {
        [both] => (*both, *both),
        [user, group] => (*user, *group),
        _ => {
            return Err(Failure::new(format!(
                "invalid chown string format: {chown}"
            )));
        }
    };
    let uid = number_of(root, "/etc/passwd", user).ok_or_else(|| {
        Failure::new(format!(
            "can't find uid for user {user}: no such user: {user}"
        ))
    })?;
    let gid = number_of(root, "/etc/group", group).ok_or_else(|| {
        Failure::new(format!(
            "can't find gid for group {group}: no such group: {group}"
        ))
    })?;
    Ok((uid, gid))
}

fn number_of(root: &Overlay, file: &str, name: &str) -> Option<u32> {
    if let Ok(number) = name.parse() {
        return Some(number);
    }
    let path = scoped(root, file)?;
    let content = root.read(&path).ok()?;
    let content = String::from_utf8_lossy(&content).into_owned();
    let line = content
        .lines()
        .find(|it| it.split(':').next() == Some(name))?;
    line.split(':').nth(2)?.parse().ok()
}
