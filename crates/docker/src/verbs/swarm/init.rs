//! `docker swarm init`

use serde_json::{Value, json};

use super::{checks, external, join_token, settings, unlock_key};
use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};

pub(crate) const VERB: Verb = Verb {
    spellings: &["swarm init"],
    usage: "[OPTIONS]",
    about: "Initialize a swarm",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(' ', "advertise-addr", Kind::Text, "Advertised address (format: \"<ip|interface>[:port]\")"),
    flag(' ', "autolock", Kind::Bool, "Enable manager autolocking (requiring an unlock key to start a stopped manager)"),
    flag(' ', "availability", Kind::Text, "Availability of the node (\"active\", \"pause\", \"drain\") (default \"active\")"),
    flag(' ', "cert-expiry", Kind::Duration, "Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)"),
    flag(' ', "data-path-addr", Kind::Text, "Address or interface to use for data path traffic (format: \"<ip|interface>\")"),
    flag(' ', "data-path-port", Kind::Other("uint32"), "Port number to use for data path traffic (1024 - 49151). If no value is set or is set to 0, the default port (4789) is used.").checked(checks::uint32),
    flag(' ', "default-addr-pool", Kind::Other("ipNetSlice"), "default address pool in CIDR format (default [])").checked(checks::networks),
    flag(' ', "default-addr-pool-mask-length", Kind::Other("uint32"), "default address pool subnet mask length (default 24)").checked(checks::uint32),
    flag(' ', "dispatcher-heartbeat", Kind::Duration, "Dispatcher heartbeat period (ns|us|ms|s|m|h) (default 5s)"),
    flag(' ', "external-ca", Kind::Other("external-ca"), "Specifications of one or more certificate signing endpoints").checked(external::check),
    flag(' ', "force-new-cluster", Kind::Bool, "Force create a new cluster from current state"),
    flag(' ', "listen-addr", Kind::Other("node-addr"), "Listen address (format: \"<ip|interface>[:port]\") (default 0.0.0.0:2377)").checked(checks::node_address),
    flag(' ', "max-snapshots", Kind::Uint, "Number of additional Raft snapshots to retain"),
    flag(' ', "snapshot-interval", Kind::Uint, "Number of log entries between Raft snapshots (default 10000)"),
    flag(' ', "task-history-limit", Kind::Int, "Task history retention limit (default 5)"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let availability = values.text("availability");
    let known = ["", "active", "pause", "drain"];
    if !known.contains(&availability.to_lowercase().as_str()) {
        return Err(crate::error::Failure::new(format!(
            "invalid availability {availability:?}, only active, pause and drain are supported"
        )));
    }
    let mut spec = json!({
        "Labels": null, "Orchestration": {}, "Raft": {"ElectionTick": 0, "HeartbeatTick": 0},
        "Dispatcher": {}, "CAConfig": {}, "TaskDefaults": {},
        "EncryptionConfig": {"AutoLockManagers": false},
    });
    settings::merge(&mut spec, &values);
    let pools: Vec<Value> = values
        .list("default-addr-pool")
        .into_iter()
        .flat_map(|it| it.split(','))
        .map(Value::from)
        .collect();
    let document = json!({
        "ListenAddr": values.text_or("listen-addr", "0.0.0.0:2377"),
        "AdvertiseAddr": values.text("advertise-addr"),
        "DataPathAddr": values.text("data-path-addr"),
        "DataPathPort": values.number("data-path-port"),
        "ForceNewCluster": values.on("force-new-cluster"),
        "Spec": spec,
        "AutoLockManagers": values.on("autolock"),
        "Availability": values.text("availability").to_lowercase(),
        "DefaultAddrPool": pools,
        "SubnetSize": values.number_or("default-addr-pool-mask-length", 24),
    });
    let call = Call::post("/swarm/init").json(&document);
    let node = match cli.client.document(call).await {
        Ok(node) => node,
        Err(error) => {
            let message = error.to_string();
            let unclear = message.contains("could not choose an IP address to advertise")
                || message.contains("could not find the system's IP address");
            let hint = if unclear {
                " - specify one with --advertise-addr"
            } else {
                ""
            };
            return Err(crate::error::Failure::new(format!("{message}{hint}")));
        }
    };
    let node = text(&node).to_owned();
    cli.line(&format!(
        "Swarm initialized: current node ({node}) is now a manager.\n"
    ))
    .await?;
    let swarm = cli.client.document(Call::get("/swarm")).await?;
    join_token::tell(cli, &node, "worker", text(&swarm["JoinTokens"]["Worker"])).await?;
    cli.line("To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.").await?;
    if values.on("autolock") {
        let found = cli.client.document(Call::get("/swarm/unlockkey")).await?;
        unlock_key::tell(cli, text(&found["UnlockKey"])).await?;
    }
    Ok(())
}
