//! The line discipline of terminals: `N_TTY`, termios(3).

use std::collections::VecDeque;

use bytes::Bytes;

use super::{Signal, Tty};

/// Longest line that can be edited, bytes.
const LINE: usize = 4095;
const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const CTRL_U: u8 = 21;
const CTRL_W: u8 = 23;
const CTRL_Z: u8 = 26;
const CTRL_BACKSLASH: u8 = 28;
const BACKSPACE: u8 = 8;
const DELETE: u8 = 127;

/// What typing some bytes did.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Input {
    /// To be shown.
    pub(super) echo: Vec<u8>,
    /// For the foreground group.
    pub(super) signals: Vec<Signal>,
}

/// A terminal's settings and its input.
#[derive(Debug)]
pub(super) struct Discipline {
    pub(super) settings: Tty,
    /// The line being edited.
    line: Vec<u8>,
    /// What can be read; an empty one is an end of file.
    ready: VecDeque<Bytes>,
    hung_up: bool,
}

impl Default for Discipline {
    fn default() -> Self {
        Self {
            settings: Tty {
                canonical: true,
                echo: true,
                signals: true,
                output_crlf: true,
            },
            line: Vec::new(),
            ready: VecDeque::new(),
            hung_up: false,
        }
    }
}

impl Discipline {
    /// Changes the settings. Leaving the canonical mode makes the unfinished line readable.
    pub(super) fn set(&mut self, settings: Tty) {
        if self.settings.canonical && !settings.canonical && !self.line.is_empty() {
            self.finish();
        }
        self.settings = settings;
    }

    /// From now on, readers find the end.
    pub(super) fn hang_up(&mut self) {
        self.hung_up = true;
    }

    /// What read(2) gives: at most one line; `None` when there is nothing yet.
    pub(super) fn take(&mut self, max: usize) -> Option<Bytes> {
        let Some(mut first) = self.ready.pop_front() else {
            return self.hung_up.then(Bytes::new);
        };
        if first.len() > max {
            self.ready.push_front(first.split_off(max));
        }
        Some(first)
    }

    /// Bytes typed on the keyboard.
    pub(super) fn input(&mut self, bytes: &[u8]) -> Input {
        let mut done = Input::default();
        let mut raw = Vec::new();
        for byte in bytes {
            // ICRNL, which programs that want every key as it is clear together with ISIG.
            let cooked = self.settings.canonical || self.settings.signals;
            let byte = if *byte == b'\r' && cooked {
                b'\n'
            } else {
                *byte
            };
            if self.settings.signals
                && let Some(signal) = signal_of(byte)
            {
                self.line.clear();
                self.ready.clear();
                raw.clear();
                self.echo(byte, &mut done.echo);
                done.signals.push(signal);
            } else if self.settings.canonical {
                self.edit(byte, &mut done.echo);
            } else {
                raw.push(byte);
                self.echo(byte, &mut done.echo);
            }
        }
        if !raw.is_empty() {
            self.ready.push_back(raw.into());
        }
        done
    }

    /// What a program writes, as the screen gets it.
    pub(super) fn output(&self, bytes: &[u8], to: &mut Vec<u8>) {
        if !self.settings.output_crlf {
            to.extend_from_slice(bytes);
            return;
        }
        to.reserve(bytes.len());
        for byte in bytes {
            if *byte == b'\n' {
                to.push(b'\r');
            }
            to.push(*byte);
        }
    }

    fn edit(&mut self, byte: u8, echo: &mut Vec<u8>) {
        match byte {
            CTRL_D => self.finish(),
            DELETE | BACKSPACE => self.erase(echo),
            CTRL_U => {
                while !self.line.is_empty() {
                    self.erase(echo);
                }
            }
            CTRL_W => {
                let is_word =
                    |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 128;
                while self.line.last().is_some_and(|it| !is_word(it)) {
                    self.erase(echo);
                }
                while self.line.last().is_some_and(is_word) {
                    self.erase(echo);
                }
            }
            b'\n' => {
                self.line.push(byte);
                self.echo(byte, echo);
                self.finish();
            }
            _ if self.line.len() < LINE => {
                self.line.push(byte);
                self.echo(byte, echo);
            }
            _ => {}
        }
    }

    /// Makes the line readable, whatever it holds.
    fn finish(&mut self) {
        self.ready.push_back(std::mem::take(&mut self.line).into());
    }

    /// Takes the last character off the line and the screen.
    fn erase(&mut self, echo: &mut Vec<u8>) {
        while self.line.last().is_some_and(|byte| byte & 0xC0 == 0x80) {
            self.line.pop();
        }
        let Some(byte) = self.line.pop() else { return };
        if self.settings.echo {
            let columns = if byte < 32 && byte != b'\t' { 2 } else { 1 };
            for _ in 0..columns {
                echo.extend_from_slice(b"\x08 \x08");
            }
        }
    }

    fn echo(&self, byte: u8, echo: &mut Vec<u8>) {
        if !self.settings.echo {
            // ECHONL is off: a line typed without echo does not show its end either.
            return;
        }
        match byte {
            b'\n' if self.settings.output_crlf => echo.extend_from_slice(b"\r\n"),
            b'\n' | b'\t' | 32..=126 | 128.. => echo.push(byte),
            _ => echo.extend_from_slice(&[b'^', byte ^ 0x40]),
        }
    }
}

fn signal_of(byte: u8) -> Option<Signal> {
    match byte {
        CTRL_C => Some(Signal::INT),
        CTRL_Z => Some(Signal::TSTP),
        CTRL_BACKSLASH => Some(Signal::QUIT),
        _ => None,
    }
}
