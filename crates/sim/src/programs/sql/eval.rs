//! The value of an expression.

use std::cmp::Ordering;

use super::syntax::{Expr, Path};
use super::value::Value;
use super::{Dialect, Sql, error, not_simulated};
use crate::programs::date::format;

/// A column of a row being looked at.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) table: String,
    pub(super) name: String,
}

/// What expressions are evaluated in.
pub(super) struct Scope<'a> {
    pub(super) fields: &'a [Field],
    pub(super) row: &'a [Value],
    /// The rows of the group, for aggregates.
    pub(super) group: Option<&'a [Vec<Value>]>,
    pub(super) about: &'a About,
}

/// What functions tell of the server and the session.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub(super) dialect: Dialect,
    pub(super) version: String,
    pub(super) database: Option<String>,
    pub(super) user: String,
    pub(super) now: std::time::SystemTime,
    pub(super) hostname: String,
    pub(super) last_id: i64,
}

/// The functions of many rows.
const AGGREGATES: &[&str] = &[
    "count",
    "sum",
    "avg",
    "min",
    "max",
    "group_concat",
    "string_agg",
];

/// Whether an expression has a function of many rows.
pub(super) fn aggregates(expr: &Expr) -> bool {
    match expr {
        Expr::Call(name, args, _) => {
            AGGREGATES.contains(&name.as_str()) || args.iter().any(aggregates)
        }
        Expr::Unary(_, it) | Expr::IsNull(it, _) => aggregates(it),
        Expr::Binary(_, a, b) | Expr::Like(a, b, _, _) => aggregates(a) || aggregates(b),
        Expr::In(it, list, _) => aggregates(it) || list.iter().any(aggregates),
        Expr::Between(a, b, c, _) => aggregates(a) || aggregates(b) || aggregates(c),
        _ => false,
    }
}

impl Scope<'_> {
    fn column(&self, path: &Path) -> Sql<usize> {
        let mut found = self.fields.iter().enumerate().filter(|(_, field)| {
            field.name.eq_ignore_ascii_case(&path.name)
                && path
                    .owner
                    .as_ref()
                    .is_none_or(|it| field.table.eq_ignore_ascii_case(it))
        });
        let shown = match &path.owner {
            Some(owner) => format!("{owner}.{}", path.name),
            None => path.name.clone(),
        };
        match (found.next(), found.next(), self.about.dialect) {
            (Some((at, _)), None, _) => Ok(at),
            (None, _, Dialect::MySql) => error(
                1054,
                "42S22",
                format!("Unknown column '{shown}' in 'field list'"),
            ),
            (None, _, Dialect::Postgres) => error(
                1054,
                "42703",
                format!("column \"{}\" does not exist", path.name),
            ),
            (Some(_), Some(_), Dialect::MySql) => error(
                1052,
                "23000",
                format!("Column '{shown}' in field list is ambiguous"),
            ),
            (Some(_), Some(_), Dialect::Postgres) => error(
                1052,
                "42702",
                format!("column reference \"{shown}\" is ambiguous"),
            ),
        }
    }

    pub(super) fn eval(&self, expr: &Expr) -> Sql<Value> {
        let truth = |it: Option<bool>| it.map_or(Value::Null, Value::Bool);
        Ok(match expr {
            Expr::Value(value) => value.clone(),
            Expr::Star => Value::Int(1),
            Expr::Column(path) => {
                let at = self.column(path)?;
                self.row.get(at).cloned().unwrap_or(Value::Null)
            }
            Expr::Variable(name) => self.variable(name),
            Expr::Unary("-", it) => match self.eval(it)? {
                Value::Int(number) => Value::Int(-number),
                Value::Null => Value::Null,
                other => Value::Real(-other.number()),
            },
            Expr::Unary(_, it) => match self.eval(it)? {
                Value::Null => Value::Null,
                value => Value::Bool(!value.is_true()),
            },
            Expr::Binary("and", a, b) => {
                Value::Bool(self.eval(a)?.is_true() && self.eval(b)?.is_true())
            }
            Expr::Binary("or", a, b) => {
                Value::Bool(self.eval(a)?.is_true() || self.eval(b)?.is_true())
            }
            Expr::Binary(sign, a, b) => self.binary(sign, &self.eval(a)?, &self.eval(b)?)?,
            Expr::IsNull(it, negated) => Value::Bool(self.eval(it)?.is_null() != *negated),
            Expr::In(it, list, negated) => {
                let value = self.eval(it)?;
                let mut found = false;
                for item in list {
                    found |= self.equal(&value, &self.eval(item)?) == Some(true);
                }
                truth((!value.is_null()).then_some(found != *negated))
            }
            Expr::Between(it, low, high, negated) => {
                let value = self.eval(it)?;
                let above = value.compare(&self.eval(low)?).map(Ordering::is_ge);
                let below = value.compare(&self.eval(high)?).map(Ordering::is_le);
                truth(above.zip(below).map(|(a, b)| (a && b) != *negated))
            }
            Expr::Like(it, pattern, negated, ignores_case) => {
                let text = self.eval(it)?.shown(false);
                let pattern = self.eval(pattern)?.shown(false);
                truth(text.zip(pattern).map(|(mut text, mut pattern)| {
                    if *ignores_case {
                        text = text.to_lowercase();
                        pattern = pattern.to_lowercase();
                    }
                    like(&pattern, &text) != *negated
                }))
            }
            Expr::Case(branches, otherwise) => {
                for (when, then) in branches {
                    if self.eval(when)?.is_true() {
                        return self.eval(then);
                    }
                }
                match otherwise {
                    Some(it) => self.eval(it)?,
                    None => Value::Null,
                }
            }
            Expr::Call(name, args, distinct) if AGGREGATES.contains(&name.as_str()) => {
                self.aggregate(name, args, *distinct)?
            }
            Expr::Call(name, args, _) => {
                let args: Vec<Value> = args.iter().map(|it| self.eval(it)).collect::<Sql<_>>()?;
                self.call(name, &args)?
            }
        })
    }

    /// Equality; MySQL's usual collation does not see case.
    fn equal(&self, a: &Value, b: &Value) -> Option<bool> {
        match (a, b, self.about.dialect) {
            (Value::Text(a), Value::Text(b), Dialect::MySql) => {
                Some(a.to_lowercase() == b.to_lowercase())
            }
            _ => a.compare(b).map(Ordering::is_eq),
        }
    }

    fn binary(&self, sign: &str, a: &Value, b: &Value) -> Sql<Value> {
        if sign == "<=>" {
            return Ok(Value::Bool(a == b));
        }
        if a.is_null() || b.is_null() {
            return Ok(Value::Null);
        }
        let compared = |test: fn(Ordering) -> bool| {
            a.compare(b).map_or(Value::Null, |it| Value::Bool(test(it)))
        };
        let both = match (a, b) {
            (Value::Int(a), Value::Int(b)) => Some((*a, *b)),
            _ => None,
        };
        let numeric = |whole: fn(i64, i64) -> Option<i64>, real: fn(f64, f64) -> f64| match both {
            Some((a, b)) => match whole(a, b) {
                Some(number) => Ok(Value::Int(number)),
                None => error(1690, "22003", "BIGINT value is out of range"),
            },
            None => Ok(Value::Real(real(a.number(), b.number()))),
        };
        Ok(match sign {
            "=" => self.equal(a, b).map_or(Value::Null, Value::Bool),
            "<>" => self.equal(a, b).map_or(Value::Null, |it| Value::Bool(!it)),
            "<" => compared(Ordering::is_lt),
            "<=" => compared(Ordering::is_le),
            ">" => compared(Ordering::is_gt),
            ">=" => compared(Ordering::is_ge),
            "||" if self.about.dialect == Dialect::MySql => Value::Bool(a.is_true() || b.is_true()),
            "||" => {
                Value::Text(a.shown(true).unwrap_or_default() + &b.shown(true).unwrap_or_default())
            }
            "+" => numeric(i64::checked_add, |a, b| a + b)?,
            "-" => numeric(i64::checked_sub, |a, b| a - b)?,
            "*" => numeric(i64::checked_mul, |a, b| a * b)?,
            "/" | "%" if b.number() == 0.0 => match self.about.dialect {
                Dialect::MySql => Value::Null,
                Dialect::Postgres => return error(1365, "22012", "division by zero"),
            },
            "/" => match (both, self.about.dialect) {
                (Some((a, b)), Dialect::Postgres) => Value::Int(a.wrapping_div(b)),
                _ => Value::decimal(format!("{:.4}", a.number() / b.number())),
            },
            _ => match both {
                Some((a, b)) => Value::Int(a.wrapping_rem(b)),
                None => Value::Real(a.number() % b.number()),
            },
        })
    }

    fn variable(&self, name: &str) -> Value {
        match name {
            "version" => Value::text(&self.about.version),
            "hostname" => Value::text(&self.about.hostname),
            "port" => Value::Int(3306),
            "datadir" => Value::text("/var/lib/mysql/"),
            "autocommit" => Value::Int(1),
            _ => Value::Null,
        }
    }

    fn aggregate(&self, name: &str, args: &[Expr], distinct: bool) -> Sql<Value> {
        let rows: &[Vec<Value>] = self.group.unwrap_or_default();
        let Some(first) = args.first() else {
            return error(1064, "42601", format!("{name}: an argument is missing"));
        };
        let mut values = Vec::new();
        for row in rows {
            let scope = Scope {
                row,
                group: None,
                ..*self
            };
            let value = scope.eval(first)?;
            if !(value.is_null() || distinct && values.contains(&value)) {
                values.push(value);
            }
        }
        let whole = values.iter().all(|it| matches!(it, Value::Int(_)));
        let sum: f64 = values.iter().map(Value::number).sum();
        let length = values.len();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "sums of a lesson"
        )]
        Ok(match name {
            "count" => Value::Int(i64::try_from(length).unwrap_or(i64::MAX)),
            _ if values.is_empty() => Value::Null,
            "sum" if whole => Value::Int(sum as i64),
            "sum" => Value::Real(sum),
            "avg" if self.about.dialect == Dialect::Postgres => {
                Value::decimal(format!("{:.16}", sum / length as f64))
            }
            "avg" => Value::decimal(format!("{:.4}", sum / length as f64)),
            "min" => values
                .into_iter()
                .min_by(Value::order)
                .unwrap_or(Value::Null),
            "max" => values
                .into_iter()
                .max_by(Value::order)
                .unwrap_or(Value::Null),
            _ => {
                let separator = match args.get(1) {
                    Some(it) => self.eval(it)?.shown(false).unwrap_or_default(),
                    None => ",".into(),
                };
                let texts: Vec<String> = values.iter().filter_map(|it| it.shown(false)).collect();
                Value::Text(texts.join(&separator))
            }
        })
    }

    fn call(&self, name: &str, args: &[Value]) -> Sql<Value> {
        let about = self.about;
        let text = |at: usize| args.get(at).and_then(|it| it.shown(false));
        let first = args.first().cloned().unwrap_or(Value::Null);
        let mapped = |change: fn(String) -> String| {
            text(0).map_or(Value::Null, |it| Value::Text(change(it)))
        };
        Ok(match name {
            "now" | "current_timestamp" | "localtime" | "sysdate" => {
                Value::Text(format(about.now, "%Y-%m-%d %H:%M:%S"))
            }
            "current_date" | "curdate" => Value::Text(format(about.now, "%Y-%m-%d")),
            "curtime" | "current_time" => Value::Text(format(about.now, "%H:%M:%S")),
            "version" if about.dialect == Dialect::Postgres => Value::Text(format!(
                "PostgreSQL {} (Debian {}-1.pgdg120+1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit",
                about.version, about.version
            )),
            "version" => Value::text(&about.version),
            "database" | "schema" | "current_database" => {
                about.database.clone().map_or(Value::Null, Value::Text)
            }
            "user" | "current_user" | "session_user" => Value::text(&about.user),
            "last_insert_id" => Value::Int(about.last_id),
            "connection_id" => Value::Int(8),
            "upper" | "ucase" => mapped(|it| it.to_uppercase()),
            "lower" | "lcase" => mapped(|it| it.to_lowercase()),
            "trim" => mapped(|it| it.trim().to_owned()),
            "reverse" => mapped(|it| it.chars().rev().collect()),
            "length" if about.dialect == Dialect::MySql => {
                text(0).map_or(Value::Null, |it| size(it.len()))
            }
            "length" | "char_length" => text(0).map_or(Value::Null, |it| size(it.chars().count())),
            "concat" => {
                if about.dialect == Dialect::MySql && args.iter().any(Value::is_null) {
                    return Ok(Value::Null);
                }
                Value::Text(args.iter().filter_map(|it| it.shown(false)).collect())
            }
            "coalesce" | "ifnull" => args
                .iter()
                .find(|it| !it.is_null())
                .cloned()
                .unwrap_or(Value::Null),
            "if" => args
                .get(if first.is_true() { 1 } else { 2 })
                .cloned()
                .unwrap_or(Value::Null),
            "abs" => match first {
                Value::Int(number) => Value::Int(number.wrapping_abs()),
                other => Value::Real(other.number().abs()),
            },
            "round" => {
                let digits = usize::try_from(args.get(1).map_or(0, |it| match it {
                    Value::Int(it) => *it,
                    _ => 0,
                }))
                .unwrap_or(0);
                let rounded = format!("{:.digits$}", first.number());
                if digits == 0 {
                    Value::Int(rounded.parse().unwrap_or(0))
                } else {
                    Value::decimal(rounded)
                }
            }
            "floor" => Value::Real(first.number().floor()),
            "ceil" | "ceiling" => Value::Real(first.number().ceil()),
            "sleep" | "pg_sleep" => Value::Int(0),
            "md5" => text(0).map_or(Value::Null, |it| {
                let digest = crate::programs::hash::md5(it.as_bytes());
                Value::Text(digest.iter().map(|byte| format!("{byte:02x}")).collect())
            }),
            _ => return not_simulated(&format!("la fonction SQL {}()", name.to_uppercase())),
        })
    }
}

fn size(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Whether a text fits a pattern of LIKE: `%` and `_`.
pub(super) fn like(pattern: &str, text: &str) -> bool {
    let mut letters = pattern.chars();
    match letters.next() {
        None => text.is_empty(),
        Some('%') => {
            let rest = letters.as_str();
            let mut tail = text;
            loop {
                if like(rest, tail) {
                    return true;
                }
                let mut after = tail.chars();
                if after.next().is_none() {
                    return false;
                }
                tail = after.as_str();
            }
        }
        Some(wanted) => {
            let mut after = text.chars();
            after.next().is_some_and(|it| wanted == '_' || wanted == it)
                && like(letters.as_str(), after.as_str())
        }
    }
}
