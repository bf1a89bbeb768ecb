//! `docker node inspect`

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::ls::capital;
use crate::cli::Cli;
use crate::error::Outcome;
use crate::format::words::{items, label_pairs, text, zoned};
use crate::grammar::{Arity, FORMAT, Flag, Kind, Values, Verb, flag};
use crate::units::binary_size;
use crate::verbs::inspecting::{Subject, inspect_or_tell};
use crate::verbs::tasks;

pub(crate) const VERB: Verb = Verb {
    spellings: &["node inspect"],
    usage: "[OPTIONS] self|NODE [NODE...]",
    about: "Display detailed information on one or more nodes",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    FORMAT,
    flag(
        ' ',
        "pretty",
        Kind::Bool,
        "Print the information in a human friendly format",
    ),
];

async fn run(cli: &mut Cli, mut values: Values) -> Outcome {
    for name in &mut values.args {
        // Without a swarm, the engine says so of `self` as of any other name.
        if let Ok(id) = tasks::node_id(cli, name).await {
            *name = id;
        }
    }
    inspect_or_tell(cli, &values, Subject::Other("node", "/nodes/", ""), told).await
}

#[expect(clippy::cast_precision_loss, reason = "sizes of machines")]
fn told(node: &Json) -> String {
    let mut out = String::new();
    let (spec, description) = (&node["Spec"], &node["Description"]);
    let _ = writeln!(out, "ID:\t\t\t{}", text(&node["ID"]));
    if !text(&spec["Name"]).is_empty() {
        let _ = writeln!(out, "Name:\t\t\t{}", text(&spec["Name"]));
    }
    let labels = label_pairs(&spec["Labels"]);
    if !labels.is_empty() {
        out.push_str("Labels:\n");
        for (name, value) in labels {
            let equals = if value.is_empty() { "" } else { "=" };
            let _ = writeln!(out, " - {name}{equals}{value}");
        }
    }
    let _ = writeln!(
        out,
        "Hostname:              \t{}",
        text(&description["Hostname"])
    );
    let _ = writeln!(
        out,
        "Joined at:             \t{}",
        zoned(text(&node["CreatedAt"])).to_lowercase()
    );
    let _ = writeln!(
        out,
        "Status:\n State:\t\t\t{}",
        capital(text(&node["Status"]["State"]))
    );
    if !text(&node["Status"]["Message"]).is_empty() {
        let _ = writeln!(
            out,
            " Message:              \t{}",
            capital(text(&node["Status"]["Message"]))
        );
    }
    let _ = writeln!(
        out,
        " Availability:         \t{}",
        capital(text(&spec["Availability"]))
    );
    if !text(&node["Status"]["Addr"]).is_empty() {
        let _ = writeln!(out, " Address:\t\t{}", text(&node["Status"]["Addr"]));
    }
    let manager = &node["ManagerStatus"];
    if manager.is_object() {
        let leader = if manager["Leader"] == true {
            "Yes"
        } else {
            "No"
        };
        let _ = writeln!(
            out,
            "Manager Status:\n Address:\t\t{}\n Raft Status:\t\t{}\n Leader:\t\t{leader}",
            text(&manager["Addr"]),
            capital(text(&manager["Reachability"]))
        );
    }
    let platform = &description["Platform"];
    let _ = writeln!(
        out,
        "Platform:\n Operating System:\t{}\n Architecture:\t\t{}",
        text(&platform["OS"]),
        text(&platform["Architecture"])
    );
    let resources = &description["Resources"];
    let cpus = resources["NanoCPUs"].as_i64().unwrap_or_default() / 1_000_000_000;
    let memory = resources["MemoryBytes"].as_i64().unwrap_or_default() as f64;
    let _ = writeln!(
        out,
        "Resources:\n CPUs:\t\t\t{cpus}\n Memory:\t\t{}",
        binary_size(memory)
    );
    plugins(&mut out, &description["Engine"]["Plugins"]);
    let _ = writeln!(
        out,
        "Engine Version:\t\t{}",
        text(&description["Engine"]["EngineVersion"])
    );
    let tls = &description["TLSInfo"];
    if !text(&tls["TrustRoot"]).is_empty() {
        let _ = writeln!(out, "TLS Info:\n TrustRoot:\n{}", text(&tls["TrustRoot"]));
        let _ = writeln!(out, " Issuer Subject:\t{}", text(&tls["CertIssuerSubject"]));
        let _ = write!(
            out,
            " Issuer Public Key:\t{}",
            text(&tls["CertIssuerPublicKey"])
        );
    }
    out.trim_end_matches('\n').to_owned()
}

fn plugins(out: &mut String, list: &Json) {
    let mut kinds: Vec<(&str, Vec<&str>)> = Vec::new();
    for plugin in items(list) {
        let (kind, name) = (text(&plugin["Type"]), text(&plugin["Name"]));
        match kinds.iter_mut().find(|it| it.0 == kind) {
            Some((_, names)) => names.push(name),
            None => kinds.push((kind, vec![name])),
        }
    }
    kinds.sort_unstable();
    if !kinds.is_empty() {
        out.push_str("Plugins:\n");
        for (kind, names) in kinds {
            let _ = writeln!(out, " {kind}:\t\t{}", names.join(", "));
        }
    }
}
