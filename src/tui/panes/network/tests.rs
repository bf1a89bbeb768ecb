//! The pane on what engines say: a Docker 20.10.24 (`engine-20.10.24.json`, and once it was made a
//! swarm manager, `swarm-20.10.24.json`), and the simulated one, each given the commands of
//! `fixtures/seed.sh`.

use std::time::Duration;

use crossterm::event::KeyCode;
use serde_json::{Value, json};

use crate::domain::{Container, ContainerState, Network, Object, Service, Snapshot};
use crate::engine::{Target, connect};
use crate::inside::reach::{Answer, Outcome, Trial};
use crate::inside::{Fact, Need};
use crate::sim::machine::{Machine, MachineOptions};
use crate::text::states;
use crate::tui::message::Message;
use crate::tui::model::Model;
use crate::tui::panes::Pane;
use crate::tui::update::fixtures::{Play, snapshot};

fn text(document: &Value, pointer: &str) -> String {
    let found = document.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

fn recorded(text_of: &str) -> Snapshot {
    let all: Value = serde_json::from_str(text_of).unwrap();
    let documents = |key: &str| all[key].as_array().cloned().unwrap_or_default();
    let containers = documents("containers").into_iter().map(|it| {
        Object::Container(Container {
            id: text(&it, "/Id"),
            name: text(&it, "/Name").trim_start_matches('/').to_owned(),
            image: text(&it, "/Config/Image"),
            image_id: text(&it, "/Image"),
            state: ContainerState::parse(&text(&it, "/State/Status")).unwrap(),
            exit_code: 0,
            command: Vec::new(),
            ports: Vec::new(),
            labels: std::collections::BTreeMap::new(),
            changes: None,
            document: crate::domain::Document::from(it),
        })
    });
    let networks = documents("networks").into_iter().map(|it| {
        Object::Network(Network {
            id: text(&it, "/Id"),
            name: text(&it, "/Name"),
            driver: text(&it, "/Driver"),
            document: crate::domain::Document::from(it),
        })
    });
    let services = documents("services").into_iter().map(|it| {
        Object::Service(Service {
            id: text(&it, "/ID"),
            name: text(&it, "/Spec/Name"),
            document: crate::domain::Document::from(it),
        })
    });
    snapshot(containers.chain(networks).chain(services))
}

fn real() -> Snapshot {
    recorded(include_str!("fixtures/engine-20.10.24.json"))
}

fn shown(width: u16, height: u16, state: Snapshot) -> Play {
    let mut play = Play::lesson(width, height);
    play.run("docker network connect coffre client", 0, state);
    play.leader('f');
    play.keys("r");
    choose(&mut play, "client");
    play
}

fn choose(play: &mut Play, name: &str) {
    for _ in 0..12 {
        if play.screen().contains(&format!("◆ {name} ")) {
            return;
        }
        play.keys("o");
    }
    panic!("no subject {name}:\n{}", play.screen());
}

fn lines(model: &Model, width: usize) -> Vec<String> {
    let rows = super::rows(model, width);
    rows.iter().map(|row| row.line.to_string()).collect()
}

fn whole(play: &Play, width: usize) -> String {
    lines(&play.model, width).join("\n")
}

#[test]
fn screens_of_a_real_engine() {
    insta::assert_snapshot!("network_80", shown(80, 24, real()).screen());
    let play = shown(120, 40, real());
    insta::assert_snapshot!("network_120", play.screen());
    insta::assert_snapshot!("network_whole", whole(&play, 78));
}

#[test]
fn a_swarm_shows_its_services_and_the_routing_mesh() {
    let state = recorded(include_str!("fixtures/swarm-20.10.24.json"));
    let mut play = Play::lesson(120, 40);
    play.run("docker service create --name site", 0, state);
    insta::assert_snapshot!("network_swarm", whole(&play, 71));
}

/// The simulated engine's documents, after the same commands.
async fn simulated() -> String {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let seed = include_str!("fixtures/seed.sh");
    for line in seed.lines().filter(|it| it.starts_with("docker ")) {
        let mut started = machine.run(line).unwrap();
        let ended = async { while started.stdio.stdout.recv().await.is_some() {} };
        tokio::time::timeout(Duration::from_secs(30), ended)
            .await
            .unwrap();
    }
    let connection = connect(&Target::simulator(machine.dialer())).await.unwrap();
    let client = connection.client;
    let mut containers = Vec::new();
    let list = client.json("/containers/json?all=1").await.unwrap();
    for it in list.as_array().unwrap() {
        let path = format!("/containers/{}/json", it["Id"].as_str().unwrap());
        containers.push(client.json(&path).await.unwrap());
    }
    let mut networks = Vec::new();
    let list = client.json("/networks").await.unwrap();
    for it in list.as_array().unwrap() {
        let path = format!("/networks/{}", it["Id"].as_str().unwrap());
        networks.push(client.json(&path).await.unwrap());
    }
    json!({"containers": containers, "networks": networks}).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulated_engine_says_the_same() {
    let simulated = recorded(&simulated().await);
    let words = whole(&shown(80, 24, simulated), 78);
    for line in [
        "─▶ vitrine  par A atelier-d\u{a0}: «\u{a0}vitrine\u{a0}» ou 10.77.0.2",
        "✘  seul  il n’a pas de réseau (none)",
        "127.0.0.1:8080 ─▶ vitrine:80/tcp",
        "9000/tcp déclaré (EXPOSE), non publié",
        "= la pile de vitrine (--network container:…)",
        "pas de nom\u{a0}: réseau bridge par défaut",
    ] {
        assert!(words.contains(line), "{line}\n{words}");
    }
}

#[test]
fn enter_on_a_pair_asks_and_what_was_learnt_is_under_it() {
    let mut play = shown(120, 40, real());
    let row = crate::tui::panes::rows(&play.model, Pane::Network, 70);
    let row = row
        .iter()
        .position(|it| it.line.to_string().starts_with("─▶ base"));
    play.model.pane_view_mut().cursor = row.unwrap();
    play.key(KeyCode::Enter);
    let now = whole(&play, 78);
    assert!(now.contains("▸ essai en cours"), "{now}");
    let need = play.model.asked.iter().next().cloned().unwrap();
    let Need::Reach { from, to } = &need else {
        panic!("{need:?}")
    };
    let state = play.model.timeline.state();
    assert_eq!(state.container("client").unwrap().id, *from);
    assert_eq!(state.container("base").unwrap().id, *to);
    let outcome = Outcome {
        at: "14:03:07".to_owned(),
        answer: Answer::Yes,
        words: "«\u{a0}client\u{a0}» joint «\u{a0}base\u{a0}» par son nom.".to_owned(),
        trials: vec![Trial {
            answer: Answer::Yes,
            words: "ping\u{a0}: 172.18.0.3 répond".to_owned(),
            command: "docker exec client ping -c 1 -W 1 172.18.0.3".to_owned(),
        }],
        by_hand: None,
    };
    play.say(Message::Learnt(need.clone(), Fact::Reach(outcome)));
    insta::assert_snapshot!("network_tried", whole(&play, 78));
    // It may be tried again: what was known is forgotten meanwhile.
    play.key(KeyCode::Enter);
    let now = whole(&play, 78);
    assert!(now.contains("▸ essai en cours"), "{now}");
    play.say(Message::Learnt(
        need,
        Fact::Failed("moteur injoignable".to_owned()),
    ));
    assert!(whole(&play, 78).contains("✘ essai impossible\u{a0}: moteur injoignable"));
}

#[test]
fn what_is_asked_keeps_the_pane_on_its_subject() {
    let mut play = Play::lesson(80, 24);
    let state = real();
    let stopped = state.container("arrete").unwrap().id.clone();
    let awake = state.objects().filter(|it| it.reference().id != stopped);
    play.run("docker run …", 0, snapshot(awake.cloned()));
    play.leader('f');
    play.keys("r");
    assert_eq!(play.model.subject, None, "the pane chose by itself");
    let rows = crate::tui::panes::rows(&play.model, Pane::Network, 78);
    let asks = rows
        .iter()
        .position(|it| matches!(it.act, Some(super::Act::Ask(_))));
    play.model.pane_view_mut().cursor = asks.unwrap();
    play.key(KeyCode::Enter);
    // The trial changes the one that is called, which would make it the subject.
    let Some(Need::Reach { from, .. }) = play.model.asked.first() else {
        panic!("nothing was asked")
    };
    assert_eq!(play.model.subject.as_ref().map(|it| &it.id), Some(from));
}

#[test]
fn details_are_one_key_away() {
    let mut play = shown(120, 40, real());
    assert!(!whole(&play, 78).contains("MAC "));
    let position = lines(&play.model, 78)
        .iter()
        .position(|it| it.contains("▶ vitrine"));
    let rows = super::rows(&play.model, 78);
    let Some(super::Act::Toggle(name)) = rows[position.unwrap()].act.clone() else {
        panic!()
    };
    play.model.pane_view_mut().open.insert(name);
    assert!(whole(&play, 78).contains("MAC 02:42:0a:4d:00:02"));
}

#[test]
fn many_containers_leave_the_subject_alone() {
    let mut objects: Vec<Object> = real().objects().cloned().collect();
    let model = objects.iter().find_map(|it| match it {
        Object::Container(it) if it.name == "client" => Some(it.clone()),
        _ => None,
    });
    let model = model.unwrap();
    for index in 0..30 {
        let mut copy = model.clone();
        copy.id = format!("{index:0>64}");
        copy.name = format!("un-nom-de-conteneur-bien-trop-long-pour-la-fenetre-{index}");
        let mut document = (*copy.document).clone();
        document["Id"] = Value::from(copy.id.clone());
        document["Name"] = Value::from(format!("/{}", copy.name));
        copy.document = crate::domain::Document::from(document);
        objects.push(Object::Container(copy));
    }
    let play = shown(80, 24, snapshot(objects));
    assert!(!whole(&play, 78).contains("Qui peut joindre qui"));
    assert!(whole(&play, 78).contains("client peut joindre"));
    for width in [0, 1, 5, 10, 40, 78] {
        for line in lines(&play.model, width) {
            let size = unicode_width::UnicodeWidthStr::width(line.as_str());
            assert!(size <= width.max(30), "{width}: {line}");
        }
    }
}

#[test]
fn nothing_to_show_is_said() {
    let mut play = Play::lesson(80, 24);
    play.leader('f');
    play.keys("r");
    let screen = play.screen();
    assert!(screen.contains("Aucun conteneur."), "{screen}");
    assert!(screen.contains("Réseaux (0)"), "{screen}");
}

#[test]
fn lines_are_kept_until_what_they_show_changes() {
    let mut play = shown(120, 40, real());
    let before = super::rows(&play.model, 78);
    let same = |play: &Play| std::sync::Arc::ptr_eq(&before, &super::rows(&play.model, 78));
    // An image more is none of its business, nor is an event or a call.
    let state = play.model.timeline.state().clone();
    let mut more = state.clone();
    more.insert(crate::tui::update::fixtures::image());
    play.run("docker pull busybox", 0, more.clone());
    assert!(same(&play));
    assert!(play.model.revision > 0);
    // A container less is.
    let client = more
        .containers()
        .find(|it| it.name == "client")
        .map(|it| it.id.clone())
        .unwrap();
    let less: Vec<Object> = more
        .objects()
        .filter(|it| it.id() != client)
        .cloned()
        .collect();
    play.run("docker rm -f client", 0, snapshot(less));
    assert!(!same(&play));
}

#[test]
fn each_state_of_a_container_has_its_word() {
    for (state, said) in [
        (
            ContainerState::Created,
            "○ client  créé · ni adresse ni nom",
        ),
        (
            ContainerState::Exited,
            "■ client  terminé · ni adresse ni nom",
        ),
        (
            ContainerState::Dead,
            "■ client  à demi supprimé · ni adresse ni nom",
        ),
        (
            ContainerState::Restarting,
            "■ client  en attente de relance · ni adresse ni nom",
        ),
        (ContainerState::Paused, "‖ client  suspendu · 10.77.0.3"),
        (ContainerState::Running, "▶ client  10.77.0.3"),
    ] {
        let state_of = |it: &Object| match it {
            Object::Container(one) if one.name == "client" => {
                let mut one = one.clone();
                one.state = state;
                let mut document = (*one.document).clone();
                document["State"]["Status"] = Value::from(state.as_str());
                if !matches!(state, ContainerState::Running | ContainerState::Paused) {
                    for (_, place) in document["NetworkSettings"]["Networks"]
                        .as_object_mut()
                        .unwrap()
                    {
                        place["IPAddress"] = Value::from("");
                    }
                }
                one.document = crate::domain::Document::from(document);
                Object::Container(one)
            }
            other => other.clone(),
        };
        let objects: Vec<Object> = real().objects().map(state_of).collect();
        let words = whole(&shown(120, 40, snapshot(objects)), 100);
        assert!(words.contains(said), "{said}\n{words}");
        if !matches!(state, ContainerState::Running) {
            let caller = format!("client ({}) ne joint personne.", states::word(state));
            assert!(words.contains(&caller), "{caller}\n{words}");
        }
    }
}
