//! `docker push`

use super::pull::columns;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::progress;
use crate::reference::Reference;
use crate::verbs::login::credentials;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["image push", "push"],
    usage: "[OPTIONS] NAME[:TAG]",
    about: "Upload an image to a registry",
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
        "Push all tags of an image to the repository",
    ),
    flag(
        ' ',
        "disable-content-trust",
        Kind::Bool,
        "Skip image signing (default true)",
    ),
    flag(
        ' ',
        "platform",
        Kind::Text,
        "Push a platform-specific manifest as a single-platform image to the registry.\nImage index won't be pushed, meaning that other manifests, including attestations won't be preserved.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ),
    flag('q', "quiet", Kind::Bool, "Suppress verbose output"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let reference = Reference::parse(&values.args[0]).map_err(Failure::new)?;
    let all = values.on("all-tags");
    if all && !reference.is_name_only() {
        return Err(Failure::new("tag can't be used with --all-tags/-a"));
    }
    let bare = reference.is_name_only();
    let reference = if all {
        reference
    } else {
        reference.with_default_tag()
    };
    let quiet = values.on("quiet");
    if bare && !all && !quiet {
        cli.line("Using default tag: latest").await?;
    }
    if reference.digest.is_some() {
        return Err(Failure::new("cannot push a digest reference"));
    }
    let registry = reference.domain.clone();
    let auth = credentials(cli, &registry);
    let tag = reference.tag.clone().unwrap_or_default();
    let call = Call::post(format!(
        "/images/{}/push",
        percent::encode_path(&reference.familiar_name())
    ))
    .with("tag", tag)
    .header("x-registry-auth", auth);
    let answer = cli.client.send(call).await?;
    let columns = columns(cli);
    if quiet {
        let mut nowhere: crate::Output = Box::new(tokio::io::sink());
        progress::show(answer.into_body(), &mut nowhere, None, |_| {}).await?;
        return cli.line(&reference.full()).await;
    }
    progress::show(answer.into_body(), &mut cli.out, columns, |_| {}).await
}
