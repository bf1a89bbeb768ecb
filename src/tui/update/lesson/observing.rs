//! Observations: an answer is typed, the engine judges it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{goals, keep_cursor_in_sight};
use crate::lesson::progress::Seen;
use crate::lesson::{Answer, Block, Evidence, Observation, Probe, Start, observe};
use crate::tui::effect::Effect;
use crate::tui::model::{Focus, Model, Notice, Overlay};
use crate::tui::study::{Item, Study};
use crate::tui::widgets::markdown;

/// Longest answer: a digest, and then some.
const LONGEST: usize = 200;

/// Opens the box in which an answer is typed: that of this block, else of the first observation of
/// the part that is not done.
pub(in crate::tui::update) fn ask(model: &mut Model, block: Option<usize>) -> Vec<Effect> {
    let block = block.or_else(|| model.study.as_ref().and_then(Study::observation));
    match block {
        Some(block) => {
            let text = String::new();
            model.overlay = Some(Overlay::Answer { block, text });
        }
        None => {
            model.notice = Some("Cette partie ne demande aucune observation.".into());
        }
    }
    model.dirty = true;
    Vec::new()
}

/// Answers the first observation of the part that is not done.
pub(in crate::tui::update) fn answer(model: &mut Model, text: &str) -> Vec<Effect> {
    match model.study.as_ref().and_then(Study::observation) {
        Some(block) => answered(model, block, text),
        None => Vec::new(),
    }
}

/// A key while an answer is typed.
pub(in crate::tui::update) fn key(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Answer { block, text }) = &mut model.overlay else {
        return Vec::new();
    };
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Esc => model.overlay = None,
        KeyCode::Char('c') if control => model.overlay = None,
        KeyCode::Char('u') if control => text.clear(),
        KeyCode::Backspace => {
            text.pop();
        }
        KeyCode::Char(character) if !control && text.chars().count() < LONGEST => {
            text.push(character);
        }
        KeyCode::Enter if !text.trim().is_empty() => {
            let (block, text) = (*block, text.clone());
            model.overlay = None;
            return answered(model, block, &text);
        }
        _ => {}
    }
    Vec::new()
}

/// What the engine says now.
fn truth(model: &Model, observation: &Observation) -> Result<Answer, String> {
    let start = Start::at(&model.timeline);
    let evidence = Evidence {
        start: &start,
        timeline: &model.timeline,
    };
    observe(observation, evidence)
}

fn observation_at(model: &Model, block: usize) -> Option<Observation> {
    match model.study.as_ref()?.blocks().get(block)? {
        Block::Observation(it) => Some(it.clone()),
        _ => None,
    }
}

fn answered(model: &mut Model, block: usize, typed: &str) -> Vec<Effect> {
    let Some(observation) = observation_at(model, block) else {
        return Vec::new();
    };
    let truth = truth(model, &observation);
    let typed = typed.trim().replace('`', "'");
    let (feedback, right) = match &truth {
        Err(why) => (
            format!("Le moteur ne peut pas encore en juger. {why}"),
            false,
        ),
        Ok(answer) if answer.accepts(&typed) => (
            format!("`{typed}`\u{a0}: c’est ce que dit le moteur."),
            true,
        ),
        Ok(answer) => (
            format!(
                "Vous avez répondu `{typed}`. Le moteur dit autre chose\u{a0}: on attend {}.",
                expected(&observation, answer)
            ),
            false,
        ),
    };
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let answer = study.answer_mut(block);
    answer.feedback = Some(feedback.clone());
    // From the terminal, the lesson's page may be out of sight.
    if model.focus != Focus::Lesson {
        model.notice = Some(Notice {
            words: markdown::plain(&feedback, &model.theme),
            good: right,
        });
    }
    if truth.is_ok() {
        // The answer chosen first: 0 when it was right.
        answer.first.get_or_insert(usize::from(!right));
    }
    model.dirty = true;
    if right {
        let effects = goals::done(model, block);
        keep_cursor_in_sight(model);
        return effects;
    }
    // What was said of the answer came above the item, and may have pushed it out of sight.
    super::show_item(model, Item::Answer { block });
    Vec::new()
}

/// Shows what the engine says: the observation is done, though not by an answer.
pub(in crate::tui::update) fn reveal(model: &mut Model, block: usize) -> Vec<Effect> {
    let Some(observation) = observation_at(model, block) else {
        return Vec::new();
    };
    let truth = truth(model, &observation);
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let answer = study.answer_mut(block);
    match truth {
        Err(why) => {
            answer.feedback = Some(format!("Le moteur ne peut pas encore en juger. {why}"));
            return Vec::new();
        }
        Ok(truth) => answer.feedback = Some(format!("Le moteur dit\u{a0}: `{}`.", truth.shown())),
    }
    answer.revealed = true;
    answer.first = Some(1);
    goals::done(model, block)
}

/// What is kept of an observation that is done.
pub(super) fn seen(study: &Study, block: usize, at: u64, engine: Option<String>) -> Seen {
    let answer = study.answer(block);
    Seen {
        at_first: answer.first == Some(0),
        at,
        engine,
    }
}

/// Where the right answer is, and what it looks like.
fn expected(observation: &Observation, answer: &Answer) -> String {
    let shown = answer.shown();
    let looks = if shown.parse::<i128>().is_ok() {
        "un nombre"
    } else if matches!(shown.as_str(), "true" | "false") {
        "oui ou non"
    } else {
        "un texte"
    };
    match &observation.probe {
        Probe::Field { name, path, .. } => {
            format!("{looks}, le champ `{path}` de `{name}` dans `docker inspect`")
        }
        Probe::Engine(path) => format!("{looks}, le champ `{path}` de `docker info`"),
        Probe::Count(_) => format!("{looks}, compté sur le moteur"),
    }
}
