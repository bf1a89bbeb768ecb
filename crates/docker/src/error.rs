//! How a command fails: a message for standard error, and an exit code.

use super::client::ClientError;

/// The end of a command that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct Failure {
    /// What standard error says; nothing when empty.
    pub(super) message: String,
    /// The exit code.
    pub(super) status: u8,
}

impl Failure {
    /// An ordinary failure: exit code 1.
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            status: 1,
        }
    }

    /// An exit code without a message.
    pub(super) fn silent(status: u8) -> Self {
        Self {
            message: String::new(),
            status,
        }
    }

    /// Another exit code.
    pub(super) fn with_status(mut self, status: u8) -> Self {
        self.status = status;
        self
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::new(error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(super::files::go_words(&error))
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::new(message)
    }
}

/// How a command ends.
pub(super) type Outcome<T = ()> = Result<T, Failure>;
