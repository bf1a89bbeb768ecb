//! `docker network disconnect`

use serde_json::json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["network disconnect"],
    usage: "[OPTIONS] NETWORK CONTAINER",
    about: "Disconnect a container from a network",
    long: "",
    arity: Arity::Exactly(2),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[flag(
    'f',
    "force",
    Kind::Bool,
    "Force the container to disconnect from a network",
)];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let document = json!({"Container": values.args[1], "Force": values.on("force")});
    let path = format!(
        "/networks/{}/disconnect",
        percent::encode_path(&values.args[0])
    );
    Ok(cli
        .client
        .send(Call::post(path).json(&document))
        .await
        .map(drop)?)
}
