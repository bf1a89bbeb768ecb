//! The machine's clock: the only place that reads the time.

use std::pin::Pin;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, Sleep};

/// A date at boot, advancing with tokio's clock (which tests may pause).
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    boot: SystemTime,
    started: Instant,
}

impl Clock {
    /// Starts at this date; without one, now.
    pub(super) fn start(date: Option<SystemTime>) -> Self {
        Self {
            boot: date.unwrap_or_else(SystemTime::now),
            started: Instant::now(),
        }
    }

    /// Time since boot.
    pub(super) fn uptime(&self) -> Duration {
        self.started.elapsed()
    }

    /// The date.
    pub(super) fn now(&self) -> SystemTime {
        self.boot + self.uptime()
    }

    /// Something that is done after a while.
    pub(super) fn timer(duration: Duration) -> Pin<Box<Sleep>> {
        Box::pin(tokio::time::sleep(duration))
    }

    /// Sleeps.
    pub(super) async fn sleep(duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}
