//! The tree of an `awk` program.

use super::super::regex::Regex;

#[derive(Debug, Clone)]
pub(super) enum Expr {
    Number(f64),
    Text(String),
    Regex(Box<Regex>),
    Name(String),
    Element(String, Vec<Expr>),
    Field(Box<Expr>),
    /// `a = b`; `a += b` when there is an operator.
    Assign(Box<Expr>, Option<&'static str>, Box<Expr>),
    /// Before (`true`) or after.
    Step(Box<Expr>, f64, bool),
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `&&`, `||`, comparisons, arithmetic.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Concat(Box<Expr>, Box<Expr>),
    /// `!`, `-`, `+`
    Unary(&'static str, Box<Expr>),
    /// Whether it is negated.
    Match(bool, Box<Expr>, Box<Expr>),
    In(Vec<Expr>, String),
    /// `(a, b)`
    List(Vec<Expr>),
    Call(String, Vec<Expr>),
    Builtin(&'static str, Vec<Expr>),
    /// Into what, from what.
    Getline(Option<Box<Expr>>, Source),
}

#[derive(Debug, Clone)]
pub(super) enum Source {
    Main,
    File(Box<Expr>),
    Command(Box<Expr>),
}

/// `> FILE`, `>> FILE`, `| COMMAND`
#[derive(Debug, Clone)]
pub(super) struct Redirect {
    pub(super) kind: &'static str,
    pub(super) to: Expr,
}

/// A statement with its line.
#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) line: usize,
    pub(super) action: Action,
}

#[derive(Debug, Clone)]
pub(super) enum Action {
    Block(Vec<Statement>),
    Expr(Expr),
    /// `print` or, when so, `printf`.
    Print(Vec<Expr>, bool, Option<Redirect>),
    If(Expr, Box<Statement>, Option<Box<Statement>>),
    While(Expr, Box<Statement>),
    DoWhile(Box<Statement>, Expr),
    For(
        Option<Box<Statement>>,
        Option<Expr>,
        Option<Box<Statement>>,
        Box<Statement>,
    ),
    ForIn(String, String, Box<Statement>),
    Delete(String, Option<Vec<Expr>>),
    Break,
    Continue,
    Next,
    NextFile,
    Exit(Option<Expr>),
    Return(Option<Expr>),
}

#[derive(Debug, Clone)]
pub(super) enum Pattern {
    Always,
    Expr(Expr),
    Range(Expr, Expr),
}

#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) parameters: Vec<String>,
    pub(super) body: Statement,
}

/// A whole program.
#[derive(Debug, Clone, Default)]
pub(super) struct Script {
    pub(super) begin: Vec<Statement>,
    pub(super) rules: Vec<(Pattern, Statement)>,
    pub(super) end: Vec<Statement>,
    pub(super) functions: std::collections::HashMap<String, Function>,
}
