use crossterm::event::KeyCode;
use serde_json::{Value, json};

use super::*;
use crate::inside::Fact;
use crate::inside::recorded::Recorded;
use crate::tui::message::Message;
use crate::tui::update::fixtures::{Play, image, snapshot};

/// A container with this description.
pub(in crate::tui::panes) fn described(document: &Value, state: ContainerState) -> Object {
    let name = document["Name"].as_str().unwrap().trim_start_matches('/');
    let Object::Container(mut container) = crate::tui::update::fixtures::container(name, state)
    else {
        unreachable!("the fixture makes a container")
    };
    document["Id"]
        .as_str()
        .unwrap()
        .clone_into(&mut container.id);
    container.document = crate::domain::Document::from(document.clone());
    Object::Container(container)
}

/// The pane, on a recorded container.
fn shown(recorded: &Recorded, width: u16, height: u16) -> Play {
    let mut play = Play::lesson(width, height);
    let one = described(&recorded.document, ContainerState::Running);
    let id = one.reference().id;
    play.run("docker run …", 0, snapshot([image(), one]));
    play.leader('f');
    play.keys("n");
    let fact = Fact::Kernel(Box::new(recorded.reading()));
    play.say(Message::Learnt(Need::Kernel(id), fact));
    play
}

#[test]
fn recorded_containers() {
    insta::assert_snapshot!("kernel_v1_80", shown(&Recorded::v1(), 80, 24).screen());
    let mut play = shown(&Recorded::v1(), 120, 40);
    insta::assert_snapshot!("kernel_v1_120", play.screen());
    play.keys("z");
    insta::assert_snapshot!("kernel_v1_zoomed", play.screen());
    insta::assert_snapshot!("kernel_v2_80", shown(&Recorded::v2(), 80, 40).screen());
    insta::assert_snapshot!(
        "kernel_rootless_80",
        shown(&Recorded::rootless(), 80, 40).screen()
    );
}

/// What a pane shows of a container of the simulated machine.
pub(in crate::tui::panes) async fn simulated_screen(
    letter: &str,
    need: fn(String) -> Need,
    size: (u16, u16),
) -> String {
    use crate::inside::kernel::tests::{first, id_of, simulated};
    let line = "docker run -d --name amarre -m 64m --pids-limit 20 -v cale:/data busybox sleep 900";
    let (_machine, place) = simulated(line).await;
    let id = id_of(&place, "amarre").await;
    let client = place.connect().await.unwrap().client;
    let document = client
        .json(&format!("/containers/{id}/json"))
        .await
        .unwrap();
    let need = need(id);
    let fact = first(need.clone(), place, |it| !matches!(it, Fact::Failed(_))).await;
    let mut play = Play::lesson(size.0, size.1);
    let one = described(&document, ContainerState::Running);
    play.run("docker run …", 0, snapshot([image(), one]));
    play.leader('f');
    play.keys(letter);
    play.say(Message::Learnt(need, fact));
    play.screen()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulated_container() {
    for (name, size) in [("kernel_sim_80", (80, 44)), ("kernel_sim_120", (120, 40))] {
        insta::assert_snapshot!(name, simulated_screen("n", Need::Kernel, size).await);
    }
}

#[test]
fn enter_says_what_a_line_means() {
    let mut play = shown(&Recorded::v1(), 80, 40);
    for _ in 0..5 {
        play.key(KeyCode::Down);
    }
    play.key(KeyCode::Enter);
    let screen = play.screen();
    assert!(screen.contains("--network container:NOM"), "{screen}");
    assert!(screen.contains("deux namespaces"), "{screen}");
    play.key(KeyCode::Enter);
    assert!(!play.screen().contains("--network container:NOM"));
}

#[test]
fn a_stopped_container_has_only_what_is_declared() {
    let mut play = Play::lesson(80, 40);
    let recorded = Recorded::v1();
    let one = described(&recorded.document, ContainerState::Exited);
    play.run("docker stop …", 0, snapshot([image(), one]));
    play.leader('f');
    play.keys("n");
    assert!(play.model.followed.is_empty(), "nothing is asked of it");
    insta::assert_snapshot!("kernel_stopped_80", play.screen());
}

#[test]
fn a_failure_is_shown_and_no_container_is_said() {
    let mut play = Play::lesson(80, 24);
    play.leader('f');
    play.keys("n");
    assert!(
        play.screen().contains("Aucun conteneur"),
        "{}",
        play.screen()
    );
    let recorded = Recorded::v1();
    let one = described(&recorded.document, ContainerState::Running);
    let id = one.reference().id;
    play.run("docker run …", 0, snapshot([image(), one]));
    assert!(play.screen().contains("Lecture…"), "{}", play.screen());
    let fact = Fact::Failed("le moteur ne répond plus.".to_owned());
    play.say(Message::Learnt(Need::Kernel(id), fact));
    let screen = play.screen();
    assert!(screen.contains("✘ Lecture impossible"), "{screen}");
    assert!(screen.contains("déclarés"), "{screen}");
}

#[test]
fn a_namespace_shared_with_another_container_is_said_even_if_only_declared() {
    let recorded = Recorded::v1();
    let one = described(&recorded.document, ContainerState::Exited);
    let other = json!({
        "Id": "5".repeat(64),
        "Name": "/second",
        "HostConfig": {"NetworkMode": format!("container:{}", one.reference().id)},
    });
    let other = described(&other, ContainerState::Exited);
    let mut play = Play::lesson(120, 40);
    play.run("docker run …", 0, snapshot([image(), one, other]));
    play.leader('f');
    play.keys("n");
    let screen = play.screen();
    let line = screen.lines().find(|it| it.contains("≠ net")).unwrap();
    assert!(line.contains("avec "), "{line}");
}

#[test]
fn no_line_is_wider_than_the_pane_at_any_width() {
    for recorded in [Recorded::v1(), Recorded::v2(), Recorded::rootless()] {
        let mut play = shown(&recorded, 120, 40);
        let all = rows(&play.model, 200);
        let names = all.into_iter().filter_map(|row| match row.act {
            Some(super::super::Act::Toggle(name)) => Some(name),
            _ => None,
        });
        play.model.panes[Pane::Kernel as usize].open = names.collect();
        for width in 1..130 {
            for row in rows(&play.model, width) {
                let text = row.line.to_string();
                let columns = unicode_width::UnicodeWidthStr::width(text.as_str());
                assert!(columns <= width.max(8), "{columns} at {width}: {text}");
            }
        }
    }
}
