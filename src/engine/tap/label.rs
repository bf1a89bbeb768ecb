//! The session's label, added to what clients create.

use serde_json::{Map, Value};

/// The label that tells what was made during a session.
pub const SESSION_LABEL: &str = "moussaillon.session";

/// Calls whose JSON body has `Labels`: what they create carries them.
const LABELLED_CALLS: [&str; 4] = [
    "/containers/create",
    "/volumes/create",
    "/networks/create",
    "/services/create",
];

/// The path without its version and its query: `/v1.51/build?t=a` is `/build`.
fn bare(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or(path);
    let versioned = path
        .strip_prefix("/v")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(version, _)| version.starts_with(|it: char| it.is_ascii_digit()));
    if versioned {
        path[1..].find('/').map_or(path, |slash| &path[slash + 1..])
    } else {
        path
    }
}

/// Whether this call's body is to be labelled.
pub(super) fn concerns_body(method: &str, path: &str) -> bool {
    method == "POST" && LABELLED_CALLS.contains(&bare(path))
}

/// The body with the label; `None` when it is not what the engine expects either (it will say so)
/// or has the label already.
pub(super) fn add_to_body(body: &[u8], session: &str) -> Option<Vec<u8>> {
    let mut document: Value = serde_json::from_slice(body).ok()?;
    let labels = document
        .as_object_mut()?
        .entry("Labels")
        .or_insert(Value::Null);
    if labels.is_null() {
        *labels = Value::Object(Map::new());
    }
    add(labels.as_object_mut()?, session)?;
    serde_json::to_vec(&document).ok()
}

fn add(labels: &mut Map<String, Value>, session: &str) -> Option<()> {
    if labels.contains_key(SESSION_LABEL) {
        return None;
    }
    labels.insert(SESSION_LABEL.to_owned(), session.into());
    Some(())
}

/// The path of a build with the label in its `labels` parameter; `None` when it is not a build, or
/// has the label already.
pub(super) fn add_to_build(method: &str, path: &str, session: &str) -> Option<String> {
    if method != "POST" || bare(path) != "/build" {
        return None;
    }
    let (route, query) = path.split_once('?').unwrap_or((path, ""));
    let mut labels = Map::new();
    let mut kept = Vec::new();
    for parameter in query.split('&').filter(|it| !it.is_empty()) {
        match parameter.strip_prefix("labels=") {
            Some(value) => labels = serde_json::from_str(&decode(value)).ok()?,
            None => kept.push(parameter.to_owned()),
        }
    }
    add(&mut labels, session)?;
    kept.push(format!(
        "labels={}",
        encode(&Value::Object(labels).to_string())
    ));
    Some(format!("{route}?{}", kept.join("&")))
}

/// `application/x-www-form-urlencoded`, as Go's `url.Values` reads it.
fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|it| (*it as char).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push(u8::try_from(high * 16 + low).unwrap_or_default());
                at += 3;
            }
            (b'+', _, _) => {
                decoded.push(b' ');
                at += 1;
            }
            (byte, _, _) => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn encode(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(byte as char);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests;
