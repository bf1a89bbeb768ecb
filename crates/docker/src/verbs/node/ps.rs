//! `docker node ps`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::words::{items, text};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::container::joined;
use crate::verbs::tasks;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["node ps"],
    usage: "[OPTIONS] [NODE...]",
    about: "List tasks running on one or more nodes, defaults to current node",
    long: "",
    arity: Arity::Any,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'f',
        "filter",
        Kind::Filter,
        "Filter output based on conditions provided",
    ),
    flag(
        ' ',
        "format",
        Kind::Text,
        "Pretty-print tasks using a Go template",
    ),
    flag(' ', "no-resolve", Kind::Bool, "Do not map IDs to Names"),
    flag(' ', "no-trunc", Kind::Bool, "Do not truncate output"),
    flag('q', "quiet", Kind::Bool, "Only display task IDs"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut names = values.args.clone();
    if names.is_empty() {
        names.push("self".to_owned());
    }
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for name in names {
        let id = match tasks::node_id(cli, &name).await {
            Ok(id) => id,
            Err(error) => {
                errors.push(error.to_string());
                continue;
            }
        };
        let node = match cli
            .client
            .document(Call::get(format!("/nodes/{}", percent::encode_path(&id))))
            .await
        {
            Ok(node) => node,
            Err(error) => {
                errors.push(error.to_string());
                continue;
            }
        };
        let filters = tasks::filters(&values, &[("node", text(&node["ID"]).to_owned())]);
        let list = cli
            .client
            .document(Call::get("/tasks").with("filters", filters))
            .await;
        match list {
            Ok(list) => found.extend(items(&list).iter().cloned()),
            Err(error) => errors.push(error.to_string()),
        }
    }
    if errors.is_empty() || !found.is_empty() {
        tasks::print(cli, &values, found, !values.on("no-trunc")).await?;
    }
    joined(&errors)
}
