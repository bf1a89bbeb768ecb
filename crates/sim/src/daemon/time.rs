//! Times as Docker writes and reads them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Go's zero time, which Docker gives for « never ».
pub const NEVER: &str = "0001-01-01T00:00:00Z";

/// RFC 3339 with as many digits as needed, in UTC.
pub fn rfc3339(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time).map_or_else(|_| NEVER.to_owned(), |time| time.to_string())
}

/// The same, to the second.
pub fn rfc3339_seconds(time: SystemTime) -> String {
    let whole = UNIX_EPOCH + Duration::from_secs(unix(time).unsigned_abs());
    rfc3339(whole)
}

/// [`rfc3339`] of a time that may not have come.
pub fn rfc3339_or_never(time: Option<SystemTime>) -> String {
    time.map_or_else(|| NEVER.to_owned(), rfc3339)
}

/// Nine digits after the second, as log lines are stamped.
pub fn rfc3339_nanos(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time).map_or_else(|_| NEVER.to_owned(), |time| format!("{time:.9}"))
}

/// Seconds since 1970.
pub fn unix(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |it| i64::try_from(it.as_secs()).unwrap_or(i64::MAX))
}

/// Nanoseconds since 1970.
pub fn unix_nanos(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |it| i64::try_from(it.as_nanos()).unwrap_or(i64::MAX))
}

/// Reads `since` and `until` of a request: `seconds[.nanoseconds]` since 1970, or RFC 3339.
pub fn parse(text: &str) -> Option<SystemTime> {
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Some(stamp.into());
    }
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let seconds = seconds.parse::<u64>().ok()?;
    let mut digits = fraction.to_owned();
    digits.truncate(9);
    while digits.len() < 9 {
        digits.push('0');
    }
    let nanos = digits.parse::<u32>().ok()?;
    Some(UNIX_EPOCH + Duration::new(seconds, nanos))
}

/// `4 seconds`, `About a minute`… as docker's `units.HumanDuration` words it.
pub fn human_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let minutes = seconds / 60;
    let hours = (duration.as_secs_f64() / 3600.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "hours since boot"
    )]
    let hours = hours as u64;
    match (seconds, minutes, hours) {
        (0, ..) => "Less than a second".to_owned(),
        (1, ..) => "1 second".to_owned(),
        (2..60, ..) => format!("{seconds} seconds"),
        (_, 1, _) => "About a minute".to_owned(),
        (_, 2..60, _) => format!("{minutes} minutes"),
        (_, _, 1) => "About an hour".to_owned(),
        (_, _, 2..48) => format!("{hours} hours"),
        (_, _, 48..336) => format!("{} days", hours / 24),
        (_, _, 336..1440) => format!("{} weeks", hours / 24 / 7),
        (_, _, 1440..17520) => format!("{} months", hours / 24 / 30),
        _ => format!("{} years", hours / 24 / 365),
    }
}
