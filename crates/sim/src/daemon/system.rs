//! `docker version`, `docker info` and `docker system df`.

use serde_json::{Value, json};

use super::commit::architecture;
use super::config::LOG_DRIVERS;
use super::images::layers_size;
use super::time::{rfc3339, rfc3339_seconds};
use super::{Daemon, Fault, Filters, ListOptions, Outcome, lock};
use domain::ContainerState;

/// The engine that the simulator announces.
pub const VERSION: &str = "28.5.2";
/// Its API.
pub const API_VERSION: &str = "1.51";
/// The oldest API that it answers.
pub const MIN_API_VERSION: &str = "1.24";

const COMMIT: &str = "89c5e8f";
const GO: &str = "go1.25.3";
const BUILT: &str = "2025-11-05T14:43:24.000000000+00:00";

impl Daemon {
    /// `GET /version`.
    pub fn version(&self) -> Value {
        let kernel = &self.inner.kernel.options().release;
        let component = |name: &str, version: &str, commit: &str| json!({"Name": name, "Version": version, "Details": {"GitCommit": commit}});
        json!({
            "Platform": {"Name": "Docker Engine - Community"},
            "Components": [
                {
                    "Name": "Engine",
                    "Version": VERSION,
                    "Details": {
                        "ApiVersion": API_VERSION,
                        "Arch": architecture(),
                        "BuildTime": BUILT,
                        "Experimental": "false",
                        "GitCommit": COMMIT,
                        "GoVersion": GO,
                        "KernelVersion": kernel,
                        "MinAPIVersion": MIN_API_VERSION,
                        "Os": "linux",
                    },
                },
                component("containerd", "v1.7.28", "b98a3aace656320842a23f4a392a33f46af97866"),
                component("runc", "1.3.0", "v1.3.0-0-g4ca628d1"),
                component("docker-init", "0.19.0", "de40ad0"),
            ],
            "Version": VERSION,
            "ApiVersion": API_VERSION,
            "MinAPIVersion": MIN_API_VERSION,
            "GitCommit": COMMIT,
            "GoVersion": GO,
            "Os": "linux",
            "Arch": architecture(),
            "KernelVersion": kernel,
            "BuildTime": BUILT,
        })
    }

    /// `GET /info`.
    pub fn info(&self) -> Value {
        let state = self.state();
        let count = |wanted: &[ContainerState]| {
            state
                .containers
                .values()
                .filter(|it| wanted.contains(&it.state))
                .count()
        };
        let running = count(&[ContainerState::Running, ContainerState::Restarting]);
        let paused = count(&[ContainerState::Paused]);
        let mut document = json!({
            "ID": lock(&self.inner.ids).engine(),
            "Containers": state.containers.len(),
            "ContainersRunning": running,
            "ContainersPaused": paused,
            "ContainersStopped": state.containers.len() - running - paused,
            "Images": state.images.len(),
            "Driver": "overlay2",
            "DriverStatus": [
                ["Backing Filesystem", "extfs"],
                ["Supports d_type", "true"],
                ["Using metacopy", "false"],
                ["Native Overlay Diff", "true"],
                ["userxattr", "false"],
            ],
            "Plugins": {
                "Volume": ["local"],
                "Network": ["bridge", "host", "null", "overlay"],
                "Authorization": null,
                "Log": LOG_DRIVERS,
            },
            "MemoryLimit": true,
            "SwapLimit": true,
            "CpuCfsPeriod": true,
            "CpuCfsQuota": true,
            "CPUShares": true,
            "CPUSet": true,
            "PidsLimit": true,
            "IPv4Forwarding": true,
            "Debug": false,
            "NFd": 25,
            "OomKillDisable": false,
            "NGoroutines": 48,
            "SystemTime": rfc3339(self.now()),
            "LoggingDriver": "json-file",
            "CgroupDriver": "systemd",
            "CgroupVersion": "2",
            "NEventsListener": 0,
        });
        if let (Some(first), Value::Object(rest)) = (document.as_object_mut(), self.host_info()) {
            first.extend(rest);
        }
        document
    }

    /// The second half of it: the machine and the engine's surroundings.
    fn host_info(&self) -> Value {
        let options = self.inner.kernel.options();
        let machine = if architecture() == "arm64" {
            "aarch64"
        } else {
            "x86_64"
        };
        json!({
            "KernelVersion": options.release,
            "OperatingSystem": "Moussaillon (machine simulée)",
            "OSVersion": "12",
            "OSType": "linux",
            "Architecture": machine,
            "IndexServerAddress": "https://index.docker.io/v1/",
            "RegistryConfig": {
                "IndexConfigs": {
                    "docker.io": {"Mirrors": [], "Name": "docker.io", "Official": true, "Secure": true},
                },
                "InsecureRegistryCIDRs": ["::1/128", "127.0.0.0/8"],
                "Mirrors": null,
            },
            "NCPU": options.cpus,
            "MemTotal": options.memory,
            "GenericResources": null,
            "DockerRootDir": "/var/lib/docker",
            "HttpProxy": "",
            "HttpsProxy": "",
            "NoProxy": "",
            "Name": options.hostname,
            "Labels": [],
            "ExperimentalBuild": false,
            "ServerVersion": VERSION,
            "Runtimes": {
                "io.containerd.runc.v2": {"path": "runc"},
                "runc": {"path": "runc"},
            },
            "DefaultRuntime": "runc",
            "Swarm": self.swarm_info(),
            "LiveRestoreEnabled": false,
            "Isolation": "",
            "InitBinary": "docker-init",
            "ContainerdCommit": {"ID": "b98a3aace656320842a23f4a392a33f46af97866"},
            "RuncCommit": {"ID": "v1.3.0-0-g4ca628d1"},
            "InitCommit": {"ID": "de40ad0"},
            "SecurityOptions": ["name=seccomp,profile=builtin", "name=cgroupns"],
            "FirewallBackend": {"Driver": "iptables"},
            "CDISpecDirs": ["/etc/cdi", "/var/run/cdi"],
            "Warnings": null,
        })
    }

    /// `GET /system/df`.
    pub fn disk_usage(&self) -> Outcome<Value> {
        let state = self.state();
        let mut images = self.list_images(true, &Filters::default())?;
        for image in &mut images {
            let id = image["Id"].as_str().unwrap_or_default().to_owned();
            let users = state
                .containers
                .values()
                .filter(|it| it.image == id)
                .count();
            image["Containers"] = json!(users);
            let chains = state
                .images
                .get(&id)
                .map(|it| it.chain_ids())
                .unwrap_or_default();
            let sizes = state
                .images
                .get(&id)
                .map(|it| it.layers.clone())
                .unwrap_or_default();
            let shared: u64 = chains
                .iter()
                .zip(&sizes)
                .filter(|(chain, _)| {
                    state
                        .images
                        .iter()
                        .any(|(other, it)| *other != id && it.chain_ids().contains(chain))
                })
                .map(|(_, layer)| layer.size)
                .sum();
            image["SharedSize"] = json!(shared);
        }
        let options = ListOptions {
            all: true,
            size: true,
            ..ListOptions::default()
        };
        let containers: Value = serde_json::from_str(&self.list_containers(&options)?)
            .map_err(|error| Fault::internal(error.to_string()))?;
        let volumes: Vec<Value> = state
            .volumes
            .values()
            .map(|volume| {
                json!({
                    "CreatedAt": rfc3339_seconds(volume.created),
                    "Driver": "local",
                    "Labels": volume.labels,
                    "Mountpoint": volume.mountpoint(),
                    "Name": volume.name,
                    "Options": volume.options,
                    "Scope": "local",
                    "UsageData": {
                        "RefCount": state.users_of_volume(&volume.name).len(),
                        "Size": self.volume_size(volume),
                    },
                })
            })
            .collect();
        Ok(json!({
            "LayersSize": layers_size(&lock(&self.inner.state)),
            "Images": images,
            "Containers": containers,
            "Volumes": volumes,
            "BuildCache": [],
        }))
    }
}
