//! Backslash sequences of `echo -e`, `printf` and `$'…'`.

/// How octal numbers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Octal {
    /// `\101`: `printf` formats and `$'…'`.
    Bare,
    /// `\0101` (and `\101` as well): `echo -e`, `printf %b`.
    Zero,
}

/// What sequences stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unescaped {
    /// The text.
    pub bytes: Vec<u8>,
    /// Whether `\c` was met: nothing more is to be written.
    pub stop: bool,
}

/// Replaces the sequences of a text.
pub fn unescape(text: &str, octal: Octal) -> Unescaped {
    let input = text.as_bytes();
    let mut bytes = Vec::with_capacity(input.len());
    let mut at = 0;
    while at < input.len() {
        if input[at] != b'\\' {
            bytes.push(input[at]);
            at += 1;
            continue;
        }
        match sequence(&input[at + 1..], octal) {
            Sequence::Byte(byte, used) => {
                bytes.push(byte);
                at += 1 + used;
            }
            Sequence::Stop => return Unescaped { bytes, stop: true },
            Sequence::Unknown => {
                bytes.push(b'\\');
                at += 1;
            }
        }
    }
    Unescaped { bytes, stop: false }
}

enum Sequence {
    /// A byte, and how many bytes after the backslash were used.
    Byte(u8, usize),
    Stop,
    Unknown,
}

fn sequence(after: &[u8], octal: Octal) -> Sequence {
    let simple = match after.first() {
        Some(b'n') => b'\n',
        Some(b't') => b'\t',
        Some(b'r') => b'\r',
        Some(b'a') => 7,
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b'v') => 11,
        Some(b'e') => 27,
        Some(b'\\') => b'\\',
        Some(b'c') => return Sequence::Stop,
        Some(b'x') => return number(&after[1..], 16, 2, 1),
        Some(b'0') if octal == Octal::Zero => return number(&after[1..], 8, 3, 1),
        Some(b'0'..=b'7') => return number(after, 8, 3, 0),
        _ => return Sequence::Unknown,
    };
    Sequence::Byte(simple, 1)
}

fn number(digits: &[u8], base: u32, most: usize, before: usize) -> Sequence {
    let length = digits
        .iter()
        .take(most)
        .take_while(|c| char::from(**c).is_digit(base))
        .count();
    if length == 0 {
        return if base == 8 {
            Sequence::Byte(0, before)
        } else {
            Sequence::Unknown
        };
    }
    let value = digits[..length].iter().fold(0u32, |value, c| {
        value * base + char::from(*c).to_digit(base).unwrap_or(0)
    });
    Sequence::Byte(value.to_le_bytes()[0], before + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_sequences() {
        assert_eq!(
            unescape("a\\n\\101\\x41\\q", Octal::Bare).bytes,
            b"a\nAA\\q"
        );
        assert_eq!(unescape("\\0101\\0", Octal::Zero).bytes, b"A\0");
        assert_eq!(unescape("\\000\\001\\377", Octal::Bare).bytes, [0, 1, 255]);
        assert_eq!(
            unescape("a\\cb", Octal::Zero),
            Unescaped {
                bytes: b"a".to_vec(),
                stop: true
            }
        );
    }
}
