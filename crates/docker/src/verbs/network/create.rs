//! `docker network create`

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::container::create::config::pairs;

pub(crate) const VERB: Verb = Verb {
    spellings: &["network create"],
    usage: "[OPTIONS] NETWORK",
    about: "Create a network",
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
        "attachable",
        Kind::Bool,
        "Enable manual container attachment",
    ),
    flag(
        ' ',
        "aux-address",
        Kind::Map,
        "Auxiliary IPv4 or IPv6 addresses used by Network driver (default map[])",
    ),
    flag(
        ' ',
        "config-from",
        Kind::Text,
        "The network from which to copy the configuration",
    ),
    flag(
        ' ',
        "config-only",
        Kind::Bool,
        "Create a configuration only network",
    ),
    flag(
        'd',
        "driver",
        Kind::Text,
        "Driver to manage the Network (default \"bridge\")",
    ),
    flag(
        ' ',
        "gateway",
        Kind::Strings,
        "IPv4 or IPv6 Gateway for the master subnet",
    ),
    flag(
        ' ',
        "ingress",
        Kind::Bool,
        "Create swarm routing-mesh network",
    ),
    flag(
        ' ',
        "internal",
        Kind::Bool,
        "Restrict external access to the network",
    ),
    flag(
        ' ',
        "ip-range",
        Kind::Strings,
        "Allocate container ip from a sub-range",
    ),
    flag(
        ' ',
        "ipam-driver",
        Kind::Text,
        "IP Address Management Driver (default \"default\")",
    ),
    flag(
        ' ',
        "ipam-opt",
        Kind::Map,
        "Set IPAM driver specific options (default map[])",
    ),
    flag(
        ' ',
        "ipv4",
        Kind::Bool,
        "Enable or disable IPv4 address assignment (default true)",
    ),
    flag(
        ' ',
        "ipv6",
        Kind::Bool,
        "Enable or disable IPv6 address assignment",
    ),
    flag(' ', "label", Kind::List, "Set metadata on a network"),
    flag(
        'o',
        "opt",
        Kind::Map,
        "Set driver specific options (default map[])",
    ),
    flag(' ', "scope", Kind::Text, "Control the network's scope"),
    flag(
        ' ',
        "subnet",
        Kind::Strings,
        "Subnet in CIDR format that represents a network segment",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut document = json!({
        "Name": values.args[0],
        "Driver": values.text_or("driver", "bridge"),
        "Scope": values.text("scope"),
    });
    if values.changed("ipv4") {
        document["EnableIPv4"] = values.on("ipv4").into();
    }
    if values.changed("ipv6") {
        document["EnableIPv6"] = values.on("ipv6").into();
    }
    document["IPAM"] = json!({
        "Driver": values.text_or("ipam-driver", "default"),
        "Options": pairs(&values.list("ipam-opt")),
        "Config": pools(&values).map_err(Failure::new)?,
    });
    for flag in ["internal", "attachable", "ingress"] {
        let field = format!("{}{}", flag[..1].to_uppercase(), &flag[1..]);
        document[field] = values.on(flag).into();
    }
    document["ConfigOnly"] = values.on("config-only").into();
    let from = values.text("config-from");
    document["ConfigFrom"] = if from.is_empty() {
        Value::Null
    } else {
        json!({"Network": from})
    };
    document["Options"] = pairs(&values.list("opt"));
    document["Labels"] = pairs(&values.list("label"));
    if cli.client.is_before("1.44").await {
        document["CheckDuplicate"] = true.into();
    }
    let made = cli
        .client
        .document(Call::post("/networks/create").json(&document))
        .await?;
    let warning = text(&made["Warning"]);
    if !warning.is_empty() {
        cli.complain(&format!("WARNING: {warning}")).await?;
    }
    cli.line(text(&made["Id"])).await
}

/// A network in CIDR notation.
fn network(text: &str) -> Result<(IpAddr, u8), String> {
    let invalid = || format!("invalid CIDR address: {text}");
    let (address, length) = text.split_once('/').ok_or_else(invalid)?;
    let address: IpAddr = address.parse().map_err(|_| invalid())?;
    let length: u8 = length.parse().map_err(|_| invalid())?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    if length > most {
        Err(invalid())
    } else {
        Ok((address, length))
    }
}

fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    }
}

/// Whether the network holds the address.
fn holds((base, length): (IpAddr, u8), address: IpAddr) -> bool {
    let ((base, width), (address, other)) = (bits(base), bits(address));
    let shift = width - u32::from(length);
    width == other && base.checked_shr(shift) == address.checked_shr(shift)
}

/// An address, or the first part of a network in CIDR notation.
fn address(text: &str) -> Result<IpAddr, String> {
    if text.contains('/') {
        return network(text).map(|it| it.0);
    }
    text.parse()
        .map_err(|_| format!("invalid ip address: {text}"))
}

/// `Config` of `IPAM`: one pool per `--subnet`.
fn pools(values: &Values) -> Result<Vec<Value>, String> {
    let (subnets, ranges) = (values.list("subnet"), values.list("ip-range"));
    let gateways = values.list("gateway");
    if subnets.len() < ranges.len() || subnets.len() < gateways.len() {
        return Err("every ip-range or gateway must have a corresponding subnet".to_owned());
    }
    let mut pools: Vec<(&str, Map<String, Value>)> = Vec::new();
    for subnet in subnets {
        for (other, _) in &pools {
            let (one, two) = (network(subnet)?, network(other)?);
            if holds(one, two.0) || holds(two, one.0) {
                return Err("multiple overlapping subnet configuration is not supported".to_owned());
            }
        }
        let mut pool = Map::new();
        pool.insert("Subnet".to_owned(), subnet.into());
        pools.push((subnet, pool));
    }
    for (field, what, given) in [
        ("IPRange", "range", ranges),
        ("Gateway", "gateway", gateways),
    ] {
        for value in given {
            let mut matched = false;
            for (subnet, pool) in &mut pools {
                if !holds(network(subnet)?, address(value)?) {
                    continue;
                }
                if let Some(other) = pool.get(field).and_then(Value::as_str) {
                    let on = if what == "range" { "on" } else { "for" };
                    return Err(format!(
                        "cannot configure multiple {what}s ({value}, {other}) {on} the same \
                         subnet ({subnet})"
                    ));
                }
                pool.insert(field.to_owned(), value.into());
                matched = true;
            }
            if !matched {
                return Err(format!("no matching subnet for {what} {value}"));
            }
        }
    }
    for aux in values.list("aux-address") {
        let (name, value) = aux.split_once('=').unwrap_or((aux, ""));
        let mut matched = false;
        for (subnet, pool) in &mut pools {
            if holds(network(subnet)?, address(value)?) {
                let all = pool
                    .entry("AuxiliaryAddresses")
                    .or_insert_with(|| json!({}));
                all[name] = value.into();
                matched = true;
            }
        }
        if !matched {
            return Err(format!("no matching subnet for aux-address {value}"));
        }
    }
    Ok(pools
        .into_iter()
        .map(|(_, pool)| Value::Object(pool))
        .collect())
}
