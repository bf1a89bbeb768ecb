//! How a build fails.

use super::super::Fault;

/// Why a build stopped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The builder's words.
    pub message: String,
    /// The exit code of a `RUN`.
    pub code: Option<i64>,
}

impl Failure {
    /// With these words.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            code: None,
        }
    }

    /// With more words before.
    pub(super) fn context(mut self, before: &str) -> Self {
        self.message = format!("{before}: {}", self.message);
        self
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::new(fault.message)
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

/// Result of a part of a build.
pub(super) type Built<T> = Result<T, Failure>;
