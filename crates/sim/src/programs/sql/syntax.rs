//! Statements and expressions.

use super::catalogue::Column;
use super::value::Value;

/// A name, perhaps of a schema's or a table's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path {
    pub(super) owner: Option<String>,
    pub(super) name: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expr {
    Value(Value),
    Column(Path),
    /// `*` in `COUNT(*)`.
    Star,
    Call(String, Vec<Expr>, bool),
    Unary(&'static str, Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `IN`, and whether negated.
    In(Box<Expr>, Vec<Expr>, bool),
    Between(Box<Expr>, Box<Expr>, Box<Expr>, bool),
    Like(Box<Expr>, Box<Expr>, bool, bool),
    IsNull(Box<Expr>, bool),
    Case(Vec<(Expr, Expr)>, Option<Box<Expr>>),
    /// `@@version`.
    Variable(String),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    /// `None` is `*`.
    pub(super) expr: Option<Expr>,
    /// The table of `t.*`.
    pub(super) of: Option<String>,
    pub(super) name: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Source {
    pub(super) table: Path,
    pub(super) alias: String,
    /// How it is joined to those before.
    pub(super) on: Option<Expr>,
    pub(super) left: bool,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Select {
    pub(super) distinct: bool,
    pub(super) items: Vec<Item>,
    pub(super) from: Vec<Source>,
    pub(super) filter: Option<Expr>,
    pub(super) group: Vec<Expr>,
    pub(super) having: Option<Expr>,
    pub(super) order: Vec<(Expr, bool)>,
    pub(super) limit: Option<usize>,
    pub(super) offset: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Statement {
    Select(Box<Select>),
    CreateDatabase {
        name: String,
        if_not_exists: bool,
    },
    DropDatabase {
        name: String,
        if_exists: bool,
    },
    Use(String),
    CreateTable {
        name: Path,
        columns: Vec<Column>,
        if_not_exists: bool,
    },
    DropTable {
        names: Vec<Path>,
        if_exists: bool,
    },
    Truncate(Path),
    AddColumn(Path, Column),
    DropColumn(Path, String),
    Rename(Path, String),
    Insert {
        table: Path,
        columns: Vec<String>,
        rows: Vec<Vec<Option<Expr>>>,
        select: Option<Box<Select>>,
        returning: Vec<Item>,
        /// `INSERT IGNORE`, `ON CONFLICT DO NOTHING`.
        ignore: bool,
    },
    Update {
        table: Path,
        set: Vec<(String, Expr)>,
        filter: Option<Expr>,
    },
    Delete {
        table: Path,
        filter: Option<Expr>,
    },
    /// `SHOW …` and `DESCRIBE`: the words that follow, and a name if there is one.
    Show(Vec<String>, Option<Path>),
    CreateUser {
        name: String,
        host: String,
        password: Option<String>,
        if_not_exists: bool,
        alter: bool,
    },
    DropUser(String, String),
    /// Understood, without an effect: GRANT, BEGIN, SET…; what Postgres says of it.
    Nothing(&'static str),
}
