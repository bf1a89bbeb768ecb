//! The fields of `volume.Volume` and of what it holds.

use super::{Kind, Type, field, optional};

/// `volume.Volume`
pub(super) const VOLUME_VOLUME: Type = Type {
    name: "volume.Volume",
    fields: &[
        optional("ClusterVolume", "ClusterVolume", Kind::Pointer(&Kind::Any)),
        optional("CreatedAt", "CreatedAt", Kind::Text),
        field("Driver", "Driver", Kind::Text),
        field("Labels", "Labels", Kind::Map(&Kind::Text)),
        field("Mountpoint", "Mountpoint", Kind::Text),
        field("Name", "Name", Kind::Text),
        field("Options", "Options", Kind::Map(&Kind::Text)),
        field("Scope", "Scope", Kind::Text),
        optional("Status", "Status", Kind::Map(&Kind::Any)),
        optional(
            "UsageData",
            "UsageData",
            Kind::Pointer(&Kind::Struct(&VOLUME_USAGE_DATA)),
        ),
    ],
};

/// `volume.UsageData`
pub(super) const VOLUME_USAGE_DATA: Type = Type {
    name: "volume.UsageData",
    fields: &[
        field("RefCount", "RefCount", Kind::Int),
        field("Size", "Size", Kind::Int),
    ],
};
