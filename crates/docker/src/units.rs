//! Sizes, ages and durations as Go and docker write and read them.

use std::fmt::Write as _;

#[cfg(test)]
mod tests;

const DECIMAL: [&str; 9] = ["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const BINARY: [&str; 9] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];
const NANOS: i128 = 1_000_000_000;

/// A number as Go's `%.Ng`: N significant digits, no trailing zeros, an exponent when needed.
fn general(value: f64, digits: usize) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{value:.*e}", digits - 1);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let trim = |text: &str| {
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text.to_owned()
        }
    };
    let digits = i32::try_from(digits).unwrap_or(i32::MAX);
    if exponent < -4 || exponent >= digits {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{}e{sign}{:02}", trim(mantissa), exponent.abs());
    }
    let decimals = usize::try_from(digits - 1 - exponent).unwrap_or_default();
    trim(&format!("{value:.decimals$}"))
}

fn scaled(size: f64, base: f64, units: &[&'static str]) -> (f64, &'static str) {
    let (mut size, mut index) = (size, 0);
    while size >= base && index + 1 < units.len() {
        size /= base;
        index += 1;
    }
    (size, units[index])
}

/// A size in bytes with that many significant digits: `1.98MB`.
#[expect(
    clippy::cast_precision_loss,
    reason = "four digits of a size are shown"
)]
pub(super) fn human_size(size: i64, digits: usize) -> String {
    human_size_of(size as f64, digits)
}

/// The same, of a number that may have a fraction.
pub(super) fn human_size_of(size: f64, digits: usize) -> String {
    let (size, unit) = scaled(size, 1000.0, &DECIMAL);
    format!("{}{unit}", general(size, digits))
}

/// A size in bytes in powers of 1024: `1.952GiB`.
pub(super) fn binary_size(size: f64) -> String {
    let (size, unit) = scaled(size, 1024.0, &BINARY);
    format!("{}{unit}", general(size, 4))
}

/// An age in seconds: `About a minute`, `3 weeks`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "an age in hours is far from the limits"
)]
pub(super) fn human_duration(seconds: i64) -> String {
    let minutes = seconds / 60;
    let hours = (seconds as f64 / 3600.0 + 0.5) as i64;
    match () {
        () if seconds < 1 => "Less than a second".to_owned(),
        () if seconds == 1 => "1 second".to_owned(),
        () if seconds < 60 => format!("{seconds} seconds"),
        () if minutes == 1 => "About a minute".to_owned(),
        () if minutes < 60 => format!("{minutes} minutes"),
        () if hours == 1 => "About an hour".to_owned(),
        () if hours < 48 => format!("{hours} hours"),
        () if hours < 24 * 7 * 2 => format!("{} days", hours / 24),
        () if hours < 24 * 30 * 2 => format!("{} weeks", hours / 24 / 7),
        () if hours < 24 * 365 * 2 => format!("{} months", hours / 24 / 30),
        () => format!("{} years", seconds / 3600 / 24 / 365),
    }
}

/// Reads a size in bytes, units in powers of 1024: `64m`, `1.5GiB`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "as Go converts a float to an integer"
)]
pub(super) fn ram_in_bytes(text: &str) -> Result<i64, String> {
    let invalid = || format!("invalid size: '{text}'");
    let separator = text.rfind(|it: char| it.is_ascii_digit() || it == '.' || it == ' ');
    let separator = separator.ok_or_else(invalid)?;
    let (number, suffix) = text.split_at(separator + 1);
    let number = number.strip_suffix(' ').unwrap_or(number);
    let size: f64 = number
        .parse()
        .map_err(|_| format!("strconv.ParseFloat: parsing {number:?}: invalid syntax"))?;
    if size < 0.0 {
        return Err(invalid());
    }
    let suffix = suffix.to_lowercase();
    let bad = || format!("invalid suffix: '{suffix}'");
    let power = match suffix.chars().next() {
        None => return Ok(size as i64),
        Some('b') if suffix.len() == 1 => return Ok(size as i64),
        Some('k') => 1,
        Some('m') => 2,
        Some('g') => 3,
        Some('t') => 4,
        Some('p') => 5,
        Some(_) => return Err(bad()),
    };
    if !matches!(&suffix[1..], "" | "b" | "ib") {
        return Err(bad());
    }
    Ok((size * 1024_f64.powi(power)) as i64)
}

/// Reads a number of processors in billionths: `0.5`, `3/2`.
pub(super) fn nano_cpus(text: &str) -> Result<i64, String> {
    let bad = || format!("failed to parse {text} as a rational number");
    let (number, below) = text.split_once('/').unwrap_or((text, "1"));
    let below: i128 = below.parse().map_err(|_| bad())?;
    let (negative, digits) = match number.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, number.strip_prefix('+').unwrap_or(number)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|it| it.is_ascii_digit()) || below == 0 {
        return Err(bad());
    }
    let above: i128 = all.parse().map_err(|_| bad())?;
    let scale = u32::try_from(fraction.len())
        .ok()
        .and_then(|it| 10_i128.checked_pow(it))
        .and_then(|it| it.checked_mul(below))
        .ok_or_else(bad)?;
    let nanos = above.checked_mul(NANOS).ok_or_else(bad)?;
    if nanos % scale != 0 {
        return Err("value is too precise".to_owned());
    }
    let nanos = i64::try_from(nanos / scale).map_err(|_| bad())?;
    Ok(if negative { -nanos } else { nanos })
}

/// Reads a Go duration (`1m30s`, `500ms`) in nanoseconds.
pub(super) fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {text:?}");
    let (sign, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total: i128 = 0;
    while !rest.is_empty() {
        let end = rest
            .find(|it: char| !it.is_ascii_digit() && it != '.')
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at(end);
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if format!("{whole}{fraction}").is_empty() || fraction.contains('.') {
            return Err(invalid());
        }
        let end = after
            .find(|it: char| it.is_ascii_digit() || it == '.')
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let nanos: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => NANOS,
            "m" => 60 * NANOS,
            "h" => 3600 * NANOS,
            "" => return Err(format!("time: missing unit in duration {text:?}")),
            _ => return Err(format!("time: unknown unit {unit:?} in duration {text:?}")),
        };
        let digits = format!("{whole}{fraction}");
        let digits: i128 = digits.parse().map_err(|_| invalid())?;
        let below = u32::try_from(fraction.len())
            .ok()
            .and_then(|it| 10_i128.checked_pow(it));
        let part = digits
            .checked_mul(nanos)
            .zip(below)
            .map(|(it, below)| it / below);
        total += part.ok_or_else(invalid)?;
        rest = after;
    }
    i64::try_from(total * sign).map_err(|_| invalid())
}

/// A duration in nanoseconds as Go writes it: `1m30s`, `500ms`.
pub(super) fn go_duration(nanos: i64) -> String {
    let (sign, nanos) = if nanos < 0 {
        ("-", nanos.unsigned_abs())
    } else {
        ("", nanos.unsigned_abs())
    };
    let below_second = |unit: u64, name: &str| {
        let mut text = (nanos / unit).to_string();
        let rest = nanos % unit;
        if rest != 0 {
            let width = unit.ilog10() as usize;
            let _ = write!(text, ".{}", format!("{rest:0width$}").trim_end_matches('0'));
        }
        format!("{sign}{text}{name}")
    };
    match nanos {
        0 => "0s".to_owned(),
        1..1_000 => format!("{sign}{nanos}ns"),
        1_000..1_000_000 => below_second(1_000, "µs"),
        1_000_000..1_000_000_000 => below_second(1_000_000, "ms"),
        _ => {
            let whole = nanos / 1_000_000_000;
            let mut text = String::from(sign);
            if whole >= 3600 {
                let _ = write!(text, "{}h", whole / 3600);
            }
            if whole >= 60 {
                let _ = write!(text, "{}m", whole / 60 % 60);
            }
            let _ = write!(text, "{}", whole % 60);
            let rest = nanos % 1_000_000_000;
            if rest != 0 {
                let _ = write!(text, ".{}", format!("{rest:09}").trim_end_matches('0'));
            }
            text + "s"
        }
    }
}
