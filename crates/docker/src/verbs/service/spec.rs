//! The wish of a service, from the flags of `docker service create`.

use serde_json::{Map, Value, json};

use super::{files, ports};
use crate::cli::Cli;
use crate::error::{Failure, Outcome};
use crate::grammar::Values;
use crate::units;
use crate::verbs::container::create::config::{capability, environment, pairs, ulimits};
use crate::verbs::container::create::{health, mount};

/// `name:1.2.3.4` as `/etc/hosts` has it.
pub(super) fn host_line(value: &str) -> String {
    let mark = if value.contains('=') { '=' } else { ':' };
    value
        .split_once(mark)
        .map_or_else(String::new, |(name, address)| format!("{address} {name}"))
}

/// The words of a command line, as a shell cuts them.
pub(super) fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut any) = (Vec::new(), String::new(), None, false);
    for letter in line.chars() {
        match (letter, quote) {
            (it, Some(mark)) if it == mark => quote = None,
            ('\'' | '"', None) => (quote, any) = (Some(letter), true),
            (it, None) if it.is_whitespace() => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            (it, _) => word.push(it),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

/// A mount, its source completed.
pub(super) fn mount_of(cli: &Cli, value: &str) -> Outcome<Value> {
    let absolute = |path: &str| cli.absolute(path).to_string_lossy().into_owned();
    mount::mount(value, &absolute).map_err(Failure::new)
}

/// Whether a flag of updates (`update`) or of rollbacks (`rollback`) was given.
fn configures(values: &Values, prefix: &str) -> bool {
    let all = [
        "parallelism",
        "delay",
        "monitor",
        "failure-action",
        "max-failure-ratio",
        "order",
    ];
    all.iter()
        .any(|it| values.changed(&format!("{prefix}-{it}")))
}

/// Writes `UpdateConfig` or `RollbackConfig`, from the flags that begin so.
pub(super) fn update_config(document: &mut Value, values: &Values, prefix: &str) {
    let name = |what: &str| format!("{prefix}-{what}");
    let field = if prefix == "update" {
        "UpdateConfig"
    } else {
        "RollbackConfig"
    };
    if !configures(values, prefix) {
        return;
    }
    if !document[field].is_object() {
        document[field] = json!({"Parallelism": 1, "FailureAction": "pause", "Monitor": 5_000_000_000_u64, "MaxFailureRatio": 0, "Order": "stop-first"});
    }
    let config = &mut document[field];
    for (flag, key) in [
        ("parallelism", "Parallelism"),
        ("delay", "Delay"),
        ("monitor", "Monitor"),
    ] {
        if values.changed(&name(flag)) {
            config[key] = values.number(&name(flag)).into();
        }
    }
    for (flag, key) in [("failure-action", "FailureAction"), ("order", "Order")] {
        if values.changed(&name(flag)) {
            config[key] = values.text(&name(flag)).into();
        }
    }
    if values.changed(&name("max-failure-ratio")) {
        let ratio: f64 = values
            .text(&name("max-failure-ratio"))
            .parse()
            .unwrap_or_default();
        config["MaxFailureRatio"] = ratio.into();
    }
}

/// Writes `Limits` and `Reservations`.
pub(super) fn resources(template: &mut Value, values: &Values) -> Outcome {
    for (prefix, group) in [("limit", "Limits"), ("reserve", "Reservations")] {
        if !template["Resources"][group].is_object() {
            template["Resources"][group] = json!({});
        }
        let cpu = format!("{prefix}-cpu");
        if values.changed(&cpu) {
            let nano = units::nano_cpus(values.text(&cpu)).map_err(Failure::new)?;
            template["Resources"][group]["NanoCPUs"] = nano.into();
        }
        let memory = format!("{prefix}-memory");
        if values.changed(&memory) {
            template["Resources"][group]["MemoryBytes"] = values.number(&memory).into();
        }
    }
    if values.changed("limit-pids") {
        template["Resources"]["Limits"]["Pids"] = values.number("limit-pids").into();
    }
    Ok(())
}

/// Writes `RestartPolicy`.
pub(super) fn restart_policy(template: &mut Value, values: &Values) {
    let flags = [
        ("restart-delay", "Delay"),
        ("restart-max-attempts", "MaxAttempts"),
        ("restart-window", "Window"),
    ];
    if !values.changed("restart-condition") && !flags.iter().any(|it| values.changed(it.0)) {
        return;
    }
    if !template["RestartPolicy"].is_object() {
        template["RestartPolicy"] =
            json!({"Condition": "any", "Delay": 5_000_000_000_u64, "MaxAttempts": 0});
    }
    if values.changed("restart-condition") {
        template["RestartPolicy"]["Condition"] = values.text("restart-condition").into();
    }
    for (flag, field) in flags {
        if values.changed(flag) {
            template["RestartPolicy"][field] = values.number(flag).into();
        }
    }
}

fn mode(values: &Values) -> Result<Value, String> {
    let replicas = values
        .changed("replicas")
        .then(|| values.number("replicas"));
    let most = values
        .changed("max-concurrent")
        .then(|| values.number("max-concurrent"));
    let mode = values.text_or("mode", "replicated");
    if mode != "replicated-job" && most.is_some() {
        return Err("max-concurrent can only be used with replicated-job mode".to_owned());
    }
    if matches!(mode, "global" | "global-job") {
        if replicas.is_some() {
            return Err(
                "replicas can only be used with replicated or replicated-job mode".to_owned(),
            );
        }
        if values.number("replicas-max-per-node") > 0 {
            return Err(
                "replicas-max-per-node can only be used with replicated or replicated-job mode"
                    .to_owned(),
            );
        }
    }
    if mode.ends_with("-job") && (configures(values, "update") || configures(values, "rollback")) {
        return Err("update and rollback configuration is not supported for jobs".to_owned());
    }
    Ok(match mode {
        "global" => json!({"Global": {}}),
        "global-job" => json!({"GlobalJob": {}}),
        "replicated" => replicas.map_or_else(
            || json!({"Replicated": {}}),
            |it| json!({"Replicated": {"Replicas": it}}),
        ),
        "replicated-job" => {
            let total = replicas.unwrap_or(1);
            json!({"ReplicatedJob": {"MaxConcurrent": most.unwrap_or(total), "TotalCompletions": total}})
        }
        other => {
            return Err(format!(
                "Unknown mode: {other}, only replicated and global supported"
            ));
        }
    })
}

/// The container's part.
fn container(cli: &Cli, values: &Values) -> Outcome<Value> {
    let mut spec = Map::new();
    let mut put = |name: &str, value: Value| {
        let empty = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            _ => false,
        };
        if !empty {
            spec.insert(name.to_owned(), value);
        }
    };
    put("Image", values.args[0].as_str().into());
    put("Labels", pairs(&values.list("container-label")));
    put("Command", words(values.text("entrypoint")).into());
    put("Args", values.args[1..].to_vec().into());
    put("Hostname", values.text("hostname").into());
    put(
        "Env",
        environment(cli, values).map_err(Failure::new)?.into(),
    );
    put("Dir", values.text("workdir").into());
    put("User", values.text("user").into());
    put("Groups", values.strings("group").into());
    if values.changed("init") {
        put("Init", values.on("init").into());
    } else {
        put("Init", false.into());
    }
    put("StopSignal", values.text("stop-signal").into());
    for (flag, field) in [("tty", "TTY"), ("read-only", "ReadOnly")] {
        if values.on(flag) {
            put(field, true.into());
        }
    }
    let mounts: Result<Vec<Value>, Failure> = values
        .list("mount")
        .into_iter()
        .map(|it| mount_of(cli, it))
        .collect();
    put("Mounts", mounts?.into());
    if values.changed("stop-grace-period") {
        put("StopGracePeriod", values.number("stop-grace-period").into());
    }
    put(
        "Healthcheck",
        health::check(values)
            .map_err(Failure::new)?
            .unwrap_or_default(),
    );
    let hosts: Vec<String> = values.list("host").into_iter().map(host_line).collect();
    put("Hosts", hosts.into());
    put("Isolation", values.text("isolation").into());
    put("Sysctls", pairs(&values.list("sysctl")));
    let capabilities = |flag: &str| {
        values
            .list(flag)
            .into_iter()
            .map(capability)
            .collect::<Vec<_>>()
    };
    put("CapabilityAdd", capabilities("cap-add").into());
    put("CapabilityDrop", capabilities("cap-drop").into());
    put("Ulimits", ulimits(&values.list("ulimit")));
    if values.number("oom-score-adj") != 0 {
        put("OomScoreAdj", values.number("oom-score-adj").into());
    }
    let mut dns = Map::new();
    for (flag, field) in [
        ("dns", "Nameservers"),
        ("dns-search", "Search"),
        ("dns-option", "Options"),
    ] {
        if values.changed(flag) {
            dns.insert(field.to_owned(), values.strings(flag).into());
        }
    }
    spec.insert("DNSConfig".into(), Value::Object(dns));
    Ok(Value::Object(spec))
}

/// The whole wish.
pub(super) async fn service(cli: &mut Cli, values: &Values) -> Outcome<Value> {
    let mode = mode(values).map_err(Failure::new)?;
    let mut template = json!({"ContainerSpec": container(cli, values)?});
    for (flag, field, kind) in [
        ("secret", "Secrets", "secret"),
        ("config", "Configs", "config"),
    ] {
        let found = files::resolve(cli, &values.list(flag), kind).await?;
        if !found.is_empty() {
            template["ContainerSpec"][field] = found.into();
        }
    }
    resources(&mut template, values)?;
    restart_policy(&mut template, values);
    let mut placement = Map::new();
    if values.changed("constraint") {
        placement.insert("Constraints".into(), values.strings("constraint").into());
    }
    let preferences: Vec<Value> = values
        .list("placement-pref")
        .into_iter()
        .map(preference)
        .collect();
    if !preferences.is_empty() {
        placement.insert("Preferences".into(), preferences.into());
    }
    if values.number("replicas-max-per-node") > 0 {
        placement.insert(
            "MaxReplicas".into(),
            values.number("replicas-max-per-node").into(),
        );
    }
    template["Placement"] = Value::Object(placement);
    let networks = files::networks(cli, &values.list("network")).await?;
    if !networks.is_empty() {
        template["Networks"] = networks.into();
    }
    if values.changed("log-driver") {
        template["LogDriver"] = log_driver(values);
    }
    template["ForceUpdate"] = 0.into();
    let mut document = json!({
        "Name": values.text("name"),
        "Labels": pairs(&values.list("label")),
        "TaskTemplate": template,
        "Mode": mode,
    });
    update_config(&mut document, values, "update");
    update_config(&mut document, values, "rollback");
    let mut endpoint = json!({"Mode": values.text_or("endpoint-mode", "vip").to_lowercase()});
    let mut published = Vec::new();
    for value in values.list("publish") {
        published.extend(ports::read(value).map_err(Failure::new)?);
    }
    if !published.is_empty() {
        endpoint["Ports"] = published.into();
    }
    document["EndpointSpec"] = endpoint;
    Ok(document)
}

/// `spread=node.labels.zone`
pub(super) fn preference(value: &str) -> Value {
    json!({"Spread": {"SpreadDescriptor": value.split_once('=').map_or("", |it| it.1)}})
}

/// `LogDriver`.
pub(super) fn log_driver(values: &Values) -> Value {
    let mut driver = json!({"Name": values.text("log-driver")});
    if values.changed("log-opt") {
        driver["Options"] = pairs(&values.list("log-opt"));
    }
    driver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_lines_are_cut_as_a_shell_does() {
        assert_eq!(words("sh -c 'echo a b' \"\""), ["sh", "-c", "echo a b", ""]);
        assert_eq!(capability("net_admin"), "CAP_NET_ADMIN");
        assert_eq!(host_line("a:1.2.3.4"), "1.2.3.4 a");
    }
}
