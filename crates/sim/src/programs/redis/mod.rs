//! `redis-server` and `redis-cli`: the RESP protocol over TCP, the commands of a first course,
//! snapshots in `dump.rdb` and the append-only file.

mod cli;
mod commands;
mod lists;
mod resp;
mod server;
mod settings;
mod store;

pub(super) use cli::{ask, main as cli};
pub(super) use server::main as server;

/// Version of the image when `REDIS_VERSION` does not say it.
const VERSION: &str = "7.4.3";

#[cfg(test)]
mod tests;
