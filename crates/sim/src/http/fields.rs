//! Names of fields in the bodies of requests: Go's decoder takes them in any letter case.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde_json::{Map, Value};

/// Fields of containers, execs, networks, volumes and images.
const ENGINE: &str = "
    Aliases Annotations ArgsEscaped AttachStderr AttachStdin AttachStdout Attachable AutoRemove
    AuxiliaryAddresses BindOptions Binds BlkioDeviceReadBps BlkioDeviceReadIOps
    BlkioDeviceWriteBps BlkioDeviceWriteIOps BlkioWeight BlkioWeightDevice CapAdd CapDrop Capabilities
    Cgroup CgroupParent CgroupPermissions CgroupnsMode CheckDuplicate Cmd Config ConfigFrom
    ConfigOnly ConsoleSize Consistency Container ContainerIDFile Count CpuCount CpuPercent CpuPeriod
    CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpuShares CpusetCpus CpusetMems CreateMountpoint
    Detach DetachKeys DeviceCgroupRules DeviceIDs DeviceRequests Devices Dns DnsOptions DnsSearch
    Domainname Driver DriverConfig DriverOpts EnableIPv4 EnableIPv6 EndpointConfig EndpointsConfig
    Entrypoint Env ExposedPorts ExtraHosts Force Gateway GroupAdd GwPriority Hard Healthcheck
    HostConfig HostIp HostPort Hostname IOMaximumBandwidth IOMaximumIOps IPAM IPAMConfig IPRange
    IPv4Address IPv6Address Image Ingress Init Internal Interval IpcMode Isolation Labels
    LinkLocalIPs Links LogConfig MacAddress MaskedPaths MaximumRetryCount Memory MemoryReservation
    MemorySwap MemorySwappiness Mode Mounts Name NanoCpus Network NetworkDisabled NetworkMode
    NetworkingConfig NoCopy NonRecursive OnBuild OomKillDisable OomScoreAdj OpenStdin Options
    PathInContainer PathOnHost PidMode PidsLimit PortBindings Privileged Propagation
    PublishAllPorts Rate ReadOnly ReadOnlyForceRecursive ReadOnlyNonRecursive ReadonlyPaths
    ReadonlyRootfs RestartPolicy Retries Runtime Scope SecurityOpt Shell ShmSize SizeBytes Soft
    Source StartInterval StartPeriod StdinOnce StopSignal StopTimeout StorageOpt Subnet Subpath
    Sysctls Target Test Timeout Tmpfs TmpfsOptions Tty Type UTSMode Ulimits User UsernsMode
    VolumeDriver VolumeOptions Volumes VolumesFrom Weight WorkingDir
    Email IdentityToken Password RegistryToken ServerAddress Username";

/// Fields that only requests about a swarm have, or that they spell otherwise.
const SWARM: &str = "
    AdvertiseAddr Args AutoLockManagers Availability CACert CAConfig CapabilityAdd CapabilityDrop
    Command Condition ConfigID ConfigName Configs Constraints ContainerSpec CredentialSpec DNSConfig
    Data DataPathAddr DataPathPort DefaultAddrPool Delay Dir Dispatcher DiscreteResourceSpec
    ElectionTick EncryptionConfig EndpointSpec ExternalCAs FailureAction File ForceNewCluster
    ForceRotate ForceUpdate GID GenericResources Global GlobalJob Groups HeartbeatPeriod
    HeartbeatTick Hosts ID JoinToken KeepOldSnapshots Kind Limits ListenAddr LogDriver
    LogEntriesForSlowFollowers MaxAttempts MaxConcurrent MaxFailureRatio MaxReplicas MemoryBytes
    Monitor NamedResourceSpec Nameservers NanoCPUs NetworkAttachmentSpec NetworkID Networks
    NodeCertExpiry Orchestration Order Parallelism Pids Placement Platforms Ports Preferences
    Privileges Protocol PublishMode PublishedPort Raft RemoteAddrs Replicas Replicated
    ReplicatedJob Reservations Resources Role RollbackConfig Search SecretID SecretName Secrets
    SigningCACert SigningCAKey SnapshotInterval Spec Spread SpreadDescriptor StopGracePeriod
    SubnetSize TTY TargetPort TaskDefaults TaskHistoryRetentionLimit TaskTemplate Templating
    TotalCompletions UID URL UnlockKey UpdateConfig Value Window";

/// Maps whose keys are the client's, and whose values hold no field.
const OPAQUE: [&str; 10] = [
    "Annotations",
    "AuxiliaryAddresses",
    "DriverOpts",
    "ExposedPorts",
    "Labels",
    "Options",
    "StorageOpt",
    "Sysctls",
    "Tmpfs",
    "Volumes",
];
/// Maps whose keys are the client's, and whose values are documents.
const KEYED: [&str; 2] = ["EndpointsConfig", "PortBindings"];

type Names = HashMap<String, &'static str>;

fn names(lists: &[&'static str]) -> Names {
    lists
        .iter()
        .flat_map(|it| it.split_whitespace())
        .map(|it| (it.to_ascii_lowercase(), it))
        .collect()
}

static OF_ENGINE: LazyLock<Names> = LazyLock::new(|| names(&[ENGINE]));
static OF_SWARM: LazyLock<Names> = LazyLock::new(|| names(&[ENGINE, SWARM]));

/// A body about a container, a network, a volume or an image, its fields spelled as the API does.
pub(super) fn engine(body: Value) -> Value {
    spelled(body, &OF_ENGINE)
}

/// A body about a swarm, its fields spelled as the API does.
pub(super) fn swarm(body: Value) -> Value {
    spelled(body, &OF_SWARM)
}

fn spelled(value: Value, names: &Names) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(|it| spelled(it, names)).collect(),
        Value::Object(fields) => {
            let mut out = Map::new();
            for (key, value) in fields {
                let name = names.get(&key.to_ascii_lowercase()).copied();
                let value = inside(name.unwrap_or_default(), value, names);
                out.insert(name.map_or(key, str::to_owned), value);
            }
            Value::Object(out)
        }
        other => other,
    }
}

/// The value of a field.
fn inside(name: &str, value: Value, names: &Names) -> Value {
    match value {
        // The options of a log driver; the configuration of an IPAM is a list.
        Value::Object(map) if OPAQUE.contains(&name) || name == "Config" => Value::Object(map),
        Value::Object(map) if KEYED.contains(&name) => map
            .into_iter()
            .map(|(key, it)| (key, spelled(it, names)))
            .collect(),
        other => spelled(other, names),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_known_in_any_case() {
        let body = json!({
            "image": "busybox", "TTY": true, "labels": {"image": "x", "TTY": "y"},
            "hostConfig": {"portBindings": {"80/tcp": [{"hostport": "1"}]},
                "logConfig": {"type": "json-file", "config": {"Name": "z"}}},
            "networkingConfig": {"endpointsConfig": {"Name": {"aliases": ["a"]}}},
        });
        let whole = json!({
            "Image": "busybox", "Tty": true, "Labels": {"image": "x", "TTY": "y"},
            "HostConfig": {"PortBindings": {"80/tcp": [{"HostPort": "1"}]},
                "LogConfig": {"Type": "json-file", "Config": {"Name": "z"}}},
            "NetworkingConfig": {"EndpointsConfig": {"Name": {"Aliases": ["a"]}}},
        });
        assert_eq!(engine(body), whole);
        assert_eq!(swarm(json!({"tty": 1})), json!({"TTY": 1}));
    }
}
