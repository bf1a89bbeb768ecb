//! Base64, as headers and docker's configuration have it.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes in base64, padded.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte));
        let word = word << (8 * (3 - chunk.len()));
        for index in 0..4 {
            let digit = (word >> (18 - 6 * index) & 63) as usize;
            let padding = index > chunk.len();
            text.push(if padding {
                '='
            } else {
                char::from(ALPHABET[digit])
            });
        }
    }
    text
}

/// The bytes of base64 text, up to what is not base64.
pub(super) fn unbase64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| ALPHABET.iter().position(|it| *it == byte);
    let digits: Vec<usize> = text.bytes().map_while(digit).collect();
    let mut bytes = Vec::new();
    for chunk in digits.chunks(4) {
        let word = chunk.iter().fold(0, |word, digit| word << 6 | digit);
        let word = word << (6 * (4 - chunk.len()));
        let all = [word >> 16 & 255, word >> 8 & 255, word & 255];
        let some = &all[..chunk.len().saturating_sub(1)];
        bytes.extend(some.iter().filter_map(|it| u8::try_from(*it).ok()));
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_goes_both_ways() {
        for (bytes, text) in [
            ("", ""),
            ("a", "YQ=="),
            ("ab", "YWI="),
            ("user:pass", "dXNlcjpwYXNz"),
            ("{}", "e30="),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
            assert_eq!(unbase64(text), bytes.as_bytes());
        }
    }
}
