//! `--network` and the flags that go with it.

use serde_json::{Map, Value, json};

use super::csv::fields;
use crate::grammar::Values;

/// One network that the container joins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Attachment {
    target: String,
    aliases: Vec<String>,
    options: Vec<(String, String)>,
    links: Vec<String>,
    ipv4: String,
    ipv6: String,
    link_local: Vec<String>,
    mac: String,
    priority: i64,
}

/// Reads one `--network`: a name, or `name=…,alias=…`.
pub(super) fn attachment(value: &str) -> Result<Attachment, String> {
    let is_word = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    let bytes = value.as_bytes();
    let long = bytes
        .windows(3)
        .any(|it| is_word(it[0]) && it[1] == b'=' && is_word(it[2]));
    let mut network = Attachment::default();
    if !long {
        value.clone_into(&mut network.target);
        return Ok(network);
    }
    for field in fields(value)? {
        let lower = field.to_lowercase();
        let Some((key, given)) = lower.split_once('=').filter(|it| !it.0.is_empty()) else {
            return Err(format!("invalid field {field}"));
        };
        let given = given.trim().to_owned();
        match key.trim() {
            "name" => network.target = given,
            "alias" => network.aliases.push(given),
            "ip" => network.ipv4 = given,
            "ip6" => network.ipv6 = given,
            "mac-address" => network.mac = given,
            "link-local-ip" => network.link_local.push(given),
            "driver-opt" => match given.split_once('=').filter(|it| !it.0.is_empty()) {
                Some((key, value)) => {
                    network
                        .options
                        .push((key.trim().to_owned(), value.trim().to_owned()));
                }
                None => return Err("invalid key value pair format in driver options".to_owned()),
            },
            "gw-priority" => {
                let number = given.parse();
                network.priority =
                    number.map_err(|_| format!("invalid gw-priority ({given}): invalid syntax"))?;
            }
            key => return Err(format!("invalid field key {key}")),
        }
    }
    if network.target.is_empty() {
        return Err("network name/id is not specified".to_owned());
    }
    Ok(network)
}

/// Whether a network is none of docker's own modes.
fn is_user_defined(name: &str) -> bool {
    !matches!(name, "default" | "bridge" | "host" | "none" | "nat")
        && !name.starts_with("container:")
}

/// `NetworkMode`, and `EndpointsConfig` of `NetworkingConfig`.
pub(super) fn networking(values: &Values) -> Result<(String, Value), String> {
    let mut networks = values
        .list("network")
        .into_iter()
        .map(attachment)
        .collect::<Result<Vec<_>, _>>()?;
    let none_given = networks.is_empty();
    if none_given {
        networks.push(Attachment {
            target: "default".to_owned(),
            ..Attachment::default()
        });
    }
    let mode = networks[0].target.clone();
    apply_flags(&mut networks[0], values)?;
    let only = networks.len() == 1 && !none_given;
    let (mut own, mut foreign) = (false, false);
    let mut endpoints = Map::new();
    for network in networks {
        if is_user_defined(&network.target) {
            own = true;
        } else {
            foreign = true;
        }
        let bare = Attachment {
            target: network.target.clone(),
            ..Attachment::default()
        };
        let endpoint = endpoint(&network)?;
        if endpoints.contains_key(&network.target) {
            return Err(format!(
                "network {:?} is specified multiple times",
                network.target
            ));
        }
        if only && network == bare {
            continue;
        }
        endpoints.insert(network.target, endpoint);
    }
    if own && foreign {
        return Err(
            "conflicting options: cannot attach both user-defined and non-user-defined \
                    network-modes"
                .to_owned(),
        );
    }
    Ok((mode, Value::Object(endpoints)))
}

fn apply_flags(network: &mut Attachment, values: &Values) -> Result<(), String> {
    let conflict = |what: &str| Err(format!("conflicting options: cannot specify both {what}"));
    let (aliases, links) = (values.strings("network-alias"), values.strings("link"));
    let link_local = values.strings("link-local-ip");
    let (ipv4, ipv6, mac) = (
        values.text("ip"),
        values.text("ip6"),
        values.text("mac-address"),
    );
    if !network.aliases.is_empty() && !aliases.is_empty() {
        return conflict("--network-alias and per-network alias");
    }
    if !network.ipv4.is_empty() && !ipv4.is_empty() {
        return conflict("--ip and per-network IPv4 address");
    }
    if !network.ipv6.is_empty() && !ipv6.is_empty() {
        return conflict("--ip6 and per-network IPv6 address");
    }
    if !network.mac.is_empty() && !mac.is_empty() {
        return conflict("--mac-address and per-network MAC address");
    }
    if !network.link_local.is_empty() && !link_local.is_empty() {
        return conflict("--link-local-ip and per-network link-local IP addresses");
    }
    network.aliases.extend(aliases);
    if is_user_defined(&network.target) {
        network.links.extend(links);
    }
    network.ipv4.push_str(ipv4);
    network.ipv6.push_str(ipv6);
    network.mac.push_str(mac);
    network.link_local.extend(link_local);
    Ok(())
}

fn endpoint(network: &Attachment) -> Result<Value, String> {
    if network.target.trim().is_empty() {
        return Err("no name set for network".to_owned());
    }
    if !is_user_defined(&network.target) {
        if !network.aliases.is_empty() {
            return Err(
                "network-scoped aliases are only supported for user-defined networks".to_owned(),
            );
        }
        if !network.links.is_empty() {
            return Err("links are only supported for user-defined networks".to_owned());
        }
    }
    if !network.mac.is_empty() && !is_mac(&network.mac) {
        return Err(format!("{} is not a valid mac address", network.mac));
    }
    let list = |it: &[String]| {
        if it.is_empty() {
            Value::Null
        } else {
            json!(it)
        }
    };
    let options: Map<String, Value> = network
        .options
        .iter()
        .map(|(key, value)| (key.clone(), value.as_str().into()))
        .collect();
    let mut addresses = Map::new();
    for (key, value) in [
        ("IPv4Address", &network.ipv4),
        ("IPv6Address", &network.ipv6),
    ] {
        if !value.is_empty() {
            addresses.insert(key.to_owned(), value.as_str().into());
        }
    }
    if !network.link_local.is_empty() {
        addresses.insert("LinkLocalIPs".to_owned(), json!(network.link_local));
    }
    Ok(json!({
        "IPAMConfig": if addresses.is_empty() { Value::Null } else { Value::Object(addresses) },
        "Links": list(&network.links),
        "Aliases": list(&network.aliases),
        "MacAddress": network.mac,
        "DriverOpts": if options.is_empty() { Value::Null } else { Value::Object(options) },
        "GwPriority": network.priority,
        "NetworkID": "",
        "EndpointID": "",
        "Gateway": "",
        "IPAddress": "",
        "IPPrefixLen": 0,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "DNSNames": null,
    }))
}

/// Whether text is a hardware address of 6 bytes.
pub(super) fn is_mac(text: &str) -> bool {
    let text = text.trim();
    [':', '-'].iter().any(|separator| {
        let parts: Vec<_> = text.split(*separator).collect();
        matches!(parts.len(), 6 | 8)
            && parts
                .iter()
                .all(|it| it.len() == 2 && it.bytes().all(|byte| byte.is_ascii_hexdigit()))
    })
}
