//! `docker context ls`

use super::store;
use crate::cli::Cli;
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{natural, text};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::template::Row;

pub(crate) const VERB: Verb = Verb {
    spellings: &["context ls", "context list"],
    usage: "[OPTIONS]",
    about: "List contexts",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    FORMAT_TABLE,
    flag('q', "quiet", Kind::Bool, "Only show context names"),
];

const TABLE: &str =
    "table {{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}";
const TITLES: &[(&str, &str)] = &[
    ("Name", "NAME"),
    ("Description", "DESCRIPTION"),
    ("DockerEndpoint", "DOCKER ENDPOINT"),
    ("Error", "ERROR"),
];
/// The letters of an error that are shown.
const ERROR_WIDTH: usize = 45;

/// One line of the list.
struct Line {
    name: String,
    description: String,
    endpoint: String,
    error: String,
}

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let current = store::current(cli);
    let mut lines: Vec<Line> = store::all(cli)
        .iter()
        .map(|context| Line {
            name: text(&context["Name"]).to_owned(),
            description: store::description(context).to_owned(),
            endpoint: text(&context["Endpoints"]["docker"]["Host"]).to_owned(),
            error: String::new(),
        })
        .collect();
    if lines.iter().all(|it| it.name != current) {
        lines.push(Line {
            name: current.clone(),
            description: String::new(),
            endpoint: String::new(),
            error: store::read(cli, &current).err().unwrap_or_default(),
        });
    }
    lines.sort_by_key(|it| natural(&it.name));
    let layout = Layout::new(
        values.text("format"),
        TABLE,
        values.on("quiet").then_some("{{.Name}}"),
    );
    let rows = lines.into_iter().map(|it| row(it, &current)).collect();
    layout.print(cli, TITLES, rows).await?;
    if store::variable(cli, store::HOST).is_some() {
        cli.complain(
            "Warning: DOCKER_HOST environment variable overrides the active context. To use a \
             context, either set the global --context flag, or unset DOCKER_HOST environment \
             variable.",
        )
        .await?;
    }
    Ok(())
}

fn row(line: Line, current: &str) -> Row {
    let error = if line.error.chars().count() > ERROR_WIDTH {
        let start: String = line.error.chars().take(ERROR_WIDTH - 1).collect();
        format!("{start}…")
    } else {
        line.error
    };
    Row {
        name: "*formatter.clientContextContext",
        columns: vec![
            (
                "Current",
                crate::template::Value::Bool(line.name == current),
            ),
            ("Name", line.name.into()),
            ("Description", line.description.into()),
            ("DockerEndpoint", line.endpoint.into()),
            ("Error", error.into()),
        ],
        labels: None,
    }
}
