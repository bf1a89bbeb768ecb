//! SHOW, DESCRIBE, and the tables that tell of tables.

use super::catalogue::{Column, SYSTEM, Server, Table};
use super::engine::{Answer, Session, unknown_database};
use super::eval::like;
use super::syntax::Path;
use super::value::Value;
use super::{Dialect, Sql, error, not_simulated};

fn names(title: &str, names: impl IntoIterator<Item = String>) -> Answer {
    let rows = names.into_iter().map(|it| vec![Value::Text(it)]);
    Answer::Rows(vec![title.to_owned()], rows.collect())
}

/// `SHOW …`
pub(super) fn show(
    server: &Server,
    session: &Session,
    words: &[String],
    name: Option<&Path>,
) -> Sql<Answer> {
    let pattern = words.iter().find_map(|it| it.strip_prefix("like "));
    let kept = |it: &String| pattern.is_none_or(|pattern| like(pattern, it));
    match words.first().map_or("", String::as_str) {
        "databases" | "schemas" => {
            let mut all: Vec<String> = server.databases.keys().cloned().collect();
            if server.dialect == Dialect::MySql {
                all.extend(SYSTEM.map(str::to_owned));
                all.sort();
            }
            Ok(names("Database", all.into_iter().filter(kept)))
        }
        "tables" => {
            let database = name
                .map(|it| it.name.clone())
                .or_else(|| session.database.clone());
            let Some(database) = database else {
                return error(1046, "3D000", "No database selected");
            };
            if !server.has_database(&database) {
                return unknown_database(&database);
            }
            let title = format!("Tables_in_{database}");
            Ok(names(
                &title,
                server.tables(&database).into_iter().filter(kept),
            ))
        }
        "columns" | "fields" => {
            let Some(path) = name else {
                return error(1064, "42000", "You have an error in your SQL syntax");
            };
            let (database, name) = session.resolve(server, path)?;
            Ok(columns(server.table(&database, &name)?))
        }
        "create" => {
            let Some(path) = name else {
                return not_simulated("cette forme de SHOW CREATE");
            };
            let (database, name) = session.resolve(server, path)?;
            let text = definition(&name, server.table(&database, &name)?);
            Ok(Answer::Rows(
                vec!["Table".into(), "Create Table".into()],
                vec![vec![Value::Text(name), Value::Text(text)]],
            ))
        }
        "variables" | "global" | "session" => {
            let all = [
                ("datadir", "/var/lib/mysql/"),
                ("port", "3306"),
                ("version", server.version.as_str()),
                ("character_set_server", "utf8mb4"),
                ("max_connections", "151"),
            ];
            let rows = all
                .iter()
                .filter(|it| kept(&it.0.to_owned()))
                .map(|it| vec![Value::text(it.0), Value::text(it.1)]);
            Ok(Answer::Rows(
                vec!["Variable_name".into(), "Value".into()],
                rows.collect(),
            ))
        }
        "grants" => Ok(names(
            &format!("Grants for {}", session.user),
            ["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION".to_owned()],
        )),
        "warnings" | "errors" => Ok(Answer::Rows(
            ["Level", "Code", "Message"].map(str::to_owned).to_vec(),
            Vec::new(),
        )),
        "processlist" => Ok(Answer::Rows(
            [
                "Id", "User", "Host", "db", "Command", "Time", "State", "Info",
            ]
            .map(str::to_owned)
            .to_vec(),
            vec![vec![
                Value::Int(8),
                Value::text(session.user.split('@').next().unwrap_or_default()),
                Value::text("localhost"),
                session.database.clone().map_or(Value::Null, Value::Text),
                Value::text("Query"),
                Value::Int(0),
                Value::text("init"),
                Value::text("show processlist"),
            ]],
        )),
        "server_version" => Ok(names("server_version", [server.version.clone()])),
        other => not_simulated(&format!("SHOW {}", other.to_uppercase())),
    }
}

fn default_of(column: &Column) -> Value {
    match (&column.default, column.now) {
        (Some(value), _) => value.shown(false).map_or(Value::Null, Value::Text),
        (None, true) => Value::text("CURRENT_TIMESTAMP"),
        (None, false) => Value::Null,
    }
}

fn columns(table: &Table) -> Answer {
    let rows = table.columns.iter().map(|it| {
        let key = match (it.primary, it.unique) {
            (true, _) => "PRI",
            (false, true) => "UNI",
            (false, false) => "",
        };
        let extra = match (it.counts, it.now) {
            (true, _) => "auto_increment",
            (false, true) => "DEFAULT_GENERATED",
            (false, false) => "",
        };
        vec![
            Value::text(&it.name),
            Value::text(&it.kind),
            Value::text(if it.nullable { "YES" } else { "NO" }),
            Value::text(key),
            default_of(it),
            Value::text(extra),
        ]
    });
    Answer::Rows(
        ["Field", "Type", "Null", "Key", "Default", "Extra"]
            .map(str::to_owned)
            .to_vec(),
        rows.collect(),
    )
}

/// The statement that makes a table again.
fn definition(name: &str, table: &Table) -> String {
    let mut lines: Vec<String> = table
        .columns
        .iter()
        .map(|it| {
            let null = if it.nullable { "" } else { " NOT NULL" };
            let default = match (&it.default, it.now, it.counts) {
                (_, _, true) => " AUTO_INCREMENT".to_owned(),
                (Some(value), _, _) => {
                    format!(" DEFAULT '{}'", value.shown(false).unwrap_or_default())
                }
                (None, true, _) => " DEFAULT CURRENT_TIMESTAMP".to_owned(),
                (None, false, _) if it.nullable => " DEFAULT NULL".to_owned(),
                _ => String::new(),
            };
            format!("  `{}` {}{null}{default}", it.name, it.kind)
        })
        .collect();
    let primary: Vec<String> = table
        .columns
        .iter()
        .filter(|it| it.primary)
        .map(|it| format!("`{}`", it.name))
        .collect();
    if !primary.is_empty() {
        lines.push(format!("  PRIMARY KEY ({})", primary.join(",")));
    }
    for column in table.columns.iter().filter(|it| it.unique) {
        lines.push(format!("  UNIQUE KEY `{0}` (`{0}`)", column.name));
    }
    format!(
        "CREATE TABLE `{name}` (\n{}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci",
        lines.join(",\n")
    )
}

fn column(name: &str) -> Column {
    Column {
        name: name.to_owned(),
        kind: "text".into(),
        nullable: true,
        default: None,
        now: false,
        counts: false,
        primary: false,
        unique: false,
    }
}

/// The tables that tell of the others: users, schemas, tables.
pub(super) fn system_table(server: &Server, database: &str, name: &str) -> Option<Table> {
    let make = |columns: &[&str], rows: Vec<Vec<Value>>| Table {
        columns: columns.iter().map(|it| column(it)).collect(),
        rows,
        next: 1,
    };
    let name = name.to_lowercase();
    match (database.to_lowercase().as_str(), name.as_str()) {
        ("mysql", "user") => {
            let rows = server.users.keys().map(|it| {
                let (user, host) = it.split_once('@').unwrap_or((it, "%"));
                vec![Value::text(host), Value::text(user)]
            });
            Some(make(&["Host", "User"], rows.collect()))
        }
        ("information_schema", "schemata") => {
            let rows = server.databases.keys().map(|it| vec![Value::text(it)]);
            Some(make(&["schema_name"], rows.collect()))
        }
        ("information_schema", "tables") => {
            let rows = server.databases.iter().flat_map(|(schema, tables)| {
                let schema = if server.dialect == Dialect::Postgres {
                    "public"
                } else {
                    schema
                };
                tables.keys().map(move |it| {
                    vec![
                        Value::text(schema),
                        Value::text(it),
                        Value::text("BASE TABLE"),
                    ]
                })
            });
            Some(make(
                &["table_schema", "table_name", "table_type"],
                rows.collect(),
            ))
        }
        (_, "pg_database") if server.dialect == Dialect::Postgres => {
            let rows = server.databases.keys().map(|it| vec![Value::text(it)]);
            Some(make(&["datname"], rows.collect()))
        }
        (_, "pg_roles" | "pg_user") if server.dialect == Dialect::Postgres => {
            let rows = server
                .users
                .keys()
                .map(|it| vec![Value::text(it.trim_end_matches("@%"))]);
            Some(make(&["rolname"], rows.collect()))
        }
        (_, "pg_tables") if server.dialect == Dialect::Postgres => {
            let tables = server.databases.values().flat_map(|it| it.keys());
            let rows = tables.map(|it| vec![Value::text("public"), Value::text(it)]);
            Some(make(&["schemaname", "tablename"], rows.collect()))
        }
        _ => None,
    }
}
