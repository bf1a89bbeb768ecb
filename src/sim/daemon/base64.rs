//! Base64 with the usual alphabet and padding, RFC 4648.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes as text.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4_u32 {
            let six = (word >> (18 - 6 * index)) & 63;
            let known = usize::try_from(six)
                .ok()
                .and_then(|it| ALPHABET.get(it))
                .copied();
            let padding = index as usize > group.len();
            text.push(if padding {
                '='
            } else {
                char::from(known.unwrap_or(b'='))
            });
        }
    }
    text
}

/// Text as bytes; `None` when it is no base64.
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut word, mut bits) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = ALPHABET.iter().position(|it| *it == digit)?;
        word = (word << 6 | u32::try_from(value).ok()?) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(word >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["", "a", "ab", "abc", "s3cret\n"] {
            let written = encode(text.as_bytes());
            assert_eq!(decode(&written).as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(encode(b"c1\n"), "YzEK");
        assert_eq!(decode("é"), None);
    }
}
