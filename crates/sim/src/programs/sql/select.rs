//! SELECT.

use super::catalogue::Server;
use super::engine::Session;
use super::eval::{About, Field, Scope, aggregates};
use super::syntax::{Expr, Item, Select};
use super::value::Value;
use super::{Sql, error};

/// Names of columns, and rows.
pub(super) type Rows = (Vec<String>, Vec<Vec<Value>>);

/// Runs a SELECT.
pub(super) fn select(server: &Server, session: &Session, select: &Select) -> Sql<Rows> {
    let about = session.about(server);
    let (fields, mut rows) = sources(server, session, select, &about)?;
    if let Some(filter) = &select.filter {
        rows = keep(rows, &fields, filter, &about)?;
    }
    let grouped = !select.group.is_empty()
        || select
            .items
            .iter()
            .filter_map(|it| it.expr.as_ref())
            .any(aggregates)
        || select.having.as_ref().is_some_and(aggregates);
    let groups: Vec<Vec<Vec<Value>>> = if grouped {
        groups(rows, &fields, select, &about)?
    } else {
        rows.into_iter().map(|row| vec![row]).collect()
    };
    let items = expand(&select.items, &fields)?;
    let names: Vec<String> = items.iter().map(|it| it.0.clone()).collect();
    let nothing = vec![Value::Null; fields.len()];
    let mut made: Vec<(Vec<Value>, Vec<Value>)> = Vec::new();
    for group in &groups {
        let scope = Scope {
            fields: &fields,
            row: group.first().unwrap_or(&nothing),
            group: grouped.then_some(group.as_slice()),
            about: &about,
        };
        if let Some(having) = &select.having
            && !scope.eval(having)?.is_true()
        {
            continue;
        }
        let row: Vec<Value> = items
            .iter()
            .map(|it| scope.eval(&it.1))
            .collect::<Sql<_>>()?;
        let mut keys = Vec::new();
        for (expr, _) in &select.order {
            keys.push(order_key(expr, &scope, &names, &row)?);
        }
        if !(select.distinct && made.iter().any(|it| it.0 == row)) {
            made.push((row, keys));
        }
    }
    made.sort_by(|a, b| {
        let pairs = a.1.iter().zip(&b.1).zip(&select.order);
        let mut orders = pairs.map(|((a, b), (_, down))| {
            let order = a.order(b);
            if *down { order.reverse() } else { order }
        });
        orders
            .find(|it| it.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let limit = select.limit.unwrap_or(usize::MAX);
    let rows = made
        .into_iter()
        .map(|it| it.0)
        .skip(select.offset)
        .take(limit);
    Ok((names, rows.collect()))
}

/// What ORDER BY sorts by: a column of the answer by name or number, or any expression.
fn order_key(expr: &Expr, scope: &Scope<'_>, names: &[String], row: &[Value]) -> Sql<Value> {
    let at = match expr {
        Expr::Value(Value::Int(number)) => usize::try_from(*number)
            .ok()
            .and_then(|it| it.checked_sub(1)),
        Expr::Column(path) if path.owner.is_none() => names.iter().position(|it| *it == path.name),
        _ => None,
    };
    match at.and_then(|at| row.get(at)) {
        Some(value) => Ok(value.clone()),
        None => scope.eval(expr),
    }
}

fn keep(
    rows: Vec<Vec<Value>>,
    fields: &[Field],
    filter: &Expr,
    about: &About,
) -> Sql<Vec<Vec<Value>>> {
    let mut kept = Vec::new();
    for row in rows {
        let scope = Scope {
            fields,
            row: &row,
            group: None,
            about,
        };
        if scope.eval(filter)?.is_true() {
            kept.push(row);
        }
    }
    Ok(kept)
}

/// The rows of the tables, joined.
fn sources(
    server: &Server,
    session: &Session,
    select: &Select,
    about: &About,
) -> Sql<(Vec<Field>, Vec<Vec<Value>>)> {
    let mut fields: Vec<Field> = Vec::new();
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for source in &select.from {
        let (database, name) = session.resolve(server, &source.table)?;
        let found;
        let table = if let Some(system) = super::show::system_table(server, &database, &name) {
            found = system;
            &found
        } else {
            server.table(&database, &name)?
        };
        let before = fields.len();
        fields.extend(table.columns.iter().map(|it| Field {
            table: source.alias.clone(),
            name: it.name.clone(),
        }));
        let mut joined = Vec::new();
        for row in rows {
            let mut matched = false;
            for other in &table.rows {
                let mut whole = row.clone();
                whole.extend(other.iter().cloned());
                let scope = Scope {
                    fields: &fields,
                    row: &whole,
                    group: None,
                    about,
                };
                if match &source.on {
                    Some(on) => scope.eval(on)?.is_true(),
                    None => true,
                } {
                    matched = true;
                    joined.push(whole);
                }
            }
            if source.left && !matched {
                let mut whole = row;
                whole.resize(before + table.columns.len(), Value::Null);
                joined.push(whole);
            }
        }
        rows = joined;
    }
    Ok((fields, rows))
}

fn groups(
    rows: Vec<Vec<Value>>,
    fields: &[Field],
    select: &Select,
    about: &About,
) -> Sql<Vec<Vec<Vec<Value>>>> {
    if select.group.is_empty() {
        return Ok(vec![rows]);
    }
    let mut groups: Vec<(Vec<Value>, Vec<Vec<Value>>)> = Vec::new();
    for row in rows {
        let scope = Scope {
            fields,
            row: &row,
            group: None,
            about,
        };
        let key: Vec<Value> = select
            .group
            .iter()
            .map(|it| scope.eval(it))
            .collect::<Sql<_>>()?;
        match groups.iter_mut().find(|it| it.0 == key) {
            Some(group) => group.1.push(row),
            None => groups.push((key, vec![row])),
        }
    }
    Ok(groups.into_iter().map(|it| it.1).collect())
}

/// The columns of the answer, `*` written out.
pub(super) fn expand(items: &[Item], fields: &[Field]) -> Sql<Vec<(String, Expr)>> {
    let mut all = Vec::new();
    for item in items {
        match &item.expr {
            Some(expr) => all.push((item.name.clone(), expr.clone())),
            None if fields.is_empty() => return error(1096, "HY000", "No tables used"),
            None => {
                let wanted = fields
                    .iter()
                    .filter(|it| item.of.as_ref().is_none_or(|of| *of == it.table));
                all.extend(wanted.map(|field| {
                    let path = super::syntax::Path {
                        owner: Some(field.table.clone()),
                        name: field.name.clone(),
                    };
                    (field.name.clone(), Expr::Column(path))
                }));
            }
        }
    }
    Ok(all)
}
