//! What every `rm` of the cluster's objects does.

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::verbs::container::joined;
use wire::percent;

/// Removes each object and prints its name; what could not be removed is told at the end.
pub(super) async fn remove(
    cli: &mut Cli,
    path: &str,
    names: &[String],
    complete: impl Fn(Call) -> Call,
) -> Outcome {
    let mut errors = Vec::new();
    for name in names {
        let call = Call::delete(format!("{path}{}", percent::encode_path(name)));
        match cli.client.send(complete(call)).await {
            Ok(_) => cli.line(name).await?,
            Err(error) => errors.push(error.to_string()),
        }
    }
    joined(&errors)
}
