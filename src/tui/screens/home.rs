//! The home screen: the course, the progress, the engine and why that one.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use crate::lesson::Lesson;
use crate::tui::layout;
use crate::tui::model::{Link, Model};
use crate::tui::panels::{chrome, goal};
use crate::tui::study;
use crate::tui::widgets::markdown;
use crate::tui::widgets::wrap::{truncate, wrap, wrap_text};

/// Columns left free on each side.
const MARGIN: u16 = 2;

/// Draws the screen.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model) {
    let whole = frame.area();
    let areas = layout::areas(model);
    let width = whole.width.saturating_sub(2 * MARGIN);
    let inner = Rect {
        x: MARGIN.min(whole.width),
        y: 1,
        width,
        height: whole.height.saturating_sub(2),
    };
    let mut lines = heading(model);
    lines.extend(engine(model, usize::from(width)));
    lines.push(Line::default());
    lines.push(Line::from(Span::styled("Le cours", model.theme.title)));
    lines.extend(course(
        model,
        usize::from(width),
        usize::from(inner.height) - lines.len(),
    ));
    frame.render_widget(Text::from(lines), inner.intersection(whole));
    if let Some(notice) = &model.notice {
        let line = goal::notice_line(notice, &model.theme, usize::from(whole.width));
        frame.render_widget(line, areas.goal);
    }
    chrome::footer(frame, areas.footer, model);
}

fn heading(model: &Model) -> Vec<Line<'static>> {
    vec![
        Line::from(vec![
            Span::styled("moussaillon", model.theme.title),
            Span::raw(" — apprendre Docker en le faisant"),
        ]),
        Line::default(),
    ]
}

/// Which engine, why, and how it is doing.
fn engine(model: &Model, width: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let mut lines = vec![chrome::engine_line(model)];
    if let Some(choice) = &model.engine {
        lines.extend(wrap_text(&choice.why, theme.faint, width));
    }
    if let Some(info) = model.info.as_ref().filter(|_| model.link == Link::Live) {
        let words = format!(
            "{} {} · API {} · {}",
            info.product, info.version, info.api_version, info.platform
        );
        lines.push(Line::from(Span::styled(
            truncate(&words, width),
            theme.faint,
        )));
    }
    if let Link::Lost(reason) | Link::None(reason) = &model.link {
        lines.extend(wrap_text(reason, theme.alert, width));
    }
    lines
}

/// The lessons; those around the cursor when they do not all fit.
fn course(model: &Model, width: usize, height: usize) -> Vec<Line<'static>> {
    let entries = match &model.course {
        None => return wrap_text("Lecture du cours…", model.theme.faint, width),
        Some(Err(reason)) => return wrap_text(reason, model.theme.alert, width),
        Some(Ok(entries)) => entries,
    };
    if entries.is_empty() {
        return wrap_text("Aucune leçon.", model.theme.faint, width);
    }
    // One line per lesson, and a few for the objectives of the one under the cursor.
    let room = height.saturating_sub(8).max(1);
    let first = model
        .cursor
        .saturating_sub(room / 2)
        .min(entries.len().saturating_sub(room));
    let mut lines = Vec::new();
    for (index, entry) in entries.iter().enumerate().skip(first).take(room) {
        lines.push(lesson_line(model, entry, index == model.cursor, width));
    }
    if let Some(entry) = entries.get(model.cursor) {
        lines.push(Line::default());
        for objective in &entry.objectives {
            let pieces = markdown::inline(objective, model.theme.text, &model.theme);
            let bullet = Line::from(Span::styled("• ", model.theme.key));
            lines.extend(wrap(&pieces, width, &bullet, &Line::raw("  ")));
        }
    }
    lines
}

fn lesson_line(model: &Model, lesson: &Lesson, here: bool, width: usize) -> Line<'static> {
    let theme = &model.theme;
    let (done, all) = study::tally(lesson, &study::done(lesson, &model.progress));
    let (glyph, style) = match done {
        done if done == all && done > 0 => ("✔", theme.good),
        _ if model.progress.lesson(&lesson.id).is_some() => ("▸", theme.changed),
        _ => ("○", theme.faint),
    };
    let minutes = lesson.duration.as_secs() / 60;
    let facts = format!("{minutes}\u{a0}min · {done}/{all}");
    let name = format!("{:>2}. {}", lesson.number, lesson.title);
    let left = width.saturating_sub(facts.chars().count() + 6);
    let name = truncate(&name, left);
    let gap = left.saturating_sub(unicode_width::UnicodeWidthStr::width(name.as_str()));
    let line = Line::from(vec![
        Span::styled(if here { "▌" } else { " " }, theme.key),
        Span::styled(format!("{glyph} "), style),
        Span::styled(name, if here { theme.strong } else { theme.text }),
        Span::raw(" ".repeat(gap + 1)),
        Span::styled(facts, theme.faint),
    ]);
    if here {
        line.patch_style(theme.strong)
    } else {
        line
    }
}
