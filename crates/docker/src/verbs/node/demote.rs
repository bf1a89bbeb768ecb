//! `docker node demote`

use super::role;
use crate::cli::Cli;
use crate::error::Outcome;
use crate::grammar::{Arity, Values, Verb};

pub(crate) const VERB: Verb = Verb {
    spellings: &["node demote"],
    usage: "NODE [NODE...]",
    about: "Demote one or more nodes from manager in the swarm",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: &[],
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    role::change(cli, &values.args, "worker", |node| {
        format!("Manager {node} demoted in the swarm.")
    })
    .await
}
