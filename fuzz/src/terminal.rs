//! The terminal panel: what programs write, what is typed, and the moves of its owner.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use moussaillon::terminal::{
    CellPosition, LooseEnd, Marks, MouseAction, MouseButton, MouseInput, Size, Terminal,
};

use crate::draw::Draw;

const MARKS: [Marks; 3] = [Marks::Full, Marks::Prompt, Marks::None];

const KEYS: [KeyCode; 16] = [
    KeyCode::Enter,
    KeyCode::Tab,
    KeyCode::BackTab,
    KeyCode::Backspace,
    KeyCode::Esc,
    KeyCode::Up,
    KeyCode::Left,
    KeyCode::Home,
    KeyCode::End,
    KeyCode::PageUp,
    KeyCode::Insert,
    KeyCode::Delete,
    KeyCode::Null,
    KeyCode::F(1),
    KeyCode::F(20),
    KeyCode::F(255),
];

const ACTIONS: [MouseAction; 8] = [
    MouseAction::Press(MouseButton::Left),
    MouseAction::Press(MouseButton::Right),
    MouseAction::Release(MouseButton::Left),
    MouseAction::Release(MouseButton::Middle),
    MouseAction::Drag(MouseButton::Left),
    MouseAction::Move,
    MouseAction::WheelUp,
    MouseAction::WheelDown,
];

/// Pieces that are long to find by luck.
const PIECES: [&[u8]; 24] = [
    b"\x1b]133;A\x07",
    b"\x1b]133;A;cl=m\x1b\\",
    b"\x1b]133;B\x07",
    b"\x1b]133;C;cmdline_url=docker%20ps%0A\xc3\xa9\x07",
    b"\x1b]133;C\x07",
    b"\x1b]133;D;0\x07",
    b"\x1b]133;D;99999999999\x07",
    b"\x1b]133;P;k=s\x07",
    b"\x1b]0;titre\x07",
    b"\x1b]11;?\x1b\\",
    b"\x1b[?1049h",
    b"\x1b[?1049l",
    b"\x1b[?1003h\x1b[?1006h",
    b"\x1b[?1000h\x1b[?1005h",
    b"\x1b[?2004h",
    b"\x1b[?1h\x1b=",
    b"\x1b[6n",
    b"\x1b[c",
    b"\x1b[65535b",
    b"\x1b[65535;65535H",
    b"\x1b[2;1r\x1bM",
    b"\x1b[9999Z\x1b[9999X",
    b"\x1b[!p\x1bc\x1b[3J",
    "漢字\u{301}\u{200d}\r\n".as_bytes(),
];

/// A terminal and whoever looks at it.
pub fn terminal(data: &[u8]) {
    let mut draw = Draw::new(data);
    let size = size(&mut draw);
    let (mut terminal, mut end) = Terminal::loose(draw.among(&MARKS), size, || {});
    terminal.keep_output();
    while !draw.is_empty() {
        act(&mut terminal, &mut end, &mut draw);
        look(&mut terminal);
    }
    end.end(i32::from(data.len() as u8));
    while !terminal.has_ended() {
        let _ = terminal.poll();
    }
    look(&mut terminal);
}

/// Narrow ones most often: what wraps is what fails.
fn size(draw: &mut Draw) -> Size {
    let side = |draw: &mut Draw| match draw.byte() {
        0 => 0,
        255 => 300,
        wide => u16::from(wide) % 24 + 1,
    };
    Size {
        rows: side(draw),
        cols: side(draw),
    }
}

fn cell(draw: &mut Draw) -> CellPosition {
    CellPosition {
        row: u16::from(draw.byte()),
        col: u16::from(draw.byte()),
    }
}

fn act(terminal: &mut Terminal, end: &mut LooseEnd, draw: &mut Draw) {
    match draw.number(16) {
        0..=5 => {
            end.says(draw.bytes(64));
        }
        6..=8 => {
            end.says(draw.among(&PIECES));
        }
        9 => {
            terminal.key(KeyEvent::new(
                if draw.once_in(2) {
                    draw.text(4)
                        .chars()
                        .next()
                        .map_or(KeyCode::Enter, KeyCode::Char)
                } else {
                    draw.among(&KEYS)
                },
                KeyModifiers::from_bits_truncate(draw.byte()),
            ));
        }
        10 => {
            let CellPosition { row, col } = cell(draw);
            terminal.mouse(MouseInput {
                action: draw.among(&ACTIONS),
                row,
                col,
                modifiers: KeyModifiers::from_bits_truncate(draw.byte()),
            });
        }
        11 => terminal.resize(size(draw)),
        12 => {
            let lines = isize::from(i16::from(draw.byte()) - 128);
            terminal.scroll(lines * if draw.once_in(8) { isize::MAX / 128 } else { 1 });
        }
        13 => {
            terminal.select_from(cell(draw));
            terminal.select_to(cell(draw));
        }
        14 => {
            let line = draw.text(24);
            if !terminal.type_command(&line, draw.once_in(2)) {
                terminal.paste(&line);
            }
        }
        _ if draw.once_in(4) => drop(terminal.last_output()),
        _ => drop((end.read(), terminal.take_output())),
    }
}

/// What its owner reads to draw it; it must agree with itself.
fn look(terminal: &mut Terminal) {
    let _ = terminal.poll();
    let (rows, cols) = terminal.screen().size();
    if let Some(CellPosition { row, col }) = terminal.cursor() {
        assert!(row < rows && col < cols, "the cursor is out of the screen");
    }
    assert!(!terminal.title().contains(char::is_control));
    let (typing, at_prompt) = (terminal.typing(), terminal.at_prompt());
    assert!(
        typing.is_none() || at_prompt,
        "typed where nothing is asked"
    );
    if let Some(text) = terminal.selected_text() {
        assert!(!text.contains('\u{1b}'), "a selection with an escape");
    }
    let corner = CellPosition {
        row: rows - 1,
        col: cols - 1,
    };
    let _ = terminal.is_selected(corner);
}
