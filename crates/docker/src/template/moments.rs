//! Methods of `time.Time` and `time.Duration`, as templates call them.

use jiff::Zoned;

use super::super::units;
use super::value::Value;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// What a method gives; `None` when there is no such method, or not with these arguments.
pub(super) fn method(value: &Value, name: &str, given: &[Value]) -> Option<Value> {
    match value {
        Value::Duration(nanos) => of_duration(*nanos, name, given),
        Value::Time(text) => of_time(text, name, given),
        _ => None,
    }
}

/// The name of a month.
pub(super) fn month(value: &Value) -> Option<String> {
    named(value, 1, &MONTHS)
}

/// The name of a day of the week.
pub(super) fn weekday(value: &Value) -> Option<String> {
    named(value, 0, &DAYS)
}

fn named(value: &Value, first: i64, names: &[&str]) -> Option<String> {
    let Value::Int(number) = value else {
        return None;
    };
    let name = names.get(usize::try_from(number - first).ok()?)?;
    Some((*name).to_owned())
}

#[expect(clippy::cast_precision_loss, reason = "as Go does")]
fn of_duration(nanos: i64, name: &str, given: &[Value]) -> Option<Value> {
    if !given.is_empty() {
        return None;
    }
    let int = |value: i64| Value::Named("int64".into(), Box::new(Value::Int(value)));
    Some(match name {
        "Hours" => Value::Float(nanos as f64 / 3.6e12),
        "Minutes" => Value::Float(nanos as f64 / 6e10),
        "Seconds" => Value::Float(nanos as f64 / 1e9),
        "Milliseconds" => int(nanos / 1_000_000),
        "Microseconds" => int(nanos / 1_000),
        "Nanoseconds" => int(nanos),
        "String" => units::go_duration(nanos).into(),
        "Abs" => Value::Duration(nanos.saturating_abs()),
        _ => return None,
    })
}

fn of_time(text: &str, name: &str, given: &[Value]) -> Option<Value> {
    let at = zoned(text)?;
    let int = |value: i64| Value::Named("int64".into(), Box::new(Value::Int(value)));
    let named = |name: &'static str, value: i8| {
        Value::Named(name.into(), Box::new(Value::Int(value.into())))
    };
    match (name, given) {
        ("Before" | "After" | "Equal" | "Sub" | "Compare", [Value::Time(other)]) => {
            let other = zoned(other)?;
            let (one, two) = (at.timestamp(), other.timestamp());
            return Some(match name {
                "Before" => Value::Bool(one < two),
                "After" => Value::Bool(one > two),
                "Equal" => Value::Bool(one == two),
                "Compare" => Value::Int(one.cmp(&two) as i64),
                _ => {
                    let nanos = one.as_nanosecond() - two.as_nanosecond();
                    let most = i128::from(i64::MAX);
                    Value::Duration(i64::try_from(nanos.clamp(-most, most)).unwrap_or_default())
                }
            });
        }
        ("Format", [Value::Text(layout)]) => return Some(format(&at, layout).into()),
        _ if !given.is_empty() => return None,
        _ => {}
    }
    Some(match name {
        "Year" => Value::Int(at.year().into()),
        "Month" => named("time.Month", at.month()),
        "Day" => Value::Int(at.day().into()),
        "Weekday" => named("time.Weekday", at.weekday().to_sunday_zero_offset()),
        "YearDay" => Value::Int(at.day_of_year().into()),
        "Hour" => Value::Int(at.hour().into()),
        "Minute" => Value::Int(at.minute().into()),
        "Second" => Value::Int(at.second().into()),
        "Nanosecond" => Value::Int(at.subsec_nanosecond().into()),
        "Unix" => int(at.timestamp().as_second()),
        "UnixMilli" => int(at.timestamp().as_millisecond()),
        "UnixMicro" => int(at.timestamp().as_microsecond()),
        "UnixNano" => int(i64::try_from(at.timestamp().as_nanosecond()).ok()?),
        "IsZero" => Value::Bool(text.starts_with("0001-01-01T00:00:00Z")),
        "UTC" => Value::Time(at.timestamp().to_string()),
        "Local" => {
            let local = at.timestamp().to_zoned(jiff::tz::TimeZone::system());
            Value::Time(format(&local, "2006-01-02T15:04:05.999999999Z07:00"))
        }
        "String" => super::super::format::words::zoned(text).into(),
        _ => return None,
    })
}

fn zoned(text: &str) -> Option<Zoned> {
    let pieces = jiff::fmt::temporal::Pieces::parse(text).ok()?;
    let offset = pieces.to_numeric_offset()?;
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(at.to_zoned(offset.to_time_zone()))
}

/// The parts of a layout, the longest first among those that begin alike, and what jiff calls
/// them.
const PARTS: &[(&str, &str)] = &[
    ("January", "%B"),
    ("Jan", "%b"),
    ("Monday", "%A"),
    ("Mon", "%a"),
    ("MST", "%Z"),
    ("2006", "%Y"),
    ("002", "%j"),
    ("01", "%m"),
    ("02", "%d"),
    ("03", "%I"),
    ("04", "%M"),
    ("05", "%S"),
    ("06", "%y"),
    ("15", "%H"),
    ("_2", "%e"),
    ("1", "%-m"),
    ("2", "%-d"),
    ("3", "%-I"),
    ("4", "%-M"),
    ("5", "%-S"),
    ("PM", "%p"),
    ("pm", "%P"),
    ("-07:00", "%:z"),
    ("-0700", "%z"),
];

/// `Time.Format`
fn format(at: &Zoned, layout: &str) -> String {
    let mut out = String::new();
    let mut rest = layout;
    while let Some(letter) = rest.chars().next() {
        if let Some((digits, kept)) = fraction(rest) {
            out.push_str(&fraction_of(at, &rest[..1], digits, kept));
            rest = &rest[1 + digits..];
        } else if let Some((part, after)) = zone(rest, at) {
            out.push_str(&part);
            rest = after;
        } else if let Some((part, code)) = PARTS.iter().find(|it| rest.starts_with(it.0)) {
            let shown = match (*code, at.offset().seconds()) {
                ("%Z", 0) => "UTC".to_owned(),
                _ => at.strftime(code).to_string(),
            };
            out.push_str(&shown);
            rest = &rest[part.len()..];
        } else {
            out.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    out
}

/// `.000` or `.999`: how many digits, and whether zeros at the end are kept.
fn fraction(rest: &str) -> Option<(usize, bool)> {
    let after = rest.strip_prefix(['.', ','])?;
    let digit = after.chars().next().filter(|it| matches!(it, '0' | '9'))?;
    let count = after.chars().take_while(|it| *it == digit).count();
    let ends = !after[count..].starts_with(|it: char| it.is_ascii_digit());
    (ends && count <= 9).then_some((count, digit == '0'))
}

fn fraction_of(at: &Zoned, point: &str, digits: usize, kept: bool) -> String {
    let nanos = format!("{:09}", at.subsec_nanosecond());
    let shown = &nanos[..digits];
    match shown.trim_end_matches('0') {
        _ if kept => format!("{point}{shown}"),
        "" => String::new(),
        trimmed => format!("{point}{trimmed}"),
    }
}

/// `Z07:00` and its like: `Z` when there is no offset.
fn zone<'a>(rest: &'a str, at: &Zoned) -> Option<(String, &'a str)> {
    let (part, code) = [("Z07:00", "%:z"), ("Z0700", "%z")]
        .into_iter()
        .find(|it| rest.starts_with(it.0))?;
    let shown = match at.offset().seconds() {
        0 => "Z".to_owned(),
        _ => at.strftime(code).to_string(),
    };
    Some((shown, &rest[part.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "2026-11-21T16:37:32.651772004Z";

    #[test]
    fn layouts_are_those_of_go() {
        let at = zoned(AT).unwrap();
        for (layout, expected) in [
            ("2006-01-02 15:04:05", "2026-11-21 16:37:32"),
            ("Mon Jan _2 15:04:05 2006", "Sat Nov 21 16:37:32 2026"),
            ("2006-01-02T15:04:05.999999999Z07:00", AT),
            (
                "02/01/06 3:04PM .000 MST -0700",
                "21/11/26 4:37PM .651 UTC +0000",
            ),
            ("Monday 2 January, day 002", "Saturday 21 November, day 325"),
        ] {
            assert_eq!(format(&at, layout), expected, "{layout}");
        }
    }

    #[test]
    fn methods_are_those_of_go() {
        let at = Value::Time(AT.to_owned());
        let call = |name: &str| method(&at, name, &[]).map(|it| it.plain());
        for (name, expected) in [
            ("Year", "2026"),
            ("Month", "November"),
            ("Weekday", "Saturday"),
            ("Unix", "1795279052"),
            ("IsZero", "false"),
            ("String", "2026-11-21 16:37:32.651772004 +0000 UTC"),
        ] {
            assert_eq!(call(name).as_deref(), Some(expected), "{name}");
        }
        assert_eq!(call("Nope"), None);
        let later = Value::Time("2026-11-21T16:37:34.151772004Z".to_owned());
        let gap = method(&later, "Sub", std::slice::from_ref(&at));
        assert_eq!(gap, Some(Value::Duration(1_500_000_000)));
        let seconds = method(&Value::Duration(1_500_000_000), "Seconds", &[]);
        assert_eq!(seconds, Some(Value::Float(1.5)));
    }
}
