//! Base64 with the usual alphabet and padding, RFC 4648.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as text.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Text as bytes. The error is Go's: where it is no base64 any more.
pub fn decode(text: &str) -> Result<Vec<u8>, String> {
    let wrong = |at: usize| format!("illegal base64 data at input byte {at}");
    // Lines may be cut anywhere.
    let mut digits = text
        .bytes()
        .enumerate()
        .filter(|(_, it)| !matches!(it, b'\r' | b'\n'));
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut word, mut held) = (0_u32, 0);
    while let Some((at, digit)) = digits.next() {
        if digit == b'=' {
            if held < 2 {
                return Err(wrong(at));
            }
            if held == 2 && digits.next().ok_or_else(|| wrong(text.len()))?.1 != b'=' {
                return Err(wrong(at));
            }
            return digits.next().map_or(Ok(bytes), |(at, _)| Err(wrong(at)));
        }
        let value = ALPHABET.iter().zip(0..).find(|it| *it.0 == digit);
        let (_, value) = value.ok_or_else(|| wrong(at))?;
        word = word << 6 | value;
        // Of four digits, every one but the first completes a byte.
        if held > 0 {
            let [.., byte] = (word >> (6 - 2 * held)).to_be_bytes();
            bytes.push(byte);
        }
        held = (held + 1) % 4;
    }
    if held > 0 {
        return Err(wrong(text.len().saturating_sub(held)));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["", "a", "ab", "abc", "s3cret\n"] {
            let written = encode(text.as_bytes());
            assert_eq!(decode(&written).as_deref(), Ok(text.as_bytes()));
        }
        assert_eq!(encode(b"c1\n"), "YzEK");
        assert_eq!(decode("Yz\nEK").as_deref(), Ok(&b"c1\n"[..]));
    }

    #[test]
    fn what_is_wrong_is_told_where_go_says() {
        for (text, at) in [
            ("é", 0),
            ("I'm", 1),
            ("YzE", 0),
            ("YWJjYw", 4),
            ("Y===", 1),
            ("Yz=E", 2),
            ("Yz=", 3),
            ("Yz==E", 4),
        ] {
            let error = format!("illegal base64 data at input byte {at}");
            assert_eq!(decode(text), Err(error), "{text}");
        }
    }
}
