//! What one `%…` writes of a value.

use std::fmt::Write as _;

use super::super::value::{Shape, Struct, Value};
use super::{number, quote};

/// Seconds from the first year, which Go counts from, to 1970.
const FIRST_YEAR: i64 = 62_135_596_800;

/// The flags of a `%…`.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the flags of a verb"
)]
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Verb {
    pub(super) minus: bool,
    pub(super) zero: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Verb {
    /// What the verb writes of an argument.
    pub(super) fn format(&self, kind: char, value: &Value) -> String {
        match (kind, value) {
            ('T' | 'v', Value::Nothing) => self.pad("<nil>", true),
            ('T', value) => self.text('s', &value.type_name()),
            (_, Value::Nothing) => format!("%!{kind}(<nil>)"),
            _ => self.value(kind, value, 0),
        }
    }

    /// The same, `depth` levels inside the argument.
    fn value(&self, kind: char, value: &Value, depth: usize) -> String {
        if kind == 'v' && self.sharp {
            return self.pad(&Self::source(value), true);
        }
        if matches!(kind, 'v' | 's' | 'x' | 'X' | 'q')
            && let Some(said) = value.said()
        {
            return self.text(kind, &said);
        }
        match value {
            Value::Nothing => self.pad("<nil>", true),
            Value::Bool(on) if matches!(kind, 'v' | 't') => self.pad(&on.to_string(), true),
            Value::Named(_, inside) if Self::takes(kind, inside) => self.value(kind, inside, depth),
            Value::Int(number) | Value::Duration(number) => match kind {
                'v' => number::whole(&self.unsigned(), 'd', *number),
                'd' | 'b' | 'o' | 'O' | 'x' | 'X' => number::whole(self, kind, *number),
                'c' => {
                    let letter = u32::try_from(*number).ok().and_then(char::from_u32);
                    self.pad(
                        &letter.unwrap_or(char::REPLACEMENT_CHARACTER).to_string(),
                        true,
                    )
                }
                'q' => self.pad(&quote::letter(*number, self.plus), true),
                'U' => number::unicode(self, *number),
                _ => self.bad(kind, value),
            },
            Value::Float(number) => match kind {
                'v' => number::float(&self.unsigned(), 'g', *number),
                'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'x' | 'X' => number::float(self, kind, *number),
                _ => self.bad(kind, value),
            },
            Value::Text(text) if matches!(kind, 'v' | 's' | 'x' | 'X' | 'q') => {
                self.text(kind, text)
            }
            // Nothing but its numbers is left of a moment that is not written as a text.
            Value::Time(text) => match text.parse::<jiff::Timestamp>() {
                Ok(at) => {
                    let parts = [
                        i64::from(at.subsec_nanosecond().rem_euclid(1_000_000_000)),
                        (at.as_second() - i64::from(at.subsec_nanosecond() < 0)) + FIRST_YEAR,
                        0,
                    ];
                    let parts = parts.map(|it| self.value(kind, &Value::Int(it), depth + 1));
                    format!("{{{}}}", parts.join(" "))
                }
                Err(_) => self.bad(kind, value),
            },
            Value::List(items, shape) => self.list(kind, value, items, shape, depth),
            Value::Map(pairs, _) => {
                let shown: Vec<_> = pairs
                    .iter()
                    .map(|(key, value)| {
                        let key = self.value(kind, &key.as_str().into(), depth + 1);
                        format!("{key}:{}", self.value(kind, value, depth + 1))
                    })
                    .collect();
                format!("map[{}]", shown.join(" "))
            }
            Value::Struct(it) => self.fields(kind, it, depth),
            // Its method `String` fails, which Go writes so.
            Value::NilPointer(name, _)
                if name == "*formatter.Platform" && matches!(kind, 's' | 'x' | 'X' | 'q') =>
            {
                self.pad("<nil>", true)
            }
            Value::NilPointer(..) => match kind {
                'v' => self.pad("<nil>", true),
                'd' | 'b' | 'o' | 'O' | 'x' | 'X' => number::whole(self, kind, 0),
                _ => self.bad(kind, value),
            },
            Value::Row(_) if kind == 'v' => self.pad(&value.plain(), true),
            _ => self.bad(kind, value),
        }
    }

    /// The same for `%+v`, where the plus asks for the names of fields.
    fn unsigned(&self) -> Self {
        Self {
            plus: false,
            ..*self
        }
    }

    /// Whether a type that has a name is written as what it stands for: errors keep the name.
    fn takes(kind: char, inside: &Value) -> bool {
        match inside {
            Value::Int(_) => matches!(
                kind,
                'v' | 'd' | 'b' | 'o' | 'O' | 'x' | 'X' | 'c' | 'q' | 'U'
            ),
            Value::Float(_) => {
                matches!(kind, 'v' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'x' | 'X')
            }
            _ => matches!(kind, 'v' | 's' | 'x' | 'X' | 'q'),
        }
    }

    fn list(
        &self,
        kind: char,
        list: &Value,
        items: &[Value],
        shape: &Shape,
        depth: usize,
    ) -> String {
        if shape.name == "[]uint8" && matches!(kind, 's' | 'q' | 'x' | 'X') {
            return self.text(kind, &String::from_utf8_lossy(&list.bytes()));
        }
        let shown: Vec<_> = items
            .iter()
            .map(|it| self.value(kind, it, depth + 1))
            .collect();
        format!("[{}]", shown.join(" "))
    }

    fn fields(&self, kind: char, it: &Struct, depth: usize) -> String {
        let name = |field: &str| {
            if kind == 'v' && self.plus {
                format!("{field}:")
            } else {
                String::new()
            }
        };
        // An address stands for a pointer that is deeper, which no one can tell: its fields are.
        let mark = if it.pointer && depth == 0 { "&" } else { "" };
        it.shown(mark, name, |field| self.value(kind, field, depth + 1))
    }

    /// `%#v`: the value as Go's source has it.
    fn source(value: &Value) -> String {
        let joined = |parts: Vec<String>| parts.join(", ");
        match value {
            Value::Text(text) | Value::Number(text) => quote::text(text, false),
            Value::Named(_, inside) => Self::source(inside),
            Value::List(_, shape) | Value::Map(_, shape) if shape.nil => {
                format!("{}(nil)", shape.name)
            }
            Value::List(items, shape) => {
                let items = items.iter().map(Self::source).collect();
                format!("{}{{{}}}", shape.name, joined(items))
            }
            Value::Map(pairs, shape) => {
                let pairs = pairs
                    .iter()
                    .map(|(key, value)| {
                        format!("{}:{}", quote::text(key, false), Self::source(value))
                    })
                    .collect();
                format!("{}{{{}}}", shape.name, joined(pairs))
            }
            Value::Struct(it) => {
                let fields = it
                    .fields
                    .iter()
                    .map(|field| format!("{}:{}", field.name, Self::source(&field.value)))
                    .collect();
                let mark = if it.pointer { "&" } else { "" };
                format!("{mark}{}{{{}}}", it.name, joined(fields))
            }
            Value::NilPointer(name, _) => format!("({name})(nil)"),
            Value::Nothing => "interface {}(nil)".to_owned(),
            Value::Int(number) | Value::Duration(number) => number.to_string(),
            other => other.plain(),
        }
    }

    /// A text in `s`, `v`, `q`, `x` or `X`.
    fn text(&self, kind: char, text: &str) -> String {
        if matches!(kind, 'x' | 'X') {
            return self.pad(&self.hexadecimal(kind, text.as_bytes()), true);
        }
        let cut: String = match self.precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text.to_owned(),
        };
        match kind {
            'q' if self.sharp && quote::can_be_raw(&cut) => self.pad(&format!("`{cut}`"), true),
            'q' => self.pad(&quote::text(&cut, self.plus), true),
            _ => self.pad(&cut, true),
        }
    }

    fn hexadecimal(&self, kind: char, bytes: &[u8]) -> String {
        let prefix = match (self.sharp, kind) {
            (false, _) => "",
            (true, 'x') => "0x",
            (true, _) => "0X",
        };
        let bytes = &bytes[..bytes.len().min(self.precision.unwrap_or(usize::MAX))];
        let mut shown = String::new();
        for (index, byte) in bytes.iter().enumerate() {
            if self.space && index > 0 {
                shown.push(' ');
            }
            if index == 0 || self.space {
                shown.push_str(prefix);
            }
            let _ = if kind == 'x' {
                write!(shown, "{byte:02x}")
            } else {
                write!(shown, "{byte:02X}")
            };
        }
        shown
    }

    /// `%!d(string=a)`: the verb does not go with the value.
    fn bad(&self, kind: char, value: &Value) -> String {
        let shown = match value {
            // What it says of itself is not asked any more.
            Value::Duration(number) => number::whole(self, 'd', *number),
            Value::Number(text) => self.text('s', text),
            value => self.value('v', value.bare(), 0),
        };
        format!("%!{kind}({}={shown})", value.type_name())
    }

    /// Fills up to the width; with zeros when asked, for what numbers did not fill themselves.
    pub(super) fn pad(&self, text: &str, zeros: bool) -> String {
        let missing = self
            .width
            .unwrap_or_default()
            .saturating_sub(text.chars().count());
        match () {
            () if self.minus => format!("{text}{}", " ".repeat(missing)),
            () if self.zero && zeros => format!("{}{text}", "0".repeat(missing)),
            () => format!("{}{text}", " ".repeat(missing)),
        }
    }
}
