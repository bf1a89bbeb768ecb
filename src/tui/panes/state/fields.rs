//! The fields of an object that changed: the telling ones first, the others on demand.

use ratatui::text::{Line, Span};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::domain::{Change, FieldChange, Object};
use crate::text::changes;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::truncate;

/// Telling fields shown before the learner asks for all of them.
const FEW: usize = 8;

/// The lines under an object that changed.
pub(in crate::tui::panes) fn lines(
    change: &Change,
    all: bool,
    theme: &Theme,
    width: usize,
) -> Vec<Line<'static>> {
    match change {
        Change::Modified { fields, .. } => modified(change.object(), fields, all, theme, width),
        Change::Added(object) | Change::Removed(object) if all => document(object, theme, width),
        Change::Added(Object::Container(it)) => {
            let command = it.command.join(" ");
            vec![
                fact("Config.Image", &it.image, theme, width),
                fact("Path, Args", &command, theme, width),
            ]
        }
        Change::Added(_) | Change::Removed(_) => Vec::new(),
    }
}

/// How many lines there are under it before the learner asks for all of them.
pub(super) fn few(change: &Change) -> usize {
    match change {
        Change::Modified {
            fields, telling, ..
        } => {
            let shown = FEW.min(*telling);
            shown + usize::from(shown < fields.len())
        }
        Change::Added(Object::Container(_)) => 2,
        Change::Added(_) | Change::Removed(_) => 0,
    }
}

/// Every leaf of an object's document.
pub(super) fn document(object: &Object, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let mut leaves = Vec::new();
    collect(object.document(), &mut String::new(), &mut leaves);
    leaves
        .iter()
        .map(|(path, value)| fact(path, value, theme, width))
        .collect()
}

fn modified(
    object: &Object,
    fields: &[FieldChange],
    all: bool,
    theme: &Theme,
    width: usize,
) -> Vec<Line<'static>> {
    let (details, mut shown): (Vec<_>, Vec<_>) = fields.iter().partition(|it| it.is_detail());
    let mut hidden = 0;
    if all {
        shown.extend(details);
    } else {
        hidden = details.len() + shown.len().saturating_sub(FEW);
        shown.truncate(FEW);
    }
    let mut lines: Vec<_> = shown
        .iter()
        .map(|field| field_line(object, field, theme, width))
        .collect();
    if hidden > 0 {
        let words = match (hidden, shown.is_empty()) {
            (1, true) => "    … 1 champ de détail (Entrée)".to_owned(),
            (many, true) => format!("    … {many} champs de détail (Entrée)"),
            (1, false) => "    … et 1 autre champ (Entrée)".to_owned(),
            (many, false) => format!("    … et {many} autres champs (Entrée)"),
        };
        lines.push(Line::from(Span::styled(words, theme.faint)));
    }
    lines
}

fn field_line(object: &Object, field: &FieldChange, theme: &Theme, width: usize) -> Line<'static> {
    let glyph = match (&field.before, &field.after) {
        (None, _) => Span::styled("  + ", theme.good),
        (_, None) => Span::styled("  - ", theme.bad),
        _ => Span::styled("  ~ ", theme.changed),
    };
    if let Some((name, says)) = changes::member(object, field) {
        let name = truncate(&name, width.saturating_sub(4));
        let left = width.saturating_sub(4 + name.width() + 1);
        let says = format!(" {}", truncate(&says, left));
        return Line::from(vec![
            glyph,
            Span::styled(name, theme.strong),
            Span::styled(says, theme.text),
        ]);
    }
    let path = changes::path(object, &field.path);
    let path = truncate(&path, width.saturating_sub(4) / 2);
    let left = width.saturating_sub(4 + path.width() + 2);
    let mut spans = vec![glyph, Span::styled(path, theme.text), Span::raw("  ")];
    let (before, after) = (
        field.before.as_ref().map(short),
        field.after.as_ref().map(short),
    );
    match (before, after) {
        (Some(before), Some(after)) => {
            let half = left.saturating_sub(3);
            let before = truncate(&before, (half / 2).max(half.saturating_sub(after.width())));
            let rest = half.saturating_sub(before.width());
            spans.push(Span::styled(before, theme.faint));
            spans.push(Span::styled(" → ", theme.changed));
            spans.push(Span::styled(truncate(&after, rest), theme.strong));
        }
        (None, Some(after)) => spans.push(Span::styled(truncate(&after, left), theme.strong)),
        (Some(before), None) => spans.push(Span::styled(truncate(&before, left), theme.faint)),
        (None, None) => {}
    }
    Line::from(spans)
}

fn fact(path: &str, value: &str, theme: &Theme, width: usize) -> Line<'static> {
    let path = truncate(path, width.saturating_sub(4) / 2);
    let left = width.saturating_sub(4 + path.width() + 2);
    Line::from(vec![
        Span::raw("    "),
        Span::styled(path, theme.faint),
        Span::raw("  "),
        Span::styled(truncate(value, left), theme.text),
    ])
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.replace(['\n', '\t', '\r'], " "),
        Value::Null => "null".to_owned(),
        Value::Object(_) => changes::short(value),
        Value::Array(items) if items.iter().any(Value::is_object) => changes::short(value),
        other => other.to_string(),
    }
}

fn collect(value: &Value, path: &mut String, out: &mut Vec<(String, String)>) {
    let mut under = |key: &str, value: &Value| {
        let length = path.len();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(key);
        collect(value, path, out);
        path.truncate(length);
    };
    match value {
        Value::Object(map) if !map.is_empty() => map.iter().for_each(|(key, it)| under(key, it)),
        Value::Array(items) if !items.is_empty() => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, it)| under(&index.to_string(), it));
        }
        leaf => out.push((path.clone(), short(leaf))),
    }
}
