//! `docker service inspect`

use super::pretty;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{items, text};
use crate::grammar::{Arity, FORMAT, Flag, Kind, Values, Verb, flag};
use crate::verbs::inspecting::{Found, Inspector, Subject, fetch};

pub(crate) const VERB: Verb = Verb {
    spellings: &["service inspect"],
    usage: "[OPTIONS] SERVICE [SERVICE...]",
    about: "Display detailed information on one or more services",
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

const SUBJECT: Subject = Subject::Other("service", "/services/", "?insertDefaults=true");

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let format = values.text("format");
    if values.on("pretty") && !format.is_empty() {
        return Err(Failure::new(
            "--format is incompatible with human friendly format",
        ));
    }
    if values.on("pretty") || format == "pretty" {
        return people(cli, &values).await;
    }
    // Its raw form is the one that it has without a format.
    let format = if format == "raw" { "" } else { format };
    let mut inspector = Inspector::new(format)?.typed_only();
    for name in &values.args {
        let found = fetch(cli, SUBJECT, SUBJECT.call(name)).await;
        inspector.add(found.map(Found::encoded).map_err(|error| {
            if error.is_not_found() {
                format!("Error: no such service: {name}")
            } else {
                error.to_string()
            }
        }));
    }
    inspector.finish(cli).await
}

async fn people(cli: &mut Cli, values: &Values) -> Outcome {
    let mut told = String::new();
    let networks = cli.client.document(Call::get("/networks")).await?;
    let name_of = |id: &str| {
        let known = items(&networks)
            .iter()
            .find(|it| it["Id"] == id || it["Name"] == id);
        known.map_or(id, |it| text(&it["Name"])).to_owned()
    };
    for name in &values.args {
        match cli.client.document(SUBJECT.call(name)).await {
            Ok(service) => told.push_str(&(pretty::text_of(&service, &name_of) + "\n")),
            // One that fails stops all: nothing was written yet.
            Err(error) if error.is_not_found() => {
                return Err(Failure::new(format!("Error: no such service: {name}")));
            }
            Err(error) => return Err(error.into()),
        }
    }
    cli.print(&told).await
}
