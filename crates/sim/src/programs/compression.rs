//! `gzip`, `gunzip`, `zcat`: RFC 1952.

use super::applet::Applet;
use super::cat::{close, open};
use crate::kernel::Sys;
use crate::shell::stream::Input;

/// Most that a compressed file may unfold to, bytes.
const MOST: usize = 64 << 20;

/// A file of RFC 1952 with these bytes.
pub(super) fn compress(bytes: &[u8], level: u8) -> Vec<u8> {
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
    packed.extend(miniz_oxide::deflate::compress_to_vec(bytes, level));
    packed.extend(crc32(bytes).to_le_bytes());
    let length = u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or(0);
    packed.extend(length.to_le_bytes());
    packed
}

/// What such a file holds; its members follow each other. `None` when it is none, or is damaged.
pub(super) fn uncompress(mut packed: &[u8]) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    while !packed.is_empty() {
        let flags = match packed {
            [0x1f, 0x8b, 8, flags, ..] => *flags,
            _ if !all.is_empty() => return Some(all),
            _ => return None,
        };
        let mut at = 10;
        if flags & 4 != 0 {
            let low = *packed.get(at)?;
            let high = *packed.get(at + 1)?;
            at += 2 + usize::from(u16::from_le_bytes([low, high]));
        }
        for named in [8, 16] {
            if flags & named != 0 {
                at += packed.get(at..)?.iter().position(|it| *it == 0)? + 1;
            }
        }
        if flags & 2 != 0 {
            at += 2;
        }
        let body = packed.get(at..)?;
        let (text, used) = inflate(body, MOST - all.len())?;
        let sum = body.get(used..used + 4)?;
        if sum != crc32(&text).to_le_bytes() {
            return None;
        }
        packed = body.get(used + 8..)?;
        all.extend(text);
    }
    Some(all)
}

/// Whether bytes begin as a file of RFC 1952 does.
pub(super) fn is_compressed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

/// What a deflated stream holds, and how long it is.
fn inflate(packed: &[u8], most: usize) -> Option<(Vec<u8>, usize)> {
    use miniz_oxide::inflate::stream::{InflateState, inflate};
    use miniz_oxide::{DataFormat, MZFlush, MZStatus};
    let mut state = InflateState::new_boxed(DataFormat::Raw);
    let (mut text, mut used) = (Vec::new(), 0);
    let mut chunk = vec![0; 1 << 16];
    loop {
        let step = inflate(&mut state, &packed[used..], &mut chunk, MZFlush::None);
        used += step.bytes_consumed;
        text.extend_from_slice(&chunk[..step.bytes_written]);
        if text.len() > most {
            return None;
        }
        match step.status.ok()? {
            MZStatus::StreamEnd => return Some((text, used)),
            _ if step.bytes_consumed == 0 && step.bytes_written == 0 => return None,
            _ => {}
        }
    }
}

/// The checksum of RFC 1952.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let low = crc & 1;
            crc >>= 1;
            if low == 1 {
                crc ^= 0xedb8_8320;
            }
        }
    }
    !crc
}

/// `gzip`, `gunzip`, `zcat`: `[-cfkdt1-9] [FILE]…`
pub(super) async fn gzip(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("cfkdtqvn123456789", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = applet.sys.clone();
    let unpacks = applet.name != "gzip" || options.has('d') || options.has('t');
    let level = options
        .last_of("123456789")
        .and_then(|it| it.to_digit(10))
        .and_then(|it| u8::try_from(it).ok())
        .unwrap_or(6);
    let to_output = applet.name == "zcat" || options.has('c') || options.has('t');
    let mut status = 0;
    let files = super::cat::or_stdin(&options.operands);
    for path in &files {
        let piped = to_output || path == "-";
        let target = if unpacks {
            let plain = path.strip_suffix(".gz").map(str::to_owned);
            plain.or_else(|| path.strip_suffix(".tgz").map(|it| format!("{it}.tar")))
        } else {
            Some(format!("{path}.gz"))
        };
        let fd = match open(&sys, path) {
            Ok(fd) => fd,
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                status = 1;
                continue;
            }
        };
        let read = Input::new(&sys, fd).rest().await;
        close(&sys, fd);
        let bytes = match read {
            Ok(bytes) => bytes,
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                status = 1;
                continue;
            }
        };
        let Some(target) = target
            .filter(|_| !piped)
            .or_else(|| piped.then(String::new))
        else {
            applet
                .complain(&format!("{path}: unknown suffix - ignored"))
                .await;
            status = 1;
            continue;
        };
        let made = if unpacks {
            uncompress(&bytes)
        } else {
            Some(compress(&bytes, level))
        };
        let Some(made) = made else {
            applet.complain("invalid magic").await;
            status = 1;
            continue;
        };
        if options.has('t') {
            continue;
        }
        if piped {
            if sys.write(1, &made).await.is_err() {
                return 1;
            }
            continue;
        }
        if sys.stat(&target).is_ok() && !options.has('f') {
            applet
                .complain(&format!("can't open '{target}': File exists"))
                .await;
            status = 1;
            continue;
        }
        let replaced = replace(&sys, path, &target, &made, options.has('k'));
        if let Err(error) = replaced {
            applet.complain(&format!("{target}: {error}")).await;
            status = 1;
        }
    }
    status
}

/// Writes a file with the mode and date of another, which goes unless it is kept.
fn replace(
    sys: &Sys,
    from: &str,
    to: &str,
    bytes: &[u8],
    keep: bool,
) -> Result<(), crate::kernel::Errno> {
    let metadata = sys.stat(from)?;
    sys.write_file(to, bytes)?;
    sys.chmod(to, metadata.mode)?;
    sys.set_mtime(to, metadata.mtime)?;
    if keep { Ok(()) } else { sys.unlink(from) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacks_what_it_packs() {
        let text = b"hello hello hello\n".repeat(1000);
        let packed = compress(&text, 9);
        assert!(packed.len() < 200);
        assert_eq!(uncompress(&packed).unwrap(), text);
        let twice = [packed.clone(), packed.clone()].concat();
        assert_eq!(uncompress(&twice).unwrap().len(), text.len() * 2);
        assert_eq!(uncompress(b"hello"), None);
        assert_eq!(uncompress(&packed[..20]), None);
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
