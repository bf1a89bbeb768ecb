//! `docker swarm leave`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};

pub(crate) const VERB: Verb = Verb {
    spellings: &["swarm leave"],
    usage: "[OPTIONS]",
    about: "Leave the swarm",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[flag(
    'f',
    "force",
    Kind::Bool,
    "Force this node to leave the swarm, ignoring warnings",
)];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let call = Call::post("/swarm/leave").with_flag("force", values.on("force"));
    cli.client.send(call).await?;
    cli.line("Node left the swarm.").await
}
