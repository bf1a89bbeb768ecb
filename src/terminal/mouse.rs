//! The mouse, for programs that ask for it (`ctlseqs`, "Mouse Tracking").

use crossterm::event::KeyModifiers;
use vt100::{MouseProtocolEncoding as Encoding, MouseProtocolMode as Mode};

/// A button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseButton {
    /// The first one.
    Left,
    /// The wheel, pressed.
    Middle,
    /// The one of menus.
    Right,
}

/// What the mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseAction {
    /// A button went down.
    Press(MouseButton),
    /// It went up.
    Release(MouseButton),
    /// It moved with a button down.
    Drag(MouseButton),
    /// It moved.
    Move,
    /// The wheel, one notch away from the user.
    WheelUp,
    /// The wheel, one notch towards the user.
    WheelDown,
}

/// What the mouse did, and where on the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MouseInput {
    /// What.
    pub action: MouseAction,
    /// Line, from 0.
    pub row: u16,
    /// Column, from 0.
    pub col: u16,
    /// Keys held.
    pub modifiers: KeyModifiers,
}

/// The bytes for a program that asked for this; `None` when it did not.
pub(super) fn encode(input: MouseInput, mode: Mode, encoding: Encoding) -> Option<Vec<u8>> {
    let wanted = match input.action {
        MouseAction::Press(_) | MouseAction::WheelUp | MouseAction::WheelDown => mode != Mode::None,
        MouseAction::Release(_) => !matches!(mode, Mode::None | Mode::Press),
        MouseAction::Drag(_) => matches!(mode, Mode::ButtonMotion | Mode::AnyMotion),
        MouseAction::Move => mode == Mode::AnyMotion,
    };
    if !wanted {
        return None;
    }
    let number = |button| match button {
        MouseButton::Left => 0,
        MouseButton::Middle => 1,
        MouseButton::Right => 2,
    };
    let released = matches!(input.action, MouseAction::Release(_));
    let button = match input.action {
        MouseAction::Press(button) => number(button),
        // Only SGR tells which button was released.
        MouseAction::Release(button) if encoding == Encoding::Sgr => number(button),
        MouseAction::Release(_) => 3,
        MouseAction::Drag(button) => 32 + number(button),
        MouseAction::Move => 32 + 3,
        MouseAction::WheelUp => 64,
        MouseAction::WheelDown => 65,
    };
    let held = |modifier, bit: u32| {
        if input.modifiers.contains(modifier) {
            bit
        } else {
            0
        }
    };
    let code: u32 = button
        + held(KeyModifiers::SHIFT, 4)
        + held(KeyModifiers::ALT, 8)
        + held(KeyModifiers::CONTROL, 16);
    let (col, row) = (u32::from(input.col) + 1, u32::from(input.row) + 1);
    if encoding == Encoding::Sgr {
        let last = if released { 'm' } else { 'M' };
        return Some(format!("\x1b[<{code};{col};{row}{last}").into_bytes());
    }
    let mut bytes = b"\x1b[M".to_vec();
    for value in [code, col, row] {
        let value = value + 32;
        if encoding == Encoding::Utf8 {
            bytes.extend(char::from_u32(value)?.to_string().as_bytes());
        } else {
            // Beyond what one byte tells, xterm says nothing.
            bytes.push(u8::try_from(value).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
