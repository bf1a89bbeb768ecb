//! A container's writable layer (`docker diff`), and the content of its small files.

use ratatui::text::{Line, Span};

use super::{Pane, Row, line};
use crate::domain::{ChangeKind, Container, FsChange};
use crate::inside::Need;
use crate::inside::files::{Content, MOST};
use crate::text::harmless::harmless;
use crate::text::layers;
use crate::text::quantity::decimal;
use crate::tui::model::Model;
use crate::tui::panes::{Act, told};
use crate::tui::widgets::wrap::{truncate, wrap};

/// The name that how layers are counted has among what is open.
const COUNTING: &str = "compte des couches";
/// Paths that are shown.
const PATHS: usize = 1_000;

pub(super) fn rows(model: &Model, container: &Container, width: usize) -> Vec<Row> {
    let theme = &model.theme;
    let title = truncate("Couche inscriptible, au-dessus de l’image", width);
    let mut rows = vec![Row::toggle(
        Line::from(Span::styled(title, theme.title)),
        COUNTING,
    )];
    if model.pane_view(Pane::Layers).open.contains(COUNTING) {
        let margin = Line::from(Span::styled("  │ ", theme.faint));
        let how = [(layers::HOW.to_owned(), theme.text)];
        let lines = wrap(&how, width, &margin, &margin);
        rows.extend(lines.into_iter().map(Row::plain));
    }
    let Some(changes) = &container.changes else {
        let reason = "Ce que le conteneur a changé n’a pas été lu (docker diff).";
        rows.extend(told::failure(reason, theme, width));
        return rows;
    };
    if changes.is_empty() {
        let words = "  vide\u{a0}: rien n’est ajouté, modifié ni supprimé";
        rows.push(line(words, theme.faint, width));
    }
    for change in changes.iter().take(PATHS) {
        rows.push(change_row(model, container, change, width));
        let deleted = deleted_name(container, change);
        if model.pane_view(Pane::Layers).open.contains(&deleted) {
            let words = "  │ caché par une marque\u{a0}: l’image, dessous, l’a toujours";
            rows.push(line(words, theme.faint, width));
        }
        let need = need(container, change);
        let known = model.known.get(&need);
        if let Some(reason) = known.and_then(|it| it.failure.as_ref()) {
            rows.extend(told::failure(reason, theme, width));
        } else if let Some(content) = known.and_then(|it| it.file.as_ref()) {
            rows.extend(content_rows(model, content, width));
        } else if model.asked.contains(&need) {
            rows.push(line("  │ Lecture…", theme.faint, width));
        }
    }
    let more = changes.len().saturating_sub(PATHS);
    if more > 0 {
        let words = format!("  … et {more} autres");
        rows.push(line(&words, theme.faint, width));
    }
    rows
}

/// The name that a deleted path has among what is open.
fn deleted_name(container: &Container, change: &FsChange) -> String {
    format!("supprimé {} {}", container.id, change.path)
}

fn need(container: &Container, change: &FsChange) -> Need {
    Need::File {
        container: container.id.clone(),
        path: change.path.clone(),
    }
}

fn change_row(model: &Model, container: &Container, change: &FsChange, width: usize) -> Row {
    let theme = &model.theme;
    let (glyph, style) = match change.kind {
        ChangeKind::Added => ("+ ", theme.good),
        ChangeKind::Modified => ("~ ", theme.changed),
        ChangeKind::Deleted => ("- ", theme.bad),
    };
    let path = truncate(&harmless(&change.path), width.saturating_sub(4));
    let act = if change.kind == ChangeKind::Deleted {
        Act::Toggle(deleted_name(container, change))
    } else {
        Act::Peek(need(container, change))
    };
    Row {
        line: Line::from(vec![
            Span::styled(format!("  {glyph}"), style),
            Span::styled(path, style),
        ]),
        act: Some(act),
        object: None,
    }
}

fn content_rows(model: &Model, content: &Content, width: usize) -> Vec<Row> {
    let theme = &model.theme;
    let margin = || Span::styled("  │ ", theme.key);
    let room = width.saturating_sub(4);
    let said = |words: &str| {
        let words = Span::styled(truncate(words, room), theme.faint);
        vec![Row::plain(Line::from(vec![margin(), words]))]
    };
    match content {
        Content::Directory => said("dossier"),
        Content::Symlink(target) => said(&format!("lien symbolique → {target}")),
        Content::Special => said("périphérique ou tube nommé"),
        Content::Binary { size } => said(&format!("binaire, {}", decimal(*size))),
        Content::Text { size: 0, .. } => said("fichier vide"),
        Content::Text { lines, size, cut } => {
            let text = lines.iter().map(|text| {
                let text = Span::styled(truncate(text, room), theme.text);
                Row::plain(Line::from(vec![margin(), text]))
            });
            let mut rows: Vec<Row> = text.collect();
            if *cut {
                let words = format!("… les {} premiers Kio, de {}", MOST / 1024, decimal(*size));
                rows.extend(said(&words));
            }
            rows
        }
    }
}
