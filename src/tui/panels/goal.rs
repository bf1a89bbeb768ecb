//! One line, always there: where the exercise at hand stands.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Clear;
use unicode_width::UnicodeWidthStr;

use crate::lesson::GoalVerdict;
use crate::tui::keymap::Action;
use crate::tui::model::{Focus, Model, Notice};
use crate::tui::theme::Theme;
use crate::tui::widgets::{markdown, wrap};

/// Nothing is missing where the exercise begins: it is still to be done.
const MET_AT_START: &str =
    "But déjà atteint au départ\u{a0}: suivez d’abord la leçon jusqu’à l’exercice.";

/// Draws the line, or the sentence that stands in its place.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    match &model.notice {
        Some(notice) => draw_notice(frame, area, notice, &model.theme),
        None => frame.render_widget(line(model, usize::from(area.width)), area),
    }
}

/// The line, at this width.
fn line(model: &Model, width: usize) -> Line<'static> {
    let theme = &model.theme;
    let Some(study) = &model.study else {
        return Line::default();
    };
    let (glyph, words, style) = match (&study.attempt, study.exercise()) {
        (Some(attempt), Some((block, exercise))) if attempt.key == (study.section, block) => {
            let goals = &attempt.verdict.goals;
            let met = goals.iter().filter(|goal| goal.met).count();
            let count = format!("{met}/{}", goals.len());
            if study.has_passed(&exercise.id) {
                let next = if study.is_last_section() {
                    String::new()
                } else {
                    // In the other panels, that key has another meaning.
                    let key = match model.focus {
                        Focus::Lesson => model.keymap.key(Action::NextSection),
                        _ => model.keymap.by_menu(Action::NextSection),
                    };
                    format!(" Section suivante\u{a0}: {key}.")
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
        let lesson = model.keymap.by_menu(Action::ShowLesson);
        format!("({lesson}\u{a0}: la suite)")
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

/// Draws the sentence that stands there until the next key: read whole, over the lines above when it
/// is long.
pub(crate) fn draw_notice(frame: &mut Frame<'_>, area: Rect, notice: &Notice, theme: &Theme) {
    let lines = notice_lines(notice, theme, usize::from(area.width));
    let most = usize::from(frame.area().height / 2).max(1);
    let height = u16::try_from(lines.len().min(most)).unwrap_or(1);
    let covered = Rect {
        y: area.bottom().saturating_sub(height),
        height,
        ..area
    };
    let covered = covered.intersection(frame.area());
    frame.render_widget(Clear, covered);
    frame.render_widget(Text::from(lines), covered);
}

fn notice_lines(notice: &Notice, theme: &Theme, width: usize) -> Vec<Line<'static>> {
    let (glyph, style) = if notice.good {
        ('✔', theme.good)
    } else {
        ('▲', theme.changed)
    };
    let style = style.patch(theme.strong);
    let mark = Line::styled(format!(" {glyph} "), style);
    let pieces = [(notice.words.replace('\n', " "), style)];
    wrap::wrap(&pieces, width, &mark, &Line::raw("   "))
}

#[cfg(test)]
mod tests {
    use super::cut;
    use crate::tui::model::{Focus, Notice};
    use crate::tui::update::fixtures::Play;

    /// As long as the longest that the program says.
    const LONG: &str = "Garde-fou\u{a0}: «\u{a0}docker rm --force vitrine-de-la-voisine\u{a0}» a été \
                        retenu. Voir, autoriser une fois\u{a0}: Ctrl-G k, puis relancer la commande.";

    fn noticed(play: &mut Play) -> String {
        play.model.notice = Some(Notice {
            words: LONG.to_owned(),
            good: false,
        });
        play.screen()
    }

    #[test]
    fn a_long_notice_is_read_whole_on_every_screen() {
        let last = "relancer la commande.";
        for (width, height) in [(60, 20), (80, 24), (120, 40)] {
            let mut plays = vec![
                Play::home(width, height),
                Play::lesson(width, height),
                Play::demo(width, height),
            ];
            let mut book = Play::lesson(width, height);
            book.keys("w");
            plays.push(book);
            let mut terminal = Play::lesson(width, height);
            terminal.keys("t");
            assert_eq!(terminal.model.focus, Focus::Terminal);
            plays.push(terminal);
            for mut play in plays {
                let footer = play.screen().lines().last().map(str::to_owned);
                let screen = noticed(&mut play);
                assert!(screen.contains("▲ Garde-fou"), "{screen}");
                assert!(screen.contains(last), "{screen}");
                let kept = screen.lines().last().map(str::to_owned);
                assert_eq!(kept, footer, "the keys stay in sight");
            }
        }
    }

    #[test]
    fn a_long_notice_covers_the_lines_above_it() {
        let mut play = Play::lesson(80, 24);
        insta::assert_snapshot!("long_notice_80", noticed(&mut play));
    }

    #[test]
    fn a_long_verdict_says_where_the_rest_is() {
        assert_eq!(cut("tout tient", "(suite)", 20), "tout tient");
        let cut = cut("un conteneur vit autant que sa commande", "(suite)", 30);
        assert_eq!(cut, "un conteneur vit… (suite)");
    }
}
