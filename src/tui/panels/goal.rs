//! One line, always there: where the exercise at hand stands.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::lesson::GoalVerdict;
use crate::tui::model::{Focus, Model, Notice};
use crate::tui::theme::Theme;
use crate::tui::widgets::{markdown, wrap};

/// Nothing is missing where the exercise begins: it is still to be done.
const MET_AT_START: &str =
    "But déjà atteint au départ\u{a0}: suivez d’abord la leçon jusqu’à l’exercice.";

/// Draws the line.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    frame.render_widget(line(model, usize::from(area.width)), area);
}

/// The line, at this width.
pub(crate) fn line(model: &Model, width: usize) -> Line<'static> {
    let theme = &model.theme;
    if let Some(notice) = &model.notice {
        return notice_line(notice, theme, width);
    }
    let Some(study) = &model.study else {
        return Line::default();
    };
    let (glyph, words, style) = match (&study.attempt, study.exercise()) {
        (Some(attempt), Some((block, exercise))) if attempt.key == (study.section, block) => {
            let goals = &attempt.verdict.goals;
            let met = goals.iter().filter(|goal| goal.met).count();
            let count = format!("{met}/{}", goals.len());
            if study.done.contains(&exercise.id) {
                let leader = model.keymap.leader().label();
                let next = if study.is_last_section() {
                    String::new()
                } else {
                    format!(" Section suivante\u{a0}: n (dans le terminal\u{a0}: {leader} n).")
                };
                ("✔", format!("Exercice réussi.{next}"), theme.good)
            } else if let Some(case) = &attempt.case {
                ("▲", case.clone(), theme.changed)
            } else if attempt.verdict.is_met() && !attempt.open {
                ("·", MET_AT_START.to_owned(), theme.faint)
            } else {
                let words = attempt
                    .verdict
                    .first_missing()
                    .map_or("", GoalVerdict::message);
                ("✘", format!("But {count}\u{a0}: {words}"), theme.changed)
            }
        }
        _ => {
            let (done, all) = study.tally();
            let at = study.section + 1;
            let sections = study.lesson.sections.len();
            let words = format!("Section {at}/{sections} · {done}/{all} réussis");
            ("·", words, theme.faint)
        }
    };
    let plain = markdown::plain(&words.replace('\n', " "), theme);
    let words = cut(&plain, &rest(model), width.saturating_sub(4));
    Line::from(vec![
        Span::styled(format!(" {glyph} "), style.patch(theme.strong)),
        Span::styled(words, style),
    ])
}

/// Where the rest of a verdict is: the exercise says it whole.
fn rest(model: &Model) -> String {
    if model.focus == Focus::Lesson {
        "(la suite sous l’exercice)".to_owned()
    } else {
        format!("({} l\u{a0}: la suite)", model.keymap.leader().label())
    }
}

/// A text on one line: cut between two words, and followed by where the rest is, when it is too
/// long.
fn cut(text: &str, rest: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(rest.width() + 1);
    let begun = wrap::truncate(text, room);
    let end = begun.rfind(' ').filter(|_| begun.ends_with('…'));
    match end {
        Some(end) => format!("{}… {rest}", &begun[..end]),
        None => wrap::truncate(text, width),
    }
}

/// The sentence that stands there until the next key.
pub(crate) fn notice_line(notice: &Notice, theme: &Theme, width: usize) -> Line<'static> {
    let (glyph, style) = if notice.good {
        ('✔', theme.good)
    } else {
        ('▲', theme.changed)
    };
    let words = wrap::truncate(&format!(" {glyph} {}", notice.words), width);
    Line::from(Span::styled(words, style.patch(theme.strong)))
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_long_verdict_says_where_the_rest_is() {
        assert_eq!(cut("tout tient", "(suite)", 20), "tout tient");
        let cut = cut("un conteneur vit autant que sa commande", "(suite)", 30);
        assert_eq!(cut, "un conteneur vit… (suite)");
    }
}
