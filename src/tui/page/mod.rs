//! A section of a lesson as lines, and which of them the cursor can be on.

mod exercise;
mod objects;
mod questions;
pub(crate) mod stage;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::study::{Item, Study};
use super::theme::Theme;
use super::widgets::markdown;
use super::widgets::wrap::{Piece, wrap, wrap_code};
use crate::domain::Timeline;
use crate::lesson::Block;
use crate::text::find::Laid;

/// Columns of the deepest hanging indent.
const DEEPEST: usize = 4;

/// A line, and the item it belongs to.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// What is shown.
    pub(crate) line: Line<'static>,
    /// The rank of the item it is part of.
    pub(crate) item: Option<usize>,
}

/// A section, laid out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    /// Its lines.
    pub(crate) rows: Vec<Row>,
    /// What Enter can act on, from top to bottom.
    pub(crate) items: Vec<Item>,
}

impl Page {
    /// The first line of an item, and the line after its last one.
    pub(crate) fn span(&self, item: usize) -> Option<(usize, usize)> {
        let first = self.rows.iter().position(|row| row.item == Some(item))?;
        let last = self.rows.iter().rposition(|row| row.item == Some(item))?;
        Some((first, last + 1))
    }

    /// Its words, for searches: a paragraph goes on over the ends of its lines.
    pub(crate) fn laid(&self) -> Laid {
        let mut laid = Laid::default();
        for (number, row) in (0..).zip(&self.rows) {
            let line = row.line.to_string();
            let words = line.trim_start();
            if words.is_empty() {
                laid.cut();
            } else {
                laid.add(number, line.width() - words.width(), words.trim_end());
                laid.space();
            }
        }
        laid
    }

    /// The last first line that still fills the panel.
    pub(crate) fn last_scroll(&self, height: usize) -> usize {
        self.rows.len().saturating_sub(height.max(1))
    }
}

/// Lays the section shown out, with what the engine holds now.
pub(crate) fn render(study: &Study, timeline: &Timeline, width: usize, theme: &Theme) -> Page {
    let mut builder = Builder {
        page: Page::default(),
        width: width.max(8),
        theme: *theme,
    };
    if study.section == 0 {
        builder.lesson_head(study);
    }
    let title = study.section_title();
    if !(study.section == 0 && title == study.lesson.title) {
        builder.text(title, theme.title);
        builder.blank();
    }
    for (index, block) in study.blocks().iter().enumerate() {
        builder.block(study, timeline, index, block);
    }
    builder.section_end(study);
    builder.page
}

struct Builder {
    page: Page,
    width: usize,
    theme: Theme,
}

impl Builder {
    fn lesson_head(&mut self, study: &Study) {
        let lesson = &study.lesson;
        self.text(&lesson.title, self.theme.title);
        let minutes = lesson.duration.as_secs() / 60;
        self.text(&format!("{minutes}\u{a0}min"), self.theme.faint);
        self.blank();
        self.objectives(study);
    }

    /// What the lesson is for.
    fn objectives(&mut self, study: &Study) {
        let lesson = &study.lesson;
        if !lesson.objectives.is_empty() {
            self.text(
                "Au bout de cette leçon, vous saurez\u{a0}:",
                self.theme.text,
            );
            for objective in &lesson.objectives {
                self.inline(objective, "• ", self.theme.text);
            }
            self.blank();
        }
    }

    fn block(&mut self, study: &Study, timeline: &Timeline, index: usize, block: &Block) {
        match block {
            Block::Prose(text) => self.prose(text),
            Block::Command(command) => {
                let sent = study.answer(index).sent.contains(&0);
                self.command(
                    Item::Send {
                        block: index,
                        index: 0,
                    },
                    command,
                    sent,
                );
            }
            Block::Prediction(prediction) => self.prediction(study, index, prediction),
            Block::Quiz(quiz) => self.quiz(study, index, quiz),
            Block::Misconception(idea) => self.misconception(study, index, idea),
            Block::Exercise(exercise) => self.exercise(study, index, exercise),
            Block::Observation(it) => self.observation(study, index, it),
            Block::File(it) => self.file(study, index, it),
            Block::Diagram(it) => self.diagram(study, index, it, timeline),
            Block::Recap(it) => self.recap(index, it),
            // For the speaker only.
            Block::Note(_) => return,
        }
        self.blank();
    }

    fn section_end(&mut self, study: &Study) {
        if study.is_last_section() {
            let (done, all) = study.tally();
            let words = if done == all {
                "Leçon terminée\u{a0}: bravo. Revenir à l’accueil".to_owned()
            } else {
                format!("Fin de la leçon ({done}/{all} réussis). Revenir à l’accueil")
            };
            self.action(Item::Finish, &words);
            if done > 0 {
                self.action(
                    Item::Attest,
                    "Écrire l’attestation de ce que vous avez montré",
                );
            }
        } else {
            let next = &study.lesson.sections[study.section + 1].title;
            self.action(
                Item::NextSection,
                &format!("Section suivante\u{a0}: {next}"),
            );
        }
    }

    fn prose(&mut self, text: &str) {
        let lines = markdown::render(text, self.width, &self.theme);
        self.lines(lines);
    }

    /// A command line and what Enter does to it.
    fn command(&mut self, item: Item, command: &str, sent: bool) {
        let item = self.item(item);
        let prompt = Line::from(Span::styled("$ ", self.theme.faint));
        let (rest, code) = (Line::raw("    "), self.theme.code);
        let command = command.trim_end_matches('\n');
        let mut lines = wrap_code(command, code, self.width, &prompt, &rest);
        lines.push(if sent {
            Line::from(vec![
                Span::styled("  ✔ envoyée", self.theme.good),
                Span::styled(" · Entrée\u{a0}: renvoyer", self.theme.faint),
            ])
        } else {
            Line::styled("  ↵ envoyer au terminal", self.theme.faint)
        });
        self.rows(lines, Some(item));
    }

    /// A line that Enter acts on.
    fn action(&mut self, item: Item, words: &str) {
        let item = self.item(item);
        let arrow = Line::from(Span::styled("→ ", self.theme.key));
        let pieces = [(words.to_owned(), self.theme.text)];
        let lines = wrap(&pieces, self.width, &arrow, &Line::raw("  "));
        self.rows(lines, Some(item));
    }

    /// The heading of a block that asks something.
    fn heading(&mut self, glyph: &str, words: &str, style: Style) {
        let title = format!("{glyph} {words} ");
        let rule = self.width.saturating_sub(title.chars().count());
        self.lines(vec![Line::from(vec![
            Span::styled(title, style.patch(self.theme.strong)),
            Span::styled("─".repeat(rule), self.theme.faint),
        ])]);
    }

    /// A paragraph of Markdown after a prefix, with a hanging indent.
    fn inline(&mut self, text: &str, prefix: &str, style: Style) {
        let pieces = markdown::inline(text.trim(), style, &self.theme);
        self.pieces(&pieces, prefix, style);
    }

    fn pieces(&mut self, pieces: &[Piece], prefix: &str, style: Style) {
        let first = Line::from(Span::styled(prefix.to_owned(), style));
        // A long prefix would push the text to the right edge.
        let indent = if first.width() > DEEPEST {
            2
        } else {
            first.width()
        };
        let rest = Line::raw(" ".repeat(indent));
        self.lines(wrap(pieces, self.width, &first, &rest));
    }

    fn text(&mut self, text: &str, style: Style) {
        self.pieces(&[(text.to_owned(), style)], "", style);
    }

    fn blank(&mut self) {
        if self
            .page
            .rows
            .last()
            .is_some_and(|row| row.line.width() > 0)
        {
            self.lines(vec![Line::default()]);
        }
    }

    fn item(&mut self, item: Item) -> usize {
        self.page.items.push(item);
        self.page.items.len() - 1
    }

    fn lines(&mut self, lines: Vec<Line<'static>>) {
        self.rows(lines, None);
    }

    fn rows(&mut self, lines: Vec<Line<'static>>, item: Option<usize>) {
        self.page
            .rows
            .extend(lines.into_iter().map(|line| Row { line, item }));
    }
}
