use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use proptest::prelude::*;

use super::*;
use crate::{CallOutcome, EventTime, Object, Volume};

fn call(number: u64, outcome: CallOutcome) -> ApiCall {
    ApiCall {
        number,
        method: "GET".to_owned(),
        path: format!("/{number}"),
        outcome,
        request_body: String::new(),
        response_body: String::new(),
        took: Duration::ZERO,
    }
}

fn event(number: i64) -> EngineEvent {
    EngineEvent {
        kind: "container".to_owned(),
        action: "start".to_owned(),
        id: number.to_string(),
        attributes: BTreeMap::new(),
        time: EventTime(number),
    }
}

fn state(names: &[&str]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for name in names {
        let document = crate::Document::from(serde_json::json!({ "Name": name }));
        snapshot.insert(Object::Volume(Volume {
            name: (*name).to_owned(),
            document,
        }));
    }
    snapshot
}

fn began(line: &str) -> Occurrence {
    Occurrence::CommandBegan {
        line: line.to_owned(),
        at: UNIX_EPOCH,
    }
}

fn ended(status: i32) -> Occurrence {
    Occurrence::CommandEnded {
        status: Some(status),
        at: UNIX_EPOCH + Duration::from_secs(2),
    }
}

/// One draw of what may happen; numbers are given when it is played.
#[derive(Debug, Clone, Copy)]
enum Draw {
    Began,
    Ended,
    NewCall,
    AnswerTo(u8),
    Event,
    State,
}

fn draw() -> impl Strategy<Value = Draw> {
    prop_oneof![
        Just(Draw::Began),
        Just(Draw::Ended),
        Just(Draw::NewCall),
        any::<u8>().prop_map(Draw::AnswerTo),
        Just(Draw::Event),
        Just(Draw::State),
    ]
}

proptest! {
    #[test]
    fn nothing_is_lost_and_nothing_is_doubled(draws in prop::collection::vec(draw(), 0..120)) {
        let mut timeline = Timeline::default();
        let (mut calls, mut events, mut answered) = (0u64, 0i64, std::collections::BTreeSet::new());
        for drawn in draws {
            timeline.apply(match drawn {
                Draw::Began => began("docker ps"),
                Draw::Ended => ended(0),
                Draw::NewCall => {
                    calls += 1;
                    Occurrence::Call(call(calls, CallOutcome::Pending))
                }
                Draw::AnswerTo(_) if calls == 0 => continue,
                Draw::AnswerTo(which) => {
                    let number = u64::from(which) % calls + 1;
                    answered.insert(number);
                    Occurrence::Call(call(number, CallOutcome::Answered(200)))
                }
                Draw::Event => {
                    events += 1;
                    Occurrence::Event(event(events), UNIX_EPOCH)
                }
                Draw::State => Occurrence::State(state(&["a"]).into()),
            });
        }
        let steps = timeline.steps();
        let numbers: Vec<u64> =
            steps.iter().flat_map(|step| step.calls.iter().map(|it| it.number)).collect();
        prop_assert_eq!(numbers, (1..=calls).collect::<Vec<_>>());
        for recorded in steps.iter().flat_map(|step| &step.calls) {
            let expected = answered.contains(&recorded.number);
            prop_assert_eq!(recorded.outcome == CallOutcome::Answered(200), expected);
        }
        let times: Vec<i64> =
            steps.iter().flat_map(|step| step.events.iter().map(|it| it.time.0)).collect();
        prop_assert_eq!(times, (1..=events).collect::<Vec<_>>());
        // Each step begins in the state in which the one before ended.
        for pair in steps.windows(2) {
            prop_assert!(Diff::between(&pair[0].after, &pair[1].before).is_empty());
        }
    }
}

#[test]
fn a_command_s_step_holds_what_it_changed_even_when_that_comes_late() {
    let mut timeline = Timeline::starting_at(state(&["avant"]));
    timeline.apply(began("docker volume create essai"));
    assert!(timeline.is_running());
    timeline.apply(Occurrence::Call(call(1, CallOutcome::Pending)));
    timeline.apply(ended(0));
    assert!(!timeline.is_running());
    timeline.apply(Occurrence::Event(event(1), UNIX_EPOCH));
    timeline.apply(Occurrence::State(state(&["avant", "essai"]).into()));
    timeline.apply(began("ls"));
    timeline.apply(Occurrence::Call(call(1, CallOutcome::Answered(201))));
    let [first, second] = timeline.steps() else {
        panic!("{:?}", timeline.steps())
    };
    let command = first.command.as_ref().unwrap();
    assert_eq!(
        (command.status, command.took),
        (Some(0), Some(Duration::from_secs(2)))
    );
    assert_eq!(first.diff().changes.len(), 1);
    assert_eq!(first.calls[0].outcome, CallOutcome::Answered(201));
    assert!(second.calls.is_empty() && second.diff().is_empty());
}

#[test]
fn what_happens_outside_of_a_command_has_a_step_of_its_own() {
    let mut timeline = Timeline::default();
    timeline.apply(Occurrence::Event(event(1), UNIX_EPOCH));
    assert_eq!(timeline.steps().len(), 1);
    assert!(timeline.last().unwrap().command.is_none());
    assert!(!timeline.last().unwrap().is_empty());
}

/// A moment of the session, in milliseconds.
fn at(milliseconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(milliseconds)
}

fn volume(name: &str) -> ObjectRef {
    let (kind, id) = (crate::Kind::Volume, name.to_owned());
    ObjectRef { kind, id }
}

fn began_at(line: &str, milliseconds: u64) -> Occurrence {
    let (line, at) = (line.to_owned(), at(milliseconds));
    Occurrence::CommandBegan { line, at }
}

/// What was read, and when the events that made it be read happened.
fn read(names: &[&str], since: &[(&str, u64)]) -> Occurrence {
    Occurrence::State(Reading {
        state: state(names),
        since: since
            .iter()
            .map(|(name, it)| (volume(name), at(*it)))
            .collect(),
    })
}

/// The glyph and the name of what each step changed.
fn changes(timeline: &Timeline) -> Vec<Vec<String>> {
    let told = |step: &Step| {
        let changes = step.diff().changes;
        let told = changes
            .iter()
            .map(|it| format!("{}{}", it.glyph(), it.object().name()));
        told.collect()
    };
    timeline.steps().iter().map(told).collect()
}

#[test]
fn what_a_command_changed_is_its_own_when_it_is_heard_of_after_the_next_began() {
    let mut timeline = Timeline::starting_at(state(&["avant"]));
    timeline.apply(began_at("docker volume create un", 0));
    timeline.apply(began_at("docker volume create deux", 100));
    timeline.apply(began_at("docker volume rm avant", 200));
    timeline.apply(Occurrence::Event(event(1), at(50)));
    timeline.apply(Occurrence::Event(event(2), at(150)));
    timeline.apply(Occurrence::Event(event(3), at(200)));
    timeline.apply(read(
        &["deux", "un"],
        &[("un", 50), ("deux", 150), ("avant", 200)],
    ));
    assert_eq!(changes(&timeline), [["+un"], ["+deux"], ["-avant"]]);
    let events = timeline
        .steps()
        .iter()
        .map(|step| step.events[0].id.as_str());
    assert_eq!(events.collect::<Vec<_>>(), ["1", "2", "3"]);
    for pair in timeline.steps().windows(2) {
        assert!(Diff::between(&pair[0].after, &pair[1].before).is_empty());
    }
    let after = &timeline.last().unwrap().after;
    assert!(Diff::between(after, timeline.state()).is_empty());
}

#[test]
fn what_no_event_announced_is_the_last_command_s() {
    let mut timeline = Timeline::starting_at(state(&[]));
    timeline.apply(began_at("docker volume create un", 0));
    timeline.apply(began_at("docker build .", 100));
    timeline.apply(read(&["deux", "un"], &[("un", 50)]));
    assert_eq!(changes(&timeline), [["+un"], ["+deux"]]);
}

#[test]
fn what_happened_before_the_first_command_is_nobody_s() {
    let mut timeline = Timeline::starting_at(state(&[]));
    timeline.apply(began_at("docker volume create un", 100));
    timeline.apply(read(&["avant", "un"], &[("avant", 50), ("un", 150)]));
    assert_eq!(changes(&timeline), [["+un"]]);
}

#[test]
fn what_comes_after_a_travel_is_not_a_command_s_of_before_it() {
    let mut timeline = Timeline::starting_at(state(&[]));
    timeline.apply(began_at("docker volume create un", 0));
    timeline.apply(Occurrence::Travel {
        travel: Travel::To(0),
        moment: 1,
    });
    timeline.apply(began_at("docker volume create deux", 100));
    timeline.apply(read(&["deux", "un"], &[("un", 50), ("deux", 150)]));
    assert_eq!(changes(&timeline), [vec![], vec!["+un"], vec!["+deux"]]);
}
