//! Which changed fields are the engine's bookkeeping rather than news for a learner.

use super::FieldChange;

/// Paths of fields that say little by themselves; `*` stands for any text, dots included (a
/// network's name may have some). They are shown after the others, not hidden.
const DETAILS: [&str; 50] = [
    // A container: `State.Status` says the same, or they are numbers and dates of the moment.
    "State.Running",
    "State.Paused",
    "State.Restarting",
    "State.Dead",
    "State.Pid",
    "State.StartedAt",
    "State.FinishedAt",
    "State.Health.Log*",
    "Created",
    "ExecIDs*",
    // Where the daemon keeps its files.
    "LogPath",
    "ResolvConfPath",
    "HostnamePath",
    "HostsPath",
    "GraphDriver*",
    "Storage*",
    // What a network is made of; addresses, ports and networks joined are news.
    "NetworkSettings.Bridge",
    "NetworkSettings.SandboxID",
    "NetworkSettings.SandboxKey",
    "NetworkSettings.EndpointID",
    "NetworkSettings.MacAddress",
    "NetworkSettings.Gateway",
    "NetworkSettings.IPAddress",
    "NetworkSettings.IPPrefixLen",
    "NetworkSettings.HairpinMode",
    "NetworkSettings.IPv6Gateway",
    "NetworkSettings.GlobalIPv6*",
    "NetworkSettings.LinkLocalIPv6*",
    "NetworkSettings.Secondary*",
    "NetworkSettings.Networks.*.EndpointID",
    "NetworkSettings.Networks.*.NetworkID",
    "NetworkSettings.Networks.*.MacAddress",
    "NetworkSettings.Networks.*.Gateway",
    "NetworkSettings.Networks.*.IPPrefixLen",
    "NetworkSettings.Networks.*.IPv6Gateway",
    "NetworkSettings.Networks.*.GlobalIPv6*",
    "NetworkSettings.Networks.*.DNSNames*",
    "NetworkSettings.Networks.*.GwPriority",
    // An image, a volume, a network, a service.
    "Metadata.LastTagTime",
    "CreatedAt",
    "UpdatedAt",
    "Containers.*.EndpointID",
    "Containers.*.MacAddress",
    "Version.Index",
    "PreviousSpec*",
    "UpdateStatus.StartedAt",
    "UpdateStatus.CompletedAt",
    "Endpoint.VirtualIPs*",
    "Description.Engine*",
    "Description.TLSInfo*",
];

impl FieldChange {
    /// Whether this is the engine's bookkeeping, to be shown after what tells a learner something.
    pub fn is_detail(&self) -> bool {
        DETAILS.iter().any(|pattern| matches(pattern, &self.path))
    }
}

fn matches(pattern: &str, path: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == path;
    };
    let Some(remaining) = path.strip_prefix(start) else {
        return false;
    };
    if rest.is_empty() {
        return true;
    }
    (0..=remaining.len())
        .filter(|&index| remaining.is_char_boundary(index))
        .any(|index| matches(rest, &remaining[index..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_detail(path: &str) -> bool {
        FieldChange {
            path: path.to_owned(),
            before: None,
            after: None,
        }
        .is_detail()
    }

    #[test]
    fn bookkeeping_is_told_from_news() {
        for path in [
            "State.Pid",
            "State.StartedAt",
            "GraphDriver.Data.MergedDir",
            "GraphDriver",
            "NetworkSettings.Networks.bridge.EndpointID",
            "NetworkSettings.Networks.mon.reseau.EndpointID",
            "Containers.4f5.EndpointID",
            "ExecIDs",
            "ExecIDs.0",
        ] {
            assert!(is_detail(path), "{path}");
        }
        for path in [
            "State.Status",
            "State.ExitCode",
            "State.OOMKilled",
            "State.Health.Status",
            "Name",
            "RepoTags.0",
            "NetworkSettings.Ports.80/tcp.0.HostPort",
            "NetworkSettings.Networks.bridge.IPAddress",
            "NetworkSettings.Networks.bridge",
            "Containers.4f5",
            "Changes./State.Pid",
            "Changes./GraphDriver",
            "HostConfig.Memory",
        ] {
            assert!(!is_detail(path), "{path}");
        }
    }
}
