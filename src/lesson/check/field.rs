//! Goals on any field of `docker inspect`.

use serde_json::Value;

use super::object::find_image;
use super::words::{NOWHERE, code, wanted as number_wanted};
use super::{Evidence, Found, Row};
use crate::domain::{Kind, Object, ObjectRef, Snapshot};
use crate::lesson::goal::{EngineGoal, FieldGoal, InspectGoal};
use crate::text::changes;

/// Judges `inspect`.
pub(super) fn judge(goal: &InspectGoal, evidence: Evidence<'_>) -> Found {
    let document = |state, name: &str| find(state, goal.kind, name).map(Object::document);
    let old = document(evidence.before(), &goal.name);
    let new = document(evidence.now(), &goal.name);
    let other = |name: &str| document(evidence.now(), name);
    let mut found = judge_fields(&goal.name, &goal.fields, (old, new), &other);
    if new.is_none() {
        found.missing = format!("{} ne s’appelle {}.", none(goal.kind), code(&goal.name));
    }
    found
}

/// Judges `moteur`.
pub(super) fn judge_engine(goal: &EngineGoal, evidence: Evidence<'_>) -> Found {
    let documents = (evidence.before().engine(), evidence.now().engine());
    let mut found = judge_fields("moteur", &goal.fields, documents, &|_| None);
    if documents.1.is_none() {
        "Le moteur n’a pas encore dit ce qu’il est.".clone_into(&mut found.missing);
    }
    found
}

fn judge_fields<'a>(
    object: &str,
    fields: &[(String, FieldGoal)],
    (old, new): (Option<&'a Value>, Option<&'a Value>),
    other: &dyn Fn(&str) -> Option<&'a Value>,
) -> Found {
    let mut rows = Vec::new();
    let mut complaints = Vec::new();
    let mut labels = Vec::new();
    for (path, wanted) in fields {
        let before = old.and_then(|document| lookup(document, path));
        let now = new.and_then(|document| lookup(document, path));
        let other = |name: &str| other(name).and_then(|document| lookup(document, path));
        let met = new.is_some() && holds(wanted, before, now, &other);
        let target = target(wanted, &other);
        if !met {
            let expected = match (wanted, before) {
                (FieldGoal::Unchanged(true), Some(before)) => {
                    format!("inchangé ({})", code(&told(before)))
                }
                _ => target.as_deref().map_or_else(|| "absent".to_owned(), code),
            };
            complaints.push(format!(
                "{} : {} attendu {expected}, observé {}.",
                object,
                code(path),
                now.map_or_else(|| "absent".to_owned(), |it| code(&told(it)))
            ));
        }
        let is = match wanted {
            FieldGoal::Unchanged(_) => "",
            _ => "= ",
        };
        labels.push(format!(
            "{path} {is}{}",
            target.as_deref().unwrap_or("absent")
        ));
        // Without its object, a field that must be absent is not what is wanted either.
        let nowhere = new.is_none() && target.is_none();
        rows.push(Row {
            object: object.to_owned(),
            field: path.clone(),
            before: before.map(told),
            now: now
                .map(told)
                .or_else(|| nowhere.then(|| NOWHERE.to_owned())),
            target,
            met,
        });
    }
    Found {
        met: rows.iter().all(|row| row.met),
        label: format!("{} : {}", object, labels.join(", ")),
        missing: complaints.join(" "),
        rows,
    }
}

pub(super) const fn none(kind: Kind) -> &'static str {
    match kind {
        Kind::Container => "Aucun conteneur",
        Kind::Image => "Aucune image",
        Kind::Volume => "Aucun volume",
        Kind::Network => "Aucun réseau",
        Kind::Service => "Aucun service",
        Kind::Node => "Aucun nœud",
        Kind::Secret => "Aucun secret",
        Kind::Config => "Aucune configuration",
    }
}

/// The object of this name.
pub(super) fn find<'a>(state: &'a Snapshot, kind: Kind, name: &str) -> Option<&'a Object> {
    match kind {
        Kind::Image => {
            let id = find_image(state, name)?.id.clone();
            state.get(&ObjectRef { kind, id })
        }
        _ => state.of_kind(kind).find(|object| object.name() == name),
    }
}

/// Follows a dotted path. A key may itself hold dots (`Config.Labels.com.example.role`): the
/// longest one that exists is taken.
pub(super) fn lookup<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    if path.is_empty() {
        return Some(document);
    }
    let ends = path
        .match_indices('.')
        .map(|(at, _)| at)
        .chain(std::iter::once(path.len()))
        .collect::<Vec<_>>();
    ends.into_iter().rev().find_map(|end| {
        let key = &path[..end];
        let rest = path.get(end + 1..).unwrap_or("");
        let child = match document {
            Value::Object(map) => map.get(key)?,
            Value::Array(list) => list.get(key.parse::<usize>().ok()?)?,
            _ => return None,
        };
        lookup(child, rest)
    })
}

fn holds<'a>(
    goal: &FieldGoal,
    before: Option<&Value>,
    now: Option<&Value>,
    other: &dyn Fn(&str) -> Option<&'a Value>,
) -> bool {
    match goal {
        FieldGoal::Is(wanted) => now.is_some_and(|now| equals(now, wanted)),
        FieldGoal::IsNot(unwanted) => now.is_some_and(|now| !equals(now, unwanted)),
        FieldGoal::AtLeast(least) => compares(now, least, |now, least| now >= least),
        FieldGoal::AtMost(most) => compares(now, most, |now, most| now <= most),
        FieldGoal::Holds(part) => now.is_some_and(|now| contains(now, part)),
        FieldGoal::Absent(absent) => is_empty(now) == *absent,
        FieldGoal::SameAs(name) => now.is_some() && now == other(name),
        FieldGoal::OtherThan(name) => {
            let other = other(name);
            now.is_some() && other.is_some() && now != other
        }
        FieldGoal::Unchanged(unchanged) => now.is_some() && (before == now) == *unchanged,
        FieldGoal::Extends(name) => match (now, other(name)) {
            (Some(Value::Array(longer)), Some(Value::Array(list))) => {
                longer.len() > list.len() && longer.starts_with(list)
            }
            _ => false,
        },
        FieldGoal::Length(count) => now.and_then(length).is_some_and(|it| count.accepts(it)),
    }
}

fn target<'a>(goal: &FieldGoal, other: &dyn Fn(&str) -> Option<&'a Value>) -> Option<String> {
    match goal {
        FieldGoal::Is(wanted) => Some(wanted.clone()),
        FieldGoal::IsNot(unwanted) => Some(format!("pas {unwanted}")),
        FieldGoal::AtLeast(least) => Some(format!("au moins {least}")),
        FieldGoal::AtMost(most) => Some(format!("au plus {most}")),
        FieldGoal::Holds(part) => Some(format!("contient {part}")),
        FieldGoal::Absent(true) => None,
        FieldGoal::Absent(false) => Some("présent".to_owned()),
        FieldGoal::SameAs(name) => Some(other(name).map_or_else(|| format!("comme {name}"), told)),
        FieldGoal::OtherThan(name) => Some(format!("pas celui de {name}")),
        FieldGoal::Unchanged(true) => Some("inchangé".to_owned()),
        FieldGoal::Unchanged(false) => Some("changé".to_owned()),
        FieldGoal::Extends(name) => Some(format!("ce qu’a {name}, et la suite")),
        FieldGoal::Length(count) => Some(format!("{} éléments", number_wanted(*count))),
    }
}

/// How many elements or keys; an empty list is often `null`.
fn length(value: &Value) -> Option<usize> {
    match value {
        Value::Null => Some(0),
        Value::Array(list) => Some(list.len()),
        Value::Object(map) => Some(map.len()),
        _ => None,
    }
}

/// A value as the learner reads it: the identifiers as docker shortens them.
fn told(value: &Value) -> String {
    changes::identifier(&shown(value))
}

/// A value as the learner reads it in `docker inspect`.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(list)) => list.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        Some(_) => false,
    }
}

/// Whether a value is what the lesson writes: the same text, or the same quantity.
pub(super) fn equals(value: &Value, wanted: &str) -> bool {
    match value {
        Value::String(text) => text == wanted,
        Value::Bool(flag) => wanted == if *flag { "true" } else { "false" },
        Value::Number(number) => {
            number
                .as_i128()
                .is_some_and(|number| quantity(wanted) == Some(number))
                || number
                    .as_f64()
                    .is_some_and(|number| wanted.parse() == Ok(number))
        }
        Value::Null => wanted == "null",
        Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join(" ") == wanted,
        Value::Object(_) => false,
    }
}

fn compares(value: Option<&Value>, bound: &str, test: impl Fn(i128, i128) -> bool) -> bool {
    let number = match value {
        Some(Value::Number(number)) => number.as_i128(),
        Some(Value::String(text)) => quantity(text),
        _ => None,
    };
    matches!((number, quantity(bound)), (Some(number), Some(bound)) if test(number, bound))
}

fn contains(value: &Value, part: &str) -> bool {
    match value {
        Value::String(text) => text.contains(part),
        Value::Array(list) => list.iter().any(|item| equals(item, part)),
        Value::Object(map) => map.contains_key(part),
        _ => false,
    }
}

/// A number with docker's units: bytes in powers of 1024 (`64m`, `1g`, `512k`), or a length of time
/// in nanoseconds, as the API gives them (`30s`, `500ms`).
pub(super) fn quantity(text: &str) -> Option<i128> {
    let text = text.trim();
    let digits = text.find(|it: char| !it.is_ascii_digit() && it != '.' && it != '-');
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let scale: i128 = match unit.trim().to_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" | "kio" => 1 << 10,
        "m" | "mb" | "mib" | "mio" => 1 << 20,
        "g" | "gb" | "gib" | "gio" => 1 << 30,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        _ => return None,
    };
    // Exact, unlike a float: 0.1 g is cut to whole bytes as docker does.
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let negative = whole.starts_with('-');
    let whole: i128 = whole.parse().ok()?;
    let mut value = whole.checked_mul(scale)?;
    if !part.is_empty() {
        let digits = u32::try_from(part.len()).ok().filter(|&it| it <= 12)?;
        let extra = part.parse::<i128>().ok()?.checked_mul(scale)? / 10_i128.pow(digits);
        value = if negative {
            value - extra
        } else {
            value + extra
        };
    }
    Some(value)
}
