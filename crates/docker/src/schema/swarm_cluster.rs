//! The fields of `swarm.ClusterInfo`, in `docker info`.

use super::swarm::{LABELS, META_CREATED, META_UPDATED, META_VERSION, NAME, TEXTS, TLS};
use super::{Kind, Type, field, optional};

const INT64: Kind = Kind::Named("int64", &Kind::Int);
const UINT64: Kind = Kind::Named("uint64", &Kind::Int);
const UINT32: Kind = Kind::Named("uint32", &Kind::Int);

/// `swarm.ClusterInfo`
pub(super) const CLUSTER: Type = Type {
    name: "swarm.ClusterInfo",
    fields: &[
        field("ID", "ID", Kind::Text),
        META_VERSION,
        META_CREATED,
        META_UPDATED,
        field("Spec", "Spec", Kind::Struct(&SPEC)),
        field("TLSInfo", "TLSInfo", Kind::Struct(&TLS)),
        field(
            "RootRotationInProgress",
            "RootRotationInProgress",
            Kind::Bool,
        ),
        field("DefaultAddrPool", "DefaultAddrPool", TEXTS),
        field("SubnetSize", "SubnetSize", UINT32),
        field("DataPathPort", "DataPathPort", UINT32),
    ],
};

/// `swarm.Spec`
const SPEC: Type = Type {
    name: "swarm.Spec",
    fields: &[
        NAME,
        LABELS,
        optional(
            "Orchestration",
            "Orchestration",
            Kind::Struct(&ORCHESTRATION),
        ),
        optional("Raft", "Raft", Kind::Struct(&RAFT)),
        optional("Dispatcher", "Dispatcher", Kind::Struct(&DISPATCHER)),
        optional("CAConfig", "CAConfig", Kind::Struct(&CA)),
        optional("TaskDefaults", "TaskDefaults", Kind::Struct(&DEFAULTS)),
        optional(
            "EncryptionConfig",
            "EncryptionConfig",
            Kind::Struct(&ENCRYPTION),
        ),
    ],
};

/// `swarm.OrchestrationConfig`
const ORCHESTRATION: Type = Type {
    name: "swarm.OrchestrationConfig",
    fields: &[optional(
        "TaskHistoryRetentionLimit",
        "TaskHistoryRetentionLimit",
        Kind::Pointer(&INT64),
    )],
};

/// `swarm.RaftConfig`
const RAFT: Type = Type {
    name: "swarm.RaftConfig",
    fields: &[
        optional("SnapshotInterval", "SnapshotInterval", UINT64),
        optional(
            "KeepOldSnapshots",
            "KeepOldSnapshots",
            Kind::Pointer(&UINT64),
        ),
        optional(
            "LogEntriesForSlowFollowers",
            "LogEntriesForSlowFollowers",
            UINT64,
        ),
        field("ElectionTick", "ElectionTick", Kind::Int),
        field("HeartbeatTick", "HeartbeatTick", Kind::Int),
    ],
};

/// `swarm.DispatcherConfig`
const DISPATCHER: Type = Type {
    name: "swarm.DispatcherConfig",
    fields: &[optional(
        "HeartbeatPeriod",
        "HeartbeatPeriod",
        Kind::Duration,
    )],
};

/// `swarm.CAConfig`
const CA: Type = Type {
    name: "swarm.CAConfig",
    fields: &[
        optional("NodeCertExpiry", "NodeCertExpiry", Kind::Duration),
        optional("ExternalCAs", "ExternalCAs", Kind::List(&Kind::Any)),
        optional("SigningCACert", "SigningCACert", Kind::Text),
        optional("SigningCAKey", "SigningCAKey", Kind::Text),
        optional("ForceRotate", "ForceRotate", UINT64),
    ],
};

/// `swarm.TaskDefaults`
const DEFAULTS: Type = Type {
    name: "swarm.TaskDefaults",
    fields: &[optional(
        "LogDriver",
        "LogDriver",
        Kind::Pointer(&Kind::Any),
    )],
};

/// `swarm.EncryptionConfig`
const ENCRYPTION: Type = Type {
    name: "swarm.EncryptionConfig",
    fields: &[field("AutoLockManagers", "AutoLockManagers", Kind::Bool)],
};
