//! `docker network inspect`

use crate::cli::Cli;
use crate::error::Outcome;
use crate::grammar::{Arity, FORMAT, Flag, Kind, Values, Verb, flag};
use crate::verbs::inspecting::{Subject, inspect};

pub(crate) const VERB: Verb = Verb {
    spellings: &["network inspect"],
    usage: "[OPTIONS] NETWORK [NETWORK...]",
    about: "Display detailed information on one or more networks",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    FORMAT,
    flag('v', "verbose", Kind::Bool, "Verbose output for diagnostics"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let format = values.text("format");
    inspect(cli, &values.args, format, Subject::Network, |call| {
        call.with_some("verbose", if values.on("verbose") { "true" } else { "" })
    })
    .await
}
