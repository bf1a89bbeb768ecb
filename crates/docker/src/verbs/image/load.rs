//! `docker load`

use hyper::header::CONTENT_TYPE;

use super::pull::columns;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::progress;
use crate::verbs::container::create::platform;
use crate::verbs::transfer::{Destination, source};

pub(crate) const VERB: Verb = Verb {
    spellings: &["image load", "load"],
    usage: "[OPTIONS]",
    about: "Load an image from a tar archive or STDIN",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'i',
        "input",
        Kind::Text,
        "Read from tar archive file, instead of STDIN",
    ),
    flag(
        ' ',
        "platform",
        Kind::Text,
        "Load only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")",
    ),
    flag('q', "quiet", Kind::Bool, "Suppress the load output"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let input = values.text("input");
    if input.is_empty() && cli.reads_from_terminal() {
        return Err(Failure::new(
            "requested load from stdin, but stdin is empty",
        ));
    }
    let archive = source(cli, if input.is_empty() { "-" } else { input }).await?;
    let quiet = values.on("quiet") || !cli.writes_to_terminal();
    let call = Call::post("/images/load")
        .with("quiet", if quiet { "1" } else { "0" })
        .with_some("platform", platform::of(&values)?)
        .header("content-type", "application/x-tar");
    let answer = cli.client.send_body(call, wire::full(archive)).await?;
    if answer
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|it| it == "application/json")
    {
        let columns = columns(cli);
        return progress::show(answer.into_body(), &mut cli.out, columns, |_| {}).await;
    }
    Destination::standard().fill(cli, answer.into_body()).await
}
