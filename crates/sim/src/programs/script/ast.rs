//! What both languages are read into.

use std::sync::Arc;

use super::value::Value;

/// An expression.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    Value(Value),
    Name(String),
    /// Literal parts and expressions, each with its format.
    Format(Vec<(String, Option<(Expr, String)>)>),
    List(Vec<Expr>),
    Tuple(Vec<Expr>),
    /// `None` as a key spreads the value.
    Dict(Vec<(Option<Expr>, Expr)>),
    Spread(Box<Expr>),
    /// `name=value` in a call.
    Keyword(String, Box<Expr>),
    Function(Arc<Code>),
    Class(Arc<ClassCode>),
    Member(Box<Expr>, String, bool),
    Index(Box<Expr>, Box<Expr>),
    Slice(Box<Expr>, [Option<Box<Expr>>; 2]),
    Call(Box<Expr>, Vec<Expr>, bool),
    New(Box<Expr>, Vec<Expr>),
    Unary(&'static str, Box<Expr>),
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `and`, `or`, `??`: the right side only when needed.
    Logic(&'static str, Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Target, operator (empty for `=`), value.
    Assign(Box<Expr>, &'static str, Box<Expr>),
    /// `++`: target, step, whether before.
    Step(Box<Expr>, i64, bool),
    Await(Box<Expr>),
    /// `[item for target in list if test]`; a key makes a dictionary.
    Each {
        key: Option<Box<Expr>>,
        item: Box<Expr>,
        target: Box<Expr>,
        list: Box<Expr>,
        test: Option<Box<Expr>>,
    },
}

/// A parameter: where it goes, its default, whether it takes the rest (1) or the keywords (2).
#[derive(Debug, Clone)]
pub(super) struct Param {
    pub(super) target: Expr,
    pub(super) default: Option<Expr>,
    pub(super) rest: u8,
}

/// A function's text.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) name: String,
    pub(super) params: Vec<Param>,
    pub(super) body: Vec<Stmt>,
    pub(super) is_async: bool,
    /// Keeps the `this` of where it is written.
    pub(super) arrow: bool,
    /// Python: names that are another scope's.
    pub(super) outer: Vec<String>,
}

/// A class's text.
#[derive(Debug)]
pub(super) struct ClassCode {
    pub(super) name: String,
    pub(super) parent: Option<Expr>,
    /// Methods and values; whether static.
    pub(super) members: Vec<(String, Expr, bool)>,
}

/// A statement with its line.
#[derive(Debug, Clone)]
pub(super) struct Stmt {
    pub(super) line: usize,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Expr(Expr),
    /// Declares in this block (`let`, `const`) or function (`var`).
    Let(Expr, Option<Expr>),
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    While(Expr, Vec<Stmt>),
    /// C's: beginning, test, step, body.
    Loop(Option<Box<Stmt>>, Option<Expr>, Option<Expr>, Vec<Stmt>),
    /// Target, list, body, otherwise; whether over keys (JavaScript's `in`).
    For(Expr, Expr, Vec<Stmt>, bool),
    Return(Option<Expr>),
    Break,
    Continue,
    Throw(Option<Expr>),
    /// Body, handlers (types, name, body), otherwise, finally.
    Try(
        Vec<Stmt>,
        Vec<(Option<Expr>, Option<Expr>, Vec<Stmt>)>,
        Vec<Stmt>,
        Vec<Stmt>,
    ),
    With(Expr, Option<Expr>, Vec<Stmt>),
    Delete(Expr),
    Block(Vec<Stmt>),
    /// Module, name in it, name here.
    Import(String, Option<String>, String),
}
