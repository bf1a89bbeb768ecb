//! `docker import`

use super::pull::columns;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::progress;
use crate::reference::Reference;
use crate::verbs::transfer::source;

pub(crate) const VERB: Verb = Verb {
    spellings: &["image import", "import"],
    usage: "[OPTIONS] file|URL|- [REPOSITORY[:TAG]]",
    about: "Import the contents from a tarball to create a filesystem image",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'c',
        "change",
        Kind::List,
        "Apply Dockerfile instruction to the created image",
    ),
    flag(
        'm',
        "message",
        Kind::Text,
        "Set commit message for imported image",
    ),
    flag(
        ' ',
        "platform",
        Kind::Text,
        "Set platform if server is multi-platform capable",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let from = &values.args[0];
    let name = values.args.get(1).map_or("", String::as_str);
    let remote = from.starts_with("http://") || from.starts_with("https://");
    let archive = if remote {
        bytes::Bytes::new()
    } else {
        source(cli, from).await?
    };
    if !name.is_empty() {
        // The engine takes the name as it is; only its form is checked here.
        Reference::parse(name).map_err(Failure::new)?;
    }
    let mut call = Call::post("/images/create")
        .with("fromSrc", if remote { from.as_str() } else { "-" })
        .with_some("message", values.text("message"))
        .with_some("platform", &values.text("platform").to_lowercase())
        .with_some("repo", name);
    for change in values.list("change") {
        call = call.with("changes", change);
    }
    let call = call.header("content-type", "text/plain");
    let answer = cli.client.send_body(call, wire::full(archive)).await?;
    let columns = columns(cli);
    progress::show(answer.into_body(), &mut cli.out, columns, |_| {}).await
}
