//! The document of `POST /containers/create`, from the flags.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::ports::Ports;
use super::{gpus, kv, mount, network, volumes};
use crate::cli::Cli;
use crate::files;
use crate::grammar::Values;

/// What is to be created.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stream is attached or not"
)]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Config {
    /// The document, in the field order of the real client.
    pub(crate) document: Value,
    /// Which streams are attached.
    pub(crate) stdin: bool,
    /// Standard output.
    pub(crate) stdout: bool,
    /// Standard error.
    pub(crate) stderr: bool,
    /// Whether there is a terminal.
    pub(crate) tty: bool,
}

impl Config {
    /// The image's name.
    pub(crate) fn image(&self) -> &str {
        self.document["Image"].as_str().unwrap_or_default()
    }

    /// For `--detach`: nothing is attached.
    pub(crate) fn detach(&mut self) {
        (self.stdin, self.stdout, self.stderr) = (false, false, false);
        for field in ["AttachStdin", "AttachStdout", "AttachStderr", "StdinOnce"] {
            self.document[field] = false.into();
        }
    }
}

/// A list, `null` when empty: Go's nil slices.
/// A capability under its full name; `ALL` stays.
pub(crate) fn capability(name: &str) -> String {
    let name = name.trim().to_uppercase();
    if name == "ALL" || name.starts_with("CAP_") {
        name
    } else {
        format!("CAP_{name}")
    }
}

fn nil_list<T: Serialize>(values: &[T]) -> Value {
    if values.is_empty() {
        Value::Null
    } else {
        json!(values)
    }
}

/// `key=value` pairs as a map; the last value of a key wins.
pub(crate) fn pairs<T: AsRef<str>>(values: &[T]) -> Value {
    let mut map = Map::new();
    for value in values {
        let (key, value) = value
            .as_ref()
            .split_once('=')
            .unwrap_or((value.as_ref(), ""));
        map.insert(key.to_owned(), value.into());
    }
    Value::Object(map)
}

/// Reads the flags; the error is docker's.
pub(crate) fn config(cli: &Cli, values: &Values) -> Result<Config, String> {
    let attach = values.list("attach");
    let attached = |name: &str| attach.contains(&name);
    let stdin = values.on("interactive") || attached("stdin");
    let stdout = attach.is_empty() || attached("stdout");
    let stderr = attach.is_empty() || attached("stderr");
    let mac = values.text("mac-address");
    if !mac.is_empty() && !network::is_mac(mac) {
        return Err(format!("{mac} is not a valid mac address"));
    }
    let swappiness = values.number_or("memory-swappiness", -1);
    if swappiness != -1 && !(0..=100).contains(&swappiness) {
        return Err(format!(
            "invalid value: {swappiness}. Valid memory swappiness range is 0-100"
        ));
    }
    let (binds, anonymous) = volumes::volumes(cli, &values.list("volume"))?;
    let ports = Ports::read(&values.list("publish"), &values.list("expose"))?;
    let env = environment(cli, values)?;
    let mut labels = Vec::new();
    for file in values.list("label-file") {
        labels.extend(kv::read(cli, file, None)?);
    }
    labels.extend(values.strings("label"));
    check_modes(values)?;
    let entrypoint = if values.changed("entrypoint") {
        json!([values.text("entrypoint")])
    } else {
        Value::Null
    };
    let command = &values.args[1..];
    let mut document = json!({
        "Hostname": values.text("hostname"),
        "Domainname": values.text("domainname"),
        "User": values.text("user"),
        "AttachStdin": stdin,
        "AttachStdout": stdout,
        "AttachStderr": stderr,
    });
    if !ports.exposed.is_empty() {
        document["ExposedPorts"] = Value::Object(ports.exposed.clone());
    }
    let tty = values.on("tty");
    document["Tty"] = tty.into();
    document["OpenStdin"] = values.on("interactive").into();
    document["StdinOnce"] = (values.on("interactive") && stdin).into();
    document["Env"] = nil_list(&env.iter().map(String::as_str).collect::<Vec<_>>());
    document["Cmd"] = nil_list(&command.iter().map(String::as_str).collect::<Vec<_>>());
    if let Some(health) = super::health::check(values)? {
        document["Healthcheck"] = health;
    }
    document["Image"] = values.args[0].as_str().into();
    document["Volumes"] = anonymous;
    document["WorkingDir"] = values.text("workdir").into();
    document["Entrypoint"] = entrypoint;
    if !mac.is_empty() {
        document["MacAddress"] = mac.into();
    }
    document["OnBuild"] = Value::Null;
    document["Labels"] = pairs(&labels);
    if !values.text("stop-signal").is_empty() {
        document["StopSignal"] = values.text("stop-signal").into();
    }
    if values.changed("stop-timeout") {
        document["StopTimeout"] = values.number("stop-timeout").into();
    }
    let restart = restart_policy(values.text_or("restart", "no"))?;
    let restarts = !matches!(restart["Name"].as_str(), Some("no" | ""));
    let (mode, endpoints) = network::networking(values)?;
    document["HostConfig"] = host_config(cli, values, &binds, &ports, &restart, &mode)?;
    if values.on("rm") && restarts {
        return Err("conflicting options: cannot specify both --restart and --rm".to_owned());
    }
    document["NetworkingConfig"] = json!({"EndpointsConfig": endpoints});
    Ok(Config {
        document,
        stdin,
        stdout,
        stderr,
        tty,
    })
}

/// `--env-file` and `--env`; a name alone takes its value from the client's environment.
pub(crate) fn environment(cli: &Cli, values: &Values) -> Result<Vec<String>, String> {
    let mut env = Vec::new();
    for file in values.list("env-file") {
        env.extend(kv::read(cli, file, Some(&cli.env))?);
    }
    for value in values.list("env") {
        env.push(match cli.env.get(value) {
            Some(own) if !value.contains('=') => format!("{value}={own}"),
            _ => value.to_owned(),
        });
    }
    Ok(env)
}

fn check_modes(values: &Values) -> Result<(), String> {
    let is_container = |mode: &str| {
        mode.strip_prefix("container:")
            .is_some_and(|it| !it.is_empty() && !it.contains(':'))
    };
    let pid = values.text("pid");
    if !(matches!(pid, "" | "host") || is_container(pid)) {
        return Err("--pid: invalid PID mode".to_owned());
    }
    if !matches!(values.text("uts"), "" | "host") {
        return Err("--uts: invalid UTS mode".to_owned());
    }
    if !matches!(values.text("userns"), "" | "host") {
        return Err("--userns: invalid USER mode".to_owned());
    }
    if !matches!(values.text("cgroupns"), "" | "host" | "private") {
        return Err("--cgroupns: invalid CGROUP mode".to_owned());
    }
    Ok(())
}

/// Reads `on-failure:3`.
pub(crate) fn restart_policy(text: &str) -> Result<Value, String> {
    let (name, count) = text.split_once(':').unwrap_or((text, ""));
    if name.is_empty() && text.contains(':') {
        return Err("invalid restart policy format: no policy provided before colon".to_owned());
    }
    let count: i64 = match count {
        "" => 0,
        count => count.parse().map_err(|_| {
            "invalid restart policy format: maximum retry count must be an integer".to_owned()
        })?,
    };
    Ok(json!({"Name": name, "MaximumRetryCount": count}))
}

fn host_config(
    cli: &Cli,
    values: &Values,
    binds: &[String],
    ports: &Ports,
    restart: &Value,
    mode: &str,
) -> Result<Value, String> {
    let driver = values.text("log-driver");
    let log_options = values.list("log-opt");
    if driver == "none" && !log_options.is_empty() {
        return Err(format!("invalid logging opts for driver {driver}"));
    }
    let (security, unconfined) = security(cli, values)?;
    let mut storage = Map::new();
    for option in values.list("storage-opt") {
        let (key, value) = option.split_once('=').ok_or("invalid storage option")?;
        storage.insert(key.to_owned(), value.into());
    }
    let (columns, rows) = cli
        .terminal
        .as_ref()
        .filter(|it| it.stdout_is_terminal())
        .and_then(|it| it.size())
        .unwrap_or_default();
    let mut host = json!({
        "Binds": if binds.is_empty() { Value::Null } else { json!(binds) },
        "ContainerIDFile": values.text("cidfile"),
        "LogConfig": {"Type": driver, "Config": pairs(&log_options)},
        "NetworkMode": mode,
        "PortBindings": ports.bindings,
        "RestartPolicy": restart,
        "AutoRemove": values.on("rm"),
        "VolumeDriver": values.text("volume-driver"),
        "VolumesFrom": nil_list(&values.list("volumes-from")),
        "ConsoleSize": [rows, columns],
    });
    if values.changed("annotation") {
        host["Annotations"] = pairs(&values.list("annotation"));
    }
    for (field, flag) in [("CapAdd", "cap-add"), ("CapDrop", "cap-drop")] {
        let names: Vec<String> = values.list(flag).into_iter().map(capability).collect();
        host[field] = nil_list(&names);
    }
    host["CgroupnsMode"] = values.text("cgroupns").into();
    for (field, flag) in [
        ("Dns", "dns"),
        ("DnsOptions", "dns-option"),
        ("DnsSearch", "dns-search"),
    ] {
        host[field] = json!(values.list(flag));
    }
    for (field, flag) in [("ExtraHosts", "add-host"), ("GroupAdd", "group-add")] {
        host[field] = nil_list(&values.list(flag));
    }
    host["IpcMode"] = values.text("ipc").into();
    host["Cgroup"] = "".into();
    host["Links"] = nil_list(&values.list("link"));
    host["OomScoreAdj"] = values.number("oom-score-adj").into();
    host["PidMode"] = values.text("pid").into();
    for (field, flag) in [
        ("Privileged", "privileged"),
        ("PublishAllPorts", "publish-all"),
        ("ReadonlyRootfs", "read-only"),
    ] {
        host[field] = values.on(flag).into();
    }
    host["SecurityOpt"] = security;
    if !storage.is_empty() {
        host["StorageOpt"] = Value::Object(storage);
    }
    let tmpfs: Map<String, Value> = values
        .list("tmpfs")
        .into_iter()
        .map(|it| it.split_once(':').unwrap_or((it, "")))
        .map(|(path, options)| (path.to_owned(), options.into()))
        .collect();
    if !tmpfs.is_empty() {
        host["Tmpfs"] = Value::Object(tmpfs);
    }
    host["UTSMode"] = values.text("uts").into();
    host["UsernsMode"] = values.text("userns").into();
    host["ShmSize"] = values.number("shm-size").into();
    if values.changed("sysctl") {
        host["Sysctls"] = pairs(&values.list("sysctl"));
    }
    if !values.text("runtime").is_empty() {
        host["Runtime"] = values.text("runtime").into();
    }
    host["Isolation"] = values.text("isolation").into();
    resources(values, &mut host)?;
    let absolute = |path: &str| cli.absolute(path).to_string_lossy().into_owned();
    let mounts = values
        .list("mount")
        .into_iter()
        .map(|it| mount::mount(it, &absolute))
        .collect::<Result<Vec<_>, _>>()?;
    if !mounts.is_empty() {
        host["Mounts"] = mounts.into();
    }
    let paths = if unconfined { json!([]) } else { Value::Null };
    host["MaskedPaths"] = paths.clone();
    host["ReadonlyPaths"] = paths;
    if values.changed("init") {
        host["Init"] = values.on("init").into();
    }
    Ok(host)
}

/// `--security-opt`, and whether system paths are left open.
fn security(cli: &Cli, values: &Values) -> Result<(Value, bool), String> {
    let mut options = Vec::new();
    let mut unconfined = false;
    for option in values.list("security-opt") {
        let pair = option.split_once('=').or_else(|| option.split_once(':'));
        let bare = option == "no-new-privileges" || option.starts_with("no-new-privileges:");
        match pair {
            _ if option == "systempaths=unconfined" => unconfined = true,
            Some(("seccomp", profile)) if !matches!(profile, "builtin" | "unconfined" | "") => {
                let bytes = files::read(cli.files.as_ref(), &cli.absolute(profile), profile)
                    .map_err(|error| {
                        format!("opening seccomp profile ({profile}) failed: {error}")
                    })?;
                let text = String::from_utf8_lossy(&bytes);
                if let Err(error) = serde_json::from_str::<Value>(&text) {
                    return Err(format!(
                        "compacting json for seccomp profile ({profile}) failed: {error}"
                    ));
                }
                options.push(format!("seccomp={}", crate::json::compact(&text)));
            }
            Some((_, value)) if !value.is_empty() => options.push(option.to_owned()),
            _ if bare => options.push(option.to_owned()),
            _ => return Err(format!("Invalid --security-opt: {option:?}")),
        }
    }
    let list: Vec<_> = options.iter().map(String::as_str).collect();
    Ok((nil_list(&list), unconfined))
}

fn resources(values: &Values, host: &mut Value) -> Result<(), String> {
    for (field, flag) in [
        ("CpuShares", "cpu-shares"),
        ("Memory", "memory"),
        ("NanoCpus", "cpus"),
    ] {
        host[field] = values.number(flag).into();
    }
    host["CgroupParent"] = values.text("cgroup-parent").into();
    host["BlkioWeight"] = values.number("blkio-weight").into();
    let devices = |flag: &str, number: &str| -> Value {
        let pair = |it: &str| {
            let (path, amount) = it.rsplit_once(':')?;
            Some(json!({"Path": path, number: amount.parse::<u64>().ok()?}))
        };
        values.list(flag).into_iter().filter_map(pair).collect()
    };
    host["BlkioWeightDevice"] = devices("blkio-weight-device", "Weight");
    host["BlkioDeviceReadBps"] = devices("device-read-bps", "Rate");
    host["BlkioDeviceWriteBps"] = devices("device-write-bps", "Rate");
    host["BlkioDeviceReadIOps"] = devices("device-read-iops", "Rate");
    host["BlkioDeviceWriteIOps"] = devices("device-write-iops", "Rate");
    for (field, flag) in [
        ("CpuPeriod", "cpu-period"),
        ("CpuQuota", "cpu-quota"),
        ("CpuRealtimePeriod", "cpu-rt-period"),
        ("CpuRealtimeRuntime", "cpu-rt-runtime"),
    ] {
        host[field] = values.number(flag).into();
    }
    host["CpusetCpus"] = values.text("cpuset-cpus").into();
    host["CpusetMems"] = values.text("cpuset-mems").into();
    host["Devices"] = values
        .list("device")
        .into_iter()
        .map(device)
        .collect::<Result<_, _>>()?;
    host["DeviceCgroupRules"] = nil_list(&values.list("device-cgroup-rule"));
    let gpus = values
        .list("gpus")
        .into_iter()
        .map(gpus::request)
        .collect::<Result<Vec<_>, _>>()?;
    host["DeviceRequests"] = if gpus.is_empty() {
        Value::Null
    } else {
        gpus.into()
    };
    if values.changed("kernel-memory") {
        host["KernelMemory"] = values.number("kernel-memory").into();
    }
    host["MemoryReservation"] = values.number("memory-reservation").into();
    host["MemorySwap"] = values.number("memory-swap").into();
    host["MemorySwappiness"] = values.number_or("memory-swappiness", -1).into();
    host["OomKillDisable"] = values.on("oom-kill-disable").into();
    host["PidsLimit"] = values.number("pids-limit").into();
    host["Ulimits"] = ulimits(&values.list("ulimit"));
    for (field, flag) in [
        ("CpuCount", "cpu-count"),
        ("CpuPercent", "cpu-percent"),
        ("IOMaximumIOps", "io-maxiops"),
        ("IOMaximumBandwidth", "io-maxbandwidth"),
    ] {
        host[field] = values.number(flag).into();
    }
    Ok(())
}

/// Checked `--ulimit` values, one per name, sorted.
pub(crate) fn ulimits(given: &[&str]) -> Value {
    let mut limits = std::collections::BTreeMap::new();
    for limit in given {
        if let Some((name, (soft, hard))) = limit
            .split_once('=')
            .and_then(|(name, it)| Some((name, it.split_once(':')?)))
        {
            let number = |text: &str| text.parse::<i64>().unwrap_or_default();
            let document = json!({"Name": name, "Hard": number(hard), "Soft": number(soft)});
            limits.insert(name, document);
        }
    }
    limits.into_values().collect()
}

fn device(text: &str) -> Result<Value, String> {
    let is_mode = |mode: &str| {
        !mode.is_empty()
            && mode.len() <= 3
            && mode
                .chars()
                .all(|it| "rwm".contains(it) && mode.matches(it).count() == 1)
    };
    let parts: Vec<_> = text.split(':').collect();
    let bad = || format!("bad format for path: {text}");
    let (host, inside, mode) = match parts[..] {
        ["", ..] => return Err(bad()),
        [path] => (path, path, "rwm"),
        [path, mode] if is_mode(mode) => (path, path, mode),
        [host, inside] => (host, inside, "rwm"),
        [_, _, mode] if !is_mode(mode) => return Err(format!("bad mode specified: {mode}")),
        [host, inside, mode] => (host, inside, mode),
        _ => return Err(bad()),
    };
    if !inside.starts_with('/') {
        return Err(format!("{inside} is not an absolute path"));
    }
    Ok(json!({"PathOnHost": host, "PathInContainer": inside, "CgroupPermissions": mode}))
}
