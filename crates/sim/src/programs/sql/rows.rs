//! Rows that are added: defaults, types, keys.

use super::catalogue::{Column, Server, Table};
use super::engine::{Answer, Session, done, fields, unknown_column};
use super::eval::{About, Scope};
use super::select::expand;
use super::syntax::{Item, Path};
use super::value::Value;
use super::{Dialect, Sql, error};
use crate::programs::date::format;

pub(super) fn insert(
    server: &mut Server,
    session: &mut Session,
    path: &Path,
    columns: &[String],
    rows: Vec<Vec<Option<Value>>>,
    returning: &[Item],
    ignore: bool,
) -> Sql<Answer> {
    let about = session.about(server);
    let (database, name) = session.resolve(server, path)?;
    let table = server.table_mut(&database, &name)?;
    let mut places = Vec::new();
    for column in columns {
        match table.position(column) {
            Some(at) => places.push(at),
            None => return unknown_column(about.dialect, column, &name),
        }
    }
    if columns.is_empty() {
        places = (0..table.columns.len()).collect();
    }
    let mut held = table.clone();
    let mut made = Vec::new();
    let mut first_id = None;
    for (index, row) in rows.into_iter().enumerate() {
        if row.len() > places.len()
            || (row.len() < places.len()
                && (about.dialect == Dialect::MySql || !columns.is_empty()))
        {
            return match about.dialect {
                Dialect::MySql => error(
                    1136,
                    "21S01",
                    format!(
                        "Column count doesn't match value count at row {}",
                        index + 1
                    ),
                ),
                Dialect::Postgres => error(
                    1136,
                    "42601",
                    "INSERT has more expressions than target columns",
                ),
            };
        }
        let mut given: Vec<Option<Value>> = vec![None; held.columns.len()];
        for (value, at) in row.into_iter().zip(&places) {
            given[*at] = value;
        }
        let mut whole = Vec::new();
        for (column, value) in held.columns.clone().iter().zip(given) {
            whole.push(complete(
                &mut held,
                column,
                value,
                &about,
                &name,
                &mut first_id,
            )?);
        }
        match duplicate(&held, &whole, &name, about.dialect) {
            Some(_) if ignore => continue,
            Some(found) => return found,
            None => {}
        }
        held.rows.push(whole.clone());
        made.push(whole);
    }
    let fields = fields(&held, &name);
    *table = held;
    server.save_table(&database, &name)?;
    if let Some(id) = first_id {
        session.last_id = id;
    }
    if returning.is_empty() {
        return done(made.len(), format!("INSERT 0 {}", made.len()));
    }
    let items = expand(returning, &fields)?;
    let mut answers = Vec::new();
    for row in &made {
        let scope = Scope {
            fields: &fields,
            row,
            group: None,
            about: &about,
        };
        answers.push(
            items
                .iter()
                .map(|it| scope.eval(&it.1))
                .collect::<Sql<Vec<_>>>()?,
        );
    }
    Ok(Answer::Rows(
        items.into_iter().map(|it| it.0).collect(),
        answers,
    ))
}

/// The value of a column of a new row.
fn complete(
    table: &mut Table,
    column: &Column,
    given: Option<Value>,
    about: &About,
    name: &str,
    first_id: &mut Option<i64>,
) -> Sql<Value> {
    let explicit_null = matches!(given, Some(Value::Null));
    let value = match given {
        Some(value) if !(value.is_null() && column.counts) => fit(column, value, about.dialect)?,
        _ if column.counts => {
            first_id.get_or_insert(table.next);
            Value::Int(table.next)
        }
        _ => match (&column.default, column.now) {
            (Some(value), _) => fit(column, value.clone(), about.dialect)?,
            (None, true) => Value::Text(format(about.now, "%Y-%m-%d %H:%M:%S")),
            (None, false) => Value::Null,
        },
    };
    if let (true, Value::Int(number)) = (column.counts, &value) {
        table.next = table.next.max(number + 1);
    }
    if value.is_null() && !column.nullable {
        let column = &column.name;
        return match (about.dialect, explicit_null) {
            (Dialect::MySql, true) => {
                error(1048, "23000", format!("Column '{column}' cannot be null"))
            }
            (Dialect::MySql, false) => error(
                1364,
                "HY000",
                format!("Field '{column}' doesn't have a default value"),
            ),
            (Dialect::Postgres, _) => error(
                1048,
                "23502",
                format!(
                    "null value in column \"{column}\" of relation \"{name}\" violates not-null constraint"
                ),
            ),
        };
    }
    Ok(value)
}

/// The refusal of a row whose key is taken.
fn duplicate(table: &Table, row: &[Value], name: &str, dialect: Dialect) -> Option<Sql<Answer>> {
    let primary: Vec<usize> = (0..table.columns.len())
        .filter(|at| table.columns[*at].primary)
        .collect();
    let unique = (0..table.columns.len())
        .filter(|at| table.columns[*at].unique)
        .map(|at| vec![at]);
    let keys = (!primary.is_empty())
        .then(|| primary.clone())
        .into_iter()
        .chain(unique);
    for key in keys {
        let taken = table.rows.iter().any(|held| {
            key.iter()
                .all(|at| !row[*at].is_null() && held[*at] == row[*at])
        });
        if !taken {
            continue;
        }
        let values: Vec<String> = key.iter().filter_map(|at| row[*at].shown(false)).collect();
        let constraint = if key == primary {
            "PRIMARY"
        } else {
            table.columns[key[0]].name.as_str()
        };
        return Some(match dialect {
            Dialect::MySql => error(
                1062,
                "23000",
                format!(
                    "Duplicate entry '{}' for key '{name}.{constraint}'",
                    values.join("-")
                ),
            ),
            Dialect::Postgres => {
                let index = if key == primary {
                    format!("{name}_pkey")
                } else {
                    format!("{name}_{constraint}_key")
                };
                error(
                    1062,
                    "23505",
                    format!("duplicate key value violates unique constraint \"{index}\""),
                )
            }
        });
    }
    None
}

/// A value as its column keeps it.
pub(super) fn fit(column: &Column, value: Value, dialect: Dialect) -> Sql<Value> {
    if value.is_null() {
        return Ok(value);
    }
    let base = column.kind.split('(').next().unwrap_or(&column.kind);
    let size: Option<usize> = column
        .kind
        .split_once('(')
        .and_then(|it| it.1.trim_end_matches(')').split(',').next()?.parse().ok());
    let base = base.split(' ').next().unwrap_or(base);
    match base {
        "int" | "integer" | "bigint" | "smallint" | "tinyint" | "mediumint" => match value {
            Value::Text(text) => match (text.trim().parse(), dialect) {
                (Ok(number), _) => Ok(Value::Int(number)),
                (Err(_), Dialect::MySql) => error(
                    1366,
                    "HY000",
                    format!(
                        "Incorrect integer value: '{text}' for column '{}' at row 1",
                        column.name
                    ),
                ),
                (Err(_), Dialect::Postgres) => error(
                    1366,
                    "22P02",
                    format!("invalid input syntax for type {base}: \"{text}\""),
                ),
            },
            Value::Bool(it) => Ok(Value::Int(i64::from(it))),
            #[expect(clippy::cast_possible_truncation, reason = "rounded on purpose")]
            Value::Real(it) => Ok(Value::Int(it.round() as i64)),
            other => Ok(other),
        },
        "decimal" | "numeric" => {
            let digits = column
                .kind
                .split_once(',')
                .and_then(|it| it.1.trim_end_matches(')').parse::<usize>().ok());
            Ok(match digits {
                Some(digits) => Value::decimal(format!("{:.digits$}", value.number())),
                None => Value::Real(value.number()),
            })
        }
        "float" | "double" | "real" => Ok(Value::Real(value.number())),
        "boolean" => Ok(match value {
            Value::Text(text) => Value::Bool(matches!(
                text.to_lowercase().as_str(),
                "t" | "true" | "yes" | "on" | "1"
            )),
            other => Value::Bool(other.is_true()),
        }),
        "varchar" | "char" | "character" => {
            let text = value
                .shown(dialect == Dialect::Postgres)
                .unwrap_or_default();
            match size {
                Some(size) if text.chars().count() > size => match dialect {
                    Dialect::MySql => error(
                        1406,
                        "22001",
                        format!("Data too long for column '{}' at row 1", column.name),
                    ),
                    Dialect::Postgres => error(
                        1406,
                        "22001",
                        format!("value too long for type character varying({size})"),
                    ),
                },
                _ => Ok(Value::Text(text)),
            }
        }
        _ => Ok(Value::Text(
            value
                .shown(dialect == Dialect::Postgres)
                .unwrap_or_default(),
        )),
    }
}
