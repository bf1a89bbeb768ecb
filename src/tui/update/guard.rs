//! What the guard holds back, the learner's consent, and « Ranger ».

use crossterm::event::{KeyCode, KeyEvent};

use super::foresee;
use crate::engine::{Plan, Preview, Tidied, Told};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::message::Message;
use crate::tui::model::{GuardBox, Model, Notice, Overlay};

/// Refusals that are kept for the learner to allow.
const KEPT: usize = 5;
/// Lines of a page of the plan.
const PAGE: usize = 8;

/// What the learner types to see what was held back, and to allow it.
pub(crate) fn consent(model: &Model) -> String {
    if model.linear {
        ":autoriser".to_owned()
    } else {
        model.keymap.by_menu(Action::Guard)
    }
}

/// Applies what the guard says.
pub(super) fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    model.dirty = true;
    match message {
        Message::Guard(Told::Refused(refusal)) => {
            let what = &refusal.what;
            // A long command cuts the end: what to do comes first.
            let words = if refusal.allowable {
                let how = consent(model);
                format!("Garde-fou ({how})\u{a0}: «\u{a0}{what}\u{a0}» a été retenu.")
            } else {
                format!("Garde-fou\u{a0}: «\u{a0}{what}\u{a0}» a été retenu.")
            };
            model.refused.retain(|it| it.key != refusal.key);
            model.refused.push(refusal);
            if model.refused.len() > KEPT {
                model.refused.remove(0);
            }
            model.notice = Some(words.into());
        }
        Message::Guard(Told::Preview(preview)) => foresee::foreseen(model, preview),
        Message::Guard(Told::Note(words)) => model.notice = Some(words.into()),
        // The learner may have closed the box meanwhile.
        Message::TidyPlanned(planned)
            if model.overlay == Some(Overlay::Guard(GuardBox::Waiting)) =>
        {
            model.overlay = None;
            match planned {
                Ok(plan) if plan.is_empty() && plan.kept.is_empty() => {
                    model.notice = Some(Notice {
                        words: "Rien à ranger\u{a0}: la session n’a rien laissé dans ce moteur."
                            .to_owned(),
                        good: true,
                    });
                }
                Ok(plan) => model.overlay = Some(Overlay::Guard(GuardBox::Plan(plan, 0))),
                Err(why) => {
                    model.notice = Some(format!("Rien n’a été rangé\u{a0}: {why}").into());
                }
            }
        }
        Message::Tidied(tidied) => {
            if model.overlay == Some(Overlay::Guard(GuardBox::Waiting)) {
                model.overlay = None;
            }
            model.notice = Some(told(&tidied));
        }
        _ => {}
    }
    Vec::new()
}

fn told(tidied: &Tidied) -> Notice {
    let count = tidied.gone.len();
    let objects = if count > 1 {
        "objets retirés"
    } else {
        "objet retiré"
    };
    let failed = tidied.failed.iter();
    let failed = failed.map(|(what, why)| format!(" Resté\u{a0}: {what} ({why})."));
    let failed: String = failed.collect();
    Notice {
        words: format!("Rangé\u{a0}: {count} {objects}.{failed}"),
        good: tidied.failed.is_empty(),
    }
}

/// Asks what there is to tidy.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    model.overlay = Some(Overlay::Guard(GuardBox::Waiting));
    vec![Effect::PlanTidy]
}

/// A key while the guard's box is open.
pub(super) fn key(model: &mut Model, shown: GuardBox, event: KeyEvent) -> Vec<Effect> {
    match (shown, event.code) {
        (shown, KeyCode::Enter) => confirm(model, shown),
        // Another letter was the beginning of a command: its Enter must not confirm.
        (GuardBox::Refused(_), KeyCode::Char(_)) => {
            model.overlay = None;
            Vec::new()
        }
        (GuardBox::Refused(scroll), code) => {
            let objects = |it: &Preview| it.gone.len() + it.kept.len() + it.unfiltered.len();
            let last = model.foreseen.iter().map(objects).sum();
            let scroll = match code {
                KeyCode::Down => scroll + 1,
                KeyCode::Up => scroll.saturating_sub(1),
                KeyCode::PageDown => scroll + PAGE,
                KeyCode::PageUp => scroll.saturating_sub(PAGE),
                _ => scroll,
            };
            model.overlay = Some(Overlay::Guard(GuardBox::Refused(scroll.min(last))));
            Vec::new()
        }
        (GuardBox::Plan(plan, scroll), code) => {
            let last = plan.gone.len() + plan.kept.len();
            let scroll = match code {
                KeyCode::Down => scroll + 1,
                KeyCode::Up => scroll.saturating_sub(1),
                KeyCode::PageDown | KeyCode::Char(' ') => scroll + PAGE,
                KeyCode::PageUp => scroll.saturating_sub(PAGE),
                KeyCode::Char(_) => {
                    model.overlay = None;
                    return Vec::new();
                }
                _ => scroll,
            };
            model.overlay = Some(Overlay::Guard(GuardBox::Plan(plan, scroll.min(last))));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// Does what the box proposes.
pub(super) fn confirm(model: &mut Model, shown: GuardBox) -> Vec<Effect> {
    match shown {
        GuardBox::Refused(_) => allow(model),
        GuardBox::Plan(plan, _) => carry_out(model, plan),
        GuardBox::Waiting => {
            model.overlay = Some(Overlay::Guard(GuardBox::Waiting));
            Vec::new()
        }
    }
}

fn allow(model: &mut Model) -> Vec<Effect> {
    model.overlay = None;
    let Some(refusal) = model.refused.pop() else {
        return Vec::new();
    };
    if !refusal.allowable {
        return Vec::new();
    }
    model.notice = Some(Notice {
        words: format!(
            "«\u{a0}{}\u{a0}» est autorisé une fois\u{a0}: relancez la commande.",
            refusal.what
        ),
        good: true,
    });
    vec![Effect::Allow(refusal.key)]
}

fn carry_out(model: &mut Model, plan: Plan) -> Vec<Effect> {
    if plan.is_empty() {
        model.overlay = None;
        return Vec::new();
    }
    model.overlay = Some(Overlay::Guard(GuardBox::Waiting));
    vec![Effect::Tidy(plan)]
}

/// Tells the guard what the open lesson declares, when that has changed.
pub(super) fn declare(model: &mut Model) -> Option<Effect> {
    if !model.engine.as_ref().is_some_and(|it| it.guarded) {
        return None;
    }
    let wanted = model
        .study
        .as_ref()
        .map(|it| it.lesson.permissions.clone())
        .unwrap_or_default();
    if wanted == model.declared {
        return None;
    }
    model.declared.clone_from(&wanted);
    Some(Effect::Declare(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Refusal;
    use crate::tui::update::fixtures::Play;

    fn held_back() -> Play {
        let mut play = Play::lesson(120, 40);
        if let Some(engine) = &mut play.model.engine {
            engine.guarded = true;
        }
        play.say(Message::Guard(Told::Refused(Refusal {
            key: "rm base".to_owned(),
            what: "docker rm base".to_owned(),
            reasons: vec!["le conteneur «\u{a0}base\u{a0}» n’a pas été créé ici".to_owned()],
            allowable: true,
        })));
        play
    }

    #[test]
    fn what_was_held_back_is_told_and_allowed_by_enter_alone() {
        let mut play = held_back();
        assert!(play.screen().contains("docker rm base"));
        play.leader('k');
        assert!(
            play.screen().contains("autoriser une fois"),
            "{}",
            play.screen()
        );
        // A letter was the beginning of a command.
        play.keys("d");
        assert_eq!(play.model.overlay, None);
        assert!(play.effects.is_empty());
        play.leader('k');
        play.key(KeyCode::Enter);
        assert_eq!(play.effects, [Effect::Allow("rm base".to_owned())]);
        play.effects.clear();
        play.leader('k');
        play.key(KeyCode::Enter);
        assert!(play.effects.is_empty(), "once");
    }

    /// However long the list of what stays, what a yes does and the keys are in sight.
    #[test]
    fn a_long_preview_is_read_line_by_line() {
        let mut play = Play::lesson(80, 24);
        if let Some(engine) = &mut play.model.engine {
            engine.guarded = true;
        }
        let kept = (0..60).map(|it| format!("«\u{a0}image-de-quelqu-un-{it:02}\u{a0}»"));
        let preview = Preview {
            verb: "image prune".to_owned(),
            kept: kept.collect(),
            ..Preview::default()
        };
        play.say(Message::Guard(Told::Preview(preview)));
        play.say(Message::Guard(Told::Refused(Refusal {
            key: "cache".to_owned(),
            what: "docker builder prune".to_owned(),
            reasons: vec!["il est commun à tous".to_owned()],
            allowable: true,
        })));
        let screen = play.screen();
        assert!(screen.contains("» a été retenu."), "{screen}");
        play.leader('k');
        let screen = play.screen();
        for words in [
            "docker builder prune",
            "défait",
            "autoriser une fois",
            "↑ ↓",
        ] {
            assert!(screen.contains(words), "{words}\n{screen}");
        }
        assert!(!screen.contains("quelqu-un-59"), "{screen}");
        for _ in 0..3 {
            play.key(KeyCode::PageDown);
        }
        let screen = play.screen();
        assert!(screen.contains("quelqu-un-59"), "{screen}");
        assert!(screen.contains("autoriser une fois"), "{screen}");
        assert!(play.effects.is_empty());
    }

    #[test]
    fn nothing_is_tidied_before_it_was_shown() {
        let mut play = held_back();
        play.leader('0');
        assert_eq!(play.effects, [Effect::PlanTidy]);
        play.key(KeyCode::Enter);
        assert_eq!(play.effects, [Effect::PlanTidy], "nothing is shown yet");
        play.say(Message::TidyPlanned(Ok(Plan::default())));
        assert_eq!(play.model.overlay, None);
        assert!(play.screen().contains("Rien à ranger"));
        // The box was closed meanwhile: the plan is for nobody.
        play.leader('0');
        play.key(KeyCode::Esc);
        play.say(Message::TidyPlanned(Err("le moteur dort".to_owned())));
        assert!(!play.screen().contains("le moteur dort"));
    }
}
