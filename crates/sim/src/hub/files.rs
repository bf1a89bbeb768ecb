//! Lists of files: the content of a layer, one line a file.

use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::catalogue::{CatalogueError, asset};
use crate::fs::{FileKind, Layer, LayerBuilder, Metadata};

/// When the catalogue's files were last changed: the same for all, so that digests are the same.
const MTIME: u64 = 1_744_000_000;

/// A layer and the digest of what it lists.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) layer: Layer,
    pub(super) digest: String,
}

struct Reader {
    builder: LayerBuilder,
    hash: Sha256,
    /// Paths that included lists have and this one has not.
    without: Vec<String>,
}

impl Reader {
    fn add(
        &mut self,
        path: &str,
        kind: FileKind,
        mode: u32,
        owner: (u32, u32),
        size: u64,
        content: &[u8],
    ) {
        if self.without.iter().any(|it| it == path) {
            return;
        }
        self.hash
            .update(format!("{kind:?} {mode:o} {owner:?} {size} {path}\n"));
        self.hash.update(content);
        let links = if kind == FileKind::Directory { 2 } else { 1 };
        let metadata = Metadata {
            kind,
            mode,
            uid: owner.0,
            gid: owner.1,
            size,
            mtime: UNIX_EPOCH + Duration::from_secs(MTIME),
            links,
            inode: 0,
        };
        self.builder
            .add(path, metadata, Bytes::copy_from_slice(content));
    }
}

/// Reads a list; `name` is for errors.
pub(super) fn read_list(name: &str, text: &str) -> Result<Listed, CatalogueError> {
    let mut reader = Reader {
        builder: LayerBuilder::default(),
        hash: Sha256::new(),
        without: text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("x "))
            .map(|path| path.trim().to_owned())
            .collect(),
    };
    read_lines(&mut reader, name, text)?;
    let mut digest = "sha256:".to_owned();
    for byte in reader.hash.finalize() {
        let _ = write!(digest, "{byte:02x}");
    }
    Ok(Listed {
        layer: reader.builder.build(),
        digest,
    })
}

/// The lines of a list, and of those that it includes.
fn read_lines(reader: &mut Reader, name: &str, text: &str) -> Result<(), CatalogueError> {
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        read_line(reader, line).map_err(|problem| match problem {
            Problem::Line(why) => CatalogueError::Line {
                file: name.to_owned(),
                line: index + 1,
                why: why.to_owned(),
            },
            Problem::Asset(error) => error,
        })?;
    }
    Ok(())
}

enum Problem {
    Line(&'static str),
    Asset(CatalogueError),
}

/// The fields of a line: `d MODE PATH`, `f MODE PATH SIZE`, `f MODE PATH < FILE`,
/// `l PATH TARGET`, `a FOLDER TARGET LIST`, `i LIST`, `x PATH`; an owner `@UID:GID` may end `d` and `f` lines.
fn read_line(reader: &mut Reader, line: &str) -> Result<(), Problem> {
    let mut fields: Vec<&str> = line.split_whitespace().collect();
    let owner = match fields.last().and_then(|it| it.strip_prefix('@')) {
        Some(owner) => {
            fields.pop();
            let (uid, gid) = owner
                .split_once(':')
                .ok_or(Problem::Line("propriétaire attendu : @UID:GID"))?;
            let number = |it: &str| {
                it.parse()
                    .map_err(|_| Problem::Line("propriétaire : deux nombres attendus"))
            };
            (number(uid)?, number(gid)?)
        }
        None => (0, 0),
    };
    let mode =
        |it: &str| u32::from_str_radix(it, 8).map_err(|_| Problem::Line("mode octal attendu"));
    match fields.as_slice() {
        ["d", bits, path] => reader.add(path, FileKind::Directory, mode(bits)?, owner, 0, &[]),
        ["f", bits, path, "<", file] => {
            let content = asset(&format!("fichiers/{file}")).map_err(Problem::Asset)?;
            reader.add(
                path,
                FileKind::File,
                mode(bits)?,
                owner,
                content.len() as u64,
                content,
            );
        }
        ["f", bits, path, size] => {
            let size = size
                .parse()
                .map_err(|_| Problem::Line("taille attendue, en octets"))?;
            reader.add(path, FileKind::File, mode(bits)?, owner, size, &[]);
        }
        ["l", path, target] => {
            reader.add(
                path,
                FileKind::Symlink((*target).to_owned()),
                0o777,
                (0, 0),
                target.len() as u64,
                &[],
            );
        }
        ["a", folder, target, list] => {
            let names = asset(&format!("listes/{list}")).map_err(Problem::Asset)?;
            for name in String::from_utf8_lossy(names).split_whitespace() {
                let path = format!("{}/{name}", folder.trim_end_matches('/'));
                if path != *target {
                    reader.add(
                        &path,
                        FileKind::Symlink((*target).to_owned()),
                        0o777,
                        (0, 0),
                        target.len() as u64,
                        &[],
                    );
                }
            }
        }
        ["i", list] => {
            let path = format!("couches/{list}");
            let text = asset(&path).map_err(Problem::Asset)?;
            read_lines(reader, &path, &String::from_utf8_lossy(text)).map_err(Problem::Asset)?;
        }
        ["x", _] => {}
        _ => {
            return Err(Problem::Line("ligne inconnue : d, f, l, a, i ou x attendu"));
        }
    }
    Ok(())
}
