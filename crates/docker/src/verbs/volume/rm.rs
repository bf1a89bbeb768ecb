//! `docker volume rm`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::container::joined;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["volume rm", "volume remove"],
    usage: "[OPTIONS] VOLUME [VOLUME...]",
    about: "Remove one or more volumes",
    long: "Remove one or more volumes. You cannot remove a volume that is in use by a container.",
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
    "Force the removal of one or more volumes",
)];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut errors = Vec::new();
    for name in &values.args {
        let call = Call::delete(format!("/volumes/{}", percent::encode_path(name)));
        match cli
            .client
            .send(call.with_flag("force", values.on("force")))
            .await
        {
            Ok(_) => cli.line(name).await?,
            Err(error) => errors.push(error.to_string()),
        }
    }
    joined(&errors)
}
