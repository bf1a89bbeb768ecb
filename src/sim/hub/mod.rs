//! sim hub
