//! The types of the engine's documents, as the real client decodes them: the fields that a
//! template finds under Go's names, in Go's order, with a value even where the document has none.
//!
//! The tables follow the API types of docker 28.2.2.

mod client;
mod container;
mod context;
mod event;
mod host;
mod image;
mod info;
mod network;
mod swarm;
mod swarm_cluster;
mod swarm_task;
#[cfg(test)]
mod tests;
mod version;
mod volume;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value as Json;

use super::base64::unbase64;
use super::template::{Field, Shape, Struct, Value};

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Bool,
    Int,
    Text,
    /// Nanoseconds.
    Duration,
    /// A moment.
    Time,
    /// Whatever the document has.
    Any,
    /// `[]uint8`, in base 64.
    Bytes,
    /// A number with a fraction.
    Float,
    /// A string or a number of a type that has a name.
    Named(&'static str, &'static Kind),
    List(&'static Kind),
    Map(&'static Kind),
    Struct(&'static Type),
    Pointer(&'static Kind),
}

impl Kind {
    /// Its name in Go.
    fn name(self) -> Cow<'static, str> {
        match self {
            Self::Bool => "bool".into(),
            Self::Int => "int".into(),
            Self::Float => "float32".into(),
            Self::Bytes => "[]uint8".into(),
            Self::Text => "string".into(),
            Self::Duration => "time.Duration".into(),
            Self::Time => "time.Time".into(),
            Self::Any => "interface {}".into(),
            Self::Named(name, _) => name.into(),
            Self::Struct(kind) => kind.name.into(),
            Self::List(inner) => format!("[]{}", inner.name()).into(),
            Self::Map(inner) => format!("map[string]{}", inner.name()).into(),
            Self::Pointer(inner) => format!("*{}", inner.name()).into(),
        }
    }
}

/// A struct.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    name: &'static str,
    fields: &'static [Row],
}

/// A field of a struct: its name in Go and in JSON, whether JSON leaves it out when empty, what
/// it holds.
#[derive(Debug, Clone, Copy)]
pub(in crate::schema) struct Row {
    name: &'static str,
    json: &'static str,
    omit_empty: bool,
    kind: Kind,
}

const fn field(name: &'static str, json: &'static str, kind: Kind) -> Row {
    Row {
        name,
        json,
        omit_empty: false,
        kind,
    }
}

const fn optional(name: &'static str, json: &'static str, kind: Kind) -> Row {
    Row {
        name,
        json,
        omit_empty: true,
        kind,
    }
}

/// Go's moment when none was set.
const NEVER: &str = "0001-01-01T00:00:00Z";

/// `struct{}`
const EMPTY: Type = Type {
    name: "struct {}",
    fields: &[],
};

/// The answer of `GET /containers/NAME/json`.
pub(super) const CONTAINER: &Type = &container::CONTAINER_INSPECT_RESPONSE;
/// The answer of `GET /images/NAME/json`.
pub(super) const IMAGE: &Type = &image::IMAGE_INSPECT_RESPONSE;
/// The answer of `GET /networks/NAME`.
pub(super) const NETWORK: &Type = &network::NETWORK_INSPECT;
/// The answer of `GET /volumes/NAME`.
pub(super) const VOLUME: &Type = &volume::VOLUME_VOLUME;
/// The answer of `GET /info`.
pub(super) const INFO: &Type = &info::SYSTEM_INFO;
/// The client, in `docker version`.
pub(super) const CLIENT_VERSION: &Type = &client::VERSION;
/// The client, in `docker info`.
pub(super) const CLIENT_INFO: &Type = &client::INFO;
/// A docker context.
pub(super) const CONTEXT: &Type = &context::CONTEXT;
/// An event of `GET /events`.
pub(super) const EVENT: &Type = &event::MESSAGE;
/// The answer of `GET /version`.
pub(super) const VERSION: &Type = &version::TYPES_VERSION;

/// The answer of `GET /services/NAME`.
pub(super) const SERVICE: &Type = &swarm::SERVICE;
/// The answer of `GET /nodes/NAME`.
pub(super) const NODE: &Type = &swarm::NODE;
/// The answer of `GET /secrets/NAME`.
pub(super) const SECRET: &Type = &swarm::SECRET;
/// The answer of `GET /configs/NAME`.
pub(super) const CONFIG: &Type = &swarm::CONFIG;

/// A document as a value of that type.
pub(super) fn typed(kind: &Type, document: &Json) -> Value {
    structure(kind, document, false)
}

fn structure(kind: &Type, document: &Json, pointer: bool) -> Value {
    let fields = kind
        .fields
        .iter()
        .map(|row| Field {
            name: row.name,
            json: row.json,
            omit_empty: row.omit_empty,
            value: value(row.kind, find(document, row.json)),
        })
        .collect();
    Value::Struct(Arc::new(Struct {
        name: kind.name,
        pointer,
        fields,
    }))
}

/// A field of a document; Go does not mind the case of its name.
fn find<'a>(document: &'a Json, name: &str) -> &'a Json {
    match &document[name] {
        Json::Null => document
            .as_object()
            .and_then(|map| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)))
            .map_or(&Json::Null, |(_, value)| value),
        value => value,
    }
}

fn value(kind: Kind, document: &Json) -> Value {
    match kind {
        Kind::Named(name, inner) => Value::Named(name.into(), Box::new(value(*inner, document))),
        Kind::Bytes if document.is_null() => Value::List(Vec::new(), Shape::nil(kind.name())),
        Kind::Bytes => {
            let bytes = unbase64(document.as_str().unwrap_or_default());
            let byte = |it: u8| Value::Named("uint8".into(), Box::new(Value::Int(it.into())));
            Value::List(
                bytes.into_iter().map(byte).collect(),
                Shape::of(kind.name()),
            )
        }
        Kind::Float => {
            let number = Value::Float(document.as_f64().unwrap_or_default());
            Value::Named(kind.name(), Box::new(number))
        }
        Kind::Bool => Value::Bool(document.as_bool().unwrap_or_default()),
        Kind::Int => Value::Int(document.as_i64().unwrap_or_default()),
        Kind::Duration => Value::Duration(document.as_i64().unwrap_or_default()),
        Kind::Text => document.as_str().unwrap_or_default().into(),
        Kind::Time => Value::Time(document.as_str().unwrap_or(NEVER).to_owned()),
        Kind::List(inner) => match document {
            Json::Array(items) => Value::List(
                items.iter().map(|item| value(*inner, item)).collect(),
                Shape::of(kind.name()),
            ),
            _ => Value::List(Vec::new(), Shape::nil(kind.name())),
        },
        Kind::Map(inner) => match document {
            Json::Object(map) => {
                let mut pairs: Vec<_> = map
                    .iter()
                    .map(|(key, item)| (key.clone(), value(*inner, item)))
                    .collect();
                pairs.sort_by(|one, other| one.0.cmp(&other.0));
                Value::Map(pairs, Shape::of(kind.name()))
            }
            _ => Value::Map(Vec::new(), Shape::nil(kind.name())),
        },
        Kind::Struct(kind) => typed(kind, document),
        Kind::Pointer(inner) if document.is_null() => {
            let fields = match inner {
                Kind::Struct(inner) => inner.fields.iter().map(|it| it.name).collect(),
                _ => Vec::new(),
            };
            Value::NilPointer(kind.name(), fields)
        }
        Kind::Pointer(Kind::Struct(inner)) => structure(inner, document, true),
        Kind::Any | Kind::Pointer(Kind::Any | Kind::List(_) | Kind::Map(_)) => Value::raw(document),
        Kind::Pointer(inner) => Value::Named(kind.name(), Box::new(value(*inner, document))),
    }
}
