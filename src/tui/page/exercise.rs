//! An exercise on the page: what to do, before / now / target, what is missing, hints, solution.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::Builder;
use crate::lesson::{Exercise, Row};
use crate::tui::study::{Attempt, Item, Study};
use crate::tui::widgets::wrap::{line_width, wrap, wrap_text};

/// From this width, a field and its three values are on one line.
const WIDE: usize = 64;

/// The columns of the table.
const TITLES: [&str; 3] = ["avant", "maintenant", "cible"];

/// Whether no word of a text is wider than this.
fn fits(text: &str, width: usize) -> bool {
    text.split(' ').all(|word| word.width() <= width)
}

/// Why an exercise has not begun.
fn waiting(study: &Study, block: usize) -> &'static str {
    match study.exercise() {
        Some((at, _)) if at == block => "En attente du moteur…",
        _ => "Il commencera quand le précédent sera réussi.",
    }
}

impl Builder {
    pub(super) fn exercise(&mut self, study: &Study, block: usize, it: &Exercise) {
        let answer = study.answer(block);
        let done = study.has_passed(&it.id);
        let style = if done {
            self.theme.good
        } else {
            self.theme.title
        };
        let glyph = if done { "✔" } else { "▸" };
        self.heading(glyph, "Exercice", style);
        self.prose(&it.instruction);
        if let Some(gaps) = it.gaps.as_ref().filter(|_| !done) {
            self.blank();
            self.inline(&format!("`{gaps}`"), "À compléter\u{a0}: ", self.theme.text);
            let words = "Mettre cette ligne dans le terminal, sans la lancer";
            self.action(Item::Prepare { block }, words);
        }
        self.blank();
        let attempt = study
            .attempt
            .as_ref()
            .filter(|it| it.key == (study.section, block));
        match attempt {
            Some(attempt) => self.goals(attempt, done),
            None if done => {}
            None => self.text(waiting(study, block), self.theme.faint),
        }
        if done {
            self.text("✔ Exercice réussi.", self.theme.good);
        }
        for (index, hint) in it.hints.iter().take(answer.hints).enumerate() {
            let prefix = format!("Indice {}/{}\u{a0}: ", index + 1, it.hints.len());
            self.inline(hint, &prefix, self.theme.emphasis);
        }
        if answer.solution {
            self.text("Solution\u{a0}:", self.theme.strong);
            for (index, command) in it.solution.iter().enumerate() {
                let sent = answer.sent.contains(&index);
                self.command(Item::Send { block, index }, command, sent);
            }
        }
        self.blank();
        if !done && answer.hints < it.hints.len() {
            let words = format!("Un indice ({}/{})", answer.hints + 1, it.hints.len());
            self.action(Item::Hint { block }, &words);
        } else if !done && !answer.solution && !it.solution.is_empty() {
            self.action(Item::Solution { block }, "Voir la solution");
        }
        if attempt.is_some() {
            self.action(Item::Reset { block }, "Recommencer l’exercice");
        }
    }

    fn goals(&mut self, attempt: &Attempt, done: bool) {
        let mut titled = false;
        for goal in &attempt.verdict.goals {
            let (glyph, style) = if goal.met || done {
                ("✔ ", self.theme.good)
            } else {
                ("✘ ", self.theme.bad)
            };
            self.pieces(&[(goal.label.clone(), self.theme.text)], glyph, style);
            if done {
                continue;
            }
            titled |= self.table(&goal.rows, !titled);
            if !goal.met {
                self.inline(goal.message(), "  ", self.theme.changed);
            }
        }
        if let Some(case) = attempt.case.as_ref().filter(|_| !done) {
            self.blank();
            self.inline(case, "▲ ", self.theme.changed);
        }
        self.blank();
    }

    /// Before, now, target: on one line with the name of the field when there is room, else under
    /// it. The columns have titles, the first time: gives whether they had them.
    fn table(&mut self, rows: &[Row], mut titles: bool) -> bool {
        const INDENT: usize = 4;
        let wanted = titles;
        let faint = self.theme.faint;
        let wide = self.width >= WIDE;
        let named = if wide { self.width * 2 / 5 } else { INDENT };
        let width = (self.width.saturating_sub(named + 4) / 3).max(1);
        // Each value has a line where a title would be cut.
        let columnar = TITLES.iter().all(|it| fits(it, width));
        for row in rows {
            let (glyph, now) = if row.met {
                ('✔', self.theme.good)
            } else {
                ('✘', self.theme.bad)
            };
            let value = |it: &Option<String>| it.clone().unwrap_or_else(|| "absent".to_owned());
            let values = [
                (value(&row.before), self.theme.text),
                (format!("{glyph} {}", value(&row.now)), now),
                (value(&row.target), self.theme.strong),
            ];
            // Else a column would cut a word: each value has a line.
            let whole = columnar && values.iter().all(|(it, _)| fits(it, width));
            if titles && whole {
                titles = false;
                let titles = TITLES.map(|it| (it.to_owned(), faint));
                self.columns(&Line::raw(" ".repeat(named)), width, titles);
            }
            let name = format!("{} · {}", row.object, row.field);
            // A name that is longer than its column has a line.
            let beside = wide && name.width() + 3 <= named;
            let first = if beside {
                let gap = named.saturating_sub(name.width() + 2);
                Line::from(Span::styled(format!("  {name}{:gap$}", ""), faint))
            } else {
                self.pieces(&[(name, faint)], "  ", faint);
                Line::raw(" ".repeat(named))
            };
            if whole {
                self.columns(&first, width, values);
                continue;
            }
            if beside {
                self.lines(vec![first]);
            }
            for ((text, style), title) in values.iter().zip(TITLES) {
                let prefix = format!("{:INDENT$}{title:<11}", "");
                let title = Line::from(Span::styled(prefix, faint));
                let rest = Line::raw(" ".repeat(INDENT + 2));
                self.lines(wrap(&[(text.clone(), *style)], self.width, &title, &rest));
            }
        }
        wanted && !titles
    }

    /// Three columns after a prefix.
    fn columns(&mut self, first: &Line<'static>, width: usize, columns: [(String, Style); 3]) {
        let cells = columns.map(|(value, style)| wrap_text(&value, style, width));
        let height = cells.iter().map(Vec::len).max().unwrap_or(0);
        for part in 0..height {
            let mut line = if part == 0 {
                first.clone()
            } else {
                Line::raw(" ".repeat(line_width(first)))
            };
            for (index, cell) in cells.iter().enumerate() {
                let content = cell.get(part).cloned().unwrap_or_default();
                let gap = (width + 2).saturating_sub(line_width(&content));
                line.spans.extend(content.spans);
                if index < 2 {
                    line.push_span(Span::raw(" ".repeat(gap)));
                }
            }
            self.lines(vec![line]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::page::Page;
    use crate::tui::theme::Theme;

    fn drawn(row: &Row, width: usize) -> String {
        let mut builder = Builder {
            page: Page::default(),
            width,
            theme: Theme::dark(),
        };
        builder.table(std::slice::from_ref(row), true);
        let lines = builder.page.rows.iter().map(|it| it.line.to_string());
        let lines: Vec<String> = lines.map(|it| it.trim_end().to_owned()).collect();
        assert!(lines.iter().all(|it| it.width() <= width), "{lines:#?}");
        lines.join("\n")
    }

    #[test]
    fn a_long_field_is_whole_at_80_columns() {
        let row = Row {
            object: "registre-de-la-compagnie".to_owned(),
            field: "NetworkSettings.Networks.atelier-de-la-voilerie.IPAMConfig.IPv4Address"
                .to_owned(),
            before: None,
            now: Some("registre.exemple.fr:5000/compagnie/voilerie/atelier:2024-11".to_owned()),
            target: Some("192.168.140.17".to_owned()),
            met: false,
        };
        // The text's width at 80 columns, and beside the terminal at 120.
        insta::assert_snapshot!("goal_long_field_76", drawn(&row, 76));
        insta::assert_snapshot!("goal_long_field_45", drawn(&row, 45));
    }

    #[test]
    fn the_table_cuts_no_word() {
        let row = Row {
            object: "vitrine".to_owned(),
            field: "Config.Image".to_owned(),
            before: None,
            now: Some("busybox:1.36".to_owned()),
            target: Some("nginx:1.27-alpine".to_owned()),
            met: false,
        };
        for width in [30, 34, 40, 45, 64, 77] {
            let text = drawn(&row, width);
            for word in ["busybox:1.36", "nginx:1.27-alpine", "cible"] {
                assert!(text.contains(word), "{word} at {width}:\n{text}");
            }
        }
    }
}
