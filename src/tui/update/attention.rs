//! Whether somebody looks: what is followed is read less often when nobody does.

use crossterm::event::MouseEventKind;

use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::Model;

/// Notes whether the window has the keyboard. What is typed there says so too: a terminal may not.
pub(super) const fn heed(model: &mut Model, message: &Message) {
    match message {
        Message::Focus(here) => model.unfocused = !*here,
        Message::Key(_) | Message::Paste(_) => model.unfocused = false,
        Message::Mouse(event) if matches!(event.kind, MouseEventKind::Down(_)) => {
            model.unfocused = false;
        }
        _ => {}
    }
}

/// Keeps the runtime told. A room looks at a demo while its speaker types in another window.
pub(super) fn fit(model: &mut Model) -> Option<Effect> {
    let away = model.unfocused && model.demo.is_none();
    (away != model.away).then(|| {
        model.away = away;
        Effect::Away(away)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::update::fixtures::Play;

    #[test]
    fn what_is_followed_slows_down_while_nobody_looks() {
        let mut play = Play::lesson(120, 40);
        play.leader('t');
        play.effects.clear();
        play.model.dirty = false;
        play.say(Message::Focus(true));
        assert_eq!(play.effects, []);
        play.say(Message::Focus(false));
        play.say(Message::Focus(false));
        // Once, nothing for the shell, nothing to draw.
        assert_eq!(play.effects, [Effect::Away(true)]);
        play.say(Message::Focus(true));
        assert_eq!(play.effects, [Effect::Away(true), Effect::Away(false)]);
        assert!(!play.model.dirty);
        // A terminal that does not say that it has the keyboard again.
        play.say(Message::Focus(false));
        play.effects.clear();
        play.keys("l");
        assert!(play.effects.contains(&Effect::Away(false)));
    }

    #[test]
    fn a_room_always_looks() {
        let mut play = Play::demo(120, 40);
        play.say(Message::Focus(false));
        assert_eq!(play.effects, []);
    }
}
