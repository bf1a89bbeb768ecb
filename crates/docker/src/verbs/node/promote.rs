//! `docker node promote`

use super::role;
use crate::cli::Cli;
use crate::error::Outcome;
use crate::grammar::{Arity, Values, Verb};

pub(crate) const VERB: Verb = Verb {
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
