//! The archives of `docker cp`: made of local files, and taken apart into them.

use std::io::{Read, Write};
use std::path::Path;

use super::paths::{Target, clean, join};
use crate::files::{EntryKind, Files, go_words};

/// An archive of what is at `path`, under that name.
pub(super) fn build(files: &dyn Files, path: &str, name: &str) -> Result<Vec<u8>, String> {
    let mut builder = tar::Builder::new(Vec::new());
    add(files, &mut builder, path, name)?;
    builder.into_inner().map_err(|error| go_words(&error))
}

fn add(
    files: &dyn Files,
    builder: &mut tar::Builder<Vec<u8>>,
    path: &str,
    name: &str,
) -> Result<(), String> {
    let words = |error: std::io::Error| format!("open {path}: {}", go_words(&error));
    let entry = files.entry(Path::new(path)).map_err(words)?;
    let mut header = tar::Header::new_gnu();
    header.set_mode(entry.mode);
    header.set_mtime(entry.modified);
    header.set_uid(u64::from(entry.owner.0));
    header.set_gid(u64::from(entry.owner.1));
    header.set_size(0);
    match entry.kind {
        EntryKind::Directory => {
            header.set_entry_type(tar::EntryType::Directory);
            let shown = format!("{}/", name.trim_end_matches('/'));
            builder
                .append_data(&mut header, shown, std::io::empty())
                .map_err(words)?;
            for child in files.list(Path::new(path)).map_err(words)? {
                add(
                    files,
                    builder,
                    &join(path, &child),
                    &format!("{name}/{child}"),
                )?;
            }
        }
        EntryKind::Symlink(link) => {
            header.set_entry_type(tar::EntryType::Symlink);
            builder
                .append_link(&mut header, name, link)
                .map_err(words)?;
        }
        EntryKind::File(_) => {
            let mut bytes = Vec::new();
            files
                .open(Path::new(path))
                .map_err(words)?
                .read_to_end(&mut bytes)
                .map_err(words)?;
            header.set_entry_type(tar::EntryType::Regular);
            header.set_size(bytes.len() as u64);
            builder
                .append_data(&mut header, name, bytes.as_slice())
                .map_err(words)?;
        }
        EntryKind::Other => {}
    }
    Ok(())
}

/// Writes an archive's entries into a directory. The first part of their names, one of `bases`,
/// gives way to the target's name.
pub(super) fn extract(
    files: &dyn Files,
    archive: &[u8],
    bases: &[String],
    target: &Target,
) -> Result<(), String> {
    let bad = |error: std::io::Error| go_words(&error);
    let renamed = target
        .name
        .as_ref()
        .or_else(|| (bases.len() > 1).then(|| &bases[1]));
    let mut modes = Vec::new();
    for entry in tar::Archive::new(archive).entries().map_err(bad)? {
        let mut entry = entry.map_err(bad)?;
        let name = entry.path().map_err(bad)?.to_string_lossy().into_owned();
        let name = name.trim_start_matches('/');
        let name = match (renamed, name.split_once('/').unwrap_or((name, ""))) {
            (Some(new), (first, rest)) if bases.iter().any(|it| it == first) => {
                format!("{new}/{rest}")
            }
            (Some(new), _) if bases.iter().any(|it| it == "." || it == "/") => {
                format!("{new}/{name}")
            }
            _ => name.to_owned(),
        };
        // Cleaned as an absolute path, a name cannot lead out of the directory.
        let inside = clean(&format!("/{name}"));
        let path = clean(&format!("{}{inside}", target.directory));
        let path = Path::new(&path);
        let words =
            |error: std::io::Error| format!("open {}: {}", path.display(), go_words(&error));
        let mode = entry.header().mode().map_err(bad)? & 0o7777;
        match entry.header().entry_type() {
            tar::EntryType::Directory => {
                let there = files
                    .entry(path)
                    .is_ok_and(|it| it.kind == EntryKind::Directory);
                if !there {
                    files.make_directory(path).map_err(words)?;
                }
                modes.push((path.to_owned(), mode));
            }
            tar::EntryType::Symlink => {
                let link = entry
                    .link_name()
                    .map_err(bad)?
                    .unwrap_or_default()
                    .into_owned();
                if files.entry(path).is_ok() {
                    files.remove(path).map_err(words)?;
                }
                files.symlink(path, &link).map_err(words)?;
            }
            _ => {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).map_err(bad)?;
                let mut file = files.create(path).map_err(words)?;
                file.write_all(&bytes).map_err(words)?;
                file.flush().map_err(words)?;
                drop(file);
                files.set_mode(path, mode).map_err(words)?;
            }
        }
    }
    // Last, and the deepest first: a directory may be closed to writing.
    for (path, mode) in modes.into_iter().rev() {
        files.set_mode(&path, mode).map_err(bad)?;
    }
    Ok(())
}
