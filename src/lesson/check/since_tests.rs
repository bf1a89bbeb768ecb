//! Fields of `docker inspect`, events and commands.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::json;

use super::field::{equals, lookup, quantity};
use super::tests::{container, judged, met, missing, verdict, with};
use super::*;
use crate::domain::{EventTime, Occurrence};
use crate::lesson::ContainerGoal;

#[test]
fn any_field_of_inspect_is_reached() {
    let mut one = container("c1");
    one.document = crate::domain::Document::from(json!({
        "Id": "1",
        "HostConfig": {"Memory": 67_108_864, "NanoCpus": 500_000_000, "CapDrop": ["ALL"]},
        "Config": {"Labels": {"com.example.role": "front"}, "Env": ["A=1"], "User": ""},
        "State": {"OOMKilled": true},
    }));
    let mut two = one.clone();
    (two.id, two.name) = ("2".repeat(64), "c2".into());
    let now = || with(vec![one.clone(), two.clone()]);
    let but = |fields: &str| format!("  - inspect: {{conteneur: c1, champs: {{{fields}}}}}");
    for good in [
        "HostConfig.Memory: 64m",
        "HostConfig.Memory: 67108864",
        "HostConfig.Memory: {au-moins: 32m}",
        "HostConfig.Memory: {au-plus: 1g}",
        "HostConfig.Memory: {different-de: 0}",
        "HostConfig.CapDrop: ALL",
        "HostConfig.CapDrop: {contient: ALL}",
        "HostConfig.CapDrop.0: ALL",
        "Config.Labels.com.example.role: front",
        "Config.Env: {contient: \"A=1\"}",
        "Config.User: {absent: true}",
        "Config.Env: {absent: false}",
        "State.OOMKilled: true",
        "HostConfig.Memory: {meme-que: c2}",
    ] {
        met(&but(good), now());
    }
    for (bad, words) in [
        (
            "HostConfig.Memory: 32m",
            "`HostConfig.Memory` attendu `32m`, observé `67108864`",
        ),
        ("HostConfig.Memory: {au-moins: 65m}", "au moins 65m"),
        ("HostConfig.Memory: {au-plus: 63m}", "au plus 63m"),
        ("HostConfig.Memory: {different-de: 64m}", "pas 64m"),
        ("HostConfig.CapDrop: {contient: NET}", "contient NET"),
        ("Config.Labels.com: front", "observé absent"),
        ("Config.Env: {absent: true}", "attendu absent"),
        ("State.OOMKilled: false", "observé `true`"),
        ("Id: {autre-que: c2}", "pas celui de c2"),
        ("Id: {meme-que: c9}", "comme c9"),
    ] {
        missing(&but(bad), now(), words);
    }
    missing(
        &but("Id: 1"),
        with(Vec::new()),
        "Aucun conteneur ne s’appelle `c1`",
    );
    let unchanged = but("HostConfig.Memory: {inchange: true}");
    assert!(judged(&unchanged, now(), now()).is_met());
    assert!(!judged(&but("HostConfig.Memory: {inchange: false}"), now(), now()).is_met());
}

#[test]
fn quantities_have_dockers_units() {
    assert_eq!(quantity("64m"), Some(67_108_864));
    assert_eq!(quantity("64 Mio"), Some(67_108_864));
    assert_eq!(quantity("1.5g"), Some(1_610_612_736));
    assert_eq!(quantity("30s"), Some(30_000_000_000));
    assert_eq!(quantity("-1"), Some(-1));
    assert_eq!(quantity("12 pommes"), None);
    assert_eq!(quantity(""), None);
    assert!(equals(&json!(0.5), "0.5"));
    assert!(!equals(&json!(64), "64m"));
    assert_eq!(
        lookup(&json!({"a": [{"b.c": 1}]}), "a.0.b.c"),
        Some(&json!(1))
    );
    assert_eq!(lookup(&json!({"a": 1}), "a.b"), None);
}

fn event(action: &str, name: &str, attributes: &[(&str, &str)]) -> Occurrence {
    let mut attributes: BTreeMap<String, String> = attributes
        .iter()
        .map(|&(key, value)| (key.into(), value.into()))
        .collect();
    attributes.insert("name".into(), name.into());
    let event = crate::domain::EngineEvent {
        kind: "container".into(),
        action: action.into(),
        id: "f".repeat(64),
        attributes,
        time: EventTime(1),
    };
    Occurrence::Event(event, SystemTime::UNIX_EPOCH)
}

fn ran(timeline: &mut Timeline, line: &str, status: i32) {
    let at = SystemTime::UNIX_EPOCH;
    timeline.apply(Occurrence::CommandBegan {
        line: line.into(),
        at,
    });
    let at = at + Duration::from_secs(1);
    timeline.apply(Occurrence::CommandEnded {
        status: Some(status),
        at,
    });
}

#[test]
fn only_events_since_the_exercise_began_count() {
    let mut timeline = Timeline::default();
    ran(&mut timeline, "docker kill c1", 0);
    timeline.apply(event("die", "c1", &[("exitCode", "137")]));
    let start = Start::at(&timeline);
    let but = "  - evenement: {action: die, nom: c1, attribut: {exitCode: 137}}";
    let judge = |timeline: &Timeline| {
        verdict(
            but,
            Evidence {
                start: &start,
                timeline,
            },
        )
    };
    assert!(!judge(&timeline).is_met());
    timeline.apply(event("die", "c2", &[("exitCode", "137")]));
    timeline.apply(event("start", "c1", &[]));
    assert!(!judge(&timeline).is_met());
    timeline.apply(event("die", "c1", &[("exitCode", "0")]));
    let missing = judge(&timeline).goals[0].missing.clone();
    assert!(missing.contains("observé `exitCode=0`"), "{missing}");
    // Late, into the step that was there before the exercise: it still is since its beginning.
    timeline.apply(event("die", "c1", &[("exitCode", "137")]));
    assert!(judge(&timeline).is_met());
}

#[test]
fn events_are_counted_and_exec_has_a_colon() {
    let mut timeline = Timeline::default();
    let start = Start::at(&timeline);
    timeline.apply(event("exec_create: sh -c ls", "c1", &[]));
    timeline.apply(event("start", "c1", &[]));
    let judge = |but: &str| {
        verdict(
            but,
            Evidence {
                start: &start,
                timeline: &timeline,
            },
        )
        .is_met()
    };
    assert!(judge("  - evenement: {action: exec_create, nom: c1}"));
    assert!(judge(
        "  - evenement: {action: start, objet: container, exactement: 1}"
    ));
    assert!(!judge("  - evenement: {action: start, objet: network}"));
    assert!(!judge("  - evenement: {action: start, au-moins: 2}"));
    assert!(judge("  - evenement: {action: oom, absent: true}"));
    assert!(!judge("  - evenement: {action: start, absent: true}"));
}

#[test]
fn commands_are_compared_once_normalised_and_ended() {
    let mut timeline = Timeline::default();
    ran(&mut timeline, "docker ps -a", 0);
    let start = Start::at(&timeline);
    let judge = |timeline: &Timeline, but: &str| {
        verdict(
            but,
            Evidence {
                start: &start,
                timeline,
            },
        )
        .is_met()
    };
    let but = "  - commande: {ligne: docker ps -a}";
    assert!(!judge(&timeline, but), "before the exercise");
    let at = SystemTime::UNIX_EPOCH;
    timeline.apply(Occurrence::CommandBegan {
        line: "docker container ls --all".into(),
        at,
    });
    assert!(!judge(&timeline, but), "still running");
    timeline.apply(Occurrence::CommandEnded {
        status: Some(1),
        at,
    });
    assert!(judge(&timeline, but));
    assert!(!judge(
        &timeline,
        "  - commande: {ligne: docker ps -a, reussie: true}"
    ));
    assert!(judge(
        &timeline,
        "  - commande: {ligne: docker ps -a, reussie: false}"
    ));
    assert!(!judge(&timeline, "  - commande: {ligne: docker ps}"));
    assert!(judge(
        &timeline,
        "  - commande: {ligne: [docker ps, docker ps --all]}"
    ));
}

#[test]
fn what_is_unchanged_is_not_told_as_a_value() {
    let one = container("c1");
    let mut before = one.clone();
    before.document =
        crate::domain::Document::from(json!({"Id": "1", "State": {"StartedAt": "2026-01-01"}}));
    let same = "  - inspect: {conteneur: c1, champs: {State.StartedAt: {inchange: true}}}";
    let now = || with(vec![before.clone()]);
    let verdict = judged(same, now(), now());
    assert_eq!(verdict.goals[0].label, "c1\u{a0}: State.StartedAt inchangé");
    assert_eq!(verdict.goals[0].rows[0].target.as_deref(), Some("inchangé"));
}

#[test]
fn what_must_be_absent_of_what_is_absent_is_nowhere() {
    for goal in [
        "  - inspect: {conteneur: c1, champs: {Config.User: {absent: true}}}",
        "  - port: {conteneur: c1, interne: 80, absent: true}",
    ] {
        let row = judged(goal, with(Vec::new()), with(Vec::new())).goals[0].rows[0].clone();
        assert!(!row.met);
        assert_eq!(row.now.as_deref(), Some("introuvable"), "{goal}");
    }
}

fn of(id: &str, action: &str) -> Occurrence {
    match event(action, "peniche", &[]) {
        Occurrence::Event(it, at) => {
            let id = id.repeat(64);
            Occurrence::Event(crate::domain::EngineEvent { id, ..it }, at)
        }
        other => other,
    }
}

fn peniche(id: &str) -> crate::domain::Container {
    let mut one = container("peniche");
    one.id = id.repeat(64);
    one
}

#[test]
fn what_must_not_happen_to_a_container_is_not_what_happened_to_its_namesake() {
    let never = "  - evenement: {action: start, nom: peniche, absent: true}";
    let mut timeline = Timeline::default();
    let start = Start::at(&timeline);
    let judge = |timeline: &Timeline| {
        let start = &start;
        verdict(never, Evidence { start, timeline }).is_met()
    };
    timeline.apply(of("a", "start"));
    timeline.apply(Occurrence::State(with(vec![peniche("a")]).into()));
    assert!(!judge(&timeline));
    timeline.apply(Occurrence::State(with(Vec::new()).into()));
    assert!(!judge(&timeline), "nobody has the name: it did happen");
    timeline.apply(Occurrence::State(with(vec![peniche("b")]).into()));
    assert!(judge(&timeline), "another has the name, and never started");
    timeline.apply(of("b", "start"));
    assert!(!judge(&timeline));
}

#[test]
fn the_object_of_an_event_was_there_or_is_new() {
    let mut timeline = Timeline::starting_at(with(vec![peniche("a")]));
    let start = Start::at(&timeline);
    let judge = |timeline: &Timeline, fresh: bool| {
        let but = format!("  - evenement: {{action: destroy, nom: peniche, nouveau: {fresh}}}");
        let start = &start;
        verdict(&but, Evidence { start, timeline }).is_met()
    };
    // Made and removed by one command (`docker run --rm`): no state ever had it.
    timeline.apply(of("b", "destroy"));
    assert!(judge(&timeline, true) && !judge(&timeline, false));
    timeline.apply(of("a", "destroy"));
    assert!(judge(&timeline, false));
}

#[test]
fn a_command_that_follows_is_ended_by_the_learner() {
    let but = "  - commande: {ligne: docker logs -f c1, reussie: true}";
    for (status, done) in [(0, true), (130, true), (1, false), (137, false)] {
        let mut timeline = Timeline::default();
        let start = &Start::at(&timeline);
        ran(&mut timeline, "docker logs -f c1", status);
        let timeline = &timeline;
        let met = verdict(but, Evidence { start, timeline }).is_met();
        assert_eq!(met, done, "{status}");
    }
}

#[test]
fn what_an_exercise_starts_from_and_was_never_there_has_not_disappeared() {
    let but = "  - conteneur: {nom: c1, nouveau: false}\n    sinon: \"`c1` a disparu.\"";
    let mut lesson = super::tests::lesson(but);
    for block in lesson.sections.iter_mut().flat_map(|it| &mut it.blocks) {
        if let crate::lesson::Block::Exercise(it) = block {
            it.setup = vec!["docker run -d --name c1 busybox:1.36".to_owned()];
        }
    }
    let exercise = lesson.exercises().next().unwrap();
    let message = |before: Snapshot, now: Snapshot| {
        let mut timeline = Timeline::starting_at(before);
        let start = &Start::at(&timeline);
        timeline.apply(Occurrence::State(now.into()));
        let timeline = &timeline;
        let verdict = check_exercise(exercise, Evidence { start, timeline });
        verdict.goals[0].message().to_owned()
    };
    let one = || with(vec![container("c1")]);
    let none = || with(Vec::new());
    let never = message(none(), none());
    assert!(never.contains("`c1` n’était pas là au début"), "{never}");
    assert_eq!(message(none(), one()), never, "a new one is not that one");
    assert_eq!(message(one(), none()), "`c1` a disparu.");
}

#[test]
fn what_was_never_there_is_not_recognised_as_removed() {
    let mut lesson = super::tests::lesson("  - conteneur: {nom: c1, nouveau: false}");
    for block in lesson.sections.iter_mut().flat_map(|it| &mut it.blocks) {
        if let crate::lesson::Block::Exercise(it) = block {
            it.setup = vec!["docker run -d --name c1 -v cale:/data busybox:1.36".to_owned()];
            let gone = ContainerGoal {
                name: Some("c1".to_owned()),
                count: Count::NONE,
                ..ContainerGoal::default()
            };
            it.cases = vec![Case {
                when: vec![Matcher::Container(gone)],
                say: "Il est supprimé.".to_owned(),
                attempt: Vec::new(),
                position: it.position,
            }];
        }
    }
    let exercise = lesson.exercises().next().unwrap();
    let recognised = |before: Snapshot| {
        let mut timeline = Timeline::starting_at(before);
        let start = &Start::at(&timeline);
        timeline.apply(Occurrence::State(with(Vec::new()).into()));
        let timeline = &timeline;
        recognise(exercise, Evidence { start, timeline }).is_some()
    };
    assert!(recognised(with(vec![container("c1")])));
    assert!(!recognised(with(Vec::new())));
}
