//! RESP2: <https://redis.io/docs/latest/develop/reference/protocol-spec/>.

use crate::kernel::{Fd, Sys};

/// A value of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    Simple(String),
    Error(String),
    Integer(i64),
    Bulk(Vec<u8>),
    Nil,
    Array(Vec<Reply>),
}

impl Reply {
    pub(super) fn ok() -> Self {
        Self::Simple("OK".into())
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Bulk(text.into().into_bytes())
    }

    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Simple(text) => out.extend(format!("+{text}\r\n").bytes()),
            Self::Error(text) => out.extend(format!("-{text}\r\n").bytes()),
            Self::Integer(number) => out.extend(format!(":{number}\r\n").bytes()),
            Self::Bulk(bytes) => {
                out.extend(format!("${}\r\n", bytes.len()).bytes());
                out.extend_from_slice(bytes);
                out.extend(b"\r\n");
            }
            Self::Nil => out.extend(b"$-1\r\n"),
            Self::Array(items) => {
                out.extend(format!("*{}\r\n", items.len()).bytes());
                for item in items {
                    item.encode(out);
                }
            }
        }
    }
}

/// A request as an array of bulk strings.
pub(super) fn encode_request(words: &[Vec<u8>]) -> Vec<u8> {
    let items = words.iter().cloned().map(Reply::Bulk).collect();
    let mut out = Vec::new();
    Reply::Array(items).encode(&mut out);
    out
}

/// Largest bulk string, bytes.
const LARGEST: usize = 64 << 20;

/// What a buffer begins with.
pub(super) enum Parsed<T> {
    /// This value, of this many bytes.
    Whole(T, usize),
    /// Part of a value.
    More,
    /// No value.
    Wrong(String),
}

fn line(bytes: &[u8]) -> Option<(&[u8], usize)> {
    let at = bytes.windows(2).position(|it| it == b"\r\n")?;
    Some((&bytes[..at], at + 2))
}

fn number(bytes: &[u8]) -> Option<i64> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

/// Reads a value.
pub(super) fn parse(bytes: &[u8]) -> Parsed<Reply> {
    let Some((head, used)) = line(bytes) else {
        return Parsed::More;
    };
    let Some((kind, rest)) = head.split_first() else {
        return Parsed::Wrong("empty line".into());
    };
    let text = || String::from_utf8_lossy(rest).into_owned();
    match kind {
        b'+' => Parsed::Whole(Reply::Simple(text()), used),
        b'-' => Parsed::Whole(Reply::Error(text()), used),
        b':' => Parsed::Whole(Reply::Integer(number(rest).unwrap_or(0)), used),
        b'$' => match number(rest) {
            Some(length) if length < 0 => Parsed::Whole(Reply::Nil, used),
            Some(length) => {
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                if length > LARGEST {
                    return Parsed::Wrong("Protocol error: invalid bulk length".into());
                }
                match bytes.get(used..used + length + 2) {
                    Some(found) => {
                        Parsed::Whole(Reply::Bulk(found[..length].to_vec()), used + length + 2)
                    }
                    None => Parsed::More,
                }
            }
            None => Parsed::Wrong("Protocol error: invalid bulk length".into()),
        },
        b'*' => {
            let Some(count) = number(rest).filter(|it| *it <= 1 << 20) else {
                return Parsed::Wrong("Protocol error: invalid multibulk length".into());
            };
            let mut items = Vec::new();
            let mut at = used;
            for _ in 0..count {
                match bytes.get(at..).map(parse) {
                    Some(Parsed::Whole(item, used)) => {
                        items.push(item);
                        at += used;
                    }
                    Some(Parsed::Wrong(why)) => return Parsed::Wrong(why),
                    Some(Parsed::More) | None => return Parsed::More,
                }
            }
            Parsed::Whole(Reply::Array(items), at)
        }
        _ => Parsed::Wrong(format!("Protocol error: got {:?}", char::from(*kind))),
    }
}

/// Reads a request: an array of bulk strings, or words on a line (telnet, `nc`).
pub(super) fn parse_request(bytes: &[u8]) -> Parsed<Vec<Vec<u8>>> {
    if bytes.first() == Some(&b'*') {
        return match parse(bytes) {
            Parsed::Whole(Reply::Array(items), used) => {
                let words = items.into_iter().filter_map(|it| match it {
                    Reply::Bulk(bytes) => Some(bytes),
                    _ => None,
                });
                Parsed::Whole(words.collect(), used)
            }
            Parsed::Whole(_, used) => Parsed::Whole(Vec::new(), used),
            Parsed::More => Parsed::More,
            Parsed::Wrong(why) => Parsed::Wrong(why),
        };
    }
    match bytes.iter().position(|it| *it == b'\n') {
        Some(at) => {
            let text = String::from_utf8_lossy(&bytes[..at]).into_owned();
            let words = split_words(text.trim()).unwrap_or_default();
            Parsed::Whole(words.into_iter().map(String::into_bytes).collect(), at + 1)
        }
        None if bytes.len() > 1 << 16 => {
            Parsed::Wrong("Protocol error: too big inline request".into())
        }
        None => Parsed::More,
    }
}

/// The words of a line, with quotes; `None` when one is not closed.
pub(super) fn split_words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut letters = line.chars().peekable();
    loop {
        while letters.next_if(|it| it.is_whitespace()).is_some() {}
        let Some(first) = letters.peek().copied() else {
            return Some(words);
        };
        let mut word = String::new();
        if matches!(first, '"' | '\'') {
            letters.next();
            loop {
                match letters.next()? {
                    it if it == first => break,
                    '\\' if first == '"' => match letters.next()? {
                        'n' => word.push('\n'),
                        't' => word.push('\t'),
                        other => word.push(other),
                    },
                    it => word.push(it),
                }
            }
        } else {
            while let Some(letter) = letters.next_if(|it| !it.is_whitespace()) {
                word.push(letter);
            }
        }
        words.push(word);
    }
}

/// Reads the next value of a connection; `None` at its end.
pub(super) async fn read_reply(sys: &Sys, fd: Fd, held: &mut Vec<u8>) -> Option<Reply> {
    loop {
        match parse(held) {
            Parsed::Whole(reply, used) => {
                held.drain(..used);
                return Some(reply);
            }
            Parsed::Wrong(_) => return None,
            Parsed::More => {}
        }
        let chunk = sys.read(fd, 1 << 16).await.ok()?;
        if chunk.is_empty() {
            return None;
        }
        held.extend_from_slice(&chunk);
    }
}
