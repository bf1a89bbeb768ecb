//! What is under a step that is open: what it changed, its events, its calls.

use std::time::{Duration, SystemTime};

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::summary::kind_word;
use crate::domain::{Change, EngineEvent, EventTime, Step};
use crate::tui::keymap::Action;
use crate::tui::model::Model;
use crate::tui::panes::state::fields;
use crate::tui::panes::{Act, Row, step};
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::truncate;

/// What is under a step is moved to the right.
const INDENT: usize = 4;
/// Events shown of a step: the first ones.
const EVENTS: usize = 60;

/// The rows under a step.
pub(super) fn rows(model: &Model, (rank, step): (usize, &Step), width: usize) -> Vec<Row> {
    let theme = &model.theme;
    let room = width.saturating_sub(INDENT);
    let title = |words: String| Row::plain(indented(Line::styled(words, theme.title)));
    let mut rows = Vec::new();
    if step.travel.is_some() {
        let words = "Ce qui tournait à ce moment-là a redémarré, de sa commande.";
        let line = Line::styled(truncate(words, room), theme.text);
        rows.push(Row::plain(indented(line)));
    }
    let diff = step.diff();
    if diff.is_empty() {
        rows.push(title("Rien n’a changé dans le moteur".to_owned()));
    } else {
        rows.push(title("Avant → après".to_owned()));
    }
    for change in &diff.changes {
        rows.push(Row {
            line: indented(change_line(change, theme, room)),
            act: None,
            object: Some(change.reference()),
        });
        let lines = fields::lines(change, false, theme, room);
        rows.extend(lines.into_iter().map(|line| Row::plain(indented(line))));
    }
    if !step.events.is_empty() {
        rows.push(title(format!("Événements ({})", step.events.len())));
        let began = step.command.as_ref().map(|it| it.began);
        let began = began
            .and_then(|it| it.duration_since(SystemTime::UNIX_EPOCH).ok())
            .and_then(|it| i64::try_from(it.as_nanos()).ok())
            .or_else(|| step.events.first().map(|it| it.time.0))
            .unwrap_or_default();
        let shown = step.events.iter().take(EVENTS);
        rows.extend(shown.map(|event| {
            Row::plain(indented(event_line(
                (event, step),
                EventTime(began),
                theme,
                room,
            )))
        }));
        let hidden = step.events.len().saturating_sub(EVENTS);
        if hidden > 0 {
            let words = format!("… et {hidden} de plus");
            rows.push(Row::plain(indented(Line::styled(words, theme.faint))));
        }
    }
    let calls = match step.calls.len() {
        0 => "Aucun appel d’API".to_owned(),
        count => format!("{}\u{a0}: le panneau API les montre", step::calls(count)),
    };
    rows.push(title(calls));
    let words = format!(
        "▶ Entrée, ou {}\u{a0}: montrer cette commande dans tous les panneaux",
        model.keymap.key(Action::ShowStep)
    );
    rows.push(Row {
        line: indented(Line::styled(truncate(&words, room), theme.key)),
        act: Some(Act::Step(rank)),
        object: None,
    });
    rows
}

fn indented(mut line: Line<'static>) -> Line<'static> {
    line.spans.insert(0, Span::raw(" ".repeat(INDENT)));
    line
}

fn change_line(change: &Change, theme: &Theme, width: usize) -> Line<'static> {
    let style = match change {
        Change::Added(_) => theme.good,
        Change::Removed(_) => theme.bad,
        Change::Modified { .. } => theme.changed,
    };
    let object = change.object();
    let kind = kind_word(object);
    let left = width.saturating_sub(kind.width() + 3);
    Line::from(vec![
        Span::styled(format!("{} {kind} ", change.glyph()), style),
        Span::styled(truncate(object.name(), left), theme.strong),
    ])
}

/// `+0,12 s  container start  web  (code 0)`
fn event_line(
    (event, whole): (&EngineEvent, &Step),
    began: EventTime,
    theme: &Theme,
    width: usize,
) -> Line<'static> {
    let since = since(event.time.0.saturating_sub(began.0));
    let told = format!("{} {}", event.kind, event.action.trim());
    let code = event.attributes.get("exitCode");
    let code = code.map(|it| format!("  code {it}")).unwrap_or_default();
    let about = match (event.kind.as_str(), event.attributes.get("container")) {
        // A network's event names the network; which container it is about tells more.
        ("network" | "volume", Some(id)) => {
            format!("{} ↔ {}", event.name(), step::container_name(id, whole))
        }
        _ => event.name().to_owned(),
    };
    let about = match about.strip_prefix("sha256:") {
        Some(digits) => digits.get(..12).unwrap_or(digits).to_owned(),
        None if about.len() == 64 && about.bytes().all(|it| it.is_ascii_hexdigit()) => {
            about[..12].to_owned()
        }
        None => about,
    };
    let since = format!("{since:>9}  ");
    let told = truncate(&told, width.saturating_sub(since.width()) * 2 / 3);
    let left = width.saturating_sub(since.width() + told.width() + 2 + code.width());
    Line::from(vec![
        Span::styled(since, theme.faint),
        Span::styled(told, theme.text),
        Span::raw("  "),
        Span::styled(truncate(&about, left), theme.code),
        Span::styled(code, theme.faint),
    ])
}

/// A signed time, from nanoseconds: an engine elsewhere has its own clock.
fn since(nanos: i64) -> String {
    let sign = if nanos < 0 { '-' } else { '+' };
    let time = Duration::from_nanos(nanos.unsigned_abs());
    if time.as_secs() >= 60 {
        return format!("{sign}{}", step::spent(time));
    }
    let hundredths = time.subsec_millis() / 10;
    format!("{sign}{},{hundredths:02}\u{a0}s", time.as_secs())
}
