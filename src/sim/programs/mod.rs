//! sim programs
