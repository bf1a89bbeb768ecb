//! `docker image inspect`

use crate::cli::Cli;
use crate::error::Outcome;
use crate::grammar::{Arity, FORMAT, Flag, Kind, Values, Verb, flag};
use crate::verbs::inspecting::{Subject, inspect};

pub(crate) const VERB: Verb = Verb {
    spellings: &["image inspect"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    about: "Display detailed information on one or more images",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    FORMAT,
    flag(
        ' ',
        "platform",
        Kind::Text,
        "Inspect a specific platform of the multi-platform image.\nIf the image or the server is not multi-platform capable, the command will error out if the platform does not match.\n'os[/arch[/variant]]': Explicit platform (eg. linux/amd64)",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let format = values.text("format");
    inspect(cli, &values.args, format, Subject::Image, |call| {
        call.with_some("platform", values.text("platform"))
    })
    .await
}
