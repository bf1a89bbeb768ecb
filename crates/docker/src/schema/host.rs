//! The fields of `container.HostConfig` and of what it holds.

use super::{Kind, Type, field, optional};

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
