//! `docker container inspect`

use crate::cli::Cli;
use crate::error::Outcome;
use crate::grammar::{Arity, FORMAT, Flag, Kind, Values, Verb, flag};
use crate::verbs::inspecting::{Subject, inspect};

pub(crate) const VERB: Verb = Verb {
    spellings: &["container inspect"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Display detailed information on one or more containers",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    FORMAT,
    flag('s', "size", Kind::Bool, "Display total file sizes"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let format = values.text("format");
    inspect(cli, &values.args, format, Subject::Container, |call| {
        call.with_flag("size", values.on("size"))
    })
    .await
}
