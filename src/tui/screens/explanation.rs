//! A command explained whole, with its error beside it.

use ratatui::text::Line;

use crate::docker::explain::{Names, concerns, explain, page};
use crate::tui::model::Model;
use crate::tui::widgets::wrap::wrap_text;

/// The command to explain: the one being typed, else the last one.
fn subject(model: &Model) -> Option<String> {
    let known = |line: &str| {
        let pieces = explain(line, &Names::default());
        concerns(&pieces) || !pieces.iter().all(|it| it.instead.is_empty())
    };
    let typed = model.typing.clone().filter(|line| known(line));
    typed.or_else(|| {
        let steps = model.timeline.steps().iter().rev();
        steps
            .filter_map(|step| Some(step.command.as_ref()?.line.clone()))
            .find(|line| known(line))
    })
}

/// The lines, at this width.
pub(crate) fn lines(model: &Model, width: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let mut lines = Vec::new();
    if let Some(advice) = &model.advice {
        lines.extend(wrap_text(
            &format!("▲ {}", advice.what),
            theme.changed,
            width,
        ));
        lines.extend(wrap_text(&advice.why, theme.text, width));
        for remedy in &advice.remedies {
            lines.extend(wrap_text(&format!("• {remedy}"), theme.text, width));
        }
        lines.push(Line::default());
    }
    let Some(line) = subject(model) else {
        let words = "Aucune commande docker n’a encore été tapée.";
        lines.extend(wrap_text(words, theme.faint, width));
        return lines;
    };
    let pieces = explain(&format!("{line} "), &Names::from(model.timeline.state()));
    for (rank, text) in page(&line, &pieces).lines().enumerate() {
        if rank == 0 {
            lines.extend(wrap_text(&format!("$ {text}"), theme.code, width));
            continue;
        }
        match text.split_once("\u{a0}: ") {
            Some((head, says)) if !text.starts_with(' ') => {
                let pieces = [
                    (format!("{head}\u{a0}: "), theme.strong),
                    (says.to_owned(), theme.text),
                ];
                let none = Line::default();
                lines.extend(crate::tui::widgets::wrap::wrap(
                    &pieces, width, &none, &none,
                ));
            }
            _ => {
                let none = Line::raw("    ");
                let pieces = [(text.trim_start().to_owned(), theme.text)];
                if text.is_empty() {
                    lines.push(Line::default());
                } else {
                    lines.extend(crate::tui::widgets::wrap::wrap(
                        &pieces, width, &none, &none,
                    ));
                }
            }
        }
    }
    lines
}
