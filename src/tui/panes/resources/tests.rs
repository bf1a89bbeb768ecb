use serde_json::{Value, json};

use crate::domain::{ContainerState, EngineEvent, EventTime, Object, Occurrence};
use crate::engine::EngineInfo;
use crate::inside::stats::Sample;
use crate::inside::{Fact, Need};
use crate::tui::message::Message;
use crate::tui::update::fixtures::{Play, container, image, snapshot};

/// See `src/inside/stats/tests.rs`: dockerd 20.10.24, cgroup v1.
const LIMITED: &str = include_str!("../../../inside/stats/fixtures/limited-20.10-cgroup-v1.json");

fn id() -> String {
    format!("{:0>64}", "jumeau1")
}

fn one(state: ContainerState, host: &Value, killed: bool) -> Object {
    let mut object = container("jumeau1", state);
    if let Object::Container(it) = &mut object {
        let mut document = Value::clone(&it.document);
        document["HostConfig"] = host.clone();
        document["State"]["OOMKilled"] = json!(killed);
        it.document = crate::domain::Document::from(document);
        it.exit_code = if killed { 137 } else { 0 };
    }
    object
}

fn limits() -> Value {
    json!({"Memory": 64 << 20, "NanoCpus": 500_000_000, "PidsLimit": 50})
}

fn shown(width: u16, height: u16, object: Object) -> Play {
    let mut play = Play::lesson(width, height);
    play.run(
        "docker run -d --name jumeau1 busybox",
        0,
        snapshot([image(), object]),
    );
    play.leader('f');
    play.keys("u");
    play
}

/// So many seconds: a processor that works more and more, a memory that grows.
fn measure(play: &mut Play, seconds: i64) {
    let document: Value = serde_json::from_str(LIMITED).unwrap();
    let base = Sample::read(&document, None).unwrap();
    for second in 0..seconds {
        let mut sample = base.clone();
        sample.at += second * 1000;
        let part = u32::try_from(second).unwrap();
        sample.cpu = (second > 0).then(|| f64::from(part % 50));
        sample.memory = Some(u64::from(part) << 19);
        sample.throttling.throttled = u64::from(part / 2);
        play.say(Message::Learnt(
            Need::Stats(id()),
            Fact::Stats(Box::new(sample)),
        ));
    }
}

#[test]
fn screens() {
    for (width, height) in [(80, 24), (120, 40)] {
        let mut play = shown(
            width,
            height,
            one(ContainerState::Running, &limits(), false),
        );
        measure(&mut play, 90);
        insta::assert_snapshot!(format!("resources_{width}"), play.screen());
    }
    let mut play = shown(80, 24, one(ContainerState::Running, &json!({}), false));
    measure(&mut play, 20);
    insta::assert_snapshot!("resources_unlimited_80", play.screen());
}

#[test]
fn a_container_that_stopped_keeps_its_last_values() {
    let mut play = shown(80, 24, one(ContainerState::Running, &limits(), false));
    measure(&mut play, 20);
    play.run(
        "docker wait jumeau1",
        0,
        snapshot([image(), one(ContainerState::Exited, &limits(), true)]),
    );
    let event = EngineEvent {
        kind: "container".to_owned(),
        action: "oom".to_owned(),
        id: id(),
        attributes: std::collections::BTreeMap::default(),
        time: EventTime(0),
    };
    play.say(Message::Occurrence(Occurrence::Event(
        event,
        std::time::SystemTime::now(),
    )));
    let screen = play.screen();
    assert!(
        screen.contains("■ terminé (code 137)\u{a0}: dernières mesures, 16:"),
        "{screen}"
    );
    assert!(
        screen.contains("✘ tué faute de mémoire (OOMKilled), 1 fois vue"),
        "{screen}"
    );
    assert!(screen.contains("9,5\u{a0}Mio"), "{screen}");
}

#[test]
fn without_a_measure_the_limits_are_told() {
    let play = shown(80, 24, one(ContainerState::Created, &limits(), false));
    let screen = play.screen();
    assert!(
        screen.contains("○ créé, jamais lancé\u{a0}: rien à mesurer"),
        "{screen}"
    );
    assert!(
        screen.contains("mémoire 64,0\u{a0}Mio · 0,5 processeur · 50 processus"),
        "{screen}"
    );
    let play = shown(80, 24, one(ContainerState::Running, &limits(), false));
    assert!(
        play.screen().contains("Mesure en cours…"),
        "{}",
        play.screen()
    );
}

#[test]
fn limits_that_an_engine_without_cgroups_ignores_are_not_told_as_applied() {
    let mut play = shown(80, 24, one(ContainerState::Running, &limits(), false));
    let info = |without_cgroups| EngineInfo {
        version: "20.10.24".to_owned(),
        api_version: "1.41".to_owned(),
        product: "Docker Engine - Community".to_owned(),
        platform: "linux/amd64".to_owned(),
        hostname: "quai".to_owned(),
        without_cgroups,
    };
    play.say(Message::Info(info(true)));
    let said = play.screen();
    assert!(
        said.contains("pas appliquées, faute de cgroup\u{a0}: mémoire 64,0\u{a0}Mio"),
        "{said}"
    );
    play.say(Message::Info(info(false)));
    assert!(
        !play.screen().contains("pas appliquées"),
        "{}",
        play.screen()
    );
}

#[test]
fn what_the_engine_does_not_measure_is_not_zero() {
    let mut play = shown(80, 24, one(ContainerState::Running, &json!({}), false));
    let sample = Sample {
        at: 1_000,
        ..Sample::default()
    };
    play.say(Message::Learnt(
        Need::Stats(id()),
        Fact::Stats(Box::new(sample)),
    ));
    let screen = play.screen();
    assert_eq!(
        screen.matches("non mesuré par ce moteur").count(),
        3,
        "{screen}"
    );
    assert!(!screen.contains("0,0"), "{screen}");
}
