//! JSON from and to values.

use super::Lang;
use super::js_builtins::fields;
use super::show::shown;
use super::value::{Value, dict, list, locked, text};

/// A value as JSON; `None` for what JSON has no word for.
pub(super) fn to_json(value: &Value, lang: Lang) -> Option<serde_json::Value> {
    use serde_json::Value as Json;
    Some(match value {
        Value::Undefined if lang == Lang::Js => return None,
        Value::Undefined | Value::Null => Json::Null,
        Value::Bool(it) => Json::Bool(*it),
        Value::Int(it) => Json::from(*it),
        Value::Num(it) if it.fract() == 0.0 && it.abs() < 9e15 && lang == Lang::Js => {
            Json::from(value.int())
        }
        Value::Num(it) => Json::from(*it),
        Value::Str(it) => Json::from(it.to_string()),
        Value::List(it) => Json::Array(
            locked(it)
                .iter()
                .map(|it| to_json(it, lang).unwrap_or(Json::Null))
                .collect(),
        ),
        Value::Tuple(it) => Json::Array(
            it.iter()
                .map(|it| to_json(it, lang).unwrap_or(Json::Null))
                .collect(),
        ),
        Value::Dict(_) | Value::Object(_) => {
            let rows = fields(value)
                .into_iter()
                .filter_map(|(key, value)| Some((shown(&key, lang), to_json(&value, lang)?)));
            Json::Object(rows.filter(|it| !it.0.starts_with('%')).collect())
        }
        _ => return None,
    })
}

pub(super) fn json_text(value: &Value, indent: Option<&Value>) -> Option<String> {
    let json = to_json(value, Lang::Js)?;
    match indent {
        Some(Value::Num(width)) if *width > 0.0 => serde_json::to_string_pretty(&json).ok(),
        _ => Some(json.to_string()),
    }
}

pub(super) fn from_json(json: &serde_json::Value, lang: Lang) -> Value {
    use serde_json::Value as Json;
    match json {
        Json::Null => Value::Null,
        Json::Bool(it) => Value::Bool(*it),
        Json::Number(it) => match it.as_i64().filter(|_| lang == Lang::Python) {
            Some(number) => Value::Int(number),
            None => Value::Num(it.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(it) => text(it),
        Json::Array(items) => list(items.iter().map(|it| from_json(it, lang)).collect()),
        Json::Object(rows) => dict(
            rows.iter()
                .map(|(key, value)| (key, from_json(value, lang)))
                .collect::<Vec<_>>(),
        ),
    }
}
