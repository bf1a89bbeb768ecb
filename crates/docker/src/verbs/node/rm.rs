//! `docker node rm`

use crate::cli::Cli;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::removal::remove;

pub(crate) const VERB: Verb = Verb {
    spellings: &["node rm", "node remove"],
    usage: "[OPTIONS] NODE [NODE...]",
    about: "Remove one or more nodes from the swarm",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[flag(
    'f',
    "force",
    Kind::Bool,
    "Force remove a node from the swarm",
)];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let force = values.on("force");
    remove(cli, "/nodes/", &values.args, |call| {
        call.with_flag("force", force)
    })
    .await
}
