//! Methods of Python's texts, lists, dictionaries.

use std::sync::Arc;

use super::eval::Args;
use super::ops::compare;
use super::py_builtins::int;
use super::show::{formatted, repr, shown};
use super::value::{Ran, Value, list, locked, text};
use super::{Interp, Lang, Stop, py_error};

const TEXT: &str = " upper lower strip lstrip rstrip split splitlines join replace startswith endswith find count format title capitalize isdigit isalpha encode decode zfill center ljust rjust index ";
const LIST: &str = " append extend insert remove pop index count sort reverse copy clear add ";
const DICT: &str = " get keys values items pop update setdefault copy clear ";

/// Whether a value has this method.
pub(super) fn knows(of: &Value, name: &str) -> bool {
    let names = match of {
        Value::Str(_) => TEXT,
        Value::List(_) => LIST,
        Value::Tuple(_) => " index count ",
        Value::Dict(_) => DICT,
        Value::Object(it) if it.class.name == "%File" || it.class.name == "%HttpServer" => {
            " close "
        }
        _ => "",
    };
    names.contains(&format!(" {name} "))
}

fn missing(what: &str) -> Stop {
    Stop::NotSimulated(format!("la méthode {what}()"))
}

impl Interp {
    pub(super) async fn method_py(
        self: &Arc<Self>,
        of: &Value,
        name: &str,
        args: Args,
        depth: u32,
    ) -> Ran<Value> {
        let (args, named) = args;
        match of {
            Value::Str(it) => text_method(it, name, &args, &named),
            Value::List(items) if name == "sort" => {
                let given = vec![Value::List(items.clone())];
                let sorted = self
                    .call(
                        super::value::native("sorted"),
                        None,
                        (given, named),
                        depth + 1,
                    )
                    .await?;
                *locked(items) = sorted.items().unwrap_or_default();
                Ok(Value::Null)
            }
            Value::List(items) => list_method(items, name, &args),
            Value::Tuple(items) => list_method(&std::sync::Mutex::new(items.to_vec()), name, &args),
            Value::Dict(map) => {
                let one = args.first().cloned().unwrap_or(Value::Null);
                let usual = args.get(1).cloned();
                let mut map = locked(map);
                Ok(match name {
                    "get" => map.get(&one).or(usual).unwrap_or(Value::Null),
                    "keys" => list(map.0.iter().map(|it| it.0.clone()).collect()),
                    "values" => list(map.0.iter().map(|it| it.1.clone()).collect()),
                    "items" => list(
                        map.0
                            .iter()
                            .map(|it| Value::Tuple(Arc::new(vec![it.0.clone(), it.1.clone()])))
                            .collect(),
                    ),
                    "pop" => match map.remove(&one).or(usual) {
                        Some(value) => value,
                        None => return Err(py_error("KeyError", repr(&one, Lang::Python))),
                    },
                    "update" => {
                        if let Value::Dict(other) = &one {
                            let other = other.clone();
                            drop(map);
                            let rows = locked(&other).clone().0;
                            let Value::Dict(map) = of else {
                                return Ok(Value::Null);
                            };
                            for (key, value) in rows {
                                locked(map).set(key, value);
                            }
                            return Ok(Value::Null);
                        }
                        for (key, value) in named {
                            map.set(text(key), value);
                        }
                        Value::Null
                    }
                    "setdefault" => {
                        if let Some(value) = map.get(&one) {
                            value
                        } else {
                            let value = usual.unwrap_or(Value::Null);
                            map.set(one, value.clone());
                            value
                        }
                    }
                    "clear" => {
                        map.0.clear();
                        Value::Null
                    }
                    _ => Value::Dict(Arc::new(std::sync::Mutex::new(map.clone()))),
                })
            }
            _ => Err(missing(name)),
        }
    }
}

#[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
fn text_method(it: &str, name: &str, args: &[Value], named: &[(String, Value)]) -> Ran<Value> {
    let one = args
        .first()
        .map_or_else(String::new, |it| shown(it, Lang::Python));
    let two = args
        .get(1)
        .map_or_else(String::new, |it| shown(it, Lang::Python));
    let number = args.first().map_or(0, Value::int);
    let trimmed = |letter: char| {
        if args.is_empty() {
            letter.is_whitespace()
        } else {
            one.contains(letter)
        }
    };
    let padded = |align: &str| {
        text(formatted(
            &text(it),
            &format!("{align}{number}"),
            Lang::Python,
        ))
    };
    Ok(match name {
        "upper" => text(it.to_uppercase()),
        "lower" => text(it.to_lowercase()),
        "strip" => text(it.trim_matches(trimmed)),
        "lstrip" => text(it.trim_start_matches(trimmed)),
        "rstrip" => text(it.trim_end_matches(trimmed)),
        "split" if args.is_empty() => list(it.split_whitespace().map(text).collect()),
        "split" => match args.get(1) {
            Some(most) => list(
                it.splitn(
                    usize::try_from(most.int() + 1).unwrap_or(usize::MAX),
                    one.as_str(),
                )
                .map(text)
                .collect(),
            ),
            None => list(it.split(one.as_str()).map(text).collect()),
        },
        "splitlines" => list(it.lines().map(text).collect()),
        "join" => {
            let items = args.first().and_then(Value::items).unwrap_or_default();
            if let Some((at, other)) = items
                .iter()
                .enumerate()
                .find(|it| !matches!(it.1, Value::Str(_)))
            {
                return Err(py_error(
                    "TypeError",
                    format!(
                        "sequence item {at}: expected str instance, {} found",
                        other.kind(Lang::Python)
                    ),
                ));
            }
            text(
                items
                    .iter()
                    .map(|it| shown(it, Lang::Python))
                    .collect::<Vec<_>>()
                    .join(it),
            )
        }
        "replace" => text(it.replace(&one, &two)),
        "startswith" => Value::Bool(it.starts_with(&one)),
        "endswith" => Value::Bool(it.ends_with(&one)),
        "find" | "index" => match it.find(&one) {
            Some(at) => int(it[..at].chars().count()),
            None if name == "index" => return Err(py_error("ValueError", "substring not found")),
            None => Value::Int(-1),
        },
        "count" => int(it.matches(&one).count()),
        "title" | "capitalize" => {
            let mut fresh = true;
            text(
                it.chars()
                    .map(|letter| {
                        let up = fresh;
                        fresh = name == "title" && !letter.is_alphanumeric();
                        if up {
                            letter.to_uppercase().to_string()
                        } else {
                            letter.to_lowercase().to_string()
                        }
                    })
                    .collect::<String>(),
            )
        }
        "isdigit" => Value::Bool(!it.is_empty() && it.chars().all(|it| it.is_ascii_digit())),
        "isalpha" => Value::Bool(!it.is_empty() && it.chars().all(char::is_alphabetic)),
        // Bytes are texts here.
        "encode" | "decode" => text(it),
        "zfill" => padded("0>"),
        "center" => padded("^"),
        "ljust" => padded("<"),
        "rjust" => padded(">"),
        "format" => {
            let mut rest = it;
            let mut out = String::new();
            let mut next = 0;
            while let Some((before, after)) = rest.split_once('{') {
                out.push_str(before);
                let Some((inside, tail)) = after.split_once('}') else {
                    break;
                };
                let (field, format) = inside.split_once(':').unwrap_or((inside, ""));
                let value = match field.parse::<usize>() {
                    Ok(at) => args.get(at).cloned(),
                    Err(_) if field.is_empty() => {
                        next += 1;
                        args.get(next - 1).cloned()
                    }
                    Err(_) => named.iter().find(|it| it.0 == field).map(|it| it.1.clone()),
                };
                let value = value.ok_or_else(|| {
                    py_error(
                        "IndexError",
                        "Replacement index out of range for positional args tuple",
                    )
                })?;
                out.push_str(&formatted(&value, format, Lang::Python));
                rest = tail;
            }
            text(out + rest)
        }
        _ => return Err(missing(name)),
    })
}

fn list_method(items: &std::sync::Mutex<Vec<Value>>, name: &str, args: &[Value]) -> Ran<Value> {
    let one = args.first().cloned().unwrap_or(Value::Null);
    let mut items = locked(items);
    let place = |items: &[Value]| items.iter().position(|it| it.equal(&one));
    Ok(match name {
        "append" => {
            items.push(one);
            Value::Null
        }
        "add" => {
            if place(&items).is_none() {
                items.push(one);
            }
            Value::Null
        }
        "extend" => {
            items.extend(one.items().unwrap_or_default());
            Value::Null
        }
        "insert" => {
            let at = usize::try_from(one.int()).unwrap_or(0).min(items.len());
            items.insert(at, args.get(1).cloned().unwrap_or(Value::Null));
            Value::Null
        }
        "remove" => match place(&items) {
            Some(at) => {
                items.remove(at);
                Value::Null
            }
            None => return Err(py_error("ValueError", "list.remove(x): x not in list")),
        },
        "pop" => {
            let last = items.len().wrapping_sub(1);
            let at = args
                .first()
                .map_or(last, |it| usize::try_from(it.int()).unwrap_or(last));
            if at >= items.len() {
                return Err(py_error("IndexError", "pop from empty list"));
            }
            items.remove(at)
        }
        "index" => match place(&items) {
            Some(at) => int(at),
            None => {
                return Err(py_error(
                    "ValueError",
                    format!("{} is not in list", repr(&one, Lang::Python)),
                ));
            }
        },
        "count" => int(items.iter().filter(|it| it.equal(&one)).count()),
        "reverse" => {
            items.reverse();
            Value::Null
        }
        "clear" => {
            items.clear();
            Value::Null
        }
        "copy" => list(items.clone()),
        _ => {
            items.sort_by(|a, b| compare(a, b).unwrap_or(std::cmp::Ordering::Equal));
            Value::Null
        }
    })
}
