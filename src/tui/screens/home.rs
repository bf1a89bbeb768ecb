//! The home screen: the course and its short paths, the progress, the engine and why that one.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use crate::tui::layout;
use crate::tui::model::{Link, Model};
use crate::tui::outline::{self, Advance, Row};
use crate::tui::panels::{chrome, goal};
use crate::tui::study;
use crate::tui::theme::Theme;
use crate::tui::widgets::markdown;
use crate::tui::widgets::wrap::{line_width, truncate, wrap, wrap_text};

/// Columns left free on each side.
const MARGIN: u16 = 2;
/// Lines of the reason why that engine, at most: the course is what one comes for.
const WHY: usize = 2;
/// The list has this part of the width, in twentieths, and no more columns than this.
const LIST: (u16, u16) = (11, 56);

/// Draws the screen.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model) {
    let whole = frame.area();
    let areas = layout::areas(model);
    let width = whole.width.saturating_sub(2 * MARGIN);
    let inner = Rect {
        x: MARGIN.min(whole.width),
        y: 0,
        width,
        height: whole.height.saturating_sub(2),
    };
    let mut lines = vec![Line::from(vec![
        Span::styled("moussaillon", model.theme.title),
        Span::raw(" — apprendre Docker en le faisant"),
    ])];
    lines.extend(engine(model, usize::from(width)));
    if let Some(origin) = &model.origin {
        let words = format!("Leçons de {origin}\u{a0}: elles ne viennent pas de moussaillon.");
        lines.extend(wrap_text(&words, model.theme.alert, usize::from(width)));
    }
    lines.push(Line::default());
    lines.extend(paths(model, usize::from(width)));
    let top = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    frame.render_widget(Text::from(lines), inner.intersection(whole));
    let below = Rect {
        y: top.min(inner.bottom()),
        height: inner.height.saturating_sub(top),
        ..inner
    };
    course(frame, below, model);
    if let Some(notice) = &model.notice {
        goal::draw_notice(frame, areas.goal, notice, &model.theme);
    }
    chrome::footer(frame, areas.footer, model);
}

/// Which engine, why, and how it is doing.
fn engine(model: &Model, width: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let mut lines = vec![chrome::engine_line(model)];
    if let Some(choice) = &model.engine {
        let why = wrap_text(&choice.why, theme.faint, width);
        let cut = why.len() > WHY;
        lines.extend(why.into_iter().take(WHY));
        if let Some(last) = lines.last_mut().filter(|_| cut) {
            *last = Line::styled(truncate(&format!("{last} …"), width), theme.faint);
        }
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

/// The whole course and the short paths, on one line; for whom the one that was chosen is.
fn paths(model: &Model, width: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    if model.paths.is_empty() {
        return vec![Line::styled("Le cours", theme.title)];
    }
    let names = std::iter::once("Le cours").chain(model.paths.iter().map(|it| it.title.as_str()));
    let mut line = Line::default();
    for (rank, name) in names.enumerate() {
        if rank > 0 {
            line.push_span(Span::styled(" · ", theme.faint));
        }
        let here = rank == model.path.map_or(0, |path| path + 1);
        let style = if here { theme.title } else { theme.faint };
        let mark = if here { "▸ " } else { "" };
        line.push_span(Span::styled(format!("{mark}{name}"), style));
    }
    let arrows = "  ← →";
    if line_width(&line) + arrows.chars().count() <= width {
        line.push_span(Span::styled(arrows, theme.key));
    }
    let mut lines = vec![line];
    if let Some(path) = outline::path(model) {
        let words = format!("{}\u{a0}: {}", path.duration, path.audience);
        lines.extend(wrap_text(&words, theme.faint, width));
    }
    lines
}

/// The lessons on the left, what is to be known of the one under the cursor on the right.
fn course(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let width = usize::from(area.width);
    let rows = match &model.course {
        None => Err(("Lecture du cours…", model.theme.faint)),
        Some(Err(reason)) => Err((reason.as_str(), model.theme.alert)),
        Some(Ok(_)) => Ok(outline::rows(model)),
    };
    let rows = match rows {
        Ok(rows) if rows.is_empty() => Err(("Aucune leçon.", model.theme.faint)),
        rows => rows,
    };
    let rows = match rows {
        Ok(rows) => rows,
        Err((words, style)) => {
            let lines = wrap_text(words, style, width);
            frame.render_widget(Text::from(lines), area);
            return;
        }
    };
    let (part, most) = LIST;
    let left = (area.width * part / 20).min(most);
    let list = Rect {
        width: left,
        ..area
    };
    let lines = list_lines(model, &rows, usize::from(left), usize::from(area.height));
    frame.render_widget(Text::from(lines), list);
    let gap = 3.min(area.width - left);
    for y in area.top()..area.bottom() {
        let cell = Rect::new(area.x + left + gap / 2, y, gap.min(1), 1);
        frame.render_widget(Span::styled("│", model.theme.faint), cell);
    }
    let side = Rect {
        x: area.x + left + gap,
        width: area.width - left - gap,
        ..area
    };
    if let Some(row) = rows.get(model.cursor) {
        let lines = detail(model, row, usize::from(side.width));
        frame.render_widget(Text::from(lines), side);
    }
}

/// One line per lesson; those around the cursor when they do not all fit, with how many are out of
/// sight.
fn list_lines(model: &Model, rows: &[Row], width: usize, height: usize) -> Vec<Line<'static>> {
    let all = rows.len();
    if all <= height {
        let lines = rows.iter().enumerate();
        return lines
            .map(|(rank, row)| row_line(model, row, rank, width))
            .collect();
    }
    let room = height.saturating_sub(2).max(1);
    let first = model.cursor.saturating_sub(room / 2).min(all - room);
    let more = |count: usize, arrow: &str| {
        let words = if count == 0 {
            String::new()
        } else {
            format!("  {arrow} {count} de plus")
        };
        Line::styled(words, model.theme.faint)
    };
    let mut lines = vec![more(first, "↑")];
    let shown = rows.iter().enumerate().skip(first).take(room);
    lines.extend(shown.map(|(rank, row)| row_line(model, row, rank, width)));
    lines.push(more(all - first - room, "↓"));
    lines
}

const fn mark(advance: Advance, theme: &Theme) -> (&'static str, Style) {
    match advance {
        Advance::Done => ("✔", theme.good),
        Advance::Begun => ("▸", theme.changed),
        Advance::New => ("○", theme.faint),
    }
}

fn row_line(model: &Model, row: &Row, rank: usize, width: usize) -> Line<'static> {
    let theme = &model.theme;
    let here = rank == model.cursor;
    let lesson = &row.lesson;
    let (advance, facts, name) = match row.part {
        Some(part) => (
            outline::part_advance(lesson, part, &model.progress),
            String::new(),
            lesson.sections[part].title.clone(),
        ),
        None => (
            outline::advance(lesson, &model.progress),
            format!("{}\u{a0}min", lesson.duration.as_secs() / 60),
            lesson.title.clone(),
        ),
    };
    let (glyph, style) = mark(advance, theme);
    let name = format!("{:>2}. {name}", lesson.number);
    let left = width.saturating_sub(facts.chars().count() + 4);
    let name = truncate(&name, left);
    let gap = left.saturating_sub(name.width());
    let line = Line::from(vec![
        Span::styled(if here { "▌" } else { " " }, theme.key),
        Span::styled(format!("{glyph} "), style),
        Span::styled(name, theme.text),
        Span::raw(" ".repeat(gap + 1)),
        Span::styled(facts, theme.faint),
    ]);
    if here {
        line.patch_style(theme.strong)
    } else {
        line
    }
}

/// What comes before it, what it is made of, what one knows after it.
fn detail(model: &Model, row: &Row, width: usize) -> Vec<Line<'static>> {
    let (theme, lesson) = (&model.theme, &row.lesson);
    let mut lines = wrap_text(&lesson.title, theme.title, width);
    let (done, all) = study::tally(lesson, &study::done(lesson, &model.progress));
    let minutes = lesson.duration.as_secs() / 60;
    let words = format!("{minutes}\u{a0}min · {done}/{all} réussis");
    lines.extend(wrap_text(&words, theme.faint, width));
    let missing = outline::missing(model, lesson);
    if !missing.is_empty() {
        let names: Vec<_> = missing
            .iter()
            .map(|it| format!("{}. {}", it.number, it.title))
            .collect();
        let words = format!("▲ Mieux vaut avant\u{a0}: {}", names.join(", "));
        lines.extend(wrap_text(&words, theme.changed, width));
    }
    lines.push(Line::default());
    let place = model.progress.place(&lesson.id).section;
    for (rank, section) in lesson.sections.iter().enumerate() {
        if section.title.is_empty() {
            continue;
        }
        let advance = outline::part_advance(lesson, rank, &model.progress);
        let (glyph, style) = mark(advance, theme);
        let resumed = advance != Advance::New && rank == place && done < all;
        let title = if resumed {
            format!("{} (vous en êtes là)", section.title)
        } else {
            section.title.clone()
        };
        let chosen = row.part == Some(rank) || resumed;
        let style_of_title = if chosen { theme.strong } else { theme.text };
        let first = Line::from(Span::styled(format!("{glyph} "), style));
        lines.extend(wrap(
            &[(title, style_of_title)],
            width,
            &first,
            &Line::raw("  "),
        ));
    }
    lines.push(Line::default());
    for objective in &lesson.objectives {
        let pieces = markdown::inline(objective, theme.text, theme);
        let bullet = Line::from(Span::styled("• ", theme.key));
        lines.extend(wrap(&pieces, width, &bullet, &Line::raw("  ")));
    }
    lines
}
