use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use super::*;
use crate::kernel::Errno;
use domain::ChangeKind;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

fn file(mode: u32) -> Metadata {
    Metadata::new(FileKind::File, mode, 0, 0, at(100))
}

fn dir() -> Metadata {
    Metadata::new(FileKind::Directory, 0o755, 0, 0, at(100))
}

fn base() -> Layer {
    let mut layer = LayerBuilder::default();
    layer.file("/bin/busybox", 0o755, "ELF");
    layer.hard_link("/bin/sh", "/bin/busybox");
    layer.symlink("/usr/bin/env", "/bin/busybox");
    layer.file("/etc/passwd", 0o644, "root:x:0:0:root:/root:/bin/sh\n");
    layer.file("/etc/group", 0o644, "root:x:0:\n");
    layer.dir("/home", 0o755);
    layer.dir("/tmp", 0o1777);
    layer.build()
}

fn shown(overlay: &Overlay) -> Vec<String> {
    let letter = |kind| match kind {
        ChangeKind::Modified => 'C',
        ChangeKind::Added => 'A',
        ChangeKind::Deleted => 'D',
    };
    overlay
        .changes()
        .into_iter()
        .map(|it| format!("{} {}", letter(it.kind), it.path))
        .collect()
}

#[test]
fn a_new_overlay_shows_its_layers_and_no_change() {
    let overlay = Overlay::new(&[base()]);
    assert_eq!(overlay.read("/bin/sh").unwrap(), "ELF");
    assert_eq!(overlay.stat("/bin/sh").unwrap().links, 2);
    let names: Vec<String> = overlay
        .read_dir("/")
        .unwrap()
        .into_iter()
        .map(|it| it.0)
        .collect();
    assert_eq!(names, ["bin", "etc", "home", "tmp", "usr"]);
    assert_eq!(shown(&overlay), [""; 0]);
    assert_eq!(overlay.upper_size(), 0);
    assert_eq!(overlay.stat("/bin/sh/x"), Err(Errno::ENOTDIR));
    assert_eq!(overlay.stat("/nothing"), Err(Errno::ENOENT));
}

#[test]
fn changes_are_those_of_docker_diff() {
    let mut overlay = Overlay::new(&[base()]);
    for path in ["/a", "/a/b", "/a/b/c"] {
        overlay.create(path, dir(), Bytes::new()).unwrap();
    }
    overlay
        .create("/a/b/c/d", file(0o644), Bytes::new())
        .unwrap();
    overlay
        .create("/usr/bin/tool", file(0o644), Bytes::new())
        .unwrap();
    overlay.remove("/home", at(200)).unwrap();
    assert_eq!(
        shown(&overlay),
        [
            "A /a",
            "A /a/b",
            "A /a/b/c",
            "A /a/b/c/d",
            "D /home",
            "C /usr",
            "C /usr/bin",
            "A /usr/bin/tool"
        ]
    );
}

#[test]
fn a_file_opened_for_writing_and_left_alone_is_not_a_change() {
    let mut overlay = Overlay::new(&[base()]);
    overlay.copy_up("/etc/passwd").unwrap();
    assert_eq!(shown(&overlay), [""; 0]);
    assert_eq!(overlay.upper_size(), 30);
    overlay.write("/etc/passwd", 0, b"r", at(300)).unwrap();
    assert_eq!(shown(&overlay), ["C /etc", "C /etc/passwd"]);
}

#[test]
fn a_directory_made_again_hides_what_it_held() {
    let mut overlay = Overlay::new(&[base()]);
    overlay.remove("/etc/passwd", at(1)).unwrap();
    overlay.remove("/etc/group", at(1)).unwrap();
    overlay.remove("/etc", at(1)).unwrap();
    assert_eq!(shown(&overlay), ["D /etc"]);
    overlay.create("/etc", dir(), Bytes::new()).unwrap();
    overlay
        .create("/etc/new", file(0o600), Bytes::from_static(b"n"))
        .unwrap();
    assert_eq!(
        shown(&overlay),
        ["C /etc", "D /etc/group", "A /etc/new", "D /etc/passwd"]
    );
    let again = Overlay::new(&[base(), overlay.to_layer()]);
    let names: Vec<String> = again
        .read_dir("/etc")
        .unwrap()
        .into_iter()
        .map(|it| it.0)
        .collect();
    assert_eq!(names, ["new"]);
    assert_eq!(shown(&again), [""; 0]);
}

#[test]
fn writing_to_a_lower_hard_link_breaks_it() {
    let mut overlay = Overlay::new(&[base()]);
    overlay.write("/bin/sh", 0, b"other", at(2)).unwrap();
    assert_eq!(overlay.read("/bin/busybox").unwrap(), "ELF");
    assert_eq!(overlay.stat("/bin/busybox").unwrap().links, 1);
    overlay.link("/bin/sh", "/bin/ash", at(3)).unwrap();
    overlay.write("/bin/ash", 5, b"!", at(4)).unwrap();
    assert_eq!(overlay.read("/bin/sh").unwrap(), "other!");
    assert_eq!(overlay.upper_size(), 6);
}

#[test]
fn rename_moves_a_lower_directory_and_leaves_a_whiteout() {
    let mut overlay = Overlay::new(&[base()]);
    overlay.rename("/etc", "/conf", at(5)).unwrap();
    assert_eq!(
        shown(&overlay),
        ["A /conf", "A /conf/group", "A /conf/passwd", "D /etc"]
    );
    let again = Overlay::new(&[base(), overlay.to_layer()]);
    assert_eq!(again.stat("/etc"), Err(Errno::ENOENT));
    assert!(again.stat("/conf/passwd").is_ok());
    assert_eq!(
        overlay.rename("/conf", "/conf/in", at(6)),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        overlay.rename("/conf", "/bin", at(6)),
        Err(Errno::ENOTEMPTY)
    );
}

#[test]
fn clones_do_not_see_each_other() {
    let mut first = Overlay::new(&[base()]);
    let second = first.clone();
    first.write("/etc/passwd", 0, b"X", at(9)).unwrap();
    assert_eq!(&second.read("/etc/passwd").unwrap()[..4], b"root");
}

#[test]
fn an_open_file_outlives_its_name() {
    let mut overlay = Overlay::new(&[base()]);
    let inode = overlay.copy_up("/etc/passwd").unwrap();
    let pin = overlay.pin(inode);
    overlay.remove("/etc/passwd", at(1)).unwrap();
    overlay.write_at(pin.inode, 0, b"R", at(2)).unwrap();
    assert_eq!(&overlay.read_at(pin.inode, 0, 4).unwrap()[..], b"Root");
    drop(pin);
    overlay.remove("/etc/group", at(3)).unwrap();
    assert_eq!(overlay.read_at(inode, 0, 4), Err(Errno::ENOENT));
}

#[test]
fn a_declared_size_reads_as_zeros() {
    let mut layer = LayerBuilder::default();
    layer.add(
        "/big",
        Metadata {
            size: 10,
            ..file(0o755)
        },
        Bytes::from_static(b"ELF"),
    );
    let layer = layer.build();
    assert_eq!(layer.size(), 10);
    let overlay = Overlay::new(std::slice::from_ref(&layer));
    assert_eq!(&overlay.read("/big").unwrap()[..], b"ELF\0\0\0\0\0\0\0");
    let mut archive = Vec::new();
    layer.write_tar(&mut archive).unwrap();
    assert_eq!(Layer::from_tar(&archive[..]).unwrap().size(), 10);
}

#[test]
fn archives_come_back_the_same() {
    let mut overlay = Overlay::new(&[base()]);
    overlay.remove("/etc/group", at(1)).unwrap();
    overlay
        .create(
            "/tmp/pipe",
            Metadata {
                kind: FileKind::Fifo,
                ..file(0o600)
            },
            Bytes::new(),
        )
        .unwrap();
    let long = format!("/tmp/{}", "x".repeat(150));
    overlay
        .create(
            &long,
            Metadata {
                uid: 33,
                gid: 44,
                ..file(0o640)
            },
            Bytes::from_static(b"l"),
        )
        .unwrap();
    for layer in [base(), overlay.to_layer()] {
        let (mut one, mut two) = (Vec::new(), Vec::new());
        layer.write_tar(&mut one).unwrap();
        Layer::from_tar(&one[..])
            .unwrap()
            .write_tar(&mut two)
            .unwrap();
        assert!(one == two, "an archive read and written again differs");
    }
    let again = Overlay::new(&[base(), overlay.to_layer()]);
    assert_eq!(again.stat("/etc/group"), Err(Errno::ENOENT));
    let stat = again.stat(&long).unwrap();
    assert_eq!((stat.uid, stat.gid, stat.mode), (33, 44, 0o640));
}

#[test]
fn copying_in_and_out_keeps_names_under_the_parent() {
    let overlay = Overlay::new(&[base()]);
    let mut archive = Vec::new();
    overlay.write_tar("/etc", "etc", &mut archive).unwrap();
    let mut other = Overlay::default();
    other.extract_tar("/", &archive[..]).unwrap();
    assert_eq!(other.read("/etc/group").unwrap(), "root:x:0:\n");
    other.create("/to", dir(), Bytes::new()).unwrap();
    other.extract_tar("/to", &archive[..]).unwrap();
    assert!(other.stat("/to/etc/passwd").is_ok());
    assert_eq!(
        other.extract_tar("/etc/group", &archive[..]),
        Err(Errno::ENOTDIR)
    );
    assert!(other.extract_tar("/", &b"not an archive"[..]).is_err());
}

#[test]
fn a_layer_says_nothing_of_directories_it_did_not_add() {
    let mut lower = LayerBuilder::default();
    lower.dir("/etc", 0o700);
    let mut upper = LayerBuilder::default();
    upper.file("/etc/hosts", 0o644, "");
    let mut archive = Vec::new();
    let upper = upper.build();
    upper.write_tar(&mut archive).unwrap();
    for upper in [upper, Layer::from_tar(&archive[..]).unwrap()] {
        let overlay = Overlay::new(&[lower_of(&lower), upper]);
        assert_eq!(overlay.stat("/etc").unwrap().mode, 0o700);
    }
}

fn lower_of(builder: &LayerBuilder) -> Layer {
    builder.clone().build()
}

#[test]
fn names_that_climb_out_of_the_archive_are_refused() {
    let mut archive = tar_with("../evil");
    assert!(Layer::from_tar(&archive[..]).is_err());
    archive.truncate(700);
    assert!(Overlay::default().extract_tar("/", &archive[..]).is_err());
}

fn tar_with(name: &str) -> Vec<u8> {
    let mut header = ::tar::Header::new_gnu();
    header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_size(0);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    header.set_entry_type(::tar::EntryType::Regular);
    header.set_cksum();
    let mut builder = ::tar::Builder::new(Vec::new());
    builder.append(&header, std::io::empty()).unwrap();
    builder.into_inner().unwrap()
}

/// What a shell did in a container of a real engine, and what its `docker diff` said.
#[test]
fn changes_agree_with_recorded_ones() {
    type Case = (&'static str, fn(&mut Overlay), &'static [&'static str]);
    let cases: [Case; 9] = [
        (
            "chmod 755 /home",
            |it| it.set_metadata("/home", |it| it.mode = 0o755).unwrap(),
            &[],
        ),
        (
            "chmod 700 /home",
            |it| it.set_metadata("/home", |it| it.mode = 0o700).unwrap(),
            &["C /home"],
        ),
        (
            "rm /etc/passwd; touch /etc/passwd",
            |it| {
                it.remove("/etc/passwd", at(500)).unwrap();
                it.create("/etc/passwd", file(0o644), Bytes::new()).unwrap();
            },
            &["C /etc", "C /etc/passwd"],
        ),
        (
            "rm -r /home; ln -s /tmp /home",
            |it| {
                it.remove("/home", at(500)).unwrap();
                let link = FileKind::Symlink("/tmp".into());
                it.create(
                    "/home",
                    Metadata::new(link, 0o777, 0, 0, at(500)),
                    Bytes::new(),
                )
                .unwrap();
            },
            &["C /home"],
        ),
        (
            "ln /etc/passwd /etc/p2",
            |it| it.link("/etc/passwd", "/etc/p2", at(500)).unwrap(),
            &["C /etc", "A /etc/p2"],
        ),
        (
            "touch /tmp/a; rm /tmp/a",
            |it| {
                it.create("/tmp/a", file(0o644), Bytes::new()).unwrap();
                it.remove("/tmp/a", at(500)).unwrap();
            },
            &[],
        ),
        (
            "touch -d (the same second, with a fraction) /etc/passwd",
            |it| {
                it.set_metadata("/etc/passwd", |it| it.mtime += Duration::from_millis(500))
                    .unwrap();
            },
            &[],
        ),
        (
            "chown 5 /bin/busybox",
            |it| it.set_metadata("/bin/busybox", |it| it.uid = 5).unwrap(),
            &["C /bin", "C /bin/busybox"],
        ),
        (
            "rm -r /usr; mkdir -p /usr/bin",
            |it| {
                it.remove_all("/usr", at(500)).unwrap();
                it.create("/usr", dir(), Bytes::new()).unwrap();
                it.create("/usr/bin", dir(), Bytes::new()).unwrap();
            },
            &["C /usr", "C /usr/bin", "D /usr/bin/env"],
        ),
    ];
    for (command, act, expected) in cases {
        let mut overlay = Overlay::new(&[base()]);
        act(&mut overlay);
        assert_eq!(shown(&overlay), expected, "{command}");
    }
}

#[test]
fn what_is_written_counts_once_in_the_size() {
    let mut overlay = Overlay::new(&[base()]);
    overlay.link("/etc/passwd", "/etc/p2", at(500)).unwrap();
    assert_eq!(overlay.upper_size(), 30);
    overlay.truncate("/etc/p2", 1 << 33, at(501)).unwrap();
    assert_eq!(overlay.upper_size(), 1 << 33);
    assert_eq!(overlay.read("/etc/p2"), Err(Errno::EFBIG));
    assert_eq!(
        overlay.truncate("/etc/p2", 1 << 40, at(501)),
        Err(Errno::EFBIG)
    );
    assert_eq!(
        overlay.write("/etc/p2", 1 << 32, b"x", at(501)),
        Err(Errno::ENOSPC)
    );
    assert_eq!(
        overlay.write("/etc/p2", u64::MAX, b"x", at(501)),
        Err(Errno::EFBIG)
    );
    overlay.write("/etc/p2", 1 << 32, &[0; 4], at(501)).unwrap();
    overlay.truncate("/etc/passwd", 2, at(502)).unwrap();
    assert_eq!(overlay.read("/etc/p2").unwrap(), "ro");
    overlay.write("/etc/p2", 4, b"!", at(503)).unwrap();
    assert_eq!(overlay.read("/etc/passwd").unwrap(), "ro\0\0!");
}

#[test]
fn a_compact_archive_keeps_the_sizes() {
    let mut layer = LayerBuilder::default();
    let metadata = Metadata {
        size: 900_000_000,
        ..Metadata::new(FileKind::File, 0o755, 0, 0, std::time::UNIX_EPOCH)
    };
    layer.add("/bin/big", metadata, Bytes::from_static(b"head"));
    layer.file("/etc/small", 0o644, "text");
    let layer = layer.build();
    let mut archive = Vec::new();
    layer.write_compact_tar(&mut archive).unwrap();
    assert!(archive.len() < 10_000, "{}", archive.len());
    let again = Layer::from_tar(archive.as_slice()).unwrap();
    assert_eq!(again.size(), 900_000_004);
    let mut once_more = Vec::new();
    again.write_compact_tar(&mut once_more).unwrap();
    assert_eq!(archive, once_more);
}

#[test]
fn the_holes_of_a_sparse_file_take_no_room() {
    let sparse = |size: u64| {
        let mut header = ::tar::Header::new_gnu();
        header.set_path("big").unwrap();
        header.set_entry_type(::tar::EntryType::GNUSparse);
        header.set_size(0);
        let gnu = header.as_gnu_mut().unwrap();
        gnu.set_real_size(size);
        gnu.sparse[0].set_offset(size);
        gnu.sparse[0].set_length(0);
        header.set_cksum();
        let mut archive = header.as_bytes().to_vec();
        archive.resize(2048, 0);
        archive
    };
    let archive = sparse(1 << 28);
    let layer = Layer::from_tar(&archive[..]).unwrap();
    assert_eq!(layer.size(), 1 << 28);
    let mut compact = Vec::new();
    layer.write_compact_tar(&mut compact).unwrap();
    assert!(compact.len() < 4096, "{}", compact.len());
    let mut overlay = Overlay::default();
    overlay.extract_tar("/", &archive[..]).unwrap();
    assert_eq!(overlay.stat("/big").unwrap().size, 1 << 28);
    assert!(Layer::from_tar(&sparse(1 << 40)[..]).is_err());
    assert_eq!(
        overlay.extract_tar("/", &sparse(1 << 40)[..]),
        Err(Errno::ENOSPC)
    );
}

/// Inodes looked up to unpack, copy and write an archive of this many files in one directory.
fn work(files: usize) -> usize {
    let mut archive = ::tar::Builder::new(Vec::new());
    for number in 0..files {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(1);
        archive
            .append_data(&mut header, format!("d/{number}"), &b"x"[..])
            .unwrap();
    }
    let archive = archive.into_inner().unwrap();
    let before = super::tree::LOOKED_UP.get();
    let layer = Layer::from_tar(&archive[..]).unwrap();
    let mut overlay = Overlay::new(&[base(), layer]);
    overlay.extract_tar("/tmp", &archive[..]).unwrap();
    let context = overlay.clone();
    overlay
        .graft_children("/home", &context, "/tmp", None)
        .unwrap();
    let upper = overlay.to_layer();
    assert_eq!(overlay.changes().len(), 4 + 2 * files);
    upper.write_tar(std::io::sink()).unwrap();
    super::tree::LOOKED_UP.get() - before
}

#[test]
fn a_directory_of_many_files_costs_what_its_files_do() {
    let (few, many) = (work(100), work(1000));
    assert!(many < 12 * few, "{few} inodes looked up, then {many}");
}
