//! The archive that a context is sent as: the same bytes as the real client's.

use std::io::Read;
use std::path::Path;

use tar::{Builder, EntryType, Header};

use crate::files::{Entry, EntryKind, Files, go_words};
use domain::paths::IgnoreRules;

/// A file that is not on disk, or is not sent as it is there.
pub(super) struct Made {
    pub(super) name: String,
    pub(super) content: Vec<u8>,
    pub(super) modified: u64,
}

/// Archives a folder, but for what the rules leave out; `made` replaces files or is added last.
pub(super) fn folder(
    files: &dyn Files,
    root: &Path,
    rules: &IgnoreRules,
    made: Vec<Made>,
) -> Result<Vec<u8>, String> {
    let mut walk = Walk {
        files,
        rules,
        made,
        builder: Builder::new(Vec::new()),
    };
    walk.folder(root, "")?;
    for made in std::mem::take(&mut walk.made) {
        append(&mut walk.builder, &made)?;
    }
    walk.builder.into_inner().map_err(|error| go_words(&error))
}

/// The archive of one Dockerfile.
pub(super) fn single(made: &Made) -> Result<Vec<u8>, String> {
    let mut builder = Builder::new(Vec::new());
    append(&mut builder, made)?;
    builder.into_inner().map_err(|error| go_words(&error))
}

fn append(builder: &mut Builder<Vec<u8>>, made: &Made) -> Result<(), String> {
    let mut header = header(EntryType::Regular, 0o600, made.modified);
    header.set_size(made.content.len() as u64);
    add(builder, &mut header, &made.name, None, &made.content)
}

fn header(kind: EntryType, mode: u32, modified: u64) -> Header {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(modified);
    header.set_size(0);
    // Go writes the device numbers of every file.
    let _ = header.set_device_major(0);
    let _ = header.set_device_minor(0);
    header
}

/// Writes an entry; a name or a link that the header has no room for goes before it, as a record.
fn add(
    builder: &mut Builder<Vec<u8>>,
    header: &mut Header,
    name: &str,
    link: Option<&str>,
    content: &[u8],
) -> Result<(), String> {
    let words = |error: std::io::Error| go_words(&error);
    let mut records: Vec<(&str, &[u8])> = Vec::new();
    if header.set_path(name).is_err() || !name.is_ascii() {
        records.push(("path", name.as_bytes()));
        let short: String = name.chars().filter(char::is_ascii).take(90).collect();
        header
            .set_path(short.trim_start_matches('/'))
            .map_err(words)?;
    }
    if let Some(link) = link
        && (header.set_link_name_literal(link).is_err() || !link.is_ascii())
    {
        records.push(("linkpath", link.as_bytes()));
        let short: String = link.chars().filter(char::is_ascii).take(90).collect();
        header.set_link_name_literal(short).map_err(words)?;
    }
    if !records.is_empty() {
        builder.append_pax_extensions(records).map_err(words)?;
    }
    header.set_cksum();
    builder.append(header, content).map_err(words)
}

struct Walk<'a> {
    files: &'a dyn Files,
    rules: &'a IgnoreRules,
    made: Vec<Made>,
    builder: Builder<Vec<u8>>,
}

impl Walk<'_> {
    /// Adds what a folder holds; `inside` is its path in the context, ended by `/`.
    fn folder(&mut self, folder: &Path, inside: &str) -> Result<(), String> {
        let refused = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::PermissionDenied => {
                format!("error checking context: can't stat '{}'", folder.display())
            }
            _ => format!(
                "error checking context: open {}: {}",
                folder.display(),
                go_words(&error)
            ),
        };
        for name in self.files.list(folder).map_err(refused)? {
            let path = folder.join(&name);
            let name = format!("{inside}{name}");
            let Ok(entry) = self.files.entry(&path) else {
                // Gone since it was listed.
                continue;
            };
            let excluded = self.rules.excludes(&name);
            let is_folder = entry.kind == EntryKind::Directory;
            if excluded && !(is_folder && self.rules.keeps_below(&name)) {
                continue;
            }
            if !excluded {
                self.entry(&path, &name, &entry)?;
            }
            if is_folder {
                self.folder(&path, &format!("{name}/"))?;
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: &str, entry: &Entry) -> Result<(), String> {
        if let Some(at) = self.made.iter().position(|it| it.name == name) {
            let made = self.made.remove(at);
            return append(&mut self.builder, &made);
        }
        match &entry.kind {
            EntryKind::Directory => {
                let mode = entry.mode;
                let mut header = header(EntryType::Directory, mode, entry.modified);
                add(
                    &mut self.builder,
                    &mut header,
                    &format!("{name}/"),
                    None,
                    &[],
                )
            }
            EntryKind::Symlink(target) => {
                let mut header = header(EntryType::Symlink, 0o777, entry.modified);
                let target = target.to_string_lossy();
                add(&mut self.builder, &mut header, name, Some(&target), &[])
            }
            EntryKind::File(_) => {
                let refused = |error: std::io::Error| {
                    let shown = path.display();
                    match error.kind() {
                        std::io::ErrorKind::PermissionDenied => {
                            format!("error checking context: no permission to read from '{shown}'")
                        }
                        _ => format!("open {shown}: {}", go_words(&error)),
                    }
                };
                let mut content = Vec::new();
                let mut file = self.files.open(path).map_err(refused)?;
                file.read_to_end(&mut content).map_err(refused)?;
                let mut header = header(EntryType::Regular, entry.mode, entry.modified);
                header.set_size(content.len() as u64);
                add(&mut self.builder, &mut header, name, None, &content)
            }
            // Sockets and devices are not sent.
            EntryKind::Other => Ok(()),
        }
    }
}
