//! The lesson's text.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

use crate::text::find::Stretch;
use crate::tui::model::{Focus, Model, Overlay};
use crate::tui::page::Page;
use crate::tui::widgets::highlight::highlight;
use crate::tui::{layout, page};

/// Draws the section shown, with the cursor's mark in the margin.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    #[cfg(debug_assertions)]
    crate::tui::guard::injected("lecon");
    let Some(study) = &model.study else { return };
    let page = page::render(
        study,
        &model.timeline,
        layout::text_width(model),
        &model.theme,
    );
    let height = usize::from(area.height);
    let scroll = study.scroll.min(page.last_scroll(height));
    let focused = model.focus == Focus::Lesson;
    let more = page.rows.len() > scroll + height;
    let found = found(&page, model);
    for (index, row) in page.rows.into_iter().enumerate().skip(scroll).take(height) {
        let y = area.y + u16::try_from(index - scroll).unwrap_or(u16::MAX);
        let here = row.item.is_some() && row.item == study.cursor;
        if here {
            let style = if focused {
                model.theme.key
            } else {
                model.theme.faint
            };
            let mark = Span::styled("▌", style);
            frame.render_widget(
                mark,
                Rect {
                    x: area.x,
                    y,
                    width: area.width.min(1),
                    height: 1,
                },
            );
        }
        let x = area.x + layout::TEXT_LEFT.min(area.width);
        let width = area.width.saturating_sub(layout::TEXT_LEFT);
        frame.render_widget(
            row.line,
            Rect {
                x,
                y,
                width,
                height: 1,
            },
        );
    }
    let text = Rect {
        x: area.x + layout::TEXT_LEFT.min(area.width),
        width: area.width.saturating_sub(layout::TEXT_LEFT),
        ..area
    };
    for (stretch, style) in found {
        highlight(frame, text, scroll, &stretch, style);
    }
    if more && area.height > 0 && area.width > 0 {
        let corner = Rect {
            x: area.right() - 1,
            y: area.bottom() - 1,
            width: 1,
            height: 1,
        };
        frame.render_widget(Span::styled("▼", model.theme.key), corner);
    }
}

/// What was looked for in the text, and how it looks.
fn found(page: &Page, model: &Model) -> Vec<(Stretch, Style)> {
    let Some(Overlay::Search(search)) = &model.overlay else {
        return Vec::new();
    };
    if search.panel != Focus::Lesson {
        return Vec::new();
    }
    let found = page.laid().find(&search.query).into_iter().enumerate();
    found
        .flat_map(|(rank, stretches)| {
            let style = model.theme.found(rank == search.at);
            stretches.into_iter().map(move |it| (it, style))
        })
        .collect()
}
