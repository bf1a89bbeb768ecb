//! The engine's objects as a tree, and what the command changed in each, field by field.

pub(super) mod fields;
mod swarm;

use std::collections::BTreeSet;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Act, Pane, Row, Rows, Spec, Window, nothing, step};
use crate::domain::{Change, Container, ContainerState, Kind, Object, ObjectRef};
use crate::text::states;
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::truncate;

/// The pane.
pub(super) const SPEC: Spec = Spec {
    pane: Pane::State,
    name: "État",
    short: "État",
    letter: 'e',
    help: "Les objets du moteur, et ce que la commande a changé",
    about: &[],
    tail: false,
    rows: Rows::Each(rows),
    needs: nothing,
};

/// The name that an object has among what is open.
pub(crate) fn open_name(reference: &ObjectRef) -> String {
    format!("{:?} {}", reference.kind, reference.id)
}

fn rows(model: &Model, width: usize, rows: &mut Window) {
    rows.extend(step::head(model, width).into_iter().map(Row::plain));
    rows.row(Row::default);
    let mut groups = [
        (Kind::Service, "Services"),
        (Kind::Node, "Nœuds"),
        (Kind::Secret, "Secrets"),
        (Kind::Config, "Configurations"),
        (Kind::Container, "Conteneurs"),
        (Kind::Image, "Images"),
        (Kind::Volume, "Volumes"),
        (Kind::Network, "Réseaux"),
    ];
    // What the command changed comes first: under twenty images, it would be out of sight.
    groups.sort_by_key(|(kind, _)| model.diff.of_kind(*kind).is_empty());
    for (kind, title) in groups {
        group(rows, model, (kind, title), width);
    }
}

fn group(rows: &mut Window, model: &Model, (kind, title): (Kind, &str), width: usize) {
    let (state, changes) = (model.shown_state(), model.diff.of_kind(kind));
    let count = state.count(kind);
    if changes.is_empty() && count == 0 {
        return;
    }
    let theme = &model.theme;
    rows.row(|| Row::plain(Span::styled(format!("{title} ({count})"), theme.title)));
    let opened = opened(model, kind);
    for change in changes {
        let open = opened.contains(change.object().id());
        let make = || changed(change, open, theme, width);
        if open {
            rows.extend(make());
        } else {
            rows.block(1 + fields::few(change), make);
        }
    }
    let is_changed = |object: &Object| {
        let place = changes.binary_search_by(|it| it.object().id().cmp(object.id()));
        place.is_ok()
    };
    for object in state.by_name(kind).filter(|it| !is_changed(it)) {
        rows.row(|| Row {
            line: object_line(object, ' ', theme.text, theme, width),
            act: Some(Act::Toggle(open_name(&object.reference()))),
            object: Some(object.reference()),
        });
        if opened.contains(object.id()) {
            let lines = fields::document(object, theme, width);
            rows.extend(lines.into_iter().map(Row::plain));
        }
    }
}

/// The identifiers of the objects of a kind that are open.
fn opened(model: &Model, kind: Kind) -> BTreeSet<&str> {
    let prefix = open_name(&ObjectRef {
        kind,
        id: String::new(),
    });
    let open = model.pane_view(Pane::State).open.iter();
    open.filter_map(|name| name.strip_prefix(&prefix)).collect()
}

/// An object that changed, and what changed in it.
fn changed(change: &Change, open: bool, theme: &Theme, width: usize) -> Vec<Row> {
    let reference = change.reference();
    let style = glyph_style(change, theme);
    let head = Row {
        line: object_line(change.object(), change.glyph(), style, theme, width),
        act: Some(Act::Toggle(open_name(&reference))),
        object: Some(reference),
    };
    let lines = fields::lines(change, open, theme, width);
    std::iter::once(head)
        .chain(lines.into_iter().map(Row::plain))
        .collect()
}

const fn glyph_style(change: &Change, theme: &Theme) -> Style {
    match change {
        Change::Added(_) => theme.good,
        Change::Removed(_) => theme.bad,
        Change::Modified { .. } => theme.changed,
    }
}

fn object_line(
    object: &Object,
    glyph: char,
    style: Style,
    theme: &Theme,
    width: usize,
) -> Line<'static> {
    let mut spans = vec![Span::styled(format!("{glyph} "), style)];
    let mut health = None;
    let (facts, facts_style) = match object {
        Object::Container(it) => {
            let state = states::told(it.state, it.exit_code);
            let glyph = states::glyph(it.state);
            let style = match it.state {
                ContainerState::Running => theme.good,
                ContainerState::Paused => theme.changed,
                _ => theme.faint,
            };
            health = self::health(it, theme);
            let gap = if health.is_some() { "" } else { "  " };
            (format!("{glyph} {state}{gap}"), style)
        }
        Object::Image(it) => (megabytes(it.size), theme.faint),
        Object::Network(it) => (it.driver.clone(), theme.faint),
        Object::Volume(_) => (String::new(), theme.faint),
        Object::Service(it) => (swarm::service(&it.document), theme.faint),
        Object::Node(it) => (swarm::node(&it.document), theme.faint),
        Object::Secret(_) => ("contenu jamais montré".to_owned(), theme.faint),
        Object::Config(it) => (swarm::config(&it.document), theme.faint),
    };
    let name = truncate(object.name(), width.saturating_sub(4) * 2 / 3);
    let left = width.saturating_sub(4 + name.width());
    spans.push(Span::styled(name, style.patch(theme.strong)));
    spans.push(Span::raw("  "));
    spans.push(Span::styled(truncate(&facts, left), facts_style));
    if let Object::Container(it) = object {
        let left = left.saturating_sub(facts.width());
        let (words, style) = health.unwrap_or_default();
        spans.push(Span::styled(truncate(&words, left), style));
        let left = left.saturating_sub(words.width());
        spans.push(Span::styled(truncate(&it.image, left), facts_style));
    }
    Line::from(spans)
}

/// What the container's own probe says (`HEALTHCHECK`), when it has one and runs.
fn health(container: &Container, theme: &Theme) -> Option<(String, Style)> {
    if container.state != ContainerState::Running {
        return None;
    }
    // A document is read for those that have one: there may be a thousand.
    if !container.document.mentions("\"Health\"") {
        return None;
    }
    let health = container.document.pointer("/State/Health")?;
    let streak = health
        .get("FailingStreak")
        .and_then(serde_json::Value::as_u64);
    let failures = match streak {
        None | Some(0) => String::new(),
        Some(1) => " (1 échec)".to_owned(),
        Some(many) => format!(" ({many} échecs de suite)"),
    };
    let (glyph, style) = match health.get("Status")?.as_str()? {
        "healthy" => ('✔', theme.good),
        "unhealthy" => ('✘', theme.bad),
        "starting" => ('▲', theme.changed),
        // `none`: the probe was taken away (`--no-healthcheck`).
        _ => return None,
    };
    let word = health.get("Status")?.as_str()?;
    Some((format!("  {glyph} {word}{failures}  "), style))
}

/// Docker counts in powers of ten.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    if tenths == 0 {
        return format!("{},{} ko", bytes / 1000, bytes % 1000 / 100);
    }
    format!("{},{} Mo", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests;
