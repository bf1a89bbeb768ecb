//! Goals on what happened since the exercise began: events, and commands that leave no trace.

use super::words::{code, seen, wanted};
use super::{Evidence, Found, Row};
use crate::domain::{EngineEvent, Kind, ObjectRef};
use crate::lesson::goal::{CommandGoal, Count, EventGoal};
use crate::lesson::grammar::normalise;

/// Judges `evenement`.
pub(super) fn judge(goal: &EventGoal, evidence: Evidence<'_>) -> Found {
    let is_wanted = |event: &&EngineEvent| {
        (event.action == goal.action || event.verb() == goal.action)
            && goal.kind.as_ref().is_none_or(|kind| *kind == event.kind)
            && goal
                .name
                .as_ref()
                .is_none_or(|name| *name == event.name() || *name == event.id)
            && goal
                .fresh
                .is_none_or(|fresh| fresh != was_there(event, evidence))
            && !(goal.count == Count::NONE && is_of_former(event, goal, evidence))
    };
    let has_attributes = |event: &&EngineEvent| {
        goal.attributes
            .iter()
            .all(|(key, value)| event.attributes.get(key).is_some_and(|it| it == value))
    };
    let near = evidence.events().filter(is_wanted).count();
    let number = evidence
        .events()
        .filter(is_wanted)
        .filter(has_attributes)
        .count();
    let object = goal
        .name
        .clone()
        .or_else(|| goal.kind.clone())
        .unwrap_or_default();
    let attributes: Vec<_> = goal
        .attributes
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let mut what = code(&goal.action);
    if !attributes.is_empty() {
        what = format!("{what} avec {}", code(&attributes.join(", ")));
    }
    let other = goal.attributes.first().and_then(|(key, _)| {
        let value = evidence
            .events()
            .filter(is_wanted)
            .last()?
            .attributes
            .get(key)?;
        Some(format!("{key}={value}"))
    });
    let missing = if number == 0 && near > 0 && goal.count != Count::NONE {
        let other = other.map_or_else(|| "sans cet attribut".to_owned(), |it| code(&it));
        format!("{object} : événement {what} attendu, observé {other}.")
    } else {
        format!(
            "{object} : événement {what} attendu {} depuis le début de l’exercice, observé : {}.",
            times(goal.count),
            seen(number)
        )
    };
    let met = goal.count.accepts(number);
    let row = row(&object, &goal.action, number, goal.count, met);
    let label = format!("{object} : événement {} {}", goal.action, times(goal.count));
    Found {
        met,
        label: label.trim_end().to_owned(),
        missing,
        rows: vec![row],
    }
}

/// Whether the object of an event was there when the exercise began.
fn was_there(event: &EngineEvent, evidence: Evidence<'_>) -> bool {
    let kind = match event.kind.as_str() {
        "container" => Kind::Container,
        "image" => Kind::Image,
        "volume" => Kind::Volume,
        "network" => Kind::Network,
        "service" => Kind::Service,
        _ => return false,
    };
    let id = event.id.clone();
    evidence.before().get(&ObjectRef { kind, id }).is_some()
}

/// Whether another container has the name now: what must not have happened did not happen to it.
fn is_of_former(event: &EngineEvent, goal: &EventGoal, evidence: Evidence<'_>) -> bool {
    let now = goal.name.as_ref().filter(|_| event.kind == "container");
    now.and_then(|name| evidence.now().container(name))
        .is_some_and(|it| it.id != event.id)
}

/// The exit status of who presses Ctrl-C: 128 and SIGINT.
const INTERRUPTED: i32 = 130;

/// Judges `commande`.
pub(super) fn judge_command(goal: &CommandGoal, evidence: Evidence<'_>) -> Found {
    let targets: Vec<_> = goal.lines.iter().map(|line| normalise(line)).collect();
    let number = evidence
        .commands()
        .filter(|run| match goal.succeeded {
            None => run.took.is_some(),
            // What follows (`docker logs -f`) ends by Ctrl-C.
            Some(wanted) => run
                .status
                .is_some_and(|status| matches!(status, 0 | INTERRUPTED) == wanted),
        })
        .filter(|run| targets.contains(&normalise(&run.line)))
        .count();
    let met = goal.count.accepts(number);
    let line = goal.lines.first().cloned().unwrap_or_default();
    let missing = if goal.count == Count::NONE {
        format!("La commande {} ne devait pas être lancée.", code(&line))
    } else {
        format!("La commande {} n’a pas encore été lancée.", code(&line))
    };
    let row = row(&line, "commande", number, goal.count, met);
    Found {
        met,
        label: format!("lancer {line}"),
        missing,
        rows: vec![row],
    }
}

fn times(count: Count) -> String {
    match count {
        Count::AtLeast(1) => String::new(),
        Count::AtLeast(number) => format!("au moins {number} fois"),
        Count::Exactly(0) => "jamais".to_owned(),
        Count::Exactly(number) => format!("exactement {number} fois"),
    }
}

fn row(object: &str, field: &str, number: usize, count: Count, met: bool) -> Row {
    Row {
        object: object.to_owned(),
        field: field.to_owned(),
        before: None,
        now: Some(number.to_string()),
        target: Some(wanted(count)),
        met,
    }
}
