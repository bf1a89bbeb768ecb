//! French: what the user reads of an engine, and of the guard.

pub mod engine;
pub mod guard;
