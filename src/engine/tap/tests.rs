//! The tap between sockets of our own.
