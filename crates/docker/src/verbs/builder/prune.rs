//! `docker builder prune`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{filters, strings};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::units::human_size;
use crate::verbs::prompt::confirm;

pub(crate) const VERB: Verb = Verb {
    spellings: &["builder prune"],
    usage: "",
    about: "Remove build cache",
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
        "Remove all unused build cache, not just dangling ones",
    ),
    flag(
        ' ',
        "filter",
        Kind::Filter,
        "Provide filter values (e.g. \"until=24h\")",
    ),
    flag('f', "force", Kind::Bool, "Do not prompt for confirmation"),
    flag(
        ' ',
        "keep-storage",
        Kind::Bytes,
        "Amount of disk space to keep for cache",
    ),
];

const DANGLING: &str =
    "WARNING! This will remove all dangling build cache. Are you sure you want to continue?";
const ALL: &str = "WARNING! This will remove all build cache. Are you sure you want to continue?";

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let all = values.on("all");
    if !values.on("force") && !confirm(cli, if all { ALL } else { DANGLING }).await? {
        // The real client says nothing, and that it went well.
        return Err(Failure::silent(0));
    }
    let (output, space) = prune(
        cli,
        all,
        values.number("keep-storage"),
        &values.list("filter"),
    )
    .await?;
    if !output.is_empty() {
        cli.line(&output).await?;
    }
    cli.line(&format!("Total reclaimed space: {}", human_size(space, 4)))
        .await
}

/// Removes build cache; what to print, and the bytes that were freed.
pub(crate) async fn prune(
    cli: &mut Cli,
    all: bool,
    keep: i64,
    given: &[&str],
) -> Outcome<(String, i64)> {
    let keep = if keep == 0 {
        String::new()
    } else {
        keep.to_string()
    };
    let call = Call::post("/build/prune")
        .with_flag("all", all)
        .with_some("keep-storage", &keep)
        .with_some("filters", &filters(given));
    let report = cli.client.document(call).await?;
    let deleted = strings(&report["CachesDeleted"]);
    let output = if deleted.is_empty() {
        String::new()
    } else {
        format!("Deleted build cache objects:\n{}\n", deleted.join("\n"))
    };
    Ok((
        output,
        report["SpaceReclaimed"].as_i64().unwrap_or_default(),
    ))
}
