//! The documents of `docker inspect`, as the networks see them.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Attachment, Member, Net, Port, Quality, Served, Stack};
use crate::ContainerState;
use crate::object::short_id;

/// The identifier of Podman's default network, where no name is resolved: the SHA-256 of `podman`.
const PODMANS_DEFAULT: &str = "2f259bab93aaaaa2542ba43ef33eb990d0999ee1b9924b557b7be53c0b7a1bb9";

fn text<'a>(document: &'a Value, pointer: &str) -> &'a str {
    let found = document.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default()
}

fn filled(document: &Value, key: &str) -> Option<String> {
    let found = document.get(key).and_then(Value::as_str);
    found.filter(|it| !it.is_empty()).map(str::to_owned)
}

fn texts<'a>(document: &'a Value, pointer: &str) -> impl Iterator<Item = &'a str> {
    let items = document.pointer(pointer).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(Value::as_str)
}

fn fields<'a>(document: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let fields = document.pointer(pointer).and_then(Value::as_object);
    fields.into_iter().flatten()
}

fn flag(document: &Value, pointer: &str) -> bool {
    document.pointer(pointer) == Some(&Value::Bool(true))
}

/// The identifiers of these containers.
pub(super) fn identifiers<'a>(containers: &[&'a Value]) -> BTreeSet<&'a str> {
    containers.iter().map(|it| text(it, "/Id")).collect()
}

/// A network. `containers` tells who on it is a container of this engine, by identifier.
pub(super) fn net(document: &Value, containers: &BTreeSet<&str>) -> Net {
    let name = text(document, "/Name").to_owned();
    let driver = text(document, "/Driver").to_owned();
    let ranges = document.pointer("/IPAM/Config").and_then(Value::as_array);
    let ranges = || ranges.into_iter().flatten();
    let option = |key: &str| document.get("Options").and_then(|it| it.get(key)?.as_str());
    let default = option("com.docker.network.bridge.default_bridge") == Some("true");
    let ingress = flag(document, "/Ingress");
    let gateway_bridge = name == "docker_gwbridge";
    let named = matches!(name.as_str(), "bridge" | "host" | "none")
        || text(document, "/Id") == PODMANS_DEFAULT;
    let strangers = fields(document, "/Containers")
        .filter(|(id, _)| !containers.contains(id.as_str()))
        .map(|(_, it)| (text(it, "/Name").to_owned(), bare(text(it, "/IPv4Address"))))
        .collect();
    let mute = option("com.docker.network.bridge.enable_icc") == Some("false");
    let qualities = [
        (Quality::Internal, flag(document, "/Internal")),
        (Quality::Attachable, flag(document, "/Attachable")),
        (Quality::Ingress, ingress),
        (Quality::Mute, mute),
        (
            Quality::Named,
            !(default || ingress || gateway_bridge || named),
        ),
    ];
    let qualities = qualities.into_iter().filter(|(_, has)| *has);
    let qualities = qualities.map(|(quality, _)| quality).collect();
    Net {
        id: text(document, "/Id").to_owned(),
        scope: text(document, "/Scope").to_owned(),
        subnets: ranges().filter_map(|it| filled(it, "Subnet")).collect(),
        gateways: ranges().filter_map(|it| filled(it, "Gateway")).collect(),
        qualities,
        strangers,
        name,
        driver,
    }
}

/// A container, on these networks.
pub(super) fn member(document: &Value, nets: &[Net]) -> Member {
    let id = text(document, "/Id").to_owned();
    let name = text(document, "/Name").trim_start_matches('/').to_owned();
    let state = state(document);
    let stack = match text(document, "/HostConfig/NetworkMode") {
        "host" => Stack::Host,
        "none" => Stack::Alone,
        mode => match mode.strip_prefix("container:") {
            Some(other) => Stack::Of(other.to_owned()),
            None => Stack::Own(
                fields(document, "/NetworkSettings/Networks")
                    .map(|(network, it)| place(network, it, (&id, &name), nets))
                    .collect(),
            ),
        },
    };
    let mut member = Member {
        state,
        ports: Vec::new(),
        stack,
        id,
        name,
    };
    member.ports = ports(document, member.is_running());
    member
}

/// `State.Status`; what the flags say when it is a word of another engine, or is not there.
fn state(document: &Value) -> ContainerState {
    let told = ContainerState::parse(text(document, "/State/Status"));
    told.unwrap_or_else(|| {
        if flag(document, "/State/Paused") {
            ContainerState::Paused
        } else if flag(document, "/State/Running") {
            ContainerState::Running
        } else {
            ContainerState::Exited
        }
    })
}

fn place(network: &str, document: &Value, (id, name): (&str, &str), nets: &[Net]) -> Attachment {
    // Podman calls its default network « podman » in a container, and « bridge » in its list.
    let listed = |name: &str| nets.iter().any(|it| it.name == name);
    let network = if network == "podman" && !listed(network) && listed("bridge") {
        "bridge"
    } else {
        network
    };
    let named = nets
        .iter()
        .any(|it| it.name == network && it.is(Quality::Named));
    let mut names: Vec<String> = Vec::new();
    if named {
        // Since API 1.44, `DNSNames` is the whole list; before, it is the name, the aliases and
        // the short identifier.
        let short = short_id(id);
        let all = std::iter::once(name)
            .chain(texts(document, "/DNSNames"))
            .chain(texts(document, "/Aliases"))
            .chain([short]);
        for it in all {
            if !it.is_empty() && !names.iter().any(|known| known == it) {
                names.push(it.to_owned());
            }
        }
        // The identifier says least: it comes last.
        names.sort_by_key(|it| it == short);
    }
    Attachment {
        network: network.to_owned(),
        address: filled(document, "IPAddress"),
        address6: filled(document, "GlobalIPv6Address"),
        mac: filled(document, "MacAddress"),
        gateway: filled(document, "Gateway"),
        names,
    }
}

/// Declared ports (`ExposedPorts`) and published ones; those asked for while nothing runs.
fn ports(document: &Value, running: bool) -> Vec<Port> {
    let mut ports: BTreeMap<(u16, String), Vec<(String, u16)>> = BTreeMap::new();
    let key = |it: &str| {
        let (number, protocol) = it.split_once('/').unwrap_or((it, "tcp"));
        Some((number.parse::<u16>().ok()?, protocol.to_owned()))
    };
    for (port, _) in fields(document, "/Config/ExposedPorts") {
        if let Some(port) = key(port) {
            ports.entry(port).or_default();
        }
    }
    let published = if running {
        "/NetworkSettings/Ports"
    } else {
        "/HostConfig/PortBindings"
    };
    for (port, bindings) in fields(document, published) {
        let Some(port) = key(port) else { continue };
        let there = ports.entry(port).or_default();
        for binding in bindings.as_array().into_iter().flatten() {
            // Without a number, the engine will choose one.
            let number = text(binding, "/HostPort").parse().unwrap_or(0);
            there.push((text(binding, "/HostIp").to_owned(), number));
        }
    }
    let ports = ports.into_iter();
    ports
        .map(|((number, protocol), published)| Port {
            number,
            protocol,
            published,
        })
        .collect()
}

/// A service.
pub(super) fn served(document: &Value) -> Served {
    let items = |pointer: &str| {
        let items = document.pointer(pointer).and_then(Value::as_array);
        items.into_iter().flatten()
    };
    let number = |it: &Value, key: &str| {
        let number = it.get(key).and_then(Value::as_u64);
        number.and_then(|it| u16::try_from(it).ok())
    };
    Served {
        name: text(document, "/Spec/Name").to_owned(),
        addresses: items("/Endpoint/VirtualIPs")
            .map(|it| (text(it, "/NetworkID").to_owned(), bare(text(it, "/Addr"))))
            .collect(),
        ports: items("/Endpoint/Ports")
            .filter_map(|it| {
                let protocol = text(it, "/Protocol").to_owned();
                Some((
                    number(it, "PublishedPort")?,
                    number(it, "TargetPort")?,
                    protocol,
                ))
            })
            .collect(),
    }
}

/// `10.0.0.2/24` without the length of its prefix.
fn bare(address: &str) -> String {
    address.split('/').next().unwrap_or_default().to_owned()
}
