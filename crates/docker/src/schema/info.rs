//! The fields of `system.Info` and of what it holds.

use super::{Kind, Type, field, optional};

/// `system.Info`
pub(super) const SYSTEM_INFO: Type = Type {
    name: "system.Info",
    fields: &[
        field("ID", "ID", Kind::Text),
        field("Containers", "Containers", Kind::Int),
        field("ContainersRunning", "ContainersRunning", Kind::Int),
        field("ContainersPaused", "ContainersPaused", Kind::Int),
        field("ContainersStopped", "ContainersStopped", Kind::Int),
        field("Images", "Images", Kind::Int),
        field("Driver", "Driver", Kind::Text),
        field(
            "DriverStatus",
            "DriverStatus",
            Kind::List(&Kind::List(&Kind::Text)),
        ),
        optional(
            "SystemStatus",
            "SystemStatus",
            Kind::List(&Kind::List(&Kind::Text)),
        ),
        field("Plugins", "Plugins", Kind::Struct(&SYSTEM_PLUGINS_INFO)),
        field("MemoryLimit", "MemoryLimit", Kind::Bool),
        field("SwapLimit", "SwapLimit", Kind::Bool),
        optional("KernelMemory", "KernelMemory", Kind::Bool),
        optional("KernelMemoryTCP", "KernelMemoryTCP", Kind::Bool),
        field("CPUCfsPeriod", "CpuCfsPeriod", Kind::Bool),
        field("CPUCfsQuota", "CpuCfsQuota", Kind::Bool),
        field("CPUShares", "CPUShares", Kind::Bool),
        field("CPUSet", "CPUSet", Kind::Bool),
        field("PidsLimit", "PidsLimit", Kind::Bool),
        field("IPv4Forwarding", "IPv4Forwarding", Kind::Bool),
        field("Debug", "Debug", Kind::Bool),
        field("NFd", "NFd", Kind::Int),
        field("OomKillDisable", "OomKillDisable", Kind::Bool),
        field("NGoroutines", "NGoroutines", Kind::Int),
        field("SystemTime", "SystemTime", Kind::Text),
        field("LoggingDriver", "LoggingDriver", Kind::Text),
        field("CgroupDriver", "CgroupDriver", Kind::Text),
        optional("CgroupVersion", "CgroupVersion", Kind::Text),
        field("NEventsListener", "NEventsListener", Kind::Int),
        field("KernelVersion", "KernelVersion", Kind::Text),
        field("OperatingSystem", "OperatingSystem", Kind::Text),
        field("OSVersion", "OSVersion", Kind::Text),
        field("OSType", "OSType", Kind::Text),
        field("Architecture", "Architecture", Kind::Text),
        field("IndexServerAddress", "IndexServerAddress", Kind::Text),
        field(
            "RegistryConfig",
            "RegistryConfig",
            Kind::Pointer(&Kind::Struct(&REGISTRY_SERVICE_CONFIG)),
        ),
        field("NCPU", "NCPU", Kind::Int),
        field("MemTotal", "MemTotal", Kind::Int),
        field(
            "GenericResources",
            "GenericResources",
            Kind::List(&Kind::Struct(&SWARM_GENERIC_RESOURCE)),
        ),
        field("DockerRootDir", "DockerRootDir", Kind::Text),
        field("HTTPProxy", "HttpProxy", Kind::Text),
        field("HTTPSProxy", "HttpsProxy", Kind::Text),
        field("NoProxy", "NoProxy", Kind::Text),
        field("Name", "Name", Kind::Text),
        field("Labels", "Labels", Kind::List(&Kind::Text)),
        field("ExperimentalBuild", "ExperimentalBuild", Kind::Bool),
        field("ServerVersion", "ServerVersion", Kind::Text),
        field(
            "Runtimes",
            "Runtimes",
            Kind::Map(&Kind::Struct(&SYSTEM_RUNTIME_WITH_STATUS)),
        ),
        field("DefaultRuntime", "DefaultRuntime", Kind::Text),
        field("Swarm", "Swarm", Kind::Struct(&SWARM_INFO)),
        field("LiveRestoreEnabled", "LiveRestoreEnabled", Kind::Bool),
        field("Isolation", "Isolation", Kind::Text),
        field("InitBinary", "InitBinary", Kind::Text),
        field(
            "ContainerdCommit",
            "ContainerdCommit",
            Kind::Struct(&SYSTEM_COMMIT),
        ),
        field("RuncCommit", "RuncCommit", Kind::Struct(&SYSTEM_COMMIT)),
        field("InitCommit", "InitCommit", Kind::Struct(&SYSTEM_COMMIT)),
        field(
            "SecurityOptions",
            "SecurityOptions",
            Kind::List(&Kind::Text),
        ),
        optional("ProductLicense", "ProductLicense", Kind::Text),
        optional(
            "DefaultAddressPools",
            "DefaultAddressPools",
            Kind::List(&Kind::Struct(&SYSTEM_NETWORK_ADDRESS_POOL)),
        ),
        optional(
            "FirewallBackend",
            "FirewallBackend",
            Kind::Pointer(&Kind::Struct(&SYSTEM_FIREWALL_INFO)),
        ),
        field("CDISpecDirs", "CDISpecDirs", Kind::List(&Kind::Text)),
        optional(
            "DiscoveredDevices",
            "DiscoveredDevices",
            Kind::List(&Kind::Struct(&SYSTEM_DEVICE_INFO)),
        ),
        optional(
            "Containerd",
            "Containerd",
            Kind::Pointer(&Kind::Struct(&SYSTEM_CONTAINERD_INFO)),
        ),
        field("Warnings", "Warnings", Kind::List(&Kind::Text)),
    ],
};

/// `system.ContainerdInfo`
pub(super) const SYSTEM_CONTAINERD_INFO: Type = Type {
    name: "system.ContainerdInfo",
    fields: &[
        optional("Address", "Address", Kind::Text),
        field(
            "Namespaces",
            "Namespaces",
            Kind::Struct(&SYSTEM_CONTAINERD_NAMESPACES),
        ),
    ],
};

/// `system.ContainerdNamespaces`
pub(super) const SYSTEM_CONTAINERD_NAMESPACES: Type = Type {
    name: "system.ContainerdNamespaces",
    fields: &[
        field("Containers", "Containers", Kind::Text),
        field("Plugins", "Plugins", Kind::Text),
    ],
};

/// `system.DeviceInfo`
pub(super) const SYSTEM_DEVICE_INFO: Type = Type {
    name: "system.DeviceInfo",
    fields: &[
        field("Source", "Source", Kind::Text),
        field("ID", "ID", Kind::Text),
    ],
};

/// `system.FirewallInfo`
pub(super) const SYSTEM_FIREWALL_INFO: Type = Type {
    name: "system.FirewallInfo",
    fields: &[
        field("Driver", "Driver", Kind::Text),
        optional("Info", "Info", Kind::List(&Kind::List(&Kind::Text))),
    ],
};

/// `system.NetworkAddressPool`
pub(super) const SYSTEM_NETWORK_ADDRESS_POOL: Type = Type {
    name: "system.NetworkAddressPool",
    fields: &[
        field("Base", "Base", Kind::Text),
        field("Size", "Size", Kind::Int),
    ],
};

/// `system.Commit`
pub(super) const SYSTEM_COMMIT: Type = Type {
    name: "system.Commit",
    fields: &[
        field("ID", "ID", Kind::Text),
        optional("Expected", "Expected", Kind::Text),
    ],
};

/// `swarm.Info`
pub(super) const SWARM_INFO: Type = Type {
    name: "swarm.Info",
    fields: &[
        field("NodeID", "NodeID", Kind::Text),
        field("NodeAddr", "NodeAddr", Kind::Text),
        field("LocalNodeState", "LocalNodeState", Kind::Text),
        field("ControlAvailable", "ControlAvailable", Kind::Bool),
        field("Error", "Error", Kind::Text),
        field(
            "RemoteManagers",
            "RemoteManagers",
            Kind::List(&Kind::Struct(&SWARM_PEER)),
        ),
        optional("Nodes", "Nodes", Kind::Int),
        optional("Managers", "Managers", Kind::Int),
        optional(
            "Cluster",
            "Cluster",
            Kind::Pointer(&Kind::Struct(&super::swarm_cluster::CLUSTER)),
        ),
        optional("Warnings", "Warnings", Kind::List(&Kind::Text)),
    ],
};

/// `swarm.Peer`
pub(super) const SWARM_PEER: Type = Type {
    name: "swarm.Peer",
    fields: &[
        field("NodeID", "NodeID", Kind::Text),
        field("Addr", "Addr", Kind::Text),
    ],
};

/// `system.RuntimeWithStatus`
pub(super) const SYSTEM_RUNTIME_WITH_STATUS: Type = Type {
    name: "system.RuntimeWithStatus",
    fields: &[
        optional("Path", "path", Kind::Text),
        optional("Args", "runtimeArgs", Kind::List(&Kind::Text)),
        optional("Type", "runtimeType", Kind::Text),
        optional("Options", "options", Kind::Map(&Kind::Any)),
        optional("Status", "status", Kind::Map(&Kind::Text)),
    ],
};

/// `swarm.GenericResource`
pub(super) const SWARM_GENERIC_RESOURCE: Type = Type {
    name: "swarm.GenericResource",
    fields: &[
        optional(
            "NamedResourceSpec",
            "NamedResourceSpec",
            Kind::Pointer(&Kind::Struct(&SWARM_NAMED_GENERIC_RESOURCE)),
        ),
        optional(
            "DiscreteResourceSpec",
            "DiscreteResourceSpec",
            Kind::Pointer(&Kind::Struct(&SWARM_DISCRETE_GENERIC_RESOURCE)),
        ),
    ],
};

/// `swarm.DiscreteGenericResource`
pub(super) const SWARM_DISCRETE_GENERIC_RESOURCE: Type = Type {
    name: "swarm.DiscreteGenericResource",
    fields: &[
        optional("Kind", "Kind", Kind::Text),
        optional("Value", "Value", Kind::Int),
    ],
};

/// `swarm.NamedGenericResource`
pub(super) const SWARM_NAMED_GENERIC_RESOURCE: Type = Type {
    name: "swarm.NamedGenericResource",
    fields: &[
        optional("Kind", "Kind", Kind::Text),
        optional("Value", "Value", Kind::Text),
    ],
};

/// `registry.ServiceConfig`
pub(super) const REGISTRY_SERVICE_CONFIG: Type = Type {
    name: "registry.ServiceConfig",
    fields: &[
        optional(
            "AllowNondistributableArtifactsCIDRs",
            "AllowNondistributableArtifactsCIDRs",
            Kind::List(&Kind::Pointer(&Kind::Text)),
        ),
        optional(
            "AllowNondistributableArtifactsHostnames",
            "AllowNondistributableArtifactsHostnames",
            Kind::List(&Kind::Text),
        ),
        field(
            "InsecureRegistryCIDRs",
            "InsecureRegistryCIDRs",
            Kind::List(&Kind::Pointer(&Kind::Text)),
        ),
        field(
            "IndexConfigs",
            "IndexConfigs",
            Kind::Map(&Kind::Pointer(&Kind::Struct(&REGISTRY_INDEX_INFO))),
        ),
        field("Mirrors", "Mirrors", Kind::List(&Kind::Text)),
        field("ExtraFields", "", Kind::Map(&Kind::Any)),
    ],
};

/// `registry.IndexInfo`
pub(super) const REGISTRY_INDEX_INFO: Type = Type {
    name: "registry.IndexInfo",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("Mirrors", "Mirrors", Kind::List(&Kind::Text)),
        field("Secure", "Secure", Kind::Bool),
        field("Official", "Official", Kind::Bool),
    ],
};

/// `system.PluginsInfo`
pub(super) const SYSTEM_PLUGINS_INFO: Type = Type {
    name: "system.PluginsInfo",
    fields: &[
        field("Volume", "Volume", Kind::List(&Kind::Text)),
        field("Network", "Network", Kind::List(&Kind::Text)),
        field("Authorization", "Authorization", Kind::List(&Kind::Text)),
        field("Log", "Log", Kind::List(&Kind::Text)),
    ],
};
