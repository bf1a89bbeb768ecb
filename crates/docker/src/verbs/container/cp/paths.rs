//! Paths of `docker cp`: which side they are on, and where a copy goes.

use std::path::Path;

use crate::cli::Cli;
use crate::error::{Failure, Outcome};
use crate::files::{EntryKind, go_words};

/// Symbolic links followed in a row before giving up.
const MOST_LINKS: usize = 10;

/// A container and a path in it, or a local path.
pub(super) fn argument(text: &str) -> (Option<&str>, &str) {
    if text.starts_with('/') {
        return (None, text);
    }
    match text.split_once(':') {
        Some((container, path)) if !container.starts_with('.') => {
            (Some(container).filter(|it| !it.is_empty()), path)
        }
        _ => (None, text),
    }
}

/// Whether the path says that it is a directory.
fn asserts_directory(path: &str) -> bool {
    path.ends_with('/') || base(path) == "."
}

/// A path without `.`, `..` and double slashes.
pub(super) fn clean(path: &str) -> String {
    let text = crate::cli::normal(Path::new(path))
        .to_string_lossy()
        .into_owned();
    if text.is_empty() {
        ".".to_owned()
    } else {
        text
    }
}

/// The last part of a path; `.` where the path ends in `/.`.
pub(super) fn base(path: &str) -> String {
    if path == "." || path.ends_with("/.") {
        return ".".to_owned();
    }
    let clean = clean(path);
    clean
        .rsplit('/')
        .next()
        .filter(|it| !it.is_empty())
        .map_or("/".to_owned(), str::to_owned)
}

/// The directory of a path; that of `a/.` is `a`.
pub(super) fn directory(path: &str) -> String {
    let cleaned = clean(path);
    if path == "." || path.ends_with("/.") {
        return cleaned;
    }
    match cleaned.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((directory, _)) => directory.to_owned(),
        None => ".".to_owned(),
    }
}

/// A path in a directory, cleaned.
pub(super) fn join(directory: &str, name: &str) -> String {
    clean(&format!("{directory}/{name}"))
}

/// A local path made absolute, its trailing `/` or `/.` kept.
pub(super) fn local(cli: &Cli, path: &str) -> String {
    let absolute = cli.absolute(path).to_string_lossy().into_owned();
    let bare = absolute.trim_end_matches('/');
    match () {
        () if path == "." || path.ends_with("/.") => format!("{bare}/."),
        () if path.ends_with('/') => format!("{bare}/"),
        () => absolute,
    }
}

/// Refuses an output whose directory does not exist.
pub(super) fn check_output(cli: &Cli, path: &str) -> Outcome {
    let cleaned = clean(path);
    let parent = Path::new(&cleaned).parent().unwrap_or(Path::new("/"));
    if cli.files.entry(parent).is_err() {
        let shown = parent.display().to_string();
        return Err(Failure::new(format!(
            "invalid output path: directory {shown:?} does not exist"
        )));
    }
    Ok(())
}

/// A local source: the path that is read, the name that it has in the archive, and whether it is
/// a directory.
pub(super) fn resolve(cli: &Cli, path: &str, follow: bool) -> Outcome<(String, String, bool)> {
    let name = base(path);
    let mut real = clean(path);
    for _ in 0..MOST_LINKS {
        let entry = cli.files.entry(Path::new(&real)).map_err(|error| {
            // The real client joins the folder and the name by hand.
            let shown = clean(path);
            let slash = if shown.rfind('/') == Some(0) { "/" } else { "" };
            Failure::new(format!("lstat {slash}{shown}: {}", go_words(&error)))
        })?;
        match entry.kind {
            EntryKind::Symlink(link) if follow || asserts_directory(path) => {
                let link = link.to_string_lossy().into_owned();
                real = if link.starts_with('/') {
                    link
                } else {
                    join(&directory(&real), &link)
                };
            }
            EntryKind::Directory => return Ok((real, name, true)),
            _ if asserts_directory(path) => {
                let shown = clean(path);
                return Err(Failure::new(format!("lstat {shown}/: not a directory")));
            }
            _ => return Ok((real, name, false)),
        }
    }
    Err(Failure::new(format!("too many symlinks in {path}")))
}

/// Where something is to be put, and what is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The path.
    pub(super) path: String,
    /// Whether something is there.
    pub(super) exists: bool,
    /// Whether that is a directory.
    pub(super) directory: bool,
}

/// Into which directory a copy goes, and under which name if not its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// The directory, which exists.
    pub(super) directory: String,
    /// The new name.
    pub(super) name: Option<String>,
}

impl Place {
    /// What is at a local path, links followed.
    pub(super) fn local(cli: &Cli, path: &str) -> Outcome<Self> {
        let mut real = path.to_owned();
        for _ in 0..MOST_LINKS {
            let Ok(entry) = cli.files.entry(Path::new(&clean(&real))) else {
                return Ok(Self {
                    path: real,
                    exists: false,
                    directory: false,
                });
            };
            match entry.kind {
                EntryKind::Symlink(link) => {
                    let link = link.to_string_lossy().into_owned();
                    real = if link.starts_with('/') {
                        link
                    } else {
                        join(&directory(&real), &link)
                    };
                }
                kind => {
                    let directory = kind == EntryKind::Directory;
                    return Ok(Self {
                        path: real,
                        exists: true,
                        directory,
                    });
                }
            }
        }
        Err(Failure::new(format!("too many symlinks in {path}")))
    }

    /// Where a source goes: `cp`'s rules.
    pub(super) fn place(&self, source_is_directory: bool) -> Result<Target, String> {
        if self.exists && self.directory {
            return Ok(Target {
                directory: self.path.clone(),
                name: None,
            });
        }
        if self.exists && source_is_directory {
            return Err("cannot copy directory".to_owned());
        }
        if !self.exists && !source_is_directory && asserts_directory(&self.path) {
            return Err("no such directory".to_owned());
        }
        Ok(Target {
            directory: directory(&self.path),
            name: Some(base(&self.path)),
        })
    }
}
