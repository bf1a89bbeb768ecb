//! Statements that change something, and sessions.

use super::catalogue::{Server, Table};
use super::eval::{About, Field, Scope};
use super::parser::parse;
use super::rows::{fit, insert};
use super::select::{Rows, select};
use super::syntax::{Expr, Path, Statement};
use super::value::Value;
use super::{Dialect, Sql, error};

/// What a statement answers.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Answer {
    /// Names of columns, and rows.
    Rows(Vec<String>, Vec<Vec<Value>>),
    /// Rows affected, and what Postgres says: `INSERT 0 1`.
    Done(usize, String),
}

/// A connection.
#[derive(Debug, Clone)]
pub(in super::super) struct Session {
    pub(in super::super) database: Option<String>,
    /// `root@localhost`.
    pub(in super::super) user: String,
    pub(super) last_id: i64,
}

impl Session {
    pub(in super::super) fn new(user: String, database: Option<String>) -> Self {
        Self {
            database,
            user,
            last_id: 0,
        }
    }

    pub(super) fn about(&self, server: &Server) -> About {
        About {
            dialect: server.dialect,
            version: server.version.clone(),
            database: self.database.clone(),
            user: self.user.clone(),
            now: server.sys().now(),
            hostname: server.sys().hostname(),
            last_id: self.last_id,
        }
    }

    /// The database and table that a name means.
    pub(super) fn resolve(&self, server: &Server, path: &Path) -> Sql<(String, String)> {
        if server.dialect == Dialect::Postgres {
            let catalogue = path
                .owner
                .as_deref()
                .filter(|it| matches!(*it, "information_schema" | "pg_catalog"));
            let database = catalogue
                .map(str::to_owned)
                .or_else(|| self.database.clone());
            return Ok((database.unwrap_or_default(), path.name.clone()));
        }
        match path.owner.clone().or_else(|| self.database.clone()) {
            Some(database) => Ok((database, path.name.clone())),
            None => error(1046, "3D000", "No database selected"),
        }
    }
}

/// Runs one statement.
pub(in super::super) fn run(server: &mut Server, session: &mut Session, text: &str) -> Sql<Answer> {
    let statement = parse(text, server.dialect)?;
    match statement {
        Statement::Select(it) => {
            let (names, rows) = select(server, session, &it)?;
            Ok(Answer::Rows(names, rows))
        }
        Statement::Show(words, name) => super::show::show(server, session, &words, name.as_ref()),
        Statement::Use(name) => {
            if !server.has_database(&name) {
                return unknown_database(&name);
            }
            session.database = Some(name);
            done(0, "USE")
        }
        Statement::CreateDatabase {
            name,
            if_not_exists,
        } => {
            if server.has_database(&name) {
                if if_not_exists {
                    return done(1, "CREATE DATABASE");
                }
                return match server.dialect {
                    Dialect::MySql => error(
                        1007,
                        "HY000",
                        format!("Can't create database '{name}'; database exists"),
                    ),
                    Dialect::Postgres => {
                        error(1007, "42P04", format!("database \"{name}\" already exists"))
                    }
                };
            }
            server.make_database(&name)?;
            done(1, "CREATE DATABASE")
        }
        Statement::DropDatabase { name, if_exists } => match server.remove_database(&name) {
            Some(tables) => {
                if session.database.as_ref() == Some(&name) {
                    session.database = None;
                }
                done(tables, "DROP DATABASE")
            }
            None if if_exists => done(0, "DROP DATABASE"),
            None => match server.dialect {
                Dialect::MySql => error(
                    1008,
                    "HY000",
                    format!("Can't drop database '{name}'; database doesn't exist"),
                ),
                Dialect::Postgres => {
                    error(1008, "3D000", format!("database \"{name}\" does not exist"))
                }
            },
        },
        Statement::CreateUser {
            name,
            host,
            password,
            if_not_exists,
            alter,
        } => create_user(
            server,
            &name,
            &host,
            password.as_deref(),
            if_not_exists,
            alter,
        ),
        Statement::DropUser(name, host) => match server.users.remove(&format!("{name}@{host}")) {
            Some(_) => server.save_users().and_then(|()| done(0, "DROP ROLE")),
            None => error(
                1396,
                "HY000",
                format!("Operation DROP USER failed for '{name}'@'{host}'"),
            ),
        },
        Statement::Nothing(tag) => done(0, tag),
        other => change(server, session, other),
    }
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the end of functions that fail otherwise"
)]
pub(super) fn done(affected: usize, tag: impl Into<String>) -> Sql<Answer> {
    Ok(Answer::Done(affected, tag.into()))
}

pub(super) fn unknown_database<T>(name: &str) -> Sql<T> {
    error(1049, "42000", format!("Unknown database '{name}'"))
}

fn create_user(
    server: &mut Server,
    name: &str,
    host: &str,
    password: Option<&str>,
    if_not_exists: bool,
    alter: bool,
) -> Sql<Answer> {
    let key = format!("{name}@{host}");
    let known = server.users.contains_key(&key);
    if known && !alter {
        if if_not_exists {
            return done(0, "CREATE ROLE");
        }
        return match server.dialect {
            Dialect::MySql => error(
                1396,
                "HY000",
                format!("Operation CREATE USER failed for '{name}'@'{host}'"),
            ),
            Dialect::Postgres => error(1396, "42710", format!("role \"{name}\" already exists")),
        };
    }
    if !known && alter {
        return match server.dialect {
            Dialect::MySql => error(
                1396,
                "HY000",
                format!("Operation ALTER USER failed for '{name}'@'{host}'"),
            ),
            Dialect::Postgres => error(1396, "42704", format!("role \"{name}\" does not exist")),
        };
    }
    server.users.insert(
        key,
        crate::programs::mysql::check_of(password.unwrap_or_default()),
    );
    server.save_users()?;
    done(0, if alter { "ALTER ROLE" } else { "CREATE ROLE" })
}

#[expect(
    clippy::too_many_lines,
    reason = "a table: one statement after the other"
)]
fn change(server: &mut Server, session: &mut Session, statement: Statement) -> Sql<Answer> {
    match statement {
        Statement::CreateTable {
            name,
            columns,
            if_not_exists,
        } => {
            let (database, name) = session.resolve(server, &name)?;
            let dialect = server.dialect;
            let Some(tables) = server.databases.get_mut(&database) else {
                return unknown_database(&database);
            };
            if tables.contains_key(&name) {
                if if_not_exists {
                    return done(0, "CREATE TABLE");
                }
                return match dialect {
                    Dialect::MySql => {
                        error(1050, "42S01", format!("Table '{name}' already exists"))
                    }
                    Dialect::Postgres => {
                        error(1050, "42P07", format!("relation \"{name}\" already exists"))
                    }
                };
            }
            let table = Table {
                columns,
                rows: Vec::new(),
                next: 1,
            };
            tables.insert(name.clone(), table);
            server.save_table(&database, &name)?;
            done(0, "CREATE TABLE")
        }
        Statement::DropTable { names, if_exists } => {
            for path in names {
                let (database, name) = session.resolve(server, &path)?;
                let removed = server
                    .databases
                    .get_mut(&database)
                    .and_then(|it| it.remove(&name));
                match (removed, if_exists, server.dialect) {
                    (None, false, Dialect::MySql) => {
                        return error(1051, "42S02", format!("Unknown table '{database}.{name}'"));
                    }
                    (None, false, Dialect::Postgres) => {
                        return error(1051, "42P01", format!("table \"{name}\" does not exist"));
                    }
                    _ => server.save_table(&database, &name)?,
                }
            }
            done(0, "DROP TABLE")
        }
        Statement::Truncate(path) => edit(server, session, &path, |table| {
            table.rows.clear();
            table.next = 1;
            Ok((0, "TRUNCATE TABLE".into()))
        }),
        Statement::AddColumn(path, column) => edit(server, session, &path, |table| {
            if table.position(&column.name).is_some() {
                return error(
                    1060,
                    "42701",
                    format!("Duplicate column name '{}'", column.name),
                );
            }
            let value = column.default.clone().unwrap_or(Value::Null);
            for row in &mut table.rows {
                row.push(value.clone());
            }
            table.columns.push(column);
            Ok((0, "ALTER TABLE".into()))
        }),
        Statement::DropColumn(path, name) => edit(server, session, &path, |table| {
            let Some(at) = table.position(&name) else {
                return error(
                    1091,
                    "42703",
                    format!("Can't DROP '{name}'; check that column/key exists"),
                );
            };
            table.columns.remove(at);
            for row in &mut table.rows {
                row.remove(at);
            }
            Ok((0, "ALTER TABLE".into()))
        }),
        Statement::Rename(path, to) => {
            let (database, name) = session.resolve(server, &path)?;
            server.table(&database, &name)?;
            if let Some(tables) = server.databases.get_mut(&database)
                && let Some(table) = tables.remove(&name)
            {
                tables.insert(to.clone(), table);
            }
            server.save_table(&database, &name)?;
            server.save_table(&database, &to)?;
            done(0, "ALTER TABLE")
        }
        Statement::Insert {
            table,
            columns,
            rows,
            select: query,
            returning,
            ignore,
        } => {
            let about = session.about(server);
            let rows: Vec<Vec<Option<Value>>> = if let Some(query) = query {
                let (_, rows): Rows = select(server, session, &query)?;
                rows.into_iter()
                    .map(|row| row.into_iter().map(Some).collect())
                    .collect()
            } else {
                let scope = Scope {
                    fields: &[],
                    row: &[],
                    group: None,
                    about: &about,
                };
                let value = |it: &Option<Expr>| it.as_ref().map(|it| scope.eval(it)).transpose();
                rows.iter()
                    .map(|row| row.iter().map(value).collect())
                    .collect::<Sql<_>>()?
            };
            insert(server, session, &table, &columns, rows, &returning, ignore)
        }
        Statement::Update { table, set, filter } => {
            let about = session.about(server);
            let (database, name) = session.resolve(server, &table)?;
            let held = server.table_mut(&database, &name)?;
            let fields = fields(held, &name);
            let mut changed = 0;
            let mut rows = held.rows.clone();
            for row in &mut rows {
                let before = row.clone();
                let scope = Scope {
                    fields: &fields,
                    row: &before,
                    group: None,
                    about: &about,
                };
                if !matches(&scope, filter.as_ref())? {
                    continue;
                }
                for (column, expr) in &set {
                    let Some(at) = held.position(column) else {
                        return unknown_column(about.dialect, column, &name);
                    };
                    let value = scope.eval(expr)?;
                    row[at] = fit(&held.columns[at], value, about.dialect)?;
                }
                changed += usize::from(about.dialect == Dialect::Postgres || *row != before);
            }
            held.rows = rows;
            server.save_table(&database, &name)?;
            done(changed, format!("UPDATE {changed}"))
        }
        Statement::Delete { table, filter } => {
            let about = session.about(server);
            let (database, name) = session.resolve(server, &table)?;
            let held = server.table_mut(&database, &name)?;
            let fields = fields(held, &name);
            let mut kept = Vec::new();
            for row in &held.rows {
                let scope = Scope {
                    fields: &fields,
                    row,
                    group: None,
                    about: &about,
                };
                if !matches(&scope, filter.as_ref())? {
                    kept.push(row.clone());
                }
            }
            let gone = held.rows.len() - kept.len();
            held.rows = kept;
            server.save_table(&database, &name)?;
            done(gone, format!("DELETE {gone}"))
        }
        _ => super::not_simulated("cette instruction SQL"),
    }
}

fn matches(scope: &Scope<'_>, filter: Option<&Expr>) -> Sql<bool> {
    filter.map_or(Ok(true), |it| Ok(scope.eval(it)?.is_true()))
}

pub(super) fn fields(table: &Table, name: &str) -> Vec<Field> {
    let columns = table.columns.iter();
    columns
        .map(|it| Field {
            table: name.to_owned(),
            name: it.name.clone(),
        })
        .collect()
}

pub(super) fn unknown_column<T>(dialect: Dialect, column: &str, table: &str) -> Sql<T> {
    match dialect {
        Dialect::MySql => error(
            1054,
            "42S22",
            format!("Unknown column '{column}' in 'field list'"),
        ),
        Dialect::Postgres => error(
            1054,
            "42703",
            format!("column \"{column}\" of relation \"{table}\" does not exist"),
        ),
    }
}

/// Changes a table and writes it.
fn edit(
    server: &mut Server,
    session: &Session,
    path: &Path,
    change: impl FnOnce(&mut Table) -> Sql<(usize, String)>,
) -> Sql<Answer> {
    let (database, name) = session.resolve(server, path)?;
    let (affected, tag) = change(server.table_mut(&database, &name)?)?;
    server.save_table(&database, &name)?;
    done(affected, tag)
}
