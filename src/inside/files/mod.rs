//! The content of a small file of a container (`GET /containers/{id}/archive`).

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::BodyExt;
use hyper::header::HeaderMap;
use tar::EntryType;

use super::{Fact, InsideError, Place, Tell};
use crate::text::harmless::harmless;
use crate::wire::percent;

#[cfg(test)]
mod tests;

/// Bytes of a file that are shown.
pub const MOST: usize = 64 * 1024;
/// Headers of an archive before the file's own: long names, extended attributes.
const HEADERS: usize = 16 * 1024;

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A text.
    Text {
        /// Its lines, harmless for a screen.
        lines: Vec<String>,
        /// Bytes of the whole.
        size: u64,
        /// Whether there are more than what is shown.
        cut: bool,
    },
    /// A file that is no text.
    Binary {
        /// Bytes.
        size: u64,
    },
    /// A directory.
    Directory,
    /// A symbolic link, and where it leads.
    Symlink(String),
    /// A device, a named pipe.
    Special,
}

/// Tells the content of a file.
pub(super) async fn read(
    place: &Place,
    container: &str,
    path: &str,
    tell: &Tell,
) -> Result<(), InsideError> {
    let connection = place.connect().await?;
    let address = format!(
        "/containers/{container}/archive?path={}",
        percent::encode(path)
    );
    let answer = match connection.client.open(&address).await {
        Ok(answer) => answer,
        Err(error) if error.is_not_found() => {
            // Podman follows a link, which may lead nowhere: its header tells the link itself.
            let headers = connection.client.head(&address).await?;
            if let Some(link) = link_target(&headers) {
                tell(Fact::File(Content::Symlink(harmless(&link))));
                return Ok(());
            }
            let words = format!("{} n’est plus dans le conteneur.", harmless(path));
            return Err(InsideError::Other(words));
        }
        Err(error) => return Err(error.into()),
    };
    let mut body = answer.into_body();
    let mut bytes = Vec::new();
    // The archive of a directory holds all that is in it: its beginning is enough.
    while bytes.len() < HEADERS + MOST {
        let Some(frame) = body.frame().await else {
            break;
        };
        let frame = frame.map_err(|error| unread(&error.to_string()))?;
        bytes.extend_from_slice(&frame.into_data().unwrap_or_default());
    }
    let content = first(&bytes).map_err(|error| unread(&error.to_string()))?;
    tell(Fact::File(content));
    Ok(())
}

/// Where a link leads, as the engine describes it beside the archive; `None` for what is no link.
fn link_target(headers: &HeaderMap) -> Option<String> {
    let header = headers.get("X-Docker-Container-Path-Stat")?;
    let stat = STANDARD.decode(header.as_bytes()).ok()?;
    let stat: serde_json::Value = serde_json::from_slice(&stat).ok()?;
    let link = stat.get("linkTarget")?.as_str()?;
    (!link.is_empty()).then(|| link.to_owned())
}

fn unread(reason: &str) -> InsideError {
    InsideError::Other(format!("Le fichier n’a pas pu être lu\u{a0}: {reason}."))
}

/// The first file of an archive, of which the end may be missing.
fn first(archive: &[u8]) -> std::io::Result<Content> {
    let mut archive = tar::Archive::new(archive);
    let Some(entry) = archive.entries()?.next() else {
        return Err(std::io::Error::other("archive vide"));
    };
    let entry = entry?;
    let kind = entry.header().entry_type();
    let size = entry.size();
    Ok(match kind {
        EntryType::Directory => Content::Directory,
        EntryType::Symlink => {
            let link = entry.link_name_bytes().unwrap_or_default();
            Content::Symlink(harmless(&String::from_utf8_lossy(&link)))
        }
        kind if kind.is_file() || kind == EntryType::Link => {
            let mut bytes = Vec::new();
            // An archive cut short ends early, which is no error here.
            let _ = entry.take(MOST as u64).read_to_end(&mut bytes);
            text(&bytes, size).unwrap_or(Content::Binary { size })
        }
        _ => Content::Special,
    })
}

/// Reads bytes as a text; `None` when they are none.
fn text(bytes: &[u8], size: u64) -> Option<Content> {
    let cut = (bytes.len() as u64) < size;
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The last character may have been cut in two.
        Err(error) if cut && error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if valid.contains('\0') {
        return None;
    }
    let lines = valid.lines().map(harmless).collect();
    Some(Content::Text { lines, size, cut })
}
