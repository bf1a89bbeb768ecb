//! The settings of a cluster that `docker swarm init` and `docker swarm update` change.

use serde_json::{Map, Value};

use super::external;
use crate::grammar::Values;

/// Writes what was given into the cluster's `Spec`.
pub(super) fn merge(spec: &mut Value, values: &Values) {
    let numbers = [
        (
            "task-history-limit",
            "Orchestration",
            "TaskHistoryRetentionLimit",
        ),
        ("dispatcher-heartbeat", "Dispatcher", "HeartbeatPeriod"),
        ("cert-expiry", "CAConfig", "NodeCertExpiry"),
        ("max-snapshots", "Raft", "KeepOldSnapshots"),
        ("snapshot-interval", "Raft", "SnapshotInterval"),
    ];
    for (flag, group, field) in numbers {
        if values.changed(flag) {
            if !spec[group].is_object() {
                spec[group] = Value::Object(Map::new());
            }
            spec[group][field] = values.number(flag).into();
        }
    }
    if values.changed("external-ca") {
        let authorities = values.list("external-ca");
        let read = authorities.iter().filter_map(|it| external::read(it).ok());
        spec["CAConfig"]["ExternalCAs"] = read.collect();
    }
    if values.changed("autolock") {
        spec["EncryptionConfig"]["AutoLockManagers"] = values.on("autolock").into();
    }
}
