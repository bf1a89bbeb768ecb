//! Drawing as the program does, with a shell's screen, and seeing whether what is drawn is whole.

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

use super::dice::Dice;
use crate::tui::model::Model;
use crate::tui::panels::terminal::ShellView;
use crate::tui::view;

/// A shell's screen, on which anything is written.
pub(super) struct Shell(vt100::Parser);

impl Shell {
    pub(super) fn new() -> Self {
        Self(vt100::Parser::new(24, 80, 100))
    }

    /// Something is written, and the screen is now and then of another size than its panel. Like
    /// that of the program, it has two columns and two lines at least.
    pub(super) fn write(&mut self, dice: &mut Dice, size: Size) {
        const CODES: [&str; 8] = [
            "\r\n",
            "\x1b[2J",
            "\x1b[H",
            "\x1b[7m",
            "\x1b[0m",
            "\x1b[K",
            "\t",
            "\x1b[?1049h",
        ];
        if dice.roll(4) > 0 {
            let (rows, columns) = (size.height.max(2), size.width.max(2));
            if self.0.screen().size() != (rows, columns) {
                // vt100 alone does not survive some changes of size.
                self.0 = vt100::Parser::new(rows, columns, 100);
            }
        }
        let (before, code, after) = (dice.words(), dice.pick(&CODES), dice.words());
        let text = format!("{before}{code}{after}");
        self.0.process(text.as_bytes());
    }
}

/// Draws the model, and fails on a screen that a terminal could not show.
pub(super) fn check(model: &Model, shell: &Shell) {
    let Size { width, height } = model.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    let view = ShellView {
        screen: shell.0.screen(),
        selected: &|row, col| (row + col) % 7 == 0,
        found: &|_, _| Style::new(),
    };
    terminal
        .draw(|frame| view::draw(frame, model, Some(&view)))
        .unwrap();
    let buffer = terminal.backend().buffer();
    if let Some(fault) = fault(buffer) {
        panic!("{fault}\n{}", terminal.backend());
    }
}

/// What is wrong with a screen: a panel that panicked, a control character, half a wide letter.
fn fault(buffer: &Buffer) -> Option<String> {
    let area = buffer.area;
    let mut text = String::new();
    for y in area.top()..area.bottom() {
        let mut covered = 0;
        for x in area.left()..area.right() {
            let symbol = buffer[(x, y)].symbol();
            if symbol.chars().any(char::is_control) {
                return Some(format!("a control character at {x}, {y}: {symbol:?}"));
            }
            if covered > 0 {
                covered -= 1;
                if !symbol.trim().is_empty() {
                    return Some(format!("half a wide letter before {x}, {y}: {symbol:?}"));
                }
                continue;
            }
            covered = symbol.width().saturating_sub(1);
            if usize::from(area.right() - x) <= covered {
                return Some(format!(
                    "a wide letter cut by the edge at {x}, {y}: {symbol:?}"
                ));
            }
            text.push_str(symbol);
        }
        text.push('\n');
    }
    let panicked = text.contains("rencontré une erreur") || text.contains("erreur interne");
    panicked.then(|| "a panel panicked".to_owned())
}

#[test]
fn a_broken_screen_is_seen() {
    let whole = Buffer::with_lines(["漢字 x", "é"]);
    assert_eq!(fault(&whole), None);
    let mut cut = Buffer::with_lines(["abc"]);
    cut[(2, 0)].set_symbol("漢");
    assert!(fault(&cut).unwrap().contains("edge"));
    let mut torn = whole.clone();
    torn[(1, 0)].set_symbol("|");
    assert!(fault(&torn).unwrap().contains("half"));
    let mut control = whole.clone();
    control[(4, 0)].set_symbol("\x1b");
    assert!(fault(&control).unwrap().contains("control"));
    let panicked = Buffer::with_lines(["Ce panneau a rencontré une erreur interne."]);
    assert!(fault(&panicked).unwrap().contains("panicked"));
}
