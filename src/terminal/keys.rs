//! Keys as xterm sends them (`ctlseqs`, "PC-Style Function Keys").

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyEventState, KeyModifiers};

/// What the program inside asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct KeyModes {
    /// DECCKM: arrows are `SS3 A`.
    pub(super) application_cursor: bool,
    /// DECKPAM: the keypad is not digits.
    pub(super) application_keypad: bool,
}

/// The bytes of a key; none for a release or a key that terminals do not send.
pub(super) fn encode(event: KeyEvent, modes: KeyModes) -> Vec<u8> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    let modifiers = event.modifiers;
    let alt = modifiers.contains(KeyModifiers::ALT);
    match event.code {
        KeyCode::Char(character) => {
            if modes.application_keypad
                && event.state.contains(KeyEventState::KEYPAD)
                && let Some(last) = keypad(character)
            {
                return vec![0x1b, b'O', last];
            }
            escaped(alt, &self::character(character, modifiers))
        }
        KeyCode::Enter
            if modes.application_keypad && event.state.contains(KeyEventState::KEYPAD) =>
        {
            b"\x1bOM".to_vec()
        }
        KeyCode::Enter => escaped(alt, b"\r"),
        KeyCode::Tab if modifiers.contains(KeyModifiers::SHIFT) => b"\x1b[Z".to_vec(),
        KeyCode::Tab => escaped(alt, b"\t"),
        KeyCode::BackTab => b"\x1b[Z".to_vec(),
        KeyCode::Esc => escaped(alt, b"\x1b"),
        KeyCode::Backspace => {
            let control = modifiers.contains(KeyModifiers::CONTROL);
            escaped(alt, if control { b"\x08" } else { b"\x7f" })
        }
        KeyCode::Null => vec![0],
        KeyCode::Up => cursor(b'A', modifiers, modes.application_cursor),
        KeyCode::Down => cursor(b'B', modifiers, modes.application_cursor),
        KeyCode::Right => cursor(b'C', modifiers, modes.application_cursor),
        KeyCode::Left => cursor(b'D', modifiers, modes.application_cursor),
        KeyCode::End => cursor(b'F', modifiers, modes.application_cursor),
        KeyCode::Home => cursor(b'H', modifiers, modes.application_cursor),
        KeyCode::KeypadBegin => cursor(b'E', modifiers, modes.application_cursor),
        KeyCode::Insert => numbered(2, modifiers),
        KeyCode::Delete => numbered(3, modifiers),
        KeyCode::PageUp => numbered(5, modifiers),
        KeyCode::PageDown => numbered(6, modifiers),
        KeyCode::F(number) => function(number, modifiers),
        _ => Vec::new(),
    }
}

fn escaped(alt: bool, bytes: &[u8]) -> Vec<u8> {
    let mut all = if alt { vec![0x1b] } else { Vec::new() };
    all.extend_from_slice(bytes);
    all
}

fn character(character: char, modifiers: KeyModifiers) -> Vec<u8> {
    if modifiers.contains(KeyModifiers::CONTROL)
        && let Some(control) = control(character)
    {
        return vec![control];
    }
    character.to_string().into_bytes()
}

/// The control character of a key, as VT220 keyboards have them.
fn control(character: char) -> Option<u8> {
    Some(match character.to_ascii_lowercase() {
        letter @ 'a'..='z' => letter as u8 - b'a' + 1,
        ' ' | '@' | '2' => 0,
        '[' | '3' => 0x1b,
        '\\' | '4' => 0x1c,
        ']' | '5' => 0x1d,
        '^' | '6' => 0x1e,
        '_' | '/' | '7' => 0x1f,
        '?' | '8' => 0x7f,
        _ => return None,
    })
}

/// xterm's parameter: 1 plus Shift 1, Alt 2, Ctrl 4; `None` without any.
fn modifier(modifiers: KeyModifiers) -> Option<u8> {
    let bits = u8::from(modifiers.contains(KeyModifiers::SHIFT))
        + 2 * u8::from(modifiers.contains(KeyModifiers::ALT))
        + 4 * u8::from(modifiers.contains(KeyModifiers::CONTROL));
    (bits > 0).then_some(bits + 1)
}

fn cursor(last: u8, modifiers: KeyModifiers, application: bool) -> Vec<u8> {
    match modifier(modifiers) {
        Some(number) => format!("\x1b[1;{number}{}", char::from(last)).into_bytes(),
        None => vec![0x1b, if application { b'O' } else { b'[' }, last],
    }
}

fn numbered(key: u8, modifiers: KeyModifiers) -> Vec<u8> {
    match modifier(modifiers) {
        Some(number) => format!("\x1b[{key};{number}~").into_bytes(),
        None => format!("\x1b[{key}~").into_bytes(),
    }
}

fn function(number: u8, modifiers: KeyModifiers) -> Vec<u8> {
    const NUMBERS: [u8; 16] = [
        15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34,
    ];
    match number {
        1..=4 => {
            let last = b'P' + number - 1;
            if modifier(modifiers).is_some() {
                cursor(last, modifiers, false)
            } else {
                vec![0x1b, b'O', last]
            }
        }
        5..=20 => numbered(NUMBERS[usize::from(number - 5)], modifiers),
        _ => Vec::new(),
    }
}

/// The last byte of `SS3` for a key of the application keypad.
fn keypad(character: char) -> Option<u8> {
    Some(match character {
        '0'..='9' => b'p' + (character as u8 - b'0'),
        '*' => b'j',
        '+' => b'k',
        ',' => b'l',
        '-' => b'm',
        '.' => b'n',
        '/' => b'o',
        '=' => b'X',
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
