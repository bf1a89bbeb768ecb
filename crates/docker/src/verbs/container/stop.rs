//! `docker stop`.

use super::{TIME, check_time, each};
use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container stop", "stop"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Stop one or more running containers",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag('s', "signal", Kind::Text, "Signal to send to the container"),
    TIME,
    flag(
        't',
        "timeout",
        Kind::Int,
        "Seconds to wait before killing the container",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    check_time(&values)?;
    let call = |name: &str| {
        let call = Call::post(format!("/containers/{}/stop", percent::encode_path(name)));
        let call = call.with_some("signal", values.text("signal"));
        call.with_some("t", values.text("timeout"))
    };
    each(cli, &values.args, call).await
}
