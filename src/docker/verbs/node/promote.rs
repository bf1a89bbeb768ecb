//! `docker node promote`

use super::role;
use crate::docker::cli::Cli;
use crate::docker::error::Outcome;
use crate::docker::grammar::{Arity, Values, Verb};

pub(in crate::docker) const VERB: Verb = Verb {
    spellings: &["node promote"],
    usage: "NODE [NODE...]",
    about: "Promote one or more nodes to manager in the swarm",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: &[],
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    role::change(cli, &values.args, "manager", |node| {
        format!("Node {node} promoted to a manager in the swarm.")
    })
    .await
}
