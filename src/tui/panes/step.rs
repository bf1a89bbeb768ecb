//! The step that panes show: its command, how it ended, how long it took, what it is called.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::domain::{CommandRun, EngineEvent, Step, Travel};
use crate::tui::model::{Link, Model};
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::truncate;

/// The command of the step shown, its exit status, the number of its calls and its rank.
pub(super) fn head(model: &Model, width: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let Some(step) = model.shown_step() else {
        let words = match &model.link {
            Link::Connecting => "Connexion au moteur…",
            Link::None(_) => "Aucun moteur.",
            Link::Live | Link::Lost(_) => "Aucune commande encore.",
        };
        return vec![Line::styled(truncate(words, width), theme.faint)];
    };
    let calls = calls(step.calls.len());
    let steps = model.timeline.steps().len();
    let rank = model.step.unwrap_or(steps.saturating_sub(1)) + 1;
    let Some(command) = &step.command else {
        let words = match model.step {
            Some(_) => format!("{} · {}", title(step), past(rank, steps)),
            None => format!("{} · {calls} · {rank}/{steps}", title(step)),
        };
        let line = Line::from(Span::styled(truncate(&words, width), theme.faint));
        return vec![line];
    };
    let (status, style) = status(command, theme);
    let (words, words_style) = match model.step {
        Some(_) => (format!(" · {}", past(rank, steps)), theme.changed),
        None => (format!(" · {calls} · commande {rank}/{steps}"), theme.faint),
    };
    let status = truncate(&status, width);
    let left = width.saturating_sub(status.width());
    vec![
        Line::from(vec![
            Span::styled("$ ", theme.faint),
            Span::styled(truncate(&title(step), width.saturating_sub(2)), theme.code),
        ]),
        Line::from(vec![
            Span::styled(status, style),
            Span::styled(truncate(&words, left), words_style),
        ]),
    ]
}

/// What is said when a step of the past is shown.
pub(super) fn past(rank: usize, steps: usize) -> String {
    let next = if rank + 1 < steps {
        "→ la suivante"
    } else {
        "→ revient au présent"
    };
    format!("◆ état d’après la commande {rank}/{steps}\u{a0}; {next}")
}

/// How the command ended: a glyph and a word, and their style.
pub(super) fn status(command: &CommandRun, theme: &Theme) -> (String, Style) {
    match (command.took, command.status) {
        (None, _) => ("▸ en cours".to_owned(), theme.changed),
        (Some(_), None) => ("terminée".to_owned(), theme.faint),
        (Some(_), Some(0)) => ("✔ code 0".to_owned(), theme.good),
        (Some(_), Some(code)) => (format!("✘ code {code}"), theme.bad),
    }
}

/// What the step is called: its command on one line, or what it is when it is none.
pub(super) fn title(step: &Step) -> String {
    let quoted = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    match (&step.command, &step.travel) {
        (Some(command), _) => command
            .line
            .lines()
            .map(str::trim)
            .collect::<Vec<_>>()
            .join(" ⏎ "),
        (None, Some(Travel::To(rank))) => {
            format!("◀ retour à l’état d’après la commande {}", rank + 1)
        }
        (None, Some(Travel::Undo(line))) => format!("◀ annulée\u{a0}: {}", quoted(line)),
        (None, Some(Travel::Redo(line))) => format!("▶ rétablie\u{a0}: {}", quoted(line)),
        (None, None) => "Hors du terminal".to_owned(),
    }
}

/// A container's name, from its identifier or the beginning of it, as the step knew it; the
/// identifier, shortened, when nothing names it.
pub(super) fn container_name(id: &str, step: &Step) -> String {
    let known = step.after.containers().chain(step.before.containers());
    let known = known
        .filter(|it| it.name == id || it.id.starts_with(id))
        .map(|it| it.name.as_str());
    let told = step.events.iter();
    let told = told
        .filter(|it| it.kind == "container" && it.id.starts_with(id))
        .map(EngineEvent::name);
    let name = known.chain(told).next();
    name.unwrap_or_else(|| id.get(..12).filter(|_| id.len() == 64).unwrap_or(id))
        .to_owned()
}

/// The number of calls.
pub(super) fn calls(count: usize) -> String {
    match count {
        0 => "aucun appel d’API".to_owned(),
        1 => "1 appel d’API".to_owned(),
        many => format!("{many} appels d’API"),
    }
}

/// How long something took, in French units.
pub(super) fn spent(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 if time.as_millis() == 0 => "< 1\u{a0}ms".to_owned(),
        0 => format!("{}\u{a0}ms", time.as_millis()),
        1..=59 => format!("{},{}\u{a0}s", seconds, time.subsec_millis() / 100),
        60..=3599 => format!("{}\u{a0}min {:02}\u{a0}s", seconds / 60, seconds % 60),
        _ => format!(
            "{}\u{a0}h {:02}\u{a0}min",
            seconds / 3600,
            seconds / 60 % 60
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_in_french_units() {
        let told = |millis| spent(Duration::from_millis(millis));
        assert_eq!(spent(Duration::from_micros(300)), "< 1\u{a0}ms");
        assert_eq!(told(230), "230\u{a0}ms");
        assert_eq!(told(2_390), "2,3\u{a0}s");
        assert_eq!(told(65_000), "1\u{a0}min 05\u{a0}s");
        assert_eq!(told(3_725_000), "1\u{a0}h 02\u{a0}min");
    }
}
