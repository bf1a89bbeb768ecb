//! `docker rename`.

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Values, Verb};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container rename", "rename"],
    usage: "CONTAINER NEW_NAME",
    about: "Rename a container",
    long: "",
    arity: Arity::Exactly(2),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let (old, new) = (values.args[0].trim(), values.args[1].trim());
    if old.is_empty() || new.is_empty() {
        return Err(Failure::new(
            "Error: Neither old nor new names may be empty",
        ));
    }
    let call =
        Call::post(format!("/containers/{}/rename", percent::encode_path(old))).with("name", new);
    let renamed = cli.client.send(call).await;
    renamed.map(drop).map_err(|error| {
        Failure::new(format!(
            "{error}\nError: failed to rename container named {old}"
        ))
    })
}
