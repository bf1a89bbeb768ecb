//! Values of `awk`: text and numbers. A character of a text is one byte, as in busybox.

use std::collections::HashMap;

use crate::shell::builtins::printf::format_all;

/// What a variable holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Value {
    /// Never set: both `""` and 0.
    #[default]
    Unset,
    Number(f64),
    Text(String),
    /// Text that was read and looks like a number: compared as one.
    Read(String, f64),
}

impl Value {
    pub(super) fn flag(holds: bool) -> Self {
        Self::Number(f64::from(u8::from(holds)))
    }

    /// What was read: a number when it looks like one.
    pub(super) fn read(text: String) -> Self {
        let trimmed = text.trim_matches([' ', '\t', '\n']);
        let (value, length) = leading_number(trimmed);
        if length > 0 && length == trimmed.len() {
            Self::Read(text, value)
        } else {
            Self::Text(text)
        }
    }

    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Unset => 0.0,
            Self::Number(value) | Self::Read(_, value) => *value,
            Self::Text(text) => leading_number(text.trim_start_matches([' ', '\t', '\n'])).0,
        }
    }

    pub(super) fn truth(&self) -> bool {
        match self {
            Self::Unset => false,
            Self::Number(value) | Self::Read(_, value) => *value != 0.0,
            Self::Text(text) => !text.is_empty(),
        }
    }

    /// Its text, fractions written by a format: `CONVFMT` or `OFMT`.
    pub(super) fn text(&self, format: &str) -> String {
        match self {
            Self::Unset => String::new(),
            Self::Number(value) => number_text(*value, format),
            Self::Text(text) | Self::Read(text, _) => text.clone(),
        }
    }

    pub(super) fn is_number(&self) -> bool {
        !matches!(self, Self::Text(_))
    }
}

/// An integer, rounded towards zero.
#[expect(
    clippy::cast_possible_truncation,
    reason = "beyond what an integer holds, its bounds: what a cast does in Rust"
)]
pub(super) fn integer(value: f64) -> i64 {
    value as i64
}

/// A number from a count.
#[expect(
    clippy::cast_precision_loss,
    reason = "every number of awk is a double, counts included"
)]
pub(super) fn from_count(count: usize) -> f64 {
    count as f64
}

/// A number from an integer.
#[expect(
    clippy::cast_precision_loss,
    reason = "every number of awk is a double"
)]
pub(super) fn from_integer(value: i64) -> f64 {
    value as f64
}

pub(super) fn number_text(value: f64, format: &str) -> String {
    if value.fract() == 0.0 && value.abs() < 9.2e18 {
        return integer(value).to_string();
    }
    sprintf(format, &[Value::Number(value)]).unwrap_or_default()
}

/// The number, decimal or `0x…`, that a text begins with, and how many bytes it takes: strtod(3).
pub(super) fn leading_number(text: &str) -> (f64, usize) {
    let bytes = text.as_bytes();
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default();
        rest.iter().take_while(|it| it.is_ascii_digit()).count()
    };
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    if let Some(b"0x" | b"0X") = bytes.get(sign..sign + 2) {
        let rest = &bytes[sign + 2..];
        let is_hex = rest.iter().take_while(|it| it.is_ascii_hexdigit());
        let end = sign + 2 + is_hex.count().min(15);
        if let Ok(value) = i64::from_str_radix(&text[sign + 2..end], 16) {
            let value = from_integer(value);
            return (if bytes[0] == b'-' { -value } else { value }, end);
        }
    }
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut count = whole;
    if bytes.get(end) == Some(&b'.') {
        let part = digits(end + 1);
        count += part;
        end += 1 + part;
    }
    if count == 0 {
        return (0.0, 0);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let power = digits(end + 1 + sign);
        if power > 0 {
            end += 1 + sign + power;
        }
    }
    (text[..end].parse().unwrap_or(0.0), end)
}

/// `sprintf`; the complaint when the format is wrong.
pub(super) fn sprintf(format: &str, arguments: &[Value]) -> Result<String, &'static str> {
    let mut out = String::new();
    let mut arguments = arguments.iter();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut conversion = String::from('%');
        loop {
            match chars.next() {
                None => return Ok(out + &conversion),
                Some('%') => {
                    out.push('%');
                    break;
                }
                Some('*') => {
                    let width = arguments.next().map_or(0.0, Value::number);
                    conversion.push_str(&integer(width).to_string());
                }
                Some(c @ ('0'..='9' | '-' | '+' | ' ' | '#' | '.')) => conversion.push(c),
                Some('l' | 'h') => {}
                Some(kind) => {
                    let value = arguments.next().cloned().unwrap_or_default();
                    let word = match kind {
                        'd' | 'i' | 'o' | 'x' | 'X' | 'u' => integer(value.number()).to_string(),
                        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => value.number().to_string(),
                        's' => value.text("%.6g"),
                        'c' => match value {
                            Value::Number(code) => {
                                char::from(integer(code).to_le_bytes()[0]).to_string()
                            }
                            other => other.text("%.6g").chars().take(1).collect(),
                        },
                        _ => return Err("Invalid format specifier"),
                    };
                    conversion.push(kind);
                    let (bytes, _) = format_all(&conversion, &[word]);
                    out.push_str(&String::from_utf8_lossy(&bytes));
                    break;
                }
            }
        }
    }
    Ok(out)
}

/// Bytes as a text, a character each.
pub(super) fn decode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The bytes of a text.
pub(super) fn encode(text: &str) -> Vec<u8> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect()
}

/// An array.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    items: HashMap<String, (u64, Value)>,
    serial: u64,
}

/// How many chains busybox's tables have: the next number once there are ten elements for each.
const CHAINS: [usize; 6] = [61, 251, 1021, 4093, 16381, 65521];

impl Table {
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.items.contains_key(key)
    }

    /// The element, made when there is none.
    pub(super) fn element(&mut self, key: String) -> &mut Value {
        self.serial += 1;
        &mut self
            .items
            .entry(key)
            .or_insert((self.serial, Value::Unset))
            .1
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.items.remove(key);
    }

    pub(super) fn clear(&mut self) {
        self.items.clear();
    }

    /// The keys in busybox's order: by chain, the newest first in each.
    pub(super) fn keys(&self) -> Vec<String> {
        let count = self.items.len();
        let chains = CHAINS.iter().find(|it| count <= **it * 10);
        let chains = u32::try_from(*chains.unwrap_or(&65521)).unwrap_or(61);
        let chain_of = |key: &str| {
            let sum = key.chars().fold(0_u32, |sum, c| {
                sum.wrapping_mul(63).wrapping_add(u32::from(c))
            });
            sum % chains
        };
        let mut keys: Vec<(u32, u64, &String)> = self
            .items
            .iter()
            .map(|(key, (serial, _))| (chain_of(key), u64::MAX - serial, key))
            .collect();
        keys.sort_unstable();
        keys.into_iter().map(|it| it.2.clone()).collect()
    }
}
