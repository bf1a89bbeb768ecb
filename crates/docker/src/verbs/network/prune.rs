//! `docker network prune`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::words::{filters, strings};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::prompt::confirm;

pub(crate) const VERB: Verb = Verb {
    spellings: &["network prune"],
    usage: "[OPTIONS]",
    about: "Remove all unused networks",
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

const WARNING: &str = "WARNING! This will remove all custom networks not used by at least one \
                       container.\nAre you sure you want to continue?";

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    if !values.on("force") && !confirm(cli, WARNING).await? {
        return Ok(());
    }
    let output = prune(cli, &filters(&values.list("filter"))).await?;
    cli.print(&output).await
}

/// Removes unused networks; what to print.
pub(crate) async fn prune(cli: &mut Cli, filters: &str) -> Outcome<String> {
    let call = Call::post("/networks/prune").with_some("filters", filters);
    let report = cli.client.document(call).await?;
    let deleted = strings(&report["NetworksDeleted"]);
    if deleted.is_empty() {
        return Ok(String::new());
    }
    Ok(format!("Deleted Networks:\n{}\n\n", deleted.join("\n")))
}
