//! `docker network connect`

use serde_json::{Map, Value, json};

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["network connect"],
    usage: "[OPTIONS] NETWORK CONTAINER",
    about: "Connect a container to a network",
    long: "",
    arity: Arity::Exactly(2),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        ' ',
        "alias",
        Kind::Strings,
        "Add network-scoped alias for the container",
    ),
    flag(
        ' ',
        "driver-opt",
        Kind::Strings,
        "driver options for the network",
    ),
    flag(
        ' ',
        "gw-priority",
        Kind::Int,
        "Highest gw-priority provides the default gateway. Accepts positive and negative values.",
    ),
    flag(
        ' ',
        "ip",
        Kind::Text,
        "IPv4 address (e.g., \"172.30.100.104\")",
    ),
    flag(
        ' ',
        "ip6",
        Kind::Text,
        "IPv6 address (e.g., \"2001:db8::33\")",
    ),
    flag(' ', "link", Kind::List, "Add link to another container"),
    flag(
        ' ',
        "link-local-ip",
        Kind::Strings,
        "Add a link-local address for the container",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut options = Map::new();
    for option in values.list("driver-opt") {
        match option.split_once('=').filter(|it| !it.0.trim().is_empty()) {
            Some((key, value)) => options.insert(key.trim().to_owned(), value.trim().into()),
            None => {
                return Err(Failure::new(
                    "invalid key/value pair format in driver options",
                ));
            }
        };
    }
    let mut addresses = Map::new();
    for (field, flag) in [("IPv4Address", "ip"), ("IPv6Address", "ip6")] {
        if !values.text(flag).is_empty() {
            addresses.insert(field.to_owned(), values.text(flag).into());
        }
    }
    if values.changed("link-local-ip") {
        addresses.insert(
            "LinkLocalIPs".to_owned(),
            json!(values.list("link-local-ip")),
        );
    }
    let links = values.list("link");
    let document = json!({
        "Container": values.args[1],
        "EndpointConfig": {
            "IPAMConfig": addresses,
            "Links": if links.is_empty() { Value::Null } else { json!(links) },
            "Aliases": values.list("alias"),
            "MacAddress": "",
            "DriverOpts": options,
            "GwPriority": values.number("gw-priority"),
            "NetworkID": "",
            "EndpointID": "",
            "Gateway": "",
            "IPAddress": "",
            "IPPrefixLen": 0,
            "IPv6Gateway": "",
            "GlobalIPv6Address": "",
            "GlobalIPv6PrefixLen": 0,
            "DNSNames": null,
        },
    });
    let path = format!(
        "/networks/{}/connect",
        percent::encode_path(&values.args[0])
    );
    Ok(cli
        .client
        .send(Call::post(path).json(&document))
        .await
        .map(drop)?)
}
