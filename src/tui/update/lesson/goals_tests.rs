//! What counts as a success, and what beginning again removes.

use crossterm::event::KeyCode;
use serde_json::json;

use super::*;
use crate::domain::{ContainerState, Image, Network, Occurrence, Service, Volume};
use crate::tui::message::Message;
use crate::tui::update::fixtures::{Play, SESSION, container, image, snapshot};

/// A container that another program made, or another session.
fn of_other(name: &str, session: Option<&str>) -> Object {
    let mut object = container(name, ContainerState::Running);
    if let Object::Container(it) = &mut object {
        it.labels = session
            .map(|it| (SESSION_LABEL.to_owned(), it.to_owned()))
            .into_iter()
            .collect();
    }
    object
}

fn others(session: Option<&str>) -> Vec<Object> {
    let labels = session.map(|it| json!({ SESSION_LABEL: it }));
    let suffix = session.unwrap_or("sans");
    let name = |it: &str| format!("{it}-{suffix}");
    vec![
        of_other(&name("conteneur"), session),
        Object::Volume(Volume {
            name: name("volume"),
            document: crate::domain::Document::from(json!({ "Labels": labels })),
        }),
        Object::Image(Image {
            id: name("sha256:0123456789abcdef"),
            tags: vec![name("image"), name("image:2")],
            size: 0,
            layers: Vec::new(),
            document: crate::domain::Document::from(json!({ "Config": { "Labels": labels } })),
        }),
        Object::Network(Network {
            id: name("id"),
            name: name("reseau"),
            driver: "bridge".to_owned(),
            document: crate::domain::Document::from(json!({ "Labels": labels })),
        }),
        Object::Service(Service {
            id: name("id"),
            name: name("service"),
            document: crate::domain::Document::from(json!({ "Spec": { "Labels": labels } })),
        }),
    ]
}

#[test]
fn only_what_this_session_made_is_removed() {
    let objects = [others(Some(SESSION)), others(Some("autre")), others(None)];
    let diff = Diff::between(&snapshot([]), &snapshot(objects.concat()));
    assert_eq!(
        removals(&diff, SESSION, &BTreeSet::new(), &BTreeSet::new()),
        [
            "docker service rm service-essai",
            "docker rm -f conteneur-essai",
            "docker rmi -f image-essai image:2-essai",
            "docker network rm reseau-essai",
            "docker volume rm volume-essai",
        ]
    );
}

#[test]
fn a_volume_that_a_container_named_is_removed_too() {
    let diff = Diff::between(&snapshot([]), &snapshot(others(None)));
    let host = json!({
        "Binds": ["volume-sans:/donnees:ro", "/srv:/srv"],
        "Mounts": [
            { "Type": "volume", "Source": "autre", "Target": "/a" },
            { "Type": "bind", "Source": "/tmp", "Target": "/t" },
            { "Type": "volume", "Target": "/sans-nom" },
        ],
    });
    let named = volumes_of(&host);
    assert_eq!(named, ["volume-sans", "autre"]);
    assert_eq!(
        removals(
            &diff,
            SESSION,
            &BTreeSet::new(),
            &named.into_iter().collect()
        ),
        ["docker volume rm volume-sans"]
    );
    assert!(volumes_of(&json!(null)).is_empty());
}

#[test]
fn a_network_of_the_start_that_is_there_is_not_made_again() {
    let state = snapshot(others(None));
    let make = |name: &str| format!("docker network create {name}");
    let kept = |line: &str, commands: &[&str]| {
        let commands: Vec<String> = commands.iter().map(|it| (*it).to_owned()).collect();
        stands(&line.to_owned(), &commands, &state)
    };
    assert!(kept(&make("reseau-sans"), &[]));
    assert!(kept(
        &make("reseau-sans"),
        &["docker volume rm reseau-sans"]
    ));
    assert!(!kept(
        &make("reseau-sans"),
        &["docker network rm autre reseau-sans"]
    ));
    assert!(!kept(&make("absent"), &[]));
    assert!(!kept(
        "docker run -d --network reseau-sans busybox:1.37",
        &[]
    ));
    assert!(!kept("docker volume create volume-sans", &[]));
}

#[test]
fn the_start_is_made_again_only_over_what_a_session_made() {
    let setup = ["docker run -d --name jumeau1 busybox:1.37 sleep 3600".to_owned()];
    let state = |session| snapshot([of_other("jumeau1", session)]);
    let ours = BTreeSet::from(["jumeau1".to_owned()]);
    let made = |session| remade(&setup, &[], &state(session));
    assert_eq!(made(Some("hier")), ours);
    assert_eq!(made(None), BTreeSet::new());
    assert_eq!(remade(&setup, &[], &snapshot([])), BTreeSet::new());
    // What the solution makes must not be there already.
    assert_eq!(remade(&[], &setup, &state(Some("hier"))), ours);
}

const RESTART: &str = r#"---
format: 1
titre: Relancer
duree: 5 min
objectifs: [relancer]
images: ["busybox:1.37"]
---

## Relancer

```commande
docker stop jumeau1 && docker start jumeau1
```

```commande
docker stop jumeau1
```

```exercice relancer
consigne: Relancez-le.
depart:
  - docker run -d --name jumeau1 busybox:1.37 sleep 3600
  - docker stop jumeau1
but: [{conteneur: {nom: jumeau1, etat: running}}]
cas:
  - si: [{conteneur: {nom: jumeau1, absent: true}}]
    dire: Il n’y est plus.
    essai: docker rm jumeau1
indices: [Le contraire de stop]
solution: docker start jumeau1
```
"#;

fn is_done(play: &Play) -> bool {
    let study = play.model.study.as_ref().unwrap();
    study.done.contains("relancer")
}

/// The lesson, opened while the container runs.
fn begun_with_its_goals_met() -> Play {
    let mut play = Play::lesson_of(RESTART, 120, 40);
    play.key(KeyCode::Esc);
    let running = snapshot([image(), container("jumeau1", ContainerState::Running)]);
    play.say(Message::Occurrence(Occurrence::State(running.into())));
    play.key(KeyCode::Enter);
    play
}

#[test]
fn goals_that_are_met_at_the_start_are_no_success() {
    let mut play = begun_with_its_goals_met();
    play.settle();
    assert!(!is_done(&play));
    assert!(
        play.screen().contains("déjà atteint au départ"),
        "{}",
        play.screen()
    );
    let with = |state| snapshot([image(), container("jumeau1", state)]);
    play.run("docker stop jumeau1", 0, with(ContainerState::Exited));
    assert!(play.screen().contains("But 0/1"), "{}", play.screen());
    play.run("docker start jumeau1", 0, with(ContainerState::Running));
    play.settle();
    assert!(is_done(&play));
}

/// The lines that bring the start back may pass through a state that meets the goals.
#[test]
fn setting_the_start_up_is_no_success() {
    let mut play = begun_with_its_goals_met();
    let with = |state| snapshot([image(), container("jumeau1", state)]);
    play.run("docker rm -f jumeau1", 0, snapshot([image()]));
    let setup = "docker run -d --name jumeau1 busybox:1.37 sleep 3600";
    play.run(setup, 0, with(ContainerState::Running));
    play.settle();
    assert!(!is_done(&play));
    play.run("docker stop jumeau1", 0, with(ContainerState::Exited));
    play.run("docker start jumeau1", 0, with(ContainerState::Running));
    play.settle();
    assert!(is_done(&play));
}

/// A command of the lesson may lead away from the goals and back to them.
#[test]
fn what_the_lesson_has_one_do_is_no_success() {
    let mut play = begun_with_its_goals_met();
    let with = |state| snapshot([image(), container("jumeau1", state)]);
    let at = std::time::SystemTime::UNIX_EPOCH;
    play.say(Message::CommandBegan {
        line: "docker stop jumeau1 && docker start jumeau1".to_owned(),
        at,
    });
    for state in [ContainerState::Exited, ContainerState::Running] {
        play.say(Message::Occurrence(Occurrence::State(with(state).into())));
    }
    let status = Some(0);
    play.say(Message::CommandEnded { status, at });
    play.settle();
    assert!(!is_done(&play));
    play.run("docker ps", 0, with(ContainerState::Running));
    play.settle();
    assert!(!is_done(&play));
    play.run("docker kill jumeau1", 0, with(ContainerState::Exited));
    play.run("docker restart jumeau1", 0, with(ContainerState::Running));
    play.settle();
    assert!(is_done(&play));
}

#[test]
fn the_key_of_the_solution_is_that_of_the_panel() {
    let mut play = Play::lesson(120, 40);
    play.keys("iii");
    assert!(play.screen().contains("\u{a0}: s montre la solution"));
    play.keys("t");
    play.leader('i');
    assert!(
        play.screen()
            .contains("\u{a0}: Ctrl-G s montre la solution")
    );
}

#[test]
fn a_solution_that_appears_is_pointed_at_from_its_first_command() {
    let text = RESTART.replace(
        "solution: docker start jumeau1",
        "solution:\n  - docker start jumeau1\n  - docker ps",
    );
    for (width, height) in [(80, 24), (120, 40)] {
        let mut play = Play::lesson_of(&text, width, height);
        play.keys("i");
        // From the last item of the exercise, which the commands push away.
        play.key(KeyCode::End);
        while play.model.study.as_ref().unwrap().cursor < Some(3) {
            play.key(KeyCode::Down);
        }
        play.keys("t");
        play.leader('s');
        let screen = play.screen();
        let pointed = screen.lines().find(|it| it.starts_with('▌'));
        assert!(
            pointed.is_some_and(|it| it.contains("$ docker start jumeau1")),
            "{screen}"
        );
    }
}

#[test]
fn an_exercise_that_was_passed_is_judged_again_once_it_is_reset() {
    let mut play = Play::lesson_of(RESTART, 120, 40);
    let with = |state| snapshot([image(), container("jumeau1", state)]);
    let passed = |play: &Play| play.model.study.as_ref().unwrap().has_passed("relancer");
    play.run("docker stop jumeau1", 0, with(ContainerState::Exited));
    play.run("docker start jumeau1", 0, with(ContainerState::Running));
    play.settle();
    assert!(is_done(&play) && passed(&play));
    let saved = play.model.progress.clone();
    play.leader('r');
    assert!(
        matches!(play.model.overlay, Some(Overlay::Reset { .. })),
        "{}",
        play.screen()
    );
    play.effects.clear();
    play.key(KeyCode::Enter);
    assert_eq!(play.model.focus, Focus::Terminal, "it goes on there");
    let typed: Vec<&Effect> = play.effects.iter().collect();
    let sent = |it: &&Effect| matches!(it, Effect::ShellType { .. });
    assert!(typed.iter().any(sent), "{typed:?}");
    // Its goals are still met by what it left: that is no success.
    play.settle();
    assert!(!passed(&play) && is_done(&play), "{}", play.screen());
    play.run("docker rm -f jumeau1", 0, snapshot([image()]));
    let setup = "docker run -d --name jumeau1 busybox:1.37 sleep 3600";
    play.run(setup, 0, with(ContainerState::Running));
    play.settle();
    assert!(!passed(&play));
    play.run("docker stop jumeau1", 0, with(ContainerState::Exited));
    assert!(play.screen().contains("But 0/1"), "{}", play.screen());
    assert_eq!(play.model.progress, saved, "it was passed once");
    play.run("docker start jumeau1", 0, with(ContainerState::Running));
    play.settle();
    assert!(passed(&play), "{}", play.screen());
    assert!(
        play.screen().contains("Exercice réussi"),
        "{}",
        play.screen()
    );
}

/// What undoes an attempt is not an attempt; the same line, typed afterwards, is one.
#[test]
fn only_the_lines_of_a_reset_are_not_judged() {
    let text = RESTART
        .replace("depart:\n  - docker run -d --name jumeau1 busybox:1.37 sleep 3600\n  - docker stop jumeau1\n", "")
        .replace("nom: jumeau1, etat: running}", "nom: jumeau1, absent: true}")
        .replace("nom: jumeau1, absent: true}\n    dire", "nom: jumeau1, etat: paused}\n    dire")
        .replace("solution: docker start jumeau1", "solution: docker rm jumeau1");
    let mut play = Play::lesson_of(&text, 120, 40);
    let there = || snapshot([image(), container("jumeau1", ContainerState::Exited)]);
    play.run("docker stop jumeau1", 0, there());
    let lines = vec!["docker rm -f jumeau1".to_owned()];
    reset(&mut play.model, lines);
    play.run("docker rm -f jumeau1", 0, snapshot([image()]));
    play.settle();
    assert!(!is_done(&play), "{}", play.screen());
    play.run("docker stop jumeau1", 0, there());
    play.run("docker rm -f jumeau1", 0, snapshot([image()]));
    play.settle();
    assert!(is_done(&play), "{}", play.screen());
}
