//! What a line of the linear mode asks.

use super::{action, guard, lesson};
use crate::tui::effect::Effect;
use crate::tui::linear::Asked;
use crate::tui::model::{Focus, Model, Overlay};

/// Does what is asked. What is said is read where the text is.
pub(super) fn asked(model: &mut Model, asked: Asked) -> Vec<Effect> {
    model.focus = Focus::Lesson;
    model.dirty = true;
    match asked {
        Asked::Act(action) => action::perform(model, action),
        Asked::Item(item) => lesson::act_on(model, item),
        Asked::Open(rank) => {
            model.cursor = rank;
            lesson::open(model)
        }
        Asked::Answer(text) => lesson::answer(model, &text),
        Asked::Confirm(yes) => match model.overlay.take() {
            Some(Overlay::Reset { commands, .. }) if yes => action::reset(model, commands),
            Some(Overlay::Guard(shown)) if yes => guard::confirm(model, shown),
            Some(Overlay::Reset { .. } | Overlay::Guard(_)) => Vec::new(),
            _ => {
                model.notice = Some("Rien n’attend de réponse.".into());
                Vec::new()
            }
        },
    }
}
