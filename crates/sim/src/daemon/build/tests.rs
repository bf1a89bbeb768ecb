use bytes::Bytes;
use flate2::write::GzEncoder;
use std::io::Write as _;

use super::context::Context;

fn archive(entries: &[(&str, tar::EntryType, &str, &[u8])]) -> Bytes {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, kind, link, content) in entries {
        let mut header = tar::Header::new_gnu();
        // Written as it is: the library refuses names that climb out.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap().into()
}

const FILE: tar::EntryType = tar::EntryType::Regular;
const LINK: tar::EntryType = tar::EntryType::Symlink;

#[test]
fn nothing_leaves_the_context() {
    let sent = archive(&[
        ("../../climbs", FILE, "", b"1"),
        ("/absolute", FILE, "", b"2"),
        ("out", LINK, "../../../etc", b""),
        ("out/inside", FILE, "", b"3"),
        ("loop", LINK, "loop", b""),
    ]);
    let context = Context::from_archive(&sent).unwrap();
    assert!(context.tree.stat("/climbs").is_ok());
    assert_eq!(context.locate("out/inside").unwrap(), "/etc/inside");
    assert!(
        context
            .locate("../x")
            .unwrap_err()
            .message
            .contains("forbidden path")
    );
    assert!(context.locate("a/../../x").is_err());
    assert!(context.locate("loop").is_err());
}

#[test]
fn an_archive_that_announces_more_than_there_is_room_for_is_refused() {
    // A sparse file of 1 TiB in one block.
    let mut header = tar::Header::new_gnu();
    header.set_path("big").unwrap();
    header.set_entry_type(tar::EntryType::GNUSparse);
    header.set_size(0);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.set_real_size(1 << 40);
    gnu.sparse[0].set_offset(1 << 40);
    gnu.sparse[0].set_length(0);
    header.set_cksum();
    let mut sent = header.as_bytes().to_vec();
    sent.resize(2048, 0);
    assert!(Context::from_archive(&sent.into()).is_err());
}

#[test]
fn a_compressed_bomb_is_refused() {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..=(super::super::LARGEST_CONTEXT >> 20) {
        encoder.write_all(&zeros).unwrap();
    }
    let sent: Bytes = encoder.finish().unwrap().into();
    assert!(sent.len() < 1 << 20);
    let failure = Context::from_archive(&sent).unwrap_err();
    assert_eq!(failure.message, "no space left on device");
}

#[test]
fn deep_folders_are_refused() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(0);
    let name = "a/".repeat(5_000) + "b";
    builder.append_data(&mut header, name, &b""[..]).unwrap();
    let sent: Bytes = builder.into_inner().unwrap().into();
    assert!(Context::from_archive(&sent).is_err());
}

#[test]
fn an_archive_without_its_last_zeros_is_whole() {
    let whole = archive(&[("Dockerfile", FILE, "", b"FROM busybox\n")]);
    let mut context = Context::from_archive(&whole.slice(..512 + 13)).unwrap();
    let (name, text) = context.take_dockerfile("Dockerfile").unwrap();
    assert_eq!(
        (name.as_str(), text.as_str()),
        ("Dockerfile", "FROM busybox\n")
    );
    assert!(Context::from_archive(&whole.slice(..300)).is_err());
}

#[test]
fn the_dockerfile_goes_when_it_is_ignored() {
    let sent = archive(&[
        ("Dockerfile", FILE, "", b"FROM busybox\n"),
        (".dockerignore", FILE, "", b"Dockerfile\n"),
    ]);
    let mut context = Context::from_archive(&sent).unwrap();
    context.take_dockerfile("Dockerfile").unwrap();
    assert_eq!(context.walk(""), [".dockerignore"]);
}
