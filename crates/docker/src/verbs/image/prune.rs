//! `docker image prune`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::words::{items, text};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::units::human_size;
use crate::verbs::prompt::{confirm, with_filter};

pub(crate) const VERB: Verb = Verb {
    spellings: &["image prune"],
    usage: "[OPTIONS]",
    about: "Remove unused images",
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
        "Remove all unused images, not just dangling ones",
    ),
    flag(
        ' ',
        "filter",
        Kind::Filter,
        "Provide filter values (e.g. \"until=<timestamp>\")",
    ),
    flag('f', "force", Kind::Bool, "Do not prompt for confirmation"),
];

const DANGLING: &str =
    "WARNING! This will remove all dangling images.\nAre you sure you want to continue?";
const ALL: &str = "WARNING! This will remove all images without at least one container associated \
                   to them.\nAre you sure you want to continue?";

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let all = values.on("all");
    if !values.on("force") && !confirm(cli, if all { ALL } else { DANGLING }).await? {
        return Ok(());
    }
    let filters = with_filter(&values.list("filter"), &format!("dangling={}", !all));
    let (output, space) = prune(cli, &filters).await?;
    cli.print(&output).await?;
    cli.line(&format!("Total reclaimed space: {}", human_size(space, 4)))
        .await
}

/// Removes unused images; what to print, and the bytes that were freed.
pub(crate) async fn prune(cli: &mut Cli, filters: &str) -> Outcome<(String, i64)> {
    let call = Call::post("/images/prune").with_some("filters", filters);
    let report = cli.client.document(call).await?;
    let deleted = items(&report["ImagesDeleted"]);
    if deleted.is_empty() {
        return Ok((String::new(), 0));
    }
    let mut output = "Deleted Images:\n".to_owned();
    for image in deleted {
        let line = match text(&image["Untagged"]) {
            "" => format!("deleted: {}\n", text(&image["Deleted"])),
            name => format!("untagged: {name}\n"),
        };
        output.push_str(&line);
    }
    output.push('\n');
    Ok((
        output,
        report["SpaceReclaimed"].as_i64().unwrap_or_default(),
    ))
}
