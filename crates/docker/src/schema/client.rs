//! What `docker version` and `docker info` say of the client.

use super::{Kind, Type, field, optional};

/// `clientVersion`
pub(super) const VERSION: Type = Type {
    name: "system.clientVersion",
    fields: &[
        optional("Platform", "Platform", Kind::Pointer(&Kind::Any)),
        optional("Version", "Version", Kind::Text),
        optional("APIVersion", "ApiVersion", Kind::Text),
        optional("DefaultAPIVersion", "DefaultAPIVersion", Kind::Text),
        optional("GitCommit", "GitCommit", Kind::Text),
        optional("GoVersion", "GoVersion", Kind::Text),
        optional("Os", "Os", Kind::Text),
        optional("Arch", "Arch", Kind::Text),
        optional("BuildTime", "BuildTime", Kind::Text),
        field("Context", "Context", Kind::Text),
    ],
};

/// `clientInfo`
pub(super) const INFO: Type = Type {
    name: "system.clientInfo",
    fields: &[
        field("Debug", "Debug", Kind::Bool),
        optional("Platform", "Platform", Kind::Pointer(&Kind::Any)),
        optional("Version", "Version", Kind::Text),
        optional("APIVersion", "ApiVersion", Kind::Text),
        optional("DefaultAPIVersion", "DefaultAPIVersion", Kind::Text),
        optional("GitCommit", "GitCommit", Kind::Text),
        optional("GoVersion", "GoVersion", Kind::Text),
        optional("Os", "Os", Kind::Text),
        optional("Arch", "Arch", Kind::Text),
        optional("BuildTime", "BuildTime", Kind::Text),
        field("Context", "Context", Kind::Text),
        field("Plugins", "Plugins", Kind::List(&Kind::Any)),
        field("Warnings", "Warnings", Kind::List(&Kind::Text)),
    ],
};
