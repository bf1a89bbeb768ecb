//! Observations, files, diagrams and the summary on the page.

use super::Builder;
use crate::domain::Timeline;
use crate::lesson::{Diagram, File, Observation, Recap};
use crate::text::glossary::Glossary;
use crate::tui::diagrams::{self, Scene};
use crate::tui::study::{Item, Study};

impl Builder {
    /// The question, how to see the answer, what was answered and what the engine says.
    pub(super) fn observation(&mut self, study: &Study, block: usize, it: &Observation) {
        let answer = study.answer(block);
        let done = study.done.contains(&it.id);
        let (glyph, style) = if done {
            ("✔", self.theme.good)
        } else {
            ("?", self.theme.changed)
        };
        self.heading(glyph, "Observer", style);
        self.inline(&it.question, "", self.theme.text);
        self.blank();
        let sent = answer.sent.contains(&0);
        self.command(Item::Send { block, index: 0 }, &it.command, sent);
        if let Some(feedback) = &answer.feedback {
            let (mark, style) = match (done, answer.revealed) {
                (true, false) => ("✔ ", self.theme.good),
                (true, true) => ("→ ", self.theme.strong),
                (false, _) => ("✘ ", self.theme.bad),
            };
            self.inline(feedback, mark, style);
        }
        if done {
            self.inline(&it.explanation, "  ", self.theme.text);
            return;
        }
        let again = if answer.feedback.is_some() {
            "Répondre à nouveau"
        } else {
            "Répondre"
        };
        self.action(Item::Answer { block }, again);
        if answer.feedback.is_some() {
            self.action(Item::Reveal { block }, "Voir la réponse du moteur");
        }
    }

    /// Where the file goes, and all of it.
    pub(super) fn file(&mut self, study: &Study, block: usize, it: &File) {
        let path = format!("~/moussaillon/{}", it.path);
        self.heading("▤", &path, self.theme.title);
        let language = match it.path.rsplit(['/', '.']).next() {
            Some("Dockerfile") => "dockerfile",
            Some("json") => "json",
            Some("yaml" | "yml") => "yaml",
            _ => "texte",
        };
        // A fence longer than any in the file.
        self.prose(&format!(
            "~~~~~~\u{20}{language}\n{}\n~~~~~~",
            it.content.trim_end()
        ));
        let words = if study.answer(block).sent.contains(&0) {
            "✔ Écrit\u{a0}; l’écrire à nouveau"
        } else {
            "Écrire ce fichier, par une commande du terminal"
        };
        self.action(Item::Send { block, index: 0 }, words);
    }

    /// The drawing, with what the engine holds now; in sentences for who asks.
    pub(super) fn diagram(
        &mut self,
        study: &Study,
        block: usize,
        it: &Diagram,
        timeline: &Timeline,
    ) {
        let scene = Scene::new(timeline, study);
        let lines = diagrams::draw(it.kind, &scene, self.width, &self.theme);
        self.lines(lines);
        if let Some(caption) = &it.caption {
            self.inline(caption, "", self.theme.emphasis);
        }
        if study.answer(block).revealed {
            self.inline(diagrams::reading(it.kind), "", self.theme.text);
        } else {
            self.action(Item::Reveal { block }, "Lire ce schéma en phrases");
        }
    }

    /// What to keep of the lesson, and its words with their meaning.
    pub(super) fn recap(&mut self, block: usize, it: &Recap) {
        self.heading("★", "Bilan", self.theme.title);
        for point in &it.points {
            self.inline(point, "• ", self.theme.text);
        }
        if it.words.is_empty() {
            return;
        }
        self.blank();
        self.text("Les mots de la leçon", self.theme.strong);
        let glossary = Glossary::embedded().ok();
        for word in &it.words {
            match glossary.and_then(|it| it.resolve(word)) {
                Some(term) => {
                    let english = format!("({})", term.english);
                    self.inline(
                        &format!("**{}** {english}", term.name),
                        "• ",
                        self.theme.text,
                    );
                }
                None => self.inline(word, "• ", self.theme.text),
            }
        }
        self.action(Item::Words { block }, "Relire leur sens dans le glossaire");
    }
}
