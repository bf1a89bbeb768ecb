//! `docker service rm`

use crate::docker::cli::Cli;
use crate::docker::error::Outcome;
use crate::docker::grammar::{Arity, Values, Verb};
use crate::docker::verbs::removal::remove;

pub(in crate::docker) const VERB: Verb = Verb {
    spellings: &["service rm", "service remove"],
    usage: "SERVICE [SERVICE...]",
    about: "Remove one or more services",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: &[],
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    remove(cli, "/services/", &values.args, |call| call).await
}
