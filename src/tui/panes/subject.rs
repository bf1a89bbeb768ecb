//! The object that panes are about: one for all of them, so that the container chosen in one is the
//! one whose namespaces, logs or layers the others show.

use ratatui::text::{Line, Span};

use super::{Row, Spec};
use crate::domain::{Change, Container, ContainerState, Kind, Object, ObjectRef};
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::widgets::wrap::truncate;

/// The object that a pane about these kinds shows: the one chosen, else the one that the step
/// changed last, else a running container, else the first one by name.
pub(crate) fn subject(model: &Model, kinds: &[Kind]) -> Option<ObjectRef> {
    let state = model.shown_state();
    let fits = |reference: &ObjectRef| kinds.contains(&reference.kind);
    if let Some(chosen) = &model.subject
        && fits(chosen)
        && state.get(chosen).is_some()
    {
        return Some(chosen.clone());
    }
    let changed = |kind: Kind| {
        let mut changes = model.diff.of_kind(kind).iter().rev();
        changes.find(|change| !matches!(change, Change::Removed(_)))
    };
    if let Some(change) = kinds.iter().find_map(|kind| changed(*kind)) {
        return Some(change.reference());
    }
    let runs = |object: &&Object| matches!(object, Object::Container(it) if it.state == ContainerState::Running);
    let running = candidates(model, kinds).find(runs);
    let object = running.or_else(|| candidates(model, kinds).next());
    object.map(Object::reference)
}

/// Chooses the object that is so many places further, in a circle.
pub(crate) fn turn(model: &mut Model, kinds: &[Kind], by: isize) {
    let count = isize::try_from(count(model, kinds)).unwrap_or(isize::MAX);
    if count == 0 {
        return;
    }
    let here = subject(model, kinds).map_or(0, |it| rank(model, kinds, &it));
    let here = isize::try_from(here).unwrap_or(0);
    let there = usize::try_from((here + by).rem_euclid(count)).unwrap_or(0);
    let chosen = candidates(model, kinds).nth(there).map(Object::reference);
    model.subject = chosen;
}

/// The objects of these kinds, kind by kind, by name.
fn candidates<'a>(model: &'a Model, kinds: &[Kind]) -> impl Iterator<Item = &'a Object> {
    let state = model.shown_state();
    kinds.iter().flat_map(|kind| state.by_name(*kind))
}

/// How many there are.
fn count(model: &Model, kinds: &[Kind]) -> usize {
    let state = model.shown_state();
    kinds.iter().map(|kind| state.count(*kind)).sum()
}

/// The place of an object among them.
fn rank(model: &Model, kinds: &[Kind], wanted: &ObjectRef) -> usize {
    let is = |it: &Object| it.kind() == wanted.kind && it.id() == wanted.id;
    candidates(model, kinds).position(is).unwrap_or(0)
}

/// The line that names the subject of a pane; none for a pane about everything.
pub(super) fn line(model: &Model, spec: &Spec, width: usize) -> Option<Row> {
    if spec.about.is_empty() {
        return None;
    }
    let theme = &model.theme;
    let all = count(model, spec.about);
    let Some(subject) = subject(model, spec.about) else {
        let words = match spec.about.first() {
            Some(Kind::Image) => "Aucune image.",
            Some(Kind::Network) => "Aucun réseau.",
            _ => "Aucun conteneur. Lancez-en un\u{a0}: ce panneau le suivra.",
        };
        return Some(Row::plain(Span::styled(
            truncate(words, width),
            theme.faint,
        )));
    };
    let name = model.shown_state().get(&subject).map_or("", Object::name);
    let mut spans = vec![
        Span::styled("◆ ", theme.key),
        Span::styled(truncate(name, width.saturating_sub(2) * 2 / 3), theme.title),
    ];
    if all > 1 {
        let rank = rank(model, spec.about, &subject) + 1;
        let left = width.saturating_sub(3 + name.chars().count());
        let next = model.keymap.key(Action::NextObject);
        let words = format!("  {rank}/{all}  {next}\u{a0}: suivant");
        spans.push(Span::styled(truncate(&words, left), theme.faint));
    }
    Some(Row {
        line: Line::from(spans),
        act: None,
        object: Some(subject),
    })
}

/// The container that the panes about containers show.
pub(super) fn container(model: &Model) -> Option<&Container> {
    let subject = subject(model, &[Kind::Container])?;
    match model.shown_state().get(&subject)? {
        Object::Container(container) => Some(container),
        _ => None,
    }
}
