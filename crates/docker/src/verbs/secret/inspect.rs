//! `docker secret inspect`

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::cli::Cli;
use crate::error::Outcome;
use crate::format::words::{label_pairs, text, zoned};
use crate::grammar::{Arity, FORMAT, Flag, Kind, Values, Verb, flag};
use crate::verbs::inspecting::{Subject, inspect_or_tell};

pub(crate) const VERB: Verb = Verb {
    spellings: &["secret inspect"],
    usage: "[OPTIONS] SECRET [SECRET...]",
    about: "Display detailed information on one or more secrets",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    FORMAT,
    flag(
        ' ',
        "pretty",
        Kind::Bool,
        "Print the information in a human friendly format",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let subject = Subject::Other("secret", "/secrets/", "");
    inspect_or_tell(cli, &values, subject, told).await
}

/// The times as the real client's templates write them, in small letters.
fn moment(value: &Json) -> String {
    zoned(text(value)).to_lowercase()
}

fn told(document: &Json) -> String {
    let spec = &document["Spec"];
    let mut out = String::new();
    let _ = writeln!(out, "ID:              {}", text(&document["ID"]));
    let _ = writeln!(out, "Name:              {}", text(&spec["Name"]));
    let labels = label_pairs(&spec["Labels"]);
    if !labels.is_empty() {
        out.push_str("Labels:\n");
        for (name, value) in labels {
            let equals = if value.is_empty() { "" } else { "=" };
            let _ = writeln!(out, " - {name}{equals}{value}");
        }
    }
    let _ = writeln!(out, "Driver:            {}", text(&spec["Driver"]["Name"]));
    let _ = writeln!(out, "Created at:        {}", moment(&document["CreatedAt"]));
    let _ = write!(out, "Updated at:        {}", moment(&document["UpdatedAt"]));
    out
}
