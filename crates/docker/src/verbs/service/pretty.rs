//! A service in words, for `docker service inspect --pretty`.

use std::fmt::Write as _;

use serde_json::Value;

use crate::format::words::{items, label_pairs, since, strings, text};
use crate::units::{binary_size, go_duration};
use crate::verbs::tasks::short_image;

/// The whole text, without its last line end.
pub(super) fn text_of(service: &Value, network: &dyn Fn(&str) -> String) -> String {
    let mut out = format!(
        "\nID:\t\t{}\nName:\t\t{}\n",
        text(&service["ID"]),
        text(&service["Spec"]["Name"])
    );
    let spec = &service["Spec"];
    labels(&mut out, "Labels", &spec["Labels"]);
    mode(&mut out, spec);
    status(&mut out, &service["UpdateStatus"]);
    placement(&mut out, &spec["TaskTemplate"]["Placement"]);
    updating(
        &mut out,
        "UpdateConfig",
        "Update order: ",
        &spec["UpdateConfig"],
    );
    updating(
        &mut out,
        "RollbackConfig",
        "Rollback order: ",
        &spec["RollbackConfig"],
    );
    container(&mut out, &spec["TaskTemplate"]["ContainerSpec"]);
    log_driver(&mut out, &spec["TaskTemplate"]["LogDriver"]);
    resources(&mut out, &spec["TaskTemplate"]["Resources"]);
    let networks = items(&spec["TaskTemplate"]["Networks"]);
    if !networks.is_empty() {
        out.push_str("Networks:");
        for entry in networks {
            let _ = write!(out, " {}", network(text(&entry["Target"])));
        }
        out.push_str(" \n");
    }
    let _ = writeln!(
        out,
        "Endpoint Mode:\t{}",
        text(&spec["EndpointSpec"]["Mode"])
    );
    ports(&mut out, &service["Endpoint"]["Ports"]);
    health(
        &mut out,
        &spec["TaskTemplate"]["ContainerSpec"]["Healthcheck"],
    );
    out
}

fn labels(out: &mut String, title: &str, labels: &Value) {
    let pairs = label_pairs(labels);
    if !pairs.is_empty() {
        let _ = writeln!(out, "{title}:");
        for (name, value) in pairs {
            let equals = if value.is_empty() { "" } else { "=" };
            let _ = writeln!(out, " {name}{equals}{value}");
        }
    }
}

fn mode(out: &mut String, spec: &Value) {
    let mode = &spec["Mode"];
    out.push_str("Service Mode:");
    let is_job = mode["GlobalJob"].is_object() || mode["ReplicatedJob"].is_object();
    let _ = match () {
        () if mode["Global"].is_object() => writeln!(out, "\tGlobal"),
        // The real client has no words for jobs.
        () if is_job => writeln!(out),
        () => writeln!(
            out,
            "\tReplicated\n Replicas:\t{}",
            mode["Replicated"]["Replicas"].as_u64().unwrap_or(0)
        ),
    };
}

fn status(out: &mut String, status: &Value) {
    if text(&status["State"]).is_empty() {
        return;
    }
    let _ = writeln!(out, "UpdateStatus:\n State:\t\t{}", text(&status["State"]));
    if status["StartedAt"].is_string() {
        let _ = writeln!(out, " Started:\t{}", since(text(&status["StartedAt"])));
    }
    if status["CompletedAt"].is_string() {
        let _ = writeln!(out, " Completed:\t{}", since(text(&status["CompletedAt"])));
    }
    let _ = writeln!(out, " Message:\t{}", text(&status["Message"]));
}

fn placement(out: &mut String, placement: &Value) {
    out.push_str("Placement:\n");
    let constraints = strings(&placement["Constraints"]);
    if !constraints.is_empty() {
        let _ = writeln!(out, " Constraints:\t[{}]", constraints.join(" "));
    }
    let preferences: Vec<String> = items(&placement["Preferences"])
        .iter()
        .map(|it| format!("spread={}", text(&it["Spread"]["SpreadDescriptor"])))
        .collect();
    if !preferences.is_empty() {
        let _ = writeln!(out, " Preferences:   [{}]", preferences.join(" "));
    }
    let most = placement["MaxReplicas"].as_u64().unwrap_or(0);
    if most > 0 {
        let _ = writeln!(out, " Max Replicas Per Node:   {most}");
    }
}

fn updating(out: &mut String, title: &str, order: &str, config: &Value) {
    if !config.is_object() {
        return;
    }
    let _ = writeln!(out, "{title}:\n Parallelism:\t{}", config["Parallelism"]);
    let nanos = |name: &str| config[name].as_i64().unwrap_or(0);
    if nanos("Delay") != 0 {
        let _ = writeln!(out, " Delay:\t\t{}", go_duration(nanos("Delay")));
    }
    let _ = writeln!(out, " On failure:\t{}", text(&config["FailureAction"]));
    if nanos("Monitor") != 0 {
        let _ = writeln!(out, " Monitoring Period: {}", go_duration(nanos("Monitor")));
    }
    let _ = writeln!(out, " Max failure ratio: {}", config["MaxFailureRatio"]);
    if !text(&config["Order"]).is_empty() {
        let _ = writeln!(out, " {order:<18} {}", text(&config["Order"]));
    }
}

fn words(out: &mut String, title: &str, list: &Value) {
    let words = strings(list);
    if !words.is_empty() {
        let _ = writeln!(out, " {title}{} ", words.join(" "));
    }
}

fn container(out: &mut String, spec: &Value) {
    let image = text(&spec["Image"]);
    let _ = writeln!(
        out,
        "ContainerSpec:\n Image:\t\t{}",
        if image.contains('@') {
            image
        } else {
            short_image(image)
        }
    );
    words(out, "Args:\t\t", &spec["Args"]);
    words(out, "Env:\t\t", &spec["Env"]);
    if !text(&spec["Dir"]).is_empty() {
        let _ = writeln!(out, " Dir:\t\t{}", text(&spec["Dir"]));
    }
    if let Some(init) = spec["Init"].as_bool() {
        let _ = writeln!(out, " Init:\t\t{init}");
    }
    if !text(&spec["User"]).is_empty() {
        let _ = writeln!(out, " User: {}", text(&spec["User"]));
    }
    let (add, drop) = (
        strings(&spec["CapabilityAdd"]),
        strings(&spec["CapabilityDrop"]),
    );
    if !add.is_empty() || !drop.is_empty() {
        out.push_str("Capabilities:\n");
        for (title, list) in [("Add", add), ("Drop", drop)] {
            if !list.is_empty() {
                let _ = writeln!(out, " {title}: {}", list.join(", "));
            }
        }
    }
    let sysctls = label_pairs(&spec["Sysctls"]);
    if !sysctls.is_empty() {
        out.push_str("SysCtls:\n");
        for (name, value) in sysctls {
            let _ = writeln!(out, " {name}: {value}");
        }
    }
    let ulimits = items(&spec["Ulimits"]);
    if !ulimits.is_empty() {
        out.push_str("Ulimits:\n");
        for limit in ulimits {
            let _ = writeln!(
                out,
                " {}: {}:{}",
                text(&limit["Name"]),
                limit["Soft"],
                limit["Hard"]
            );
        }
    }
    let mounts = items(&spec["Mounts"]);
    if !mounts.is_empty() {
        out.push_str("Mounts:\n");
        for mount in mounts {
            let _ = writeln!(
                out,
                " Target:\t{}\n  Source:\t{}\n  ReadOnly:\t{}\n  Type:\t\t{}",
                text(&mount["Target"]),
                text(&mount["Source"]),
                mount["ReadOnly"] == true,
                text(&mount["Type"])
            );
        }
    }
    for (title, list, name) in [
        ("Configs", "Configs", "ConfigName"),
        ("Secrets", "Secrets", "SecretName"),
    ] {
        let entries = items(&spec[list]);
        if !entries.is_empty() {
            let _ = writeln!(out, "{title}:");
            for entry in entries {
                let _ = writeln!(
                    out,
                    " Target:\t{}\n  Source:\t{}",
                    text(&entry["File"]["Name"]),
                    text(&entry[name])
                );
            }
        }
    }
}

fn log_driver(out: &mut String, driver: &Value) {
    if text(&driver["Name"]).is_empty() {
        return;
    }
    let _ = writeln!(out, "Log Driver:\n Name:\t\t{}", text(&driver["Name"]));
    let options = label_pairs(&driver["Options"]);
    if !options.is_empty() {
        out.push_str(" LogOpts:\n");
        for (name, value) in options {
            let separator = if value.is_empty() { "" } else { ":       " };
            let _ = writeln!(out, "  {name}{separator}{value}");
        }
        out.push('\n');
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "numbers of CPUs and sizes of memory"
)]
fn resources(out: &mut String, resources: &Value) {
    if !resources.is_object() {
        return;
    }
    out.push_str("Resources:\n");
    for (title, group) in [
        ("Reservations", &resources["Reservations"]),
        ("Limits", &resources["Limits"]),
    ] {
        let number = |name: &str| group[name].as_i64().unwrap_or(0);
        let (cpus, memory, pids) = (number("NanoCPUs"), number("MemoryBytes"), number("Pids"));
        if cpus == 0 && memory == 0 && pids == 0 {
            continue;
        }
        let _ = writeln!(out, " {title}:");
        if cpus != 0 {
            let _ = writeln!(out, "  CPU:\t\t{}", cpus as f64 / 1e9);
        }
        if memory != 0 {
            let _ = writeln!(out, "  Memory:\t{}", binary_size(memory as f64));
        }
        if pids != 0 {
            let _ = writeln!(out, "  Pids:\t\t{pids}");
        }
    }
}

fn ports(out: &mut String, ports: &Value) {
    let ports = items(ports);
    if ports.is_empty() {
        return;
    }
    out.push_str("Ports:\n");
    for (index, port) in ports.iter().enumerate() {
        let end = if index + 1 == ports.len() { " " } else { "" };
        let _ = writeln!(
            out,
            " PublishedPort = {}\n  Protocol = {}\n  TargetPort = {}\n  PublishMode = {}{end}",
            port["PublishedPort"].as_u64().unwrap_or(0),
            text(&port["Protocol"]),
            port["TargetPort"],
            text(&port["PublishMode"])
        );
    }
}

fn health(out: &mut String, check: &Value) {
    if !check.is_object() {
        return;
    }
    let time = |name: &str| go_duration(check[name].as_i64().unwrap_or(0));
    let _ = write!(
        out,
        " Healthcheck:\n  Interval = {}\n  Retries = {}\n  StartPeriod =\t{}\n  Timeout =\t{}\n",
        time("Interval"),
        check["Retries"].as_u64().unwrap_or(0),
        time("StartPeriod"),
        time("Timeout")
    );
    let tests = strings(&check["Test"]);
    if !tests.is_empty() {
        out.push_str("  Tests:\n");
        for test in tests {
            let _ = writeln!(out, "\t Test = {test}");
        }
        // The template ends the list with a blank.
        out.truncate(out.trim_end_matches('\n').len());
        out.push_str(" \n");
    }
}
