//! A beat of a demo as text: what the room reads, and nothing else.

use ratatui::text::{Line, Span};

use super::{Builder, Page};
use crate::demo::Act;
use crate::lesson::{Block, Choice};
use crate::tui::demo::Demo;
use crate::tui::diagrams::{self, Scene};
use crate::tui::layout;
use crate::tui::model::Model;
use crate::tui::study::Study;
use crate::tui::widgets::markdown;
use crate::tui::widgets::wrap::wrap;

/// Columns of the longest bar of votes.
const BAR: usize = 20;

/// The lines of the beat shown, at the width of the text.
pub(crate) fn lines(model: &Model) -> Vec<Line<'static>> {
    let (Some(study), Some(demo)) = (&model.study, &model.demo) else {
        return Vec::new();
    };
    let mut builder = Builder {
        page: Page::default(),
        width: layout::text_width(model).max(8),
        theme: model.theme,
    };
    if demo.at == 0 {
        builder.objectives(study);
    }
    builder.beat(model, study, demo);
    while builder
        .page
        .rows
        .last()
        .is_some_and(|row| row.line.width() == 0)
    {
        builder.page.rows.pop();
    }
    builder.page.rows.into_iter().map(|row| row.line).collect()
}

impl Builder {
    fn beat(&mut self, model: &Model, study: &Study, demo: &Demo) {
        let Some(beat) = demo.beat() else { return };
        let blocks = study.blocks();
        let Some(block) = blocks.get(beat.block) else {
            return;
        };
        let told = beat.act == Act::Reveal;
        match block {
            Block::Prose(text) => self.prose(text),
            Block::Command(_) => {
                // What was said before goes on being read while the line is typed.
                let before = blocks.iter().take(beat.block).rev();
                let prose = before.into_iter().find_map(|block| match block {
                    Block::Prose(text) => Some(text),
                    _ => None,
                });
                if let Some(text) = prose {
                    self.prose(text);
                }
            }
            Block::File(it) => {
                let path = format!("~/moussaillon/{}", it.path);
                self.heading("▤", &path, self.theme.title);
                let content = it.content.trim_end();
                self.prose(&format!("~~~~~~\u{20}texte\n{content}\n~~~~~~"));
            }
            Block::Prediction(it) => {
                self.heading("?", "Que va-t-il se passer\u{a0}?", self.theme.changed);
                self.question(&it.question, &it.choices, demo, told);
            }
            Block::Quiz(it) => {
                self.heading("?", "Question", self.theme.changed);
                self.question(&it.question, &it.choices, demo, told);
            }
            Block::Misconception(it) => {
                self.heading("!", "Idée reçue", self.theme.changed);
                self.inline(&it.belief, "On croit\u{a0}: ", self.theme.text);
                if told {
                    self.blank();
                    self.inline(&it.truth, "✔ En fait\u{a0}: ", self.theme.good);
                }
            }
            Block::Observation(it) => {
                self.heading("?", "Observer", self.theme.changed);
                self.inline(&it.question, "", self.theme.text);
                if told {
                    self.blank();
                    if let Some(feedback) = study.answer(beat.block).feedback {
                        self.inline(&feedback, "→ ", self.theme.strong);
                    }
                    self.inline(&it.explanation, "  ", self.theme.text);
                }
            }
            Block::Exercise(it) => {
                self.heading("▸", "Exercice", self.theme.title);
                self.prose(&it.instruction);
                if told {
                    self.blank();
                    self.outcome(study, beat.block);
                }
            }
            Block::Diagram(it) => {
                let scene = Scene::new(&model.timeline, study);
                let drawing = diagrams::draw(it.kind, &scene, self.width, &self.theme);
                self.lines(drawing);
                if let Some(caption) = &it.caption {
                    self.inline(caption, "", self.theme.emphasis);
                }
            }
            Block::Recap(it) => {
                self.heading("★", "Bilan", self.theme.title);
                for point in &it.points {
                    self.inline(point, "• ", self.theme.text);
                }
                self.blank();
                self.inline(&it.words.join(", "), "Les mots\u{a0}: ", self.theme.text);
            }
            Block::Note(_) => {}
        }
    }

    /// A question, its answers and the room's votes; the right answer and why, once told.
    fn question(&mut self, question: &str, choices: &[Choice], demo: &Demo, told: bool) {
        self.inline(question, "", self.theme.strong);
        self.blank();
        let votes = demo.tally(choices);
        let all: u32 = votes.iter().sum();
        let asking = demo.beat().is_some_and(|it| it.act == Act::Ask);
        for (index, (choice, votes)) in choices.iter().zip(votes).enumerate() {
            let here = asking && index == demo.choice;
            let (glyph, style) = match (told, choice.right) {
                (true, true) => ("✔", self.theme.good),
                (true, false) => ("✘", self.theme.faint),
                (false, _) if here => ("▸", self.theme.key),
                (false, _) => ("○", self.theme.text),
            };
            let first = Line::from(Span::styled(format!("{glyph} "), style));
            let words = if told { style } else { self.theme.text };
            let pieces = markdown::inline(&choice.text, words, &self.theme);
            self.lines(wrap(&pieces, self.width, &first, &Line::raw("  ")));
            if all > 0 {
                let length = usize::try_from(votes).unwrap_or(0) * BAR
                    / usize::try_from(all).unwrap_or(1).max(1);
                let bar = format!("  {} {votes}", "█".repeat(length));
                self.lines(vec![Line::styled(bar, style)]);
            }
            if told && choice.right {
                self.inline(&choice.why, "  ", self.theme.text);
            }
        }
        if all > 0 {
            let words = match all {
                1 => "1 voix".to_owned(),
                all => format!("{all} voix"),
            };
            self.text(&words, self.theme.faint);
        }
    }

    /// Where the goals of an exercise are, once its solution was played.
    fn outcome(&mut self, study: &Study, block: usize) {
        let attempt = study
            .attempt
            .as_ref()
            .filter(|it| it.key == (study.section, block));
        let done = study
            .exercise_at(block)
            .is_some_and(|it| study.has_passed(&it.id));
        for goal in attempt.map(|it| &it.verdict.goals).into_iter().flatten() {
            let (glyph, style) = if goal.met || done {
                ("✔ ", self.theme.good)
            } else {
                ("✘ ", self.theme.bad)
            };
            self.inline(&goal.label, glyph, style);
            if !goal.met && !done {
                self.inline(goal.message(), "  ", self.theme.changed);
            }
        }
        if done {
            self.text("✔ But atteint.", self.theme.good);
        }
    }
}
