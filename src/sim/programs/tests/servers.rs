//! Servers and their clients.
