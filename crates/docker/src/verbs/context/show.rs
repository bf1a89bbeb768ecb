//! `docker context show`

use super::store;
use crate::cli::Cli;
use crate::error::Outcome;
use crate::grammar::{Arity, Values, Verb};

pub(crate) const VERB: Verb = Verb {
    spellings: &["context show"],
    usage: "",
    about: "Print the name of the current context",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: &[],
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

async fn run(cli: &mut Cli, _values: Values) -> Outcome {
    let current = store::current(cli);
    cli.line(&current).await
}
