//! A course in an archive: `.tar`, or `.tar.gz`, with the layout of `lessons/`, in a folder or not.
//! It is read in memory: nothing of it is written anywhere.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::{FILE, PATHS, SOURCES};

/// How gzip begins (RFC 1952, 2.3.1).
const GZIP: [u8; 2] = [0x1f, 0x8b];
/// The longest archive that is read, unpacked: a course is text.
const LARGEST: u64 = 64 << 20;
/// The longest file that is read.
const LARGEST_FILE: u64 = 1 << 20;

/// The files of a course that an archive holds: `03-image-conteneur/lecon.md`, `parcours.yaml`… and
/// their texts. A folder that holds them all is left out of the names.
pub(super) fn read(path: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut file = fs::File::open(path)?;
    let mut first = [0; 2];
    let zipped = file.read_exact(&mut first).is_ok() && first == GZIP;
    let file = fs::File::open(path)?;
    let bytes: Box<dyn Read> = if zipped {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(bytes.take(LARGEST)).entries()? {
        let entry = entry.map_err(no_archive)?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let Some(name) = name(&path) else { continue };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        if entry.size() > LARGEST_FILE {
            let words = format!("« {path} » dépasse un mébioctet");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, words));
        }
        let mut text = String::new();
        entry.take(LARGEST_FILE).read_to_string(&mut text)?;
        files.insert(name, text);
    }
    Ok(files)
}

/// What the library says of a file that is no archive quotes its bytes.
fn no_archive(error: io::Error) -> io::Error {
    let words = "ce n’est ni un dossier, ni une archive (.tar, .tar.gz) entière";
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::IsADirectory => error,
        _ => io::Error::new(io::ErrorKind::InvalidData, words),
    }
}

/// What a file is in a course; nothing for the others.
fn name(path: &str) -> Option<String> {
    let mut parts = path.rsplit('/');
    let file = parts.next()?;
    match file {
        FILE => Some(format!("{}/{FILE}", parts.next()?)),
        PATHS | SOURCES => Some(file.to_owned()),
        _ => None,
    }
}
