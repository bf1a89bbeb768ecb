//! `docker unpause`.

use super::each;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Values, Verb};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container unpause", "unpause"],
    usage: "CONTAINER [CONTAINER...]",
    about: "Unpause all processes within one or more containers",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    each(cli, &values.args, |name| {
        Call::post(format!(
            "/containers/{}/unpause",
            percent::encode_path(name)
        ))
    })
    .await
}
