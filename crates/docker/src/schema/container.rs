//! The fields of `container.InspectResponse` and of what it holds.

use super::host::{CONTAINER_HOST_CONFIG, NAT_PORT_BINDING};
use super::{EMPTY, Kind, Type, field, optional};

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
        field("Start", "Start", Kind::Time),
        field("End", "End", Kind::Time),
        field("ExitCode", "ExitCode", Kind::Int),
        field("Output", "Output", Kind::Text),
    ],
};
