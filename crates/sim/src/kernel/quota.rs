//! The processor quota of a control group, `cpu.max`.

use std::sync::Mutex;
use std::time::Duration;

use super::lock::Locked;

/// Length of the scheduler's accounting period.
pub(super) const PERIOD: Duration = Duration::from_millis(100);

/// What members of a group have really used of the current period.
#[derive(Debug, Default)]
pub(super) struct Quota(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Processor time in a period; `None` without a limit.
    limit: Option<Duration>,
    /// The current period's number since boot.
    period: u128,
    /// Used in it, with what was used too much before.
    used: Duration,
    /// Periods in which something ran.
    periods: u64,
    throttled: u64,
    throttled_time: Duration,
}

impl Quota {
    /// Changes the limit, in processors.
    pub(super) fn set(&self, cpus: Option<f64>) {
        self.0.locked().limit = cpus.map(|cpus| PERIOD.mul_f64(cpus.max(0.001)));
    }

    /// Books processor time at this time since boot; how long the member must rest.
    pub(super) fn book(&self, now: Duration, used: Duration) -> Option<Duration> {
        let mut state = self.0.locked();
        let limit = state.limit?;
        let period = now.as_nanos() / PERIOD.as_nanos();
        let gone = u32::try_from(period - state.period.min(period)).unwrap_or(u32::MAX);
        if gone > 0 {
            state.period = period;
            state.used = state.used.saturating_sub(limit.saturating_mul(gone));
            state.periods += 1;
        }
        let fits = state.used < limit;
        state.used += used;
        if state.used < limit {
            return None;
        }
        let left = PERIOD.as_nanos() - now.as_nanos() % PERIOD.as_nanos();
        let left = Duration::from_nanos(u64::try_from(left).unwrap_or(u64::MAX));
        if fits {
            state.throttled += 1;
            state.throttled_time += left;
        }
        Some(left)
    }

    /// `nr_periods`, `nr_throttled` and `throttled_usec` of `cpu.stat`.
    pub(super) fn statistics(&self) -> (u64, u64, Duration) {
        let state = self.0.locked();
        (state.periods, state.throttled, state.throttled_time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_rests_when_the_quota_is_used_up() {
        let quota = Quota::default();
        let ms = Duration::from_millis;
        assert_eq!(quota.book(ms(1), ms(500)), None, "no limit");
        quota.set(Some(0.5));
        assert_eq!(quota.book(ms(1010), ms(20)), None);
        assert_eq!(quota.book(ms(1040), ms(30)), Some(ms(60)));
        assert_eq!(quota.book(ms(1050), ms(0)), Some(ms(50)));
        // What was used too much counts for the next period.
        assert_eq!(quota.book(ms(1110), ms(70)), Some(ms(90)));
        assert_eq!(quota.book(ms(1210), ms(0)), None);
        assert_eq!(quota.statistics(), (3, 2, ms(150)));
    }
}
