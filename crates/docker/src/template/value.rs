//! The values that a template works on.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use super::super::base64::base64;
use super::super::format::words::zoned;
use super::super::units;

/// A value; Go's kinds, as far as docker's documents have them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// No value: an interface that holds nothing, or a missing key.
    Nothing,
    /// A pointer that points to nothing: its type, the fields of the struct that it could point to.
    NilPointer(Cow<'static, str>, Vec<&'static str>),
    /// `bool`
    Bool(bool),
    /// Whole numbers.
    Int(i64),
    /// `time.Duration`, in nanoseconds.
    Duration(i64),
    /// `time.Time`, as the document writes it.
    Time(String),
    /// Numbers with a fraction.
    Float(f64),
    /// A number as the document writes it (`json.Number`).
    Number(String),
    /// A string.
    Text(String),
    /// A string or a number of a type that has a name (`swarm.NodeRole`, `uint64`).
    Named(Cow<'static, str>, Box<Value>),
    /// A slice.
    List(Vec<Value>, Shape),
    /// A map, sorted by key.
    Map(Vec<(String, Value)>, Shape),
    /// A struct, or a pointer to one.
    Struct(Arc<Struct>),
    /// One line of a list (`*formatter.ContainerContext`).
    Row(Arc<Row>),
}

/// What a slice or a map is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Its type in Go.
    pub(crate) name: Cow<'static, str>,
    /// Whether it is nil, which JSON writes `null`.
    pub(crate) nil: bool,
}

impl Shape {
    /// The shape of a slice or a map of that type that is there.
    pub(crate) fn of(name: impl Into<Cow<'static, str>>) -> Self {
        let name = name.into();
        Self { name, nil: false }
    }

    /// The shape of one that is nil.
    pub(crate) fn nil(name: impl Into<Cow<'static, str>>) -> Self {
        let name = name.into();
        Self { name, nil: true }
    }
}

/// What JSON decodes to without a type.
const ANY_LIST: &str = "[]interface {}";
/// The same, of objects.
const ANY_MAP: &str = "map[string]interface {}";

/// A struct of Go's, with what its fields are in JSON.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Struct {
    /// Its type, for messages.
    pub(crate) name: &'static str,
    /// Whether it is a pointer to one.
    pub(crate) pointer: bool,
    /// Its fields, in order.
    pub(crate) fields: Vec<Field>,
}

impl Struct {
    /// The fields that come from a struct inside: their number, the first, the name of that one.
    fn inside(&self) -> Option<(usize, usize, &'static str)> {
        match self.name {
            "swarm.Service" | "swarm.Node" | "swarm.Secret" | "swarm.Config"
            | "swarm.ClusterInfo" => Some((3, 1, "Meta")),
            "swarm.ServiceSpec" | "swarm.NodeSpec" | "swarm.SecretSpec" | "swarm.ConfigSpec"
            | "swarm.Spec" => Some((2, 0, "Annotations")),
            _ => None,
        }
    }

    /// The fields between braces, each as `value` writes it after what `name` makes of its name.
    pub(super) fn shown(
        &self,
        mark: &str,
        name: impl Fn(&str) -> String,
        value: impl Fn(&Value) -> String,
    ) -> String {
        let mut parts: Vec<String> = self
            .fields
            .iter()
            .map(|field| name(field.name) + &value(&field.value))
            .collect();
        if let Some((count, first, inside)) = self.inside() {
            let grouped: Vec<String> = parts.drain(first..first + count).collect();
            let grouped = format!("{}{{{}}}", name(inside), grouped.join(" "));
            parts.insert(first, grouped);
        }
        format!("{mark}{{{}}}", parts.join(" "))
    }
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// Its name in Go.
    pub(crate) name: &'static str,
    /// Its name in JSON; empty when it is not written.
    pub(crate) json: &'static str,
    /// Whether JSON leaves it out when empty.
    pub(crate) omit_empty: bool,
    /// Its value.
    pub(crate) value: Value,
}

/// One line of a list: columns that templates name.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Row {
    /// Its type, for messages.
    pub(crate) name: &'static str,
    /// The columns.
    pub(crate) columns: Vec<(&'static str, Value)>,
    /// What `.Label "name"` looks in; `None` when there is no such method.
    pub(crate) labels: Option<Vec<(String, String)>>,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl Value {
    /// A document as Go decodes it without a type, numbers as written.
    pub(crate) fn raw(document: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match document {
            Json::Null => Self::Nothing,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => Self::Number(number.to_string()),
            Json::String(text) => Self::Text(text.clone()),
            Json::Array(items) => {
                Self::List(items.iter().map(Self::raw).collect(), Shape::of(ANY_LIST))
            }
            Json::Object(map) => {
                let mut pairs: Vec<_> = map
                    .iter()
                    .map(|(key, value)| (key.clone(), Self::raw(value)))
                    .collect();
                pairs.sort_by(|one, other| one.0.cmp(&other.0));
                Self::Map(pairs, Shape::of(ANY_MAP))
            }
        }
    }

    /// A map of strings to strings, sorted.
    pub(crate) fn pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut pairs: Vec<_> = pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value.into()))
            .collect();
        pairs.sort_by(|one: &(String, Self), other| one.0.cmp(&other.0));
        Self::Map(pairs, Shape::of("map[string]string"))
    }

    /// The value without the name of its type.
    pub(super) fn bare(&self) -> &Self {
        match self {
            Self::Named(_, value) => value.bare(),
            value => value,
        }
    }

    /// The bytes of a slice of bytes.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let Self::List(items, _) = self else {
            return Vec::new();
        };
        let byte = |it: &Self| match it.bare() {
            Self::Int(byte) => u8::try_from(*byte).unwrap_or_default(),
            _ => 0,
        };
        items.iter().map(byte).collect()
    }

    /// Whether it is what an interface held: Go finds its type only when it runs.
    pub(super) fn holds_interfaces(&self) -> bool {
        matches!(self, Self::List(_, shape) | Self::Map(_, shape) if shape.name.ends_with("interface {}"))
    }

    /// Whether `if` takes it for true.
    pub(super) fn truth(&self) -> bool {
        match self {
            Self::Nothing | Self::NilPointer(..) => false,
            // A pointer is true, whatever it points to.
            Self::Named(name, value) => name.starts_with('*') || value.truth(),
            Self::Bool(value) => *value,
            Self::Int(number) | Self::Duration(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Number(text) | Self::Text(text) => !text.is_empty(),
            Self::List(items, _) => !items.is_empty(),
            Self::Map(pairs, _) => !pairs.is_empty(),
            Self::Time(_) | Self::Struct(_) | Self::Row(_) => true,
        }
    }

    /// Whether JSON's `omitempty` leaves it out.
    fn is_empty(&self) -> bool {
        !self.truth() && !matches!(self, Self::Struct(_))
    }

    /// Go's name of its type, for messages.
    pub(super) fn type_name(&self) -> String {
        match self {
            Self::Nothing => "<nil>",
            Self::NilPointer(name, _) | Self::Named(name, _) => name,
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Duration(_) => "time.Duration",
            Self::Time(_) => "time.Time",
            Self::Float(_) => "float64",
            Self::Number(_) => "json.Number",
            Self::Text(_) => "string",
            Self::List(_, shape) | Self::Map(_, shape) => &shape.name,
            Self::Struct(it) if it.pointer => return format!("*{}", it.name),
            Self::Struct(it) => it.name,
            Self::Row(it) => it.name,
        }
        .to_owned()
    }

    /// What its method `String` gives, when it has one.
    pub(super) fn said(&self) -> Option<String> {
        match self {
            Self::Duration(nanos) => Some(units::go_duration(*nanos)),
            Self::Time(text) => Some(zoned(text)),
            Self::Number(text) => Some(text.clone()),
            Self::Named(name, value) => match (&**name, &**value) {
                ("os.FileMode", Self::Int(mode)) => Some(file_mode(*mode)),
                ("time.Month", value) => super::moments::month(value),
                ("time.Weekday", value) => super::moments::weekday(value),
                (_, value) => value.said(),
            },
            Self::Struct(it) if it.name == "swarm.Version" => Some(
                it.fields
                    .first()
                    .map(|it| it.value.plain())
                    .unwrap_or_default(),
            ),
            _ => None,
        }
    }

    /// What `{{.}}` writes.
    pub(super) fn show(&self) -> String {
        match self {
            Self::Nothing => "<no value>".to_owned(),
            _ => self.plain(),
        }
    }

    /// What `%v` writes.
    pub(super) fn plain(&self) -> String {
        match self {
            Self::Nothing | Self::NilPointer(..) => "<nil>".to_owned(),
            Self::Named(..) => self.said().unwrap_or_else(|| self.bare().plain()),
            Self::Bool(value) => value.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Duration(nanos) => units::go_duration(*nanos),
            Self::Time(text) => zoned(text),
            Self::Float(number) => shortest(*number),
            Self::Number(text) | Self::Text(text) => text.clone(),
            Self::List(items, _) => {
                let items: Vec<_> = items.iter().map(Self::plain).collect();
                format!("[{}]", items.join(" "))
            }
            Self::Map(pairs, _) => {
                let pairs: Vec<_> = pairs
                    .iter()
                    .map(|(key, value)| format!("{key}:{}", value.plain()))
                    .collect();
                format!("map[{}]", pairs.join(" "))
            }
            Self::Struct(it) => {
                if let Some(said) = self.said() {
                    return said;
                }
                it.shown("", |_| String::new(), Self::plain)
            }
            Self::Row(row) => {
                let columns: Vec<_> = row.columns.iter().map(|(_, value)| value.plain()).collect();
                format!("&{{{}}}", columns.join(" "))
            }
        }
    }

    /// The value in JSON, on one line, as Go writes it (keys of maps sorted).
    pub(crate) fn json(&self) -> String {
        let mut text = String::new();
        self.write_json(&mut text, false);
        text
    }

    fn write_json(&self, out: &mut String, html: bool) {
        match self {
            Self::Nothing | Self::NilPointer(..) => out.push_str("null"),
            Self::List(_, shape) | Self::Map(_, shape) if shape.nil => out.push_str("null"),
            Self::Named(_, value) => value.write_json(out, html),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Int(number) | Self::Duration(number) => {
                let _ = write!(out, "{number}");
            }
            Self::Float(number) => out.push_str(&json_float(*number)),
            Self::Number(text) => out.push_str(text),
            Self::Text(text) | Self::Time(text) => write_text(out, text, html),
            Self::List(_, shape) if shape.name == "[]uint8" => {
                write_text(out, &base64(&self.bytes()), html);
            }
            Self::List(items, _) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    item.write_json(out, html);
                }
                out.push(']');
            }
            Self::Map(pairs, _) => {
                write_object(out, pairs.iter().map(|it| (it.0.as_str(), &it.1)), html);
            }
            Self::Struct(it) => {
                let fields = it.fields.iter().filter(|field| {
                    !field.json.is_empty() && (!field.omit_empty || !field.value.is_empty())
                });
                write_object(out, fields.map(|field| (field.json, &field.value)), html);
            }
            Self::Row(row) => {
                let mut columns: Vec<_> = row.columns.iter().map(|it| (it.0, &it.1)).collect();
                columns.sort_by_key(|it| it.0);
                // The rows' own marshaller escapes what HTML would take for tags.
                write_object(out, columns.into_iter(), true);
            }
        }
    }
}

fn write_object<'a>(
    out: &mut String,
    pairs: impl Iterator<Item = (&'a str, &'a Value)>,
    html: bool,
) {
    out.push('{');
    for (index, (key, value)) in pairs.enumerate() {
        out.push_str(if index == 0 { "" } else { "," });
        write_text(out, key, html);
        out.push(':');
        value.write_json(out, html);
    }
    out.push('}');
}

fn write_text(out: &mut String, text: &str, html: bool) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' if html => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            '\0'..' ' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

/// Permissions as `os.FileMode` writes them: `-r--r--r--`.
fn file_mode(mode: i64) -> String {
    let letters = "rwxrwxrwx".chars().enumerate();
    let shown = letters.map(|(index, it)| {
        if mode >> (8 - index) & 1 == 1 {
            it
        } else {
            '-'
        }
    });
    std::iter::once('-').chain(shown).collect()
}

/// A float as `%v` writes it: the shortest digits, an exponent before 1e-4 and from 1e6 on.
pub(super) fn shortest(number: f64) -> String {
    with_exponent(number, -4..6, 2)
}

/// A float as JSON has it.
fn json_float(number: f64) -> String {
    with_exponent(number, -6..21, 1)
}

/// The shortest digits, and an exponent of at least `digits` digits when it is out of the range.
fn with_exponent(number: f64, plain: std::ops::Range<i32>, digits: usize) -> String {
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if number != 0.0 && !plain.contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:0digits$}", exponent.abs());
    }
    format!("{number}")
}
