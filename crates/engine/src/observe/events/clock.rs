//! When an event happened, by the clock of this machine.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::EventTime;

/// How many events tell how far the engine's clock is.
const REMEMBERED: usize = 16;
/// No event takes that much longer to come than another: the engine's clock was set.
const LEAP: Duration = Duration::from_secs(1);

/// The engine's clock (a virtual machine's, another host's), against that of this machine.
///
/// An event is late by what separates the two clocks and by the time it takes to come: the one
/// that was the least late says how far the clocks are, but for a transit.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// By how much the last events were late, nanoseconds; negative when the engine's clock is
    /// ahead.
    late: VecDeque<i128>,
}

impl Clock {
    /// When an event that came `now` happened; no later than now.
    pub(super) fn here(&mut self, time: EventTime, now: SystemTime) -> SystemTime {
        let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        // An engine that gives no time.
        if time.0 == 0 {
            return now;
        }
        let late = i128::try_from(since_epoch.as_nanos()).unwrap_or(i128::MAX) - i128::from(time.0);
        let leap = i128::try_from(LEAP.as_nanos()).unwrap_or(i128::MAX);
        if self.late.iter().any(|it| late - it > leap) {
            self.late.clear();
        }
        self.late.push_back(late);
        if self.late.len() > REMEMBERED {
            self.late.pop_front();
        }
        let least = self.late.iter().copied().min().unwrap_or(late);
        let transit = u64::try_from(late - least).unwrap_or_default();
        now.checked_sub(Duration::from_nanos(transit))
            .unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;
    const MILLISECOND: i64 = 1_000_000;

    fn at(nanoseconds: i64) -> SystemTime {
        UNIX_EPOCH + Duration::from_nanos(u64::try_from(nanoseconds).unwrap())
    }

    #[test]
    fn an_event_that_took_its_time_happened_before_it_came() {
        // The engine's clock: that of this machine, an hour behind, 300 ms ahead.
        for ahead in [0, -3600 * SECOND, 300 * MILLISECOND] {
            let mut clock = Clock::default();
            let mut here =
                |sent: i64, transit: i64| clock.here(EventTime(sent + ahead), at(sent + transit));
            let start = 10_000 * SECOND;
            assert_eq!(here(start, MILLISECOND), at(start + MILLISECOND));
            let second = start + SECOND;
            // All that is known is that none came in less than a millisecond.
            assert_eq!(here(second, 40 * MILLISECOND), at(second + MILLISECOND));
        }
    }

    #[test]
    fn a_clock_that_is_set_is_followed() {
        let mut clock = Clock::default();
        let now = 10_000 * SECOND;
        assert_eq!(clock.here(EventTime(now), at(now)), at(now));
        // The virtual machine slept, then is put right.
        let later = now + 60 * SECOND;
        assert_eq!(clock.here(EventTime(now + SECOND), at(later)), at(later));
        assert_eq!(clock.here(EventTime(later), at(later)), at(later));
        // What an old event said is forgotten in time.
        for rank in 1..=20 {
            let sent = later + rank * SECOND;
            let came = sent + 500 * MILLISECOND;
            let said = clock.here(EventTime(sent), at(came));
            let expected = if rank < 16 { sent } else { came };
            assert_eq!(said, at(expected), "{rank}");
        }
    }

    #[test]
    fn an_engine_that_gives_no_time_is_heard_when_it_speaks() {
        let mut clock = Clock::default();
        assert_eq!(clock.here(EventTime(0), at(7)), at(7));
    }
}
