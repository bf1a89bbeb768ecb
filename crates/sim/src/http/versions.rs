//! What answers looked like to clients of older API versions: the fields that came, went or
//! changed, version by version, as moby's routers put them back.

use hyper::Method;
use serde_json::{Map, Value, json};

use super::ask::Ask;

/// Fields that an image's `Config` always had before API 1.50.
const IMAGE_CONFIG: [(&str, &str); 8] = [
    ("Hostname", "\"\""),
    ("Domainname", "\"\""),
    ("AttachStdin", "false"),
    ("AttachStdout", "false"),
    ("AttachStderr", "false"),
    ("OpenStdin", "false"),
    ("StdinOnce", "false"),
    ("Tty", "false"),
];

/// An answer as the client that asks knows it.
pub(super) fn adapt(ask: &Ask, mut value: Value) -> Value {
    let version = ask.speaks();
    let path: Vec<&str> = ask.segments.iter().map(String::as_str).collect();
    if ask.method != Method::GET || version >= (1, 51) {
        return value;
    }
    match path.as_slice() {
        ["images", "json"] => {
            let images = value.as_array_mut().into_iter().flatten();
            for image in images.filter_map(Value::as_object_mut) {
                listed_image(image, version);
            }
        }
        ["images", .., "json"] => {
            if let Some(image) = value.as_object_mut() {
                image_document(image, version);
            }
        }
        ["containers", .., "json"] if path.len() > 2 && version < (1, 45) => {
            short_aliases(&mut value);
        }
        ["info"] => {
            if let Some(info) = value.as_object_mut() {
                info_document(info, version);
            }
        }
        ["system", "df"] => {
            if let Some(usage) = value.as_object_mut() {
                disk_usage(usage, version);
            }
        }
        _ => {}
    }
    value
}

fn copy_field(document: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = document.get(from).cloned() {
        document.insert(to.to_owned(), value);
    }
}

fn listed_image(image: &mut Map<String, Value>, version: (u32, u32)) {
    let is_empty = |name: &str| {
        image
            .get(name)
            .and_then(Value::as_array)
            .is_none_or(Vec::is_empty)
    };
    if version < (1, 43) && is_empty("RepoTags") && is_empty("RepoDigests") {
        image.insert("RepoTags".into(), json!(["<none>:<none>"]));
        image.insert("RepoDigests".into(), json!(["<none>@<none>"]));
    }
    if version < (1, 44) {
        copy_field(image, "Size", "VirtualSize");
    }
    if version < (1, 51) {
        image.insert("Containers".into(), json!(-1));
    }
}

fn image_document(image: &mut Map<String, Value>, version: (u32, u32)) {
    if version < (1, 44) {
        copy_field(image, "Size", "VirtualSize");
    }
    if version < (1, 50)
        && let Some(config) = image.get_mut("Config").and_then(Value::as_object_mut)
    {
        for (name, default) in IMAGE_CONFIG {
            let default = serde_json::from_str(default).unwrap_or_default();
            config.entry(name.to_owned()).or_insert(default);
        }
        for name in ["Cmd", "Entrypoint", "Env", "Labels", "OnBuild", "Volumes"] {
            config.entry(name.to_owned()).or_insert(Value::Null);
        }
        for name in ["Image", "User", "WorkingDir"] {
            config.entry(name.to_owned()).or_insert_with(|| json!(""));
        }
    }
}

/// Before API 1.45 the short identifier and the host name were aliases on user-defined networks.
fn short_aliases(container: &mut Value) {
    let id = container["Id"].as_str().unwrap_or_default();
    let own = [
        id.get(..12).unwrap_or(id).to_owned(),
        container["Config"]["Hostname"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
    ];
    let networks = container
        .pointer_mut("/NetworkSettings/Networks")
        .and_then(Value::as_object_mut);
    for (name, endpoint) in networks.into_iter().flatten() {
        if matches!(name.as_str(), "bridge" | "host" | "none" | "default") {
            continue;
        }
        let mut aliases: Vec<String> = endpoint["Aliases"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        for alias in &own {
            if !alias.is_empty() && !aliases.contains(alias) {
                aliases.push(alias.clone());
            }
        }
        endpoint["Aliases"] = json!(aliases);
    }
}

fn info_document(info: &mut Map<String, Value>, version: (u32, u32)) {
    if version < (1, 25)
        && let Some(options) = info
            .get_mut("SecurityOptions")
            .and_then(Value::as_array_mut)
    {
        for option in options {
            let words = option.as_str().unwrap_or_default();
            let name = words.split(',').find_map(|it| it.strip_prefix("name="));
            *option = json!(name.unwrap_or(words));
        }
    }
    if version < (1, 47)
        && let Some(registry) = info
            .get_mut("RegistryConfig")
            .and_then(Value::as_object_mut)
    {
        registry.insert("AllowNondistributableArtifactsCIDRs".into(), Value::Null);
        registry.insert(
            "AllowNondistributableArtifactsHostnames".into(),
            Value::Null,
        );
    }
    if version < (1, 49) {
        info.remove("FirewallBackend");
        for name in ["ContainerdCommit", "RuncCommit", "InitCommit"] {
            if let Some(commit) = info.get_mut(name).and_then(Value::as_object_mut) {
                copy_field(commit, "ID", "Expected");
            }
        }
    }
    if version < (1, 50) {
        info.insert("BridgeNfIptables".into(), json!(false));
        info.insert("BridgeNfIp6tables".into(), json!(false));
    }
}

fn disk_usage(usage: &mut Map<String, Value>, version: (u32, u32)) {
    if version < (1, 42) {
        usage.insert("BuilderSize".into(), json!(0));
    }
    if version < (1, 44) {
        let images = usage.get_mut("Images").and_then(Value::as_array_mut);
        for image in images.into_iter().flatten() {
            if let Some(image) = image.as_object_mut() {
                copy_field(image, "Size", "VirtualSize");
            }
        }
    }
}
