//! The fields of `container.InspectResponse` and of what it holds.

use super::EMPTY;
use super::{Kind, Type, field, optional};

/// `container.InspectResponse`
pub(super) const CONTAINER_INSPECT_RESPONSE: Type = Type {
    name: "container.InspectResponse",
    fields: &[
        field("ID", "Id", Kind::Text),
        field("Created", "Created", Kind::Text),
        field("Path", "Path", Kind::Text),
        field("Args", "Args", Kind::List(&Kind::Text)),
        field(
            "State",
            "State",
            Kind::Pointer(&Kind::Struct(&CONTAINER_STATE)),
        ),
        field("Image", "Image", Kind::Text),
        field("ResolvConfPath", "ResolvConfPath", Kind::Text),
        field("HostnamePath", "HostnamePath", Kind::Text),
        field("HostsPath", "HostsPath", Kind::Text),
        field("LogPath", "LogPath", Kind::Text),
        field("Name", "Name", Kind::Text),
        field("RestartCount", "RestartCount", Kind::Int),
        field("Driver", "Driver", Kind::Text),
        field("Platform", "Platform", Kind::Text),
        field("MountLabel", "MountLabel", Kind::Text),
        field("ProcessLabel", "ProcessLabel", Kind::Text),
        field("AppArmorProfile", "AppArmorProfile", Kind::Text),
        field("ExecIDs", "ExecIDs", Kind::List(&Kind::Text)),
        field(
            "HostConfig",
            "HostConfig",
            Kind::Pointer(&Kind::Struct(&CONTAINER_HOST_CONFIG)),
        ),
        field(
            "GraphDriver",
            "GraphDriver",
            Kind::Struct(&STORAGE_DRIVER_DATA),
        ),
        optional("SizeRw", "SizeRw", Kind::Pointer(&Kind::Int)),
        optional("SizeRootFs", "SizeRootFs", Kind::Pointer(&Kind::Int)),
        field(
            "Mounts",
            "Mounts",
            Kind::List(&Kind::Struct(&CONTAINER_MOUNT_POINT)),
        ),
        field(
            "Config",
            "Config",
            Kind::Pointer(&Kind::Struct(&CONTAINER_CONFIG)),
        ),
        field(
            "NetworkSettings",
            "NetworkSettings",
            Kind::Pointer(&Kind::Struct(&CONTAINER_NETWORK_SETTINGS)),
        ),
        optional(
            "ImageManifestDescriptor",
            "ImageManifestDescriptor",
            Kind::Pointer(&Kind::Struct(&OCI_DESCRIPTOR)),
        ),
    ],
};

/// `oci.Descriptor`
pub(super) const OCI_DESCRIPTOR: Type = Type {
    name: "oci.Descriptor",
    fields: &[
        field("MediaType", "mediaType", Kind::Text),
        field("Digest", "digest", Kind::Text),
        field("Size", "size", Kind::Int),
        optional("URLs", "urls", Kind::List(&Kind::Text)),
        optional("Annotations", "annotations", Kind::Map(&Kind::Text)),
        optional("Data", "data", Kind::Text),
        optional(
            "Platform",
            "platform",
            Kind::Pointer(&Kind::Struct(&OCI_PLATFORM)),
        ),
        optional("ArtifactType", "artifactType", Kind::Text),
    ],
};

/// `oci.Platform`
pub(super) const OCI_PLATFORM: Type = Type {
    name: "oci.Platform",
    fields: &[
        field("Architecture", "architecture", Kind::Text),
        field("OS", "os", Kind::Text),
        optional("OSVersion", "os.version", Kind::Text),
        optional("OSFeatures", "os.features", Kind::List(&Kind::Text)),
        optional("Variant", "variant", Kind::Text),
    ],
};

/// `container.NetworkSettings`
pub(super) const CONTAINER_NETWORK_SETTINGS: Type = Type {
    name: "container.NetworkSettings",
    fields: &[
        field("Bridge", "Bridge", Kind::Text),
        field("SandboxID", "SandboxID", Kind::Text),
        field("SandboxKey", "SandboxKey", Kind::Text),
        field(
            "Ports",
            "Ports",
            Kind::Map(&Kind::List(&Kind::Struct(&NAT_PORT_BINDING))),
        ),
        field("HairpinMode", "HairpinMode", Kind::Bool),
        field("LinkLocalIPv6Address", "LinkLocalIPv6Address", Kind::Text),
        field(
            "LinkLocalIPv6PrefixLen",
            "LinkLocalIPv6PrefixLen",
            Kind::Int,
        ),
        field(
            "SecondaryIPAddresses",
            "SecondaryIPAddresses",
            Kind::List(&Kind::Struct(&NETWORK_ADDRESS)),
        ),
        field(
            "SecondaryIPv6Addresses",
            "SecondaryIPv6Addresses",
            Kind::List(&Kind::Struct(&NETWORK_ADDRESS)),
        ),
        field("EndpointID", "EndpointID", Kind::Text),
        field("Gateway", "Gateway", Kind::Text),
        field("GlobalIPv6Address", "GlobalIPv6Address", Kind::Text),
        field("GlobalIPv6PrefixLen", "GlobalIPv6PrefixLen", Kind::Int),
        field("IPAddress", "IPAddress", Kind::Text),
        field("IPPrefixLen", "IPPrefixLen", Kind::Int),
        field("IPv6Gateway", "IPv6Gateway", Kind::Text),
        field("MacAddress", "MacAddress", Kind::Text),
        field(
            "Networks",
            "Networks",
            Kind::Map(&Kind::Pointer(&Kind::Struct(&NETWORK_ENDPOINT_SETTINGS))),
        ),
    ],
};

/// `network.EndpointSettings`
pub(super) const NETWORK_ENDPOINT_SETTINGS: Type = Type {
    name: "network.EndpointSettings",
    fields: &[
        field(
            "IPAMConfig",
            "IPAMConfig",
            Kind::Pointer(&Kind::Struct(&NETWORK_ENDPOINT_IPAMCONFIG)),
        ),
        field("Links", "Links", Kind::List(&Kind::Text)),
        field("Aliases", "Aliases", Kind::List(&Kind::Text)),
        field("MacAddress", "MacAddress", Kind::Text),
        field("DriverOpts", "DriverOpts", Kind::Map(&Kind::Text)),
        field("GwPriority", "GwPriority", Kind::Int),
        field("NetworkID", "NetworkID", Kind::Text),
        field("EndpointID", "EndpointID", Kind::Text),
        field("Gateway", "Gateway", Kind::Text),
        field("IPAddress", "IPAddress", Kind::Text),
        field("IPPrefixLen", "IPPrefixLen", Kind::Int),
        field("IPv6Gateway", "IPv6Gateway", Kind::Text),
        field("GlobalIPv6Address", "GlobalIPv6Address", Kind::Text),
        field("GlobalIPv6PrefixLen", "GlobalIPv6PrefixLen", Kind::Int),
        field("DNSNames", "DNSNames", Kind::List(&Kind::Text)),
    ],
};

/// `network.EndpointIPAMConfig`
pub(super) const NETWORK_ENDPOINT_IPAMCONFIG: Type = Type {
    name: "network.EndpointIPAMConfig",
    fields: &[
        optional("IPv4Address", "IPv4Address", Kind::Text),
        optional("IPv6Address", "IPv6Address", Kind::Text),
        optional("LinkLocalIPs", "LinkLocalIPs", Kind::List(&Kind::Text)),
    ],
};

/// `network.Address`
pub(super) const NETWORK_ADDRESS: Type = Type {
    name: "network.Address",
    fields: &[
        field("Addr", "Addr", Kind::Text),
        field("PrefixLen", "PrefixLen", Kind::Int),
    ],
};

/// `container.Config`
pub(super) const CONTAINER_CONFIG: Type = Type {
    name: "container.Config",
    fields: &[
        field("Hostname", "Hostname", Kind::Text),
        field("Domainname", "Domainname", Kind::Text),
        field("User", "User", Kind::Text),
        field("AttachStdin", "AttachStdin", Kind::Bool),
        field("AttachStdout", "AttachStdout", Kind::Bool),
        field("AttachStderr", "AttachStderr", Kind::Bool),
        optional(
            "ExposedPorts",
            "ExposedPorts",
            Kind::Map(&Kind::Struct(&EMPTY)),
        ),
        field("Tty", "Tty", Kind::Bool),
        field("OpenStdin", "OpenStdin", Kind::Bool),
        field("StdinOnce", "StdinOnce", Kind::Bool),
        field("Env", "Env", Kind::List(&Kind::Text)),
        field("Cmd", "Cmd", Kind::List(&Kind::Text)),
        optional(
            "Healthcheck",
            "Healthcheck",
            Kind::Pointer(&Kind::Struct(&OCI_HEALTHCHECK_CONFIG)),
        ),
        optional("ArgsEscaped", "ArgsEscaped", Kind::Bool),
        field("Image", "Image", Kind::Text),
        field("Volumes", "Volumes", Kind::Map(&Kind::Struct(&EMPTY))),
        field("WorkingDir", "WorkingDir", Kind::Text),
        field("Entrypoint", "Entrypoint", Kind::List(&Kind::Text)),
        optional("NetworkDisabled", "NetworkDisabled", Kind::Bool),
        optional("MacAddress", "MacAddress", Kind::Text),
        field("OnBuild", "OnBuild", Kind::List(&Kind::Text)),
        field("Labels", "Labels", Kind::Map(&Kind::Text)),
        optional("StopSignal", "StopSignal", Kind::Text),
        optional("StopTimeout", "StopTimeout", Kind::Pointer(&Kind::Int)),
        optional("Shell", "Shell", Kind::List(&Kind::Text)),
    ],
};

/// `oci.HealthcheckConfig`
pub(super) const OCI_HEALTHCHECK_CONFIG: Type = Type {
    name: "oci.HealthcheckConfig",
    fields: &[
        optional("Test", "Test", Kind::List(&Kind::Text)),
        optional("Interval", "Interval", Kind::Duration),
        optional("Timeout", "Timeout", Kind::Duration),
        optional("StartPeriod", "StartPeriod", Kind::Duration),
        optional("StartInterval", "StartInterval", Kind::Duration),
        optional("Retries", "Retries", Kind::Int),
    ],
};

/// `container.MountPoint`
pub(super) const CONTAINER_MOUNT_POINT: Type = Type {
    name: "container.MountPoint",
    fields: &[
        optional("Type", "Type", Kind::Text),
        optional("Name", "Name", Kind::Text),
        field("Source", "Source", Kind::Text),
        field("Destination", "Destination", Kind::Text),
        optional("Driver", "Driver", Kind::Text),
        field("Mode", "Mode", Kind::Text),
        field("RW", "RW", Kind::Bool),
        field("Propagation", "Propagation", Kind::Text),
    ],
};

/// `storage.DriverData`
pub(super) const STORAGE_DRIVER_DATA: Type = Type {
    name: "storage.DriverData",
    fields: &[
        field("Data", "Data", Kind::Map(&Kind::Text)),
        field("Name", "Name", Kind::Text),
    ],
};

/// `container.HostConfig`
pub(super) const CONTAINER_HOST_CONFIG: Type = Type {
    name: "container.HostConfig",
    fields: &[
        field("Binds", "Binds", Kind::List(&Kind::Text)),
        field("ContainerIDFile", "ContainerIDFile", Kind::Text),
        field(
            "LogConfig",
            "LogConfig",
            Kind::Struct(&CONTAINER_LOG_CONFIG),
        ),
        field("NetworkMode", "NetworkMode", Kind::Text),
        field(
            "PortBindings",
            "PortBindings",
            Kind::Map(&Kind::List(&Kind::Struct(&NAT_PORT_BINDING))),
        ),
        field(
            "RestartPolicy",
            "RestartPolicy",
            Kind::Struct(&CONTAINER_RESTART_POLICY),
        ),
        field("AutoRemove", "AutoRemove", Kind::Bool),
        field("VolumeDriver", "VolumeDriver", Kind::Text),
        field("VolumesFrom", "VolumesFrom", Kind::List(&Kind::Text)),
        field("ConsoleSize", "ConsoleSize", Kind::List(&Kind::Int)),
        optional("Annotations", "Annotations", Kind::Map(&Kind::Text)),
        field("CapAdd", "CapAdd", Kind::List(&Kind::Text)),
        field("CapDrop", "CapDrop", Kind::List(&Kind::Text)),
        field("CgroupnsMode", "CgroupnsMode", Kind::Text),
        field("DNS", "Dns", Kind::List(&Kind::Text)),
        field("DNSOptions", "DnsOptions", Kind::List(&Kind::Text)),
        field("DNSSearch", "DnsSearch", Kind::List(&Kind::Text)),
        field("ExtraHosts", "ExtraHosts", Kind::List(&Kind::Text)),
        field("GroupAdd", "GroupAdd", Kind::List(&Kind::Text)),
        field("IpcMode", "IpcMode", Kind::Text),
        field("Cgroup", "Cgroup", Kind::Text),
        field("Links", "Links", Kind::List(&Kind::Text)),
        field("OomScoreAdj", "OomScoreAdj", Kind::Int),
        field("PidMode", "PidMode", Kind::Text),
        field("Privileged", "Privileged", Kind::Bool),
        field("PublishAllPorts", "PublishAllPorts", Kind::Bool),
        field("ReadonlyRootfs", "ReadonlyRootfs", Kind::Bool),
        field("SecurityOpt", "SecurityOpt", Kind::List(&Kind::Text)),
        optional("StorageOpt", "StorageOpt", Kind::Map(&Kind::Text)),
        optional("Tmpfs", "Tmpfs", Kind::Map(&Kind::Text)),
        field("UTSMode", "UTSMode", Kind::Text),
        field("UsernsMode", "UsernsMode", Kind::Text),
        field("ShmSize", "ShmSize", Kind::Int),
        optional("Sysctls", "Sysctls", Kind::Map(&Kind::Text)),
        optional("Runtime", "Runtime", Kind::Text),
        field("Isolation", "Isolation", Kind::Text),
        field("CPUShares", "CpuShares", Kind::Int),
        field("Memory", "Memory", Kind::Int),
        field("NanoCPUs", "NanoCpus", Kind::Int),
        field("CgroupParent", "CgroupParent", Kind::Text),
        field("BlkioWeight", "BlkioWeight", Kind::Int),
        field(
            "BlkioWeightDevice",
            "BlkioWeightDevice",
            Kind::List(&Kind::Pointer(&Kind::Struct(&BLKIODEV_WEIGHT_DEVICE))),
        ),
        field(
            "BlkioDeviceReadBps",
            "BlkioDeviceReadBps",
            Kind::List(&Kind::Pointer(&Kind::Struct(&BLKIODEV_THROTTLE_DEVICE))),
        ),
        field(
            "BlkioDeviceWriteBps",
            "BlkioDeviceWriteBps",
            Kind::List(&Kind::Pointer(&Kind::Struct(&BLKIODEV_THROTTLE_DEVICE))),
        ),
        field(
            "BlkioDeviceReadIOps",
            "BlkioDeviceReadIOps",
            Kind::List(&Kind::Pointer(&Kind::Struct(&BLKIODEV_THROTTLE_DEVICE))),
        ),
        field(
            "BlkioDeviceWriteIOps",
            "BlkioDeviceWriteIOps",
            Kind::List(&Kind::Pointer(&Kind::Struct(&BLKIODEV_THROTTLE_DEVICE))),
        ),
        field("CPUPeriod", "CpuPeriod", Kind::Int),
        field("CPUQuota", "CpuQuota", Kind::Int),
        field("CPURealtimePeriod", "CpuRealtimePeriod", Kind::Int),
        field("CPURealtimeRuntime", "CpuRealtimeRuntime", Kind::Int),
        field("CpusetCpus", "CpusetCpus", Kind::Text),
        field("CpusetMems", "CpusetMems", Kind::Text),
        field(
            "Devices",
            "Devices",
            Kind::List(&Kind::Struct(&CONTAINER_DEVICE_MAPPING)),
        ),
        field(
            "DeviceCgroupRules",
            "DeviceCgroupRules",
            Kind::List(&Kind::Text),
        ),
        field(
            "DeviceRequests",
            "DeviceRequests",
            Kind::List(&Kind::Struct(&CONTAINER_DEVICE_REQUEST)),
        ),
        optional("KernelMemory", "KernelMemory", Kind::Int),
        optional("KernelMemoryTCP", "KernelMemoryTCP", Kind::Int),
        field("MemoryReservation", "MemoryReservation", Kind::Int),
        field("MemorySwap", "MemorySwap", Kind::Int),
        field(
            "MemorySwappiness",
            "MemorySwappiness",
            Kind::Pointer(&Kind::Int),
        ),
        field(
            "OomKillDisable",
            "OomKillDisable",
            Kind::Pointer(&Kind::Bool),
        ),
        field("PidsLimit", "PidsLimit", Kind::Pointer(&Kind::Int)),
        field(
            "Ulimits",
            "Ulimits",
            Kind::List(&Kind::Pointer(&Kind::Struct(&UNITS_ULIMIT))),
        ),
        field("CPUCount", "CpuCount", Kind::Int),
        field("CPUPercent", "CpuPercent", Kind::Int),
        field("IOMaximumIOps", "IOMaximumIOps", Kind::Int),
        field("IOMaximumBandwidth", "IOMaximumBandwidth", Kind::Int),
        optional("Mounts", "Mounts", Kind::List(&Kind::Struct(&MOUNT_MOUNT))),
        field("MaskedPaths", "MaskedPaths", Kind::List(&Kind::Text)),
        field("ReadonlyPaths", "ReadonlyPaths", Kind::List(&Kind::Text)),
        optional("Init", "Init", Kind::Pointer(&Kind::Bool)),
    ],
};

/// `mount.Mount`
pub(super) const MOUNT_MOUNT: Type = Type {
    name: "mount.Mount",
    fields: &[
        optional("Type", "Type", Kind::Text),
        optional("Source", "Source", Kind::Text),
        optional("Target", "Target", Kind::Text),
        optional("ReadOnly", "ReadOnly", Kind::Bool),
        optional("Consistency", "Consistency", Kind::Text),
        optional(
            "BindOptions",
            "BindOptions",
            Kind::Pointer(&Kind::Struct(&MOUNT_BIND_OPTIONS)),
        ),
        optional(
            "VolumeOptions",
            "VolumeOptions",
            Kind::Pointer(&Kind::Struct(&MOUNT_VOLUME_OPTIONS)),
        ),
        optional(
            "ImageOptions",
            "ImageOptions",
            Kind::Pointer(&Kind::Struct(&MOUNT_IMAGE_OPTIONS)),
        ),
        optional(
            "TmpfsOptions",
            "TmpfsOptions",
            Kind::Pointer(&Kind::Struct(&MOUNT_TMPFS_OPTIONS)),
        ),
        optional(
            "ClusterOptions",
            "ClusterOptions",
            Kind::Pointer(&Kind::Struct(&MOUNT_CLUSTER_OPTIONS)),
        ),
    ],
};

/// `mount.ClusterOptions`
pub(super) const MOUNT_CLUSTER_OPTIONS: Type = Type {
    name: "mount.ClusterOptions",
    fields: &[],
};

/// `mount.TmpfsOptions`
pub(super) const MOUNT_TMPFS_OPTIONS: Type = Type {
    name: "mount.TmpfsOptions",
    fields: &[
        optional("SizeBytes", "SizeBytes", Kind::Int),
        optional("Mode", "Mode", Kind::Int),
        optional("Options", "Options", Kind::List(&Kind::List(&Kind::Text))),
    ],
};

/// `mount.ImageOptions`
pub(super) const MOUNT_IMAGE_OPTIONS: Type = Type {
    name: "mount.ImageOptions",
    fields: &[optional("Subpath", "Subpath", Kind::Text)],
};

/// `mount.VolumeOptions`
pub(super) const MOUNT_VOLUME_OPTIONS: Type = Type {
    name: "mount.VolumeOptions",
    fields: &[
        optional("NoCopy", "NoCopy", Kind::Bool),
        optional("Labels", "Labels", Kind::Map(&Kind::Text)),
        optional("Subpath", "Subpath", Kind::Text),
        optional(
            "DriverConfig",
            "DriverConfig",
            Kind::Pointer(&Kind::Struct(&MOUNT_DRIVER)),
        ),
    ],
};

/// `mount.Driver`
pub(super) const MOUNT_DRIVER: Type = Type {
    name: "mount.Driver",
    fields: &[
        optional("Name", "Name", Kind::Text),
        optional("Options", "Options", Kind::Map(&Kind::Text)),
    ],
};

/// `mount.BindOptions`
pub(super) const MOUNT_BIND_OPTIONS: Type = Type {
    name: "mount.BindOptions",
    fields: &[
        optional("Propagation", "Propagation", Kind::Text),
        optional("NonRecursive", "NonRecursive", Kind::Bool),
        optional("CreateMountpoint", "CreateMountpoint", Kind::Bool),
        optional("ReadOnlyNonRecursive", "ReadOnlyNonRecursive", Kind::Bool),
        optional(
            "ReadOnlyForceRecursive",
            "ReadOnlyForceRecursive",
            Kind::Bool,
        ),
    ],
};

/// `go-units.Ulimit`
pub(super) const UNITS_ULIMIT: Type = Type {
    name: "units.Ulimit",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("Hard", "Hard", Kind::Int),
        field("Soft", "Soft", Kind::Int),
    ],
};

/// `container.DeviceRequest`
pub(super) const CONTAINER_DEVICE_REQUEST: Type = Type {
    name: "container.DeviceRequest",
    fields: &[
        field("Driver", "Driver", Kind::Text),
        field("Count", "Count", Kind::Int),
        field("DeviceIDs", "DeviceIDs", Kind::List(&Kind::Text)),
        field(
            "Capabilities",
            "Capabilities",
            Kind::List(&Kind::List(&Kind::Text)),
        ),
        field("Options", "Options", Kind::Map(&Kind::Text)),
    ],
};

/// `container.DeviceMapping`
pub(super) const CONTAINER_DEVICE_MAPPING: Type = Type {
    name: "container.DeviceMapping",
    fields: &[
        field("PathOnHost", "PathOnHost", Kind::Text),
        field("PathInContainer", "PathInContainer", Kind::Text),
        field("CgroupPermissions", "CgroupPermissions", Kind::Text),
    ],
};

/// `blkiodev.ThrottleDevice`
pub(super) const BLKIODEV_THROTTLE_DEVICE: Type = Type {
    name: "blkiodev.ThrottleDevice",
    fields: &[
        field("Path", "Path", Kind::Text),
        field("Rate", "Rate", Kind::Int),
    ],
};

/// `blkiodev.WeightDevice`
pub(super) const BLKIODEV_WEIGHT_DEVICE: Type = Type {
    name: "blkiodev.WeightDevice",
    fields: &[
        field("Path", "Path", Kind::Text),
        field("Weight", "Weight", Kind::Int),
    ],
};

/// `container.RestartPolicy`
pub(super) const CONTAINER_RESTART_POLICY: Type = Type {
    name: "container.RestartPolicy",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("MaximumRetryCount", "MaximumRetryCount", Kind::Int),
    ],
};

/// `nat.PortBinding`
pub(super) const NAT_PORT_BINDING: Type = Type {
    name: "nat.PortBinding",
    fields: &[
        field("HostIP", "HostIp", Kind::Text),
        field("HostPort", "HostPort", Kind::Text),
    ],
};

/// `container.LogConfig`
pub(super) const CONTAINER_LOG_CONFIG: Type = Type {
    name: "container.LogConfig",
    fields: &[
        field("Type", "Type", Kind::Text),
        field("Config", "Config", Kind::Map(&Kind::Text)),
    ],
};

/// `container.State`
pub(super) const CONTAINER_STATE: Type = Type {
    name: "container.State",
    fields: &[
        field("Status", "Status", Kind::Text),
        field("Running", "Running", Kind::Bool),
        field("Paused", "Paused", Kind::Bool),
        field("Restarting", "Restarting", Kind::Bool),
        field("OOMKilled", "OOMKilled", Kind::Bool),
        field("Dead", "Dead", Kind::Bool),
        field("Pid", "Pid", Kind::Int),
        field("ExitCode", "ExitCode", Kind::Int),
        field("Error", "Error", Kind::Text),
        field("StartedAt", "StartedAt", Kind::Text),
        field("FinishedAt", "FinishedAt", Kind::Text),
        optional(
            "Health",
            "Health",
            Kind::Pointer(&Kind::Struct(&CONTAINER_HEALTH)),
        ),
    ],
};

/// `container.Health`
pub(super) const CONTAINER_HEALTH: Type = Type {
    name: "container.Health",
    fields: &[
        field("Status", "Status", Kind::Text),
        field("FailingStreak", "FailingStreak", Kind::Int),
        field(
            "Log",
            "Log",
            Kind::List(&Kind::Pointer(&Kind::Struct(&CONTAINER_HEALTHCHECK_RESULT))),
        ),
    ],
};

/// `container.HealthcheckResult`
pub(super) const CONTAINER_HEALTHCHECK_RESULT: Type = Type {
    name: "container.HealthcheckResult",
    fields: &[
        field("Start", "Start", Kind::Text),
        field("End", "End", Kind::Text),
        field("ExitCode", "ExitCode", Kind::Int),
        field("Output", "Output", Kind::Text),
    ],
};
