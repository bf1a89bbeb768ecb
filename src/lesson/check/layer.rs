//! Goals on a container's writable layer: `docker diff`.

use super::words::{code, seen, wanted};
use super::{Evidence, Found, Row};
use crate::domain::{ChangeKind, Container};
use crate::lesson::goal::{ChangeGoal, Count};

/// How many lines of a container's `docker diff` are these; `None` when it was not read.
pub(super) fn count(goal: &ChangeGoal, container: &Container) -> Option<usize> {
    let changes = container.changes.as_ref()?;
    let wanted = changes
        .iter()
        .filter(|change| goal.path.as_ref().is_none_or(|path| *path == change.path))
        .filter(|change| goal.kind.is_none_or(|kind| kind == change.kind));
    Some(wanted.count())
}

/// Judges `modification`.
pub(super) fn judge(goal: &ChangeGoal, evidence: Evidence<'_>) -> Found {
    let name = &goal.container;
    let matching = |container: Option<&Container>| container.and_then(|it| count(goal, it));
    let letter = |container: Option<&Container>| {
        let changes = container?.changes.as_ref()?;
        match &goal.path {
            Some(path) => changes
                .iter()
                .find(|change| change.path == *path)
                .map(|change| change.kind.letter().to_owned()),
            None => Some(changes.len().to_string()),
        }
    };
    let (old, new) = (
        evidence.before().container(name),
        evidence.now().container(name),
    );
    let met = matching(new).is_some_and(|number| goal.count.accepts(number));
    let what = change_words(goal, code);
    let missing = match (new, matching(new)) {
        (None, _) => format!("Aucun conteneur ne s’appelle {}.", code(name)),
        (Some(_), None) => format!("{name} : modifications en cours de lecture."),
        (Some(_), Some(_)) if goal.count == Count::NONE => {
            format!("{name} : {what} figure dans sa couche inscriptible, et ne le devrait pas.")
        }
        (Some(_), Some(0)) => match (&goal.path, letter(new)) {
            (Some(path), Some(other)) => format!(
                "{name} : {} est marqué {}, attendu {}.",
                code(path),
                code(&other),
                code(goal.kind.map_or("", ChangeKind::letter))
            ),
            _ => format!("{name} : {what} ne figure pas dans sa couche inscriptible."),
        },
        (Some(_), Some(number)) => {
            format!(
                "{name} : {what}, attendu {}, observé {}.",
                wanted(goal.count),
                seen(number)
            )
        }
    };
    let target = match goal.count {
        Count::Exactly(0) => None,
        Count::AtLeast(1) if goal.path.is_some() => {
            Some(goal.kind.map_or("A, C ou D", ChangeKind::letter).to_owned())
        }
        count => Some(wanted(count)),
    };
    let field = format!("Changes.{}", goal.path.as_deref().unwrap_or("*"));
    let row = Row {
        object: name.clone(),
        field,
        before: letter(old),
        now: letter(new),
        target,
        met,
    };
    let sign = if goal.count == Count::NONE {
        "sans "
    } else {
        ""
    };
    let plain = change_words(goal, str::to_owned);
    Found {
        met,
        label: format!("{name} : {sign}{plain}"),
        missing,
        rows: vec![row],
    }
}

/// What is looked for, in words; `code` writes what is read in the engine.
fn change_words(goal: &ChangeGoal, code: fn(&str) -> String) -> String {
    let kind = goal.kind.map(ChangeKind::letter);
    match (&goal.path, kind) {
        (Some(path), Some(kind)) => code(&format!("{kind} {path}")),
        (Some(path), None) => code(path),
        (None, Some(kind)) => format!("un chemin marqué {}", code(kind)),
        (None, None) => "un chemin modifié".to_owned(),
    }
}
