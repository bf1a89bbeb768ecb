//! Bytes of a terminal in raw mode to keys.

use std::time::Duration;

use crate::kernel::{Fd, Sys};

/// A key, or a combination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character to insert.
    Char(char),
    /// Ctrl with a letter, in lower case.
    Ctrl(char),
    /// Alt with a letter.
    Alt(char),
    /// Return.
    Enter,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Escape by itself.
    Escape,
    /// A sequence that means nothing here.
    Unknown,
}

/// Reads keys byte by byte: what comes after a line belongs to who reads next.
pub struct Keys {
    sys: Sys,
    fd: Fd,
}

/// How long the bytes of one key may be apart.
const SAME_KEY: Duration = Duration::from_millis(50);

impl Keys {
    /// Reads this terminal, which is in raw mode.
    pub fn new(sys: &Sys, fd: Fd) -> Self {
        Self {
            sys: sys.clone(),
            fd,
        }
    }

    async fn byte(&self) -> Option<u8> {
        self.sys.read(self.fd, 1).await.ok()?.first().copied()
    }

    async fn next_byte_soon(&self) -> Option<u8> {
        tokio::select! {
            biased;
            byte = self.byte() => byte,
            () = self.sys.sleep(SAME_KEY) => None,
        }
    }

    /// The next key; `None` when the terminal is gone.
    pub async fn next(&self) -> Option<Key> {
        let first = self.byte().await?;
        Some(match first {
            b'\r' | b'\n' => Key::Enter,
            b'\t' => Key::Tab,
            8 | 127 => Key::Backspace,
            27 => self.escape().await,
            0 => Key::Ctrl(' '),
            1..=26 => Key::Ctrl(char::from(first - 1 + b'a')),
            28..=31 => Key::Ctrl(char::from(first + 64)),
            32..=126 => Key::Char(char::from(first)),
            _ => self.multibyte(first).await,
        })
    }

    async fn multibyte(&self, first: u8) -> Key {
        let length = match first {
            0xc0..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf7 => 4,
            _ => return Key::Unknown,
        };
        let mut bytes = vec![first];
        while bytes.len() < length {
            match self.next_byte_soon().await {
                Some(byte) if byte & 0xc0 == 0x80 => bytes.push(byte),
                _ => return Key::Unknown,
            }
        }
        std::str::from_utf8(&bytes)
            .ok()
            .and_then(|it| it.chars().next())
            .map_or(Key::Unknown, Key::Char)
    }

    async fn escape(&self) -> Key {
        let Some(kind) = self.next_byte_soon().await else {
            return Key::Escape;
        };
        if kind != b'[' && kind != b'O' {
            return if kind.is_ascii_graphic() {
                Key::Alt(char::from(kind))
            } else {
                Key::Unknown
            };
        }
        let mut parameters = String::new();
        loop {
            match self.next_byte_soon().await {
                Some(byte @ (b'0'..=b'9' | b';' | b'?')) => parameters.push(char::from(byte)),
                Some(last) => return sequence(&parameters, last),
                None => return Key::Unknown,
            }
        }
    }
}

/// What `ESC [ parameters last` is.
fn sequence(parameters: &str, last: u8) -> Key {
    let ctrl = parameters.ends_with(";5") || parameters.ends_with(";3");
    match (last, parameters) {
        (b'A', _) => Key::Up,
        (b'B', _) => Key::Down,
        (b'C', _) if ctrl => Key::Alt('f'),
        (b'D', _) if ctrl => Key::Alt('b'),
        (b'C', _) => Key::Right,
        (b'D', _) => Key::Left,
        (b'H', _) | (b'~', "1" | "7") => Key::Home,
        (b'F', _) | (b'~', "4" | "8") => Key::End,
        (b'~', "3") => Key::Delete,
        (b'~', "5") => Key::PageUp,
        (b'~', "6") => Key::PageDown,
        _ => Key::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sequences() {
        assert_eq!(sequence("", b'A'), Key::Up);
        assert_eq!(sequence("3", b'~'), Key::Delete);
        assert_eq!(sequence("1;5", b'C'), Key::Alt('f'));
        assert_eq!(sequence("200", b'~'), Key::Unknown);
    }
}
