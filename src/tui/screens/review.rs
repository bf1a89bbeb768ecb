//! The review of past questions: one at a time, then how many were right.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Clear;

use crate::lesson::{Lesson, Quiz};
use crate::tui::model::Model;
use crate::tui::review::Review;
use crate::tui::theme::Theme;
use crate::tui::widgets::markdown;
use crate::tui::widgets::wrap::{wrap, wrap_text};

/// Longer lines of prose are hard to read.
const WIDEST: u16 = 90;

/// Draws the review at hand.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model) {
    let Some(review) = &model.review else { return };
    let whole = frame.area();
    let above = Rect {
        height: whole.height.saturating_sub(1),
        ..whole
    };
    frame.render_widget(Clear, above);
    let width = whole.width.saturating_sub(4).min(WIDEST);
    let inner = Rect {
        x: (whole.width - width) / 2,
        y: 1,
        width,
        height: above.height.saturating_sub(1),
    };
    let lines = lines(review, usize::from(width), &model.theme);
    frame.render_widget(Text::from(lines), inner.intersection(whole));
}

fn lines(review: &Review, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = vec![Line::from(vec![
        Span::styled("Deux minutes pour se souvenir", theme.title),
        Span::styled(
            format!(
                " · {}/{}",
                (review.rank + 1).min(review.count()),
                review.count()
            ),
            theme.faint,
        ),
    ])];
    lines.push(Line::default());
    match review.question() {
        Some((lesson, quiz)) => question(&mut lines, review, (lesson, quiz), width, theme),
        None => result(&mut lines, review, width, theme),
    }
    lines
}

fn question(
    lines: &mut Vec<Line<'static>>,
    review: &Review,
    (lesson, quiz): (&Lesson, &Quiz),
    width: usize,
    theme: &Theme,
) {
    let from = format!("Leçon {}\u{a0}: {}", lesson.number, lesson.title);
    lines.extend(wrap_text(&from, theme.faint, width));
    let mut told = |mark: &str, mark_style, text: &str, style| {
        let pieces = markdown::inline(text, style, theme);
        let rest = Line::raw(" ".repeat(mark.chars().count()));
        let mark = Line::from(Span::styled(mark.to_owned(), mark_style));
        lines.extend(wrap(&pieces, width, &mark, &rest));
    };
    told("", theme.text, &quiz.question, theme.strong);
    for (rank, choice) in quiz.choices.iter().enumerate() {
        let (glyph, style) = match review.chosen {
            Some(chosen) if chosen == rank && choice.right => ("  ✔ ", theme.good),
            Some(chosen) if chosen == rank => ("  ✘ ", theme.bad),
            Some(_) if choice.right => ("  → ", theme.good),
            Some(_) => ("  ○ ", theme.faint),
            None if rank == review.cursor => ("▌ ○ ", theme.key),
            None => ("  ○ ", theme.text),
        };
        told(glyph, style, &choice.text, theme.text);
        let told_why = review.chosen.is_some_and(|it| it == rank || choice.right);
        if told_why {
            told("    ", theme.text, &choice.why, theme.faint);
        }
    }
}

fn result(lines: &mut Vec<Line<'static>>, review: &Review, width: usize, theme: &Theme) {
    let (right, all) = (review.right, review.count());
    let words = format!("{right} sur {all}.");
    lines.push(Line::styled(words, theme.strong));
    let then = if right == all {
        "Ces questions reviendront plus tard, de plus en plus rarement."
    } else {
        "Les questions manquées reviennent demain, les autres plus tard."
    };
    lines.extend(wrap_text(then, theme.text, width));
}
