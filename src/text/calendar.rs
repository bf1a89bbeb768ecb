//! Moments on the calendar of this machine's user.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// The day of a moment (in seconds since the Unix epoch), counted from 1970-01-01.
pub fn day_number(moment: u64) -> i64 {
    const SECONDS: i64 = 86_400;
    let moment = i64::try_from(moment).unwrap_or(0);
    let offset = Timestamp::from_second(moment)
        .map_or(0, |it| it.to_zoned(TimeZone::system()).offset().seconds());
    (moment + i64::from(offset)).div_euclid(SECONDS)
}

/// The day of a moment (in seconds since the Unix epoch), as French writes it: `31/01/2026`.
pub fn day(moment: u64) -> String {
    let moment = i64::try_from(moment).unwrap_or(0);
    Timestamp::from_second(moment).map_or_else(
        |_| "date inconnue".to_owned(),
        |it| {
            it.to_zoned(TimeZone::system())
                .strftime("%d/%m/%Y")
                .to_string()
        },
    )
}

/// The time of a moment (in seconds since the Unix epoch), on this machine's clock: `14:03:07`.
pub fn time(moment: u64) -> String {
    let moment = i64::try_from(moment).unwrap_or(0);
    Timestamp::from_second(moment).map_or_else(
        |_| "heure inconnue".to_owned(),
        |it| {
            it.to_zoned(TimeZone::system())
                .strftime("%H:%M:%S")
                .to_string()
        },
    )
}
