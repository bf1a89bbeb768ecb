//! JSON as Go reads it: a key is found whatever its case, and every spelling of it counts.

use serde_json::Value;

/// A key as Go's `encoding/json` compares it: two letters outside of ASCII fold to `s` and `k`.
fn folded(key: &str) -> String {
    key.chars()
        .map(|letter| match letter {
            'ſ' => 's',
            '\u{212a}' => 'k',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

/// Every value that this key has in an object, however it is spelled; none for `null`.
pub(crate) fn all<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    let wanted = folded(key);
    value.as_object().map_or_else(Vec::new, |object| {
        object
            .iter()
            .filter(|(it, value)| folded(it) == wanted && !value.is_null())
            .map(|(_, value)| value)
            .collect()
    })
}

/// Every value at the end of a path of keys.
pub(crate) fn at<'a>(value: &'a Value, path: &[&str]) -> Vec<&'a Value> {
    path.iter().fold(vec![value], |values, key| {
        values.into_iter().flat_map(|it| all(it, key)).collect()
    })
}

/// Every text at the end of a path of keys; a list counts for what it holds.
pub(crate) fn texts<'a>(value: &'a Value, path: &[&str]) -> Vec<&'a str> {
    at(value, path)
        .into_iter()
        .flat_map(|it| match it {
            Value::Array(items) => items.iter().collect(),
            other => vec![other],
        })
        .filter_map(Value::as_str)
        .filter(|it| !it.is_empty())
        .collect()
}

/// Every item of the lists at the end of a path of keys.
pub(crate) fn items<'a>(value: &'a Value, path: &[&str]) -> Vec<&'a Value> {
    at(value, path)
        .into_iter()
        .filter_map(Value::as_array)
        .flatten()
        .collect()
}

/// Whether one of the values there is true.
pub(crate) fn is_true(value: &Value, path: &[&str]) -> bool {
    at(value, path).contains(&&Value::Bool(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_as_go_finds_it() {
        for key in ["HostConfig", "hostconfig", "HOSTCONFIG", "Ho\u{17f}tConfig"] {
            let body: Value =
                serde_json::from_str(&format!(r#"{{"{key}":{{"privileged":true}}}}"#)).unwrap();
            assert!(is_true(&body, &["HostConfig", "Privileged"]), "{key}");
        }
        let both: Value = serde_json::from_str(r#"{"Binds":["a"],"binds":["b"]}"#).unwrap();
        assert_eq!(texts(&both, &["Binds"]), ["a", "b"]);
    }
}
