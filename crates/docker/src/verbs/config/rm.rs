//! `docker config rm`

use crate::cli::Cli;
use crate::error::Outcome;
use crate::grammar::{Arity, Values, Verb};
use crate::verbs::removal::remove;

pub(crate) const VERB: Verb = Verb {
    spellings: &["config rm", "config remove"],
    usage: "CONFIG [CONFIG...]",
    about: "Remove one or more configs",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: &[],
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    remove(cli, "/configs/", &values.args, |call| call).await
}
