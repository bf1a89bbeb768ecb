//! Under the terminal: what the word being typed means, then what the last error means.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};

use crate::docker::explain::{Names, Piece, Role, at, concerns, explain, in_one_line};
use crate::tui::model::Model;
use crate::tui::widgets::wrap::{truncate, wrap_text};

/// How the whole explanation is asked for.
const MORE: &str = "Ctrl-G x";

/// Draws the lines.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let lines = lines(model, usize::from(area.width), usize::from(area.height));
    frame.render_widget(Text::from(lines), area);
}

/// At most so many lines, at this width.
fn lines(model: &Model, width: usize, rows: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let (words, style) = if let Some(piece) = typed(model) {
        if piece.role == Role::Unknown {
            (format!("▲ {}", in_one_line(&piece)), theme.changed)
        } else {
            (format!("› {}", in_one_line(&piece)), theme.faint)
        }
    } else if let Some(advice) = &model.advice {
        let what = &advice.what;
        let remedy = advice.remedies.first().map_or("", String::as_str);
        let whole = format!("▲ {what} {remedy} ({MORE}\u{a0}: la suite)");
        if wrap_text(&whole, theme.changed, width).len() > rows {
            (format!("▲ {what} ({MORE}\u{a0}: que faire)"), theme.changed)
        } else {
            (whole, theme.changed)
        }
    } else {
        return Vec::new();
    };
    let mut lines = wrap_text(&words, style, width);
    if lines.len() > rows {
        let rest = lines.split_off(rows.saturating_sub(1));
        let rest: Vec<_> = rest.iter().map(ToString::to_string).collect();
        lines.push(Line::styled(truncate(&rest.join(" "), width), style));
    }
    lines
}

/// What to say of the line being typed: a word that docker will refuse, else the word before the
/// cursor. `None` when no docker command is being typed.
fn typed(model: &Model) -> Option<Piece> {
    let line = model.typing.as_deref()?;
    if !line.contains("do") {
        return None;
    }
    let pieces = explain(line, &Names::from(model.timeline.state()));
    if let Some(unknown) = pieces.iter().find(|it| it.role == Role::Unknown) {
        return Some(unknown.clone());
    }
    at(&pieces, line.len())
        .filter(|_| concerns(&pieces))
        .cloned()
}
