//! `docker container prune`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::words::{filters, strings};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::units::human_size;
use crate::verbs::prompt::confirm;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container prune"],
    usage: "[OPTIONS]",
    about: "Remove all stopped containers",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        ' ',
        "filter",
        Kind::Filter,
        "Provide filter values (e.g. \"until=<timestamp>\")",
    ),
    flag('f', "force", Kind::Bool, "Do not prompt for confirmation"),
];

const WARNING: &str =
    "WARNING! This will remove all stopped containers.\nAre you sure you want to continue?";

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    if !values.on("force") && !confirm(cli, WARNING).await? {
        return Ok(());
    }
    let (output, space) = prune(cli, &filters(&values.list("filter"))).await?;
    cli.print(&output).await?;
    cli.line(&format!("Total reclaimed space: {}", human_size(space, 4)))
        .await
}

/// Removes stopped containers; what to print, and the bytes that were freed.
pub(crate) async fn prune(cli: &mut Cli, filters: &str) -> Outcome<(String, i64)> {
    let call = Call::post("/containers/prune").with_some("filters", filters);
    let report = cli.client.document(call).await?;
    let deleted = strings(&report["ContainersDeleted"]);
    if deleted.is_empty() {
        return Ok((String::new(), 0));
    }
    let space = report["SpaceReclaimed"].as_i64().unwrap_or_default();
    Ok((
        format!("Deleted Containers:\n{}\n\n", deleted.join("\n")),
        space,
    ))
}
