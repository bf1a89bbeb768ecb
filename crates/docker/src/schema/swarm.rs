//! The fields of `swarm.Service`, `swarm.Node`, `swarm.Task`, `swarm.Secret`, `swarm.Config` and of
//! what they hold.

use super::swarm_task::TASK_SPEC;
use super::{Kind, Row, Type, field, optional};

pub(super) const META_VERSION: Row = optional("Version", "Version", Kind::Struct(&VERSION));
pub(super) const META_CREATED: Row = optional("CreatedAt", "CreatedAt", Kind::Time);
pub(super) const META_UPDATED: Row = optional("UpdatedAt", "UpdatedAt", Kind::Time);
pub(super) const NAME: Row = optional("Name", "Name", Kind::Text);
pub(super) const LABELS: Row = field("Labels", "Labels", Kind::Map(&Kind::Text));
pub(super) const TEXTS: Kind = Kind::List(&Kind::Text);
pub(super) const OPTIONS: Kind = Kind::Map(&Kind::Text);

/// `swarm.Version`
const VERSION: Type = Type {
    name: "swarm.Version",
    fields: &[optional(
        "Index",
        "Index",
        Kind::Named("uint64", &Kind::Int),
    )],
};

/// `swarm.Driver`
pub(super) const DRIVER: Type = Type {
    name: "swarm.Driver",
    fields: &[NAME, optional("Options", "Options", OPTIONS)],
};

/// `swarm.Secret`
pub(super) const SECRET: Type = Type {
    name: "swarm.Secret",
    fields: &[
        field("ID", "ID", Kind::Text),
        META_VERSION,
        META_CREATED,
        META_UPDATED,
        field("Spec", "Spec", Kind::Struct(&SECRET_SPEC)),
    ],
};

/// `swarm.SecretSpec`
const SECRET_SPEC: Type = Type {
    name: "swarm.SecretSpec",
    fields: &[
        NAME,
        LABELS,
        optional("Data", "Data", Kind::Bytes),
        optional("Driver", "Driver", Kind::Pointer(&Kind::Struct(&DRIVER))),
        optional(
            "Templating",
            "Templating",
            Kind::Pointer(&Kind::Struct(&DRIVER)),
        ),
    ],
};

/// `swarm.Config`
pub(super) const CONFIG: Type = Type {
    name: "swarm.Config",
    fields: &[
        field("ID", "ID", Kind::Text),
        META_VERSION,
        META_CREATED,
        META_UPDATED,
        field("Spec", "Spec", Kind::Struct(&CONFIG_SPEC)),
    ],
};

/// `swarm.ConfigSpec`
const CONFIG_SPEC: Type = Type {
    name: "swarm.ConfigSpec",
    fields: &[
        NAME,
        LABELS,
        optional("Data", "Data", Kind::Bytes),
        optional(
            "Templating",
            "Templating",
            Kind::Pointer(&Kind::Struct(&DRIVER)),
        ),
    ],
};

/// `swarm.Node`
pub(super) const NODE: Type = Type {
    name: "swarm.Node",
    fields: &[
        field("ID", "ID", Kind::Text),
        META_VERSION,
        META_CREATED,
        META_UPDATED,
        optional("Spec", "Spec", Kind::Struct(&NODE_SPEC)),
        optional(
            "Description",
            "Description",
            Kind::Struct(&NODE_DESCRIPTION),
        ),
        optional("Status", "Status", Kind::Struct(&NODE_STATUS)),
        optional(
            "ManagerStatus",
            "ManagerStatus",
            Kind::Pointer(&Kind::Struct(&MANAGER_STATUS)),
        ),
    ],
};

/// `swarm.NodeSpec`
const NODE_SPEC: Type = Type {
    name: "swarm.NodeSpec",
    fields: &[
        NAME,
        LABELS,
        optional("Role", "Role", Kind::Named("swarm.NodeRole", &Kind::Text)),
        optional(
            "Availability",
            "Availability",
            Kind::Named("swarm.NodeAvailability", &Kind::Text),
        ),
    ],
};

/// `swarm.NodeDescription`
const NODE_DESCRIPTION: Type = Type {
    name: "swarm.NodeDescription",
    fields: &[
        optional("Hostname", "Hostname", Kind::Text),
        optional("Platform", "Platform", Kind::Struct(&PLATFORM)),
        optional("Resources", "Resources", Kind::Struct(&RESOURCES)),
        optional("Engine", "Engine", Kind::Struct(&ENGINE)),
        optional("TLSInfo", "TLSInfo", Kind::Struct(&TLS)),
        optional("CSIInfo", "CSIInfo", Kind::List(&Kind::Any)),
    ],
};

/// `swarm.Platform`
pub(super) const PLATFORM: Type = Type {
    name: "swarm.Platform",
    fields: &[
        optional("Architecture", "Architecture", Kind::Text),
        optional("OS", "OS", Kind::Text),
    ],
};

/// `swarm.EngineDescription`
const ENGINE: Type = Type {
    name: "swarm.EngineDescription",
    fields: &[
        optional("EngineVersion", "EngineVersion", Kind::Text),
        optional("Labels", "Labels", OPTIONS),
        optional("Plugins", "Plugins", Kind::List(&Kind::Struct(&PLUGIN))),
    ],
};

/// `swarm.PluginDescription`
const PLUGIN: Type = Type {
    name: "swarm.PluginDescription",
    fields: &[
        optional("Type", "Type", Kind::Text),
        optional("Name", "Name", Kind::Text),
    ],
};

/// `swarm.TLSInfo`
pub(super) const TLS: Type = Type {
    name: "swarm.TLSInfo",
    fields: &[
        optional("TrustRoot", "TrustRoot", Kind::Text),
        optional("CertIssuerSubject", "CertIssuerSubject", Kind::Bytes),
        optional("CertIssuerPublicKey", "CertIssuerPublicKey", Kind::Bytes),
    ],
};

/// `swarm.NodeStatus`
const NODE_STATUS: Type = Type {
    name: "swarm.NodeStatus",
    fields: &[
        optional(
            "State",
            "State",
            Kind::Named("swarm.NodeState", &Kind::Text),
        ),
        optional("Message", "Message", Kind::Text),
        optional("Addr", "Addr", Kind::Text),
    ],
};

/// `swarm.ManagerStatus`
const MANAGER_STATUS: Type = Type {
    name: "swarm.ManagerStatus",
    fields: &[
        optional("Leader", "Leader", Kind::Bool),
        optional(
            "Reachability",
            "Reachability",
            Kind::Named("swarm.Reachability", &Kind::Text),
        ),
        optional("Addr", "Addr", Kind::Text),
    ],
};

/// `swarm.Service`
pub(super) const SERVICE: Type = Type {
    name: "swarm.Service",
    fields: &[
        field("ID", "ID", Kind::Text),
        META_VERSION,
        META_CREATED,
        META_UPDATED,
        optional("Spec", "Spec", Kind::Struct(&SERVICE_SPEC)),
        optional(
            "PreviousSpec",
            "PreviousSpec",
            Kind::Pointer(&Kind::Struct(&SERVICE_SPEC)),
        ),
        optional("Endpoint", "Endpoint", Kind::Struct(&ENDPOINT)),
        optional(
            "UpdateStatus",
            "UpdateStatus",
            Kind::Pointer(&Kind::Struct(&UPDATE_STATUS)),
        ),
        optional(
            "ServiceStatus",
            "ServiceStatus",
            Kind::Pointer(&Kind::Struct(&SERVICE_STATUS)),
        ),
        optional(
            "JobStatus",
            "JobStatus",
            Kind::Pointer(&Kind::Struct(&JOB_STATUS)),
        ),
    ],
};

/// `swarm.ServiceSpec`
const SERVICE_SPEC: Type = Type {
    name: "swarm.ServiceSpec",
    fields: &[
        NAME,
        LABELS,
        optional("TaskTemplate", "TaskTemplate", Kind::Struct(&TASK_SPEC)),
        optional("Mode", "Mode", Kind::Struct(&MODE)),
        optional(
            "UpdateConfig",
            "UpdateConfig",
            Kind::Pointer(&Kind::Struct(&UPDATE_CONFIG)),
        ),
        optional(
            "RollbackConfig",
            "RollbackConfig",
            Kind::Pointer(&Kind::Struct(&UPDATE_CONFIG)),
        ),
        optional(
            "Networks",
            "Networks",
            Kind::List(&Kind::Struct(&ATTACHMENT)),
        ),
        optional(
            "EndpointSpec",
            "EndpointSpec",
            Kind::Pointer(&Kind::Struct(&ENDPOINT_SPEC)),
        ),
    ],
};

/// `swarm.ServiceMode`
const MODE: Type = Type {
    name: "swarm.ServiceMode",
    fields: &[
        optional(
            "Replicated",
            "Replicated",
            Kind::Pointer(&Kind::Struct(&REPLICATED)),
        ),
        optional("Global", "Global", Kind::Pointer(&Kind::Struct(&GLOBAL))),
        optional(
            "ReplicatedJob",
            "ReplicatedJob",
            Kind::Pointer(&Kind::Struct(&REPLICATED_JOB)),
        ),
        optional(
            "GlobalJob",
            "GlobalJob",
            Kind::Pointer(&Kind::Struct(&GLOBAL_JOB)),
        ),
    ],
};

/// `swarm.GlobalService`
const GLOBAL: Type = Type {
    name: "swarm.GlobalService",
    fields: &[],
};

/// `swarm.GlobalJob`
const GLOBAL_JOB: Type = Type {
    name: "swarm.GlobalJob",
    fields: &[],
};

/// `swarm.ReplicatedService`
const REPLICATED: Type = Type {
    name: "swarm.ReplicatedService",
    fields: &[optional(
        "Replicas",
        "Replicas",
        Kind::Pointer(&Kind::Named("uint64", &Kind::Int)),
    )],
};

/// `swarm.ReplicatedJob`
const REPLICATED_JOB: Type = Type {
    name: "swarm.ReplicatedJob",
    fields: &[
        optional(
            "MaxConcurrent",
            "MaxConcurrent",
            Kind::Pointer(&Kind::Named("uint64", &Kind::Int)),
        ),
        optional(
            "TotalCompletions",
            "TotalCompletions",
            Kind::Pointer(&Kind::Named("uint64", &Kind::Int)),
        ),
    ],
};

/// `swarm.UpdateConfig`
const UPDATE_CONFIG: Type = Type {
    name: "swarm.UpdateConfig",
    fields: &[
        field(
            "Parallelism",
            "Parallelism",
            Kind::Named("uint64", &Kind::Int),
        ),
        optional("Delay", "Delay", Kind::Duration),
        optional("FailureAction", "FailureAction", Kind::Text),
        optional("Monitor", "Monitor", Kind::Duration),
        field("MaxFailureRatio", "MaxFailureRatio", Kind::Float),
        field("Order", "Order", Kind::Text),
    ],
};

/// `swarm.UpdateStatus`
const UPDATE_STATUS: Type = Type {
    name: "swarm.UpdateStatus",
    fields: &[
        optional(
            "State",
            "State",
            Kind::Named("swarm.UpdateState", &Kind::Text),
        ),
        optional("StartedAt", "StartedAt", Kind::Pointer(&Kind::Time)),
        optional("CompletedAt", "CompletedAt", Kind::Pointer(&Kind::Time)),
        optional("Message", "Message", Kind::Text),
    ],
};

/// `swarm.ServiceStatus`
const SERVICE_STATUS: Type = Type {
    name: "swarm.ServiceStatus",
    fields: &[
        field(
            "RunningTasks",
            "RunningTasks",
            Kind::Named("uint64", &Kind::Int),
        ),
        field(
            "DesiredTasks",
            "DesiredTasks",
            Kind::Named("uint64", &Kind::Int),
        ),
        field(
            "CompletedTasks",
            "CompletedTasks",
            Kind::Named("uint64", &Kind::Int),
        ),
    ],
};

/// `swarm.JobStatus`
const JOB_STATUS: Type = Type {
    name: "swarm.JobStatus",
    fields: &[
        field("JobIteration", "JobIteration", Kind::Struct(&VERSION)),
        optional("LastExecution", "LastExecution", Kind::Time),
    ],
};

/// `swarm.Endpoint`
const ENDPOINT: Type = Type {
    name: "swarm.Endpoint",
    fields: &[
        optional("Spec", "Spec", Kind::Struct(&ENDPOINT_SPEC)),
        optional("Ports", "Ports", Kind::List(&Kind::Struct(&PORT))),
        optional(
            "VirtualIPs",
            "VirtualIPs",
            Kind::List(&Kind::Struct(&VIRTUAL_IP)),
        ),
    ],
};

/// `swarm.EndpointVirtualIP`
const VIRTUAL_IP: Type = Type {
    name: "swarm.EndpointVirtualIP",
    fields: &[
        optional("NetworkID", "NetworkID", Kind::Text),
        optional("Addr", "Addr", Kind::Text),
    ],
};

/// `swarm.EndpointSpec`
const ENDPOINT_SPEC: Type = Type {
    name: "swarm.EndpointSpec",
    fields: &[
        optional(
            "Mode",
            "Mode",
            Kind::Named("swarm.ResolutionMode", &Kind::Text),
        ),
        optional("Ports", "Ports", Kind::List(&Kind::Struct(&PORT))),
    ],
};

/// `swarm.PortConfig`
const PORT: Type = Type {
    name: "swarm.PortConfig",
    fields: &[
        NAME,
        optional(
            "Protocol",
            "Protocol",
            Kind::Named("swarm.PortConfigProtocol", &Kind::Text),
        ),
        optional(
            "TargetPort",
            "TargetPort",
            Kind::Named("uint32", &Kind::Int),
        ),
        optional(
            "PublishedPort",
            "PublishedPort",
            Kind::Named("uint32", &Kind::Int),
        ),
        optional(
            "PublishMode",
            "PublishMode",
            Kind::Named("swarm.PortConfigPublishMode", &Kind::Text),
        ),
    ],
};

/// `swarm.NetworkAttachmentConfig`
pub(super) const ATTACHMENT: Type = Type {
    name: "swarm.NetworkAttachmentConfig",
    fields: &[
        optional("Target", "Target", Kind::Text),
        optional("Aliases", "Aliases", TEXTS),
        optional("DriverOpts", "DriverOpts", OPTIONS),
    ],
};

/// `swarm.Resources`
pub(super) const RESOURCES: Type = Type {
    name: "swarm.Resources",
    fields: &[
        optional("NanoCPUs", "NanoCPUs", Kind::Named("int64", &Kind::Int)),
        optional(
            "MemoryBytes",
            "MemoryBytes",
            Kind::Named("int64", &Kind::Int),
        ),
        optional(
            "GenericResources",
            "GenericResources",
            Kind::List(&Kind::Any),
        ),
    ],
};
