//! Reads flags as pflag does: glued short flags, `--name=value`, `--`, repeated flags.

use super::super::units;
use super::values::Values;
use super::{Flag, Kind};

/// What the flags of a command line come to.
#[derive(Debug, Clone)]
pub(super) enum Parsed {
    /// Flags and arguments.
    Values(Box<Values>),
    /// `--help`, or `-h` where no flag has that letter.
    Help {
        /// Whether it was `-h`.
        shorthand: bool,
    },
}

/// Reads the words after a verb's name. Without `interspersed`, everything after the first
/// argument is an argument. The error is pflag's text.
pub(super) fn parse(
    flags: &[&'static Flag],
    interspersed: bool,
    words: &[String],
) -> Result<Parsed, String> {
    let mut reader = Reader {
        flags,
        values: Values::default(),
        help: None,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            reader.values.args.extend(words.cloned());
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            reader.long(word, long, &mut words)?;
        } else if let Some(short) = word.strip_prefix('-').filter(|it| !it.is_empty()) {
            reader.short(short, &mut words)?;
        } else {
            reader.values.args.push(word.clone());
            if !interspersed {
                reader.values.args.extend(words.cloned());
                break;
            }
        }
    }
    Ok(match reader.help {
        Some(shorthand) => Parsed::Help { shorthand },
        None => Parsed::Values(Box::new(reader.values)),
    })
}

struct Reader<'a> {
    flags: &'a [&'static Flag],
    values: Values,
    help: Option<bool>,
}

type Words<'a> = std::slice::Iter<'a, String>;

impl Reader<'_> {
    fn long(&mut self, word: &str, long: &str, words: &mut Words<'_>) -> Result<(), String> {
        if long.starts_with(['-', '=']) {
            return Err(format!("bad flag syntax: {word}"));
        }
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let Some(flag) = self.flags.iter().copied().find(|flag| flag.name == name) else {
            if name == "help" {
                self.help.get_or_insert(false);
                return Ok(());
            }
            return Err(format!("unknown flag: --{name}"));
        };
        let value = match value {
            Some(value) => value,
            None if flag.kind == Kind::Bool => "true",
            None => words
                .next()
                .ok_or_else(|| format!("flag needs an argument: --{name}"))?,
        };
        self.set(flag, value)
    }

    fn short(&mut self, letters: &str, words: &mut Words<'_>) -> Result<(), String> {
        let mut rest = letters;
        while let Some(letter) = rest.chars().next() {
            let after = &rest[letter.len_utf8()..];
            let Some(flag) = self
                .flags
                .iter()
                .find(|it| it.short == letter && letter != ' ')
            else {
                if letter == 'h' {
                    self.help.get_or_insert(true);
                    rest = after;
                    continue;
                }
                return Err(format!("unknown shorthand flag: '{letter}' in -{rest}"));
            };
            if let Some(value) = after.strip_prefix('=').filter(|it| !it.is_empty()) {
                return self.set(flag, value);
            }
            if flag.kind == Kind::Bool {
                self.set(flag, "true")?;
                rest = after;
                continue;
            }
            let value = if after.is_empty() {
                words
                    .next()
                    .ok_or_else(|| format!("flag needs an argument: '{letter}' in -{rest}"))?
            } else {
                after
            };
            return self.set(flag, value);
        }
        Ok(())
    }

    fn set(&mut self, flag: &'static Flag, value: &str) -> Result<(), String> {
        let invalid = |error: String| {
            format!(
                "invalid argument {value:?} for {:?} flag: {error}",
                flag.shown()
            )
        };
        let name = flag.hidden_for.unwrap_or(flag.name);
        if flag.name == "help" && flag.kind == Kind::Bool && value == "true" {
            self.help.get_or_insert(false);
            return Ok(());
        }
        let value = match flag.check {
            Some(check) => check(value).map_err(invalid)?,
            None => canonical(flag.kind, value).map_err(invalid)?,
        };
        self.values.spelled.push(flag.name);
        if let Some(why) = flag.deprecated {
            let notice = format!("Flag --{} has been deprecated, {why}", flag.name);
            self.values.notices.push(notice);
        }
        if flag.kind == Kind::Strings {
            let parts = value.split(',').map(|part| (name, part.to_owned()));
            self.values.given.extend(parts);
        } else {
            self.values.given.push((name, value));
        }
        Ok(())
    }
}

/// Checks a value and gives it one form: numbers in decimal, sizes in bytes, durations in
/// nanoseconds, booleans `true` or `false`.
fn canonical(kind: Kind, value: &str) -> Result<String, String> {
    let syntax = |function: &str| format!("strconv.{function}: parsing {value:?}: invalid syntax");
    match kind {
        Kind::Bool => match value {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok("true".to_owned()),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok("false".to_owned()),
            _ => Err(syntax("ParseBool")),
        },
        Kind::Int => go_int(value)
            .map(|it| it.to_string())
            .ok_or_else(|| syntax("ParseInt")),
        Kind::Uint | Kind::Uint16 => {
            let number = go_int(value)
                .filter(|it| *it >= 0)
                .ok_or_else(|| syntax("ParseUint"))?;
            if kind == Kind::Uint16 && number > i64::from(u16::MAX) {
                return Err(format!(
                    "strconv.ParseUint: parsing {value:?}: value out of range"
                ));
            }
            Ok(number.to_string())
        }
        Kind::Duration => units::parse_duration(value).map(|it| it.to_string()),
        Kind::Bytes => units::ram_in_bytes(value).map(|it| it.to_string()),
        Kind::Decimal => units::nano_cpus(value).map(|it| it.to_string()),
        Kind::Filter => filter(value),
        Kind::Text | Kind::List | Kind::Strings | Kind::Map | Kind::Other(_) => {
            Ok(value.to_owned())
        }
    }
}

/// A whole number with Go's prefixes: `0x1f`, `0b1`, `0o7`, `017`, and `_` after them.
fn go_int(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        _ if lower.len() > 1 && lower.starts_with('0') => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    if digits.starts_with(['-', '+']) {
        return None;
    }
    i64::from_str_radix(digits, radix)
        .ok()
        .map(|number| sign * number)
}

/// A `--filter`: `key=value`, the key in lower case.
fn filter(value: &str) -> Result<String, String> {
    match value.split_once('=') {
        _ if value.is_empty() => Ok(String::new()),
        Some((key, value)) => Ok(format!("{}={}", key.trim().to_lowercase(), value.trim())),
        None => Err("bad format of filter (expected name=value)".to_owned()),
    }
}
