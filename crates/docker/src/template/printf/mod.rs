//! `print`, `println` and `printf`, by the rules of Go's package `fmt`.

mod number;
mod quote;
#[cfg(test)]
mod tests;
mod verb;

use std::fmt::Write as _;

use super::value::Value;
use verb::Verb;

/// The widest field, as in Go.
const WIDEST: usize = 1_000_000;

/// `fmt.Sprint`: a space between two values of which neither is a string.
pub(super) fn print(values: &[Value]) -> String {
    let mut text = String::new();
    for (index, value) in values.iter().enumerate() {
        let is_text = |value: &Value| matches!(value, Value::Text(_));
        if index > 0 && !is_text(value) && !is_text(&values[index - 1]) {
            text.push(' ');
        }
        text.push_str(&Verb::default().format('v', value));
    }
    text
}

/// `fmt.Sprintln`: a space between all.
pub(super) fn println(values: &[Value]) -> String {
    let verb = Verb::default();
    let words: Vec<_> = values.iter().map(|it| verb.format('v', it)).collect();
    words.join(" ") + "\n"
}

/// `fmt.Sprintf`.
pub(super) fn sprintf(format: &str, values: &[Value]) -> String {
    Run {
        rest: format,
        values,
        next: 0,
        reordered: false,
        bad_index: false,
    }
    .run()
}

/// Where the reading of a format is.
struct Run<'a> {
    rest: &'a str,
    values: &'a [Value],
    next: usize,
    /// Whether a `[n]` was met: values that are left over are no error then.
    reordered: bool,
    bad_index: bool,
}

impl Run<'_> {
    fn run(mut self) -> String {
        let mut text = String::new();
        while let Some((before, after)) = self.rest.split_once('%') {
            text.push_str(before);
            self.rest = after;
            self.verb(&mut text);
        }
        text.push_str(self.rest);
        if !self.reordered && self.next < self.values.len() {
            let shown = |value: &Value| match value {
                Value::Nothing => "<nil>".to_owned(),
                value => format!(
                    "{}={}",
                    value.type_name(),
                    Verb::default().format('v', value)
                ),
            };
            let extra: Vec<_> = self.values[self.next..].iter().map(shown).collect();
            let _ = write!(text, "%!(EXTRA {})", extra.join(", "));
        }
        text
    }

    /// One `%…`, its `%` read already.
    fn verb(&mut self, text: &mut String) {
        let mut verb = Verb::default();
        while let Some(flag) = self.take(|it| "-+# 0".contains(it)) {
            match flag {
                '-' => verb.minus = true,
                '0' => verb.zero = true,
                '+' => verb.plus = true,
                '#' => verb.sharp = true,
                _ => verb.space = true,
            }
        }
        self.bad_index = false;
        self.index();
        if self.take(|it| it == '*').is_some() {
            match self.star() {
                Some(width) => {
                    verb.minus |= width < 0;
                    verb.width = usize::try_from(width.unsigned_abs()).ok();
                }
                None => text.push_str("%!(BADWIDTH)"),
            }
        } else {
            verb.width = self.number();
        }
        if self.take(|it| it == '.').is_some() {
            self.index();
            if self.take(|it| it == '*').is_some() {
                match self.star() {
                    Some(precision) => verb.precision = usize::try_from(precision).ok(),
                    None => text.push_str("%!(BADPREC)"),
                }
            } else {
                verb.precision = Some(self.number().unwrap_or_default());
            }
        }
        self.index();
        let Some(kind) = self.take(|_| true) else {
            text.push_str("%!(NOVERB)");
            return;
        };
        let value = self.values.get(self.next);
        match value {
            _ if kind == '%' => text.push('%'),
            _ if self.bad_index => {
                let _ = write!(text, "%!{kind}(BADINDEX)");
            }
            None => {
                let _ = write!(text, "%!{kind}(MISSING)");
            }
            Some(value) => {
                self.next += 1;
                text.push_str(&verb.format(kind, value));
            }
        }
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> Option<char> {
        let letter = self.rest.chars().next().filter(|it| wanted(*it))?;
        self.rest = &self.rest[letter.len_utf8()..];
        Some(letter)
    }

    fn number(&mut self) -> Option<usize> {
        let end = self.rest.find(|it: char| !it.is_ascii_digit());
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        digits.parse().ok().filter(|it| *it <= WIDEST)
    }

    /// The value that a `*` takes.
    fn star(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        match value.bare() {
            Value::Int(number) if number.unsigned_abs() <= WIDEST as u64 => Some(*number),
            _ => None,
        }
    }

    /// `[n]`: which value comes next.
    fn index(&mut self) {
        let Some(inside) = self.rest.strip_prefix('[') else {
            return;
        };
        self.reordered = true;
        let Some((digits, rest)) = inside.split_once(']') else {
            self.bad_index = true;
            self.rest = inside;
            return;
        };
        self.rest = rest;
        match digits.parse::<usize>() {
            Ok(index) if (1..=self.values.len()).contains(&index) => self.next = index - 1,
            _ => self.bad_index = true,
        }
    }
}
