//! A small SQL engine, shared by the simulated MySQL and PostgreSQL: tables in memory, written to
//! the data folder after each change.

mod catalogue;
mod engine;
mod eval;
mod lexer;
mod parser;
mod rows;
mod select;
mod show;
mod statements;
mod syntax;
mod value;

pub(super) use catalogue::Server;
pub(super) use engine::{Answer, Session, run};
pub(super) use lexer::split_statements;
pub(super) use value::Value;

/// Whose SQL it is: words of errors, names of functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    MySql,
    Postgres,
}

/// Why a statement failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct SqlError {
    /// MySQL's number.
    pub(super) code: u16,
    /// SQLSTATE.
    pub(super) state: &'static str,
    /// As the server words it.
    pub(super) message: String,
}

/// Result of a statement's part.
pub(super) type Sql<T> = Result<T, SqlError>;

pub(super) fn error<T>(code: u16, state: &'static str, message: impl Into<String>) -> Sql<T> {
    Err(SqlError {
        code,
        state,
        message: message.into(),
    })
}

/// What the engine does not do, said so.
pub(super) fn not_simulated<T>(what: &str) -> Sql<T> {
    error(1235, "0A000", format!("non simulé\u{a0}: {what}"))
}

#[cfg(test)]
mod tests;
