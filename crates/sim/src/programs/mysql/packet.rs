//! Packets, and `mysql_native_password`.

use std::fmt::Write as _;

use super::super::hash::sha1;
use crate::kernel::{Errno, Fd, Sys};

/// A connection that carries packets.
pub(super) struct Channel {
    pub(super) sys: Sys,
    pub(super) fd: Fd,
    held: Vec<u8>,
    sequence: u8,
}

impl Channel {
    pub(super) fn new(sys: Sys, fd: Fd) -> Self {
        Self {
            sys,
            fd,
            held: Vec::new(),
            sequence: 0,
        }
    }

    /// Begins a command: packets are numbered from 0 again.
    pub(super) fn restart(&mut self) {
        self.sequence = 0;
    }

    /// The next packet; `None` at the end.
    pub(super) async fn read(&mut self) -> Option<Vec<u8>> {
        loop {
            if let [a, b, c, sequence, rest @ ..] = self.held.as_slice() {
                let length = usize::from(*a) | usize::from(*b) << 8 | usize::from(*c) << 16;
                if rest.len() >= length {
                    self.sequence = sequence.wrapping_add(1);
                    let packet = rest[..length].to_vec();
                    self.held.drain(..length + 4);
                    return Some(packet);
                }
            }
            let chunk = self.sys.read(self.fd, 1 << 16).await.ok()?;
            if chunk.is_empty() {
                return None;
            }
            self.held.extend_from_slice(&chunk);
        }
    }

    pub(super) async fn write(&mut self, packet: &[u8]) -> Result<(), Errno> {
        let mut bytes = Vec::with_capacity(packet.len() + 4);
        let length = u32::try_from(packet.len())
            .unwrap_or(u32::MAX)
            .to_le_bytes();
        bytes.extend_from_slice(&length[..3]);
        bytes.push(self.sequence);
        bytes.extend_from_slice(packet);
        self.sequence = self.sequence.wrapping_add(1);
        self.sys.write(self.fd, &bytes).await
    }
}

/// A length-encoded integer.
pub(super) fn put_length(out: &mut Vec<u8>, number: usize) {
    let number = number as u64;
    match number {
        0..=250 => out.push(u8::try_from(number).unwrap_or(0)),
        251..=0xffff => {
            out.push(0xfc);
            out.extend_from_slice(&number.to_le_bytes()[..2]);
        }
        0x1_0000..=0xff_ffff => {
            out.push(0xfd);
            out.extend_from_slice(&number.to_le_bytes()[..3]);
        }
        _ => {
            out.push(0xfe);
            out.extend_from_slice(&number.to_le_bytes());
        }
    }
}

/// A length-encoded string.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_length(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

/// Reads what a packet holds, from its beginning.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub(super) fn number(&mut self, count: usize) -> u64 {
        let bytes = self.bytes(count);
        bytes
            .iter()
            .rev()
            .fold(0, |sum, it| sum << 8 | u64::from(*it))
    }

    pub(super) fn length(&mut self) -> Option<usize> {
        let number = match self.number(1) {
            0xfb => return None,
            0xfc => self.number(2),
            0xfd => self.number(3),
            0xfe => self.number(8),
            small => small,
        };
        usize::try_from(number).ok()
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        Some(String::from_utf8_lossy(self.bytes(length)).into_owned())
    }

    /// Up to a zero byte.
    pub(super) fn until_zero(&mut self) -> String {
        let end = self
            .0
            .iter()
            .position(|it| *it == 0)
            .unwrap_or(self.0.len());
        let text = String::from_utf8_lossy(self.bytes(end)).into_owned();
        self.bytes(1);
        text
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        let _ = write!(text, "{byte:02X}");
    }
    text
}

/// What a server keeps of a password: `*` and SHA1(SHA1(password)); nothing of an empty one.
pub(in super::super) fn check_of(password: &str) -> String {
    if password.is_empty() {
        return String::new();
    }
    format!("*{}", hex(&sha1(&sha1(password.as_bytes()))))
}

/// What a client answers to a challenge.
pub(super) fn scramble(password: &str, challenge: &[u8]) -> Vec<u8> {
    if password.is_empty() {
        return Vec::new();
    }
    let first = sha1(password.as_bytes());
    let mask = sha1(&[challenge, &sha1(&first)].concat());
    first.iter().zip(mask).map(|(a, b)| a ^ b).collect()
}

/// Whether an answer fits what is kept.
pub(super) fn verify(check: &str, challenge: &[u8], answer: &[u8]) -> bool {
    if check.is_empty() || answer.is_empty() {
        return check.is_empty() && answer.is_empty();
    }
    let kept: Vec<u8> = (1..check.len())
        .step_by(2)
        .filter_map(|at| u8::from_str_radix(check.get(at..at + 2)?, 16).ok())
        .collect();
    let mask = sha1(&[challenge, &kept].concat());
    let first: Vec<u8> = answer.iter().zip(mask).map(|(a, b)| a ^ b).collect();
    sha1(&first).as_slice() == kept
}
