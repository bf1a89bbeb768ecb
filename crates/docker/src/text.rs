//! French: what the user reads.

pub(crate) mod commands;
