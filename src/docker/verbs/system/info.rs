//! `docker info`

use std::fmt::{Display, Write as _};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::docker::cli::Cli;
use crate::docker::client::{Call, ClientError};
use crate::docker::error::{Failure, Outcome};
use crate::docker::format::words::{items, strings, text};
use crate::docker::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::docker::schema;
use crate::docker::template::{Field, Mode, Struct, Template, Value};
use crate::docker::units::binary_size;
use crate::docker::verbs::version;

pub(in crate::docker) const VERB: Verb = Verb {
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

const FLAGS: &[Flag] = &[flag(
    'f',
    "format",
    Kind::Text,
    "Format output using a custom template:\n'json':             Print in JSON format\n'TEMPLATE':         Print output using the given Go template.\nRefer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates",
)];

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
        })
    };
    let failed = error.as_ref().map(|it| Value::from(it.to_string()));
    add(
        "ServerErrors",
        "ServerErrors",
        Value::List(failed.into_iter().collect(), false),
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
        Value::List(Vec::new(), true),
    );
    let info = Value::Struct(Arc::new(Struct {
        name: "system.dockerInfo",
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
    let mut line = |label: &str, value: &dyn Display| {
        let _ = writeln!(out, "{label} {value}");
    };
    for (label, field) in [
        (" Containers:", "Containers"),
        ("  Running:", "ContainersRunning"),
        ("  Paused:", "ContainersPaused"),
        ("  Stopped:", "ContainersStopped"),
        (" Images:", "Images"),
    ] {
        line(label, &info[field].as_i64().unwrap_or_default());
    }
    let some = |out: &mut String, label: &str, field: &str| {
        if !text(&info[field]).is_empty() {
            let _ = writeln!(out, "{label} {}", text(&info[field]));
        }
    };
    some(out, " Server Version:", "ServerVersion");
    some(out, " Storage Driver:", "Driver");
    for pair in items(&info["DriverStatus"]) {
        let _ = writeln!(out, "  {}: {}", text(&pair[0]), text(&pair[1]));
    }
    some(out, " Logging Driver:", "LoggingDriver");
    some(out, " Cgroup Driver:", "CgroupDriver");
    some(out, " Cgroup Version:", "CgroupVersion");
    out.push_str(" Plugins:\n");
    for kind in ["Volume", "Network", "Authorization", "Log"] {
        let names = strings(&info["Plugins"][kind]);
        if kind != "Authorization" || !names.is_empty() {
            let _ = writeln!(out, "  {kind}: {}", names.join(" "));
        }
    }
    if !items(&info["CDISpecDirs"]).is_empty() {
        out.push_str(" CDI spec directories:\n");
        for folder in strings(&info["CDISpecDirs"]) {
            let _ = writeln!(out, "  {folder}");
        }
    }
    swarm(out, &info["Swarm"]);
    let mut runtimes: Vec<_> = info["Runtimes"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    runtimes.sort_unstable();
    if !runtimes.is_empty() {
        let _ = writeln!(out, " Runtimes: {}", runtimes.join(" "));
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
    let some = |out: &mut String, label: &str, field: &str| {
        if !text(&info[field]).is_empty() {
            let _ = writeln!(out, "{label} {}", text(&info[field]));
        }
    };
    some(out, " Kernel Version:", "KernelVersion");
    some(out, " Operating System:", "OperatingSystem");
    some(out, " OSType:", "OSType");
    some(out, " Architecture:", "Architecture");
    let _ = writeln!(out, " CPUs: {}", info["NCPU"].as_i64().unwrap_or_default());
    let memory = info["MemTotal"].as_f64().unwrap_or_default();
    let _ = writeln!(out, " Total Memory: {}", binary_size(memory));
    some(out, " Name:", "Name");
    some(out, " ID:", "ID");
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
    some(out, " HTTP Proxy:", "HttpProxy");
    some(out, " HTTPS Proxy:", "HttpsProxy");
    some(out, " No Proxy:", "NoProxy");
    if !items(&info["Labels"]).is_empty() {
        out.push_str(" Labels:\n");
        for label in strings(&info["Labels"]) {
            let _ = writeln!(out, "  {label}");
        }
    }
    let _ = writeln!(out, " Experimental: {}", info["ExperimentalBuild"] == true);
    registries(out, &info["RegistryConfig"]);
    let _ = writeln!(
        out,
        " Live Restore Enabled: {}",
        info["LiveRestoreEnabled"] == true
    );
    some(out, " Product License:", "ProductLicense");
    if !items(&info["DefaultAddressPools"]).is_empty() {
        out.push_str(" Default Address Pools:\n");
        for pool in items(&info["DefaultAddressPools"]) {
            let _ = writeln!(
                out,
                "   Base: {}, Size: {}",
                text(&pool["Base"]),
                pool["Size"]
            );
        }
    }
    out.push('\n');
}

fn swarm(out: &mut String, swarm: &Json) {
    let state = text(&swarm["LocalNodeState"]);
    let _ = writeln!(out, " Swarm: {state}");
    if matches!(state, "inactive" | "locked" | "") {
        return;
    }
    let _ = writeln!(out, "  NodeID: {}", text(&swarm["NodeID"]));
    let _ = writeln!(out, "  Is Manager: {}", swarm["ControlAvailable"] == true);
    let _ = writeln!(out, "  Node Address: {}", text(&swarm["NodeAddr"]));
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
