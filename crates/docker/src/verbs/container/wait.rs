//! `docker wait`.

use super::joined;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Values, Verb};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container wait", "wait"],
    usage: "CONTAINER [CONTAINER...]",
    about: "Block until one or more containers stop, then print their exit codes",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut errors = Vec::new();
    for name in &values.args {
        let call = Call::post(format!("/containers/{}/wait", percent::encode_path(name)));
        match cli.client.document(call).await {
            Ok(answer) => match answer["Error"]["Message"].as_str() {
                Some(message) if !message.is_empty() => errors.push(message.to_owned()),
                _ => cli.line(&answer["StatusCode"].to_string()).await?,
            },
            Err(error) => errors.push(error.to_string()),
        }
    }
    joined(&errors)
}
