//! `docker swarm update`

use super::{external, settings, unlock_key};
use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::words::text;
use crate::grammar::page_of;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};

pub(crate) const VERB: Verb = Verb {
    spellings: &["swarm update"],
    usage: "[OPTIONS]",
    about: "Update the swarm",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        ' ',
        "autolock",
        Kind::Bool,
        "Change manager autolocking setting (true|false)",
    ),
    flag(
        ' ',
        "cert-expiry",
        Kind::Duration,
        "Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)",
    ),
    flag(
        ' ',
        "dispatcher-heartbeat",
        Kind::Duration,
        "Dispatcher heartbeat period (ns|us|ms|s|m|h) (default 5s)",
    ),
    flag(
        ' ',
        "external-ca",
        Kind::Other("external-ca"),
        "Specifications of one or more certificate signing endpoints",
    )
    .checked(external::check),
    flag(
        ' ',
        "max-snapshots",
        Kind::Uint,
        "Number of additional Raft snapshots to retain",
    ),
    flag(
        ' ',
        "snapshot-interval",
        Kind::Uint,
        "Number of log entries between Raft snapshots (default 10000)",
    ),
    flag(
        ' ',
        "task-history-limit",
        Kind::Int,
        "Task history retention limit (default 5)",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    if FLAGS.iter().all(|flag| !values.changed(flag.name)) {
        let columns = crate::verbs::image::pull::columns(cli).unwrap_or(80);
        return cli
            .print(&page_of(
                "swarm update",
                columns,
                cli.client.greeting().await,
            ))
            .await;
    }
    let swarm = cli.client.document(Call::get("/swarm")).await?;
    let mut spec = swarm["Spec"].clone();
    let locked = spec["EncryptionConfig"]["AutoLockManagers"] == true;
    settings::merge(&mut spec, &values);
    let call = Call::post("/swarm/update").with("version", swarm["Version"]["Index"].to_string());
    cli.client.send(call.json(&spec)).await?;
    cli.line("Swarm updated.").await?;
    if !locked && values.on("autolock") {
        let found = cli.client.document(Call::get("/swarm/unlockkey")).await?;
        unlock_key::tell(cli, text(&found["UnlockKey"])).await?;
    }
    Ok(())
}
