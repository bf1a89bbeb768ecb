//! Changes to parts of a service's wish.

use serde_json::{Map, Value};

use crate::format::words::text;
use crate::grammar::Values;

/// The list at that place; none when there is none.
pub(super) fn take(document: &mut Value, field: &str) -> Vec<Value> {
    match document[field].take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    }
}

/// Puts a list at that place, or leaves it out when it is empty.
pub(super) fn put(document: &mut Value, field: &str, items: Vec<Value>) {
    document[field] = Value::Array(items);
    tidy(document, field);
}

/// Leaves an empty list or map out.
pub(super) fn tidy(document: &mut Value, field: &str) {
    let empty = match &document[field] {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Null => true,
        _ => false,
    };
    if let (true, Some(fields)) = (empty, document.as_object_mut()) {
        fields.shift_remove(field);
    }
}

/// Removes and adds texts; `key` tells which ones are the same.
pub(super) fn texts(
    document: &mut Value,
    field: &str,
    values: &Values,
    flags: (&str, &str),
    key: fn(&str) -> &str,
) {
    let (add, remove) = flags;
    if !values.changed(add) && !values.changed(remove) {
        return;
    }
    let gone = values.list(remove);
    let added = values.strings(add);
    let mut items = take(document, field);
    items.retain(|it| {
        let known = key(text(it));
        !gone.contains(&known)
            && !gone.contains(&text(it))
            && !added.iter().any(|new| key(new) == known)
    });
    items.extend(added.into_iter().map(Value::from));
    put(document, field, items);
}

/// The text itself.
pub(super) fn whole(text: &str) -> &str {
    text
}

/// What is before `=`.
pub(super) fn variable(text: &str) -> &str {
    text.split_once('=').map_or(text, |it| it.0)
}

/// Removes and adds `key=value` of a map.
pub(super) fn map(
    document: &mut Value,
    field: &str,
    values: &Values,
    flags: (&str, &str),
    keep: bool,
) {
    let (add, remove) = flags;
    if !values.changed(add) && !values.changed(remove) {
        return;
    }
    let mut fields: Map<String, Value> = document[field].as_object().cloned().unwrap_or_default();
    for pair in values.list(add) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        fields.insert(key.to_owned(), value.into());
    }
    for key in values.list(remove) {
        fields.shift_remove(key);
    }
    document[field] = Value::Object(fields);
    if !keep {
        tidy(document, field);
    }
}
