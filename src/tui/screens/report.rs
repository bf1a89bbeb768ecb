//! A text that the program made, over the screen.

use ratatui::text::{Line, Span};

use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::widgets::wrap::{wrap, wrap_text};

/// The lines, at this width.
pub(crate) fn lines(model: &Model, width: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let Some(report) = &model.report else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for line in report.text.lines() {
        let style = match line.chars().next() {
            Some('✘') => theme.alert,
            Some('▲') => theme.changed,
            Some('✔') => theme.good,
            _ => theme.text,
        };
        let body = line.trim_start();
        let margin = line.len() - body.len();
        let begin = Line::from(Span::raw(" ".repeat(margin)));
        let next = Line::from(Span::raw(" ".repeat(margin + 2)));
        lines.extend(wrap(&[(body.to_owned(), style)], width, &begin, &next));
    }
    let keys = format!(
        "{}\u{a0}: copier ce texte · flèches\u{a0}: défiler · Échap\u{a0}: fermer",
        model.keymap.key(Action::BoxCopy)
    );
    lines.extend(wrap_text(&keys, theme.faint, width));
    lines
}
