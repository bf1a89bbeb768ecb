//! French: what the user reads.

pub mod engine;
pub mod interface;
