//! The API calls of a step: what each asks, in which words, and what was answered.

mod body;
mod curl;
mod json;
mod opened;
#[cfg(test)]
mod tests;

use ratatui::style::Style;
use ratatui::text::Span;
use unicode_width::UnicodeWidthStr;

use super::{Pane, Row, Rows, Spec, Window, nothing, step};
use crate::docker::explain::{Names, concerns, explain};
use crate::domain::{ApiCall, CallOutcome, Step};
use crate::text::api::{Target, status_word};
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::{Piece, truncate, wrap_text};

pub(super) use body::{Body, read as read_body};

/// The pane.
pub(super) const SPEC: Spec = Spec {
    pane: Pane::Calls,
    name: "API",
    short: "API",
    letter: 'a',
    help: "Les appels à l’API du moteur que la commande a faits",
    about: &[],
    tail: false,
    rows: Rows::Each(rows),
    needs: nothing,
};

/// The columns of the longest method.
const METHOD: usize = 6;
/// The columns of a duration.
const DURATION: usize = 7;
/// From this width, a status has its words.
const WORDS_FROM: usize = 50;

fn rows(model: &Model, width: usize, rows: &mut Window) {
    let theme = &model.theme;
    rows.extend(step::head(model, width).into_iter().map(Row::plain));
    let Some(step) = model.shown_step() else {
        return;
    };
    if step.calls.is_empty() {
        let words = silence(step);
        rows.extend(
            wrap_text(&words, theme.text, width)
                .into_iter()
                .map(Row::plain),
        );
        return;
    }
    let status = step
        .calls
        .iter()
        .map(|it| outcome(it, theme, width).0.width());
    let status = status.max().unwrap_or(0);
    let opened = &model.pane_view(Pane::Calls).open;
    for call in &step.calls {
        let open = !opened.is_empty() && opened.contains(&open_name(call));
        rows.row(|| line(call, open, status, theme, width));
        if open {
            rows.extend(opened::rows(model, call, width));
        }
    }
}

/// The name that a call has among what is open.
fn open_name(call: &ApiCall) -> String {
    format!("appel {}", call.number)
}

/// Whether the step is a docker command, as far as its words tell.
pub(super) fn is_docker(step: &Step) -> bool {
    let command = step.command.as_ref();
    command.is_some_and(|it| concerns(&explain(&it.line, &Names::default())))
}

/// A path whose long identifiers are cut as docker cuts them: what comes after tells more.
pub(super) fn shortened(path: &str) -> String {
    let is_long = |it: &str| it.len() == 64 && it.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts = path.split('/').map(|it| match it.get(..12) {
        Some(digits) if is_long(it) => format!("{digits}…"),
        _ => it.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Why a step made no call.
pub(super) fn silence(step: &Step) -> String {
    let Some(command) = &step.command else {
        return "Aucun appel\u{a0}: ce n’est pas une commande du terminal.".to_owned();
    };
    let words = match (is_docker(step), command.took.is_some(), command.status) {
        (true, false, _) => "Aucun appel encore.",
        (true, true, Some(0) | None) => {
            "Aucun appel\u{a0}: le client a répondu seul, sans rien demander au démon."
        }
        (true, true, Some(_)) => {
            "Aucun appel\u{a0}: le client a refusé la commande avant de rien demander au démon, ou ne l’a pas trouvé."
        }
        (false, false, _) => "Aucun appel\u{a0}: la commande en cours n’a rien demandé au démon.",
        (false, true, _) => {
            "Aucun appel\u{a0}: ce n’est pas une commande docker, le démon n’en a rien su."
        }
    };
    words.to_owned()
}

/// How the call ended, in a number and a word.
pub(super) fn outcome(call: &ApiCall, theme: &Theme, width: usize) -> (String, Style) {
    let worded = width >= WORDS_FROM;
    match &call.outcome {
        CallOutcome::Pending => ("▸ attend".to_owned(), theme.changed),
        CallOutcome::Upgraded => ("101 flux".to_owned(), theme.key),
        CallOutcome::Failed(_) => ("✘ coupé".to_owned(), theme.bad),
        CallOutcome::Answered(status) => {
            let style = match status {
                200..=299 => theme.good,
                300..=399 => theme.changed,
                _ => theme.bad,
            };
            let words = match status_word(*status) {
                Some(word) if worded => format!("{status} {word}"),
                _ => status.to_string(),
            };
            (words, style)
        }
    }
}

/// `▶ POST   /v1.51/containers/create?name=web   201 Created   12 ms`
fn line(call: &ApiCall, open: bool, status_width: usize, theme: &Theme, width: usize) -> Row {
    let target = Target::of(&call.path);
    let (status, style) = outcome(call, theme, width);
    let took = step::spent(call.took);
    let query = call.path.split_once('?').map(|(_, query)| query);
    let pieces: Vec<Piece> = vec![
        (if open { "▼ " } else { "▶ " }.to_owned(), theme.key),
        (format!("{:METHOD$} ", call.method), theme.strong),
        (target.version.to_owned(), theme.faint),
        (shortened(target.path), theme.code),
        (
            query.map(|it| format!("?{it}")).unwrap_or_default(),
            theme.faint,
        ),
    ];
    let left = width.saturating_sub(status_width + DURATION + 3);
    let mut line = json::cut(0, &pieces, left, theme.key);
    let gap = left.saturating_sub(crate::tui::widgets::wrap::line_width(&line));
    line.push_span(Span::raw(" ".repeat(gap + 1)));
    let padding = " ".repeat(status_width.saturating_sub(status.width()) + 1);
    line.push_span(Span::styled(status, style));
    line.push_span(Span::raw(padding));
    let took = truncate(&took, DURATION);
    let gap = DURATION.saturating_sub(took.width());
    line.push_span(Span::styled(
        format!("{}{took}", " ".repeat(gap)),
        theme.faint,
    ));
    Row::toggle(line, open_name(call))
}
