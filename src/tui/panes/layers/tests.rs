use std::sync::Arc;

use crossterm::event::KeyCode;

use crate::domain::{ChangeKind, ContainerState, FsChange, Image, Object};
use crate::inside::files::Content;
use crate::inside::layers::{FileKind, Files, LayerFiles, Mark, Node, Stack, Step, Waste};
use crate::inside::{Fact, Need};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::update::fixtures::{Play, container, image, snapshot};

const IMAGE: &str = "sha256:aa";

fn step(instruction: &str, size: u64, layer: Option<usize>) -> Step {
    Step {
        instruction: instruction.to_owned(),
        comment: String::new(),
        size,
        layer,
    }
}

fn stack() -> Stack {
    Stack {
        steps: vec![
            step("ADD file:9a4f77dfaba7 in /", 4_261_550, Some(0)),
            step("CMD [\"sh\"]", 0, None),
            step(
                "RUN apt-get update && apt-get install -y --no-install-recommends curl ca-certificates && rm -rf /var/lib/apt/lists/*",
                12_400_000,
                Some(1),
            ),
            Step {
                comment: "Imported from -".to_owned(),
                ..step("", 512, Some(2))
            },
        ],
        layers: vec![
            "sha256:bb".to_owned(),
            "sha256:cc".to_owned(),
            "sha256:dd".to_owned(),
        ],
        size: 16_662_062,
    }
}

fn node(name: &str, kind: FileKind, size: u64, mark: Mark, children: &[usize]) -> Node {
    Node {
        name: name.to_owned(),
        kind,
        size,
        mark,
        children: children.to_vec(),
    }
}

fn files() -> Files {
    let high = LayerFiles {
        nodes: vec![
            node("", FileKind::Directory, 900, Mark::Passed, &[1, 4]),
            node("etc", FileKind::Directory, 900, Mark::Changed, &[2, 3]),
            node("conf\x1b[31m", FileKind::File, 900, Mark::Changed, &[]),
            node("passwd", FileKind::File, 1200, Mark::Deleted, &[]),
            node(
                "lien",
                FileKind::Symlink("/bin/sh".to_owned()),
                0,
                Mark::Added,
                &[],
            ),
        ],
        counts: [1, 2, 1],
        ..LayerFiles::default()
    };
    let broken = LayerFiles {
        nodes: vec![node("", FileKind::Directory, 0, Mark::Passed, &[])],
        problem: Some("elle est compressée en zstd".to_owned()),
        ..LayerFiles::default()
    };
    Files {
        layers: vec![LayerFiles::default(), high, broken],
        waste: Some(Waste {
            bytes: 3_100_000,
            stored: 16_662_062,
            worst: vec![
                ("etc/passwd".to_owned(), 3_000_000),
                ("etc/conf".to_owned(), 100_000),
            ],
        }),
    }
}

fn written() -> Object {
    let mut object = container("jumeau1", ContainerState::Running);
    if let Object::Container(it) = &mut object {
        let change = |path: &str, kind| FsChange {
            path: path.to_owned(),
            kind,
        };
        it.changes = Some(Arc::new(vec![
            change("/root", ChangeKind::Modified),
            change("/root/.ash_history", ChangeKind::Added),
            change("/root/preuve.txt", ChangeKind::Added),
            change("/tmp/vieux", ChangeKind::Deleted),
        ]));
    }
    object
}

fn cousin() -> Object {
    Object::Image(Image {
        id: "sha256:ee".to_owned(),
        tags: vec!["python:3.12".to_owned()],
        size: 1,
        layers: vec!["sha256:bb".to_owned(), "sha256:ff".to_owned()],
        document: crate::domain::Document::from(serde_json::Value::Null),
    })
}

fn shown(width: u16, height: u16) -> Play {
    let mut play = Play::lesson(width, height);
    play.run(
        "docker run -d --name jumeau1 busybox",
        0,
        snapshot([image(), cousin(), written()]),
    );
    play.leader('f');
    play.keys("c");
    learn(
        &mut play,
        Need::Layers(IMAGE.to_owned()),
        Fact::Layers(Arc::new(stack())),
    );
    play
}

fn learn(play: &mut Play, need: Need, fact: Fact) {
    play.say(Message::Learnt(need, fact));
}

fn down(play: &mut Play, lines: usize) {
    (0..lines).for_each(|_| play.key(KeyCode::Down));
}

fn last_followed(play: &Play) -> Vec<Need> {
    let followed = play.effects.iter().rev().find_map(|effect| match effect {
        Effect::Follow(needs) => Some(needs.iter().cloned().collect()),
        _ => None,
    });
    followed.unwrap_or_default()
}

#[test]
fn screens() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut play = shown(width, height);
        insta::assert_snapshot!(format!("layers_{width}"), play.screen());
        // The second layer, then its directory.
        down(&mut play, 10);
        play.key(KeyCode::Enter);
        learn(
            &mut play,
            Need::LayerFiles(IMAGE.to_owned()),
            Fact::LayerFiles(Arc::new(files())),
        );
        down(&mut play, 5);
        play.key(KeyCode::Enter);
        insta::assert_snapshot!(format!("layers_open_{width}"), play.screen());
    }
}

#[test]
fn an_image_is_saved_only_once_a_layer_is_open() {
    let mut play = shown(80, 24);
    let files_of = Need::LayerFiles(IMAGE.to_owned());
    assert!(!last_followed(&play).contains(&files_of));
    down(&mut play, 10);
    play.key(KeyCode::Enter);
    assert!(
        last_followed(&play).contains(&files_of),
        "{}",
        play.screen()
    );
    assert!(
        play.screen().contains("Le moteur écrit l’image"),
        "{}",
        play.screen()
    );
    // Progress is not an answer: the reading goes on.
    learn(&mut play, files_of.clone(), Fact::Progress(12_000_000));
    assert!(last_followed(&play).contains(&files_of));
    assert!(
        play.screen().contains(
            "Lecture de l’image (docker save)\u{a0}: 12,0\u{a0}Mo sur 16,7\u{a0}Mo environ"
        ),
        "{}",
        play.screen()
    );
    learn(
        &mut play,
        files_of.clone(),
        Fact::LayerFiles(Arc::new(files())),
    );
    assert!(!last_followed(&play).contains(&files_of));
    let screen = play.screen();
    assert!(
        screen.contains("▲ Place perdue\u{a0}: 3,1\u{a0}Mo (efficacité 81,4\u{a0}%)"),
        "{screen}"
    );
    assert!(screen.contains("~ etc/"), "{screen}");
}

#[test]
fn a_file_of_the_container_is_read_when_it_is_opened() {
    let mut play = shown(80, 24);
    down(&mut play, 4);
    play.key(KeyCode::Enter);
    let Object::Container(it) = written() else {
        panic!("a container")
    };
    let need = Need::File {
        container: it.id,
        path: "/root/preuve.txt".to_owned(),
    };
    assert!(last_followed(&play).contains(&need), "{}", play.screen());
    let lines = vec!["je suis passé".to_owned()];
    let content = Content::Text {
        lines,
        size: 14,
        cut: false,
    };
    learn(&mut play, need.clone(), Fact::File(content.clone()));
    assert!(
        play.screen().contains("│ je suis passé"),
        "{}",
        play.screen()
    );
    play.key(KeyCode::Enter);
    assert!(
        !play.screen().contains("je suis passé"),
        "{}",
        play.screen()
    );
    // A command may change it: what was read before is not shown after.
    play.key(KeyCode::Enter);
    learn(&mut play, need, Fact::File(content));
    play.run(
        "docker exec jumeau1 rm /root/preuve.txt",
        0,
        play.model.timeline.state().clone(),
    );
    assert!(
        !play.screen().contains("je suis passé"),
        "{}",
        play.screen()
    );
    // What is deleted has no content to be asked for.
    down(&mut play, 1);
    play.key(KeyCode::Enter);
    assert!(
        play.screen().contains("caché par une marque"),
        "{}",
        play.screen()
    );
}

#[test]
fn what_could_not_be_read_is_not_empty() {
    let mut play = Play::lesson(80, 24);
    let one = container("jumeau1", ContainerState::Running);
    play.run(
        "docker run -d --name jumeau1 busybox",
        0,
        snapshot([image(), one]),
    );
    play.leader('f');
    play.keys("c");
    learn(
        &mut play,
        Need::Layers(IMAGE.to_owned()),
        Fact::Failed("Moteur muet.".to_owned()),
    );
    let screen = play.screen();
    assert!(
        screen.contains("✘ Ce que le conteneur a changé n’a pas été lu"),
        "{screen}"
    );
    assert!(screen.contains("✘ Moteur muet."), "{screen}");
}
