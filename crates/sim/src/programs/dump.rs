//! Bytes as text: `od`, `hexdump`, `base64`, `md5sum`, `sha1sum`, `sha256sum`, `sha512sum`, `cmp`.

use base64::Engine as _;
use base64::alphabet::STANDARD as STANDARD_ALPHABET;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest;

use super::applet::Applet;
use super::cat::{close, open, or_stdin};
use crate::kernel::Sys;
use crate::shell::stream::{Input, Output};

async fn content(applet: &Applet, operands: &[String], status: &mut u8) -> Vec<u8> {
    let mut all = Vec::new();
    for path in or_stdin(operands) {
        match open(&applet.sys, &path) {
            Ok(fd) => {
                all.extend(Input::new(&applet.sys, fd).rest().await.unwrap_or_default());
                close(&applet.sys, fd);
            }
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                *status = 1;
            }
        }
    }
    all
}

/// `od [-bcdoxv] [-A RADIX] [-t TYPE]… [-N COUNT] [-j SKIP] [FILE]…`
pub(super) async fn od(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("abcdfhiloxsvA:t:N:j:w:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut status = 0;
    let mut bytes = content(&applet, &options.operands, &mut status).await;
    let size = |letter| {
        options
            .value(letter)
            .and_then(super::applet::parse_size)
            .and_then(|it| usize::try_from(it).ok())
    };
    let skip = size('j').unwrap_or(0).min(bytes.len());
    bytes.drain(..skip);
    if let Some(most) = size('N') {
        bytes.truncate(most);
    }
    let mut types: Vec<String> = options.values('t').map(str::to_owned).collect();
    for (letter, name) in [
        ('b', "o1"),
        ('c', "c"),
        ('d', "u2"),
        ('o', "o2"),
        ('x', "x2"),
        ('h', "x2"),
        ('i', "d4"),
        ('s', "d2"),
        ('l', "d8"),
        ('a', "a"),
    ] {
        if options.has(letter) {
            types.push(name.into());
        }
    }
    if types.is_empty() {
        types.push("o2".into());
    }
    let address = |at: usize| match options.value('A') {
        Some("n") => String::new(),
        Some("x") => format!("{at:06x}"),
        Some("d") => format!("{at:07}"),
        _ => format!("{at:07o}"),
    };
    let mut out = Output::new(&applet.sys, 1);
    let mut repeated = false;
    let lines: Vec<&[u8]> = bytes.chunks(16).collect();
    for (index, line) in lines.iter().enumerate() {
        if index > 0
            && lines[index - 1] == *line
            && line.len() == 16
            && !options.has('v')
            && index + 1 < lines.len()
        {
            if !repeated {
                out.line("*");
            }
            repeated = true;
            continue;
        }
        repeated = false;
        for (number, kind) in types.iter().enumerate() {
            let head = match (number, options.value('A')) {
                (0, _) => address(skip + index * 16),
                (_, Some("n")) => String::new(),
                _ => " ".repeat(7),
            };
            out.line(format!("{head}{}", units(line, kind)));
        }
        if out.flush().await.is_err() {
            return 1;
        }
    }
    let end = address(skip + bytes.len());
    if !end.is_empty() {
        out.line(end);
    }
    out.finish(status).await
}

/// A line of bytes in one format of `od -t`.
fn units(line: &[u8], kind: &str) -> String {
    let mut letters = kind.chars();
    let letter = letters.next().unwrap_or('o');
    let size: usize = match letters.as_str() {
        "C" => 1,
        "S" => 2,
        "L" => 8,
        digits => digits
            .parse()
            .unwrap_or(if letter == 'c' || letter == 'a' { 1 } else { 4 }),
    };
    let size = size.clamp(1, 8);
    let mut text = String::new();
    for unit in line.chunks(size) {
        let mut value = [0u8; 8];
        value[..unit.len()].copy_from_slice(unit);
        let number = u64::from_le_bytes(value);
        text.push_str(&match letter {
            'c' => format!("{:>4}", char_name(unit[0])),
            'a' => format!("{:>4}", char_name(unit[0] & 127)),
            'x' => format!(" {number:0w$x}", w = size * 2),
            'u' => format!(" {number:>w$}", w = [3, 5, 8, 10, 13, 15, 18, 20][size - 1]),
            'd' => {
                let shift = 64 - size * 8;
                let signed = (number << shift).cast_signed() >> shift;
                format!(" {signed:>w$}", w = [4, 6, 9, 11, 14, 16, 19, 20][size - 1])
            }
            _ => format!(
                " {number:0w$o}",
                w = [3, 6, 8, 11, 14, 16, 19, 22][size - 1]
            ),
        });
    }
    text
}

fn char_name(byte: u8) -> String {
    match byte {
        0 => "\\0".into(),
        7 => "\\a".into(),
        8 => "\\b".into(),
        9 => "\\t".into(),
        10 => "\\n".into(),
        11 => "\\v".into(),
        12 => "\\f".into(),
        13 => "\\r".into(),
        32..=126 => char::from(byte).to_string(),
        byte => format!("{byte:03o}"),
    }
}

/// `hexdump [-C] [-n COUNT] [-s SKIP] [-v] [FILE]…`
pub(super) async fn hexdump(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("bcCdoxvn:s:e:f:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut status = 0;
    let mut bytes = content(&applet, &options.operands, &mut status).await;
    let size = |letter| {
        options
            .value(letter)
            .and_then(super::applet::parse_size)
            .and_then(|it| usize::try_from(it).ok())
    };
    let skip = size('s').unwrap_or(0).min(bytes.len());
    bytes.drain(..skip);
    if let Some(most) = size('n') {
        bytes.truncate(most);
    }
    let canonical = options.has('C') || applet.name == "hd";
    let mut out = Output::new(&applet.sys, 1);
    let lines: Vec<&[u8]> = bytes.chunks(16).collect();
    let mut repeated = false;
    for (index, line) in lines.iter().enumerate() {
        if index > 0 && lines[index - 1] == *line && !options.has('v') {
            if !repeated {
                out.line("*");
            }
            repeated = true;
            continue;
        }
        repeated = false;
        let at = skip + index * 16;
        if canonical {
            let mut hex = String::new();
            for position in 0..16 {
                if position == 8 {
                    hex.push(' ');
                }
                hex.push_str(
                    &line
                        .get(position)
                        .map_or("   ".into(), |it| format!("{it:02x} ")),
                );
            }
            let shown: String = line
                .iter()
                .map(|it| {
                    if (32..127).contains(it) {
                        char::from(*it)
                    } else {
                        '.'
                    }
                })
                .collect();
            out.line(format!("{at:08x}  {hex} |{shown}|"));
        } else {
            let words: Vec<String> = line
                .chunks(2)
                .map(|it| {
                    format!(
                        "{:04x}",
                        u16::from_le_bytes([it[0], it.get(1).copied().unwrap_or(0)])
                    )
                })
                .collect();
            out.line(format!("{at:07x} {:<39}", words.join(" ")));
        }
    }
    let end = skip + bytes.len();
    out.line(if canonical {
        format!("{end:08x}")
    } else {
        format!("{end:07x}")
    });
    out.finish(status).await
}

/// Encodes bytes in base64, RFC 4648, without line breaks.
pub(super) fn encode64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn decode64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0u32, 0u32);
    for byte in text
        .iter()
        .filter(|it| !it.is_ascii_whitespace() && **it != b'=')
    {
        let value = STANDARD_ALPHABET
            .as_str()
            .bytes()
            .position(|it| it == *byte)?;
        held = (held << 6 | u32::try_from(value).ok()?) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits).to_le_bytes()[0]);
        }
    }
    Some(bytes)
}

/// `base64 [-d] [-w COLUMNS] [FILE]`
pub(super) async fn base64(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("dDw:", &[("decode", 'd')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut status = 0;
    let bytes = content(&applet, &options.operands, &mut status).await;
    if options.has('d') || options.has('D') {
        return match decode64(&bytes) {
            Some(decoded) => applet.print(decoded).await.max(status),
            None => applet.fail("truncated input").await,
        };
    }
    let columns = options
        .value('w')
        .and_then(|it| it.parse().ok())
        .unwrap_or(76usize);
    let text = encode64(&bytes);
    let mut wrapped = String::new();
    for line in text
        .as_bytes()
        .chunks(if columns == 0 { usize::MAX } else { columns })
    {
        wrapped.push_str(&String::from_utf8_lossy(line));
        if columns > 0 {
            wrapped.push('\n');
        }
    }
    applet.print(wrapped).await.max(status)
}

/// `md5sum`, `sha1sum`, `sha256sum`, `sha512sum`: `[-c] [FILE]…`
pub(super) async fn sums(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("cswb", &[("check", 'c')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut status = 0;
    let mut out = Output::new(&applet.sys, 1);
    for path in or_stdin(&options.operands) {
        let bytes = match open(&applet.sys, &path) {
            Ok(fd) => {
                let bytes = Input::new(&applet.sys, fd).rest().await;
                close(&applet.sys, fd);
                bytes
            }
            Err(error) => Err(error),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                applet
                    .complain(&format!("can't open '{path}': {error}"))
                    .await;
                status = 1;
                continue;
            }
        };
        if !options.has('c') {
            out.line(format!("{}  {path}", digest(&applet.name, &bytes)));
            continue;
        }
        let listed = String::from_utf8_lossy(&bytes).into_owned();
        for line in listed.lines() {
            let Some((sum, file)) = line.split_once("  ") else {
                continue;
            };
            let matches = applet
                .sys
                .read_file(file)
                .is_ok_and(|it| digest(&applet.name, &it) == sum);
            if !matches {
                status = 1;
            }
            out.line(format!("{file}: {}", if matches { "OK" } else { "FAILED" }));
        }
    }
    out.finish(status).await
}

fn digest(name: &str, bytes: &[u8]) -> String {
    let hex = |bytes: &[u8]| {
        bytes
            .iter()
            .map(|it| format!("{it:02x}"))
            .collect::<String>()
    };
    match name {
        "sha256sum" => hex(&sha2::Sha256::digest(bytes)),
        "sha512sum" => hex(&sha2::Sha512::digest(bytes)),
        "sha1sum" => hex(&super::hash::sha1(bytes)),
        _ => hex(&super::hash::md5(bytes)),
    }
}

/// `cmp [-s] FILE1 FILE2`
pub(super) async fn cmp(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("sl", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [first, second] = options.operands.as_slice() else {
        return applet.usage().await;
    };
    let mut contents = Vec::new();
    for path in [first, second] {
        match applet.sys.read_file(path) {
            Ok(bytes) => contents.push(bytes),
            Err(error) => {
                applet
                    .complain(&format!("can't open '{path}': {error}"))
                    .await;
                return 2;
            }
        }
    }
    let (a, b) = (&contents[0], &contents[1]);
    let Some(at) = a.iter().zip(b.iter()).position(|it| it.0 != it.1) else {
        if a.len() == b.len() {
            return 0;
        }
        let shorter = if a.len() < b.len() { first } else { second };
        return if options.has('s') {
            1
        } else {
            applet.fail(format!("EOF on {shorter}")).await
        };
    };
    if options.has('s') {
        return 1;
    }
    let line = a[..at].split(|it| *it == b'\n').count();
    applet
        .print(format!(
            "{first} {second} differ: char {}, line {line}\n",
            at + 1
        ))
        .await
        .max(1)
}
