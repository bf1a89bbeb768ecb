//! Archives as clients send them: plain, or compressed.

use std::io::Read as _;

use bytes::Bytes;

use super::{Fault, Outcome};

/// Bytes of an archive of images, sent or decompressed: what the machine's disk has room for.
pub const LARGEST_ARCHIVE: usize = 1 << 30;
/// The same of a build's context, or of what is copied in a container.
pub const LARGEST_CONTEXT: usize = 512 << 20;

/// What a full disk says.
pub(super) const NO_SPACE: &str = "no space left on device";

/// Undoes gzip, up to so many bytes; another compression is refused, and what is not compressed
/// stays as it is.
pub(super) fn decompressed(archive: &Bytes, most: usize) -> Outcome<Bytes> {
    const OTHERS: [&[u8]; 3] = [
        b"BZh",
        &[0xfd, b'7', b'z', b'X', b'Z'],
        &[0x28, 0xb5, 0x2f, 0xfd],
    ];
    if OTHERS.iter().any(|magic| archive.starts_with(magic)) {
        return Err(Fault::not_implemented(
            "non simulé\u{a0}: les archives compressées autrement qu’avec gzip ; décompressez-la d’abord",
        ));
    }
    if !archive.starts_with(&[0x1f, 0x8b]) {
        return Ok(archive.clone());
    }
    let mut plain = Vec::new();
    flate2::read::MultiGzDecoder::new(&archive[..])
        .take(most as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|_| Fault::internal("unexpected EOF"))?;
    if plain.len() > most {
        return Err(Fault::internal(NO_SPACE));
    }
    Ok(plain.into())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
        let bomb: Bytes = encoder.finish().unwrap().into();
        assert_eq!(decompressed(&bomb, 1 << 20).unwrap().len(), 1 << 20);
        let refused = decompressed(&bomb, (1 << 20) - 1).unwrap_err();
        assert_eq!(refused.message, NO_SPACE);
        let cut = decompressed(&bomb.slice(..100), 1 << 20).unwrap_err();
        assert_eq!(cut.message, "unexpected EOF");
    }
}
