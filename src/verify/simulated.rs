//! Commands in the shell of a simulated machine.

use super::VerifyError;
use super::bench::Ran;
use crate::engine::Session;

/// A simulated machine.
pub(super) struct Simulated {}

impl Simulated {
    pub(super) fn boot() -> Result<(Self, Session), VerifyError> {
        Err(VerifyError::Engine(
            "le moteur simulé ne démarre pas".to_owned(),
        ))
    }

    pub(super) fn reboot(&self) -> Result<(Self, Session), VerifyError> {
        Self::boot()
    }

    pub(super) async fn run(&self, _line: &str) -> Result<Ran, VerifyError> {
        Err(VerifyError::Engine(
            "le moteur simulé ne démarre pas".to_owned(),
        ))
    }
}
