//! PostgreSQL: `postgres`, `initdb`, `pg_ctl`, and the clients `psql`, `pg_isready` and `pg_dump`'s
//! kin, over its protocol 3.0 (<https://www.postgresql.org/docs/16/protocol.html>).

mod client;
mod server;
mod wire;

pub(super) use client::{createdb, isready, psql};
pub(super) use server::{ctl, initdb, main as server};

/// Where the data is when `PGDATA` does not say it.
const FOLDER: &str = "/var/lib/postgresql/data";

fn folder(sys: &crate::kernel::Sys) -> String {
    sys.var("PGDATA").unwrap_or_else(|| FOLDER.to_owned())
}

/// `16.8`, of the image's `PG_VERSION`.
fn version(sys: &crate::kernel::Sys) -> String {
    let version = sys.var("PG_VERSION").unwrap_or_default();
    match version.split('-').next() {
        Some(version) if !version.is_empty() => version.to_owned(),
        _ => "16.8".to_owned(),
    }
}

#[cfg(test)]
mod tests;
