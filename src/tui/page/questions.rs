//! Predictions, quizzes and misconceptions on the page.

use ratatui::text::{Line, Span};

use super::Builder;
use crate::lesson::{Choice, Misconception, Prediction, Quiz};
use crate::tui::study::{Answer, Item, Study};
use crate::tui::widgets::markdown;
use crate::tui::widgets::wrap::wrap;

impl Builder {
    /// The question, then the command once an answer is chosen, then why once it has run.
    pub(super) fn prediction(&mut self, study: &Study, block: usize, it: &Prediction) {
        let answer = study.answer(block);
        self.heading("?", "Prédire, puis lancer", self.theme.changed);
        self.inline(&it.question, "", self.theme.text);
        let open = answer.chosen.is_none();
        for (index, choice) in it.choices.iter().enumerate() {
            let item = open.then_some(Item::Choice { block, index });
            self.choice(item, choice, answer.chosen == Some(index), answer.revealed);
        }
        if open {
            self.text(
                "Choisissez d’abord\u{a0}: la commande vient ensuite.",
                self.theme.faint,
            );
            return;
        }
        self.blank();
        let sent = answer.sent.contains(&0);
        self.command(Item::Send { block, index: 0 }, &it.command, sent);
        if answer.revealed {
            self.explain(&answer, &it.choices);
        } else if sent {
            self.action(Item::Reveal { block }, "Voir la réponse");
        }
    }

    /// The question; each answer says at once why it is right or wrong, and a wrong one can be
    /// followed by another.
    pub(super) fn quiz(&mut self, study: &Study, block: usize, it: &Quiz) {
        let answer = study.answer(block);
        self.heading("?", "Question", self.theme.changed);
        self.inline(&it.question, "", self.theme.text);
        let found = answer
            .chosen
            .is_some_and(|it| study.choices(block)[it].right);
        for (index, choice) in it.choices.iter().enumerate() {
            let tried = answer.tried.contains(&index);
            let item = (!found && !tried).then_some(Item::Choice { block, index });
            self.choice(item, choice, tried, tried);
            if tried {
                self.inline(&choice.why, "    ", self.theme.faint);
            }
        }
        if found {
            self.text("✔ C’est cela.", self.theme.good);
        } else if !answer.tried.is_empty() {
            self.text("Essayez une autre réponse.", self.theme.changed);
        }
    }

    /// The belief, the experiment, then the truth.
    pub(super) fn misconception(&mut self, study: &Study, block: usize, it: &Misconception) {
        let answer = study.answer(block);
        self.heading("!", "Idée reçue", self.theme.changed);
        self.inline(&it.belief, "On croit\u{a0}: ", self.theme.text);
        self.blank();
        if !it.experiment.is_empty() {
            self.text(
                "L’expérience, commande par commande\u{a0}:",
                self.theme.faint,
            );
        }
        for (index, trial) in it.experiment.iter().enumerate() {
            let sent = answer.sent.contains(&index);
            self.command(Item::Send { block, index }, &trial.command, sent);
        }
        if answer.revealed {
            self.blank();
            self.inline(&it.truth, "✔ En fait\u{a0}: ", self.theme.good);
        } else {
            self.action(Item::Reveal { block }, "Voir ce qu’il en est");
        }
    }

    fn choice(&mut self, item: Option<Item>, choice: &Choice, chosen: bool, revealed: bool) {
        let (glyph, style) = match (chosen, revealed, choice.right) {
            (true, true, true) => ("✔ ", self.theme.good),
            (true, true, false) => ("✘ ", self.theme.bad),
            (true, false, _) => ("● ", self.theme.strong),
            (false, true, true) => ("→ ", self.theme.good),
            (false, ..) => ("○ ", self.theme.text),
        };
        let item = item.map(|item| self.item(item));
        let first = Line::from(Span::styled(glyph, style));
        let pieces = markdown::inline(&choice.text, self.theme.text, &self.theme);
        let lines = wrap(&pieces, self.width, &first, &Line::raw("  "));
        self.rows(lines, item);
    }

    /// What the chosen answer missed, and the right one.
    fn explain(&mut self, answer: &Answer, choices: &[Choice]) {
        self.blank();
        let Some(chosen) = answer.chosen.and_then(|index| choices.get(index)) else {
            return;
        };
        if chosen.right {
            self.inline(&chosen.why, "✔ Bien vu. ", self.theme.good);
            return;
        }
        self.inline(&chosen.why, "✘ Non. ", self.theme.bad);
        if let Some(right) = choices.iter().find(|choice| choice.right) {
            self.inline(&right.text, "→ Réponse\u{a0}: ", self.theme.good);
            self.inline(&right.why, "  ", self.theme.text);
        }
    }
}
