//! The fields of a docker context.

use super::{Kind, Type, field};

/// `context.contextWithTLSListing`
pub(super) const CONTEXT: Type = Type {
    name: "context.contextWithTLSListing",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("Metadata", "Metadata", Kind::Any),
        field("Endpoints", "Endpoints", Kind::Map(&Kind::Any)),
        field("TLSMaterial", "TLSMaterial", Kind::Map(&Kind::Any)),
        field("Storage", "Storage", Kind::Struct(&STORAGE)),
    ],
};

/// `store.StorageInfo`
const STORAGE: Type = Type {
    name: "store.StorageInfo",
    fields: &[
        field("MetadataPath", "MetadataPath", Kind::Text),
        field("TLSPath", "TLSPath", Kind::Text),
    ],
};
