//! The keys of xterm, one by one.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers};

use super::{KeyModes, encode};

const NONE: KeyModifiers = KeyModifiers::NONE;
const SHIFT: KeyModifiers = KeyModifiers::SHIFT;
const ALT: KeyModifiers = KeyModifiers::ALT;
const CTRL: KeyModifiers = KeyModifiers::CONTROL;

fn sent(code: KeyCode, modifiers: KeyModifiers) -> String {
    String::from_utf8(encode(KeyEvent::new(code, modifiers), KeyModes::default())).unwrap()
}

#[test]
fn keys_are_those_of_xterm() {
    let table = [
        (KeyCode::Char('a'), NONE, "a"),
        (KeyCode::Char('A'), SHIFT, "A"),
        (KeyCode::Char('é'), NONE, "é"),
        (KeyCode::Char('é'), ALT, "\x1bé"),
        (KeyCode::Char('c'), CTRL, "\x03"),
        (KeyCode::Char('C'), CTRL | SHIFT, "\x03"),
        (KeyCode::Char('d'), CTRL, "\x04"),
        (KeyCode::Char('z'), CTRL, "\x1a"),
        (KeyCode::Char('b'), CTRL | ALT, "\x1b\x02"),
        (KeyCode::Char(' '), CTRL, "\0"),
        (KeyCode::Char('@'), CTRL, "\0"),
        (KeyCode::Char('['), CTRL, "\x1b"),
        (KeyCode::Char('\\'), CTRL, "\x1c"),
        (KeyCode::Char('4'), CTRL, "\x1c"),
        (KeyCode::Char('_'), CTRL, "\x1f"),
        (KeyCode::Char('?'), CTRL, "\x7f"),
        (KeyCode::Char('é'), CTRL, "é"),
        (KeyCode::Char('.'), ALT, "\x1b."),
        (KeyCode::Enter, NONE, "\r"),
        (KeyCode::Enter, ALT, "\x1b\r"),
        (KeyCode::Tab, NONE, "\t"),
        (KeyCode::BackTab, SHIFT, "\x1b[Z"),
        (KeyCode::Esc, NONE, "\x1b"),
        (KeyCode::Backspace, NONE, "\x7f"),
        (KeyCode::Backspace, ALT, "\x1b\x7f"),
        (KeyCode::Backspace, CTRL, "\x08"),
        (KeyCode::Up, NONE, "\x1b[A"),
        (KeyCode::Left, CTRL, "\x1b[1;5D"),
        (KeyCode::Right, SHIFT | ALT, "\x1b[1;4C"),
        (KeyCode::Home, NONE, "\x1b[H"),
        (KeyCode::End, CTRL | SHIFT, "\x1b[1;6F"),
        (KeyCode::Insert, NONE, "\x1b[2~"),
        (KeyCode::Delete, NONE, "\x1b[3~"),
        (KeyCode::Delete, CTRL, "\x1b[3;5~"),
        (KeyCode::PageUp, NONE, "\x1b[5~"),
        (KeyCode::PageDown, SHIFT, "\x1b[6;2~"),
        (KeyCode::F(1), NONE, "\x1bOP"),
        (KeyCode::F(4), NONE, "\x1bOS"),
        (KeyCode::F(2), SHIFT, "\x1b[1;2Q"),
        (KeyCode::F(5), NONE, "\x1b[15~"),
        (KeyCode::F(6), NONE, "\x1b[17~"),
        (KeyCode::F(10), NONE, "\x1b[21~"),
        (KeyCode::F(11), NONE, "\x1b[23~"),
        (KeyCode::F(12), CTRL, "\x1b[24;5~"),
        (KeyCode::F(20), NONE, "\x1b[34~"),
        (KeyCode::F(35), NONE, ""),
        (KeyCode::CapsLock, NONE, ""),
    ];
    for (code, modifiers, expected) in table {
        assert_eq!(sent(code, modifiers), expected, "{code:?} {modifiers:?}");
    }
}

#[test]
fn application_modes_change_the_arrows_and_the_keypad() {
    let modes = KeyModes {
        application_cursor: true,
        application_keypad: true,
    };
    let arrow = |code, modifiers| encode(KeyEvent::new(code, modifiers), modes);
    assert_eq!(arrow(KeyCode::Up, NONE), b"\x1bOA");
    assert_eq!(arrow(KeyCode::End, NONE), b"\x1bOF");
    assert_eq!(arrow(KeyCode::Up, CTRL), b"\x1b[1;5A");
    assert_eq!(arrow(KeyCode::Char('5'), NONE), b"5");
    let keypad = |code| {
        let state = KeyEventState::KEYPAD;
        encode(
            KeyEvent::new_with_kind_and_state(code, NONE, KeyEventKind::Press, state),
            modes,
        )
    };
    assert_eq!(keypad(KeyCode::Char('5')), b"\x1bOu");
    assert_eq!(keypad(KeyCode::Enter), b"\x1bOM");
}

#[test]
fn releases_send_nothing() {
    let event = KeyEvent::new_with_kind(KeyCode::Char('a'), NONE, KeyEventKind::Release);
    assert!(encode(event, KeyModes::default()).is_empty());
}
