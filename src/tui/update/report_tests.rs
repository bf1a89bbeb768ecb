//! When a lesson's preparation is looked at, and what is said of it.

use crossterm::event::KeyCode;

use super::fixtures::Play;
use crate::ready::preflight::{Finding, Level};
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::Overlay;

fn looked(play: &Play) -> usize {
    let looks = |it: &&Effect| matches!(it, Effect::Prepare { asked: false, .. });
    play.effects.iter().filter(looks).count()
}

fn found(level: Level) -> Message {
    Message::Prepared {
        lesson: "image-conteneur".to_owned(),
        asked: false,
        found: Ok(vec![Finding {
            level,
            what: "Le port 8080 est pris".to_owned(),
            advice: vec!["Arrêtez-le.".to_owned()],
        }]),
    }
}

#[test]
fn a_lesson_is_looked_at_once_each_time_it_is_opened() {
    let mut play = Play::home(100, 30);
    assert_eq!(looked(&play), 0);
    play.key(KeyCode::Enter);
    assert_eq!(looked(&play), 1);
    let state = play.model.timeline.state().clone();
    play.say(Message::State(crate::engine::EngineState::Live(state)));
    assert_eq!(looked(&play), 1);
    play.key(KeyCode::Esc);
    play.key(KeyCode::Enter);
    assert_eq!(looked(&play), 2);
}

#[test]
fn only_what_matters_is_said() {
    let mut play = Play::lesson(100, 30);
    let before = play.screen();
    play.say(found(Level::Good));
    play.say(found(Level::Note));
    assert_eq!(play.screen(), before);
    play.say(found(Level::Trouble));
    assert!(play.screen().contains("8080"), "{}", play.screen());
    assert_eq!(play.model.overlay, None);
    play.say(found(Level::Blocking));
    assert!(play.screen().contains("Arrêtez-le."), "{}", play.screen());
    play.key(KeyCode::Char('c'));
    let copied = |it: &Effect| matches!(it, Effect::CopyText { text, .. } if text.contains("8080"));
    assert!(play.effects.iter().any(copied));
    play.key(KeyCode::Esc);
    assert_eq!(play.model.overlay, None);
}

#[test]
fn what_is_asked_is_answered_even_when_all_is_well() {
    let mut play = Play::lesson(100, 30);
    let Message::Prepared { lesson, found, .. } = found(Level::Good) else {
        unreachable!("it is one");
    };
    play.say(Message::Prepared {
        lesson,
        asked: true,
        found,
    });
    assert_eq!(play.model.overlay, Some(Overlay::Report(0)));
    // Another lesson's answer comes too late.
    play.key(KeyCode::Esc);
    play.say(Message::Prepared {
        lesson: "autre".to_owned(),
        asked: true,
        found: Err("trop tard".to_owned()),
    });
    assert_eq!(play.model.overlay, None);
}
