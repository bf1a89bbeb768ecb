//! The wish of a service: what a client sends, made whole and in order, and what is refused.

use serde_json::{Map, Value, json};

use super::{Fault, Outcome, refused};

/// `ContainerSpec`, in the order of moby's `swarm.ContainerSpec`.
const CONTAINER: &[&str] = &[
    "Image",
    "Labels",
    "Command",
    "Args",
    "Hostname",
    "Env",
    "Dir",
    "User",
    "Groups",
    "Privileges",
    "Init",
    "StopSignal",
    "TTY",
    "OpenStdin",
    "ReadOnly",
    "Mounts",
    "StopGracePeriod",
    "Healthcheck",
    "Hosts",
    "DNSConfig",
    "Secrets",
    "Configs",
    "Isolation",
    "Sysctls",
    "CapabilityAdd",
    "CapabilityDrop",
    "Ulimits",
    "OomScoreAdj",
];
/// `TaskTemplate`.
const TASK: &[&str] = &[
    "ContainerSpec",
    "NetworkAttachmentSpec",
    "Resources",
    "RestartPolicy",
    "Placement",
    "Networks",
    "LogDriver",
    "ForceUpdate",
    "Runtime",
];
/// `ServiceSpec`.
const SERVICE: &[&str] = &[
    "Name",
    "Labels",
    "TaskTemplate",
    "Mode",
    "UpdateConfig",
    "RollbackConfig",
    "EndpointSpec",
];
/// Pointers in Go: nothing is left out for being zero.
const POINTERS: &[&str] = &[
    "Init",
    "StopGracePeriod",
    "Healthcheck",
    "DNSConfig",
    "Placement",
    "Resources",
    "RestartPolicy",
    "EndpointSpec",
    "UpdateConfig",
    "RollbackConfig",
    "ForceUpdate",
    "LogDriver",
    "Privileges",
    "Limits",
    "Reservations",
];

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Number(number) => number.as_f64() == Some(0.0),
    }
}

fn pick(given: &Value, fields: &[&str]) -> Map<String, Value> {
    let mut out = Map::new();
    for name in fields {
        let value = &given[*name];
        let kept = !value.is_null() && (POINTERS.contains(name) || !is_empty(value));
        if kept {
            out.insert((*name).to_owned(), value.clone());
        }
    }
    out
}

fn container(given: &Value) -> Value {
    let mut out = pick(given, CONTAINER);
    let isolation = out
        .get("Isolation")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if matches!(isolation, "" | "default") {
        out.insert("Isolation".into(), json!("default"));
    }
    let isolation = Value::Object(out);
    Value::Object(pick(&isolation, CONTAINER))
}

fn task(given: &Value) -> Value {
    let mut out = pick(given, TASK);
    if let Some(spec) = out.get_mut("ContainerSpec") {
        *spec = container(spec);
    }
    out.entry("ForceUpdate").or_insert(json!(0));
    if out.contains_key("ContainerSpec") {
        out.insert("Runtime".into(), json!("container"));
    }
    Value::Object(pick(&Value::Object(out), TASK))
}

/// `UpdateConfig` and `RollbackConfig`.
fn update(given: &Value) -> Outcome<Value> {
    let action = match given["FailureAction"].as_str().unwrap_or_default() {
        "" => "pause",
        it @ ("pause" | "continue" | "rollback") => it,
        other => {
            return Err(Fault::invalid(format!(
                "unrecognized update failure action {other}"
            )));
        }
    };
    let order = match given["Order"].as_str().unwrap_or_default() {
        "" => "stop-first",
        it @ ("stop-first" | "start-first") => it,
        other => return Err(Fault::invalid(format!("unrecognized update order {other}"))),
    };
    let mut out = Map::new();
    out.insert(
        "Parallelism".into(),
        json!(given["Parallelism"].as_u64().unwrap_or(0)),
    );
    if !is_empty(&given["Delay"]) {
        out.insert("Delay".into(), given["Delay"].clone());
    }
    out.insert("FailureAction".into(), json!(action));
    if !is_empty(&given["Monitor"]) {
        out.insert("Monitor".into(), given["Monitor"].clone());
    }
    let ratio = given["MaxFailureRatio"].as_f64().unwrap_or(0.0);
    out.insert(
        "MaxFailureRatio".into(),
        if ratio == 0.0 { json!(0) } else { json!(ratio) },
    );
    out.insert("Order".into(), json!(order));
    Ok(Value::Object(out))
}

fn endpoint(given: &Value) -> Outcome<Value> {
    let mode = match given["Mode"].as_str().unwrap_or_default() {
        "" => "vip",
        it @ ("vip" | "dnsrr") => it,
        other => {
            return Err(Fault::invalid(format!(
                "invalid resolution mode: \"{other}\""
            )));
        }
    };
    let mut out = Map::new();
    out.insert("Mode".into(), json!(mode));
    let mut ports = Vec::new();
    for port in given["Ports"].as_array().into_iter().flatten() {
        let protocol = match port["Protocol"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase()
            .as_str()
        {
            "" | "tcp" => "tcp",
            "udp" => "udp",
            "sctp" => "sctp",
            other => return Err(Fault::invalid(format!("invalid protocol: \"{other}\""))),
        };
        let publish = match port["PublishMode"].as_str().unwrap_or_default() {
            "host" => "host",
            _ => "ingress",
        };
        let mut entry = Map::new();
        if let Some(name) = port["Name"].as_str().filter(|it| !it.is_empty()) {
            entry.insert("Name".into(), json!(name));
        }
        entry.insert("Protocol".into(), json!(protocol));
        entry.insert("TargetPort".into(), port["TargetPort"].clone());
        if !is_empty(&port["PublishedPort"]) {
            entry.insert("PublishedPort".into(), port["PublishedPort"].clone());
        }
        entry.insert("PublishMode".into(), json!(publish));
        ports.push(Value::Object(entry));
    }
    if !ports.is_empty() {
        out.insert("Ports".into(), Value::Array(ports));
    }
    Ok(Value::Object(out))
}

fn restart(given: &Value) -> Outcome<Value> {
    let condition = match given["Condition"].as_str().unwrap_or_default() {
        "" | "any" => "any",
        it @ ("none" | "on-failure") => it,
        other => {
            return Err(Fault::invalid(format!(
                "invalid RestartCondition: \"{other}\""
            )));
        }
    };
    let mut out = Map::new();
    out.insert("Condition".into(), json!(condition));
    if !given["Delay"].is_null() {
        out.insert("Delay".into(), given["Delay"].clone());
    }
    out.insert(
        "MaxAttempts".into(),
        json!(given["MaxAttempts"].as_u64().unwrap_or(0)),
    );
    if !given["Window"].is_null() {
        out.insert("Window".into(), given["Window"].clone());
    }
    Ok(Value::Object(out))
}

fn mode(given: &Value) -> Outcome<Value> {
    let named = |name: &str| given[name].is_object();
    let count = ["Replicated", "Global", "ReplicatedJob", "GlobalJob"]
        .iter()
        .filter(|it| named(it))
        .count();
    if count > 1 {
        return Err(Fault::invalid("must specify only one service mode"));
    }
    Ok(if named("Global") {
        json!({"Global": {}})
    } else if named("GlobalJob") {
        json!({"GlobalJob": {}})
    } else if named("ReplicatedJob") {
        let job = &given["ReplicatedJob"];
        let most = job["MaxConcurrent"].as_u64().unwrap_or(1);
        json!({"ReplicatedJob": {"MaxConcurrent": most, "TotalCompletions": job["TotalCompletions"].as_u64().unwrap_or(most)}})
    } else {
        json!({"Replicated": {"Replicas": given["Replicated"]["Replicas"].as_u64().unwrap_or(1)}})
    })
}

/// A whole wish, in order.
pub(super) fn service(given: &Value) -> Outcome<Value> {
    let mut out = pick(given, SERVICE);
    out.insert(
        "Name".into(),
        json!(given["Name"].as_str().unwrap_or_default()),
    );
    out.insert(
        "Labels".into(),
        json!(given["Labels"].as_object().cloned().unwrap_or_default()),
    );
    out.insert("Mode".into(), mode(&given["Mode"])?);
    let mut template = task(&given["TaskTemplate"]);
    if template["RestartPolicy"].is_object() {
        template["RestartPolicy"] = restart(&template["RestartPolicy"])?;
    }
    out.insert("TaskTemplate".into(), template);
    for name in ["UpdateConfig", "RollbackConfig"] {
        if let Some(config) = out.get_mut(name) {
            *config = update(config)?;
        }
    }
    if let Some(spec) = out.get_mut("EndpointSpec") {
        *spec = endpoint(spec)?;
    }
    Ok(Value::Object(pick_all(out)))
}

/// In order, empty labels kept.
fn pick_all(mut out: Map<String, Value>) -> Map<String, Value> {
    let mut ordered = Map::new();
    for name in SERVICE {
        if let Some(value) = out.shift_remove(*name) {
            ordered.insert((*name).to_owned(), value);
        }
    }
    ordered
}

fn is_dns_name(name: &str) -> bool {
    let ends = |it: Option<u8>| it.is_some_and(|it| it.is_ascii_alphanumeric());
    ends(name.bytes().next())
        && ends(name.bytes().last())
        && name
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_'))
}

/// What the manager refuses.
pub(super) fn validate(spec: &Value) -> Outcome<()> {
    let invalid = |why: String| Err(refused("InvalidArgument", why));
    let name = spec["Name"].as_str().unwrap_or_default();
    if name.len() > 63 {
        return invalid("name must be 63 characters or fewer".into());
    }
    if !is_dns_name(name) {
        return invalid("name must be valid as a DNS name component".into());
    }
    let template = &spec["TaskTemplate"];
    for group in ["Limits", "Reservations"] {
        let resources = &template["Resources"][group];
        let cpus = resources["NanoCPUs"].as_i64().unwrap_or(0);
        if cpus != 0 && cpus < 1_000_000 {
            #[expect(clippy::cast_precision_loss, reason = "a number of CPUs")]
            let shown = cpus as f64 / 1e9;
            return invalid(format!("invalid cpu value {shown}: Must be at least 0.001"));
        }
        let memory = resources["MemoryBytes"].as_i64().unwrap_or(0);
        if memory != 0 && memory < 4 * 1024 * 1024 {
            return invalid(format!(
                "invalid memory value {memory}: Must be at least 4MiB"
            ));
        }
    }
    let delay = |value: &Value| value.as_i64().is_some_and(|it| it < 0);
    if delay(&template["RestartPolicy"]["Delay"]) {
        return invalid("TaskSpec: restart-delay cannot be negative".into());
    }
    if delay(&template["RestartPolicy"]["Window"]) {
        return invalid("TaskSpec: restart-window cannot be negative".into());
    }
    for constraint in template["Placement"]["Constraints"]
        .as_array()
        .into_iter()
        .flatten()
    {
        super::schedule::Constraint::parse(constraint.as_str().unwrap_or_default())?;
    }
    let container = template["ContainerSpec"].as_object();
    if container.is_none() && template["NetworkAttachmentSpec"].is_null() {
        return invalid("TaskSpec: missing runtime".into());
    }
    let image = template["ContainerSpec"]["Image"]
        .as_str()
        .unwrap_or_default();
    if image.is_empty() {
        return invalid("ContainerSpec: image reference must be provided".into());
    }
    if super::super::Reference::parse(image).is_err() {
        return invalid(format!(
            "ContainerSpec: \"{image}\" is not a valid repository/tag"
        ));
    }
    let mut targets = Vec::new();
    for mount in template["ContainerSpec"]["Mounts"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let target = mount["Target"].as_str().unwrap_or_default();
        if targets.contains(&target) {
            return invalid(format!("ContainerSpec: duplicate mount point: {target}"));
        }
        targets.push(target);
    }
    for (name, word) in [
        ("UpdateConfig", "UpdateConfig"),
        ("RollbackConfig", "UpdateConfig"),
    ] {
        let config = &spec[name];
        if delay(&config["Delay"]) {
            return invalid("TaskSpec: update-delay cannot be negative".into());
        }
        let ratio = config["MaxFailureRatio"].as_f64().unwrap_or(0.0);
        if !(0.0..=1.0).contains(&ratio) {
            return invalid(format!(
                "{word}: update-maxfailureratio cannot be less than 0 or bigger than 1"
            ));
        }
    }
    ports(spec)
}

fn ports(spec: &Value) -> Outcome<()> {
    let invalid = |why: String| Err(refused("InvalidArgument", why));
    let endpoint = &spec["EndpointSpec"];
    let mut seen = Vec::new();
    for port in endpoint["Ports"].as_array().into_iter().flatten() {
        let ingress = port["PublishMode"] == "ingress";
        if ingress && endpoint["Mode"] == "dnsrr" {
            return invalid(
                "EndpointSpec: port published with ingress mode can't be used with dnsrr mode"
                    .into(),
            );
        }
        let target = port["TargetPort"].as_u64().unwrap_or(0);
        if target == 0 || target > 65535 {
            return invalid("EndpointSpec: TargetPort must be between 1 and 65535".into());
        }
        let published = port["PublishedPort"].as_u64().unwrap_or(0);
        let key = (
            published,
            port["Protocol"].clone(),
            port["PublishMode"].clone(),
        );
        if published != 0 && seen.contains(&key) {
            return invalid("EndpointSpec: duplicate published ports provided".into());
        }
        seen.push(key);
    }
    Ok(())
}

/// What `insertDefaults` adds.
pub(super) fn with_defaults(spec: &Value) -> Value {
    let mut out = spec.as_object().cloned().unwrap_or_default();
    let updating = |given: Option<&Value>| {
        let mut whole = json!({"Parallelism": 1, "FailureAction": "pause", "Monitor": 5_000_000_000_u64, "MaxFailureRatio": 0, "Order": "stop-first"});
        if let Some(fields) = given.and_then(Value::as_object) {
            let mut merged = Map::new();
            for name in [
                "Parallelism",
                "Delay",
                "FailureAction",
                "Monitor",
                "MaxFailureRatio",
                "Order",
            ] {
                let value = fields
                    .get(name)
                    .cloned()
                    .unwrap_or_else(|| whole[name].clone());
                if !value.is_null() {
                    merged.insert(name.to_owned(), value);
                }
            }
            whole = Value::Object(merged);
        }
        whole
    };
    for name in ["UpdateConfig", "RollbackConfig"] {
        let value = updating(out.get(name));
        out.insert(name.to_owned(), value);
    }
    if !out.contains_key("EndpointSpec") {
        out.insert("EndpointSpec".into(), json!({"Mode": "vip"}));
    }
    if let Some(template) = out.get_mut("TaskTemplate").and_then(Value::as_object_mut) {
        if let Some(container) = template
            .get_mut("ContainerSpec")
            .and_then(Value::as_object_mut)
        {
            container
                .entry("StopGracePeriod")
                .or_insert(json!(10_000_000_000_u64));
            container.entry("DNSConfig").or_insert(json!({}));
            let whole = Value::Object(std::mem::take(container));
            *container = pick(&whole, CONTAINER);
        }
        let mut policy = json!({"Condition": "any", "Delay": 5_000_000_000_u64, "MaxAttempts": 0});
        if let (Some(given), Some(fields)) = (
            template.get("RestartPolicy").and_then(Value::as_object),
            policy.as_object_mut(),
        ) {
            fields.extend(given.clone());
        }
        template.insert("RestartPolicy".into(), policy);
        template
            .entry("Resources")
            .or_insert(json!({"Limits": {}, "Reservations": {}}));
        template.entry("Placement").or_insert(json!({}));
        let whole = Value::Object(std::mem::take(template));
        *template = pick(&whole, TASK);
    }
    pick_all(out).into()
}
