//! `docker diff`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{items, text};
use crate::grammar::{Arity, Flag, Values, Verb};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container diff", "diff"],
    usage: "CONTAINER",
    about: "Inspect changes to files or directories on a container's filesystem",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let name = &values.args[0];
    if name.is_empty() {
        return Err(Failure::new("Container name cannot be empty"));
    }
    let call = Call::get(format!(
        "/containers/{}/changes",
        percent::encode_path(name)
    ));
    let changes = cli.client.document(call).await?;
    for change in items(&changes) {
        let kind = match change["Kind"].as_i64() {
            Some(0) => "C",
            Some(1) => "A",
            Some(2) => "D",
            _ => "",
        };
        cli.line(&format!("{kind} {}", text(&change["Path"])))
            .await?;
    }
    Ok(())
}
