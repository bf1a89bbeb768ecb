//! `date`, and times as text.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::applet::Applet;
use crate::kernel::Sys;

/// A time in UTC, as strftime(3) words it.
pub(super) fn format(time: SystemTime, format: &str) -> String {
    let Ok(timestamp) = Timestamp::try_from(time) else {
        return String::new();
    };
    let zoned = timestamp.to_zoned(TimeZone::UTC);
    jiff::fmt::strtime::format(format, &zoned).unwrap_or_else(|_| format.to_owned())
}

/// `date [-u] [-R] [-I[SPEC]] [-d TIME] [-s TIME] [-r FILE] [+FORMAT]`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("uRd:r:s:I", &[("utc", 'u'), ("date", 'd')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut time = applet.sys.now();
    if let Some(file) = options.value('r') {
        match applet.sys.stat(file) {
            Ok(metadata) => time = metadata.mtime,
            Err(error) => return applet.fail(format!("{file}: {error}")).await,
        }
    }
    if let Some(text) = options.value('d') {
        match parse(text) {
            Some(parsed) => time = parsed,
            None => return applet.fail(format!("invalid date '{text}'")).await,
        }
    }
    if let Some(text) = options.value('s') {
        match parse(text) {
            Some(parsed) => time = parsed,
            None => return applet.fail(format!("invalid date '{text}'")).await,
        }
        // It is the host's clock; the date is told all the same.
        applet
            .complain("can't set date: Operation not permitted")
            .await;
    }
    let wanted = match options.operands.first().map(|it| it.strip_prefix('+')) {
        Some(Some(format)) => format,
        Some(None) => {
            return applet
                .fail(format!("invalid date '{}'", options.operands[0]))
                .await;
        }
        None if options.has('R') => "%a, %d %b %Y %H:%M:%S +0000",
        None if options.has('I') => "%Y-%m-%d",
        None => "%a %b %e %H:%M:%S UTC %Y",
    };
    let text = format(time, wanted);
    applet.print(format!("{text}\n")).await
}

/// `@SECONDS`, `YYYY-MM-DD [hh:mm[:ss]]`.
pub(super) fn parse(text: &str) -> Option<SystemTime> {
    if let Some(seconds) = text.strip_prefix('@') {
        return Timestamp::from_second(seconds.parse().ok()?)
            .ok()
            .map(SystemTime::from);
    }
    let formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
    let parsed = formats
        .iter()
        .find_map(|format| jiff::civil::DateTime::strptime(format, text).ok())
        .or_else(|| {
            let date = jiff::civil::Date::strptime("%Y-%m-%d", text).ok()?;
            Some(date.to_datetime(jiff::civil::Time::midnight()))
        })?;
    Some(parsed.to_zoned(TimeZone::UTC).ok()?.timestamp().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_dates() {
        let time = parse("2024-09-06 21:31:42").unwrap();
        assert_eq!(
            format(time, "%a %b %e %H:%M:%S UTC %Y"),
            "Fri Sep  6 21:31:42 UTC 2024"
        );
        assert_eq!(format(parse("@0").unwrap(), "%Y"), "1970");
        assert_eq!(parse("x"), None);
    }
}
