//! `Config` and `HostConfig` of a container: the defaults, the order of the fields in
//! `docker inspect`, and what dockerd refuses.

use serde_json::{Map, Value, json};

use super::{Fault, Outcome};
use crate::kernel::{Signal, capability};

/// A field: name, default, and whether an empty one is left out.
type Field = (&'static str, &'static str, bool);

/// `Config`, in the order of moby's `container.Config`.
const CONFIG: &[Field] = &[
    ("Hostname", "\"\"", false),
    ("Domainname", "\"\"", false),
    ("User", "\"\"", false),
    ("AttachStdin", "false", false),
    ("AttachStdout", "false", false),
    ("AttachStderr", "false", false),
    ("ExposedPorts", "null", true),
    ("Tty", "false", false),
    ("OpenStdin", "false", false),
    ("StdinOnce", "false", false),
    ("Env", "null", false),
    ("Cmd", "null", false),
    ("Healthcheck", "null", true),
    ("ArgsEscaped", "false", true),
    ("Image", "\"\"", false),
    ("Volumes", "null", false),
    ("WorkingDir", "\"\"", false),
    ("Entrypoint", "null", false),
    ("NetworkDisabled", "false", true),
    ("OnBuild", "null", false),
    ("Labels", "{}", false),
    ("StopSignal", "\"\"", true),
    ("StopTimeout", "null", true),
    ("Shell", "null", true),
];

/// `HostConfig`, in the order of moby's `container.HostConfig`.
const HOST: &[Field] = &[
    ("Binds", "null", false),
    ("ContainerIDFile", "\"\"", false),
    ("LogConfig", r#"{"Type":"json-file","Config":{}}"#, false),
    ("NetworkMode", "\"bridge\"", false),
    ("PortBindings", "{}", false),
    (
        "RestartPolicy",
        r#"{"Name":"no","MaximumRetryCount":0}"#,
        false,
    ),
    ("AutoRemove", "false", false),
    ("VolumeDriver", "\"\"", false),
    ("VolumesFrom", "null", false),
    ("ConsoleSize", "[0,0]", false),
    ("Annotations", "null", true),
    ("CapAdd", "null", false),
    ("CapDrop", "null", false),
    ("CgroupnsMode", "\"private\"", false),
    ("Dns", "[]", false),
    ("DnsOptions", "[]", false),
    ("DnsSearch", "[]", false),
    ("ExtraHosts", "null", false),
    ("GroupAdd", "null", false),
    ("IpcMode", "\"private\"", false),
    ("Cgroup", "\"\"", false),
    ("Links", "null", false),
    ("OomScoreAdj", "0", false),
    ("PidMode", "\"\"", false),
    ("Privileged", "false", false),
    ("PublishAllPorts", "false", false),
    ("ReadonlyRootfs", "false", false),
    ("SecurityOpt", "null", false),
    ("StorageOpt", "null", true),
    ("Tmpfs", "null", true),
    ("UTSMode", "\"\"", false),
    ("UsernsMode", "\"\"", false),
    ("ShmSize", "67108864", false),
    ("Sysctls", "null", true),
    ("Runtime", "\"runc\"", true),
    ("Isolation", "\"\"", false),
    ("CpuShares", "0", false),
    ("Memory", "0", false),
    ("NanoCpus", "0", false),
    ("CgroupParent", "\"\"", false),
    ("BlkioWeight", "0", false),
    ("BlkioWeightDevice", "[]", false),
    ("BlkioDeviceReadBps", "[]", false),
    ("BlkioDeviceWriteBps", "[]", false),
    ("BlkioDeviceReadIOps", "[]", false),
    ("BlkioDeviceWriteIOps", "[]", false),
    ("CpuPeriod", "0", false),
    ("CpuQuota", "0", false),
    ("CpuRealtimePeriod", "0", false),
    ("CpuRealtimeRuntime", "0", false),
    ("CpusetCpus", "\"\"", false),
    ("CpusetMems", "\"\"", false),
    ("Devices", "[]", false),
    ("DeviceCgroupRules", "null", false),
    ("DeviceRequests", "null", false),
    ("MemoryReservation", "0", false),
    ("MemorySwap", "0", false),
    ("MemorySwappiness", "null", false),
    ("OomKillDisable", "null", false),
    ("PidsLimit", "null", false),
    ("Ulimits", "[]", false),
    ("CpuCount", "0", false),
    ("CpuPercent", "0", false),
    ("IOMaximumIOps", "0", false),
    ("IOMaximumBandwidth", "0", false),
    ("Mounts", "null", true),
    (
        "MaskedPaths",
        r#"["/proc/acpi","/proc/asound","/proc/interrupts","/proc/kcore","/proc/keys","/proc/latency_stats","/proc/sched_debug","/proc/scsi","/proc/timer_list","/proc/timer_stats","/sys/devices/virtual/powercap","/sys/firmware"]"#,
        false,
    ),
    (
        "ReadonlyPaths",
        r#"["/proc/bus","/proc/fs","/proc/irq","/proc/sys","/proc/sysrq-trigger"]"#,
        false,
    ),
    ("Init", "null", true),
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

/// A field by its name, in whatever case a client wrote it, as Go's decoder finds it.
pub fn field<'a>(given: &'a Value, name: &str) -> Option<&'a Value> {
    let fields = given.as_object()?;
    fields.get(name).or_else(|| {
        let same = |it: &&String| it.eq_ignore_ascii_case(name);
        fields.keys().find(same).and_then(|key| fields.get(key))
    })
}

/// The same document with these fields under these very names.
pub fn canonical(given: &Value, names: &[&str]) -> Map<String, Value> {
    let mut document = given.as_object().cloned().unwrap_or_default();
    for name in names {
        let written = document
            .keys()
            .find(|it| it.eq_ignore_ascii_case(name) && it != name)
            .cloned();
        if let Some(value) = written.and_then(|it| document.remove(&it)) {
            document.entry((*name).to_owned()).or_insert(value);
        }
    }
    document
}

fn arrange(given: &Value, fields: &[Field], defaulted: &[&str]) -> Map<String, Value> {
    let mut document = Map::new();
    for (name, default, omitted) in fields {
        let value = field(given, name).filter(|it| !it.is_null());
        let value = match value {
            Some(value) if is_empty(value) && defaulted.contains(name) => None,
            other => other,
        };
        let value = value
            .cloned()
            .unwrap_or_else(|| serde_json::from_str(default).unwrap_or_default());
        // `StopTimeout: 0` and `Init: false` are pointers in Go: zero is not empty.
        let pointer = matches!(*name, "StopTimeout" | "Init") && !value.is_null();
        if !(*omitted && is_empty(&value) && !pointer) {
            document.insert((*name).to_owned(), value);
        }
    }
    document
}

/// The documents in a `HostConfig` whose every field is shown, given or not.
fn written_again(host: &mut Map<String, Value>) {
    const BINDING: &[Field] = &[("HostIp", "\"\"", false), ("HostPort", "\"\"", false)];
    const RESTART: &[Field] = &[("Name", "\"no\"", false), ("MaximumRetryCount", "0", false)];
    const LOG: &[Field] = &[("Type", "\"json-file\"", false), ("Config", "{}", false)];
    const ULIMIT: &[Field] = &[
        ("Name", "\"\"", false),
        ("Hard", "0", false),
        ("Soft", "0", false),
    ];
    const DEVICE: &[Field] = &[
        ("PathOnHost", "\"\"", false),
        ("PathInContainer", "\"\"", false),
        ("CgroupPermissions", "\"\"", false),
    ];
    for (name, fields) in [("RestartPolicy", RESTART), ("LogConfig", LOG)] {
        if let Some(value) = host.get_mut(name).filter(|it| it.is_object()) {
            *value = Value::Object(arrange(value, fields, &["Name", "Type"]));
        }
    }
    for (name, fields) in [("Ulimits", ULIMIT), ("Devices", DEVICE)] {
        let items = host.get_mut(name).and_then(Value::as_array_mut);
        for item in items.into_iter().flatten().filter(|it| it.is_object()) {
            *item = Value::Object(arrange(item, fields, &[]));
        }
    }
    let ports = host.get_mut("PortBindings").and_then(Value::as_object_mut);
    for (_, bindings) in ports.into_iter().flatten() {
        for binding in bindings.as_array_mut().into_iter().flatten() {
            *binding = Value::Object(arrange(binding, BINDING, &[]));
        }
    }
}

/// A whole `Config` from what a client sends.
pub fn config(given: &Value) -> Map<String, Value> {
    arrange(given, CONFIG, &[])
}

/// A whole `HostConfig` from what a client sends.
pub fn host_config(given: &Value) -> Map<String, Value> {
    let defaulted = [
        "LogConfig",
        "NetworkMode",
        "RestartPolicy",
        "CgroupnsMode",
        "IpcMode",
        "ShmSize",
        "Runtime",
        "MaskedPaths",
        "ReadonlyPaths",
        "ConsoleSize",
        "PidsLimit",
        "PortBindings",
    ];
    let mut document = arrange(given, HOST, &defaulted);
    if document.get("NetworkMode").and_then(Value::as_str) == Some("default") {
        document.insert("NetworkMode".into(), json!("bridge"));
    }
    if given.pointer("/LogConfig/Type").and_then(Value::as_str) == Some("") {
        let options = given
            .pointer("/LogConfig/Config")
            .cloned()
            .unwrap_or_else(|| json!({}));
        document.insert(
            "LogConfig".into(),
            json!({"Type": "json-file", "Config": options}),
        );
    }
    if given.pointer("/RestartPolicy/Name").and_then(Value::as_str) == Some("") {
        document.insert(
            "RestartPolicy".into(),
            json!({"Name": "no", "MaximumRetryCount": 0}),
        );
    }
    written_again(&mut document);
    if number(&document, "MemorySwappiness") == -1 {
        document.insert("MemorySwappiness".into(), Value::Null);
    }
    if document.get("OomKillDisable") == Some(&json!(false)) {
        document.insert("OomKillDisable".into(), Value::Null);
    }
    if given.get("Privileged") == Some(&json!(true)) {
        document.insert("MaskedPaths".into(), Value::Null);
        document.insert("ReadonlyPaths".into(), Value::Null);
        document.insert("SecurityOpt".into(), json!(["label=disable"]));
    }
    let (memory, swap) = (number(&document, "Memory"), number(&document, "MemorySwap"));
    if memory > 0 && swap == 0 {
        document.insert("MemorySwap".into(), json!(memory * 2));
    }
    document
}

/// A number of a document, 0 when it is absent.
pub fn number(document: &Map<String, Value>, name: &str) -> i64 {
    document.get(name).and_then(Value::as_i64).unwrap_or(0)
}

/// A text of a document, empty when it is absent.
pub fn text<'a>(document: &'a Map<String, Value>, name: &str) -> &'a str {
    document
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// The texts of a list.
pub fn texts(document: &Map<String, Value>, name: &str) -> Vec<String> {
    let items = document
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A truth value, false when it is absent.
pub fn flag(document: &Map<String, Value>, name: &str) -> bool {
    document.get(name).and_then(Value::as_bool).unwrap_or(false)
}

/// What dockerd refuses in a container's configuration, in its own words.
pub fn validate(config: &Map<String, Value>, host: &Map<String, Value>, cpus: u32) -> Outcome<()> {
    let directory = text(config, "WorkingDir");
    if !directory.is_empty() && !directory.starts_with('/') {
        return Err(Fault::invalid(format!(
            "the working directory '{directory}' is invalid, it needs to be an absolute path"
        )));
    }
    let signal = text(config, "StopSignal");
    if !signal.is_empty() && Signal::parse(signal).is_none() {
        return Err(Fault::invalid(format!("invalid signal: {signal}")));
    }
    for entry in texts(config, "Env") {
        if entry.is_empty() || entry.starts_with('=') {
            return Err(Fault::invalid(format!(
                "invalid environment variable: {entry}"
            )));
        }
    }
    if text(host, "UTSMode") == "host" && !text(config, "Hostname").is_empty() {
        return Err(Fault::invalid(
            "conflicting options: hostname and the UTS mode",
        ));
    }
    if text(host, "NetworkMode") == "host" && !texts(host, "Links").is_empty() {
        return Err(Fault::invalid(
            "conflicting options: host type networking can't be used with links. This would result in undefined behavior",
        ));
    }
    validate_shared_network(config, host)?;
    validate_capabilities(host)?;
    validate_log_driver(host)?;
    super::ports::validate_bindings(host)?;
    validate_restart(host)?;
    validate_resources(host, cpus)
}

/// What a container that uses another's network (`container:NAME`) has no say in, in the order in
/// which dockerd looks.
fn validate_shared_network(config: &Map<String, Value>, host: &Map<String, Value>) -> Outcome<()> {
    let Some(other) = text(host, "NetworkMode").strip_prefix("container:") else {
        return Ok(());
    };
    if other.is_empty() {
        return Err(Fault::invalid(
            "Invalid network mode: invalid container format container:<name|id>",
        ));
    }
    let given = |from: &Map<String, Value>, field: &str| match from.get(field) {
        Some(Value::String(it)) => !it.is_empty(),
        Some(Value::Array(it)) => !it.is_empty(),
        Some(Value::Object(it)) => !it.is_empty(),
        Some(Value::Bool(it)) => *it,
        _ => false,
    };
    let conflict = if given(config, "Hostname") {
        "hostname and the network mode"
    } else if given(host, "Links") {
        "container type network can't be used with links. This would result in undefined behavior"
    } else if given(host, "Dns") {
        "dns and the network mode"
    } else if given(host, "ExtraHosts") {
        "custom host-to-IP mapping and the network mode"
    } else if given(host, "PortBindings") || given(host, "PublishAllPorts") {
        "port publishing and the container type network mode"
    } else if given(config, "ExposedPorts") {
        "port exposing and the container type network mode"
    } else {
        return Ok(());
    };
    Err(Fault::invalid(format!("conflicting options: {conflict}")))
}

/// Names are taken with their prefix or without it, in any case.
fn validate_capabilities(host: &Map<String, Value>) -> Outcome<()> {
    for field in ["CapAdd", "CapDrop"] {
        for name in texts(host, field) {
            let name = name.to_uppercase();
            if name != "ALL" && capability(&name).is_none() {
                let short = name.strip_prefix("CAP_").unwrap_or(&name);
                return Err(Fault::invalid(format!(
                    "invalid {field}: unknown capability: \"CAP_{short}\""
                )));
            }
        }
    }
    Ok(())
}

/// Log drivers that dockerd knows.
pub const LOG_DRIVERS: [&str; 10] = [
    "awslogs",
    "fluentd",
    "gcplogs",
    "gelf",
    "journald",
    "json-file",
    "local",
    "none",
    "splunk",
    "syslog",
];

/// `LogConfig`: a known driver, with options of its own.
fn validate_log_driver(host: &Map<String, Value>) -> Outcome<()> {
    let Some(log) = host.get("LogConfig").and_then(Value::as_object) else {
        return Ok(());
    };
    let driver = text(log, "Type");
    if !LOG_DRIVERS.contains(&driver) {
        return Err(Fault::invalid(format!(
            "logger: no log driver named '{driver}' is registered"
        )));
    }
    let options: &[&str] = match driver {
        "json-file" => &[
            "max-file",
            "max-size",
            "compress",
            "labels",
            "labels-regex",
            "env",
            "env-regex",
            "tag",
        ],
        "local" => &["max-file", "max-size", "compress"],
        _ => return Ok(()),
    };
    let given = log.get("Config").and_then(Value::as_object);
    let unknown = given
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .find(|name| !options.contains(name) && !matches!(*name, "mode" | "max-buffer-size"));
    match unknown {
        Some(name) if driver == "local" => Err(Fault::invalid(format!(
            "unknown log opt '{name}' for log driver local"
        ))),
        Some(name) => Err(Fault::invalid(format!(
            "unknown log opt '{name}' for {driver} log driver"
        ))),
        None => Ok(()),
    }
}

/// `RestartPolicy`.
pub fn validate_restart(host: &Map<String, Value>) -> Outcome<()> {
    let policy = host.get("RestartPolicy").and_then(Value::as_object);
    let name = policy.map_or("", |it| text(it, "Name"));
    let count = policy.map_or(0, |it| number(it, "MaximumRetryCount"));
    let refused = match name {
        "no" | "" | "always" | "unless-stopped" if count > 0 => {
            "maximum retry count can only be used with 'on-failure'".to_owned()
        }
        "no" | "" | "always" | "unless-stopped" if count < 0 => {
            "maximum retry count can only be used with 'on-failure' and cannot be negative"
                .to_owned()
        }
        "on-failure" if count < 0 => "maximum retry count cannot be negative".to_owned(),
        "no" | "" | "always" | "unless-stopped" | "on-failure" => {
            if flag(host, "AutoRemove") && !matches!(name, "no" | "") {
                return Err(Fault::invalid(
                    "can't create 'AutoRemove' container with restart policy",
                ));
            }
            return Ok(());
        }
        other => format!(
            "unknown policy '{other}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
        ),
    };
    Err(Fault::invalid(format!("invalid restart policy: {refused}")))
}

/// Memory, CPU and processes.
pub fn validate_resources(host: &Map<String, Value>, cpus: u32) -> Outcome<()> {
    const LEAST: i64 = 6 * 1024 * 1024;
    let (memory, swap) = (number(host, "Memory"), number(host, "MemorySwap"));
    let reservation = number(host, "MemoryReservation");
    let nano = number(host, "NanoCpus");
    let limit = f64::from(cpus);
    #[expect(clippy::cast_precision_loss, reason = "a number of CPUs")]
    let wanted = nano as f64 / 1e9;
    let refused = if memory > 0 && memory < LEAST {
        "Minimum memory limit allowed is 6MB".to_owned()
    } else if memory > 0 && swap > 0 && swap < memory {
        "Minimum memoryswap limit should be larger than memory limit, see usage".to_owned()
    } else if memory == 0 && swap > 0 {
        "You should always set the Memory limit when using Memoryswap limit, see usage".to_owned()
    } else if reservation > 0 && reservation < LEAST {
        "Minimum memory reservation allowed is 6MB".to_owned()
    } else if memory > 0 && reservation > memory {
        "Minimum memory limit can not be less than memory reservation limit, see usage".to_owned()
    } else if nano > 0 && (number(host, "CpuPeriod") > 0 || number(host, "CpuQuota") > 0) {
        "Conflicting options: Nano CPUs and CPU Period cannot both be set.".to_owned()
    } else if nano < 0 || wanted > limit {
        format!("range of CPUs is from 0.01 to {limit:.2}, as there are only {cpus} CPUs available")
    } else {
        return Ok(());
    };
    Err(Fault::invalid(refused))
}
