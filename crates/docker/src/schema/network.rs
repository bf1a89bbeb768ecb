//! The fields of `network.Inspect` and of what it holds.

use super::{Kind, Type, field, optional};

/// `network.Inspect`
pub(super) const NETWORK_INSPECT: Type = Type {
    name: "network.Inspect",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("ID", "Id", Kind::Text),
        field("Created", "Created", Kind::Time),
        field("Scope", "Scope", Kind::Text),
        field("Driver", "Driver", Kind::Text),
        field("EnableIPv4", "EnableIPv4", Kind::Bool),
        field("EnableIPv6", "EnableIPv6", Kind::Bool),
        field("IPAM", "IPAM", Kind::Struct(&NETWORK_IPAM)),
        field("Internal", "Internal", Kind::Bool),
        field("Attachable", "Attachable", Kind::Bool),
        field("Ingress", "Ingress", Kind::Bool),
        field(
            "ConfigFrom",
            "ConfigFrom",
            Kind::Struct(&NETWORK_CONFIG_REFERENCE),
        ),
        field("ConfigOnly", "ConfigOnly", Kind::Bool),
        field(
            "Containers",
            "Containers",
            Kind::Map(&Kind::Struct(&NETWORK_ENDPOINT_RESOURCE)),
        ),
        field("Options", "Options", Kind::Map(&Kind::Text)),
        field("Labels", "Labels", Kind::Map(&Kind::Text)),
        optional(
            "Peers",
            "Peers",
            Kind::List(&Kind::Struct(&NETWORK_PEER_INFO)),
        ),
        optional(
            "Services",
            "Services",
            Kind::Map(&Kind::Struct(&NETWORK_SERVICE_INFO)),
        ),
    ],
};

/// `network.ServiceInfo`
pub(super) const NETWORK_SERVICE_INFO: Type = Type {
    name: "network.ServiceInfo",
    fields: &[
        field("VIP", "VIP", Kind::Text),
        field("Ports", "Ports", Kind::List(&Kind::Text)),
        field("LocalLBIndex", "LocalLBIndex", Kind::Int),
        field("Tasks", "Tasks", Kind::List(&Kind::Struct(&NETWORK_TASK))),
    ],
};

/// `network.Task`
pub(super) const NETWORK_TASK: Type = Type {
    name: "network.Task",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("EndpointID", "EndpointID", Kind::Text),
        field("EndpointIP", "EndpointIP", Kind::Text),
        field("Info", "Info", Kind::Map(&Kind::Text)),
    ],
};

/// `network.PeerInfo`
pub(super) const NETWORK_PEER_INFO: Type = Type {
    name: "network.PeerInfo",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("IP", "IP", Kind::Text),
    ],
};

/// `network.EndpointResource`
pub(super) const NETWORK_ENDPOINT_RESOURCE: Type = Type {
    name: "network.EndpointResource",
    fields: &[
        field("Name", "Name", Kind::Text),
        field("EndpointID", "EndpointID", Kind::Text),
        field("MacAddress", "MacAddress", Kind::Text),
        field("IPv4Address", "IPv4Address", Kind::Text),
        field("IPv6Address", "IPv6Address", Kind::Text),
    ],
};

/// `network.ConfigReference`
pub(super) const NETWORK_CONFIG_REFERENCE: Type = Type {
    name: "network.ConfigReference",
    fields: &[field("Network", "Network", Kind::Text)],
};

/// `network.IPAM`
pub(super) const NETWORK_IPAM: Type = Type {
    name: "network.IPAM",
    fields: &[
        field("Driver", "Driver", Kind::Text),
        field("Options", "Options", Kind::Map(&Kind::Text)),
        field(
            "Config",
            "Config",
            Kind::List(&Kind::Struct(&NETWORK_IPAMCONFIG)),
        ),
    ],
};

/// `network.IPAMConfig`
pub(super) const NETWORK_IPAMCONFIG: Type = Type {
    name: "network.IPAMConfig",
    fields: &[
        optional("Subnet", "Subnet", Kind::Text),
        optional("IPRange", "IPRange", Kind::Text),
        optional("Gateway", "Gateway", Kind::Text),
        optional("AuxAddress", "AuxiliaryAddresses", Kind::Map(&Kind::Text)),
    ],
};
