//! `docker volume prune`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{filters, strings};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::units::human_size;
use crate::verbs::prompt::confirm;

pub(crate) const VERB: Verb = Verb {
    spellings: &["volume prune"],
    usage: "[OPTIONS]",
    about: "Remove unused local volumes",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'a',
        "all",
        Kind::Bool,
        "Remove all unused volumes, not just anonymous ones",
    ),
    flag(
        ' ',
        "filter",
        Kind::Filter,
        "Provide filter values (e.g. \"label=<label>\")",
    ),
    flag('f', "force", Kind::Bool, "Do not prompt for confirmation"),
];

const ANONYMOUS: &str = "WARNING! This will remove anonymous local volumes not used by at least \
                         one container.\nAre you sure you want to continue?";
const ALL: &str = "WARNING! This will remove all local volumes not used by at least one \
                   container.\nAre you sure you want to continue?";

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut given = values.list("filter");
    let mut warning = ANONYMOUS;
    if cli.client.is_before("1.42").await {
        // These engines remove named volumes too.
        warning = ALL;
    } else if values.on("all") {
        if given.iter().any(|it| it.starts_with("all=")) {
            return Err(Failure::new(
                "conflicting options: cannot specify both --all and --filter all=1",
            ));
        }
        given.push("all=true");
        warning = ALL;
    }
    if !values.on("force") && !confirm(cli, warning).await? {
        return Ok(());
    }
    let (output, space) = prune(cli, &filters(&given)).await?;
    cli.print(&output).await?;
    cli.line(&format!("Total reclaimed space: {}", human_size(space, 4)))
        .await
}

/// Removes unused volumes; what to print, and the bytes that were freed.
pub(crate) async fn prune(cli: &mut Cli, filters: &str) -> Outcome<(String, i64)> {
    let call = Call::post("/volumes/prune").with_some("filters", filters);
    let report = cli.client.document(call).await?;
    let deleted = strings(&report["VolumesDeleted"]);
    if deleted.is_empty() {
        return Ok((String::new(), 0));
    }
    let space = report["SpaceReclaimed"].as_i64().unwrap_or_default();
    Ok((
        format!("Deleted Volumes:\n{}\n\n", deleted.join("\n")),
        space,
    ))
}
