//! Base64, as headers and docker's configuration have it.

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

/// What other programs wrote: with or without its padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Bytes in base64, padded.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of base64 text; none when it is not base64.
pub(super) fn unbase64(text: &str) -> Vec<u8> {
    LENIENT.decode(text.trim()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_read_with_or_without_padding() {
        for text in ["YQ==", "YQ", " YQ==\n"] {
            assert_eq!(unbase64(text), b"a");
        }
        assert_eq!(unbase64("é"), b"");
        assert_eq!(base64(b"user:pass"), "dXNlcjpwYXNz");
    }
}
