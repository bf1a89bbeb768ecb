//! The fields of `image.InspectResponse` and of what it holds.

use super::EMPTY;
use super::container::{
    CONTAINER_CONFIG, OCI_DESCRIPTOR, OCI_HEALTHCHECK_CONFIG, STORAGE_DRIVER_DATA,
};
use super::{Kind, Type, field, optional};

/// `image.InspectResponse`
pub(super) const IMAGE_INSPECT_RESPONSE: Type = Type {
    name: "image.InspectResponse",
    fields: &[
        field("ID", "Id", Kind::Text),
        field("RepoTags", "RepoTags", Kind::List(&Kind::Text)),
        field("RepoDigests", "RepoDigests", Kind::List(&Kind::Text)),
        field("Parent", "Parent", Kind::Text),
        field("Comment", "Comment", Kind::Text),
        optional("Created", "Created", Kind::Text),
        optional("Container", "Container", Kind::Text),
        optional(
            "ContainerConfig",
            "ContainerConfig",
            Kind::Pointer(&Kind::Struct(&CONTAINER_CONFIG)),
        ),
        field("DockerVersion", "DockerVersion", Kind::Text),
        field("Author", "Author", Kind::Text),
        field(
            "Config",
            "Config",
            Kind::Pointer(&Kind::Struct(&OCI_DOCKER_OCIIMAGE_CONFIG)),
        ),
        field("Architecture", "Architecture", Kind::Text),
        optional("Variant", "Variant", Kind::Text),
        field("Os", "Os", Kind::Text),
        optional("OsVersion", "OsVersion", Kind::Text),
        field("Size", "Size", Kind::Int),
        optional("VirtualSize", "VirtualSize", Kind::Int),
        field(
            "GraphDriver",
            "GraphDriver",
            Kind::Struct(&STORAGE_DRIVER_DATA),
        ),
        field("RootFS", "RootFS", Kind::Struct(&IMAGE_ROOT_FS)),
        field("Metadata", "Metadata", Kind::Struct(&IMAGE_METADATA)),
        optional(
            "Descriptor",
            "Descriptor",
            Kind::Pointer(&Kind::Struct(&OCI_DESCRIPTOR)),
        ),
        optional("Manifests", "Manifests", Kind::List(&Kind::Any)),
    ],
};

/// `image.Metadata`
pub(super) const IMAGE_METADATA: Type = Type {
    name: "image.Metadata",
    fields: &[optional("LastTagTime", "LastTagTime", Kind::Time)],
};

/// `image.RootFS`
pub(super) const IMAGE_ROOT_FS: Type = Type {
    name: "image.RootFS",
    fields: &[
        optional("Type", "Type", Kind::Text),
        optional("Layers", "Layers", Kind::List(&Kind::Text)),
    ],
};

/// `oci.DockerOCIImageConfig`
pub(super) const OCI_DOCKER_OCIIMAGE_CONFIG: Type = Type {
    name: "oci.DockerOCIImageConfig",
    fields: &[
        optional("User", "User", Kind::Text),
        optional(
            "ExposedPorts",
            "ExposedPorts",
            Kind::Map(&Kind::Struct(&EMPTY)),
        ),
        optional("Env", "Env", Kind::List(&Kind::Text)),
        optional("Entrypoint", "Entrypoint", Kind::List(&Kind::Text)),
        optional("Cmd", "Cmd", Kind::List(&Kind::Text)),
        optional("Volumes", "Volumes", Kind::Map(&Kind::Struct(&EMPTY))),
        optional("WorkingDir", "WorkingDir", Kind::Text),
        optional("Labels", "Labels", Kind::Map(&Kind::Text)),
        optional("StopSignal", "StopSignal", Kind::Text),
        optional("ArgsEscaped", "ArgsEscaped", Kind::Bool),
        optional(
            "Healthcheck",
            "Healthcheck",
            Kind::Pointer(&Kind::Struct(&OCI_HEALTHCHECK_CONFIG)),
        ),
        optional("OnBuild", "OnBuild", Kind::List(&Kind::Text)),
        optional("Shell", "Shell", Kind::List(&Kind::Text)),
    ],
};
