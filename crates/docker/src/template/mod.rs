//! Go's `text/template`, as far as `--format` goes: actions, pipelines, variables, `if`, `with`,
//! `range`, `define`-less bodies, the predefined functions and docker's own; error texts are Go's.
//!
//! No crate does this: `gtmpl` is unmaintained and knows neither typed values nor Go's messages.

mod ast;
mod execute;
mod functions;
mod lexer;
mod moments;
mod operators;
mod parser;
mod printf;
#[cfg(test)]
mod tests;
mod value;

pub(super) use value::{Field, Row, Shape, Struct, Value};

/// A parsed template.
#[derive(Debug, Clone)]
pub(super) struct Template {
    text: String,
    body: Vec<ast::Node>,
}

/// What changes between executions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mode {
    /// A missing map key is an error, not `<no value>`.
    pub(super) strict: bool,
    /// The functions that leave the titles of a table as they are.
    pub(super) header: bool,
}

impl Template {
    /// Parses a template; the error is Go's text (`template: :1: unclosed action`).
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        Ok(Self {
            text: text.to_owned(),
            body: parser::parse(text)?,
        })
    }

    /// Writes what the template makes of `data`. The error is Go's text.
    pub(super) fn execute(&self, data: &Value, mode: Mode) -> Result<String, String> {
        execute::execute(&self.text, &self.body, data, mode)
    }

    /// Whether the field is used anywhere (`.Size`).
    pub(super) fn uses(&self, field: &str) -> bool {
        ast::uses(&self.body, field)
    }
}
