//! Percent-encoding of the parts of an address (RFC 3986).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What is written as it is in any part of an address (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
/// What is not written as it is in a path.
const OUTSIDE_PATH: &AsciiSet = &RESERVED.remove(b'/').remove(b':').remove(b'@');

/// Encodes a value of a query, or one segment of a path.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Encodes a name inside a path, where slashes, colons and arobases stay.
pub fn encode_path(text: &str) -> String {
    utf8_percent_encode(text, OUTSIDE_PATH).to_string()
}

/// What `%XX` stand for; what is no such escape is kept.
pub fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The same in a query, where `+` stands for a space (`application/x-www-form-urlencoded`).
pub fn decode_form(text: &str) -> String {
    decode(&text.replace('+', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_letters_are_left_in_a_value() {
        assert_eq!(encode("a-b_c.d~e"), "a-b_c.d~e");
        assert_eq!(encode("a/b:c@d e+é"), "a%2Fb%3Ac%40d%20e%2B%C3%A9");
    }

    #[test]
    fn the_separators_of_a_path_stay() {
        assert_eq!(
            encode_path("hub:5000/a@sha256 ?"),
            "hub:5000/a@sha256%20%3F"
        );
    }

    #[test]
    fn what_is_no_escape_is_kept() {
        assert_eq!(decode("a%20b%C3%A9+%zz%4"), "a bé+%zz%4");
        assert_eq!(decode_form("a+b%2B"), "a b+");
    }
}
