//! The fields of `swarm.TaskSpec` and of what it holds.

use super::swarm::{ATTACHMENT, DRIVER, OPTIONS, PLATFORM, RESOURCES, TEXTS};
use super::{Kind, Type, field, optional};

/// `swarm.TaskSpec`
pub(super) const TASK_SPEC: Type = Type {
    name: "swarm.TaskSpec",
    fields: &[
        optional(
            "ContainerSpec",
            "ContainerSpec",
            Kind::Pointer(&Kind::Struct(&CONTAINER_SPEC)),
        ),
        optional("PluginSpec", "PluginSpec", Kind::Pointer(&Kind::Any)),
        optional(
            "NetworkAttachmentSpec",
            "NetworkAttachmentSpec",
            Kind::Pointer(&Kind::Any),
        ),
        optional(
            "Resources",
            "Resources",
            Kind::Pointer(&Kind::Struct(&REQUIREMENTS)),
        ),
        optional(
            "RestartPolicy",
            "RestartPolicy",
            Kind::Pointer(&Kind::Struct(&RESTART_POLICY)),
        ),
        optional(
            "Placement",
            "Placement",
            Kind::Pointer(&Kind::Struct(&PLACEMENT)),
        ),
        optional(
            "Networks",
            "Networks",
            Kind::List(&Kind::Struct(&ATTACHMENT)),
        ),
        optional(
            "LogDriver",
            "LogDriver",
            Kind::Pointer(&Kind::Struct(&DRIVER)),
        ),
        field(
            "ForceUpdate",
            "ForceUpdate",
            Kind::Named("uint64", &Kind::Int),
        ),
        optional(
            "Runtime",
            "Runtime",
            Kind::Named("swarm.RuntimeType", &Kind::Text),
        ),
    ],
};

/// `swarm.ContainerSpec`
const CONTAINER_SPEC: Type = Type {
    name: "swarm.ContainerSpec",
    fields: &[
        optional("Image", "Image", Kind::Text),
        optional("Labels", "Labels", OPTIONS),
        optional("Command", "Command", TEXTS),
        optional("Args", "Args", TEXTS),
        optional("Hostname", "Hostname", Kind::Text),
        optional("Env", "Env", TEXTS),
        optional("Dir", "Dir", Kind::Text),
        optional("User", "User", Kind::Text),
        optional("Groups", "Groups", TEXTS),
        optional(
            "Privileges",
            "Privileges",
            Kind::Pointer(&Kind::Struct(&PRIVILEGES)),
        ),
        optional("Init", "Init", Kind::Pointer(&Kind::Bool)),
        optional("StopSignal", "StopSignal", Kind::Text),
        optional("TTY", "TTY", Kind::Bool),
        optional("OpenStdin", "OpenStdin", Kind::Bool),
        optional("ReadOnly", "ReadOnly", Kind::Bool),
        optional("Mounts", "Mounts", Kind::List(&Kind::Struct(&MOUNT))),
        optional(
            "StopGracePeriod",
            "StopGracePeriod",
            Kind::Pointer(&Kind::Duration),
        ),
        optional(
            "Healthcheck",
            "Healthcheck",
            Kind::Pointer(&Kind::Struct(&HEALTH)),
        ),
        optional("Hosts", "Hosts", TEXTS),
        optional("DNSConfig", "DNSConfig", Kind::Pointer(&Kind::Struct(&DNS))),
        optional(
            "Secrets",
            "Secrets",
            Kind::List(&Kind::Pointer(&Kind::Struct(&SECRET_REFERENCE))),
        ),
        optional(
            "Configs",
            "Configs",
            Kind::List(&Kind::Pointer(&Kind::Struct(&CONFIG_REFERENCE))),
        ),
        optional(
            "Isolation",
            "Isolation",
            Kind::Named("container.Isolation", &Kind::Text),
        ),
        optional("Sysctls", "Sysctls", OPTIONS),
        optional("CapabilityAdd", "CapabilityAdd", TEXTS),
        optional("CapabilityDrop", "CapabilityDrop", TEXTS),
        optional("Ulimits", "Ulimits", Kind::List(&Kind::Struct(&ULIMIT))),
        optional(
            "OomScoreAdj",
            "OomScoreAdj",
            Kind::Named("int64", &Kind::Int),
        ),
    ],
};

/// `swarm.Privileges`
const PRIVILEGES: Type = Type {
    name: "swarm.Privileges",
    fields: &[
        field(
            "CredentialSpec",
            "CredentialSpec",
            Kind::Pointer(&Kind::Any),
        ),
        field(
            "SELinuxContext",
            "SELinuxContext",
            Kind::Pointer(&Kind::Any),
        ),
        optional("Seccomp", "Seccomp", Kind::Pointer(&Kind::Any)),
        optional("AppArmor", "AppArmor", Kind::Pointer(&Kind::Any)),
        optional("NoNewPrivileges", "NoNewPrivileges", Kind::Bool),
    ],
};

/// `mount.Mount`
const MOUNT: Type = Type {
    name: "mount.Mount",
    fields: &[
        optional("Type", "Type", Kind::Named("mount.Type", &Kind::Text)),
        optional("Source", "Source", Kind::Text),
        optional("Target", "Target", Kind::Text),
        optional("ReadOnly", "ReadOnly", Kind::Bool),
        optional(
            "Consistency",
            "Consistency",
            Kind::Named("mount.Consistency", &Kind::Text),
        ),
        optional("BindOptions", "BindOptions", Kind::Pointer(&Kind::Any)),
        optional("VolumeOptions", "VolumeOptions", Kind::Pointer(&Kind::Any)),
        optional("ImageOptions", "ImageOptions", Kind::Pointer(&Kind::Any)),
        optional("TmpfsOptions", "TmpfsOptions", Kind::Pointer(&Kind::Any)),
        optional(
            "ClusterOptions",
            "ClusterOptions",
            Kind::Pointer(&Kind::Any),
        ),
    ],
};

/// `v1.HealthcheckConfig`
const HEALTH: Type = Type {
    name: "v1.HealthcheckConfig",
    fields: &[
        optional("Test", "Test", TEXTS),
        optional("Interval", "Interval", Kind::Duration),
        optional("Timeout", "Timeout", Kind::Duration),
        optional("StartPeriod", "StartPeriod", Kind::Duration),
        optional("StartInterval", "StartInterval", Kind::Duration),
        optional("Retries", "Retries", Kind::Int),
    ],
};

/// `swarm.DNSConfig`
const DNS: Type = Type {
    name: "swarm.DNSConfig",
    fields: &[
        optional("Nameservers", "Nameservers", TEXTS),
        optional("Search", "Search", TEXTS),
        optional("Options", "Options", TEXTS),
    ],
};

/// `swarm.SecretReferenceFileTarget`
const FILE: Type = Type {
    name: "swarm.SecretReferenceFileTarget",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("UID", "UID", Kind::Text),
        field("GID", "GID", Kind::Text),
        field("Mode", "Mode", Kind::Named("os.FileMode", &Kind::Int)),
    ],
};

/// `swarm.SecretReference`
const SECRET_REFERENCE: Type = Type {
    name: "swarm.SecretReference",
    fields: &[
        field("File", "File", Kind::Pointer(&Kind::Struct(&FILE))),
        field("SecretID", "SecretID", Kind::Text),
        field("SecretName", "SecretName", Kind::Text),
    ],
};

/// `swarm.ConfigReference`
const CONFIG_REFERENCE: Type = Type {
    name: "swarm.ConfigReference",
    fields: &[
        optional("File", "File", Kind::Pointer(&Kind::Struct(&FILE))),
        optional(
            "Runtime",
            "Runtime",
            Kind::Pointer(&Kind::Struct(&super::EMPTY)),
        ),
        field("ConfigID", "ConfigID", Kind::Text),
        field("ConfigName", "ConfigName", Kind::Text),
    ],
};

/// `units.Ulimit`
const ULIMIT: Type = Type {
    name: "units.Ulimit",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("Hard", "Hard", Kind::Named("int64", &Kind::Int)),
        field("Soft", "Soft", Kind::Named("int64", &Kind::Int)),
    ],
};

/// `swarm.RestartPolicy`
const RESTART_POLICY: Type = Type {
    name: "swarm.RestartPolicy",
    fields: &[
        optional(
            "Condition",
            "Condition",
            Kind::Named("swarm.RestartPolicyCondition", &Kind::Text),
        ),
        optional("Delay", "Delay", Kind::Pointer(&Kind::Duration)),
        optional(
            "MaxAttempts",
            "MaxAttempts",
            Kind::Pointer(&Kind::Named("uint64", &Kind::Int)),
        ),
        optional("Window", "Window", Kind::Pointer(&Kind::Duration)),
    ],
};

/// `swarm.Placement`
const PLACEMENT: Type = Type {
    name: "swarm.Placement",
    fields: &[
        optional("Constraints", "Constraints", TEXTS),
        optional("Preferences", "Preferences", Kind::List(&Kind::Any)),
        optional(
            "MaxReplicas",
            "MaxReplicas",
            Kind::Named("uint64", &Kind::Int),
        ),
        optional(
            "Platforms",
            "Platforms",
            Kind::List(&Kind::Struct(&PLATFORM)),
        ),
    ],
};

/// `swarm.ResourceRequirements`
const REQUIREMENTS: Type = Type {
    name: "swarm.ResourceRequirements",
    fields: &[
        optional("Limits", "Limits", Kind::Pointer(&Kind::Struct(&LIMIT))),
        optional(
            "Reservations",
            "Reservations",
            Kind::Pointer(&Kind::Struct(&RESOURCES)),
        ),
    ],
};

/// `swarm.Limit`
const LIMIT: Type = Type {
    name: "swarm.Limit",
    fields: &[
        optional("NanoCPUs", "NanoCPUs", Kind::Named("int64", &Kind::Int)),
        optional(
            "MemoryBytes",
            "MemoryBytes",
            Kind::Named("int64", &Kind::Int),
        ),
        optional("Pids", "Pids", Kind::Named("int64", &Kind::Int)),
    ],
};
