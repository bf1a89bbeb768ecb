//! Join tokens and unlock keys.

use super::super::ids::IdSource;

/// `SWMTKN-1-DIGEST-SECRET`: the digest of the certificate authority, and what proves the right.
pub(super) fn join_token(ids: &mut IdSource, root: &str) -> String {
    use sha2::{Digest, Sha256};
    let digest = base36(&Sha256::digest(root.as_bytes()), 50);
    format!("SWMTKN-1-{digest}-{}", ids.swarm_id())
}

/// Whether a text has the shape of a token.
pub(super) fn is_join_token(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let letters = |it: &str| {
        it.bytes()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
    };
    matches!(parts.as_slice(), ["SWMTKN", "1" | "2", digest, secret]
        if digest.len() == 50 && secret.len() == 25 && letters(digest) && letters(secret))
}

/// `SWMKEY-1-…`: 32 bytes in base64.
pub(super) fn unlock_key(ids: &mut IdSource) -> String {
    let bytes = ids.bytes();
    let text = super::super::base64::encode(&bytes);
    format!("SWMKEY-1-{}", text.trim_end_matches('='))
}

/// A big number in base 36, on so many digits.
pub(in crate::daemon) fn base36(bytes: &[u8], digits: usize) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut number = bytes.to_vec();
    let mut text = Vec::with_capacity(digits);
    for _ in 0..digits {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest << 8 | u32::from(*byte);
            *byte = u8::try_from(value / 36).unwrap_or(0);
            rest = value % 36;
        }
        let digit = usize::try_from(rest).ok().and_then(|it| DIGITS.get(it));
        text.push(digit.copied().unwrap_or(b'0'));
    }
    text.reverse();
    String::from_utf8_lossy(&text).into_owned()
}
