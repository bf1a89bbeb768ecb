//! `docker export`

use crate::docker::cli::Cli;
use crate::docker::client::Call;
use crate::docker::error::Outcome;
use crate::docker::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::docker::verbs::transfer::Destination;
use crate::wire::percent;

pub(in crate::docker) const VERB: Verb = Verb {
    spellings: &["container export", "export"],
    usage: "[OPTIONS] CONTAINER",
    about: "Export a container's filesystem as a tar archive",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[flag(
    'o',
    "output",
    Kind::Text,
    "Write to a file, instead of STDOUT",
)];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let to = Destination::new(cli, values.text("output"), "failed to export container")?;
    let call = Call::get(format!(
        "/containers/{}/export",
        percent::encode_path(&values.args[0])
    ));
    let answer = cli.client.send(call).await?;
    to.fill(cli, answer.into_body()).await
}
