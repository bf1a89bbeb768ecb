//! The functions of templates: Go's own, and docker's.

use super::operators::{compare, equal};
use super::printf::{print, println, sprintf};
use super::value::{Shape, Value};

/// Why a function gives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The function failed: `error calling index: …`.
    Call(String),
    /// It was not called as it must be.
    Use(String),
    /// The argument of that number, from 0, is not what the function takes.
    Argument(usize, String),
}

/// The functions, and how many arguments they take (at least, at most).
const FUNCTIONS: &[(&str, usize, usize)] = &[
    ("and", 1, usize::MAX),
    ("call", 1, usize::MAX),
    ("eq", 1, usize::MAX),
    ("ge", 2, 2),
    ("gt", 2, 2),
    ("html", 0, usize::MAX),
    ("index", 1, usize::MAX),
    ("join", 2, 2),
    ("js", 0, usize::MAX),
    ("json", 1, 1),
    ("le", 2, 2),
    ("len", 1, 1),
    ("lower", 1, 1),
    ("lt", 2, 2),
    ("ne", 2, 2),
    ("not", 1, 1),
    ("or", 1, usize::MAX),
    ("pad", 3, 3),
    ("print", 0, usize::MAX),
    ("printf", 1, usize::MAX),
    ("println", 0, usize::MAX),
    ("slice", 1, usize::MAX),
    ("split", 2, 2),
    ("title", 1, 1),
    ("truncate", 2, 2),
    ("upper", 1, 1),
    ("urlquery", 0, usize::MAX),
];

/// Whether there is a function of that name.
pub(super) fn exists(name: &str) -> bool {
    FUNCTIONS.iter().any(|row| row.0 == name)
}

/// Whether the function leaves the titles of a table as they are.
pub(super) fn keeps_header(name: &str) -> bool {
    matches!(
        name,
        "json" | "split" | "join" | "title" | "lower" | "upper" | "truncate"
    )
}

/// Calls a function.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, Fault> {
    check_count(name, arguments.len())?;
    let text = |index: usize| text_of(arguments, index);
    let number = |index: usize| number_of(arguments, index);
    let failed = |result: Result<Value, String>| result.map_err(Fault::Call);
    Ok(match name {
        "not" => Value::Bool(!arguments[0].truth()),
        "len" => return failed(length(&arguments[0])),
        "index" => return failed(index(arguments)),
        "slice" => return failed(slice(arguments)),
        "print" => print(arguments).into(),
        "println" => println(arguments).into(),
        "printf" => sprintf(&text(0)?, &arguments[1..]).into(),
        "html" => escape_html(&print(arguments)).into(),
        "js" => print(arguments)
            .replace('\\', "\\\\")
            .replace('\'', "\\'")
            .into(),
        "urlquery" => wire::percent::encode(&print(arguments))
            .replace("%20", "+")
            .into(),
        "eq" | "ne" => {
            if arguments.len() < 2 {
                return Err(Fault::Call("missing argument for comparison".to_owned()));
            }
            let mut found = false;
            for other in &arguments[1..] {
                found = found || equal(&arguments[0], other).map_err(Fault::Call)?;
            }
            Value::Bool(found == (name == "eq"))
        }
        "lt" | "le" | "gt" | "ge" => {
            let order = compare(&arguments[0], &arguments[1]).map_err(Fault::Call)?;
            Value::Bool(match name {
                "lt" => order.is_lt(),
                "le" => order.is_le(),
                "gt" => order.is_gt(),
                _ => order.is_ge(),
            })
        }
        "json" => arguments[0].json().into(),
        "lower" => text(0)?.to_lowercase().into(),
        "upper" => text(0)?.to_uppercase().into(),
        "title" => title(&text(0)?).into(),
        "split" => {
            let (whole, separator) = (text(0)?, text(1)?);
            let parts: Vec<Value> = if separator.is_empty() {
                whole.chars().map(|it| it.to_string().into()).collect()
            } else {
                whole.split(separator.as_str()).map(Into::into).collect()
            };
            Value::List(parts, Shape::of("[]string"))
        }
        "join" => {
            let Value::List(items, _) = &arguments[0] else {
                return Err(wrong_type("[]string", 0, &arguments[0]));
            };
            let items: Vec<_> = items.iter().map(Value::plain).collect();
            items.join(&text(1)?).into()
        }
        "pad" => {
            let (source, before, after) = (text(0)?, number(1)?, number(2)?);
            if source.is_empty() {
                source.into()
            } else {
                format!("{}{source}{}", " ".repeat(before), " ".repeat(after)).into()
            }
        }
        "truncate" => {
            let (source, length) = (text(0)?, number(1)?);
            source
                .get(..length)
                .map_or(source.clone(), str::to_owned)
                .into()
        }
        _ => {
            return Err(Fault::Call(format!(
                "{name} of type func is not callable here"
            )));
        }
    })
}

fn check_count(name: &str, given: usize) -> Result<(), Fault> {
    let Some((_, least, most)) = FUNCTIONS.iter().find(|row| row.0 == name) else {
        return Err(Fault::Use(format!("{name:?} is not a defined function")));
    };
    let wanted = match () {
        () if given < *least && least != most => format!("at least {least}"),
        () if given < *least || given > *most => most.to_string(),
        () => return Ok(()),
    };
    Err(Fault::Use(format!(
        "wrong number of args for {name}: want {wanted} got {given}"
    )))
}

fn wrong_type(wanted: &str, index: usize, got: &Value) -> Fault {
    let text = match got {
        Value::Nothing => format!("invalid value; expected {wanted}"),
        got => format!(
            "wrong type for value; expected {wanted}; got {}",
            got.type_name()
        ),
    };
    Fault::Argument(index, text)
}

fn text_of(arguments: &[Value], index: usize) -> Result<String, Fault> {
    match &arguments[index] {
        Value::Text(text) => Ok(text.clone()),
        other => Err(wrong_type("string", index, other)),
    }
}

fn number_of(arguments: &[Value], index: usize) -> Result<usize, Fault> {
    match &arguments[index] {
        Value::Int(number) => Ok(usize::try_from(*number).unwrap_or_default()),
        other => Err(wrong_type("int", index, other)),
    }
}

fn length(value: &Value) -> Result<Value, String> {
    let length = match value.bare() {
        Value::Text(text) | Value::Number(text) => text.len(),
        Value::List(items, _) => items.len(),
        Value::Map(pairs, _) => pairs.len(),
        Value::Nothing | Value::NilPointer(..) => return Err("len of nil pointer".to_owned()),
        _ => {
            return Err(format!(
                "len of type {}",
                value.type_name().trim_start_matches('*')
            ));
        }
    };
    Ok(Value::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

fn index(arguments: &[Value]) -> Result<Value, String> {
    let mut value = arguments[0].clone();
    if matches!(value, Value::Nothing) {
        return Err("index of untyped nil".to_owned());
    }
    for key in &arguments[1..] {
        value = match (value.bare(), key.bare()) {
            (Value::List(items, _), Value::Int(number)) => {
                let found = usize::try_from(*number).ok().and_then(|it| items.get(it));
                found
                    .cloned()
                    .ok_or_else(|| out_of_range("slice", *number, items.len()))?
            }
            (Value::List(..), other) => {
                return Err(format!(
                    "cannot index slice/array with type {}",
                    other.type_name()
                ));
            }
            (Value::Map(pairs, shape), Value::Text(name)) => pairs
                .iter()
                .find(|(it, _)| it == name)
                .map_or_else(|| nothing_like(shape), |(_, value)| value.clone()),
            (Value::Map(..), other) => {
                return Err(format!(
                    "value has type {}; should be string",
                    other.type_name()
                ));
            }
            (Value::Text(text) | Value::Number(text), Value::Int(number)) => {
                let byte = usize::try_from(*number)
                    .ok()
                    .and_then(|it| text.as_bytes().get(it));
                let byte = byte.ok_or_else(|| out_of_range("string", *number, text.len()))?;
                Value::Named("uint8".into(), Box::new(Value::Int(i64::from(*byte))))
            }
            (Value::Nothing | Value::NilPointer(..), _) => {
                return Err("index of nil pointer".to_owned());
            }
            _ => {
                let kind = value.type_name();
                let kind = kind.trim_start_matches('*');
                return Err(format!("can't index item of type {kind}"));
            }
        };
    }
    Ok(value)
}

/// The one after the last is refused by Go's reflection, those beyond by the function.
fn out_of_range(kind: &str, index: i64, length: usize) -> String {
    if i64::try_from(length) == Ok(index) {
        format!("reflect: {kind} index out of range")
    } else {
        format!("index out of range: {index}")
    }
}

/// What a map gives for a key that it does not have: the empty value of what it holds.
fn nothing_like(shape: &Shape) -> Value {
    let inner = shape.name.strip_prefix("map[string]").unwrap_or_default();
    match inner {
        "string" => "".into(),
        "bool" => Value::Bool(false),
        "int" => Value::Int(0),
        list if list.starts_with("[]") => Value::List(Vec::new(), Shape::nil(list.to_owned())),
        map if map.starts_with("map[") => Value::Map(Vec::new(), Shape::nil(map.to_owned())),
        pointer if pointer.starts_with('*') => {
            Value::NilPointer(pointer.to_owned().into(), Vec::new())
        }
        _ => Value::Nothing,
    }
}

fn slice(arguments: &[Value]) -> Result<Value, String> {
    let length = match &arguments[0] {
        Value::Text(text) => text.len(),
        Value::List(items, _) => items.len(),
        Value::Nothing => return Err("slice of untyped nil".to_owned()),
        other => return Err(format!("can't slice item of type {}", other.type_name())),
    };
    let bound = |index: usize, default: usize| match arguments.get(index) {
        None => Ok(default),
        Some(Value::Int(number)) => usize::try_from(*number)
            .ok()
            .filter(|it| *it <= length)
            .ok_or_else(|| format!("index out of range: {number}")),
        Some(other) => Err(format!(
            "cannot index slice/array with type {}",
            other.type_name()
        )),
    };
    let (from, to) = (bound(1, 0)?, bound(2, length)?);
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}"));
    }
    Ok(match &arguments[0] {
        Value::Text(text) => String::from_utf8_lossy(&text.as_bytes()[from..to])
            .as_ref()
            .into(),
        Value::List(items, shape) => Value::List(items[from..to].to_vec(), shape.clone()),
        _ => Value::Nothing,
    })
}

fn title(text: &str) -> String {
    let mut start = true;
    text.chars()
        .map(|letter| {
            let titled = if start {
                letter.to_uppercase().next().unwrap_or(letter)
            } else {
                letter
            };
            start = !(letter.is_alphanumeric() || letter == '_' || letter == '\'');
            titled
        })
        .collect()
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}
