//! The session's label, added to what clients create.

use serde_json::{Map, Value};

use wire::percent;

/// The label that tells what was made during a session.
pub const SESSION_LABEL: &str = "moussaillon.session";

/// Calls whose JSON body has `Labels`: what they create carries them.
const LABELLED_CALLS: [&str; 6] = [
    "/containers/create",
    "/volumes/create",
    "/networks/create",
    "/services/create",
    "/secrets/create",
    "/configs/create",
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
pub(crate) fn add_to_body(body: &[u8], session: &str) -> Option<Vec<u8>> {
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
            Some(value) => labels = serde_json::from_str(&percent::decode_form(value)).ok()?,
            None => kept.push(parameter.to_owned()),
        }
    }
    add(&mut labels, session)?;
    kept.push(format!(
        "labels={}",
        percent::encode(&Value::Object(labels).to_string())
    ));
    Some(format!("{route}?{}", kept.join("&")))
}

#[cfg(test)]
mod tests;
