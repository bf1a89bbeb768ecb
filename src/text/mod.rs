//! French: what the user reads.

pub mod commands;
pub mod engine;
pub mod errors;
pub mod interface;
