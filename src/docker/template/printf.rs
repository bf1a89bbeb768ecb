//! `print`, `println` and `printf`.

use std::fmt::Write as _;

use super::value::Value;

/// `fmt.Sprint`: a space between two values of which neither is a string.
pub(super) fn print(values: &[Value]) -> String {
    let mut text = String::new();
    for (index, value) in values.iter().enumerate() {
        let is_text = |value: &Value| matches!(value, Value::Text(_));
        if index > 0 && !is_text(value) && !is_text(&values[index - 1]) {
            text.push(' ');
        }
        text.push_str(&value.plain());
    }
    text
}

/// `fmt.Sprintln`: a space between all.
pub(super) fn println(values: &[Value]) -> String {
    let words: Vec<_> = values.iter().map(Value::plain).collect();
    words.join(" ") + "\n"
}

/// One `%…` of a format.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the flags of a verb"
)]
#[derive(Debug, Default)]
struct Verb {
    minus: bool,
    zero: bool,
    plus: bool,
    sharp: bool,
    width: usize,
    precision: Option<usize>,
}

/// `fmt.Sprintf`.
pub(super) fn sprintf(format: &str, values: &[Value]) -> String {
    let mut text = String::new();
    let mut letters = format.chars().peekable();
    let mut values = values.iter();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        let mut verb = Verb::default();
        while let Some(flag) = letters.next_if(|it| "-+# 0".contains(*it)) {
            verb.minus |= flag == '-';
            verb.zero |= flag == '0';
            verb.plus |= flag == '+';
            verb.sharp |= flag == '#';
        }
        while let Some(digit) = letters.peek().and_then(|it| it.to_digit(10)) {
            verb.width = verb.width * 10 + digit as usize;
            letters.next();
        }
        if letters.next_if_eq(&'.').is_some() {
            let mut precision = 0;
            while let Some(digit) = letters.peek().and_then(|it| it.to_digit(10)) {
                precision = precision * 10 + digit as usize;
                letters.next();
            }
            verb.precision = Some(precision);
        }
        match letters.next() {
            None => text.push_str("%!(NOVERB)"),
            Some('%') => text.push('%'),
            Some(kind) => match values.next() {
                None => {
                    let _ = write!(text, "%!{kind}(MISSING)");
                }
                Some(value) => text.push_str(&verb.pad(&verb.format(kind, value), value)),
            },
        }
    }
    let extra: Vec<_> = values
        .map(|value| format!("{}={}", value.type_name(), value.plain()))
        .collect();
    if !extra.is_empty() {
        let _ = write!(text, "%!(EXTRA {})", extra.join(", "));
    }
    text
}

impl Verb {
    fn format(&self, kind: char, value: &Value) -> String {
        let bad = || format!("%!{kind}({}={})", value.type_name(), value.plain());
        match (kind, value) {
            ('v', _)
            | (
                's',
                Value::Text(_)
                | Value::Number(_)
                | Value::Duration(_)
                | Value::Time(_)
                | Value::Map(..)
                | Value::List(..),
            ) => self.cut(&value.plain()),
            ('q', Value::Text(text) | Value::Number(text)) => format!("{:?}", self.cut(text)),
            ('d', Value::Int(number) | Value::Duration(number)) => {
                if self.plus && *number >= 0 {
                    format!("+{number}")
                } else {
                    number.to_string()
                }
            }
            ('x', Value::Int(number)) if self.sharp => format!("{number:#x}"),
            ('x', Value::Int(number)) => format!("{number:x}"),
            ('X', Value::Int(number)) => format!("{number:X}"),
            ('o', Value::Int(number)) => format!("{number:o}"),
            ('b', Value::Int(number)) => format!("{number:b}"),
            ('x', Value::Text(text)) => text.bytes().fold(String::new(), |mut all, byte| {
                let _ = write!(all, "{byte:02x}");
                all
            }),
            ('c', Value::Int(number)) => u32::try_from(*number)
                .ok()
                .and_then(char::from_u32)
                .map_or_else(String::new, |it| it.to_string()),
            ('t', Value::Bool(value)) => value.to_string(),
            ('f', Value::Float(number)) => format!("{number:.*}", self.precision.unwrap_or(6)),
            ('e' | 'g', Value::Float(number)) => super::value::shortest(*number),
            ('T', value) => value.type_name(),
            _ => bad(),
        }
    }

    fn cut(&self, text: &str) -> String {
        match self.precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text.to_owned(),
        }
    }

    fn pad(&self, text: &str, value: &Value) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        let is_number = matches!(value, Value::Int(_) | Value::Float(_));
        match () {
            () if self.minus => format!("{text}{}", " ".repeat(missing)),
            () if self.zero && is_number => match text.strip_prefix('-') {
                Some(digits) => format!("-{}{digits}", "0".repeat(missing)),
                None => format!("{}{text}", "0".repeat(missing)),
            },
            () => format!("{}{text}", " ".repeat(missing)),
        }
    }
}
