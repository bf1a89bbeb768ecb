//! The archive goes from one engine to another, whatever happens on the way.

use std::fs;
use std::path::Path;

use super::kit::{Kit, Piece, Writer, partial};
use super::load::{Loaded, load, pull_missing};
use super::prepare::prepare;
use super::pull::Source;
use super::stock::{Wanted, held, wanted};
use super::{ReadyError, Told};
use crate::engine::{Client, Target, connect};
use crate::lesson::Course;
use crate::sim::machine::{Machine, MachineOptions};

/// A new simulated engine.
async fn engine() -> (Machine, Client) {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let target = Target::simulator(machine.dialer());
    let client = connect(&target).await.unwrap().client;
    (machine, client)
}

fn some(images: &[&str]) -> Vec<Wanted> {
    let wanted = |image: &&str| Wanted {
        image: (*image).to_owned(),
        lessons: Vec::new(),
    };
    images.iter().map(wanted).collect()
}

async fn written(images: &[&str], path: &Path) -> Vec<String> {
    let (_machine, client) = engine().await;
    let mut lines = Vec::new();
    let mut say = |told| {
        if let Told::Line(line) = told {
            lines.push(line);
        }
    };
    let source = Source::default();
    prepare(&client, &some(images), path, &source, &mut say)
        .await
        .unwrap();
    lines
}

#[tokio::test]
async fn images_go_from_an_engine_to_another_and_are_not_loaded_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("salle.tar");
    let images = ["busybox:1.36", "hello-world:linux"];
    written(&images, &path).await;
    assert!(!partial(&path).exists());

    let (_machine, client) = engine().await;
    let mut kit = Kit::open(&path).unwrap();
    let all = load(&client, &mut kit, false, &mut |_| {}).await.unwrap();
    assert_eq!(all.added, 2);
    for piece in kit.pieces() {
        let there = held(&client, &piece.image).await.unwrap().unwrap();
        assert_eq!(there.id, piece.id);
    }
    let again = load(&client, &mut kit, false, &mut |_| {}).await.unwrap();
    assert_eq!((again.added, again.same), (0, 2));
}

#[tokio::test]
async fn an_interrupted_archive_goes_on_from_its_last_whole_piece() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("salle.tar");
    written(&["busybox:1.36", "hello-world:linux"], &path).await;
    let whole = fs::read(&path).unwrap();
    // What a kill leaves at any moment: a beginning of it, under the other name.
    let mut kept = Vec::new();
    for cut in [
        0,
        100,
        whole.len() / 2,
        whole.len() - 5000,
        whole.len() - 1024,
    ] {
        fs::remove_file(&path).ok();
        fs::write(partial(&path), &whole[..cut]).unwrap();
        let readable = Kit::open(&partial(&path)).is_ok();
        // Without its last blocks only, nothing of it is missing.
        assert_eq!(readable, cut == whole.len() - 1024, "{cut}");
        let lines = written(&["busybox:1.36", "hello-world:linux"], &path).await;
        kept.push(lines.iter().filter(|it| it.contains("déjà")).count());
        let mut kit = Kit::open(&path).unwrap();
        assert_eq!(kit.pieces().count(), 2, "{cut}");
        kit.verify(&mut |_| {}).unwrap();
        assert!(!partial(&path).exists());
    }
    assert_eq!((kept[0], kept[1], kept[4]), (0, 0, 2), "{kept:?}");
    assert!(kept.is_sorted(), "{kept:?}");
}

#[test]
fn a_piece_that_is_not_whole_or_not_wanted_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("salle.tar");
    let mut writer = Writer::open(&path, |_| true).unwrap();
    for image in ["un:1", "deux:1"] {
        let mut piece = writer.piece().unwrap();
        piece.write(image.as_bytes()).unwrap();
        piece.end(image, "sha256:0", Vec::new()).unwrap();
    }
    let mut cut = writer.piece().unwrap();
    cut.write(b"le moteur s'arrete ici").unwrap();
    // Two runs at once: the second is told.
    assert!(matches!(
        Writer::open(&path, |_| true),
        Err(ReadyError::Archive { .. })
    ));
    drop(writer);
    assert!(!path.exists());
    let names = |writer: &Writer| {
        writer
            .pieces()
            .iter()
            .map(|it| it.image.clone())
            .collect::<Vec<_>>()
    };
    let writer = Writer::open(&path, |_| true).unwrap();
    assert_eq!(names(&writer), ["un:1", "deux:1"]);
    drop(writer);
    let first = |piece: &Piece| piece.image == "un:1";
    assert_eq!(names(&Writer::open(&path, first).unwrap()), ["un:1"]);
    // A byte of the first one turned on the disk: nothing before it can be trusted to be whole.
    let mut bytes = fs::read(partial(&path)).unwrap();
    bytes[512] ^= 1;
    fs::write(partial(&path), bytes).unwrap();
    assert!(names(&Writer::open(&path, |_| true).unwrap()).is_empty());
}

#[tokio::test]
async fn a_damaged_archive_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("salle.tar");
    written(&["busybox:1.36", "hello-world:linux"], &path).await;
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() - 20_000;
    bytes[middle] ^= 0xff;
    fs::write(&path, bytes).unwrap();
    let (_machine, client) = engine().await;
    let mut kit = Kit::open(&path).unwrap();
    let error = load(&client, &mut kit, false, &mut |_| {})
        .await
        .unwrap_err();
    assert!(error.to_string().contains("rien n’a été chargé"), "{error}");
    assert_eq!(held(&client, "busybox:1.36").await.unwrap(), None);

    fs::write(&path, b"pas une archive").unwrap();
    let error = Kit::open(&path).unwrap_err().to_string();
    assert!(error.contains("incomplète"), "{error}");
}

#[tokio::test]
async fn an_image_of_the_learner_keeps_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("salle.tar");
    written(&["busybox:1.36"], &path).await;
    let (_machine, client) = engine().await;
    pull_missing(
        &client,
        &some(&["hello-world:linux"]),
        &Source::default(),
        &mut |_| {},
    )
    .await
    .unwrap();
    let call = super::pull::request(
        "POST",
        "/images/hello-world:linux/tag?repo=busybox&tag=1.36",
    );
    client.send(call, super::pull::PATIENCE).await.unwrap();
    let mine = held(&client, "busybox:1.36").await.unwrap().unwrap();

    let mut kit = Kit::open(&path).unwrap();
    let left = load(&client, &mut kit, false, &mut |_| {}).await.unwrap();
    let other = vec!["busybox:1.36".to_owned()];
    assert_eq!(
        left,
        Loaded {
            added: 0,
            same: 0,
            other
        }
    );
    assert_eq!(held(&client, "busybox:1.36").await.unwrap().unwrap(), mine);
    let given = load(&client, &mut kit, true, &mut |_| {}).await.unwrap();
    assert_eq!(given.added, 1);
    assert_ne!(held(&client, "busybox:1.36").await.unwrap().unwrap(), mine);
}

#[test]
fn the_course_needs_the_images_of_its_lessons() {
    let course = Course::embedded();
    let all = wanted(&course, &[]).unwrap();
    let busybox = all.iter().find(|it| it.image == "busybox:1.36").unwrap();
    assert!(busybox.lessons.len() > 5);
    let one = wanted(&course, &["registres".to_owned()]).unwrap();
    assert!(one.iter().any(|it| it.image == "registry:2"));
    assert!(one.len() < all.len());
    let error = wanted(&course, &["nulle-part".to_owned()]).unwrap_err();
    assert!(error.to_string().contains("nulle-part"), "{error}");
}

/// Runs a line on the simulated machine to its end.
async fn ran(machine: &Machine, line: &str) {
    let mut started = machine.run(&format!("{line} 2>&1")).unwrap();
    drop(started.stdio.stdin.take());
    while started.stdio.stdout.recv().await.is_some() {}
}

#[tokio::test]
async fn a_mirror_gives_images_the_names_of_lessons() {
    let (machine, client) = engine().await;
    let mirror = "127.0.0.1:18650";
    let tagged = format!("{mirror}/library/busybox:1.36");
    ran(
        &machine,
        "docker run -d -p 127.0.0.1:18650:5000 registry:2 && sleep 2",
    )
    .await;
    ran(
        &machine,
        &format!("docker pull busybox:1.36; docker tag busybox:1.36 {tagged}"),
    )
    .await;
    let before = held(&client, "busybox:1.36").await.unwrap().unwrap();
    ran(
        &machine,
        &format!("docker push {tagged}; docker rmi {tagged} busybox:1.36"),
    )
    .await;
    assert_eq!(held(&client, "busybox:1.36").await.unwrap(), None);

    let source = Source {
        mirror: Some(mirror.to_owned()),
        configuration: None,
    };
    let wanted = some(&["busybox:1.36"]);
    let loaded = pull_missing(&client, &wanted, &source, &mut |_| {})
        .await
        .unwrap();
    assert_eq!(loaded.added, 1);
    let after = held(&client, "busybox:1.36").await.unwrap().unwrap();
    assert_eq!(after.id, before.id);
    assert_eq!(held(&client, &tagged).await.unwrap(), None);

    let absent = some(&["traefik/whoami:v1.11"]);
    let error = pull_missing(&client, &absent, &source, &mut |_| {})
        .await
        .unwrap_err();
    assert!(error.to_string().contains("traefik/whoami"), "{error}");
}
