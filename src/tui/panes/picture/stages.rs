//! What happened in a step, stage by stage: its calls in their order, each with the events that it
//! caused, then the events that came by themselves.

use super::{calls, cause, events};
use crate::domain::{EngineEvent, Step};
use crate::tui::panes::calls as told;

/// A part of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    Client,
    Api,
    Daemon,
    Registry,
    Images,
    Containers,
    /// Networks and volumes.
    Resources,
    Kernel,
}

/// How a stage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Done,
    Refused,
    Waiting,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stage {
    /// The parts of the picture that took part.
    pub(super) parts: Vec<Part>,
    /// What happened, in a French sentence.
    pub(super) words: String,
    /// How it ended.
    pub(super) ending: Ending,
}

impl Stage {
    pub(super) fn done(parts: &[Part], words: impl Into<String>) -> Self {
        Self {
            parts: parts.to_vec(),
            words: words.into(),
            ending: Ending::Done,
        }
    }
}

/// What happened in the step, in order.
pub(super) fn stages(step: &Step) -> Vec<Stage> {
    let mut stages = Vec::new();
    stages.extend(beginning(step));
    let mut left: Vec<&EngineEvent> = step.events.iter().collect();
    left.sort_by_key(|it| it.time);
    for call in &step.calls {
        if calls::is_ping(call) {
            continue;
        }
        stages.extend(calls::stages(call, step));
        let (caused, others) = left
            .into_iter()
            .partition(|event| cause::is_caused_by(event, call));
        left = others;
        let caused: Vec<&EngineEvent> = caused;
        let told = caused
            .into_iter()
            .filter(|event| !cause::is_told_by(event, call));
        stages.extend(told.filter_map(|it| events::stage(it, step)));
    }
    stages.extend(left.into_iter().filter_map(|it| events::stage(it, step)));
    merged(stages)
}

/// What the client does before anything else.
fn beginning(step: &Step) -> Option<Stage> {
    let Some(_) = &step.command else {
        return match (&step.travel, step.events.is_empty()) {
            (Some(_), _) => Some(Stage::done(
                &[Part::Daemon],
                "moussaillon ramène le moteur simulé à un autre moment, sans passer par l’API.",
            )),
            (None, false) => Some(Stage::done(
                &[Part::Daemon],
                "Le démon rapporte ce qui s’est passé hors de ce terminal.",
            )),
            (None, true) => None,
        };
    };
    let pings = step.calls.iter().filter(|it| calls::is_ping(it)).count();
    if step.calls.is_empty() {
        let silent = told::silence(step);
        let part = told::is_docker(step).then_some(Part::Client);
        let parts: Vec<Part> = part.into_iter().collect();
        return Some(Stage::done(&parts, silent));
    }
    let answered = step
        .calls
        .iter()
        .any(|it| calls::is_ping(it) && calls::is_ok(it));
    Some(match (pings, answered) {
        (0, _) => Stage::done(
            &[Part::Client],
            "Le client lit la commande et s’adresse à l’API.",
        ),
        (_, true) => Stage::done(
            &[Part::Client, Part::Api, Part::Daemon],
            "Le client lit la commande\u{a0}; le démon est là (/_ping).",
        ),
        (_, false) => Stage {
            parts: vec![Part::Client, Part::Api],
            words: "Le client demande au démon s’il est là (/_ping)\u{a0}: pas de réponse."
                .to_owned(),
            ending: Ending::Refused,
        },
    })
}

/// The same stage several times in a row is told once, with a count.
fn merged(stages: Vec<Stage>) -> Vec<Stage> {
    let mut kept: Vec<(Stage, usize)> = Vec::new();
    for stage in stages {
        match kept.last_mut() {
            Some((last, count)) if *last == stage => *count += 1,
            _ => kept.push((stage, 1)),
        }
    }
    let told = kept.into_iter().map(|(mut stage, count)| {
        if count > 1 {
            stage.words = format!("{} ({count} fois)", stage.words);
        }
        stage
    });
    told.collect()
}
