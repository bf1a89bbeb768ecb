//! The fields of `types.Version` and of what it holds.

use super::{Kind, Type, field, optional};

/// `types.Version`
pub(super) const TYPES_VERSION: Type = Type {
    name: "types.Version",
    fields: &[
        optional("Platform", "Platform", Kind::Struct(&PLATFORM)),
        optional(
            "Components",
            "Components",
            Kind::List(&Kind::Struct(&TYPES_COMPONENT_VERSION)),
        ),
        field("Version", "Version", Kind::Text),
        field("APIVersion", "ApiVersion", Kind::Text),
        optional("MinAPIVersion", "MinAPIVersion", Kind::Text),
        field("GitCommit", "GitCommit", Kind::Text),
        field("GoVersion", "GoVersion", Kind::Text),
        field("Os", "Os", Kind::Text),
        field("Arch", "Arch", Kind::Text),
        optional("KernelVersion", "KernelVersion", Kind::Text),
        optional("Experimental", "Experimental", Kind::Bool),
        optional("BuildTime", "BuildTime", Kind::Text),
    ],
};

/// `types.ComponentVersion`
pub(super) const TYPES_COMPONENT_VERSION: Type = Type {
    name: "types.ComponentVersion",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("Version", "Version", Kind::Text),
        optional("Details", "Details", Kind::Map(&Kind::Text)),
    ],
};

/// The product's name.
pub(super) const PLATFORM: Type = Type {
    name: "struct { Name string }",
    fields: &[field("Name", "Name", Kind::Text)],
};
