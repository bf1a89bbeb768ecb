//! Boxes over a screen: the leader's menu, the palette, a confirmation.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::{Block as Border, Clear};

use crate::lesson::Block;
use crate::tui::keymap;
use crate::tui::model::{GuardBox, Model, Overlay};
use crate::tui::panes::PANES;
use crate::tui::screens::{book, demo, explanation, guard as guard_box, help, report, review};
use crate::tui::tour::stops;
use crate::tui::widgets::wrap::{truncate, wrap_code, wrap_text};

/// Draws what is over the screen.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model) {
    match &model.overlay {
        Some(Overlay::Help(scroll)) => help::draw(frame, model, *scroll),
        Some(Overlay::Leader) => leader(frame, model),
        Some(Overlay::Tour(stop)) => tour(frame, model, *stop),
        Some(Overlay::Panes(cursor)) => panes(frame, model, *cursor),
        Some(Overlay::Palette { query, cursor }) => palette(frame, model, query, *cursor),
        Some(Overlay::Explanation(scroll)) => explained(frame, model, *scroll),
        Some(Overlay::Guard(shown)) => guard(frame, model, shown),
        Some(Overlay::Beats(cursor)) => beats(frame, model, *cursor),
        Some(Overlay::Report(scroll)) => reported(frame, model, *scroll),
        Some(Overlay::Reset { commands, scroll }) => reset(frame, model, commands, *scroll),
        Some(Overlay::Answer { block, text }) => answer(frame, model, *block, text),
        Some(Overlay::Review) => review::draw(frame, model),
        Some(Overlay::Book(it)) => book::draw(frame, model, *it),
        Some(Overlay::ScrollBack | Overlay::Search(_)) | None => {}
    }
}

/// Clears a box at the bottom of the screen, above the footer, and gives its inside.
fn boxed(frame: &mut Frame<'_>, model: &Model, title: &str, wanted: usize) -> Rect {
    let whole = frame.area();
    let height = u16::try_from(wanted + 2).unwrap_or(u16::MAX);
    let height = height.min(whole.height.saturating_sub(1));
    let width = whole.width.min(84);
    let area = Rect {
        x: (whole.width - width) / 2,
        y: whole.height.saturating_sub(height + 1),
        width,
        height,
    };
    frame.render_widget(Clear, area);
    let block = Border::bordered()
        .title(Line::from(Span::styled(
            format!(" {title} "),
            model.theme.title,
        )))
        .border_style(model.theme.key);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    inner
}

fn leader(frame: &mut Frame<'_>, model: &Model) {
    let rows: Vec<_> = keymap::leader_rows(model).collect();
    let columns = usize::from(frame.area().width.min(84) / 26).max(1);
    let height = rows.len().div_ceil(columns);
    let inner = boxed(frame, model, "Actions", height);
    let width = usize::from(inner.width) / columns;
    for (index, row) in rows.iter().enumerate() {
        let (column, line) = (index / height.max(1), index % height.max(1));
        let Ok(y) = u16::try_from(line) else { break };
        if y >= inner.height {
            continue;
        }
        let letter = row.leader_label().unwrap_or_default();
        let words = truncate(row.short, width.saturating_sub(5));
        let content = Line::from(vec![
            Span::styled(format!("{letter:>3} "), model.theme.key),
            Span::raw(words),
        ]);
        let x = inner.x + u16::try_from(column * width).unwrap_or(0);
        let area = Rect {
            x,
            y: inner.y + y,
            width: inner.right().saturating_sub(x),
            height: 1,
        };
        frame.render_widget(content, area);
    }
}

fn tour(frame: &mut Frame<'_>, model: &Model, stop: usize) {
    let stops = stops(model);
    let Some(here) = stops.get(stop) else { return };
    let width = usize::from(frame.area().width.min(84)).saturating_sub(2);
    let mut lines = wrap_text(&here.words, model.theme.text, width);
    let next = match stop {
        0 => "Entrée\u{a0}: la suite · Échap\u{a0}: passer la visite",
        _ if stop + 1 < stops.len() => {
            "Entrée\u{a0}: la suite · ←\u{a0}: revenir · Échap\u{a0}: passer la visite"
        }
        _ => "Entrée\u{a0}: commencer · ←\u{a0}: revenir",
    };
    lines.push(Line::styled(next, model.theme.faint));
    let title = format!("{}/{} · {}", stop + 1, stops.len(), here.title);
    let inner = boxed(frame, model, &title, lines.len());
    frame.render_widget(Text::from(lines), inner);
}

fn panes(frame: &mut Frame<'_>, model: &Model, cursor: usize) {
    let inner = boxed(frame, model, "Panneaux", PANES.len());
    let width = usize::from(inner.width);
    let lines = PANES.iter().enumerate().map(|(index, spec)| {
        let (mark, style) = if index == cursor {
            ("▸", model.theme.selected)
        } else {
            (" ", model.theme.text)
        };
        let words = format!("{:<12}{}", spec.name, spec.help);
        Line::from(vec![
            Span::styled(format!("{mark} {} ", spec.letter), model.theme.key),
            Span::styled(truncate(&words, width.saturating_sub(4)), style),
        ])
    });
    frame.render_widget(Text::from(lines.collect::<Vec<_>>()), inner);
}

fn beats(frame: &mut Frame<'_>, model: &Model, cursor: usize) {
    let width = usize::from(frame.area().width.min(84)).saturating_sub(2);
    let mut lines = demo::beats(model, width);
    if let Some(line) = lines.get_mut(cursor) {
        *line = std::mem::take(line).style(model.theme.selected);
    }
    let inner = boxed(frame, model, "Les étapes", lines.len());
    let height = usize::from(inner.height);
    let last = lines.len().saturating_sub(height);
    let first = cursor.saturating_sub(height / 2).min(last);
    let shown: Vec<_> = lines.into_iter().skip(first).take(height).collect();
    frame.render_widget(Text::from(shown), inner);
}

fn palette(frame: &mut Frame<'_>, model: &Model, query: &str, cursor: usize) {
    let rows = keymap::palette_rows(model, query);
    let inner = boxed(frame, model, "Palette", 12);
    let width = usize::from(inner.width);
    let prompt = format!("Chercher\u{a0}: {query}");
    let column = u16::try_from(Line::raw(prompt.as_str()).width()).unwrap_or(0);
    let mut lines = vec![Line::raw(prompt)];
    let room = usize::from(inner.height).saturating_sub(1).max(1);
    let first = (cursor + 1).saturating_sub(room);
    for (index, row) in rows.iter().enumerate().skip(first).take(room) {
        let here = index == cursor;
        let style = if here {
            model.theme.selected
        } else {
            model.theme.text
        };
        let mark = if here { "▸ " } else { "  " };
        let keys = row.keys_label();
        let left = width.saturating_sub(keys.chars().count() + 3);
        let words = truncate(row.help, left);
        let gap = left.saturating_sub(words.chars().count());
        lines.push(Line::from(vec![
            Span::styled(format!("{mark}{words}{}", " ".repeat(gap)), style),
            Span::styled(keys, model.theme.key),
        ]));
    }
    if rows.is_empty() {
        lines.push(Line::from(Span::styled(
            "Aucune action de ce nom.",
            model.theme.faint,
        )));
    }
    frame.render_widget(Text::from(lines), inner);
    if inner.width > 0 && inner.height > 0 {
        let x = inner.x + column.min(inner.width - 1);
        frame.set_cursor_position(Position { x, y: inner.y });
    }
}

fn explained(frame: &mut Frame<'_>, model: &Model, scroll: usize) {
    let width = usize::from(frame.area().width.min(84)).saturating_sub(2);
    let lines = explanation::lines(model, width);
    scrolled(frame, model, "Explication", lines, None, scroll);
}

fn guard(frame: &mut Frame<'_>, model: &Model, shown: &GuardBox) {
    let width = usize::from(frame.area().width.min(84)).saturating_sub(2);
    let mut lines = guard_box::lines(model, shown, width);
    let (title, scroll) = match shown {
        GuardBox::Refused(scroll) => ("Garde-fou", *scroll),
        GuardBox::Waiting => ("Ranger", 0),
        GuardBox::Plan(_, scroll) => ("Ranger", *scroll),
    };
    let keys = lines.pop();
    scrolled(frame, model, title, lines, keys, scroll);
}

fn reported(frame: &mut Frame<'_>, model: &Model, scroll: usize) {
    let width = usize::from(frame.area().width.min(84)).saturating_sub(2);
    let lines = report::lines(model, width);
    let title = model.report.as_ref().map_or("", |it| it.title);
    scrolled(frame, model, title, lines, None, scroll);
}

/// A text in a box, from this line on. The line of keys is always in sight, and the frame says
/// what is out of it.
fn scrolled(
    frame: &mut Frame<'_>,
    model: &Model,
    title: &str,
    lines: Vec<Line<'static>>,
    keys: Option<Line<'static>>,
    scroll: usize,
) {
    let pinned = usize::from(keys.is_some());
    let inner = boxed(frame, model, title, lines.len() + pinned);
    let room = usize::from(inner.height).saturating_sub(pinned);
    let last = lines.len().saturating_sub(room);
    let from = scroll.min(last);
    let mut shown: Vec<_> = lines.into_iter().skip(from).take(room).collect();
    shown.extend(keys.map(|mut keys| {
        if last > 0 {
            keys.push_span(" · ↑ ↓\u{a0}: lire");
        }
        keys
    }));
    frame.render_widget(Text::from(shown), inner);
    if last == 0 {
        return;
    }
    let words = match last - from {
        0 => " ▲ ↑ ".to_owned(),
        1 => " ▼ encore une ligne\u{a0}: ↓ ".to_owned(),
        below => format!(" ▼ encore {below} lignes\u{a0}: ↓ "),
    };
    let sign = Line::styled(words, model.theme.key);
    let width = u16::try_from(sign.width())
        .unwrap_or(u16::MAX)
        .min(inner.width);
    let border = Rect {
        x: inner.right() - width,
        y: inner.bottom(),
        width,
        height: 1,
    };
    frame.render_widget(sign, border.intersection(frame.area()));
}

fn answer(frame: &mut Frame<'_>, model: &Model, block: usize, text: &str) {
    let study = model.study.as_ref();
    let Some(Block::Observation(it)) = study.and_then(|it| it.blocks().get(block)) else {
        return;
    };
    let width = usize::from(frame.area().width.min(84)).saturating_sub(2);
    let question = it.question.replace('`', "");
    let mut lines = wrap_text(&question, model.theme.text, width);
    let prompt = format!("Votre réponse\u{a0}: {text}");
    let column = u16::try_from(Line::raw(prompt.as_str()).width()).unwrap_or(0);
    let row = u16::try_from(lines.len()).unwrap_or(0);
    lines.push(Line::styled(prompt, model.theme.strong));
    let inner = boxed(frame, model, "Observer", lines.len());
    frame.render_widget(Text::from(lines), inner);
    if inner.width > 0 && row < inner.height {
        let x = inner.x + column.min(inner.width - 1);
        frame.set_cursor_position(Position {
            x,
            y: inner.y + row,
        });
    }
}

/// What beginning the exercise again takes, in lines of this width; the last one is for the keys.
pub(crate) fn reset_lines(model: &Model, commands: &[String], width: usize) -> Vec<Line<'static>> {
    let words = if commands.is_empty() {
        "Rien n’a été créé depuis le début de l’exercice\u{a0}: il n’y a rien à défaire. \
         Entrée le recommence."
    } else {
        "Ces commandes vont être envoyées au terminal, pour revenir au départ de l’exercice\u{a0}:"
    };
    let mut lines = wrap_text(words, model.theme.text, width);
    for command in commands {
        for (rank, line) in command.lines().enumerate() {
            let prompt = Line::styled(if rank == 0 { "$ " } else { "  " }, model.theme.faint);
            let (rest, code) = (Line::raw("    "), model.theme.code);
            lines.extend(wrap_code(line, code, width, &prompt, &rest));
        }
    }
    lines.push(Line::from(Span::styled(
        "Entrée\u{a0}: recommencer · Échap\u{a0}: renoncer",
        model.theme.faint,
    )));
    lines
}

fn reset(frame: &mut Frame<'_>, model: &Model, commands: &[String], scroll: usize) {
    let width = usize::from(frame.area().width.min(84)).saturating_sub(2);
    let mut lines = reset_lines(model, commands, width);
    let keys = lines.pop();
    scrolled(frame, model, "Recommencer l’exercice", lines, keys, scroll);
}
