//! Locking.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A lock whose holder's panic does not matter: what is under it is consistent between statements.
pub(super) trait Locked<T> {
    /// Waits for it.
    fn locked(&self) -> MutexGuard<'_, T>;
}

impl<T> Locked<T> for Mutex<T> {
    fn locked(&self) -> MutexGuard<'_, T> {
        self.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
