//! Waiting for a state to change.

use tokio::sync::Notify;

/// Waits until `check` answers; whoever changes what it looks at calls `notify_waiters`. Nothing is
/// consumed before it answers: dropping the future loses nothing.
pub(super) async fn until<T>(changed: &Notify, mut check: impl FnMut() -> Option<T>) -> T {
    loop {
        let notified = changed.notified();
        tokio::pin!(notified);
        // Registered before the check, so that a change in between is not missed.
        notified.as_mut().enable();
        if let Some(value) = check() {
            return value;
        }
        notified.await;
    }
}
