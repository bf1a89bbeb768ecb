//! Every diagram at both widths, on an empty engine and on one that holds objects.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::json;

use super::*;
use crate::domain::{
    ChangeKind, Container, ContainerState, FsChange, Image, Object, PortMapping, Service, Snapshot,
};
use crate::domain::{Occurrence, Timeline};
use crate::lesson::parse;
use crate::lesson::progress::Progress;
use crate::tui::study::Study;
use crate::tui::widgets::wrap::line_width;

fn container(name: &str, state: ContainerState, address: &str) -> Container {
    let networks = match address {
        "" => json!({}),
        address => json!({"escale": {"IPAddress": address}}),
    };
    Container {
        id: format!("{name:0>64}"),
        name: name.to_owned(),
        image: "busybox:1.36".to_owned(),
        image_id: "sha256:aa".to_owned(),
        state,
        exit_code: 0,
        command: Vec::new(),
        ports: Vec::new(),
        labels: [].into(),
        changes: None,
        document: crate::domain::Document::from(json!({
            "State": {"Pid": 4242},
            "NetworkSettings": {"Networks": networks},
        })),
    }
}

/// An engine in the middle of a lesson.
fn busy() -> Snapshot {
    let mut vitrine = container("vitrine", ContainerState::Running, "172.18.0.2");
    vitrine.ports = vec![PortMapping {
        container: 80,
        protocol: "tcp".to_owned(),
        host_ip: "127.0.0.1".to_owned(),
        host: 8080,
    }];
    vitrine.changes = Some(Arc::new(vec![FsChange {
        path: "/note.txt".to_owned(),
        kind: ChangeKind::Added,
    }]));
    let containers = [
        vitrine,
        container(
            "un-conteneur-au-nom-vraiment-tres-long",
            ContainerState::Running,
            "172.18.0.3",
        ),
        container("jumeau1", ContainerState::Exited, ""),
        container("jumeau2", ContainerState::Paused, ""),
        container("jumeau3", ContainerState::Created, ""),
    ];
    let mut state = Snapshot::default();
    for it in containers {
        state.insert(Object::Container(it));
    }
    for tag in [
        "busybox:1.36",
        "nginx:1.27-alpine",
        "redis:7",
        "ecole/vitrine:1",
    ] {
        let first = tag.starts_with("busybox");
        state.insert(Object::Image(Image {
            id: if first {
                "sha256:aa".to_owned()
            } else {
                format!("sha256:{tag}")
            },
            tags: vec![tag.to_owned()],
            size: 4_000_000,
            layers: (1..=6).map(|it| format!("sha256:{it:0>64}")).collect(),
            document: crate::domain::Document::from(json!({})),
        }));
    }
    state.insert(Object::Service(Service {
        id: "s1".to_owned(),
        name: "escadre".to_owned(),
        document: crate::domain::Document::from(json!({})),
    }));
    state
}

fn drawn(kind: DiagramKind, state: &Snapshot, width: usize) -> Vec<String> {
    let lines = draw(kind, &Scene::of(state), width, &Theme::dark()).into_iter();
    lines
        .map(|it| it.to_string().trim_end().to_owned())
        .collect()
}

#[test]
fn at_both_widths_with_and_without_objects() {
    for kind in DiagramKind::ALL {
        let mut all = String::new();
        for (title, state) in [("sans objet", Snapshot::default()), ("avec", busy())] {
            for width in [77, 45] {
                let _ = writeln!(all, "── {title}, {width} colonnes");
                all += &drawn(kind, &state, width).join("\n");
                all += "\n\n";
            }
        }
        insta::assert_snapshot!(kind.name(), all);
    }
}

#[test]
fn never_wider_than_the_room() {
    for kind in DiagramKind::ALL {
        for width in 34..90 {
            for line in draw(kind, &Scene::of(&busy()), width, &Theme::dark()) {
                assert!(
                    line_width(&line) <= width,
                    "{}, {width}: {line}",
                    kind.name()
                );
            }
        }
        // Too narrow for anything: cut, but drawn.
        for width in 0..34 {
            draw(kind, &Scene::of(&busy()), width, &Theme::dark());
        }
    }
}

#[test]
fn what_runs_is_shown_where_a_diagram_has_containers() {
    for kind in DiagramKind::ALL {
        let delivery = matches!(kind, DiagramKind::Delivery | DiagramKind::Ecosystem);
        for width in [77, 45] {
            let text = drawn(kind, &busy(), width).join("\n");
            assert_eq!(
                text.contains("vitrine"),
                !delivery,
                "{}\n{text}",
                kind.name()
            );
        }
    }
    let text = drawn(DiagramKind::Delivery, &busy(), 77).join("\n");
    assert!(text.contains("escadre"), "{text}");
    let text = drawn(DiagramKind::Networks, &busy(), 77).join("\n");
    assert!(text.contains("127.0.0.1:8080 ▶ vitrine:80"), "{text}");
    assert!(
        text.contains("172.18.0.2") && text.contains("pont escale"),
        "{text}"
    );
}

#[test]
fn every_diagram_reads_as_sentences() {
    for kind in DiagramKind::ALL {
        let text = reading(kind);
        assert!(text.ends_with('.') && !text.contains('\''), "{text}");
        for mark in [" :", " ;", "« "] {
            assert!(!text.contains(mark), "no-break space: {text}");
        }
    }
}

const LESSON: &str = r#"---
format: 1
titre: Le sujet
duree: 5 min
objectifs: [voir]
images: ["nginx:1.27-alpine"]
---

## Le sujet

```commande
docker run -d --name zenith nginx:1.27-alpine
```
"#;

/// An engine full of what other lessons left, which comes first by name.
fn full() -> Snapshot {
    let mut state = Snapshot::default();
    for rank in 0..12 {
        let name = format!("ancien{rank:02}");
        let address = format!("172.18.0.{rank}");
        state.insert(Object::Container(container(
            &name,
            ContainerState::Running,
            &address,
        )));
    }
    for tag in [
        "alpine:3.20",
        "busybox:1.36",
        "hello-world:linux",
        "memcached:1",
    ] {
        state.insert(image(tag));
    }
    state
}

fn image(tag: &str) -> Object {
    Object::Image(Image {
        id: format!("sha256:{tag}"),
        tags: vec![tag.to_owned()],
        size: 0,
        layers: vec![format!("sha256:{tag:0>64}")],
        document: crate::domain::Document::from(json!({})),
    })
}

/// A command, and the state that it leaves.
fn run(timeline: &mut Timeline, state: Snapshot) {
    let at = SystemTime::UNIX_EPOCH;
    let line = "docker …".to_owned();
    timeline.apply(Occurrence::CommandBegan { line, at });
    timeline.apply(Occurrence::State(state.into()));
}

#[test]
fn what_the_lesson_made_and_the_last_command_touched_comes_before_what_was_left() {
    let lesson = parse("lecon.md", "sujet", 1, LESSON).unwrap();
    let mut timeline = Timeline::starting_at(Snapshot::default());
    run(&mut timeline, full());
    // The steps of another lesson are none of this one's.
    let study = Study::open(Arc::new(lesson), &Progress::default(), 1);
    let drawn = |timeline: &Timeline, kind, width| {
        let scene = Scene::new(timeline, &study);
        let lines = draw(kind, &scene, width, &Theme::dark());
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        lines.join("\n")
    };
    let mut state = full();
    let insert = |state: &mut Snapshot, name: &str, image: &str| {
        let mut one = container(name, ContainerState::Running, "172.18.0.40");
        image.clone_into(&mut one.image_id);
        state.insert(Object::Container(one));
    };
    state.insert(image("nginx:1.27-alpine"));
    insert(&mut state, "zenith", "sha256:nginx:1.27-alpine");
    run(&mut timeline, state.clone());
    insert(&mut state, "yole", "sha256:nginx:1.27-alpine");
    run(&mut timeline, state.clone());
    // A command that changes nothing leaves those of the lesson first.
    for (after, first, second) in [(0, "yole", "zenith"), (1, "yole", "zenith")] {
        if after > 0 {
            run(&mut timeline, state.clone());
        }
        for kind in [
            DiagramKind::ClientDaemonRegistry,
            DiagramKind::VirtualMachines,
            DiagramKind::HostEngineKernel,
            DiagramKind::FromDockerfile,
            DiagramKind::Layers,
            DiagramKind::LifeCycle,
            DiagramKind::Networks,
        ] {
            for width in [77, 45] {
                let text = drawn(&timeline, kind, width);
                let at = |name: &str| text.find(name).unwrap_or_else(|| panic!("{name}:\n{text}"));
                assert!(at(first) < at(second), "{text}");
                let left = text.find("ancien").is_none_or(|it| it > at(second));
                assert!(left, "{}:\n{text}", kind.name());
                let all_shown = kind == DiagramKind::Layers;
                let says = text.contains("autres") || text.contains("de plus") || all_shown;
                assert!(
                    says,
                    "{}: what is left out is not said\n{text}",
                    kind.name()
                );
            }
        }
    }
    let text = drawn(&timeline, DiagramKind::ClientDaemonRegistry, 77);
    let place = |name: &str| text.find(name).unwrap_or_else(|| panic!("{name}:\n{text}"));
    assert!(place("nginx") < place("alpine:3.20"), "{text}");
    // What the last command touched comes before all that the lesson made.
    let Some(one) = state.container("zenith").cloned() else {
        panic!("it was made")
    };
    state.insert(Object::Container(Container {
        exit_code: 1,
        ..one
    }));
    run(&mut timeline, state);
    let text = drawn(&timeline, DiagramKind::VirtualMachines, 77);
    assert!(text.find("zenith") < text.find("yole"), "{text}");
}
