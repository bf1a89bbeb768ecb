//! The lines of a pane as they are shown: its subject, the search, what was found; and the cursor.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Pane, Row, Rows, Spec, Window, step, subject};
use crate::domain::ObjectRef;
use crate::text::find::{Laid, Stretch};
use crate::text::fold;
use crate::tui::model::{Focus, Link, Model};
use crate::tui::widgets::highlight::highlight;
use crate::tui::widgets::wrap::truncate;

/// What is said when nothing matches a search.
const NOTHING: &str = "Aucune ligne ne contient ces mots.";

/// What the lines that are kept were made from.
#[derive(Debug, PartialEq)]
pub(crate) struct Kept {
    revision: u64,
    pane: Pane,
    width: usize,
    step: Option<usize>,
    subject: Option<ObjectRef>,
    query: String,
    open: BTreeSet<String>,
}

/// The lines of a pane at this width: the search when there is one, then what matches it.
pub(crate) fn rows(model: &Model, pane: Pane, width: usize) -> Vec<Row> {
    window(model, pane, width, 0..usize::MAX).into_rows()
}

/// How many lines a pane has at this width.
pub(crate) fn count(model: &Model, pane: Pane, width: usize) -> usize {
    window(model, pane, width, 0..0).count()
}

/// The lines of these ranks, and how many there are in all.
pub(crate) fn window(model: &Model, pane: Pane, width: usize, wanted: Range<usize>) -> Window {
    let spec = pane.spec();
    let mut window = Window::over(wanted);
    if let Some(row) = past(model, pane, width) {
        window.row(|| row);
    }
    if let Some(row) = subject::line(model, spec, width) {
        window.row(|| row);
    }
    let view = model.pane_view(pane);
    let searched = !view.query.is_empty() || view.typing;
    if searched {
        window.row(|| search_line(model, spec, width));
    }
    match spec.rows {
        Rows::Each(fill) if !searched => fill(model, width, &mut window),
        Rows::Kept(rows) if !searched => window.kept(&rows(model, width)),
        _ => window.kept(&kept(model, spec, width)),
    }
    if matches!(model.link, Link::Lost(_)) {
        // What was last known is still shown, but not as if it were true now.
        for row in window.rows_mut() {
            let spans = row.line.spans.drain(..);
            let faint: Vec<_> = spans.map(|span| span.style(model.theme.faint)).collect();
            row.line = Line::from(faint);
        }
    }
    window
}

/// What says that a step of the past is shown, in the panes that do not begin with the step.
fn past(model: &Model, pane: Pane, width: usize) -> Option<Row> {
    if let Pane::State | Pane::History | Pane::Calls | Pane::Picture = pane {
        return None;
    }
    let steps = model.timeline.steps().len();
    let words = truncate(&step::past(model.step? + 1, steps), width);
    Some(Row::plain(Span::styled(words, model.theme.changed)))
}

/// All that matches the search, made once per change of what it is made from.
fn kept(model: &Model, spec: &Spec, width: usize) -> Arc<Vec<Row>> {
    let view = model.pane_view(spec.pane);
    let key = Kept {
        revision: model.revision,
        pane: spec.pane,
        width,
        step: model.step,
        subject: model.subject.clone(),
        query: view.query.clone(),
        open: view.open.clone(),
    };
    let rows = model.kept.get(key, || found(model, spec, width));
    // The tests, the fuzzing first of all, see whether something was forgotten in the key.
    #[cfg(test)]
    if !model.trusted {
        assert_eq!(*rows, found(model, spec, width), "rows kept for too long");
    }
    rows
}

/// All the lines of a pane that match the search.
fn found(model: &Model, spec: &Spec, width: usize) -> Vec<Row> {
    let mut rows = match spec.rows {
        Rows::All(make) => make(model, width),
        Rows::Kept(rows) => Vec::clone(&rows(model, width)),
        Rows::Each(fill) => {
            let mut window = Window::over(0..usize::MAX);
            fill(model, width, &mut window);
            window.into_rows()
        }
    };
    let view = model.pane_view(spec.pane);
    let wanted = fold(&view.query);
    if !wanted.is_empty() {
        rows.retain(|row| fold(&row.line.to_string()).contains(&wanted));
    }
    if rows.is_empty() && !view.query.is_empty() {
        let words = Span::styled(NOTHING, model.theme.faint);
        rows.push(Row::plain(words));
    }
    rows
}

/// What is searched, and how many lines have it.
fn search_line(model: &Model, spec: &Spec, width: usize) -> Row {
    let view = model.pane_view(spec.pane);
    let cursor = if view.typing { "▏" } else { "" };
    let found = kept(model, spec, width);
    let none = found
        .first()
        .is_some_and(|it| it.line.to_string() == NOTHING);
    let tally = match found.len() {
        _ if none || view.query.is_empty() => String::new(),
        1 => "  1 ligne".to_owned(),
        many => format!("  {many} lignes"),
    };
    let room = width.saturating_sub(2 + tally.width());
    let words = truncate(&format!("{}{cursor}", view.query), room);
    Row::plain(Line::from(vec![
        Span::styled("/ ", model.theme.key),
        Span::styled(words, model.theme.strong),
        Span::styled(tally, model.theme.faint),
    ]))
}

/// The parts of a line of a pane that were looked for.
fn words_found(model: &Model, pane: Pane, line: &Line<'_>) -> Vec<Stretch> {
    let query = &model.pane_view(pane).query;
    if query.is_empty() || line.to_string().starts_with("/ ") {
        return Vec::new();
    }
    let mut laid = Laid::default();
    laid.add(0, 0, &line.to_string());
    laid.find(query).into_iter().flatten().collect()
}

/// The first line shown, given how many there are and how many fit.
pub(crate) fn first_line(model: &Model, pane: Pane, rows: usize, height: usize) -> usize {
    let last = rows.saturating_sub(height);
    let view = model.pane_view(pane);
    if pane.spec().tail && view.following {
        last
    } else {
        view.scroll.min(last)
    }
}

/// Draws a pane.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, pane: Pane) {
    #[cfg(debug_assertions)]
    crate::tui::guard::injected(&fold(pane.spec().name));
    let width = usize::from(area.width);
    let text = width.saturating_sub(1);
    let height = usize::from(area.height);
    let count = count(model, pane, text);
    let scroll = first_line(model, pane, count, height);
    let rows = window(model, pane, text, scroll..scroll + height).into_rows();
    let focused = model.focus == Focus::Pane && model.pane == pane;
    let view = model.pane_view(pane);
    let at_end = pane.spec().tail && view.following;
    for (index, row) in (scroll..).zip(rows) {
        let y = area.y + u16::try_from(index - scroll).unwrap_or(u16::MAX);
        let mut line = row.line;
        if index == view.cursor && focused && !at_end {
            line = line.patch_style(model.theme.selected);
        }
        let area = Rect {
            y,
            height: 1,
            ..area
        };
        let found = words_found(model, pane, &line);
        frame.render_widget(line, area);
        for stretch in found {
            highlight(frame, area, 0, &stretch, model.theme.found(false));
        }
    }
    if count > scroll + height && area.height > 0 && area.width > 0 {
        let corner = Rect {
            x: area.right() - 1,
            y: area.bottom() - 1,
            width: 1,
            height: 1,
        };
        frame.render_widget(Span::styled("▼", model.theme.key), corner);
    }
}
