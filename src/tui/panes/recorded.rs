//! Steps for the tests of panes: recorded from engines, or made at once on a simulated one.

use std::time::{Duration, SystemTime};

use serde::Deserialize;
use serde_json::Value;
use tokio::sync::MutexGuard;

use crate::domain::{
    ApiCall, CallOutcome, CommandRun, EngineEvent, EventTime, Occurrence, Snapshot, Step, Timeline,
};
use crate::engine::{EngineState, Session, SessionOptions, Target};
use crate::sim::machine::{Machine, MachineOptions};
use crate::tui::message::Message;
use crate::tui::update::fixtures::Play;
use crate::verify::REAL_ENGINE;

/// A step as it is kept in a fixture.
#[derive(Deserialize)]
struct Kept {
    command: String,
    status: Option<i32>,
    calls: Vec<KeptCall>,
    events: Vec<Value>,
}

#[derive(Deserialize)]
struct KeptCall {
    method: String,
    path: String,
    /// 0 when there was no answer, 101 for a raw stream.
    status: u16,
    request: String,
    response: String,
    took_ms: u64,
}

/// The steps of a fixture: their calls and events, without the engine's state.
pub(super) fn kept(text: &str) -> Vec<Step> {
    let kept: Vec<Kept> = serde_json::from_str(text).unwrap();
    let mut number = 0;
    let mut step = |kept: Kept| {
        let calls = kept.calls.into_iter().map(|it| {
            number += 1;
            ApiCall {
                number,
                method: it.method,
                path: it.path,
                outcome: match it.status {
                    0 => CallOutcome::Failed("connection refused".to_owned()),
                    101 => CallOutcome::Upgraded,
                    status => CallOutcome::Answered(status),
                },
                request_body: it.request,
                response_body: it.response,
                took: Duration::from_millis(it.took_ms),
            }
        });
        let calls = calls.collect();
        Step {
            command: Some(CommandRun {
                line: kept.command,
                began: SystemTime::UNIX_EPOCH,
                took: Some(Duration::from_millis(1234)),
                status: kept.status,
            }),
            calls,
            events: kept.events.iter().map(event).collect(),
            ..Step::default()
        }
    };
    kept.into_iter().map(&mut step).collect()
}

fn event(value: &Value) -> EngineEvent {
    let text = |pointer: &str| {
        let value = value.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    };
    let attributes = value
        .pointer("/Actor/Attributes")
        .and_then(Value::as_object);
    let attributes = attributes.into_iter().flatten();
    EngineEvent {
        kind: text("/Type"),
        action: text("/Action"),
        id: text("/Actor/ID"),
        attributes: attributes
            .map(|(key, it)| (key.clone(), it.as_str().unwrap_or_default().to_owned()))
            .collect(),
        time: EventTime(value["timeNano"].as_i64().unwrap_or_default()),
    }
}

/// A lesson whose session had these steps.
pub(super) fn play(steps: &[Step], width: u16, height: u16) -> Play {
    let mut play = Play::lesson(width, height);
    if let Some(first) = steps.first() {
        play.model.timeline = Timeline::starting_at(first.before.clone());
    }
    for step in steps {
        if let Some(command) = &step.command {
            play.say(Message::CommandBegan {
                line: command.line.clone(),
                at: command.began,
            });
        }
        let calls = step.calls.iter().cloned().map(Occurrence::Call);
        let events = step
            .events
            .iter()
            .cloned()
            .map(|it| Occurrence::Event(it, SystemTime::now()));
        for occurrence in calls.chain(events) {
            play.say(Message::Occurrence(occurrence));
        }
        play.say(Message::Occurrence(Occurrence::State(
            step.after.clone().into(),
        )));
        if let Some(command) = &step.command
            && let Some(took) = command.took
        {
            play.say(Message::CommandEnded {
                status: command.status,
                at: command.began + took,
            });
        }
    }
    play.effects.clear();
    play
}

/// A simulated machine whose docker commands go through a session's tap.
pub(super) struct Simulated {
    pub(super) machine: Machine,
    session: Session,
    timeline: Timeline,
}

impl Simulated {
    pub(super) async fn boot() -> Self {
        let machine = Machine::boot(&MachineOptions::for_checks()).unwrap();
        let options = SessionOptions {
            socket: false,
            ..SessionOptions::default()
        };
        let target = Target::simulator(machine.dialer());
        let mut session = Session::open_with(target, options).unwrap();
        machine.lead_docker_through(&session.tap);
        let state = live(&mut session).await;
        while session.occurrences.try_recv().is_ok() {}
        Self {
            machine,
            session,
            timeline: Timeline::starting_at(state),
        }
    }

    /// Runs a line, and waits until what it did was seen.
    pub(super) async fn run(&mut self, line: &str) {
        let at = SystemTime::now();
        let line = line.to_owned();
        let began = Occurrence::CommandBegan {
            line: line.clone(),
            at,
        };
        self.timeline.apply(began);
        let started = self.machine.run(&line).unwrap();
        let mut stdio = started.stdio;
        drop(stdio.stdin.take());
        let output = async { while stdio.stdout.recv().await.is_some() {} };
        let errors = async { while stdio.stderr.recv().await.is_some() {} };
        let (status, (), ()) = tokio::join!(started.exit, output, errors);
        let status = status.ok().map(|(status, _)| i32::from(status.code()));
        // The state lags behind the command: it is read until it moves no more.
        let mut moved = true;
        for _ in 0..6 {
            if !moved {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
            self.session.refresh.refresh_everything().wait().await;
            moved = false;
            while let Ok(occurrence) = self.session.occurrences.try_recv() {
                moved |= match &occurrence {
                    Occurrence::State(read) => {
                        let mut changed = self.timeline.state().changed(&read.state);
                        changed.any(|(_, before, after)| before != after)
                    }
                    other => matches!(other, Occurrence::Event(..)),
                };
                self.timeline.apply(occurrence);
            }
        }
        let ended = Occurrence::CommandEnded {
            status,
            at: SystemTime::now(),
        };
        self.timeline.apply(ended);
    }

    /// The steps so far, with dates and durations that are the same at each run.
    pub(super) fn steps(&self) -> Vec<Step> {
        self.timeline.steps().iter().map(tidy).collect()
    }
}

fn tidy(step: &Step) -> Step {
    let mut step = step.clone();
    if let Some(command) = &mut step.command {
        command.began = SystemTime::UNIX_EPOCH;
        command.took = command.took.map(|_| Duration::from_millis(2_340));
    }
    for call in &mut step.calls {
        call.took = Duration::from_millis(12);
    }
    step.events.sort_by_key(|it| it.time);
    for (rank, event) in (1_i64..).zip(&mut step.events) {
        event.time = EventTime(rank * 120_000_000);
    }
    step
}

async fn live(session: &mut Session) -> Snapshot {
    loop {
        if let EngineState::Live(state) = &*session.state.borrow_and_update() {
            return state.clone();
        }
        session.state.changed().await.unwrap();
    }
}

/// The engine that `MOUSSAILLON_TEST_ENGINE` names, its docker commands through a session's tap. A
/// test without one says so and passes.
pub(super) struct Real {
    session: Session,
    timeline: Timeline,
    _alone: MutexGuard<'static, ()>,
}

impl Real {
    pub(super) async fn open() -> Option<Self> {
        let Ok(url) = std::env::var("MOUSSAILLON_TEST_ENGINE") else {
            eprintln!("SKIPPED: MOUSSAILLON_TEST_ENGINE names no engine (unix:///…)");
            return None;
        };
        let alone = REAL_ENGINE.lock().await;
        let environment = crate::engine::Environment::of_this_process();
        let found = crate::engine::find(Some(&url), &environment).await.unwrap();
        let crate::engine::Found::Engine(target) = found else {
            panic!("{url} is no engine");
        };
        let mut session = Session::open(target).unwrap();
        let state = live(&mut session).await;
        while session.occurrences.try_recv().is_ok() {}
        Some(Self {
            session,
            timeline: Timeline::starting_at(state),
            _alone: alone,
        })
    }

    /// Runs the docker command, and waits until what it did was seen.
    pub(super) async fn run(&mut self, line: &str) {
        let socket = self.session.tap_socket.clone().unwrap();
        let at = SystemTime::now();
        self.timeline.apply(Occurrence::CommandBegan {
            line: line.to_owned(),
            at,
        });
        let output = tokio::process::Command::new("sh")
            .args(["-c", line])
            .env("DOCKER_HOST", format!("unix://{}", socket.display()))
            .output()
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
        self.session.refresh.refresh_everything().wait().await;
        while let Ok(occurrence) = self.session.occurrences.try_recv() {
            self.timeline.apply(occurrence);
        }
        self.timeline.apply(Occurrence::CommandEnded {
            status: output.status.code(),
            at: SystemTime::now(),
        });
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        self.timeline.steps().iter().map(tidy).collect()
    }
}
