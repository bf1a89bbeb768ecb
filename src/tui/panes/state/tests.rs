//! What the pane says of health and of swarms.

use std::time::Duration;

use serde_json::json;

use crate::domain::{ContainerState, Kind, Object, Snapshot};
use crate::engine::{EngineState, Session, SessionOptions, Target};
use crate::sim::machine::{Machine, MachineOptions};
use crate::tui::panes::Pane;
use crate::tui::update::fixtures::{Play, container, image, snapshot};

fn probed(name: &str, state: ContainerState, status: &str, streak: u64) -> Object {
    let Object::Container(mut it) = container(name, state) else {
        panic!()
    };
    let mut document = (*it.document).clone();
    document["State"]["Health"] = json!({"Status": status, "FailingStreak": streak});
    it.document = crate::domain::Document::from(document);
    Object::Container(it)
}

fn lines(state: Snapshot, width: usize) -> Vec<String> {
    let mut play = Play::lesson(80, 24);
    play.run("docker ps", 0, state);
    let rows = crate::tui::panes::rows(&play.model, Pane::State, width);
    rows.iter().map(|row| row.line.to_string()).collect()
}

#[test]
fn health_is_a_glyph_and_a_word_on_the_container_s_line() {
    let running = ContainerState::Running;
    let state = || {
        snapshot([
            image(),
            container("sans", running),
            probed("sain", running, "healthy", 0),
            probed("malade", running, "unhealthy", 3),
            probed("neuf", running, "starting", 1),
            probed("aucune", running, "none", 0),
            probed("fini", ContainerState::Exited, "unhealthy", 3),
        ])
    };
    let shown = lines(state(), 78).join("\n");
    for line in [
        "sans  ▶ en cours (running)  busybox:1.37",
        "sain  ▶ en cours (running)  ✔ healthy  busybox:1.37",
        "malade  ▶ en cours (running)  ✘ unhealthy (3 échecs de suite)  busybox:1.37",
        "neuf  ▶ en cours (running)  ▲ starting (1 échec)  busybox:1.37",
        "aucune  ▶ en cours (running)  busybox:1.37",
        "fini  ■ terminé (exited 0)  busybox:1.37",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    for line in lines(state(), 20) {
        assert!(!line.contains("malade") || line.contains('▶'), "{line}");
    }
}

async fn run(machine: &Machine, line: &str) {
    let mut started = machine.run(line).unwrap();
    let ended = async { while started.stdio.stdout.recv().await.is_some() {} };
    tokio::time::timeout(Duration::from_secs(30), ended)
        .await
        .unwrap();
}

async fn until(session: &mut Session, what: &str, is: impl Fn(&Snapshot) -> bool) -> Snapshot {
    let wait = session
        .state
        .wait_for(|state| matches!(state, EngineState::Live(it) if is(it)));
    let found = tokio::time::timeout(Duration::from_secs(20), wait).await;
    let state = found
        .unwrap_or_else(|_| panic!("never: {what}"))
        .unwrap()
        .clone();
    let EngineState::Live(state) = state else {
        panic!()
    };
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_swarm_s_nodes_secrets_and_configurations_come_and_go() {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let options = SessionOptions {
        socket: false,
        ..SessionOptions::default()
    };
    let target = Target::simulator(machine.dialer());
    let mut session = Session::open_with(target, options).unwrap();
    let count = |state: &Snapshot, kind| state.of_kind(kind).count();
    until(&mut session, "an engine alone", |it| {
        count(it, Kind::Network) == 3 && count(it, Kind::Node) == 0
    })
    .await;
    run(&machine, "docker swarm init").await;
    run(&machine, "echo secret | docker secret create mdp -").await;
    run(&machine, "echo abc | docker config create page -").await;
    let state = until(&mut session, "a swarm", |it| {
        [Kind::Node, Kind::Secret, Kind::Config]
            .into_iter()
            .all(|kind| count(it, kind) == 1)
    })
    .await;
    let shown = lines(state, 78).join("\n");
    for line in [
        "navire  ▶ ready  manager (leader)  active",
        "mdp  contenu jamais montré",
        "page  4 octets",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    run(&machine, "docker secret rm mdp").await;
    until(&mut session, "no secret", |it| count(it, Kind::Secret) == 0).await;
    run(&machine, "docker swarm leave --force").await;
    assert!(session.refresh.refresh_lists().wait().await);
    until(&mut session, "an engine alone again", |it| {
        count(it, Kind::Node) == 0 && count(it, Kind::Config) == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_names_the_containers_that_join_and_leave_it() {
    let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
    let options = SessionOptions {
        socket: false,
        ..SessionOptions::default()
    };
    let target = Target::simulator(machine.dialer());
    let mut session = Session::open_with(target, options).unwrap();
    run(&machine, "docker network create quai").await;
    let start = "docker run -d --name vitrine busybox:1.36 sleep 300";
    run(&machine, start).await;
    let members = |state: &Snapshot| {
        let quai = state
            .of_kind(Kind::Network)
            .find(|it| it.name() == "quai")?;
        let containers = quai.document().get("Containers")?.as_object()?;
        state.container("vitrine").map(|_| containers.len())
    };
    let before = until(&mut session, "two objects", |it| members(it) == Some(0)).await;
    run(&machine, "docker network connect quai vitrine").await;
    let during = until(&mut session, "a member", |it| members(it) == Some(1)).await;
    run(&machine, "docker network disconnect quai vitrine").await;
    let after = until(&mut session, "no member", |it| members(it) == Some(0)).await;
    for (from, to, said) in [
        (&before, &during, "  + conteneur vitrine rejoint ce réseau"),
        (&during, &after, "  - conteneur vitrine quitte ce réseau"),
    ] {
        let mut play = Play::lesson(80, 24);
        play.run("docker ps", 0, from.clone());
        play.run("docker network connect", 0, to.clone());
        let rows = crate::tui::panes::rows(&play.model, Pane::State, 78);
        let lines: Vec<String> = rows.iter().map(|row| row.line.to_string()).collect();
        let shown = lines.join("\n");
        let said = format!("{said}, 172.18.0.2/16");
        assert!(lines.contains(&said), "{said}\n{shown}");
        assert!(!shown.contains(['{', '}']), "{shown}");
    }
}
