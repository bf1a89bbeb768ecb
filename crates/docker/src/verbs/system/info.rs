//! `docker info`

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::cli::Cli;
use crate::client::{Call, ClientError};
use crate::error::{Failure, Outcome};
use crate::format::words::{items, strings, text};
use crate::grammar::{Arity, FORMAT, Flag, Values, Verb};
use crate::schema;
use crate::template::{Field, Mode, Shape, Struct, Template, Value};
use crate::units::{binary_size, human_duration};
use crate::verbs::version;

pub(crate) const VERB: Verb = Verb {
    spellings: &["system info", "info"],
    usage: "[OPTIONS]",
    about: "Display system-wide information",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[FORMAT];

/// The exit code of a template that cannot be parsed.
const BAD_TEMPLATE: u8 = 64;

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let format = match values.text("format") {
        "json" => "{{json .}}",
        format => format,
    };
    let mut client = version::client(cli, "");
    client["Debug"] = values.global.debug.into();
    client["Plugins"] = json!([]);
    let found = cli.client.document(Call::get("/info")).await;
    if !format.is_empty() {
        return templated(cli, format, &client, found).await;
    }
    let mut out = format!(
        "Client:\n Version:    {}\n Context:    {}\n Debug Mode: {}\n\nServer:\n",
        text(&client["Version"]),
        text(&client["Context"]),
        client["Debug"],
    );
    match found {
        Ok(info) => {
            server(&mut out, &info);
            cli.print(&out).await?;
            for warning in strings(&info["Warnings"]) {
                cli.complain(warning).await?;
            }
            Ok(())
        }
        Err(error @ ClientError::Daemon { .. }) => {
            cli.print(&out).await?;
            cli.complain(&format!("ERROR: {error}")).await?;
            Err(Failure::new("errors pretty printing info"))
        }
        Err(error) => {
            cli.print(&out).await?;
            Err(error.into())
        }
    }
}

async fn templated(
    cli: &mut Cli,
    format: &str,
    client: &Json,
    found: Result<Json, ClientError>,
) -> Outcome {
    let template = Template::parse(format).map_err(|error| {
        Failure::new(format!("template parsing error: {error}")).with_status(BAD_TEMPLATE)
    })?;
    let (info, error) = match found {
        Ok(info) => (info, None),
        Err(error) => (Json::Null, Some(error)),
    };
    let Value::Struct(info) = schema::typed(schema::INFO, &info) else {
        return Err(Failure::new("no information"));
    };
    let mut fields = info.fields.clone();
    let mut add = |name, json, value| {
        fields.push(Field {
            name,
            json,
            omit_empty: true,
            value,
        });
    };
    let failed = error.as_ref().map(|it| Value::from(it.to_string()));
    add(
        "ServerErrors",
        "ServerErrors",
        Value::List(failed.into_iter().collect(), Shape::of("[]string")),
    );
    add("UserName", "", "".into());
    add(
        "ClientInfo",
        "ClientInfo",
        schema::typed(schema::CLIENT_INFO, client),
    );
    add(
        "ClientErrors",
        "ClientErrors",
        Value::List(Vec::new(), Shape::nil("[]string")),
    );
    let info = Value::Struct(Arc::new(Struct {
        name: "system.dockerInfo",
        pointer: false,
        fields,
    }));
    let written = template.execute(&info, Mode::default());
    cli.line(written.as_deref().unwrap_or_default()).await?;
    if let Some(error) = error {
        return Err(error.into());
    }
    written.map(drop).map_err(Failure::new)
}

fn server(out: &mut String, info: &Json) {
    for (label, field) in [
        (" Containers:", "Containers"),
        ("  Running:", "ContainersRunning"),
        ("  Paused:", "ContainersPaused"),
        ("  Stopped:", "ContainersStopped"),
        (" Images:", "Images"),
    ] {
        let _ = writeln!(out, "{label} {}", info[field].as_i64().unwrap_or_default());
    }
    some(out, info, " Server Version:", "ServerVersion");
    some(out, info, " Storage Driver:", "Driver");
    for pair in items(&info["DriverStatus"]) {
        let _ = writeln!(out, "  {}: {}", text(&pair[0]), text(&pair[1]));
    }
    some(out, info, " Logging Driver:", "LoggingDriver");
    some(out, info, " Cgroup Driver:", "CgroupDriver");
    some(out, info, " Cgroup Version:", "CgroupVersion");
    out.push_str(" Plugins:\n");
    for kind in ["Volume", "Network", "Authorization", "Log"] {
        let names = strings(&info["Plugins"][kind]);
        if kind != "Authorization" || !names.is_empty() {
            let _ = writeln!(out, "  {kind}: {}", names.join(" "));
        }
    }
    list(
        out,
        " CDI spec directories:",
        &strings(&info["CDISpecDirs"]),
    );
    swarm(out, &info["Swarm"]);
    runtimes(out, info);
    host(out, info);
    for (label, field) in [
        (" HTTP Proxy:", "HttpProxy"),
        (" HTTPS Proxy:", "HttpsProxy"),
        (" No Proxy:", "NoProxy"),
    ] {
        some(out, info, label, field);
    }
    list(out, " Labels:", &strings(&info["Labels"]));
    let _ = writeln!(out, " Experimental: {}", info["ExperimentalBuild"] == true);
    registries(out, &info["RegistryConfig"]);
    let _ = writeln!(
        out,
        " Live Restore Enabled: {}",
        info["LiveRestoreEnabled"] == true
    );
    some(out, info, " Product License:", "ProductLicense");
    let pools: Vec<_> = items(&info["DefaultAddressPools"])
        .iter()
        .map(|pool| format!(" Base: {}, Size: {}", text(&pool["Base"]), pool["Size"]))
        .collect();
    list(out, " Default Address Pools:", &pools);
    out.push('\n');
}

/// A line, where the document says something.
fn some(out: &mut String, info: &Json, label: &str, field: &str) {
    if !text(&info[field]).is_empty() {
        let _ = writeln!(out, "{label} {}", text(&info[field]));
    }
}

/// A title and lines under it, where there are any.
fn list<T: Display>(out: &mut String, title: &str, lines: &[T]) {
    if !lines.is_empty() {
        let _ = writeln!(out, "{title}");
    }
    for line in lines {
        let _ = writeln!(out, "  {line}");
    }
}

fn runtimes(out: &mut String, info: &Json) {
    let mut names: Vec<_> = info["Runtimes"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    names.sort_unstable();
    if !names.is_empty() {
        let _ = writeln!(out, " Runtimes: {}", names.join(" "));
        let _ = writeln!(out, " Default Runtime: {}", text(&info["DefaultRuntime"]));
    }
    if info["OSType"] == "linux" {
        let _ = writeln!(out, " Init Binary: {}", text(&info["InitBinary"]));
        let _ = writeln!(
            out,
            " containerd version: {}",
            text(&info["ContainerdCommit"]["ID"])
        );
        let _ = writeln!(out, " runc version: {}", text(&info["RuncCommit"]["ID"]));
        let _ = writeln!(out, " init version: {}", text(&info["InitCommit"]["ID"]));
        security(out, &strings(&info["SecurityOptions"]));
    }
}

fn host(out: &mut String, info: &Json) {
    some(out, info, " Kernel Version:", "KernelVersion");
    some(out, info, " Operating System:", "OperatingSystem");
    some(out, info, " OSType:", "OSType");
    some(out, info, " Architecture:", "Architecture");
    let _ = writeln!(out, " CPUs: {}", info["NCPU"].as_i64().unwrap_or_default());
    let memory = info["MemTotal"].as_f64().unwrap_or_default();
    let _ = writeln!(out, " Total Memory: {}", binary_size(memory));
    some(out, info, " Name:", "Name");
    some(out, info, " ID:", "ID");
    let _ = writeln!(out, " Docker Root Dir: {}", text(&info["DockerRootDir"]));
    let _ = writeln!(out, " Debug Mode: {}", info["Debug"] == true);
    if info["Debug"] == true {
        for (label, field) in [("File Descriptors", "NFd"), ("Goroutines", "NGoroutines")] {
            let _ = writeln!(
                out,
                "  {label}: {}",
                info[field].as_i64().unwrap_or_default()
            );
        }
        let _ = writeln!(out, "  System Time: {}", text(&info["SystemTime"]));
        let listeners = info["NEventsListener"].as_i64().unwrap_or_default();
        let _ = writeln!(out, "  EventsListeners: {listeners}");
    }
}

fn swarm(out: &mut String, swarm: &Json) {
    let state = text(&swarm["LocalNodeState"]);
    let _ = writeln!(out, " Swarm: {state}");
    if matches!(state, "inactive" | "locked" | "") {
        return;
    }
    let _ = writeln!(out, "  NodeID: {}", text(&swarm["NodeID"]));
    let _ = writeln!(out, "  Is Manager: {}", swarm["ControlAvailable"] == true);
    if swarm["ControlAvailable"] == true {
        cluster(out, swarm);
    }
    let _ = writeln!(out, "  Node Address: {}", text(&swarm["NodeAddr"]));
    let mut managers: Vec<&str> = items(&swarm["RemoteManagers"])
        .iter()
        .map(|it| text(&it["Addr"]))
        .collect();
    if !managers.is_empty() {
        managers.sort_unstable();
        out.push_str("  Manager Addresses:\n");
        for manager in managers {
            let _ = writeln!(out, "   {manager}");
        }
    }
}

/// What a manager tells of the cluster.
fn cluster(out: &mut String, swarm: &Json) {
    let cluster = &swarm["Cluster"];
    let spec = &cluster["Spec"];
    let _ = writeln!(out, "  ClusterID: {}", text(&cluster["ID"]));
    let _ = writeln!(out, "  Managers: {}", swarm["Managers"]);
    let _ = writeln!(out, "  Nodes: {}", swarm["Nodes"]);
    let pools = strings(&cluster["DefaultAddrPool"]);
    if !pools.is_empty() {
        let _ = writeln!(out, "  Default Address Pool: {}  ", pools.join("  "));
        let _ = writeln!(out, "  SubnetSize: {}", cluster["SubnetSize"]);
    }
    let port = cluster["DataPathPort"].as_u64().filter(|it| *it > 0);
    if let Some(port) = port {
        let _ = writeln!(out, "  Data Path Port: {port}");
    }
    let history = spec["Orchestration"]["TaskHistoryRetentionLimit"].as_i64();
    let history = history.unwrap_or_default();
    let _ = writeln!(
        out,
        "  Orchestration:\n   Task History Retention Limit: {history}"
    );
    let raft = |name: &str| spec["Raft"][name].as_u64().unwrap_or_default();
    let _ = writeln!(
        out,
        "  Raft:\n   Snapshot Interval: {}",
        raft("SnapshotInterval")
    );
    if !spec["Raft"]["KeepOldSnapshots"].is_null() {
        let old = raft("KeepOldSnapshots");
        let _ = writeln!(out, "   Number of Old Snapshots to Retain: {old}");
    }
    let _ = writeln!(out, "   Heartbeat Tick: {}", raft("HeartbeatTick"));
    let _ = writeln!(out, "   Election Tick: {}", raft("ElectionTick"));
    let nanos = |value: &Json| human_duration(value.as_i64().unwrap_or_default() / 1_000_000_000);
    let beat = nanos(&spec["Dispatcher"]["HeartbeatPeriod"]);
    let _ = writeln!(out, "  Dispatcher:\n   Heartbeat Period: {beat}");
    let expiry = nanos(&spec["CAConfig"]["NodeCertExpiry"]);
    let turns = spec["CAConfig"]["ForceRotate"].as_u64().unwrap_or_default();
    let _ = writeln!(
        out,
        "  CA Configuration:\n   Expiry Duration: {expiry}\n   Force Rotate: {turns}"
    );
    let locked = spec["EncryptionConfig"]["AutoLockManagers"] == true;
    let _ = writeln!(out, "  Autolock Managers: {locked}");
    let rotating = cluster["RootRotationInProgress"] == true;
    let _ = writeln!(out, "  Root Rotation In Progress: {rotating}");
}

fn security(out: &mut String, options: &[&str]) {
    if options.is_empty() {
        return;
    }
    out.push_str(" Security Options:\n");
    for option in options {
        for part in option.split(',') {
            match part.split_once('=') {
                Some(("name", name)) => {
                    let _ = writeln!(out, "  {name}");
                }
                Some(("profile", profile)) => {
                    let _ = writeln!(out, "   Profile: {profile}");
                }
                _ => {}
            }
        }
    }
}

fn registries(out: &mut String, config: &Json) {
    let networks = strings(&config["InsecureRegistryCIDRs"]);
    let insecure = config["IndexConfigs"].as_object().into_iter().flatten();
    let names: Vec<_> = insecure
        .filter(|(_, index)| index["Secure"] == false)
        .map(|(name, _)| name.as_str())
        .collect();
    let any = !networks.is_empty()
        || config["IndexConfigs"]
            .as_object()
            .is_some_and(|it| !it.is_empty());
    if any {
        out.push_str(" Insecure Registries:\n");
        for name in names.into_iter().chain(networks) {
            let _ = writeln!(out, "  {name}");
        }
    }
    let mirrors = strings(&config["Mirrors"]);
    if !mirrors.is_empty() {
        out.push_str(" Registry Mirrors:\n");
        for mirror in mirrors {
            let _ = writeln!(out, "  {mirror}");
        }
    }
}
