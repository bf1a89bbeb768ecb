//! What is said, once: what was not there the last time it was looked at.

use std::collections::BTreeSet;

use super::{course, section, spoken};
use crate::domain::Step;
use crate::text::changes;
use crate::tui::model::{GuardBox, Link, Model, Overlay, ShellState};
use crate::tui::screens::guard;
use crate::tui::study::Study;

/// Where the learner is.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    Home,
    /// The lesson, and the rank of its part.
    Part(String, usize),
}

/// What was said already.
#[derive(Debug, Default)]
pub(crate) struct Telling {
    link: Option<Link>,
    shell_ended: bool,
    place: Option<Place>,
    part: Vec<String>,
    /// The rank of the step that is being told, and what was said of it.
    step: Option<usize>,
    changes: BTreeSet<String>,
    ended: bool,
    advised: bool,
    asked: Option<Overlay>,
}

impl Telling {
    /// What the next look reads from its beginning.
    pub(crate) fn forget_place(&mut self) {
        self.place = None;
    }

    /// What is new, in lines. Takes the notice and what has no meaning without a screen.
    pub(crate) fn news(&mut self, model: &mut Model) -> Vec<String> {
        let mut lines = Vec::new();
        self.engine(model, &mut lines);
        self.shell(model, &mut lines);
        self.steps(model, &mut lines);
        if let Some(notice) = model.notice.take() {
            lines.push(notice.words);
        }
        self.question(model, &mut lines);
        self.place(model, &mut lines);
        // The notice and the text may say the same.
        lines.dedup();
        lines.iter().map(|it| spoken(it)).collect()
    }

    fn engine(&mut self, model: &Model, lines: &mut Vec<String>) {
        if self.link.as_ref() == Some(&model.link) {
            return;
        }
        let first = self.link.is_none() || self.link == Some(Link::Connecting);
        match (&model.link, &model.engine) {
            (Link::Live, Some(engine)) if first => {
                let name = model.engine_name();
                let name = name.as_deref().map(section::sentence).unwrap_or_default();
                lines.push(format!("{name} {}", engine.why).trim_start().to_owned());
            }
            (Link::Live, _) => lines.push("Le moteur répond à nouveau.".to_owned()),
            (Link::Lost(why), _) => lines.push(format!("Le moteur ne répond plus\u{a0}: {why}")),
            (Link::None(why), _) => lines.push(format!("Aucun moteur\u{a0}: {why}")),
            (Link::Connecting, _) => {}
        }
        self.link = Some(model.link.clone());
    }

    fn shell(&mut self, model: &Model, lines: &mut Vec<String>) {
        let words = match &model.shell {
            ShellState::Ended(code) => format!("Le shell s’est terminé, code {code}."),
            ShellState::Failed(why) => format!("Le terminal n’a pas pu s’ouvrir\u{a0}: {why}."),
            _ => {
                self.shell_ended = false;
                return;
            }
        };
        if !std::mem::replace(&mut self.shell_ended, true) {
            lines.push(format!("{words} :terminal en ouvre un autre."));
        }
    }

    /// The steps since the last one told, and what is new in that one.
    fn steps(&mut self, model: &Model, lines: &mut Vec<String>) {
        let steps = model.timeline.steps();
        let first = self.step.unwrap_or(0);
        for (rank, step) in steps.iter().enumerate().skip(first) {
            if self.step != Some(rank) {
                self.step = Some(rank);
                self.changes.clear();
                self.ended = false;
                // A travel is no command: what was said of the last error is said.
                self.advised &= step.command.is_none();
            }
            self.step(step, lines);
        }
        if let Some(advice) = &model.advice
            && !std::mem::replace(&mut self.advised, true)
        {
            let remedy = advice.remedies.first().map_or("", String::as_str);
            lines.push(format!(
                "Cette erreur\u{a0}: {} {} :expliquer en dit plus.",
                section::sentence(&advice.what),
                section::sentence(remedy),
            ));
        }
    }

    fn step(&mut self, step: &Step, lines: &mut Vec<String>) {
        let over = step.command.as_ref().filter(|it| it.took.is_some());
        let ended = over.is_some() && !std::mem::replace(&mut self.ended, true);
        if let Some(code) = over.and_then(|it| it.status).filter(|it| ended && *it != 0) {
            lines.push(format!("La commande a échoué, code {code}."));
        }
        let changes = changes::lines(&step.diff());
        let none = changes.is_empty() && self.changes.is_empty();
        for change in changes {
            if self.changes.insert(change.clone()) {
                lines.push(change);
            }
        }
        if ended && none && !step.calls.is_empty() {
            lines.push("Aucun changement dans le moteur.".to_owned());
        }
    }

    /// What waits for a yes; the rest needs a screen.
    fn question(&mut self, model: &mut Model, lines: &mut Vec<String>) {
        if !matches!(
            model.overlay,
            Some(Overlay::Reset { .. } | Overlay::Guard(_))
        ) {
            model.overlay = None;
        }
        if let Some(Overlay::Guard(shown)) = &model.overlay
            && self.asked != model.overlay
        {
            const WIDTH: usize = 10_000;
            let box_lines = guard::lines(model, shown, WIDTH);
            // Its last line is for the keys of a screen.
            let said = box_lines.len().saturating_sub(1);
            lines.extend(box_lines.iter().take(said).map(ToString::to_string));
            if *shown != GuardBox::Waiting {
                lines.push(":oui pour le faire, :non pour y renoncer.".to_owned());
            }
        }
        if let Some(Overlay::Reset { commands, .. }) = &model.overlay
            && self.asked != model.overlay
        {
            lines.push("Recommencer l’exercice envoie au terminal\u{a0}:".to_owned());
            lines.extend(commands.iter().cloned());
            lines.push(":oui pour envoyer, :non pour y renoncer.".to_owned());
        }
        self.asked.clone_from(&model.overlay);
    }

    fn place(&mut self, model: &Model, lines: &mut Vec<String>) {
        if model.course.is_none() {
            return;
        }
        let place = match &model.study {
            Some(study) => Place::Part(study.lesson.id.clone(), study.section),
            None => Place::Home,
        };
        let arrived = self.place.as_ref() != Some(&place);
        self.place = Some(place);
        let Some(study) = &model.study else {
            let list = course::lines(model);
            // Another path, or another lesson done.
            if arrived || list != self.part {
                lines.extend(list.iter().cloned());
            }
            self.part = list;
            return;
        };
        let part = section::paragraphs(study);
        if arrived {
            lines.extend(section::heading(study));
            lines.extend(part.iter().cloned());
        } else {
            let fresh = fresh(&self.part, &part);
            if fresh.iter().any(|it| it.starts_with("But ")) {
                lines.extend(count(study));
            }
            lines.extend(fresh);
        }
        self.part = part;
    }
}

/// The paragraphs that were not there before; one that is there twice counts twice.
fn fresh(before: &[String], now: &[String]) -> Vec<String> {
    let mut left: Vec<&String> = before.iter().collect();
    let mut fresh = Vec::new();
    for paragraph in now {
        match left.iter().position(|it| *it == paragraph) {
            Some(at) => {
                left.remove(at);
            }
            None => fresh.push(paragraph.clone()),
        }
    }
    fresh
}

/// `Buts atteints : 1 sur 2.`
fn count(study: &Study) -> Option<String> {
    let (block, exercise) = study.exercise()?;
    let attempt = study
        .attempt
        .as_ref()
        .filter(|it| it.key == (study.section, block) && !study.has_passed(&exercise.id))?;
    let goals = &attempt.verdict.goals;
    let met = goals.iter().filter(|it| it.met).count();
    Some(format!("Buts atteints\u{a0}: {met} sur {}.", goals.len()))
}
