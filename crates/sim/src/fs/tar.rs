//! Layers and trees from and to tar archives.

use std::collections::HashMap;
use std::io::{Error, ErrorKind, Read, Write, repeat};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use tar::{Archive, Builder, Entry, EntryType, Header};

use super::layer::FsResult;
use super::overlay::{LARGEST, MOST_HELD};
use super::tree::{Ino, Inode, Name, ROOT, Tree, names, split};
use super::{FileKind, Layer, LayerBuilder, Metadata, Overlay};
use crate::kernel::Errno;
use domain::paths::clean;

/// What marks a name as hidden, OCI image-spec `layer.md`.
const WHITEOUT: &str = ".wh.";
/// The file that makes its directory opaque.
const OPAQUE: &str = ".wh..wh..opq";

/// The record of an extended header (pax(1)) that says how long a file is whose end, nothing but
/// zeros, is left out: registries of the simulator hold catalogue images without their bulk.
const SIZE_RECORD: &str = "MOUSSAILLON.size";
/// Bytes of all files of one archive: a few headers can announce any number of zeros.
const MOST_UNPACKED: u64 = 1 << 30;
/// Folders inside each other; a path of Linux has at most 4096 bytes, and what walks a tree goes
/// as deep as it.
const DEEPEST: usize = 256;
/// Longest name in a folder, bytes.
const LONGEST_NAME: usize = 255;

/// Times in archives count whole seconds.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs()
}

/// A path of an archive as an absolute one: `..` stays below the root, as where dockerd unpacks
/// archives, in a root of their own.
fn below_root(path: &Path) -> std::io::Result<String> {
    let text = path
        .to_str()
        .ok_or_else(|| Error::new(ErrorKind::InvalidData, "name is not UTF-8"))?;
    absolute(Path::new(&clean(&format!("/{text}"))))
}

/// A path of an archive as an absolute one, without `.`; one that climbs out is refused.
fn absolute(path: &Path) -> std::io::Result<String> {
    let text = path
        .to_str()
        .ok_or_else(|| Error::new(ErrorKind::InvalidData, "name is not UTF-8"))?;
    let mut out = String::with_capacity(text.len() + 1);
    if names(text).count() > DEEPEST || names(text).any(|it| it.len() > LONGEST_NAME) {
        return Err(Error::new(ErrorKind::InvalidFilename, "file name too long"));
    }
    for name in names(text) {
        if name == ".." {
            return Err(Error::new(
                ErrorKind::InvalidData,
                format!("invalid path {text}"),
            ));
        }
        out.push('/');
        out.push_str(name);
    }
    Ok(if out.is_empty() { "/".to_owned() } else { out })
}

/// What an entry says of a file; `None` for a sort that file systems here do not have.
fn metadata(entry: &Entry<'_, impl Read>) -> Option<Metadata> {
    // A number that is left blank is zero, as tar has it.
    let header = entry.header();
    let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX);
    let kind = match header.entry_type() {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse | EntryType::Link => {
            FileKind::File
        }
        EntryType::Directory => FileKind::Directory,
        EntryType::Symlink => {
            let target = entry.link_name_bytes().unwrap_or_default();
            FileKind::Symlink(String::from_utf8_lossy(&target).into_owned())
        }
        EntryType::Char => FileKind::CharDevice(
            header.device_major().ok().flatten().unwrap_or(0),
            header.device_minor().ok().flatten().unwrap_or(0),
        ),
        EntryType::Fifo => FileKind::Fifo,
        _ => return None,
    };
    // A time that no clock shows is none.
    let mtime = UNIX_EPOCH
        .checked_add(Duration::from_secs(header.mtime().unwrap_or(0)))
        .unwrap_or(UNIX_EPOCH);
    let (uid, gid) = (
        number(header.uid().unwrap_or(0)),
        number(header.gid().unwrap_or(0)),
    );
    Some(Metadata::new(
        kind,
        header.mode().unwrap_or(0) & 0o7777,
        uid,
        gid,
        mtime,
    ))
}

/// The bytes of an entry without the zeros that it ends with, and its size; `left` are the bytes
/// that the archive may still bring.
fn content(entry: &mut Entry<'_, impl Read>, left: &mut u64) -> std::io::Result<(Bytes, u64)> {
    *left = left
        .checked_sub(entry.size())
        .ok_or_else(|| Error::from(ErrorKind::StorageFull))?;
    let (mut held, mut size) = (Vec::new(), 0);
    let mut piece = [0; 8192];
    loop {
        let read = entry.read(&mut piece)?;
        let Some(piece) = piece.get(..read).filter(|it| !it.is_empty()) else {
            return Ok((held.into(), size as u64));
        };
        if piece.iter().any(|byte| *byte != 0) {
            if size > MOST_HELD {
                return Err(Error::from(ErrorKind::StorageFull));
            }
            held.resize(size, 0);
            held.extend_from_slice(piece);
        }
        size += read;
    }
}

/// Reads a layer archive.
pub(super) fn read_layer(archive: impl Read) -> std::io::Result<Layer> {
    let mut layer = LayerBuilder::default();
    let mut left = MOST_UNPACKED;
    for entry in Archive::new(archive).entries()? {
        let mut entry = entry?;
        let path = absolute(&entry.path()?)?;
        let (directory, name) = split(&path).unwrap_or(("", ""));
        if name == OPAQUE {
            layer.opaque(directory);
        } else if let Some(hidden) = name.strip_prefix(WHITEOUT) {
            layer.whiteout(&format!("{directory}/{hidden}"));
        } else if entry.header().entry_type() == EntryType::Link {
            let target = entry
                .link_name()?
                .map(|it| absolute(&it))
                .transpose()?
                .unwrap_or_default();
            if !layer.hard_link(&path, &target) {
                let message = format!("hard link {path} to {target}: no such file");
                return Err(Error::new(ErrorKind::InvalidData, message));
            }
        } else if let Some(mut metadata) = metadata(&entry) {
            if let Some(records) = entry.pax_extensions()? {
                let size = records
                    .filter_map(Result::ok)
                    .find(|it| it.key() == Ok(SIZE_RECORD))
                    .and_then(|it| it.value().ok()?.parse().ok());
                metadata.size = size.unwrap_or_default();
                if metadata.size > LARGEST {
                    return Err(Error::from(ErrorKind::StorageFull));
                }
            }
            let (bytes, size) = content(&mut entry, &mut left)?;
            metadata.size = metadata.size.max(size);
            layer.add(&path, metadata, bytes);
        }
    }
    Ok(layer.build())
}

/// Unpacks an archive in an overlay.
pub(super) fn extract(overlay: &mut Overlay, under: &str, archive: impl Read) -> FsResult<()> {
    let io = |error: Error| match error.kind() {
        ErrorKind::InvalidData => Errno::EINVAL,
        ErrorKind::StorageFull => Errno::ENOSPC,
        ErrorKind::InvalidFilename => Errno::ENAMETOOLONG,
        _ => Errno::EIO,
    };
    let mut left = MOST_UNPACKED;
    if !overlay.stat(under)?.is_dir() {
        return Err(Errno::ENOTDIR);
    }
    let under = under.trim_end_matches('/');
    for entry in Archive::new(archive).entries().map_err(io)? {
        let mut entry = entry.map_err(io)?;
        let path = format!(
            "{under}{}",
            below_root(&entry.path().map_err(io)?).map_err(io)?
        );
        let Some(mut metadata) = metadata(&entry) else {
            continue;
        };
        let Some((directory, name)) = split(&path) else {
            continue;
        };
        if path.trim_end_matches('/') == under {
            overlay.set_metadata(&path, |it| *it = metadata)?;
            continue;
        }
        let directory = make_directories(overlay, directory, metadata.mtime)?;
        // Links can add up to a path that no entry says.
        if names(&directory).count() >= DEEPEST {
            return Err(Errno::ENAMETOOLONG);
        }
        let path = format!("{}/{name}", directory.trim_end_matches('/'));
        let link = entry.header().entry_type() == EntryType::Link;
        let now = metadata.mtime;
        let parent_time = overlay.stat(&directory)?.mtime;
        match overlay.stat(&path) {
            Ok(existing) if existing.is_dir() && metadata.is_dir() => {
                overlay.set_metadata(&path, |it| *it = metadata)?;
                continue;
            }
            Ok(_) => overlay.remove_all(&path, now)?,
            Err(_) => {}
        }
        if link {
            let target = entry.link_name().map_err(io)?.ok_or(Errno::EINVAL)?;
            let target = format!("{under}{}", below_root(&target).map_err(io)?);
            overlay.link(&target, &path, now)?;
        } else {
            let (bytes, size) = content(&mut entry, &mut left).map_err(io)?;
            metadata.size = size;
            overlay.create(&path, metadata, bytes)?;
        }
        // A directory's own entry has said its time, or it keeps the one it had.
        overlay.set_metadata(&directory, |it| it.mtime = parent_time)?;
    }
    Ok(())
}

/// The directory of this path with symbolic links followed, made where it is missing.
fn make_directories(overlay: &mut Overlay, path: &str, now: SystemTime) -> FsResult<String> {
    let mut pending: Vec<String> = names(path).map(str::to_owned).collect();
    pending.reverse();
    let mut at = String::new();
    let mut links = 0;
    while let Some(name) = pending.pop() {
        if name == ".." {
            at.truncate(at.rfind('/').unwrap_or(0));
            continue;
        }
        let next = format!("{at}/{name}");
        match overlay.stat(&next).map(|it| it.kind) {
            Ok(FileKind::Directory) => at = next,
            Ok(FileKind::Symlink(target)) => {
                links += 1;
                if links > 40 {
                    return Err(Errno::ELOOP);
                }
                if target.starts_with('/') {
                    at.clear();
                }
                let names: Vec<String> = names(&target).map(str::to_owned).collect();
                pending.extend(names.into_iter().rev());
            }
            Ok(_) => return Err(Errno::ENOTDIR),
            Err(_) => {
                let directory = Metadata::new(FileKind::Directory, 0o755, 0, 0, now);
                overlay.create(&next, directory, Bytes::new())?;
                at = next;
            }
        }
    }
    Ok(if at.is_empty() { "/".to_owned() } else { at })
}

/// Writes a layer archive.
pub(super) fn write_layer(tree: &Tree, archive: impl Write) -> std::io::Result<()> {
    write_tree(tree, ROOT, "", archive)
}

/// The same, with [`SIZE_RECORD`] for the zeros that files end with.
pub(super) fn write_compact(tree: &Tree, archive: impl Write) -> std::io::Result<()> {
    let mut writer = Writer {
        tree,
        builder: Builder::new(archive),
        written: HashMap::new(),
        compact: true,
    };
    writer.directory(ROOT, "")?;
    writer.builder.finish()
}

/// Writes a subtree under this name; without a name, or of the root, its entries only.
pub(super) fn write_tree(
    tree: &Tree,
    ino: Ino,
    name: &str,
    archive: impl Write,
) -> std::io::Result<()> {
    let mut writer = Writer {
        tree,
        builder: Builder::new(archive),
        written: HashMap::new(),
        compact: false,
    };
    if name.is_empty() || ino == ROOT {
        writer.directory(ino, name)?;
    } else {
        writer.entry(ino, name)?;
    }
    writer.builder.finish()
}

struct Writer<'a, W: Write> {
    tree: &'a Tree,
    builder: Builder<W>,
    /// First name of each file that has several.
    written: HashMap<Ino, String>,
    /// Whether zeros are left out.
    compact: bool,
}

impl<W: Write> Writer<'_, W> {
    fn directory(&mut self, ino: Ino, path: &str) -> std::io::Result<()> {
        let Some(inode) = self.tree.get(ino) else {
            return Ok(());
        };
        let prefix = if path.is_empty() {
            String::new()
        } else {
            format!("{path}/")
        };
        if inode.opaque {
            self.empty(&format!("{prefix}{OPAQUE}"))?;
        }
        // Whiteouts stand among the names, in the order of a walk of the directory.
        let mut rows: Vec<(String, Option<Ino>)> = inode
            .children
            .iter()
            .map(|(name, child)| (name.to_string(), Some(*child)))
            .collect();
        rows.extend(
            inode
                .hidden
                .iter()
                .map(|name: &Name| (format!("{WHITEOUT}{name}"), None)),
        );
        rows.sort();
        for (name, child) in rows {
            let path = format!("{prefix}{name}");
            match child {
                Some(child) => self.entry(child, &path)?,
                None => self.empty(&path)?,
            }
        }
        Ok(())
    }

    /// An entry of this name, which is the target of a link or has content.
    fn append(
        &mut self,
        header: &mut Header,
        path: &str,
        link: Option<&str>,
        content: impl Read,
    ) -> std::io::Result<()> {
        let fields = header.as_old_mut();
        let target = link.unwrap_or_default();
        let fits = path.len() < fields.name.len() && target.len() < fields.linkname.len();
        if path.starts_with("./") && fits {
            // Written as it is: the library would take the `./` off, and clients look for it.
            fields.name[..path.len()].copy_from_slice(path.as_bytes());
            fields.linkname[..target.len()].copy_from_slice(target.as_bytes());
            header.set_cksum();
            return self.builder.append(header, content);
        }
        match link {
            Some(target) => self.builder.append_link(header, path, target),
            None => self.builder.append_data(header, path, content),
        }
    }

    fn empty(&mut self, path: &str) -> std::io::Result<()> {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(0);
        header.set_mode(0);
        self.append(&mut header, path, None, std::io::empty())
    }

    /// An extended header for the next entry.
    fn size_record(&mut self, size: u64) -> std::io::Result<()> {
        let record = format!(" {SIZE_RECORD}={size}\n");
        let mut length = record.len() + 1;
        while length.to_string().len() + record.len() != length {
            length = length.to_string().len() + record.len();
        }
        let record = format!("{length}{record}");
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::XHeader);
        header.set_size(record.len() as u64);
        header.set_mode(0o644);
        self.builder
            .append_data(&mut header, "PaxHeaders/size", record.as_bytes())
    }

    fn entry(&mut self, ino: Ino, path: &str) -> std::io::Result<()> {
        let Some(inode) = self.tree.get(ino) else {
            return Ok(());
        };
        let mut header = header(inode);
        if inode.links > 1 && !inode.is_dir() {
            if let Some(first) = self.written.get(&ino) {
                header.set_entry_type(EntryType::Link);
                header.set_size(0);
                let first = first.clone();
                return self.append(&mut header, path, Some(&first), std::io::empty());
            }
            self.written.insert(ino, path.to_owned());
        }
        match &inode.kind {
            FileKind::Directory if inode.implied => self.directory(ino, path),
            FileKind::Directory => {
                header.set_entry_type(EntryType::Directory);
                self.append(&mut header, &format!("{path}/"), None, std::io::empty())?;
                self.directory(ino, path)
            }
            FileKind::File => {
                let held = inode.content.held();
                let held = &held[..held
                    .len()
                    .min(usize::try_from(inode.size).unwrap_or(usize::MAX))];
                header.set_entry_type(EntryType::Regular);
                if self.compact && (held.len() as u64) < inode.size {
                    self.size_record(inode.size)?;
                    header.set_size(held.len() as u64);
                    return self.append(&mut header, path, None, held);
                }
                header.set_size(inode.size);
                let zeros = repeat(0).take(inode.size - held.len() as u64);
                self.append(&mut header, path, None, held.chain(zeros))
            }
            FileKind::Symlink(target) => {
                header.set_entry_type(EntryType::Symlink);
                self.append(&mut header, path, Some(target), std::io::empty())
            }
            FileKind::CharDevice(major, minor) => {
                header.set_entry_type(EntryType::Char);
                header.set_device_major(*major)?;
                header.set_device_minor(*minor)?;
                self.append(&mut header, path, None, std::io::empty())
            }
            FileKind::Fifo => {
                header.set_entry_type(EntryType::Fifo);
                self.append(&mut header, path, None, std::io::empty())
            }
            // Docker leaves sockets out of archives.
            FileKind::Socket => Ok(()),
        }
    }
}

fn header(inode: &Inode) -> Header {
    let mut header = Header::new_gnu();
    header.set_mode(inode.mode);
    header.set_uid(u64::from(inode.uid));
    header.set_gid(u64::from(inode.gid));
    header.set_mtime(seconds(inode.mtime));
    header.set_size(0);
    header
}
