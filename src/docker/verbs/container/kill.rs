//! `docker kill`.

use super::each;
use crate::docker::cli::Cli;
use crate::docker::client::Call;
use crate::docker::error::Outcome;
use crate::docker::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::wire::percent;

pub(in crate::docker) const VERB: Verb = Verb {
    spellings: &["container kill", "kill"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Kill one or more running containers",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[flag(
    's',
    "signal",
    Kind::Text,
    "Signal to send to the container",
)];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let signal = values.text("signal");
    let call = |name: &str| {
        Call::post(format!("/containers/{}/kill", percent::encode_path(name)))
            .with_some("signal", signal)
    };
    each(cli, &values.args, call).await
}
