//! What comes from an engine, a program or a lesson is shown, never obeyed: no escape sequence, no
//! direction of writing, and a line of a million letters holds nothing up.

use std::time::SystemTime;

use crossterm::event::KeyCode;
use serde_json::json;

use super::fixtures::{Play, container, image, snapshot};
use crate::domain::{ContainerState, Object, Occurrence, Snapshot};
use crate::engine::EngineState;
use crate::ready::preflight::{Finding, Level};
use crate::tui::message::Message;
use crate::tui::panes::PANES;

/// A title, a clearing of the screen, a change of direction, bells, a C1 control sequence.
const HOSTILE: &str =
    "avant\x1b]0;titre\x07\x1b[2J\u{202e}envers\u{2066}\u{200b}\0\x07\u{9b}31m\u{85}après";

#[track_caller]
fn assert_harmless(play: &Play, place: &str) {
    for (at, cell) in play.cells().iter().enumerate() {
        let wrong = |it: char| {
            it.is_control()
                || matches!(it, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        assert!(!cell.contains(wrong), "{place}, cell {at}: {cell:?}");
    }
}

/// An engine whose every text is this one.
fn engine_of(text: &str) -> Snapshot {
    let Object::Container(mut made) = container("vitrine", ContainerState::Running) else {
        unreachable!("it is a container");
    };
    made.name = text.to_owned();
    made.image = text.to_owned();
    made.command = vec![text.to_owned(), text.to_owned()];
    made.labels.insert(text.to_owned(), text.to_owned());
    let mut document = serde_json::Value::clone(&made.document);
    document["Name"] = json!(text);
    document["Config"] =
        json!({"Env": [text], "Cmd": [text], "Labels": {text: text}, "Image": text});
    document["Mounts"] =
        json!([{"Type": "volume", "Name": text, "Source": text, "Destination": text}]);
    made.document = document.into();
    let Object::Image(mut from) = image() else {
        unreachable!("it is an image");
    };
    from.tags = vec![text.to_owned()];
    snapshot([Object::Container(made), Object::Image(from)])
}

fn shows(text: &str, size: (u16, u16)) {
    let mut play = Play::lesson(size.0, size.1);
    let at = SystemTime::UNIX_EPOCH;
    play.say(Message::CommandBegan {
        line: format!("docker run {text}"),
        at,
    });
    play.say(Message::Occurrence(Occurrence::State(
        engine_of(text).into(),
    )));
    play.say(Message::CommandSaid(text.to_owned()));
    play.say(Message::CommandEnded {
        status: Some(125),
        at,
    });
    assert_harmless(&play, "the lesson");
    for spec in PANES {
        play.keys("\x07");
        play.key(KeyCode::Esc);
        play.model.pane = spec.pane;
        play.model.focus = crate::tui::model::Focus::Pane;
        play.key(KeyCode::Enter);
        assert_harmless(&play, spec.name);
    }
    play.say(Message::Prepared {
        lesson: "image-conteneur".to_owned(),
        asked: true,
        found: Ok(vec![Finding {
            level: Level::Blocking,
            what: text.to_owned(),
            advice: vec![text.to_owned()],
        }]),
    });
    assert_harmless(&play, "the preparation");
    play.key(KeyCode::Esc);
    play.say(Message::State(EngineState::Lost {
        last: engine_of(text),
        reason: text.to_owned(),
    }));
    assert_harmless(&play, "a lost engine");
    for message in [
        Message::NotSaved(text.to_owned()),
        Message::InternalError(text.to_owned()),
        Message::ShellFailed(text.to_owned()),
        Message::NoEngine(text.to_owned()),
    ] {
        play.say(message);
        assert_harmless(&play, "a failure");
    }
}

#[test]
fn hostile_texts_of_an_engine_are_only_shown() {
    for size in [(80, 24), (120, 40), (200, 50)] {
        shows(HOSTILE, size);
    }
}

#[test]
fn a_line_of_a_million_letters_is_only_long() {
    shows(&"x".repeat(1 << 20), (120, 40));
    shows(&"\u{202e}é\x1b[".repeat(1 << 16), (80, 24));
}
