//! `docker pull`

use crate::cli::Cli;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::progress;
use crate::reference::Reference;
use crate::verbs::container::create::pull_call;
use crate::verbs::login::credentials;

pub(crate) const VERB: Verb = Verb {
    spellings: &["image pull", "pull"],
    usage: "[OPTIONS] NAME[:TAG|@DIGEST]",
    about: "Download an image from a registry",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'a',
        "all-tags",
        Kind::Bool,
        "Download all tagged images in the repository",
    ),
    flag(
        ' ',
        "disable-content-trust",
        Kind::Bool,
        "Skip image verification (default true)",
    ),
    flag(
        ' ',
        "platform",
        Kind::Text,
        "Set platform if server is multi-platform capable",
    ),
    flag('q', "quiet", Kind::Bool, "Suppress verbose output"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let quiet = values.on("quiet");
    let mut reference = Reference::parse(&values.args[0]).map_err(Failure::new)?;
    let all = values.on("all-tags");
    if all && !reference.is_name_only() {
        return Err(Failure::new("tag can't be used with --all-tags/-a"));
    }
    if !all && reference.is_name_only() {
        reference = reference.with_default_tag();
        if !quiet {
            cli.line("Using default tag: latest").await?;
        }
    }
    let auth = credentials(cli, &reference.domain);
    let call = pull_call(&reference, values.text("platform"), all).header("x-registry-auth", auth);
    let answer = cli.client.send(call).await?;
    let columns = columns(cli);
    if quiet {
        let mut nowhere: crate::Output = Box::new(tokio::io::sink());
        progress::show(answer.into_body(), &mut nowhere, None, |_| {}).await?;
    } else {
        progress::show(answer.into_body(), &mut cli.out, columns, |_| {}).await?;
    }
    cli.line(&reference.full()).await
}

/// The columns of the terminal that standard output is; `None` for a pipe.
pub(crate) fn columns(cli: &Cli) -> Option<u16> {
    let terminal = cli.terminal.as_ref().filter(|_| cli.writes_to_terminal())?;
    Some(terminal.size().map_or(80, |size| size.0))
}
