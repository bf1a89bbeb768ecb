use super::archive::{build, extract};
use super::paths::*;
use crate::files::HostFiles;

#[test]
fn arguments_name_a_container_or_a_local_path() {
    assert_eq!(argument("web:/etc"), (Some("web"), "/etc"));
    assert_eq!(argument("./file:name"), (None, "./file:name"));
    assert_eq!(argument("/a:b"), (None, "/a:b"));
    assert_eq!(argument("file"), (None, "file"));
    assert_eq!(argument("-"), (None, "-"));
}

#[test]
fn paths_are_taken_apart_as_docker_does() {
    for (path, dir, name) in [
        ("/a/b", "/a", "b"),
        ("/a/b/", "/a", "b"),
        ("/a/.", "/a", "."),
        ("/", "/", "/"),
        ("a", ".", "a"),
    ] {
        assert_eq!(
            (directory(path).as_str(), base(path).as_str()),
            (dir, name),
            "{path}"
        );
    }
}

#[test]
fn a_copy_goes_where_cp_would_put_it() {
    let place = |path: &str, exists, directory| Place {
        path: path.to_owned(),
        exists,
        directory,
    };
    let into = |directory: &str, name: Option<&str>| {
        Ok(Target {
            directory: directory.to_owned(),
            name: name.map(str::to_owned),
        })
    };
    assert_eq!(place("/tmp", true, true).place(false), into("/tmp", None));
    assert_eq!(
        place("/tmp/new", false, false).place(true),
        into("/tmp", Some("new"))
    );
    assert_eq!(
        place("/tmp/f", true, false).place(false),
        into("/tmp", Some("f"))
    );
    assert_eq!(
        place("/tmp/f", true, false).place(true),
        Err("cannot copy directory".to_owned())
    );
    assert_eq!(
        place("/tmp/no/", false, false).place(false),
        Err("no such directory".to_owned())
    );
}

#[test]
fn what_is_archived_comes_out_again_and_stays_inside() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    std::fs::create_dir_all(path("d/sub")).unwrap();
    std::fs::write(path("d/sub/f"), "content").unwrap();
    let bytes = build(&HostFiles, &path("d"), "d").unwrap();
    let target = Target {
        directory: path(""),
        name: Some("copy".to_owned()),
    };
    extract(&HostFiles, &bytes, &["d".to_owned()], &target).unwrap();
    assert_eq!(
        std::fs::read_to_string(path("copy/sub/f")).unwrap(),
        "content"
    );

    let bytes = build(&HostFiles, &path("d/sub/f"), "f").unwrap();
    let mut evil = bytes.clone();
    evil[..7].copy_from_slice(b"../evil");
    let sum: u32 = evil[..512]
        .iter()
        .enumerate()
        .map(|(at, byte)| {
            if (148..156).contains(&at) {
                32
            } else {
                u32::from(*byte)
            }
        })
        .sum();
    evil[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let target = Target {
        directory: path("copy"),
        name: None,
    };
    extract(&HostFiles, &evil, &["f".to_owned()], &target).unwrap();
    assert!(std::fs::exists(path("copy/evil")).unwrap());
    assert!(!std::fs::exists(path("evil")).unwrap());
}
