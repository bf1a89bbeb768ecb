//! A prune's filters, narrowed to a session's label.

use serde_json::{Map, Value, json};

use super::call::Call;
use crate::tap::SESSION_LABEL;
use wire::percent;

/// The query of a prune that keeps to what the session labelled; `None` when its filters are not
/// read.
pub(crate) fn narrowed(call: &Call, session: &str) -> Option<String> {
    let written = call.parameter("filters");
    let mut filters: Map<String, Value> = if written.is_empty() {
        Map::new()
    } else {
        serde_json::from_str(written).ok()?
    };
    let ours = format!("{SESSION_LABEL}={session}");
    // The engine reads one form or the other, not both in one document.
    let maps = filters.values().any(Value::is_object);
    let empty = if maps { json!({}) } else { json!([]) };
    let labels = filters.entry("label").or_insert(empty);
    match labels {
        Value::Array(labels) => labels.push(json!(ours)),
        // As old clients write them.
        Value::Object(labels) => {
            labels.insert(ours, json!(true));
        }
        _ => return None,
    }
    let mut query: Vec<String> = call
        .query
        .iter()
        .filter(|(name, _)| name != "filters")
        .map(|(name, value)| format!("{}={}", percent::encode(name), percent::encode(value)))
        .collect();
    let filters = Value::Object(filters).to_string();
    query.push(format!("filters={}", percent::encode(&filters)));
    Some(query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(target: &str) -> Option<String> {
        let call = Call::read("POST", target).unwrap();
        let query = narrowed(&call, "s1")?;
        let call = Call::read("POST", &format!("/x?{query}")).unwrap();
        Some(call.parameter("filters").to_owned())
    }

    #[test]
    fn the_session_s_label_joins_the_other_filters() {
        for (target, wanted) in [
            ("/volumes/prune", r#"{"label":["moussaillon.session=s1"]}"#),
            (
                "/images/prune?filters=%7B%22dangling%22%3A%5B%22false%22%5D%7D",
                r#"{"dangling":["false"],"label":["moussaillon.session=s1"]}"#,
            ),
            (
                "/images/prune?filters=%7B%22dangling%22%3A%7B%22false%22%3Atrue%7D%7D",
                r#"{"dangling":{"false":true},"label":{"moussaillon.session=s1":true}}"#,
            ),
            (
                "/containers/prune?filters=%7B%22label%22%3A%7B%22a%22%3Atrue%7D%7D",
                r#"{"label":{"a":true,"moussaillon.session=s1":true}}"#,
            ),
        ] {
            assert_eq!(filters(target).as_deref(), Some(wanted), "{target}");
        }
        assert_eq!(filters("/volumes/prune?filters=%5B%5D"), None);
        assert_eq!(
            filters("/volumes/prune?filters=%7B%22label%22%3A3%7D"),
            None
        );
    }
}
