//! `eq`, `lt` and their like.

use std::cmp::Ordering;

use super::value::Value;

/// The basic kinds that Go compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Basic {
    Bool,
    Int,
    Float,
    Text,
}

fn basic(value: &Value) -> Option<Basic> {
    match value {
        Value::Named(name, value) if !name.starts_with('*') => basic(value),
        Value::Bool(_) => Some(Basic::Bool),
        Value::Int(_) | Value::Duration(_) => Some(Basic::Int),
        Value::Float(_) => Some(Basic::Float),
        Value::Text(_) | Value::Number(_) => Some(Basic::Text),
        _ => None,
    }
}

/// Whether two values are equal.
pub(super) fn equal(one: &Value, other: &Value) -> Result<bool, String> {
    match (basic(one), basic(other)) {
        (Some(a), Some(b)) if a == b => Ok(order(one, other).is_some_and(Ordering::is_eq)),
        (Some(_), Some(_)) => Err("incompatible types for comparison".to_owned()),
        (None, None) => match (one, other) {
            (Value::List(..) | Value::Map(..), _) | (_, Value::List(..) | Value::Map(..)) => Err(
                format!("non-comparable type {}: {}", one.plain(), one.type_name()),
            ),
            _ => Ok(!one.truth() && !other.truth()),
        },
        // A value and nothing: never equal.
        _ if matches!(one, Value::Nothing) || matches!(other, Value::Nothing) => Ok(false),
        _ => Err("incompatible types for comparison".to_owned()),
    }
}

/// The order of two values.
pub(super) fn compare(one: &Value, other: &Value) -> Result<Ordering, String> {
    match (basic(one), basic(other)) {
        (Some(a), Some(b)) if a == b && a != Basic::Bool => {
            order(one, other).ok_or_else(|| "incompatible types for comparison".to_owned())
        }
        (Some(_), Some(_)) if basic(one) != basic(other) => {
            Err("incompatible types for comparison".to_owned())
        }
        _ => Err("invalid type for comparison".to_owned()),
    }
}

fn order(one: &Value, other: &Value) -> Option<Ordering> {
    match (one.bare(), other.bare()) {
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Int(a) | Value::Duration(a), Value::Int(b) | Value::Duration(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Text(a) | Value::Number(a), Value::Text(b) | Value::Number(b)) => Some(a.cmp(b)),
        _ => None,
    }
}
