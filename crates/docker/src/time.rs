//! Moments, as `--since` and `--until` take them.

use super::format::words::now;
use super::units;

/// Seconds since 1970 with nanoseconds, from a Go duration (that long ago), a date, or seconds.
/// The error is Go's.
pub(super) fn stamp(text: &str) -> Result<String, String> {
    if let Ok(nanos) = units::parse_duration(text) {
        let moment = jiff::Timestamp::now().as_nanosecond() - i128::from(nanos);
        return Ok(written(moment));
    }
    if let Ok(moment) = date(text) {
        return Ok(written(moment.as_nanosecond()));
    }
    let digits = text
        .split('.')
        .all(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()));
    if digits && !text.contains('-') {
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let fraction = format!("{fraction:0<9}");
        return Ok(format!("{seconds}.{}", &fraction[..9]));
    }
    if text.contains('-') {
        let layout = if text.contains('T') {
            "2006-01-02T15:04:05"
        } else {
            "2006-01-02"
        };
        return Err(format!(
            "parsing time {text:?} as {layout:?}: cannot parse {text:?} as \"2006\""
        ));
    }
    Err(format!(
        "failed to parse value as time or duration: {text:?}"
    ))
}

fn written(nanos: i128) -> String {
    format!(
        "{}.{:09}",
        nanos.div_euclid(1_000_000_000),
        nanos.rem_euclid(1_000_000_000)
    )
}

/// A date with or without a time and a zone; the local zone where none is said.
fn date(text: &str) -> Result<jiff::Timestamp, jiff::Error> {
    text.parse::<jiff::Timestamp>().or_else(|_| {
        let zone = jiff::tz::TimeZone::system();
        let padded = match text.len() {
            13 => format!("{text}:00:00"),
            16 => format!("{text}:00"),
            _ => text.trim_end_matches('Z').to_owned(),
        };
        padded
            .parse::<jiff::civil::DateTime>()?
            .to_zoned(zone)
            .map(|it| it.timestamp())
    })
}

/// A moment of a document (`2024-09-26T21:31:42.5Z`) in seconds since 1970.
pub(super) fn seconds(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>()
        .map_or_else(|_| now(), jiff::Timestamp::as_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_in_seconds() {
        assert_eq!(
            stamp("2024-01-02T03:04:05Z").as_deref(),
            Ok("1704164645.000000000")
        );
        assert_eq!(
            stamp("2024-01-02T03:04:05.25Z").as_deref(),
            Ok("1704164645.250000000")
        );
        assert_eq!(stamp("1704164645").as_deref(), Ok("1704164645.000000000"));
        assert_eq!(stamp("1704164645.5").as_deref(), Ok("1704164645.500000000"));
        let ago: f64 = stamp("1h").unwrap().parse().unwrap();
        let expected = f64::from(u32::try_from(now()).unwrap()) - 3600.0;
        assert!((ago - expected).abs() < 5.0);
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        assert_eq!(
            stamp("abc"),
            Err("failed to parse value as time or duration: \"abc\"".to_owned())
        );
    }
}
