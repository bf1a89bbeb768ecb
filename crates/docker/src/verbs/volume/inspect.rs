//! `docker volume inspect`

use crate::cli::Cli;
use crate::error::Outcome;
use crate::grammar::{Arity, FORMAT, Flag, Values, Verb};
use crate::verbs::inspecting::{Subject, inspect};

pub(crate) const VERB: Verb = Verb {
    spellings: &["volume inspect"],
    usage: "[OPTIONS] VOLUME [VOLUME...]",
    about: "Display detailed information on one or more volumes",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[FORMAT];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let format = values.text("format");
    inspect(cli, &values.args, format, Subject::Volume, |call| call).await
}
