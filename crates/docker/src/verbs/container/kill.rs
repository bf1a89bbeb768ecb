//! `docker kill`.

use super::each;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
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
