//! Archives made to harm: nothing on the real machine changes, and the engine goes on.

use std::io::Write as _;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use tar::{EntryType, Header};

use super::*;
use wire::{full, request};

const FILE: EntryType = EntryType::Regular;
const LINK: EntryType = EntryType::Symlink;
const HARD: EntryType = EntryType::Link;

/// A header with names as they are: the library refuses those that climb out.
fn header(kind: EntryType, name: &str, link: &str, size: u64) -> Header {
    let mut header = Header::new_gnu();
    let old = header.as_old_mut();
    old.name[..name.len()].copy_from_slice(name.as_bytes());
    old.linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_entry_type(kind);
    header.set_mode(0o644);
    header.set_size(size);
    header.set_cksum();
    header
}

fn archive(entries: &[(EntryType, &str, &str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (kind, name, link, content) in entries {
        let header = header(*kind, name, link, content.len() as u64);
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

async fn ask(machine: &Machine, method: &str, path: &str, body: Vec<u8>) -> (u16, String) {
    let asked = hyper::Request::builder()
        .method(method)
        .uri(format!("/v1.41{path}"))
        .header("host", "docker")
        .header("content-type", "application/json")
        .body(full(body))
        .unwrap();
    let answer = request(&machine.dialer(), asked).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// A machine with a container `aa`.
async fn with_container() -> Machine {
    let machine = machine();
    printed(&machine, "docker create --name aa busybox").await;
    machine
}

/// Gives an archive to everything that takes one; what was answered.
async fn everywhere(machine: &Machine, archive: &[u8]) -> Vec<(u16, String)> {
    let mut answers = Vec::new();
    let layer = self::archive(&[
        (FILE, "layer.tar", "", archive),
        (
            FILE,
            "config.json",
            "",
            br#"{"rootfs":{"diff_ids":["sha256:0"]}}"#,
        ),
        (
            FILE,
            "manifest.json",
            "",
            br#"[{"Config":"config.json","Layers":["layer.tar"]}]"#,
        ),
    ]);
    for (method, path, body) in [
        ("POST", "/images/load", archive.to_vec()),
        ("POST", "/images/load", layer),
        ("POST", "/images/create?fromSrc=-&repo=t", archive.to_vec()),
        ("PUT", "/containers/aa/archive?path=/tmp", archive.to_vec()),
        ("POST", "/build?t=b", archive.to_vec()),
    ] {
        let answer = ask(machine, method, path, body).await;
        assert!(!answer.1.contains("engine failed"), "{path}: {answer:?}");
        answers.push(answer);
    }
    let (status, _) = ask(machine, "GET", "/containers/json?all=1&size=1", Vec::new()).await;
    assert_eq!(status, 200);
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn no_archive_reaches_the_real_files() {
    let real = tempfile::tempdir().unwrap();
    std::fs::write(real.path().join("kept"), "kept").unwrap();
    let folder = real.path().to_str().unwrap();
    let climbs = format!("../../../../../../..{folder}/kept");
    let absolute = format!("{folder}/kept");
    let machine = with_container().await;
    for entries in [
        vec![(FILE, climbs.as_str(), "", &b"x"[..])],
        vec![(FILE, absolute.as_str(), "", &b"x"[..])],
        vec![
            (LINK, "out", folder, b""),
            (FILE, "out/kept", "", b"x"),
            (FILE, "out/new", "", b"x"),
        ],
        vec![
            (LINK, "up", "../../../../../../..", b""),
            (FILE, "up/tmp/new", "", b"x"),
        ],
        vec![
            (HARD, "hard", absolute.as_str(), b""),
            (FILE, "hard", "", b"x"),
        ],
        vec![
            (FILE, "Dockerfile", "", b"FROM busybox\nADD out/kept /\n"),
            (LINK, "out", folder, b""),
        ],
    ] {
        everywhere(&machine, &archive(&entries)).await;
    }
    let names: Vec<_> = std::fs::read_dir(real.path())
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert_eq!(names, ["kept"]);
    let kept = std::fs::read_to_string(real.path().join("kept")).unwrap();
    assert_eq!(kept, "kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn sizes_that_lie_are_refused() {
    let machine = with_container().await;
    for size in [
        &b"77777777777\0"[..],
        b"-0000000001\0",
        b"\x80\0\0\0\0\0\0\x10\0\0\0\0",
        b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        let mut header = header(FILE, "a", "", 0);
        header.as_old_mut().size.copy_from_slice(size);
        header.set_cksum();
        let mut sent = header.as_bytes().to_vec();
        sent.resize(2048, 0);
        for (status, text) in everywhere(&machine, &sent).await {
            assert!(status >= 400 || text.contains("error"), "{status} {text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sparse_file_larger_than_the_disk_is_refused() {
    let machine = with_container().await;
    let mut header = header(EntryType::GNUSparse, "big", "", 0);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.set_real_size(1 << 40);
    gnu.sparse[0].set_offset(1 << 40);
    gnu.sparse[0].set_length(0);
    header.set_cksum();
    let mut sent = header.as_bytes().to_vec();
    sent.resize(2048, 0);
    for (status, text) in everywhere(&machine, &sent).await {
        assert!(status >= 400 || text.contains("error"), "{status} {text}");
    }
    // Our own way to say how long a file of zeros is.
    let record = b"38 MOUSSAILLON.size=99999999999999999\n";
    let sent = archive(&[
        (EntryType::XHeader, "pax", "", record),
        (FILE, "big", "", b""),
    ]);
    let (_, text) = ask(&machine, "POST", "/images/create?fromSrc=-", sent).await;
    assert!(text.contains("no space left on device"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_entries_are_only_long() {
    let machine = with_container().await;
    let mut builder = tar::Builder::new(Vec::new());
    for number in 0..1000 {
        let header = header(FILE, &format!("d/{number}"), "", 0);
        builder.append(&header, std::io::empty()).unwrap();
    }
    let sent = builder.into_inner().unwrap();
    let answers = everywhere(&machine, &sent).await;
    assert_eq!(answers[2].0, 200, "{answers:?}");
    assert_eq!(answers[3].0, 200, "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn compressed_archives_are_read() {
    let machine = with_container().await;
    let compressed = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let sent = compressed(&archive(&[(FILE, "greeting", "", b"salut\n")]));
    let (status, text) = ask(
        &machine,
        "PUT",
        "/containers/aa/archive?path=/tmp",
        sent.clone(),
    )
    .await;
    assert_eq!(status, 200, "{text}");
    let text = printed(&machine, "docker cp aa:/tmp/greeting - | tar -xO").await;
    assert_eq!(text, "salut\n");
    let (_, text) = ask(&machine, "POST", "/images/create?fromSrc=-&repo=t", sent).await;
    assert!(text.contains("sha256:"), "{text}");
    let saved = request(
        &machine.dialer(),
        hyper::Request::get("/v1.41/images/t/get")
            .header("host", "docker")
            .body(full(Bytes::new()))
            .unwrap(),
    )
    .await
    .unwrap();
    let saved = saved.into_body().collect().await.unwrap().to_bytes();
    ask(&machine, "DELETE", "/images/t", Vec::new()).await;
    let (_, text) = ask(&machine, "POST", "/images/load", compressed(&saved)).await;
    assert!(text.contains("Loaded image: t:latest"), "{text}");
    let (_, text) = ask(&machine, "POST", "/images/load", b"BZh91AY&SY".to_vec()).await;
    assert!(text.contains("non simulé"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_longer_than_the_memory_is_sent_as_it_is_read() {
    let machine = machine();
    let made = "docker run --name aa busybox sh -c 'truncate -s 15G /a; truncate -s 15G /b'";
    printed(&machine, made).await;
    for path in ["containers/aa/export", "containers/aa/archive?path=/b"] {
        let asked = hyper::Request::get(format!("/v1.41/{path}"))
            .header("host", "docker")
            .body(full(Bytes::new()))
            .unwrap();
        let answer = request(&machine.dialer(), asked).await.unwrap();
        assert_eq!(answer.status(), 200);
        let mut body = answer.into_body();
        let mut read = 0;
        while read < 1 << 22 {
            let frame = body.frame().await.unwrap().unwrap();
            read += frame.into_data().unwrap().len();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_without_an_end_is_refused() {
    let machine = machine();
    let mut body = br#"{"Image":""#.to_vec();
    body.resize(17 << 20, b'a');
    let (status, text) = ask(&machine, "POST", "/containers/create", body).await;
    assert_eq!(
        (status, text.trim()),
        (400, r#"{"message":"http: request body too large"}"#)
    );
}
