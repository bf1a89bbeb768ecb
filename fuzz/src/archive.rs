//! Archives: of hostile entries, of arbitrary bytes whose checksums are right, compressed or not.

use std::io::Write as _;
use std::time::Duration;

use flate2::{Compression, write::GzEncoder};
use tar::{EntryType, Header};

use crate::draw::Draw;
use crate::world::{World, with_world};

const BLOCK: usize = 512;
/// Where the checksum of a header is, and its size.
const CHECKSUM: std::ops::Range<usize> = 148..156;
const SIZE: std::ops::Range<usize> = 124..136;

const NAMES: [&str; 24] = [
    "a",
    "d/",
    "d/a",
    "d/a/b",
    ".",
    "./",
    "..",
    "../a",
    "../../../../../../../tmp/moussaillon-canari/canari",
    "/tmp/moussaillon-canari/canari",
    "/tmp/moussaillon-canari/autre",
    "l",
    "l/canari",
    "l/l/l",
    "d/../..",
    ".wh.a",
    ".wh..wh..opq",
    "d/.wh..",
    "manifest.json",
    "c.json",
    "layer.tar",
    "Dockerfile",
    ".dockerignore",
    "etc/passwd",
];

const LINKS: [&str; 12] = [
    "a",
    "l",
    ".",
    "..",
    "/",
    "/tmp/moussaillon-canari",
    "../../../../../tmp/moussaillon-canari",
    "/proc/self/fd",
    "d",
    "",
    "layer.tar",
    "l/l",
];

const SORTS: [u8; 18] = [
    b'0', b'0', b'5', b'2', b'1', b'2', b'1', b'3', b'4', b'6', b'7', b'S', b'L', b'K', b'x', b'g',
    b'\0', b'Z',
];

const CONTENTS: [&str; 8] = [
    "",
    "FROM busybox\nADD . /x\nCOPY --chown=1:1 l /y/\nRUN ls -lR /x\n",
    "FROM scratch\nCOPY ../a /\nADD layer.tar /\n",
    r#"[{"Config":"c.json","RepoTags":["t:1"],"Layers":["layer.tar"]}]"#,
    r#"[{"Config":"l","RepoTags":null,"Layers":["l","l","../a"]},{"Config":"c.json"}]"#,
    r#"{"rootfs":{"type":"layers","diff_ids":["sha256:00"]},"config":{"Env":[1]},"history":[{}]}"#,
    "38 MOUSSAILLON.size=99999999999999999\n",
    "22 GNU.sparse.major=1\n28 GNU.sparse.realsize=9999\n13 path=../a\n",
];

/// Sizes that are not those of the content.
const LIES: [&[u8]; 8] = [
    b"77777777777\0",
    b"00000001000\0",
    b"-0000000001\0",
    b"           \0",
    b"abcdefghijkl",
    b"\x80\0\0\0\0\0\0\0\0\x10\0\0",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    b"\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
];

/// An archive in all the ways that clients send one.
pub fn tar(data: &[u8]) {
    let Some((&how, rest)) = data.split_first() else {
        return;
    };
    with_world(async |world: &World| {
        let mut draw = Draw::new(rest);
        let archive = any(&mut draw);
        let ask = async |method: &str, path: &str, archive: Vec<u8>| {
            world
                .ask_for(method, path, archive, Duration::from_secs(2))
                .await
        };
        match how % 4 {
            0 => {
                ask("POST", "/v1.41/images/load", archive).await;
            }
            1 => {
                ask("POST", "/v1.41/images/create?fromSrc=-&repo=t", archive).await;
                ask(
                    "POST",
                    "/v1.41/containers/create?name=aa",
                    br#"{"Image":"t","Cmd":["a"]}"#.into(),
                )
                .await;
                ask("GET", "/v1.41/containers/aa/export", Vec::new()).await;
                ask("GET", "/v1.41/images/t/get", Vec::new()).await;
            }
            2 => {
                ask(
                    "POST",
                    "/v1.41/containers/create?name=aa",
                    br#"{"Image":"busybox"}"#.into(),
                )
                .await;
                let path = ["/", "/tmp", "/etc"][usize::from(how >> 2) % 3];
                ask(
                    "PUT",
                    &format!("/v1.41/containers/aa/archive?path={path}"),
                    archive,
                )
                .await;
                ask("GET", "/v1.41/containers/aa/archive?path=/tmp", Vec::new()).await;
                ask("GET", "/v1.41/containers/aa/changes", Vec::new()).await;
                ask("POST", "/v1.41/commit?container=aa&repo=t", Vec::new()).await;
            }
            _ => {
                ask("POST", "/v1.41/build?t=t&networkmode=none", archive).await;
            }
        }
        for image in ["t", "t:1"] {
            world
                .ask(
                    "DELETE",
                    &format!("/v1.41/images/{image}?force=1"),
                    Vec::new(),
                )
                .await;
        }
    });
}

/// A build's context: this Dockerfile, and a few files to copy.
pub(crate) fn context(dockerfile: &[u8]) -> Vec<u8> {
    let mut archive = Vec::new();
    for (name, content) in [
        ("Dockerfile", dockerfile),
        ("a", b"a\n"),
        ("d/a.txt", b"b\n"),
    ] {
        entry(&mut archive, header(b'0', name, "", content.len()), content);
    }
    archive.resize(archive.len() + 2 * BLOCK, 0);
    archive
}

/// Any archive.
pub(crate) fn any(draw: &mut Draw) -> Vec<u8> {
    let how = draw.byte();
    let archive = if how & 7 == 7 {
        mended(draw.bytes(4096).to_vec())
    } else {
        entries(draw, 0)
    };
    if how & 0x18 == 0x18 {
        compressed(&archive)
    } else {
        archive
    }
}

fn compressed(archive: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let written = encoder.write_all(archive).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

/// Blocks that look like headers are given the checksum that they need to be read.
fn mended(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
    for block in bytes.chunks_exact_mut(BLOCK) {
        if block.iter().any(|byte| *byte != 0) {
            seal(block);
        }
    }
    bytes
}

fn seal(block: &mut [u8]) {
    block[CHECKSUM].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

fn entries(draw: &mut Draw, deep: usize) -> Vec<u8> {
    let mut archive = Vec::new();
    for _ in 0..=draw.number(12) {
        if draw.is_empty() {
            break;
        }
        one(draw, deep, &mut archive);
    }
    let ending = draw.byte();
    if ending & 3 != 3 {
        archive.resize(archive.len() + 2 * BLOCK, 0);
    }
    if ending & 0xf0 == 0xf0 {
        archive.truncate(draw.number(archive.len() + 1));
    }
    archive
}

fn one(draw: &mut Draw, deep: usize, archive: &mut Vec<u8>) {
    let sort = draw.among(&SORTS);
    let named = |draw: &mut Draw, list: &[&'static str]| {
        if draw.once_in(8) {
            draw.text(90)
        } else {
            draw.among(list).to_owned()
        }
    };
    let (name, link) = (named(draw, &NAMES), named(draw, &LINKS));
    let content = match draw.number(12) {
        0..8 => draw.among(&CONTENTS).as_bytes().to_vec(),
        8 | 9 if deep < 2 => entries(draw, deep + 1),
        10 if deep < 2 => compressed(&entries(draw, deep + 1)),
        _ => draw.bytes(600).to_vec(),
    };
    let mut head = header(sort, &name, &link, content.len());
    let block = head.as_mut_bytes();
    if draw.once_in(8) {
        block[SIZE].copy_from_slice(draw.among(&LIES));
    }
    if draw.once_in(8) {
        // Anything anywhere: modes, owners, times, devices, magics, maps of sparse files.
        let at = 100 + draw.number(BLOCK - 100);
        let bytes = draw.bytes(24);
        let end = (at + bytes.len()).min(BLOCK);
        block[at..end].copy_from_slice(&bytes[..end - at]);
    }
    entry(archive, head, &content);
}

fn header(sort: u8, name: &str, link: &str, size: usize) -> Header {
    let mut head = Header::new_gnu();
    head.set_entry_type(EntryType::new(sort));
    head.set_mode(0o644);
    head.set_size(size as u64);
    let old = head.as_old_mut();
    // As they are: the library would refuse `..`.
    let put = |field: &mut [u8; 100], text: &str| {
        let length = text.len().min(field.len());
        field[..length].copy_from_slice(&text.as_bytes()[..length]);
    };
    put(&mut old.name, name);
    put(&mut old.linkname, link);
    head
}

fn entry(archive: &mut Vec<u8>, mut head: Header, content: &[u8]) {
    let block = head.as_mut_bytes();
    seal(block);
    archive.extend_from_slice(block);
    archive.extend_from_slice(content);
    archive.resize(archive.len().next_multiple_of(BLOCK), 0);
}
