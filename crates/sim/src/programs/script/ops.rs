//! Operators.

use std::cmp::Ordering;
use std::sync::Arc;

use super::show::{percent, repr, shown};
use super::value::{Value, list, locked, text};
use super::{Lang, Ran, Stop, js_error, py_error};

/// JavaScript's `==`.
fn loosely(a: &Value, b: &Value) -> bool {
    let nothing = |it: &Value| matches!(it, Value::Null | Value::Undefined);
    match (a, b) {
        _ if nothing(a) || nothing(b) => nothing(a) && nothing(b),
        (Value::Str(_), Value::Int(_) | Value::Num(_) | Value::Bool(_))
        | (Value::Int(_) | Value::Num(_) | Value::Bool(_), Value::Str(_)) => {
            a.number().total_cmp(&b.number()).is_eq()
        }
        _ => a.same(b),
    }
}

/// Orders two values; `None` when they have no order.
pub(super) fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => Some(a.cmp(b)),
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::List(a), Value::List(b)) => sequences(&locked(a).clone(), &locked(b).clone()),
        (Value::Tuple(a), Value::Tuple(b)) => sequences(a, b),
        _ => a.number().partial_cmp(&b.number()),
    }
}

fn sequences(a: &[Value], b: &[Value]) -> Option<Ordering> {
    for (a, b) in a.iter().zip(b) {
        match compare(a, b)? {
            Ordering::Equal => {}
            other => return Some(other),
        }
    }
    Some(a.len().cmp(&b.len()))
}

/// `a in b`.
fn contains(b: &Value, a: &Value, lang: Lang) -> bool {
    match (b, a) {
        (Value::Str(text), part) => text.contains(&shown(part, lang)),
        (Value::Dict(it), key) => locked(it).get(key).is_some(),
        (Value::Object(it), key) => locked(&it.fields).get(key).is_some(),
        (other, item) => other
            .items()
            .is_some_and(|all| all.iter().any(|it| it.equal(item))),
    }
}

/// A binary operation.
pub(super) fn binary(sign: &str, a: &Value, b: &Value, lang: Lang) -> Ran<Value> {
    let order = |test: fn(Ordering) -> bool| -> Ran<Value> {
        let mixed = matches!(a, Value::Str(_)) != matches!(b, Value::Str(_))
            || matches!(a, Value::Null)
            || matches!(b, Value::Null);
        if lang == Lang::Python && mixed {
            return Err(py_error(
                "TypeError",
                format!(
                    "'{sign}' not supported between instances of '{}' and '{}'",
                    a.kind(lang),
                    b.kind(lang)
                ),
            ));
        }
        Ok(Value::Bool(compare(a, b).is_some_and(test)))
    };
    match sign {
        "!==" => Ok(Value::Bool(!a.same(b))),
        "==" if lang == Lang::Js => Ok(Value::Bool(loosely(a, b))),
        "!=" if lang == Lang::Js => Ok(Value::Bool(!loosely(a, b))),
        "==" => Ok(Value::Bool(a.equal(b))),
        "!=" => Ok(Value::Bool(!a.equal(b))),
        "is" | "===" => Ok(Value::Bool(a.same(b))),
        "in" => Ok(Value::Bool(contains(b, a, lang))),
        "instanceof" => Ok(Value::Bool(match (a, b) {
            (Value::Object(it), Value::Class(class)) => it.class.is(&class.name),
            (Value::List(_), Value::Native(it)) => it.0 == "Array",
            (Value::Promise(_), Value::Native(it)) => it.0 == "Promise",
            _ => false,
        })),
        "<" => order(Ordering::is_lt),
        "<=" => order(Ordering::is_le),
        ">" => order(Ordering::is_gt),
        ">=" => order(Ordering::is_ge),
        "+" if lang == Lang::Js => Ok(match (a, b) {
            (Value::Str(_) | Value::List(_) | Value::Dict(_) | Value::Object(_), _)
            | (_, Value::Str(_) | Value::List(_) | Value::Dict(_) | Value::Object(_)) => {
                text(shown(a, lang) + &shown(b, lang))
            }
            (Value::Undefined, _) | (_, Value::Undefined) => Value::Num(f64::NAN),
            _ => Value::Num(a.number() + b.number()),
        }),
        _ if lang == Lang::Js => Ok(Value::Num(arithmetic(sign, a.number(), b.number()))),
        _ => python(sign, a, b),
    }
}

fn arithmetic(sign: &str, a: f64, b: f64) -> f64 {
    match sign {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => a / b,
        "//" => (a / b).floor(),
        "%" => a % b,
        _ => a.powf(b),
    }
}

fn python(sign: &str, a: &Value, b: &Value) -> Ran<Value> {
    let repeated = |count: i64| usize::try_from(count).unwrap_or(0).min(1_000_000);
    match (sign, a, b) {
        ("+", Value::Str(a), Value::Str(b)) => return Ok(text(format!("{a}{b}"))),
        ("+", Value::Str(_), other) => {
            return Err(py_error(
                "TypeError",
                format!(
                    "can only concatenate str (not \"{}\") to str",
                    other.kind(Lang::Python)
                ),
            ));
        }
        ("+", Value::List(a), Value::List(b)) => {
            let mut all = locked(a).clone();
            all.extend(locked(b).clone());
            return Ok(list(all));
        }
        ("+", Value::Tuple(a), Value::Tuple(b)) => {
            return Ok(Value::Tuple(Arc::new([a.as_slice(), b].concat())));
        }
        ("*", Value::Str(it), Value::Int(count)) | ("*", Value::Int(count), Value::Str(it)) => {
            return Ok(text(it.repeat(repeated(*count))));
        }
        ("*", Value::List(it), Value::Int(count)) => {
            let items = locked(it).clone();
            return Ok(list(
                std::iter::repeat_n(items, repeated(*count))
                    .flatten()
                    .collect(),
            ));
        }
        ("%", Value::Str(format), args) => return Ok(text(percent(format, args))),
        _ => {}
    }
    let numeric = |it: &Value| matches!(it, Value::Int(_) | Value::Num(_) | Value::Bool(_));
    if !numeric(a) || !numeric(b) {
        return Err(py_error(
            "TypeError",
            format!(
                "unsupported operand type(s) for {sign}: '{}' and '{}'",
                a.kind(Lang::Python),
                b.kind(Lang::Python)
            ),
        ));
    }
    if matches!(sign, "/" | "//" | "%") && b.number() == 0.0 {
        let message = if sign == "/" {
            "division by zero"
        } else {
            "integer division or modulo by zero"
        };
        return Err(py_error("ZeroDivisionError", message));
    }
    let whole = !matches!(a, Value::Num(_)) && !matches!(b, Value::Num(_));
    if whole && sign != "/" {
        let (x, y) = (a.int(), b.int());
        let found = match sign {
            "+" => x.checked_add(y),
            "-" => x.checked_sub(y),
            "*" => x.checked_mul(y),
            "//" => Some(x.div_euclid(y) - i64::from(y < 0 && x.rem_euclid(y) != 0)),
            "%" => Some(((x % y) + y) % y),
            _ => u32::try_from(y).ok().and_then(|it| x.checked_pow(it)),
        };
        if let Some(number) = found {
            return Ok(Value::Int(number));
        }
        if sign != "**" || y >= 0 {
            return Err(Stop::NotSimulated("les entiers de plus de 64 bits".into()));
        }
    }
    let (x, y) = (a.number(), b.number());
    Ok(Value::Num(if sign == "%" {
        x - y * (x / y).floor()
    } else {
        arithmetic(sign, x, y)
    }))
}

/// A unary operation.
pub(super) fn unary(sign: &str, value: &Value, lang: Lang) -> Ran<Value> {
    Ok(match (sign, value, lang) {
        ("not", it, _) => Value::Bool(!it.truth(lang)),
        ("typeof", it, _) => text(it.kind(lang)),
        ("void", _, _) => Value::Undefined,
        ("-", Value::Int(it), _) => Value::Int(-it),
        ("-", it, Lang::Js) => Value::Num(-it.number()),
        ("+", it, Lang::Js) => Value::Num(it.number()),
        ("-", Value::Num(it), _) => Value::Num(-it),
        ("+", it @ (Value::Int(_) | Value::Num(_)), _) => it.clone(),
        _ => {
            return Err(py_error(
                "TypeError",
                format!("bad operand type for unary {sign}: '{}'", value.kind(lang)),
            ));
        }
    })
}

/// A place of a sequence, negative ones from the end for Python.
fn place(index: &Value, length: usize, lang: Lang) -> Option<usize> {
    let number = match index {
        Value::Int(it) => *it,
        Value::Num(it) if it.fract() == 0.0 => index.int(),
        Value::Str(it) if lang == Lang::Js => it.parse().ok()?,
        _ => return None,
    };
    let real = if number < 0 && lang == Lang::Python {
        number + i64::try_from(length).ok()?
    } else {
        number
    };
    usize::try_from(real).ok().filter(|it| *it < length)
}

/// `value[index]`
pub(super) fn index(value: &Value, key: &Value, lang: Lang) -> Ran<Value> {
    let found = match value {
        Value::List(it) => {
            let items = locked(it);
            place(key, items.len(), lang).map(|at| items[at].clone())
        }
        Value::Tuple(it) => place(key, it.len(), lang).map(|at| it[at].clone()),
        Value::Str(it) => place(key, it.chars().count(), lang)
            .and_then(|at| it.chars().nth(at))
            .map(|it| text(it.to_string())),
        Value::Dict(it) => {
            let key = if lang == Lang::Js {
                text(shown(key, lang))
            } else {
                key.clone()
            };
            let found = locked(it).get(&key);
            if found.is_none() && lang == Lang::Python {
                return Err(py_error("KeyError", repr(&key, lang)));
            }
            found
        }
        Value::Object(it) => locked(&it.fields).text(&shown(key, lang)),
        Value::Null | Value::Undefined if lang == Lang::Js => {
            return Err(js_error(
                "TypeError",
                format!(
                    "Cannot read properties of {} (reading '{}')",
                    shown(value, lang),
                    shown(key, lang)
                ),
            ));
        }
        other if lang == Lang::Python => {
            return Err(py_error(
                "TypeError",
                format!("'{}' object is not subscriptable", other.kind(lang)),
            ));
        }
        _ => None,
    };
    match (found, lang) {
        (Some(found), _) => Ok(found),
        (None, Lang::Js) => Ok(Value::Undefined),
        (None, Lang::Python) => Err(py_error(
            "IndexError",
            format!("{} index out of range", value.kind(lang)),
        )),
    }
}

/// `value[index] = to`
pub(super) fn set_index(value: &Value, key: &Value, to: Value, lang: Lang) -> Ran<()> {
    match value {
        Value::List(it) => {
            let mut items = locked(it);
            match place(key, items.len(), lang) {
                Some(at) => items[at] = to,
                None if lang == Lang::Js && key.int() >= 0 && key.int() < 1_000_000 => {
                    let at = usize::try_from(key.int()).unwrap_or(0);
                    items.resize(at, Value::Undefined);
                    items.push(to);
                }
                None => return Err(py_error("IndexError", "list assignment index out of range")),
            }
        }
        Value::Dict(it) => {
            let key = if lang == Lang::Js {
                text(shown(key, lang))
            } else {
                key.clone()
            };
            locked(it).set(key, to);
        }
        Value::Object(it) => locked(&it.fields).set(text(shown(key, lang)), to),
        _ if lang == Lang::Js => {
            return Err(js_error(
                "TypeError",
                format!("Cannot set properties of {}", shown(value, lang)),
            ));
        }
        _ => {
            return Err(py_error(
                "TypeError",
                format!(
                    "'{}' object does not support item assignment",
                    value.kind(lang)
                ),
            ));
        }
    }
    Ok(())
}

/// `value[low:high]`
pub(super) fn slice(value: &Value, low: Option<i64>, high: Option<i64>) -> Ran<Value> {
    let items = value.items().ok_or_else(|| {
        py_error(
            "TypeError",
            format!("'{}' object is not subscriptable", value.kind(Lang::Python)),
        )
    })?;
    let length = i64::try_from(items.len()).unwrap_or(0);
    let real = |at: i64| {
        usize::try_from((if at < 0 { at + length } else { at }).clamp(0, length)).unwrap_or(0)
    };
    let (low, high) = (real(low.unwrap_or(0)), real(high.unwrap_or(length)));
    let part = items[low.min(high)..high].to_vec();
    Ok(match value {
        Value::Str(_) => text(
            part.iter()
                .map(|it| shown(it, Lang::Python))
                .collect::<String>(),
        ),
        Value::Tuple(_) => Value::Tuple(Arc::new(part)),
        _ => list(part),
    })
}
