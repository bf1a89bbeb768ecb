//! Databases and tables, and the files that hold them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::value::Value;
use super::{Dialect, Sql, error};
use crate::kernel::{Errno, Sys};

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one for each option of a column"
)]
pub(in super::super) struct Column {
    pub(in super::super) name: String,
    /// As written, in lower case: `varchar(50)`.
    pub(in super::super) kind: String,
    pub(super) nullable: bool,
    pub(super) default: Option<Value>,
    /// `DEFAULT CURRENT_TIMESTAMP`.
    pub(super) now: bool,
    pub(super) counts: bool,
    pub(super) primary: bool,
    pub(super) unique: bool,
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(in super::super) struct Table {
    pub(in super::super) columns: Vec<Column>,
    pub(in super::super) rows: Vec<Vec<Value>>,
    /// The next number of an `AUTO_INCREMENT` column.
    pub(super) next: i64,
}

impl Table {
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|it| it.name.eq_ignore_ascii_case(name))
    }
}

/// The tables of a database.
pub(super) type Database = BTreeMap<String, Table>;

/// Everything a server holds.
pub(in super::super) struct Server {
    pub(super) dialect: Dialect,
    pub(super) version: String,
    sys: Sys,
    folder: String,
    pub(super) databases: BTreeMap<String, Database>,
    /// `user@host` → what its password is checked with.
    pub(super) users: BTreeMap<String, String>,
}

/// The databases that MySQL comes with.
pub(super) const SYSTEM: [&str; 4] = ["information_schema", "mysql", "performance_schema", "sys"];

impl Server {
    /// A server whose files are in this folder.
    pub(in super::super) fn new(sys: Sys, dialect: Dialect, version: &str, folder: &str) -> Self {
        Self {
            dialect,
            version: version.to_owned(),
            sys,
            folder: folder.trim_end_matches('/').to_owned(),
            databases: BTreeMap::new(),
            users: BTreeMap::new(),
        }
    }

    /// Another process goes on with it, fork(2).
    #[must_use]
    pub(in super::super) fn moved(self, sys: Sys) -> Self {
        Self { sys, ..self }
    }

    fn extension(&self) -> &'static str {
        match self.dialect {
            Dialect::MySql => "ibd",
            Dialect::Postgres => "rel",
        }
    }

    fn base(&self) -> String {
        match self.dialect {
            Dialect::MySql => self.folder.clone(),
            Dialect::Postgres => format!("{}/base", self.folder),
        }
    }

    fn users_file(&self) -> String {
        match self.dialect {
            Dialect::MySql => format!("{}/mysql/user.ibd", self.folder),
            Dialect::Postgres => format!("{}/global/pg_authid", self.folder),
        }
    }

    /// Reads what the folder holds.
    pub(in super::super) fn load(&mut self) {
        let read = |path: &str| self.sys.read_file(path).ok();
        if let Some(bytes) = read(&self.users_file()) {
            self.users = serde_json::from_slice(&bytes).unwrap_or_default();
        }
        let ending = format!(".{}", self.extension());
        let mut databases = BTreeMap::new();
        for entry in self.sys.read_dir(&self.base()).unwrap_or_default() {
            let hidden = entry.name.starts_with(['#', '.']);
            if !entry.metadata.is_dir() || hidden || SYSTEM.contains(&entry.name.as_str()) {
                continue;
            }
            let folder = format!("{}/{}", self.base(), entry.name);
            let mut tables = Database::new();
            for file in self.sys.read_dir(&folder).unwrap_or_default() {
                if let Some(name) = file.name.strip_suffix(&ending)
                    && let Some(bytes) = read(&format!("{folder}/{}", file.name))
                    && let Ok(table) = serde_json::from_slice(&bytes)
                {
                    tables.insert(name.to_owned(), table);
                }
            }
            databases.insert(entry.name, tables);
        }
        self.databases = databases;
    }

    fn problem(error: Errno) -> super::SqlError {
        super::SqlError {
            code: 3,
            state: "58030",
            message: format!("Error writing file: {error}"),
        }
    }

    /// Writes the users.
    pub(in super::super) fn save_users(&self) -> Sql<()> {
        let bytes = serde_json::to_vec(&self.users).unwrap_or_default();
        self.sys
            .write_file(&self.users_file(), &bytes)
            .map_err(Self::problem)
    }

    /// Makes a database's folder.
    pub(in super::super) fn make_database(&mut self, name: &str) -> Sql<()> {
        match self.sys.mkdir(&format!("{}/{name}", self.base()), 0o750) {
            Ok(()) | Err(Errno::EEXIST) => {}
            Err(error) => return Err(Self::problem(error)),
        }
        self.databases.entry(name.to_owned()).or_default();
        Ok(())
    }

    /// Removes a database with its files; the number of its tables.
    pub(super) fn remove_database(&mut self, name: &str) -> Option<usize> {
        let tables = self.databases.remove(name)?;
        let folder = format!("{}/{name}", self.base());
        for table in tables.keys() {
            // A file that is gone already is what is wanted.
            let _ = self
                .sys
                .unlink(&format!("{folder}/{table}.{}", self.extension()));
        }
        let _ = self.sys.rmdir(&folder);
        Some(tables.len())
    }

    /// Writes a table, or removes its file when it is no more.
    pub(super) fn save_table(&self, database: &str, name: &str) -> Sql<()> {
        let path = format!("{}/{database}/{name}.{}", self.base(), self.extension());
        if let Some(table) = self.databases.get(database).and_then(|it| it.get(name)) {
            let bytes = serde_json::to_vec(table).unwrap_or_default();
            return self.sys.write_file(&path, &bytes).map_err(Self::problem);
        }
        // A file that is gone already is what is wanted.
        let _ = self.sys.unlink(&path);
        Ok(())
    }

    pub(super) fn sys(&self) -> &Sys {
        &self.sys
    }

    /// A table by its database and name.
    pub(in super::super) fn table(&self, database: &str, name: &str) -> Sql<&Table> {
        let found = self.databases.get(database).and_then(|it| it.get(name));
        match found {
            Some(table) => Ok(table),
            None => missing(self.dialect, database, name),
        }
    }

    pub(super) fn table_mut(&mut self, database: &str, name: &str) -> Sql<&mut Table> {
        let dialect = self.dialect;
        let found = self
            .databases
            .get_mut(database)
            .and_then(|it| it.get_mut(name));
        match found {
            Some(table) => Ok(table),
            None => missing(dialect, database, name),
        }
    }

    /// The names of the tables of a database.
    pub(in super::super) fn tables(&self, database: &str) -> Vec<String> {
        let tables = self.databases.get(database);
        tables.map_or_else(Vec::new, |it| it.keys().cloned().collect())
    }

    pub(in super::super) fn has_database(&self, name: &str) -> bool {
        self.databases.contains_key(name)
            || (self.dialect == Dialect::MySql && SYSTEM.contains(&name))
    }

    /// What a user's password is checked with, for a connection from this host.
    pub(in super::super) fn user(&self, name: &str, local: bool) -> Option<&String> {
        let at = |host: &str| self.users.get(&format!("{name}@{host}"));
        let here = local.then(|| at("localhost")).flatten();
        here.or_else(|| at("%"))
    }

    pub(in super::super) fn set_user(&mut self, name: &str, host: &str, check: String) {
        self.users.insert(format!("{name}@{host}"), check);
    }
}

fn missing<T>(dialect: Dialect, database: &str, name: &str) -> Sql<T> {
    match dialect {
        Dialect::MySql => error(
            1146,
            "42S02",
            format!("Table '{database}.{name}' doesn't exist"),
        ),
        Dialect::Postgres => error(1146, "42P01", format!("relation \"{name}\" does not exist")),
    }
}
