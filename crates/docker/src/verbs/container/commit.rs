//! `docker commit`

use serde_json::json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::reference::Reference;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container commit", "commit"],
    usage: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
    about: "Create a new image from a container's changes",
    long: "",
    arity: Arity::Between(1, 2),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'a',
        "author",
        Kind::Text,
        "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")",
    ),
    flag(
        'c',
        "change",
        Kind::List,
        "Apply Dockerfile instruction to the created image",
    ),
    flag('m', "message", Kind::Text, "Commit message"),
    flag(
        'p',
        "pause",
        Kind::Bool,
        "Pause container during commit (default true)",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut call = Call::post("/commit")
        .with("author", values.text("author"))
        .with("comment", values.text("message"))
        .with("container", values.args[0].as_str());
    if let Some(name) = values.args.get(1).filter(|it| !it.is_empty()) {
        let reference = Reference::parse(name).map_err(Failure::new)?;
        if reference.digest.is_some() {
            return Err(Failure::new(
                "refusing to create a tag with a digest reference",
            ));
        }
        let reference = reference.with_default_tag();
        call = call
            .with("repo", reference.familiar_name())
            .with("tag", reference.tag.unwrap_or_default());
    } else {
        call = call.with("repo", "").with("tag", "");
    }
    for change in values.list("change") {
        call = call.with("changes", change);
    }
    if !values.on_or("pause", true) {
        call = call.with("pause", "0");
    }
    let made = cli.client.document(call.json(&json!(null))).await?;
    cli.line(text(&made["Id"])).await
}
