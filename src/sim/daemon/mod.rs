//! sim daemon
