//! MySQL: `mysqld`, and the clients `mysql`, `mysqladmin` and `mysqldump`, over its own protocol
//! (<https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html>).

mod client;
mod dump;
mod packet;
mod server;

pub(super) use client::{admin, shell};
pub(super) use dump::dump;
pub(super) use packet::check_of;
pub(super) use server::main as server;

/// `8.0.42` of `MYSQL_VERSION`, which the image sets.
fn version(sys: &crate::kernel::Sys) -> String {
    let version = sys.var("MYSQL_VERSION").unwrap_or_default();
    match version.split('-').next() {
        Some(version) if !version.is_empty() => version.to_owned(),
        _ => "8.0.42".to_owned(),
    }
}

#[cfg(test)]
mod tests;
