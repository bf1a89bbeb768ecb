//! Integration tests, in one binary: the architecture, the command line, the contracts that both
//! engines keep, and journeys through the real program in a terminal.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod architecture;
mod cli;
mod contract;
mod guard;
mod journey;
mod podman;
mod session_on_simulator;
