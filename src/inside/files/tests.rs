use super::{Content, MOST, first, text};
use crate::engine::real::unique;
use crate::inside::Need;
use crate::inside::trial::Bench;

fn archive(path: &str, content: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    builder.append_data(&mut header, path, content).unwrap();
    builder.into_inner().unwrap()
}

#[test]
fn a_text_is_shown_line_by_line() {
    let found = first(&archive(
        "a.txt",
        "un\tdeux\r\n\x1b[31mrouge\u{7}\né".as_bytes(),
    ))
    .unwrap();
    let Content::Text { lines, size, cut } = found else {
        panic!("{found:?}");
    };
    assert_eq!(lines, ["un      deux", "rouge␇", "é"]);
    assert_eq!((size, cut), (23, false));
}

#[test]
fn a_large_text_is_cut_between_characters() {
    let long = "é".repeat(MOST);
    let whole = archive(&"n".repeat(300), long.as_bytes());
    let found = first(&whole[..MOST + 8000]).unwrap();
    let Content::Text { lines, size, cut } = found else {
        panic!("{found:?}");
    };
    assert_eq!((size, cut), (2 * MOST as u64, true));
    assert!(lines[0].chars().all(|it| it == 'é'));
    assert!(matches!(
        text("aé".as_bytes().get(..2).unwrap(), 3),
        Some(Content::Text { .. })
    ));
}

#[test]
fn what_is_no_text_is_said() {
    let binary = |bytes: &[u8]| first(&archive("a", bytes)).unwrap();
    assert_eq!(binary(b"\x7fELF\0\0"), Content::Binary { size: 6 });
    assert_eq!(binary(&[0xff, 0xfe, b'a']), Content::Binary { size: 3 });
    assert!(first(&[]).is_err());
    assert!(first(b"pas une archive").is_err());
    assert!(first(&[7; 2000]).is_err());
}

/// The same on any engine.
async fn contract(bench: &Bench) {
    let name = unique("fichiers");
    let script =
        "mkdir /d; printf 'un\\ndeux' > '/d/a b&c'; ln -s /d/x /lien; printf '\\0\\1' > /bin.bin";
    bench
        .docker(&["run", "--name", &name, "busybox", "sh", "-c", script])
        .await;
    let id = bench.docker(&["inspect", "-f", "{{.Id}}", &name]).await;
    for (path, expected) in [
        (
            "/d/a b&c",
            Content::Text {
                lines: vec!["un".to_owned(), "deux".to_owned()],
                size: 7,
                cut: false,
            },
        ),
        ("/d", Content::Directory),
        ("/lien", Content::Symlink("/d/x".to_owned())),
        ("/bin.bin", Content::Binary { size: 2 }),
    ] {
        let need = Need::File {
            container: id.clone(),
            path: path.to_owned(),
        };
        let known = bench.follow(need).until(|it| it.file.is_some()).await;
        assert_eq!(known.file, Some(expected), "{path}");
    }
    let need = Need::File {
        container: id,
        path: "/absent".to_owned(),
    };
    let known = bench.follow(need).until(|it| it.failure.is_some()).await;
    assert_eq!(
        known.failure.as_deref(),
        Some("/absent n’est plus dans le conteneur.")
    );
    bench.docker(&["rm", "-f", &name]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_the_simulated_engine() {
    contract(&Bench::simulated()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_real_engine() {
    let Some(bench) = Bench::real() else { return };
    contract(&bench).await;
}
