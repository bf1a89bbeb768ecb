//! Values as Go's `fmt` writes them: history and messages show them.

use std::fmt::Write as _;

/// `%q` of a string.
pub(in crate::daemon::build) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            control if u32::from(control) < 0x20 || u32::from(control) == 0x7f => {
                let _ = write!(out, "\\x{:02x}", u32::from(control));
            }
            letter => out.push(letter),
        }
    }
    out + "\""
}

/// `%q` of a list of strings.
pub(in crate::daemon::build) fn quoted_list(items: &[String]) -> String {
    let items: Vec<String> = items.iter().map(|it| quoted(it)).collect();
    format!("[{}]", items.join(" "))
}

/// `%q` of a whole number: the character it is.
pub(in crate::daemon::build) fn quoted_number(number: i64) -> String {
    match u32::try_from(number).ok().and_then(char::from_u32) {
        Some('\'') => "'\\''".to_owned(),
        Some(letter) => {
            let text = quoted(&letter.to_string()).replace("\\\"", "\"");
            format!("'{}'", &text[1..text.len() - 1])
        }
        None => "'\u{fffd}'".to_owned(),
    }
}

/// A duration as Go writes it: `1m30s`, `500ms`, `0s`.
pub(in crate::daemon::build) fn duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.unsigned_abs();
    let fraction = |whole: u64, part: u64, digits: usize, unit: &str| {
        if part == 0 {
            format!("{sign}{whole}{unit}")
        } else {
            let part = format!("{part:0digits$}");
            format!("{sign}{whole}.{}{unit}", part.trim_end_matches('0'))
        }
    };
    if nanos == 0 {
        return "0s".to_owned();
    }
    if nanos < 1_000 {
        return format!("{sign}{nanos}ns");
    }
    if nanos < 1_000_000 {
        return fraction(nanos / 1_000, nanos % 1_000, 3, "µs");
    }
    if nanos < 1_000_000_000 {
        return fraction(nanos / 1_000_000, nanos % 1_000_000, 6, "ms");
    }
    let seconds = nanos / 1_000_000_000;
    let rest = nanos % 1_000_000_000;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let mut text = sign.to_owned();
    if hours > 0 {
        let _ = write!(text, "{hours}h");
    }
    if hours > 0 || minutes > 0 {
        let _ = write!(text, "{minutes}m");
    }
    let tail = fraction(seconds % 60, rest, 9, "s");
    text + tail.trim_start_matches('-')
}

/// Reads a duration: `1m30s`, `500ms`, `1.5h`. The error is Go's.
pub(in crate::daemon::build) fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quoted(text));
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0_f64;
    while !rest.is_empty() {
        let digits = rest
            .find(|it: char| !it.is_ascii_digit() && it != '.')
            .unwrap_or(rest.len());
        let number: f64 = rest[..digits].parse().map_err(|_| invalid())?;
        rest = &rest[digits..];
        let letters = rest
            .find(|it: char| it.is_ascii_digit() || it == '.')
            .unwrap_or(rest.len());
        let unit = &rest[..letters];
        rest = &rest[letters..];
        let scale = match unit {
            "ns" => 1.0,
            "us" | "µs" | "μs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            "m" => 60e9,
            "h" => 3600e9,
            "" => {
                return Err(format!("time: missing unit in duration {}", quoted(text)));
            }
            unit => {
                return Err(format!(
                    "time: unknown unit {} in duration {}",
                    quoted(unit),
                    quoted(text)
                ));
            }
        };
        total += number * scale;
    }
    if total > 9.2e18 {
        return Err(invalid());
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked just above")]
    let nanos = total as i64;
    Ok(if negative { -nanos } else { nanos })
}

#[cfg(test)]
mod tests {
    use super::{duration, parse_duration, quoted_list, quoted_number};

    #[test]
    fn durations_go_both_ways() {
        for text in ["0s", "5s", "1m30s", "500ms", "1h0m0s", "1.5s", "250µs"] {
            assert_eq!(duration(parse_duration(text).unwrap()), text);
        }
        assert!(parse_duration("5").unwrap_err().contains("missing unit"));
        assert!(
            parse_duration("5x")
                .unwrap_err()
                .contains("unknown unit \"x\"")
        );
    }

    #[test]
    fn values_are_quoted_as_go_does() {
        assert_eq!(
            quoted_list(&["a\"b".into(), "c\n".into()]),
            r#"["a\"b" "c\n"]"#
        );
        assert_eq!(quoted_number(3), "'\\x03'");
        assert_eq!(quoted_number(0), "'\\x00'");
    }
}
