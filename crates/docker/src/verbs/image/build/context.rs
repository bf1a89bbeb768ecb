//! What is sent: a folder, an archive, or a Dockerfile alone.

use std::hash::{BuildHasher, Hasher};
use std::io::{Read, Write};
use std::path::PathBuf;

use bytes::Bytes;

use super::archive::{self, Made};
use super::paths::{real, relative};
use crate::error::{Failure, Outcome};
use crate::files::{self, EntryKind, Files, go_words};
use crate::format::words::now;
use domain::paths::{IgnoreRules, ignore_lines};

/// A context, ready to be sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Context {
    pub(super) archive: Bytes,
    /// Bytes before any compression.
    pub(super) size: usize,
    /// The Dockerfile's path in it.
    pub(super) dockerfile: String,
    /// Where the engine gets it, when it is not sent.
    pub(super) remote: String,
}

impl Context {
    fn new(archive: impl Into<Bytes>, dockerfile: impl Into<String>) -> Self {
        let archive = archive.into();
        Self {
            size: archive.len(),
            archive,
            dockerfile: dockerfile.into(),
            remote: String::new(),
        }
    }
}

/// Bytes compressed with gzip.
pub(super) fn compressed(bytes: &[u8]) -> Result<Bytes, String> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map(Bytes::from)
        .map_err(|error| go_words(&error))
}

fn is_archive(bytes: &[u8]) -> bool {
    const COMPRESSED: [&[u8]; 4] = [
        &[0x1f, 0x8b, 0x08],
        b"BZh",
        &[0xfd, b'7', b'z', b'X', b'Z', 0],
        &[0x28, 0xb5, 0x2f, 0xfd],
    ];
    let head = &bytes[..bytes.len().min(1024)];
    if COMPRESSED.iter().any(|magic| head.starts_with(magic)) {
        return true;
    }
    let mut archive = tar::Archive::new(head);
    let first = archive.entries().ok().and_then(|mut it| it.next());
    head.len() >= 512 && matches!(first, Some(Ok(_)))
}

/// What standard input holds: an archive, or a Dockerfile.
pub(super) fn from_reader(input: Bytes, dockerfile: &str) -> Result<Context, String> {
    if is_archive(&input) {
        return Ok(Context::new(input, dockerfile));
    }
    if !dockerfile.is_empty() {
        return Err(
            "ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles".to_owned(),
        );
    }
    let made = Made {
        name: "Dockerfile".to_owned(),
        content: input.to_vec(),
        modified: u64::try_from(now()).unwrap_or(0),
    };
    Ok(Context::new(archive::single(&made)?, "Dockerfile"))
}

/// A local folder.
pub(super) struct Place<'a> {
    pub(super) files: &'a dyn Files,
    /// Absolute.
    pub(super) folder: PathBuf,
    /// `-f`: absolute, and as it was given.
    pub(super) dockerfile: Option<(PathBuf, String)>,
    /// A Dockerfile from standard input.
    pub(super) given: Option<Bytes>,
}

impl Place<'_> {
    /// Reads what the rules do not leave out.
    pub(super) fn gather(self) -> Outcome<Context> {
        let prepare = |error: String| Failure::new(format!("unable to prepare context: {error}"));
        let root = real(self.files, &self.folder).map_err(|error| {
            prepare(format!(
                "unable to evaluate symlinks in context path: {error}"
            ))
        })?;
        let is_folder = self
            .files
            .entry(&root)
            .is_ok_and(|it| it.kind == EntryKind::Directory);
        if !is_folder {
            let root = root.display();
            return Err(prepare(format!("context must be a directory: {root}")));
        }
        let mut given = self.given.as_ref().map(|it| it.to_vec());
        let mut name = "-".to_owned();
        if given.is_none() {
            let asked = match &self.dockerfile {
                Some((path, _)) => path.clone(),
                None => self.default_dockerfile(&root),
            };
            let path = real(self.files, &asked).map_err(|error| {
                prepare(format!(
                    "unable to evaluate symlinks in Dockerfile path: {error}"
                ))
            })?;
            name = relative(&root, &path);
            if name.starts_with("../") {
                let shown = self.dockerfile.as_ref().map_or("", |it| &it.1);
                let content = files::read(self.files, &asked, shown)
                    .map_err(|error| Failure::new(format!("unable to open Dockerfile: {error}")))?;
                given = Some(content);
            }
        }
        let (rules, lines) = self.rules(&root, &name)?;
        let mut made = Vec::new();
        if let Some(content) = given {
            name = random_name();
            made = with_dockerfile(&name, content, lines);
        }
        let archive = archive::folder(self.files, &root, &rules, made)?;
        Ok(Context::new(archive, name))
    }

    fn default_dockerfile(&self, root: &std::path::Path) -> PathBuf {
        let usual = root.join("Dockerfile");
        let lower = root.join("dockerfile");
        if self.files.entry(&usual).is_err() && self.files.entry(&lower).is_ok() {
            return lower;
        }
        usual
    }

    /// The rules of `.dockerignore`, which never leave out what the engine needs, and its text.
    fn rules(
        &self,
        root: &std::path::Path,
        dockerfile: &str,
    ) -> Outcome<(IgnoreRules, Option<Vec<u8>>)> {
        let path = root.join(".dockerignore");
        let mut bytes = Vec::new();
        let text = match self.files.open(&path) {
            Ok(mut file) => {
                file.read_to_end(&mut bytes).map_err(|error| {
                    let words = go_words(&error);
                    Failure::new(format!(
                        "error reading .dockerignore: read {}: {words}",
                        path.display()
                    ))
                })?;
                Some(bytes)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                let words = go_words(&error);
                return Err(Failure::new(format!("open {}: {words}", path.display())));
            }
        };
        let shown = String::from_utf8_lossy(text.as_deref().unwrap_or_default()).into_owned();
        let mut lines = ignore_lines(&shown);
        let bad = |error| Failure::new(format!("error checking context: {error}"));
        let rules = IgnoreRules::new(&lines).map_err(bad)?;
        for name in [".dockerignore", dockerfile] {
            if name != "-" && rules.excludes_shallow(name) {
                lines.push(format!("!{name}"));
            }
        }
        Ok((IgnoreRules::new(&lines).map_err(bad)?, text))
    }
}

/// `.dockerfile.` and twenty digits: a name that no file of the context has.
fn random_name() -> String {
    let random = || {
        std::collections::hash_map::RandomState::new()
            .build_hasher()
            .finish()
    };
    let digits = format!("{:016x}{:016x}", random(), random());
    format!(".dockerfile.{}", &digits[..20])
}

/// A Dockerfile that is not in the context, and the `.dockerignore` that keeps it out of images.
fn with_dockerfile(name: &str, content: Vec<u8>, ignore: Option<Vec<u8>>) -> Vec<Made> {
    let modified = u64::try_from(now()).unwrap_or(0);
    let mut rules = ignore.unwrap_or_else(|| b".dockerignore".to_vec());
    rules.extend_from_slice(format!("\n{name}\n").as_bytes());
    vec![
        Made {
            name: name.to_owned(),
            content,
            modified,
        },
        Made {
            name: ".dockerignore".to_owned(),
            content: rules,
            modified,
        },
    ]
}
