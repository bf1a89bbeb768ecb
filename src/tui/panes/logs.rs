//! What a container writes.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::subject::container;
use super::{Pane, Row, Rows, Spec, Window, told};
use crate::domain::{Container, Kind};
use crate::inside::Need;
use crate::inside::logs::{self, Log, Source};
use crate::text::quantity::decimal;
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::{truncate, wrap, wrap_text};

/// The pane.
pub(super) const SPEC: Spec = Spec {
    pane: Pane::Logs,
    name: "Journaux",
    short: "Jour.",
    letter: 'j',
    help: "Ce que le conteneur écrit",
    about: &[Kind::Container],
    tail: true,
    rows: Rows::Each(rows),
    needs,
};

/// Under this width, the time of each line gives its place to the text.
const TIMED_WIDTH: usize = 40;

fn needs(model: &Model) -> Vec<Need> {
    container(model)
        .map(|it| Need::Logs(it.id.clone()))
        .into_iter()
        .collect()
}

fn rows(model: &Model, width: usize, rows: &mut Window) {
    let Some(container) = container(model) else {
        return;
    };
    let theme = &model.theme;
    let known = model.known.get(&Need::Logs(container.id.clone()));
    match known {
        None => rows.row(|| faint("Lecture du journal…", theme, width)),
        Some(known) => {
            if !known.logs.is_empty() {
                let legend = "Heures UTC, comme «\u{a0}docker logs -t\u{a0}» · ✘ erreur standard";
                rows.row(|| faint(legend, theme, width));
                rows.extend(older(&known.logs, container, theme, width));
            } else if known.failure.is_none() {
                let words = "Rien n’est écrit, ni sur la sortie standard ni sur l’erreur standard.";
                let lines = wrap_text(words, theme.faint, width);
                rows.extend(lines.into_iter().map(Row::plain));
            }
            for (number, line) in known.logs.lines() {
                push_line(rows, model, number, line, width);
            }
            if let Some(reason) = &known.failure {
                rows.extend(told::failure(reason, theme, width));
            }
        }
    }
    if let Some(words) = told::stopped(model, container) {
        let words = Span::styled(truncate(&words, width), theme.strong);
        rows.row(|| Row::plain(words));
    }
}

fn faint(words: &str, theme: &Theme, width: usize) -> Row {
    Row::plain(Span::styled(truncate(words, width), theme.faint))
}

/// What is missing before the first line.
fn older(log: &Log, container: &Container, theme: &Theme, width: usize) -> Option<Row> {
    let words = match log.dropped() {
        0 if log.has_older() => format!(
            "▲ les {} dernières lignes seulement (toutes\u{a0}: docker logs {})",
            logs::TAIL,
            container.name
        ),
        0 => return None,
        1 => "▲ 1 ligne plus ancienne oubliée".to_owned(),
        many => format!("▲ {many} lignes plus anciennes oubliées"),
    };
    Some(Row::plain(Span::styled(
        truncate(&words, width),
        theme.changed,
    )))
}

fn push_line(rows: &mut Window, model: &Model, number: usize, line: &logs::Line, width: usize) {
    let theme = &model.theme;
    if line.gap {
        let words = "▲ des lignes sautées\u{a0}: elles arrivent trop vite pour être lues";
        rows.row(|| Row::plain(Span::styled(truncate(words, width), theme.changed)));
    }
    rows.row(|| Row::toggle(shown(line, theme, width), open_name(number)));
    let opened = &model.pane_view(Pane::Logs).open;
    if !opened.is_empty() && opened.contains(&open_name(number)) {
        rows.extend(whole(line, theme, width).into_iter().map(Row::plain));
    }
}

/// The name that a line has among what is open.
fn open_name(number: usize) -> String {
    format!("ligne {number}")
}

/// A line, as far as there is room.
fn shown(line: &logs::Line, theme: &Theme, width: usize) -> Line<'static> {
    let (glyph, style) = match line.source {
        Source::Stdout => ("  ", theme.text),
        Source::Stderr => ("✘ ", theme.bad),
        Source::Engine => ("▲ ", theme.changed),
    };
    let mut spans = Vec::new();
    if width >= TIMED_WIDTH {
        let time = line.time.get(11..19).unwrap_or("        ");
        spans.push(Span::styled(format!("{time} "), theme.faint));
    }
    spans.push(Span::styled(glyph, style));
    let used: usize = spans.iter().map(|span| span.content.width()).sum();
    let left = width.saturating_sub(used);
    let mut text = truncate(&line.text, left);
    if line.cut > 0 && !text.ends_with('…') {
        text.push('…');
    }
    spans.push(Span::styled(text, style));
    Line::from(spans)
}

/// A line with nothing left out.
fn whole(line: &logs::Line, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let source = match line.source {
        Source::Stdout => "sortie standard",
        Source::Stderr => "erreur standard",
        Source::Engine => "dit par le moteur",
    };
    let margin = Line::from(Span::styled("  │ ", theme.key));
    let head = match line.time.as_str() {
        "" => source.to_owned(),
        time => format!("{time} · {source}"),
    };
    let pieces = [
        (head, theme.faint),
        ("\n".to_owned(), theme.text),
        (line.text.clone(), theme.text),
    ];
    let mut lines = wrap(&pieces, width, &margin, &margin);
    if line.cut > 0 {
        let words = format!(
            "… et {} de plus, qui n’ont pas été gardés",
            decimal(line.cut)
        );
        lines.extend(wrap(&[(words, theme.changed)], width, &margin, &margin));
    }
    lines
}

#[cfg(test)]
mod tests;
