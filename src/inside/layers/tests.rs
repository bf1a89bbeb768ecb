use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::archive::{self, Raw};
use super::{FileKind, Files, LayerFiles, Mark};
use crate::engine::real::unique;
use crate::inside::Need;
use crate::inside::trial::Bench;

/// A tar file of these paths: one that ends with `/` is a directory, `a -> b` a link.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o755);
        if let Some((path, target)) = path.split_once(" -> ") {
            header.set_entry_type(tar::EntryType::Symlink);
            header.set_size(0);
            builder.append_link(&mut header, path, target).unwrap();
            continue;
        }
        if path.ends_with('/') {
            header.set_entry_type(tar::EntryType::Directory);
        }
        header.set_size(content.len() as u64);
        builder.append_data(&mut header, path, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn paths(raw: &Raw) -> Vec<&str> {
    raw.entries.iter().map(|it| it.path.as_str()).collect()
}

#[test]
fn the_classic_form_names_layers_in_its_manifest() {
    let (low, high) = (
        tar(&[("./bin/", b""), ("./bin/sh", b"xx")]),
        tar(&[("etc/a", b"y")]),
    );
    let manifest = br#"[{"Config":"c.json","RepoTags":null,"Layers":["l1/layer.tar","l2/layer.tar","l3/layer.tar"]}]"#;
    let saved = tar(&[
        ("l2/", b""),
        ("l2/VERSION", b"1.0"),
        ("l2/json", b"{}"),
        ("l2/layer.tar", &high),
        ("l1/layer.tar", &low),
        ("l3/layer.tar -> ../l2/layer.tar", b""),
        ("manifest.json", manifest),
    ]);
    let layers = archive::read(&saved[..]).unwrap();
    assert_eq!(
        layers.iter().map(paths).collect::<Vec<_>>(),
        [vec!["bin", "bin/sh"], vec!["etc/a"], vec!["etc/a"]]
    );
    assert!(layers.iter().all(|it| it.problem.is_none()));
}

#[test]
fn the_oci_layout_may_compress_and_nest() {
    let low = gzip(&tar(&[("bin/sh", b"xx")]));
    let index = br#"{"manifests":[{"digest":"sha256:aa"}]}"#;
    let nested = br#"{"manifests":[{"digest":"sha256:absent"},{"digest":"sha256:bb"}]}"#;
    let manifest =
        br#"{"layers":[{"digest":"sha256:11"},{"digest":"sha256:22"},{"digest":"sha256:33"}]}"#;
    let saved = tar(&[
        ("blobs/sha256/11", &low),
        ("blobs/sha256/22", &[0; 1024]),
        ("blobs/sha256/33", &[0x28, 0xb5, 0x2f, 0xfd, 0]),
        ("blobs/sha256/aa", nested),
        ("blobs/sha256/bb", manifest),
        ("oci-layout", b"{\"imageLayoutVersion\":\"1.0.0\"}"),
        ("index.json", index),
    ]);
    let layers = archive::read(&saved[..]).unwrap();
    assert_eq!(paths(&layers[0]), ["bin/sh"]);
    assert_eq!(layers[1], Raw::default());
    assert!(layers[2].problem.as_ref().unwrap().contains("zstd"));
}

#[test]
fn what_is_broken_is_said() {
    assert!(archive::read(&b"rien"[..]).is_err());
    assert!(archive::read(&tar(&[("a", b"b")])[..]).is_err());
    let mut low = tar(&[("bin/sh", b"xx"), ("bin/ls", b"yy")]);
    // The header of the second file.
    low[1024..1100].fill(7);
    let manifest = br#"[{"Layers":["l1/layer.tar","l2/layer.tar"]}]"#;
    let saved = tar(&[("l1/layer.tar", &low), ("manifest.json", manifest)]);
    let layers = archive::read(&saved[..]).unwrap();
    assert_eq!(paths(&layers[0]), ["bin/sh"]);
    assert!(layers[0].problem.as_ref().unwrap().contains("illisible"));
    assert!(layers[1].problem.as_ref().unwrap().contains("manque"));
    assert_eq!(Files::compare(layers).waste, None);
}

fn compared(layers: &[&[(&str, &[u8])]]) -> Files {
    let names: Vec<String> = (0..layers.len())
        .map(|it| format!("\"l{it}/layer.tar\""))
        .collect();
    let manifest = format!("[{{\"Layers\":[{}]}}]", names.join(","));
    let tars: Vec<(String, Vec<u8>)> = layers
        .iter()
        .enumerate()
        .map(|(at, files)| (format!("l{at}/layer.tar"), tar(files)))
        .collect();
    let mut files: Vec<(&str, &[u8])> = tars
        .iter()
        .map(|(path, bytes)| (path.as_str(), &bytes[..]))
        .collect();
    files.push(("manifest.json", manifest.as_bytes()));
    Files::compare(archive::read(&tar(&files)[..]).unwrap())
}

/// `+ path size` for each path of a layer.
fn listed(layer: &LayerFiles) -> Vec<String> {
    fn walk(layer: &LayerFiles, place: usize, path: &str, out: &mut Vec<String>) {
        for child in &layer.nodes[place].children {
            let node = &layer.nodes[*child];
            let mark = match node.mark {
                Mark::Added => '+',
                Mark::Changed => '~',
                Mark::Deleted => '-',
                Mark::Passed => ' ',
            };
            let slash = if node.kind == FileKind::Directory {
                "/"
            } else {
                ""
            };
            let path = format!("{path}{}{slash}", node.name);
            out.push(format!("{mark} {path} {}", node.size));
            walk(layer, *child, &path, out);
        }
    }
    let mut out = Vec::new();
    walk(layer, 0, "", &mut out);
    out
}

#[test]
fn layers_are_compared_to_those_below() {
    let files = compared(&[
        &[
            ("bin/", b""),
            ("bin/sh", &[0; 100]),
            ("etc/conf", &[0; 10]),
            ("var/log/a", &[0; 30]),
            ("var/log/b", &[0; 40]),
            ("opt/x/y", &[0; 7]),
        ],
        &[
            ("bin/sh", &[0; 60]),
            ("bin/ls", &[0; 5]),
            ("var/.wh.log", b""),
            ("etc/.wh.conf", b""),
            ("etc/.wh.jamais", b""),
        ],
        &[
            ("opt/x/.wh..wh..opq", b""),
            ("opt/x/z", &[0; 1]),
            ("bin/.wh.sh", b""),
            ("bin/sh -> ls", b""),
            (".wh..wh.plnk/1", b""),
        ],
    ]);
    assert_eq!(
        listed(&files.layers[1]),
        [
            "  bin/ 65",
            "+ bin/ls 5",
            "~ bin/sh 60",
            "  etc/ 0",
            "- etc/conf 10",
            "- etc/jamais 0",
            "  var/ 0",
            "- var/log 70",
        ]
    );
    assert_eq!(files.layers[1].counts, [1, 1, 3]);
    let top = listed(&files.layers[2]);
    assert!(
        top.contains(&"~ bin/sh 0".to_owned()) && top.contains(&"~ opt/x/ 1".to_owned()),
        "{top:?}"
    );
    let waste = files.waste.unwrap();
    assert_eq!(waste.stored, 253);
    assert_eq!(waste.bytes, 100 + 70 + 10 + 60 + 7);
    assert_eq!(waste.worst[0], ("bin/sh".to_owned(), 160));
    assert_eq!(waste.worst[1], ("var/log".to_owned(), 70));
    assert!((waste.efficiency() - (253.0 - 247.0) / 2.53).abs() < 1e-9);
}

#[test]
fn what_leads_outside_is_left_out() {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.as_mut_bytes()[..11].copy_from_slice(b"../../../ab");
    header.set_size(0);
    header.set_cksum();
    builder.append(&header, &b""[..]).unwrap();
    let layer = builder.into_inner().unwrap();
    let manifest = br#"[{"Layers":["l/layer.tar"]}]"#;
    let layers =
        archive::read(&tar(&[("l/layer.tar", &layer), ("manifest.json", manifest)])[..]).unwrap();
    assert_eq!(layers[0], Raw::default());
}

#[test]
fn too_many_files_are_counted() {
    let mut builder = tar::Builder::new(Vec::new());
    for index in 0..50_010 {
        let mut header = tar::Header::new_gnu();
        header.set_size(0);
        builder
            .append_data(&mut header, format!("f{index}"), &b""[..])
            .unwrap();
    }
    let layer = builder.into_inner().unwrap();
    let manifest = br#"[{"Layers":["l/layer.tar"]}]"#;
    let layers =
        archive::read(&tar(&[("l/layer.tar", &layer), ("manifest.json", manifest)])[..]).unwrap();
    assert_eq!((layers[0].entries.len(), layers[0].over), (50_000, 10));
    assert_eq!(Files::compare(layers).waste, None);
}

/// The same on any engine: an image of one layer, and one more that replaces, adds and deletes.
async fn contract(bench: &Bench) {
    let name = unique("couches");
    let script = "mkdir /neuf; echo plein > /neuf/a; echo autre > /etc/passwd; rm /bin/busybox";
    bench
        .docker(&["run", "--name", &name, "busybox", "sh", "-c", script])
        .await;
    bench
        .docker(&["commit", "-m", "essai", "-c", "ENV A=1", &name, &name])
        .await;
    bench.docker(&["rm", &name]).await;
    let id = bench.docker(&["inspect", "-f", "{{.Id}}", &name]).await;
    let known = bench
        .follow(Need::Layers(id.clone()))
        .until(|it| it.layers.is_some())
        .await;
    let stack = known.layers.unwrap();
    let layered: Vec<_> = stack.steps.iter().filter(|it| it.layer.is_some()).collect();
    assert_eq!(layered.len(), stack.layers.len(), "{stack:?}");
    let last = stack.steps.last().unwrap();
    assert_eq!(
        (last.layer, last.comment.as_str()),
        (Some(stack.layers.len() - 1), "essai")
    );
    assert!(layered[0].size > 100_000, "{stack:?}");
    let known = bench
        .follow(Need::LayerFiles(id))
        .until(|it| it.layer_files.is_some())
        .await;
    bench.docker(&["rmi", &name]).await;
    let files = known.layer_files.unwrap();
    assert_eq!(files.layers.len(), stack.layers.len());
    let top = listed(files.layers.last().unwrap());
    for expected in ["+ neuf/ 6", "+ neuf/a 6", "~ etc/passwd 6"] {
        assert!(top.iter().any(|it| it == expected), "{expected}: {top:?}");
    }
    let deleted = top
        .iter()
        .find(|it| it.starts_with("- bin/busybox "))
        .unwrap();
    let bytes: u64 = deleted.rsplit(' ').next().unwrap().parse().unwrap();
    let waste = files.waste.as_ref().unwrap();
    assert!(
        waste.bytes >= bytes && waste.worst.iter().any(|it| it.0 == "etc/passwd"),
        "{waste:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn layers_of_the_simulated_engine() {
    contract(&Bench::simulated()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn layers_of_a_real_engine() {
    let Some(bench) = Bench::real() else { return };
    contract(&bench).await;
}
