//! What the body of a call asks for that leads out of the container's walls.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::document::{all, at, is_true, items, texts};
use domain::{Danger, Kind};

/// Where the host's own things are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Host {
    /// The learner's home folder.
    pub(crate) home: Option<PathBuf>,
    /// The engine's socket, when it is one.
    pub(crate) socket: Option<PathBuf>,
    /// Whether the engine sees the folders of this machine: their links are followed.
    pub(crate) here: bool,
}

/// A danger, and the words of the request that ask for it.
pub(crate) type Found = (Danger, String);

/// Folders whose content makes the host. All that is above them, or in them, counts.
const SYSTEM: &[&str] = &[
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/opt",
    "/proc",
    "/root",
    "/run",
    "/sbin",
    "/sys",
    "/usr",
    "/var/lib",
    "/var/run",
    "/var/log",
    "/var/spool",
    "/var/cache",
    "/var/snap",
    "/snap",
    "/nix",
    "/System",
    "/Library",
    "/Applications",
    "/private/etc",
    "/private/var/db",
    "/private/var/run",
];

/// Folders of the home whose content is secret, or runs.
const SECRET: &[&str] = &[
    ".ssh", ".gnupg", ".docker", ".kube", ".aws", ".config", ".local", ".bashrc", ".profile",
];

/// Capabilities that stay inside: those that a container has by default, and a few that act only
/// in its own namespaces.
const CONFINED: &[&str] = &[
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "NET_RAW",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
    "NET_ADMIN",
    "NET_BROADCAST",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_NICE",
    "LEASE",
    "SYS_TTY_CONFIG",
];

/// Security options that take no protection away.
const SAFE_OPTIONS: &[&str] = &["seccomp=builtin", "apparmor=docker-default"];

/// The dangers of a call that makes this kind of object, or `None` for a command in a container.
pub(crate) fn dangers(kind: Kind, body: &Value, host: &Host) -> Vec<Found> {
    let mut found = Vec::new();
    match kind {
        Kind::Container => {
            for config in all(body, "HostConfig") {
                host_config(config, host, &mut found);
            }
        }
        Kind::Service => service(body, host, &mut found),
        Kind::Volume => {
            for driver in texts(body, &["Driver"]) {
                driver_name(driver, &mut found);
            }
            driver_options(body, &["DriverOpts"], &mut found);
        }
        _ => {}
    }
    found.sort();
    found.dedup();
    found
}

/// The dangers of a command in a container.
pub(crate) fn exec_dangers(body: &Value) -> Vec<Found> {
    if is_true(body, &["Privileged"]) {
        return vec![(Danger::Privileged, "--privileged".to_owned())];
    }
    Vec::new()
}

/// The danger of a build on the host's network.
pub(crate) fn build_dangers(network: &str) -> Vec<Found> {
    if network == "host" {
        return vec![(Danger::HostNetwork, "--network host".to_owned())];
    }
    Vec::new()
}

fn host_config(config: &Value, host: &Host, found: &mut Vec<Found>) {
    if is_true(config, &["Privileged"]) {
        found.push((Danger::Privileged, "--privileged".to_owned()));
    }
    for (key, danger, option) in [
        ("PidMode", Danger::HostPid, "--pid host"),
        ("NetworkMode", Danger::HostNetwork, "--network host"),
        ("IpcMode", Danger::HostIpc, "--ipc host"),
        ("UsernsMode", Danger::HostUsers, "--userns host"),
    ] {
        if texts(config, &[key]).contains(&"host") {
            found.push((danger, option.to_owned()));
        }
    }
    for name in texts(config, &["CapAdd"]) {
        let upper = name.to_uppercase();
        if !CONFINED.contains(&upper.strip_prefix("CAP_").unwrap_or(&upper)) {
            found.push((Danger::Capabilities, format!("--cap-add {name}")));
        }
    }
    for device in items(config, &["Devices"]) {
        let path = texts(device, &["PathOnHost"]).join(" ");
        found.push((Danger::Devices, format!("--device {path}")));
    }
    for rule in texts(config, &["DeviceCgroupRules"]) {
        found.push((Danger::Devices, format!("--device-cgroup-rule {rule}")));
    }
    if !items(config, &["DeviceRequests"]).is_empty() {
        found.push((Danger::Devices, "--gpus".to_owned()));
    }
    for option in texts(config, &["SecurityOpt"]) {
        if !option.starts_with("no-new-privileges") && !SAFE_OPTIONS.contains(&option) {
            let shown: String = option.chars().take(60).collect();
            found.push((Danger::Security, format!("--security-opt {shown}")));
        }
    }
    // A list, even an empty one, replaces the engine's own: nothing is hidden any more.
    if [all(config, "MaskedPaths"), all(config, "ReadonlyPaths")]
        .iter()
        .flatten()
        .any(|it| it.is_array())
    {
        let option = "--security-opt systempaths=unconfined";
        found.push((Danger::Security, option.to_owned()));
    }
    for driver in texts(config, &["VolumeDriver"]) {
        driver_name(driver, found);
    }
    for bind in texts(config, &["Binds"]) {
        if let Some(source) = bind_source(bind) {
            folder(source, host, &format!("-v {bind}"), found);
        }
    }
    for mount in items(config, &["Mounts"]) {
        mounted(mount, host, found);
    }
}

fn mounted(mount: &Value, host: &Host, found: &mut Vec<Found>) {
    let kinds = texts(mount, &["Type"]);
    if kinds.contains(&"bind") || kinds.contains(&"npipe") {
        for source in texts(mount, &["Source"]) {
            folder(source, host, &format!("--mount source={source}"), found);
        }
    }
    for driver in texts(mount, &["VolumeOptions", "DriverConfig", "Name"]) {
        driver_name(driver, found);
    }
    driver_options(mount, &["VolumeOptions", "DriverConfig", "Options"], found);
}

fn service(body: &Value, host: &Host, found: &mut Vec<Found>) {
    for task in all(body, "TaskTemplate") {
        if !all(task, "PluginSpec").is_empty() {
            found.push((Danger::Privileged, "plugin".to_owned()));
        }
        for network in items(task, &["Networks"]) {
            if texts(network, &["Target"]).contains(&"host") {
                found.push((Danger::HostNetwork, "--network host".to_owned()));
            }
        }
        for spec in all(task, "ContainerSpec") {
            for mount in items(spec, &["Mounts"]) {
                mounted(mount, host, found);
            }
            for name in texts(spec, &["CapabilityAdd"]) {
                let upper = name.to_uppercase();
                if !CONFINED.contains(&upper.strip_prefix("CAP_").unwrap_or(&upper)) {
                    found.push((Danger::Capabilities, format!("--cap-add {name}")));
                }
            }
            for mode in at(spec, &["Privileges"]) {
                let confined = ["Seccomp", "AppArmor", "SELinuxContext"];
                if confined.iter().any(|key| !all(mode, key).is_empty()) {
                    found.push((Danger::Security, "--security-opt".to_owned()));
                }
            }
        }
    }
}

fn driver_name(driver: &str, found: &mut Vec<Found>) {
    if driver != "local" {
        found.push((Danger::VolumeDriver, format!("--driver {driver}")));
    }
}

/// Options of the local driver mount what they say; only memory leads nowhere.
fn driver_options(value: &Value, path: &[&str], found: &mut Vec<Found>) {
    for options in at(value, path) {
        let memory = texts(options, &["type"]) == ["tmpfs"];
        for device in texts(options, &["device"]) {
            if !memory {
                found.push((Danger::VolumeDriver, format!("device={device}")));
            }
        }
    }
}

/// The folder that `-v` mounts; `None` for a volume's name.
pub(crate) fn bind_source(bind: &str) -> Option<&str> {
    // A Windows path has a colon of its own: `C:\…`.
    let drive = bind.len() > 2
        && bind.as_bytes()[0].is_ascii_alphabetic()
        && bind.as_bytes()[1] == b':'
        && matches!(bind.as_bytes()[2], b'\\' | b'/');
    if drive {
        return Some(bind);
    }
    let source = bind.split(':').next()?;
    source.contains(['/', '\\', '~']).then_some(source)
}

fn folder(source: &str, host: &Host, option: &str, found: &mut Vec<Found>) {
    let mut places = vec![clean(source)];
    if host.here
        && let Ok(real) = std::fs::canonicalize(source)
    {
        places.push(real);
    }
    for place in places {
        if let Some(danger) = place_danger(&place, host) {
            found.push((danger, option.to_owned()));
        }
    }
}

fn place_danger(place: &Path, host: &Host) -> Option<Danger> {
    if !place.has_root() {
        // `~`, `C:\…`: not judged, so not trusted.
        return Some(Danger::SystemFolder);
    }
    let socket = |name: &str| place == Path::new(name);
    if socket("/var/run/docker.sock")
        || socket("/run/docker.sock")
        || host.socket.as_deref() == Some(place)
        || place.extension().is_some_and(|it| it == "sock")
    {
        return Some(Danger::EngineSocket);
    }
    // In it, or above it: `/var` holds `/var/lib`.
    let near = |guarded: &Path| place.starts_with(guarded) || guarded.starts_with(place);
    if SYSTEM.iter().any(|it| near(Path::new(it))) {
        return Some(Danger::SystemFolder);
    }
    let home = host.home.as_deref()?;
    let holds_home = home.starts_with(place);
    let secret = SECRET.iter().any(|it| place.starts_with(home.join(it)));
    (holds_home || secret).then_some(Danger::SystemFolder)
}

/// A path without `.` nor `..`, as the engine cleans it.
fn clean(path: &str) -> PathBuf {
    use std::path::Component;
    let mut cleaned = PathBuf::new();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                cleaned.pop();
            }
            Component::CurDir => {}
            other => cleaned.push(other),
        }
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn host() -> Host {
        Host {
            home: Some("/home/ada".into()),
            socket: Some("/srv/moteur/docker".into()),
            here: false,
        }
    }

    fn of(config: &Value) -> Vec<Danger> {
        let body = json!({ "Image": "b", "HostConfig": config });
        let found = dangers(Kind::Container, &body, &host());
        found.into_iter().map(|(danger, _)| danger).collect()
    }

    #[test]
    fn each_way_out_is_told() {
        for (config, danger) in [
            (json!({"Privileged": true}), Danger::Privileged),
            (json!({"PidMode": "host"}), Danger::HostPid),
            (json!({"networkmode": "host"}), Danger::HostNetwork),
            (json!({"IpcMode": "host"}), Danger::HostIpc),
            (json!({"UsernsMode": "host"}), Danger::HostUsers),
            (json!({"CapAdd": ["ALL"]}), Danger::Capabilities),
            (json!({"CapAdd": ["cap_sys_admin"]}), Danger::Capabilities),
            (
                json!({"Devices": [{"PathOnHost": "/dev/sda"}]}),
                Danger::Devices,
            ),
            (json!({"DeviceCgroupRules": ["a *:* rwm"]}), Danger::Devices),
            (
                json!({"SecurityOpt": ["seccomp=unconfined"]}),
                Danger::Security,
            ),
            (json!({"MaskedPaths": []}), Danger::Security),
            (json!({"VolumeDriver": "sshfs"}), Danger::VolumeDriver),
        ] {
            assert_eq!(of(&config), [danger], "{config}");
        }
    }

    #[test]
    fn folders_are_judged_once_cleaned() {
        for (bind, danger) in [
            ("/:/hote", Danger::SystemFolder),
            ("/etc:/e:ro", Danger::SystemFolder),
            ("/home/ada/../../etc:/e", Danger::SystemFolder),
            ("/var:/v", Danger::SystemFolder),
            ("/home/ada:/h", Danger::SystemFolder),
            ("/home:/h", Danger::SystemFolder),
            ("/home/ada/.ssh:/h", Danger::SystemFolder),
            ("~:/h", Danger::SystemFolder),
            ("C:\\Users:/h", Danger::SystemFolder),
            ("/var/run/docker.sock:/s", Danger::EngineSocket),
            ("/srv/moteur/docker:/s", Danger::EngineSocket),
        ] {
            assert_eq!(of(&json!({ "Binds": [bind] })), [danger], "{bind}");
        }
        let mount = json!({"Mounts": [{"Type": "bind", "Source": "/usr", "Target": "/u"}]});
        assert_eq!(of(&mount), [Danger::SystemFolder]);
        let volume = json!({"Mounts": [{"Type": "volume", "Source": "v", "VolumeOptions":
            {"DriverConfig": {"Name": "local", "Options": {"type": "none", "o": "bind", "device": "/etc"}}}}]});
        assert_eq!(of(&volume), [Danger::VolumeDriver]);
    }

    #[test]
    fn what_a_course_does_is_no_danger() {
        for config in [
            json!({}),
            json!({"Binds": ["donnees:/d", "/home/ada/projet:/p", "/tmp/x:/x:ro"]}),
            json!({"CapDrop": ["ALL"], "CapAdd": ["CHOWN", "NET_ADMIN"]}),
            json!({"SecurityOpt": ["no-new-privileges"], "ReadonlyRootfs": true}),
            json!({"NetworkMode": "default", "PidMode": "", "MaskedPaths": null}),
            json!({"Mounts": [{"Type": "tmpfs", "Target": "/t"}]}),
        ] {
            assert_eq!(of(&config), [], "{config}");
        }
        let memory = json!({"DriverOpts": {"type": "tmpfs", "device": "tmpfs"}});
        assert_eq!(dangers(Kind::Volume, &memory, &host()), []);
    }
}
