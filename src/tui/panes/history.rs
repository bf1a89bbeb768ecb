//! The steps of the session, newest last: how each ended, what it changed, what it is made of.

mod opened;
mod summary;
#[cfg(test)]
mod tests;

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Pane, Row, Rows, Spec, Window, nothing, step};
use crate::domain::Step;
use crate::tui::model::Model;
use crate::tui::widgets::wrap::{line_width, truncate};

/// The pane.
pub(super) const SPEC: Spec = Spec {
    pane: Pane::History,
    name: "Historique",
    short: "Hist.",
    letter: 'h',
    help: "Les commandes de la session, ce que chacune a changé, et le moyen d’y revenir",
    about: &[],
    tail: true,
    rows: Rows::Each(rows),
    needs: nothing,
};

/// The columns of a status: `✘ code 125`.
const STATUS: usize = 10;

/// The name that a step has among what is open.
fn open_name(rank: usize) -> String {
    format!("étape {rank}")
}

/// The step (its rank) that this name opens.
pub(crate) fn rank_of(name: &str) -> Option<usize> {
    name.strip_prefix("étape ")?.parse().ok()
}

fn rows(model: &Model, width: usize, rows: &mut Window) {
    let theme = &model.theme;
    let steps = model.timeline.steps();
    if steps.is_empty() {
        rows.extend(step::head(model, width).into_iter().map(Row::plain));
        return;
    }
    let shown = model.step.unwrap_or(steps.len() - 1);
    if model.step.is_some() {
        let words = truncate(&step::past(shown + 1, steps.len()), width);
        rows.row(|| Row::plain(Span::styled(words, theme.changed)));
    }
    let digits = steps.len().to_string().len();
    let opened = &model.pane_view(Pane::History).open;
    for (rank, step) in steps.iter().enumerate() {
        rows.row(|| {
            let line = head(model, (rank, step), (rank == shown, digits), width);
            Row::toggle(line, open_name(rank))
        });
        if summary::is_any(step) {
            rows.row(|| Row::plain(summary::line(step, theme, digits + 3, width)));
        }
        if !opened.is_empty() && opened.contains(&open_name(rank)) {
            rows.extend(opened::rows(model, (rank, step), width));
        }
    }
}

/// `◆ 3 ✔ code 0   docker run -d nginx          2,3 s`
fn head(
    model: &Model,
    (rank, step): (usize, &Step),
    (shown, digits): (bool, usize),
    width: usize,
) -> Line<'static> {
    let theme = &model.theme;
    let mark = if shown { "◆" } else { " " };
    let (status, style) = match &step.command {
        Some(command) => step::status(command, theme),
        None => ("·".to_owned(), theme.faint),
    };
    let took = step.command.as_ref().and_then(|it| it.took);
    let took = took.map(step::spent).unwrap_or_default();
    let gap = STATUS.saturating_sub(status.width());
    let mut line = Line::from(vec![
        Span::styled(format!("{mark} "), theme.key),
        Span::styled(format!("{:>digits$} ", rank + 1), theme.faint),
        Span::styled(status, style),
        Span::raw(" ".repeat(gap + 1)),
    ]);
    let left = width.saturating_sub(line_width(&line) + took.width() + 1);
    let title = match step.command {
        Some(_) => Span::styled(truncate(&step::title(step), left), theme.code),
        None => Span::styled(truncate(&step::title(step), left), theme.emphasis),
    };
    let rest = left.saturating_sub(title.content.width());
    line.push_span(title);
    line.push_span(Span::raw(" ".repeat(rest + 1)));
    line.push_span(Span::styled(took, theme.faint));
    line
}
