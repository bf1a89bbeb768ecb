//! Tests of the mouse's encodings.

use crossterm::event::KeyModifiers;
use vt100::{MouseProtocolEncoding as Encoding, MouseProtocolMode as Mode};

use super::{MouseAction, MouseButton, MouseInput, encode};

fn at(action: MouseAction, row: u16, col: u16) -> MouseInput {
    MouseInput {
        action,
        row,
        col,
        modifiers: KeyModifiers::NONE,
    }
}

#[test]
fn a_program_gets_what_it_asked_for() {
    let press = at(MouseAction::Press(MouseButton::Left), 0, 0);
    let release = at(MouseAction::Release(MouseButton::Left), 0, 0);
    let drag = at(MouseAction::Drag(MouseButton::Left), 0, 0);
    let moved = at(MouseAction::Move, 0, 0);
    let wanted =
        |mode| [press, release, drag, moved].map(|it| encode(it, mode, Encoding::Sgr).is_some());
    assert_eq!(wanted(Mode::None), [false; 4]);
    assert_eq!(wanted(Mode::Press), [true, false, false, false]);
    assert_eq!(wanted(Mode::PressRelease), [true, true, false, false]);
    assert_eq!(wanted(Mode::ButtonMotion), [true, true, true, false]);
    assert_eq!(wanted(Mode::AnyMotion), [true; 4]);
}

#[test]
fn encodings_are_those_of_xterm() {
    let all = |input, encoding| encode(input, Mode::AnyMotion, encoding);
    let press = at(MouseAction::Press(MouseButton::Right), 4, 9);
    assert_eq!(all(press, Encoding::Sgr).unwrap(), b"\x1b[<2;10;5M");
    assert_eq!(
        all(press, Encoding::Default).unwrap(),
        [0x1b, b'[', b'M', 34, 42, 37]
    );
    let release = at(MouseAction::Release(MouseButton::Right), 4, 9);
    assert_eq!(all(release, Encoding::Sgr).unwrap(), b"\x1b[<2;10;5m");
    assert_eq!(
        all(release, Encoding::Default).unwrap(),
        [0x1b, b'[', b'M', 35, 42, 37]
    );
    let wheel = MouseInput {
        modifiers: KeyModifiers::CONTROL,
        ..at(MouseAction::WheelDown, 0, 0)
    };
    assert_eq!(all(wheel, Encoding::Sgr).unwrap(), b"\x1b[<81;1;1M");
    let far = at(MouseAction::Press(MouseButton::Left), 0, 300);
    assert_eq!(all(far, Encoding::Default), None);
    assert_eq!(
        all(far, Encoding::Utf8).unwrap(),
        "\x1b[M\u{20}\u{14d}!".as_bytes()
    );
    assert_eq!(all(far, Encoding::Sgr).unwrap(), b"\x1b[<0;301;1M");
}
