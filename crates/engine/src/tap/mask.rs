//! Secrets that recorded bodies must not hold.
//!
//! Works on text rather than on parsed JSON: a body may be cut at the recorder's bound, or be a
//! stream of several objects. Values of environment variables are not masked: they are the
//! learner's own, and the engine shows them to anyone who inspects the container.

/// What stands for a secret.
const MASK: &str = "***";

/// Keys whose value is a secret: `AuthConfig` (`POST /auth`, `X-Registry-Config`), swarm, secrets.
const SECRET_KEYS: [&str; 9] = [
    "password",
    "passwd",
    "auth",
    "identitytoken",
    "registrytoken",
    "unlockkey",
    "jointoken",
    "signingcakey",
    "bindpassword",
];

/// How swarm's tokens and keys begin, whatever their key (`JoinTokens.Worker`).
const SECRET_BEGINNINGS: [&str; 2] = ["SWMTKN-", "SWMKEY-"];

/// The text with the value of each secret replaced. `data_too` for `POST /secrets/create`, where
/// the secret is under `Data`.
pub(super) fn mask(text: &str, data_too: bool) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    let mut key: Option<&str> = None;
    while let Some(quote) = rest.find('"') {
        masked.push_str(&rest[..=quote]);
        let after = &rest[quote + 1..];
        let (content, closed) = string(after);
        let following = after.get(content.len() + 1..).unwrap_or("");
        let is_key = closed && following.trim_start().starts_with(':');
        let secret = !is_key
            && (key.is_some_and(|key| is_secret(key, data_too))
                || SECRET_BEGINNINGS.iter().any(|it| content.starts_with(it)));
        masked.push_str(if secret && !content.is_empty() {
            MASK
        } else {
            content
        });
        if closed {
            masked.push('"');
        }
        key = is_key.then_some(content);
        rest = following;
    }
    masked.push_str(rest);
    masked
}

/// A call's path with the user and password of each address in its query replaced: `docker import
/// https://user:password@…`, `docker build https://token@…`.
pub(super) fn mask_path(path: &str) -> String {
    const BEGINNINGS: [&str; 3] = ["://", "%3A%2F%2F", "%3a%2f%2f"];
    const ENDS: [&str; 4] = ["/", "%2F", "%2f", "&"];
    const USERS: [&str; 2] = ["@", "%40"];
    let mut masked = String::with_capacity(path.len());
    let mut rest = path;
    let first = |text: &str, wanted: &[&str]| {
        let found = wanted
            .iter()
            .filter_map(|it| Some((text.find(it)?, it.len())));
        found.min()
    };
    while let Some((at, length)) = first(rest, &BEGINNINGS) {
        let (before, after) = rest.split_at(at + length);
        masked.push_str(before);
        let end = first(after, &ENDS).map_or(after.len(), |(end, _)| end);
        rest = after;
        if let Some((user, _)) = first(&after[..end], &USERS) {
            masked.push_str(MASK);
            rest = &after[user..];
        }
    }
    masked.push_str(rest);
    masked
}

fn is_secret(key: &str, data_too: bool) -> bool {
    SECRET_KEYS.iter().any(|it| it.eq_ignore_ascii_case(key))
        || (data_too && key.eq_ignore_ascii_case("data"))
}

/// The content of a JSON string, up to its closing quote or to the end of a cut text.
fn string(text: &str) -> (&str, bool) {
    let mut escaped = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return (&text[..index], true),
            _ => {}
        }
    }
    (text, false)
}

#[cfg(test)]
mod tests;
