//! Checksums of files, as the build cache knows them: a digest of a file's archive header, its time
//! left out, and of its content (moby's « tarsum » version 1).

use std::collections::HashMap;
use std::io::{Error, ErrorKind, Read, Write};

use super::super::ids::Hashing;
use super::Failure;
use crate::fs::{FileKind, Metadata, Overlay};
use domain::paths::clean;

/// By path, relative to the context.
pub(super) type Sums = HashMap<String, String>;

/// What of a header counts.
struct Head<'a> {
    name: &'a str,
    mode: u64,
    owner: (u64, u64),
    size: u64,
    kind: u8,
    link: &'a str,
    names: (&'a str, &'a str),
    device: (u32, u32),
}

impl Head<'_> {
    fn write(&self, hashing: &mut Hashing) -> std::io::Result<()> {
        let kind = char::from(self.kind);
        write!(
            hashing,
            "name{}mode{}uid{}gid{}size{}typeflag{kind}linkname{}uname{}gname{}devmajor{}devminor{}",
            self.name,
            self.mode,
            self.owner.0,
            self.owner.1,
            self.size,
            self.link,
            self.names.0,
            self.names.1,
            self.device.0,
            self.device.1
        )
    }
}

/// The checksum of every entry of an archive. Entries may announce `most` bytes together.
pub(super) fn of_archive(archive: &[u8], most: u64) -> std::io::Result<Sums> {
    let mut sums = Sums::new();
    let mut left = most;
    for entry in tar::Archive::new(archive).entries()? {
        let mut entry = entry?;
        left = left
            .checked_sub(entry.size())
            .ok_or_else(|| Error::from(ErrorKind::StorageFull))?;
        let header = entry.header().clone();
        let text =
            |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
        let name = text(Some(&entry.path_bytes()));
        let link = text(entry.link_name_bytes().as_deref());
        let mut hashing = Hashing::default();
        Head {
            name: &name,
            mode: u64::from(header.mode().unwrap_or(0)),
            owner: (header.uid().unwrap_or(0), header.gid().unwrap_or(0)),
            size: header.size()?,
            kind: match header.as_bytes()[156] {
                0 => b'0',
                kind => kind,
            },
            link: &link,
            names: (
                &text(header.username_bytes()),
                &text(header.groupname_bytes()),
            ),
            device: (
                header.device_major().ok().flatten().unwrap_or(0),
                header.device_minor().ok().flatten().unwrap_or(0),
            ),
        }
        .write(&mut hashing)?;
        std::io::copy(&mut entry.by_ref(), &mut hashing)?;
        let path = clean(&format!("/{name}"));
        sums.insert(path.trim_start_matches('/').to_owned(), hashing.digits());
    }
    Ok(sums)
}

/// The checksum of a file of an image.
pub(super) fn of_file(tree: &Overlay, path: &str) -> Result<String, Failure> {
    let broken = |_| Failure::new(format!("failed to create hash for {path}"));
    let metadata = tree.stat(path).map_err(broken)?;
    let mut hashing = Hashing::default();
    let relative = path.trim_start_matches('/');
    head(relative, &metadata)
        .write(&mut hashing)
        .map_err(|_| broken(crate::kernel::Errno::EIO))?;
    if metadata.kind == FileKind::File {
        const PIECE: usize = 1 << 20;
        let mut at = 0;
        while at < metadata.size {
            let piece = tree.read_at(metadata.inode, at, PIECE).map_err(broken)?;
            if piece.is_empty() {
                break;
            }
            at += piece.len() as u64;
            let _ = hashing.write(&piece);
        }
    }
    Ok(hashing.digits())
}

fn head<'a>(name: &'a str, metadata: &'a Metadata) -> Head<'a> {
    let (kind, bits, link, device) = match &metadata.kind {
        FileKind::File => (b'0', 0o100_000, "", (0, 0)),
        FileKind::Directory => (b'5', 0o40_000, "", (0, 0)),
        FileKind::Symlink(target) => (b'2', 0o120_000, target.as_str(), (0, 0)),
        FileKind::CharDevice(major, minor) => (b'3', 0o20_000, "", (*major, *minor)),
        FileKind::Fifo => (b'6', 0o10_000, "", (0, 0)),
        FileKind::Socket => (b'0', 0o140_000, "", (0, 0)),
    };
    Head {
        name,
        mode: u64::from(metadata.mode | bits),
        owner: (u64::from(metadata.uid), u64::from(metadata.gid)),
        size: if kind == b'0' { metadata.size } else { 0 },
        kind,
        link,
        names: ("", ""),
        device,
    }
}
