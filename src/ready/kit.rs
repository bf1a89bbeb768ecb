//! The archive that brings the images of lessons where there is no network.
//!
//! A tar archive: for each image `images/NN.tar`, what `docker save` writes, and `images/NN.json`,
//! what it is and its SHA-256; last, `manifeste.json`, all of them. It is written under another
//! name (`….partiel`), and takes its own once it is whole and on the disk. A piece counts once its
//! sheet is written: what an interrupted run leaves is read again, up to the first piece that is
//! not whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ReadyError;

/// The version of the archive that this program writes.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifeste.json";
/// tar's unit.
const BLOCK: u64 = 512;
const BUFFER: usize = 256 * 1024;

/// An image in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// As lessons name it.
    pub image: String,
    /// The identifier it had on the engine that saved it.
    pub id: String,
    /// Its layers, lowest first.
    #[serde(default)]
    pub layers: Vec<String>,
    /// Of what `docker save` wrote, in hexadecimal.
    pub sha256: String,
    /// Bytes of that.
    pub size: u64,
}

#[derive(Serialize, Deserialize)]
struct Manifest {
    format: u32,
    images: Vec<Piece>,
}

/// An archive being written.
#[derive(Debug)]
pub struct Writer {
    partial: PathBuf,
    path: PathBuf,
    file: File,
    pieces: Vec<Piece>,
    /// Where the last whole piece ends.
    end: u64,
}

impl Writer {
    /// Begins an archive, or goes on with the one that was interrupted: as many pieces are kept as
    /// are whole and wanted, in their order.
    pub fn open(path: &Path, wanted: impl Fn(&Piece) -> bool) -> Result<Self, ReadyError> {
        let partial = partial(path);
        let failed = |cause| ReadyError::file(&partial)(cause);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&partial)
            .map_err(failed)?;
        // Two runs on one archive would write over each other.
        if file.try_lock().is_err() {
            return Err(ReadyError::Archive {
                path: partial,
                why: "une autre commande « images preparer » l’écrit en ce moment".to_owned(),
            });
        }
        let (mut pieces, mut end) = (Vec::new(), 0);
        for (piece, after) in whole(&mut file).map_err(failed)? {
            if !wanted(&piece) {
                break;
            }
            end = after;
            pieces.push(piece);
        }
        file.set_len(end).map_err(failed)?;
        Ok(Self {
            partial,
            path: path.to_owned(),
            file,
            pieces,
            end,
        })
    }

    /// What is in it.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Begins a piece, whose bytes are then given to [`Piecewise::write`].
    pub fn piece(&mut self) -> Result<Piecewise<'_>, ReadyError> {
        let end = self.end;
        // The end of an archive, until the piece is whole: who reads it stops before.
        let empty = [0; 512];
        self.at(end)
            .and_then(|file| file.write_all(&empty))
            .map_err(ReadyError::file(&self.partial))?;
        Ok(Piecewise {
            writer: self,
            hash: Sha256::new(),
            size: 0,
        })
    }

    /// Makes the archive whole and gives it its name.
    pub fn finish(mut self) -> Result<u64, ReadyError> {
        let manifest = Manifest {
            format: FORMAT,
            images: std::mem::take(&mut self.pieces),
        };
        let written = serde_json::to_vec_pretty(&manifest)
            .map_err(io::Error::from)
            .and_then(|text| self.small(MANIFEST, &text))
            .and_then(|()| {
                // tar(5): two empty blocks end an archive.
                self.file.write_all(&[0; 1024])?;
                self.file.sync_all()?;
                fs::rename(&self.partial, &self.path)?;
                Ok(self.end + 2 * BLOCK)
            });
        written.map_err(ReadyError::file(&self.path))
    }

    fn at(&mut self, place: u64) -> io::Result<&mut File> {
        self.file.seek(SeekFrom::Start(place))?;
        Ok(&mut self.file)
    }

    /// Writes a small file after the last piece.
    fn small(&mut self, name: &str, text: &[u8]) -> io::Result<()> {
        let size = text.len() as u64;
        let header = header(name, size)?;
        let end = self.end;
        let file = self.at(end)?;
        file.write_all(header.as_bytes())?;
        file.write_all(text)?;
        file.write_all(&vec![0; padding(size)])?;
        self.end += BLOCK + size + padding(size) as u64;
        Ok(())
    }
}

/// A piece being written.
#[derive(Debug)]
pub struct Piecewise<'a> {
    writer: &'a mut Writer,
    hash: Sha256,
    size: u64,
}

impl Piecewise<'_> {
    /// Adds bytes of what the engine saves.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), ReadyError> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        let file = &mut self.writer.file;
        file.write_all(bytes)
            .map_err(ReadyError::file(&self.writer.partial))
    }

    /// Bytes so far.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Ends the piece: from now on, it counts.
    pub fn end(self, image: &str, id: &str, layers: Vec<String>) -> Result<(), ReadyError> {
        let Self { writer, hash, size } = self;
        let piece = Piece {
            image: image.to_owned(),
            id: id.to_owned(),
            layers,
            sha256: hexadecimal(&hash.finalize()),
            size,
        };
        let number = writer.pieces.len() + 1;
        let (begin, partial) = (writer.end, writer.partial.clone());
        let written = (|| {
            writer.file.write_all(&vec![0; padding(size)])?;
            let header = header(&format!("images/{number:02}.tar"), size)?;
            writer.at(begin)?.write_all(header.as_bytes())?;
            writer.end = begin + BLOCK + size + padding(size) as u64;
            let sheet = serde_json::to_vec_pretty(&piece)?;
            writer.small(&format!("images/{number:02}.json"), &sheet)?;
            writer.file.sync_data()
        })();
        written.map_err(ReadyError::file(&partial))?;
        writer.pieces.push(piece);
        Ok(())
    }
}

/// Where an archive is written before it is whole.
pub fn partial(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partiel");
    PathBuf::from(name)
}

fn header(name: &str, size: u64) -> io::Result<tar::Header> {
    let mut header = tar::Header::new_gnu();
    header.set_path(name)?;
    header.set_size(size);
    header.set_mode(0o644);
    header.set_cksum();
    Ok(header)
}

fn padding(size: u64) -> usize {
    usize::try_from((BLOCK - size % BLOCK) % BLOCK).unwrap_or(0)
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// An entry of an archive: its name, where its bytes are, and how many.
struct Part {
    name: String,
    at: u64,
    size: u64,
}

/// The entries of an archive, up to the first that cannot be read.
fn parts(file: &mut File) -> io::Result<Vec<Part>> {
    let length = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let mut archive = tar::Archive::new(BufReader::new(file));
    let mut parts = Vec::new();
    for entry in archive.entries_with_seek()? {
        let Ok(entry) = entry else { break };
        let part = Part {
            name: entry.path_bytes().escape_ascii().to_string(),
            at: entry.raw_file_position(),
            size: entry.size(),
        };
        if part.at.saturating_add(part.size) > length {
            break;
        }
        parts.push(part);
    }
    Ok(parts)
}

fn small(file: &mut File, part: &Part) -> io::Result<Vec<u8>> {
    const LARGEST: u64 = 16 << 20;
    file.seek(SeekFrom::Start(part.at))?;
    let mut text = Vec::new();
    file.take(part.size.min(LARGEST)).read_to_end(&mut text)?;
    Ok(text)
}

/// The pieces that are whole, and where each ends with its sheet.
fn whole(file: &mut File) -> io::Result<Vec<(Piece, u64)>> {
    let parts = parts(file)?;
    let mut found = Vec::new();
    for pair in parts.chunks_exact(2) {
        let [bytes, sheet] = pair else { break };
        let Ok(piece) = serde_json::from_slice::<Piece>(&small(file, sheet)?) else {
            break;
        };
        let digest = digest(file, bytes, &mut |_| {})?;
        if piece.size != bytes.size || piece.sha256 != digest {
            break;
        }
        found.push((piece, sheet.at + sheet.size + padding(sheet.size) as u64));
    }
    Ok(found)
}

fn digest(file: &mut File, part: &Part, read: &mut dyn FnMut(u64)) -> io::Result<String> {
    file.seek(SeekFrom::Start(part.at))?;
    let (mut hash, mut left) = (Sha256::new(), part.size);
    let mut buffer = vec![0; BUFFER];
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(BUFFER).min(BUFFER);
        let count = file.read(&mut buffer[..wanted])?;
        if count == 0 {
            break;
        }
        hash.update(&buffer[..count]);
        left -= count as u64;
        read(count as u64);
    }
    Ok(hexadecimal(&hash.finalize()))
}

/// A whole archive.
#[derive(Debug)]
pub struct Kit {
    path: PathBuf,
    file: File,
    pieces: Vec<(Piece, u64)>,
}

impl Kit {
    /// Opens an archive and reads what it says that it holds; nothing is verified yet.
    pub fn open(path: &Path) -> Result<Self, ReadyError> {
        let wrong = |why: &str| ReadyError::Archive {
            path: path.to_owned(),
            why: why.to_owned(),
        };
        let failed = |cause| ReadyError::file(path)(cause);
        let mut file = File::open(path).map_err(failed)?;
        let parts = parts(&mut file).map_err(failed)?;
        let Some((last, pairs)) = parts.split_last().filter(|it| it.0.name == MANIFEST) else {
            return Err(if parts.iter().any(|it| it.name == "manifest.json") {
                wrong(
                    "c’est une archive de « docker save », sans sommes de contrôle : chargez-la \
                     par « docker load -i »",
                )
            } else {
                wrong(
                    "cette archive est incomplète, ou n’est pas de « moussaillon images \
                     preparer » ; relancez cette commande, ou copiez l’archive à nouveau",
                )
            });
        };
        let text = small(&mut file, last).map_err(failed)?;
        let manifest: Manifest = serde_json::from_slice(&text)
            .map_err(|error| wrong(&format!("son manifeste est illisible ({error})")))?;
        if manifest.format > FORMAT {
            return Err(wrong(
                "elle est d’une version plus récente de moussaillon : mettez celui-ci à jour",
            ));
        }
        let tars: Vec<_> = pairs.iter().step_by(2).collect();
        if tars.len() != manifest.images.len()
            || tars
                .iter()
                .zip(&manifest.images)
                .any(|(part, piece)| part.size != piece.size)
        {
            return Err(wrong("son manifeste ne décrit pas ce qu’elle contient"));
        }
        let places = tars.iter().map(|it| it.at).collect::<Vec<_>>();
        Ok(Self {
            path: path.to_owned(),
            file,
            pieces: manifest.images.into_iter().zip(places).collect(),
        })
    }

    /// What it holds, in order.
    pub fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().map(|it| &it.0)
    }

    /// Bytes of all its images.
    pub fn size(&self) -> u64 {
        self.pieces().map(|it| it.size).sum()
    }

    /// Compares each image with its sum. `read` is told the bytes that were read.
    pub fn verify(&mut self, read: &mut dyn FnMut(u64)) -> Result<(), ReadyError> {
        for (piece, at) in &self.pieces {
            let part = Part {
                name: String::new(),
                at: *at,
                size: piece.size,
            };
            let found =
                digest(&mut self.file, &part, read).map_err(ReadyError::file(&self.path))?;
            if found != piece.sha256 {
                return Err(ReadyError::Archive {
                    path: self.path.clone(),
                    why: format!(
                        "« {} » est abîmée (sa somme de contrôle diffère) : rien n’a été chargé. \
                         Copiez l’archive à nouveau",
                        piece.image
                    ),
                });
            }
        }
        Ok(())
    }

    /// The bytes of its image of this rank, from the first on, in an own file of the system.
    pub fn bytes(&self, rank: usize) -> Result<io::Take<File>, ReadyError> {
        let (size, at) = self
            .pieces
            .get(rank)
            .map_or((0, 0), |(piece, at)| (piece.size, *at));
        let opened = File::open(&self.path).and_then(|mut file| {
            file.seek(SeekFrom::Start(at))?;
            Ok(file.take(size))
        });
        opened.map_err(ReadyError::file(&self.path))
    }
}
