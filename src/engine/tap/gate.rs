//! Who may refuse a call before it reaches the engine.

/// What becomes of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It goes through.
    Pass,
    /// The client gets this answer, in Docker's error shape, and the engine hears nothing.
    Refuse {
        /// HTTP status: 403 for what is not allowed, 409 for what conflicts.
        status: u16,
        /// Shown by docker after `Error response from daemon:`.
        message: String,
    },
}

/// Decides which calls go through.
pub trait Gate: Send + Sync + 'static {
    /// Decides on a call from its method (`POST`) and its path with its query, as sent. Called on
    /// each call before anything is forwarded: it must not block.
    fn decide(&self, method: &str, path: &str) -> Verdict;
}

/// Lets everything through.
#[derive(Debug, Clone, Copy, Default)]
pub struct PassAll;

impl Gate for PassAll {
    fn decide(&self, _: &str, _: &str) -> Verdict {
        Verdict::Pass
    }
}
