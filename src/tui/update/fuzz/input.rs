//! What a learner does: keys, mouse, pastes, windows of every size.

use crossterm::event::{
    KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use super::dice::Dice;
use crate::tui::message::Message;

const CODES: [KeyCode; 17] = [
    KeyCode::Enter,
    KeyCode::Esc,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Up,
    KeyCode::Down,
    KeyCode::Left,
    KeyCode::Right,
    KeyCode::PageUp,
    KeyCode::PageDown,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::Backspace,
    KeyCode::Delete,
    KeyCode::Insert,
    KeyCode::Null,
    KeyCode::F(1),
];

/// Any key, those that move more often.
pub(super) fn key(dice: &mut Dice) -> Message {
    let code = match dice.roll(3) {
        0 => dice.pick(&CODES),
        1 => KeyCode::Char(char::from(b' ' + u8::try_from(dice.roll(95)).unwrap())),
        _ => {
            let letters: Vec<char> = "jkofvVOzhperi/?:é漢\u{301}😀".chars().collect();
            KeyCode::Char(dice.pick(&letters))
        }
    };
    let modifiers = match dice.roll(12) {
        0 => KeyModifiers::CONTROL,
        1 => KeyModifiers::ALT,
        2 => KeyModifiers::SHIFT,
        _ => KeyModifiers::NONE,
    };
    let mut event = KeyEvent::new(code, modifiers);
    if dice.roll(40) == 0 {
        event.kind = dice.pick(&[KeyEventKind::Release, KeyEventKind::Repeat]);
    }
    Message::Key(event)
}

/// The key before those of the program, when the terminal has the others.
pub(super) fn leader() -> Message {
    Message::Key(KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL))
}

/// The mouse, anywhere and a little further.
pub(super) fn mouse(dice: &mut Dice) -> Message {
    let button = dice.pick(&[
        MouseButton::Left,
        MouseButton::Left,
        MouseButton::Right,
        MouseButton::Middle,
    ]);
    Message::Mouse(MouseEvent {
        kind: dice.pick(&[
            MouseEventKind::Down(button),
            MouseEventKind::Up(button),
            MouseEventKind::Drag(button),
            MouseEventKind::Moved,
            MouseEventKind::ScrollDown,
            MouseEventKind::ScrollUp,
            MouseEventKind::ScrollLeft,
            MouseEventKind::ScrollRight,
        ]),
        column: dice.short(210),
        row: dice.short(80),
        modifiers: KeyModifiers::NONE,
    })
}

/// A window of a size that exists, most often; then of any.
pub(super) fn size(dice: &mut Dice) -> (u16, u16) {
    match dice.roll(4) {
        0 => (80, 24),
        1 => (120, 40),
        2 => (200, 60),
        _ => (dice.short(220), dice.short(70)),
    }
}
