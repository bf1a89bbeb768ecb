//! The cheat sheet or the glossary: entries by theme on the left, the one under the cursor on the
//! right.

use ratatui::Frame;
use ratatui::layout::{Position, Rect, Size};
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Clear;

use crate::text::glossary::Glossary;
use crate::text::sheet::Sheet;
use crate::tui::book::{Book, Found};
use crate::tui::model::Model;
use crate::tui::panels::goal;
use crate::tui::widgets::wrap::{line_width, truncate, wrap_text};

/// Columns of the list: the longest name fits.
const LIST: u16 = 30;

/// Where things are.
pub(crate) struct Areas {
    head: Rect,
    list: Rect,
    /// The command under the cursor.
    pub(crate) detail: Rect,
    notice: Rect,
}

/// Lays the sheet out: everything but the footer's line.
pub(crate) fn areas(size: Size) -> Areas {
    let height = size.height.saturating_sub(4);
    let row = |y: u16| Rect::new(1, y, size.width.saturating_sub(2), 1);
    Areas {
        head: row(0),
        list: Rect::new(0, 2, LIST, height),
        detail: Rect::new(LIST + 2, 2, size.width.saturating_sub(LIST + 3), height),
        notice: row(size.height.saturating_sub(2)),
    }
}

/// The lines about the entry under the cursor.
pub(crate) fn detail(model: &Model, book: Book) -> Vec<Line<'static>> {
    let width = usize::from(areas(model.size).detail.width);
    let found = Found::of(model, book);
    if let Some(entry) = found.entry(model.book(book).cursor) {
        return entry.lines(width, &model.theme);
    }
    let words = match book {
        Book::Sheet => match Sheet::embedded() {
            Ok(_) => "Aucune commande ne correspond à ces mots.".to_owned(),
            Err(error) => error.to_string(),
        },
        Book::Glossary => match Glossary::embedded() {
            Ok(_) => "Aucun mot du glossaire ne correspond.".to_owned(),
            Err(error) => error.to_string(),
        },
    };
    wrap_text(&words, model.theme.faint, width)
}

/// Draws a book.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model, book: Book) {
    let whole = frame.area();
    let above = Rect {
        height: whole.height.saturating_sub(1),
        ..whole
    };
    frame.render_widget(Clear, above);
    let areas = areas(whole.as_size());
    let found = Found::of(model, book);
    let view = model.book(book);
    head(frame, areas.head, model, book, found.count());
    let list = list(model, &found, view.cursor, usize::from(areas.list.height));
    frame.render_widget(Text::from(list), areas.list.intersection(whole));
    for y in areas.list.y..areas.list.bottom() {
        let cell = Rect::new(LIST, y, 1, 1).intersection(whole);
        frame.render_widget(Span::styled("│", model.theme.faint), cell);
    }
    let detail: Vec<_> = detail(model, book).into_iter().skip(view.scroll).collect();
    let more = detail.len() > usize::from(areas.detail.height);
    frame.render_widget(Text::from(detail), areas.detail.intersection(whole));
    if more {
        let below = Rect {
            y: areas.notice.y,
            height: 1,
            ..areas.detail
        };
        let words = Span::styled("↓ Espace\u{a0}: la suite", model.theme.key);
        frame.render_widget(words, below.intersection(whole));
    }
    if let Some(notice) = &model.notice {
        goal::draw_notice(frame, areas.notice, notice, &model.theme);
    }
}

/// The title, and what is looked for.
fn head(frame: &mut Frame<'_>, area: Rect, model: &Model, book: Book, count: usize) {
    let (theme, view) = (&model.theme, model.book(book));
    let (title, entry) = match book {
        Book::Sheet => ("Aide-mémoire", "commande"),
        Book::Glossary => ("Glossaire", "mot"),
    };
    let plural = if count > 1 { "s" } else { "" };
    let mut line = Line::from(vec![
        Span::styled(title, theme.title),
        Span::styled(format!(" · {count} {entry}{plural}"), theme.faint),
    ]);
    if view.typing || !view.query.is_empty() {
        line.push_span(Span::raw("   Chercher\u{a0}: "));
        line.push_span(Span::styled(view.query.clone(), theme.strong));
    }
    if view.typing && area.width > 0 {
        let column = u16::try_from(line_width(&line)).unwrap_or(u16::MAX);
        let x = area.x + column.min(area.width - 1);
        frame.set_cursor_position(Position { x, y: area.y });
    }
    frame.render_widget(line, area);
}

/// The themes and their entries; those around the cursor when they do not all fit.
fn list(model: &Model, found: &Found, chosen: usize, height: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let width = usize::from(LIST) - 2;
    let mut lines = Vec::new();
    let mut cursor = 0;
    for (rank, entry) in found.entries.iter().enumerate() {
        if let Some((_, title)) = found.themes.iter().find(|(first, _)| *first == rank) {
            let words = format!(" {}", truncate(title, width));
            lines.push(Line::from(Span::styled(words, theme.strong)));
        }
        let here = rank == chosen;
        if here {
            cursor = lines.len();
        }
        let (mark, style) = if here {
            ("▌ ", theme.selected)
        } else {
            ("  ", theme.text)
        };
        let name = truncate(entry.name(), width);
        lines.push(Line::from(vec![
            Span::styled(mark, theme.key),
            Span::styled(name, style),
        ]));
    }
    let last = lines.len().saturating_sub(height);
    let first = cursor.saturating_sub(height / 2).min(last);
    lines.into_iter().skip(first).take(height).collect()
}
