//! How often what changes by itself is read: less when nobody looks.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// Between two readings while nobody looks.
const AWAY: Duration = Duration::from_secs(10);

/// How often what changes by itself is read. By default, as often as usual.
#[derive(Debug, Clone, Default)]
pub struct Pace(Option<watch::Receiver<bool>>);

impl Pace {
    /// Reads less while this says that nobody looks.
    pub const fn following(away: watch::Receiver<bool>) -> Self {
        Self(Some(away))
    }

    /// Whether nobody looks.
    pub fn is_away(&self) -> bool {
        self.0.as_ref().is_some_and(|away| *away.borrow())
    }

    /// Waits before the next reading: as long as usual, or longer while nobody looks, but no longer
    /// than until somebody does.
    pub async fn pause(&self, usual: Duration) {
        self.pause_or(usual, AWAY.max(usual)).await;
    }

    async fn pause_or(&self, usual: Duration, away: Duration) {
        let Some(mut told) = self.0.clone().filter(|_| self.is_away()) else {
            return sleep(usual).await;
        };
        let silent = {
            let heard = timeout(away, told.wait_for(|away| !away)).await;
            matches!(heard, Ok(Err(_)))
        };
        // Nobody can tell any more: as usual.
        if silent {
            sleep(usual).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than a test lasts.
    const NEVER: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn a_pause_is_longer_while_nobody_looks_and_ends_when_somebody_does() {
        let (told, away) = watch::channel(false);
        let pace = Pace::following(away);
        // These would never end were the other length taken.
        pace.pause_or(Duration::ZERO, NEVER).await;
        told.send_replace(true);
        assert!(pace.is_away());
        pace.pause_or(NEVER, Duration::ZERO).await;
        let waits = tokio::spawn({
            let pace = pace.clone();
            async move { pace.pause_or(NEVER, NEVER).await }
        });
        tokio::task::yield_now().await;
        assert!(!waits.is_finished());
        told.send_replace(false);
        waits.await.unwrap();
        // Nobody to tell: as usual.
        told.send_replace(true);
        drop(told);
        pace.pause_or(Duration::ZERO, NEVER).await;
        Pace::default().pause_or(Duration::ZERO, NEVER).await;
    }
}
