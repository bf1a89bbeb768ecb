//! The learner's terminal: taken at the beginning, given back as it was whatever happens.

use std::io::{self, Write, stdout};
use std::panic;

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture,
};
use crossterm::{cursor, execute};
use ratatui::DefaultTerminal;
use tokio::sync::mpsc::UnboundedSender;

use super::Incoming;
use crate::tui::guard;
use crate::tui::message::Message;

/// The terminal while the program has it. Dropping this gives it back.
pub(super) struct Screen {
    pub(super) terminal: DefaultTerminal,
}

impl Screen {
    /// Takes the terminal. A panic of this thread gives it back before it is reported; one of
    /// another thread becomes a message.
    pub(super) fn take(messages: UnboundedSender<Incoming>) -> io::Result<Self> {
        let terminal = ratatui::try_init()?;
        execute!(stdout(), EnableMouseCapture, EnableBracketedPaste)?;
        let drawing = std::thread::current().id();
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if std::thread::current().id() != drawing {
                let words = info.to_string().replace('\n', " ");
                let _ = messages.send(Message::InternalError(words).into());
            } else if !guard::is_inside() {
                give_back();
                report(info);
            }
        }));
        Ok(Self { terminal })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Undoes all that was done to the terminal; each step is tried whatever becomes of the others,
/// since the terminal may be gone.
fn give_back() {
    let _ = execute!(
        stdout(),
        DisableMouseCapture,
        DisableBracketedPaste,
        cursor::Show
    );
    let _ = ratatui::try_restore();
}

/// Puts text in the learner's clipboard, by their terminal (OSC 52, `ctlseqs`): it works over ssh.
pub(super) fn copy(text: &str) -> io::Result<()> {
    let mut out = stdout();
    write!(out, "\x1b]52;c;{}\x07", base64(text.as_bytes()))?;
    out.flush()
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0_u32, |group, byte| group << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let digit = (group >> (18 - 6 * index)) & 63;
            let kept = index <= chunk.len();
            out.push(if kept {
                char::from(DIGITS[digit as usize])
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn encodes_the_vectors_of_the_rfc() {
        let vectors = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v")];
        for (text, expected) in vectors.into_iter().chain([("foobar", "Zm9vYmFy")]) {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }
}
