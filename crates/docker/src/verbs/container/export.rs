//! `docker export`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::transfer::Destination;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
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
