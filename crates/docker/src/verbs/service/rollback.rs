//! `docker service rollback`

use super::converge;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::words::{strings, text};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["service rollback"],
    usage: "[OPTIONS] SERVICE",
    about: "Revert changes to a service's configuration",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'd',
        "detach",
        Kind::Bool,
        "Exit immediately instead of waiting for the service to converge",
    ),
    flag('q', "quiet", Kind::Bool, "Suppress progress output"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let name = &values.args[0];
    let call = Call::get(format!("/services/{}", percent::encode_path(name)))
        .with("insertDefaults", "false");
    let service = cli.client.document(call).await?;
    let id = text(&service["ID"]);
    let call = Call::post(format!("/services/{id}/update"))
        .with("version", service["Version"]["Index"].to_string())
        .with("rollback", "previous");
    let answer = cli.client.document(call.json(&service["Spec"])).await?;
    for warning in strings(&answer["Warnings"]) {
        cli.complain(warning).await?;
    }
    cli.line(name).await?;
    if values.on("detach") {
        return Ok(());
    }
    converge::wait(cli, id, name, values.on("quiet")).await
}
