//! `docker system prune`

use std::fmt::Write as _;

use crate::cli::Cli;
use crate::error::{Failure, Outcome};
use crate::format::words::{filters, natural};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::units::human_size;
use crate::verbs::prompt::{confirm, with_filter};
use crate::verbs::{builder, container, image, network, volume};

pub(crate) const VERB: Verb = Verb {
    spellings: &["system prune"],
    usage: "[OPTIONS]",
    about: "Remove unused data",
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
        "Remove all unused images not just dangling ones",
    ),
    flag(
        ' ',
        "filter",
        Kind::Filter,
        "Provide filter values (e.g. \"label=<key>=<value>\")",
    ),
    flag('f', "force", Kind::Bool, "Do not prompt for confirmation"),
    flag(' ', "volumes", Kind::Bool, "Prune anonymous volumes"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let given = values.list("filter");
    let volumes = values.on("volumes");
    if volumes && given.iter().any(|it| it.starts_with("until=")) {
        return Err(Failure::new(
            "ERROR: The \"until\" filter is not supported with \"--volumes\"",
        ));
    }
    // The real client asks about the build cache where the engine has BuildKit's.
    let cache = !cli.client.is_before("1.31").await;
    if !values.on("force") && !confirm(cli, &warning(&values, cache)).await? {
        return Ok(());
    }
    let all = filters(&given);
    let mut space = 0;
    let (output, freed) = container::prune::prune(cli, &all).await?;
    cli.print(&output).await?;
    space += freed;
    let output = network::prune::prune(cli, &all).await?;
    cli.print(&output).await?;
    if volumes {
        let (output, freed) = volume::prune::prune(cli, &all).await?;
        cli.print(&output).await?;
        space += freed;
    }
    let images = with_filter(&given, &format!("dangling={}", !values.on("all")));
    let (output, freed) = image::prune::prune(cli, &images).await?;
    cli.print(&output).await?;
    space += freed;
    if cache {
        let (output, freed) = builder::prune::prune(cli, values.on("all"), 0, &given).await?;
        if !output.is_empty() {
            cli.line(&output).await?;
        }
        space += freed;
    }
    cli.line(&format!("Total reclaimed space: {}", human_size(space, 4)))
        .await
}

fn warning(values: &Values, cache: bool) -> String {
    let all = values.on("all");
    let mut lines = vec![
        "all stopped containers",
        "all networks not used by at least one container",
    ];
    if values.on("volumes") {
        lines.push("all anonymous volumes not used by at least one container");
    }
    lines.push(if all {
        "all images without at least one container associated to them"
    } else {
        "all dangling images"
    });
    if cache {
        lines.push(if all {
            "all build cache"
        } else {
            "unused build cache"
        });
    }
    let mut text = "WARNING! This will remove:".to_owned();
    for line in lines {
        let _ = write!(text, "\n  - {line}");
    }
    text.push('\n');
    let mut filters = values.list("filter");
    filters.retain(|it| {
        ["label=", "label!=", "until="]
            .iter()
            .any(|key| it.starts_with(key))
    });
    filters.sort_by_key(|filter| natural(filter));
    if !filters.is_empty() {
        text.push_str("\n  Items to be pruned will be filtered with:");
        for filter in filters {
            let _ = write!(text, "\n  - {filter}");
        }
        text.push('\n');
    }
    text + "\nAre you sure you want to continue?"
}
