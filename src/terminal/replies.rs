//! What the terminal answers to programs that ask, and the colours it says it has.

use super::decoder::Query;

/// Who we say we are: a VT220 with colours, no graphics.
const PRIMARY: &[u8] = b"\x1b[?62;22c";
/// No version that programs would work around.
const SECONDARY: &[u8] = b"\x1b[>1;0;0c";

/// The answer to a question.
pub(super) fn answer(query: Query, screen: &vt100::Screen) -> Vec<u8> {
    let (rows, cols) = screen.size();
    match query {
        Query::Status => b"\x1b[0n".to_vec(),
        Query::Cursor => {
            let (row, col) = screen.cursor_position();
            format!("\x1b[{};{}R", row + 1, col.min(cols - 1) + 1).into_bytes()
        }
        Query::Primary => PRIMARY.to_vec(),
        Query::Secondary => SECONDARY.to_vec(),
        Query::Size => format!("\x1b[8;{rows};{cols}t").into_bytes(),
        Query::Mode(mode) => format!("\x1b[?{mode};0$y").into_bytes(),
    }
}

/// The colours that OSC 10 and 11 tell, 8 bits per channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colours {
    pub(super) foreground: (u8, u8, u8),
    pub(super) background: (u8, u8, u8),
}

impl Default for Colours {
    fn default() -> Self {
        Self {
            foreground: (0xd0, 0xd0, 0xd0),
            background: (0, 0, 0),
        }
    }
}

impl Colours {
    /// The answer to `OSC 10 ; ?` or `OSC 11 ; ?`; `None` for another command.
    pub(super) fn answer(self, osc: &[u8]) -> Option<Vec<u8>> {
        let (number, (red, green, blue)) = match osc {
            b"10;?" => (10, self.foreground),
            b"11;?" => (11, self.background),
            _ => return None,
        };
        let wide = |it: u8| u16::from(it) * 0x101;
        let (red, green, blue) = (wide(red), wide(green), wide(blue));
        Some(format!("\x1b]{number};rgb:{red:04x}/{green:04x}/{blue:04x}\x1b\\").into_bytes())
    }
}
