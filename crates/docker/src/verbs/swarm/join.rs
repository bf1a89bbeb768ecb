//! `docker swarm join`

use serde_json::json;

use super::checks;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};

pub(crate) const VERB: Verb = Verb {
    spellings: &["swarm join"],
    usage: "[OPTIONS] HOST:PORT",
    about: "Join a swarm as a node and/or manager",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        ' ',
        "advertise-addr",
        Kind::Text,
        "Advertised address (format: \"<ip|interface>[:port]\")",
    ),
    flag(
        ' ',
        "availability",
        Kind::Text,
        "Availability of the node (\"active\", \"pause\", \"drain\") (default \"active\")",
    ),
    flag(
        ' ',
        "data-path-addr",
        Kind::Text,
        "Address or interface to use for data path traffic (format: \"<ip|interface>\")",
    ),
    flag(
        ' ',
        "listen-addr",
        Kind::Other("node-addr"),
        "Listen address (format: \"<ip|interface>[:port]\") (default 0.0.0.0:2377)",
    )
    .checked(checks::node_address),
    flag(' ', "token", Kind::Text, "Token for entry into the swarm"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let document = json!({
        "ListenAddr": values.text_or("listen-addr", "0.0.0.0:2377"),
        "AdvertiseAddr": values.text("advertise-addr"),
        "DataPathAddr": values.text("data-path-addr"),
        "RemoteAddrs": [values.args[0]],
        "JoinToken": values.text("token"),
        "Availability": values.text("availability").to_lowercase(),
    });
    cli.client
        .send(Call::post("/swarm/join").json(&document))
        .await?;
    let info = cli.client.document(Call::get("/info")).await?;
    let role = if info["Swarm"]["ControlAvailable"] == true {
        "manager"
    } else {
        "worker"
    };
    // A node that waits for the others is not yet one of them.
    if text(&info["Swarm"]["LocalNodeState"]) == "pending" {
        return cli.line("This node is joining a swarm.").await;
    }
    cli.line(&format!("This node joined a swarm as a {role}."))
        .await
}
