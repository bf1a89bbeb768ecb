//! text

pub mod engine;
