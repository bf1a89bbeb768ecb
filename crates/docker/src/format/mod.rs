//! Lists: a table, or what a template makes of each row.

mod table;
pub(super) mod words;

use std::sync::Arc;

use super::cli::Cli;
use super::error::{Failure, Outcome};
use super::template::{Mode, Row, Template, Value};

pub(super) use table::{aligned, table};

/// How a list is printed, from `--format`, `--quiet` and the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout(String);

impl Layout {
    /// The layout for `--format`; `table` is the template of the default table, `quiet` that of
    /// `--quiet` when it was given.
    pub(super) fn new(format: &str, table: &str, quiet: Option<&str>) -> Self {
        Self(match (format, quiet) {
            ("json", Some(_)) => "json".to_owned(),
            (_, Some(quiet)) => quiet.to_owned(),
            ("" | "table", None) => table.to_owned(),
            (format, None) => format.to_owned(),
        })
    }

    /// With what `--format raw` stands for: a line for each of the columns, or for the first alone.
    pub(super) fn or_raw(self, raw: &[(&str, &str)], first: bool) -> Self {
        let line = |(name, column): &(&str, &str)| format!("{name}: {{{{.{column}}}}}");
        match raw {
            [one, ..] if self.0 == "raw" && first => Self(line(one)),
            all if self.0 == "raw" => Self(all.iter().map(|it| line(it) + "\n").collect()),
            _ => self,
        }
    }

    /// Whether titles are printed.
    pub(super) fn is_table(&self) -> bool {
        self.0.starts_with("table")
    }

    fn template(&self) -> Outcome<Template> {
        let text = match self.0.as_str() {
            "json" => "{{json .}}".to_owned(),
            text => text
                .strip_prefix("table")
                .unwrap_or(text)
                .trim_matches(' ')
                .to_owned(),
        };
        let text = text.replace("\\t", "\t").replace("\\n", "\n");
        Template::parse(&text).map_err(template_failure)
    }

    /// The list's text; `titles` names the columns.
    pub(super) fn text(&self, titles: &[(&str, &str)], rows: Vec<Row>) -> Outcome<String> {
        let template = self.template()?;
        let mut text = String::new();
        if self.is_table() {
            let titles = Value::pairs(titles.iter().copied());
            let mode = Mode {
                header: true,
                strict: false,
            };
            text.push_str(&template.execute(&titles, mode).map_err(template_failure)?);
            text.push('\n');
        }
        for row in rows {
            let row = Value::Row(Arc::new(row));
            text.push_str(
                &template
                    .execute(&row, Mode::default())
                    .map_err(template_failure)?,
            );
            text.push('\n');
        }
        Ok(if self.is_table() {
            table(&text, 10)
        } else {
            text
        })
    }

    /// Prints the list.
    pub(super) async fn print(
        &self,
        cli: &mut Cli,
        titles: &[(&str, &str)],
        rows: Vec<Row>,
    ) -> Outcome {
        let text = self.text(titles, rows)?;
        cli.print(&text).await
    }
}

/// Docker's words for a template that does not work.
pub(super) fn template_failure(error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("template parsing error: {error}"))
}
