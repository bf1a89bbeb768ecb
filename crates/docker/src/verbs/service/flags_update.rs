//! The flags that `docker service update` alone has.

use super::checks;
use crate::grammar::{Flag, Kind, flag};

/// Sorted by name.
pub(super) const UPDATE: &[Flag] = &[
    flag(' ', "args", Kind::Other("command"), "Service command args").checked(checks::command),
    flag(
        ' ',
        "config-add",
        Kind::Other("config"),
        "Add or update a config file on a service",
    )
    .checked(checks::config),
    flag(' ', "config-rm", Kind::List, "Remove a configuration file"),
    flag(
        ' ',
        "constraint-add",
        Kind::List,
        "Add or update a placement constraint",
    ),
    flag(' ', "constraint-rm", Kind::List, "Remove a constraint"),
    flag(
        ' ',
        "container-label-add",
        Kind::List,
        "Add or update a container label",
    )
    .checked(checks::label),
    flag(
        ' ',
        "container-label-rm",
        Kind::List,
        "Remove a container label by its key",
    ),
    flag(
        ' ',
        "dns-add",
        Kind::List,
        "Add or update a custom DNS server",
    )
    .checked(checks::address),
    flag(
        ' ',
        "dns-option-add",
        Kind::List,
        "Add or update a DNS option",
    ),
    flag(' ', "dns-option-rm", Kind::List, "Remove a DNS option"),
    flag(' ', "dns-rm", Kind::List, "Remove a custom DNS server"),
    flag(
        ' ',
        "dns-search-add",
        Kind::List,
        "Add or update a custom DNS search domain",
    )
    .checked(checks::search),
    flag(
        ' ',
        "dns-search-rm",
        Kind::List,
        "Remove a DNS search domain",
    ),
    flag(
        ' ',
        "endpoint-mode",
        Kind::Text,
        "Endpoint mode (vip or dnsrr)",
    ),
    flag(
        ' ',
        "env-add",
        Kind::List,
        "Add or update an environment variable",
    )
    .checked(checks::env),
    flag(' ', "env-rm", Kind::List, "Remove an environment variable"),
    flag(
        ' ',
        "force",
        Kind::Bool,
        "Force update even if no changes require it",
    ),
    flag(
        ' ',
        "generic-resource-add",
        Kind::List,
        "Add a Generic resource",
    )
    .checked(checks::resource),
    flag(
        ' ',
        "generic-resource-rm",
        Kind::List,
        "Remove a Generic resource",
    ),
    flag(
        ' ',
        "group-add",
        Kind::List,
        "Add an additional supplementary user group to the container",
    ),
    flag(
        ' ',
        "group-rm",
        Kind::List,
        "Remove a previously added supplementary user group from the container",
    ),
    flag(
        ' ',
        "host-add",
        Kind::List,
        "Add a custom host-to-IP mapping (\"host:ip\")",
    )
    .checked(checks::host),
    flag(
        ' ',
        "host-rm",
        Kind::List,
        "Remove a custom host-to-IP mapping (\"host:ip\")",
    ),
    flag(' ', "image", Kind::Text, "Service image tag"),
    flag(
        ' ',
        "label-add",
        Kind::List,
        "Add or update a service label",
    )
    .checked(checks::label),
    flag(' ', "label-rm", Kind::List, "Remove a label by its key"),
    flag(
        ' ',
        "mount-add",
        Kind::Other("mount"),
        "Add or update a mount on a service",
    )
    .checked(checks::mount),
    flag(
        ' ',
        "mount-rm",
        Kind::List,
        "Remove a mount by its target path",
    ),
    flag(' ', "network-add", Kind::Other("network"), "Add a network").checked(checks::network),
    flag(' ', "network-rm", Kind::List, "Remove a network"),
    flag(
        ' ',
        "placement-pref-add",
        Kind::Other("pref"),
        "Add a placement preference",
    )
    .checked(checks::preference),
    flag(
        ' ',
        "placement-pref-rm",
        Kind::Other("pref"),
        "Remove a placement preference",
    )
    .checked(checks::preference),
    flag(
        ' ',
        "publish-add",
        Kind::Other("port"),
        "Add or update a published port",
    )
    .checked(checks::port),
    flag(
        ' ',
        "publish-rm",
        Kind::Other("port"),
        "Remove a published port by its target port",
    )
    .checked(checks::target),
    flag(
        ' ',
        "restart-condition",
        Kind::Text,
        "Restart when condition is met (\"none\", \"on-failure\", \"any\")",
    ),
    flag(
        ' ',
        "restart-delay",
        Kind::Duration,
        "Delay between restart attempts (ns|us|ms|s|m|h)",
    ),
    flag(
        ' ',
        "rollback",
        Kind::Bool,
        "Rollback to previous specification",
    ),
    flag(
        ' ',
        "rollback-delay",
        Kind::Duration,
        "Delay between task rollbacks (ns|us|ms|s|m|h)",
    ),
    flag(
        ' ',
        "rollback-failure-action",
        Kind::Text,
        "Action on rollback failure (\"pause\", \"continue\")",
    ),
    flag(
        ' ',
        "rollback-max-failure-ratio",
        Kind::Other("float"),
        "Failure rate to tolerate during a rollback",
    )
    .checked(checks::float),
    flag(
        ' ',
        "rollback-monitor",
        Kind::Duration,
        "Duration after each task rollback to monitor for failure (ns|us|ms|s|m|h)",
    ),
    flag(
        ' ',
        "rollback-order",
        Kind::Text,
        "Rollback order (\"start-first\", \"stop-first\")",
    ),
    flag(
        ' ',
        "rollback-parallelism",
        Kind::Uint,
        "Maximum number of tasks rolled back simultaneously (0 to roll back all at once)",
    ),
    flag(
        ' ',
        "secret-add",
        Kind::Other("secret"),
        "Add or update a secret on a service",
    )
    .checked(checks::secret),
    flag(' ', "secret-rm", Kind::List, "Remove a secret"),
    flag(
        ' ',
        "stop-grace-period",
        Kind::Duration,
        "Time to wait before force killing a container (ns|us|ms|s|m|h)",
    ),
    flag(
        ' ',
        "sysctl-add",
        Kind::List,
        "Add or update a Sysctl option",
    ),
    flag(' ', "sysctl-rm", Kind::List, "Remove a Sysctl option"),
    flag(
        ' ',
        "ulimit-add",
        Kind::Other("ulimit"),
        "Add or update a ulimit option (default [])",
    )
    .checked(checks::ulimit),
    flag(' ', "ulimit-rm", Kind::List, "Remove a ulimit option"),
    flag(
        ' ',
        "update-delay",
        Kind::Duration,
        "Delay between updates (ns|us|ms|s|m|h)",
    ),
    flag(
        ' ',
        "update-failure-action",
        Kind::Text,
        "Action on update failure (\"pause\", \"continue\", \"rollback\")",
    ),
    flag(
        ' ',
        "update-max-failure-ratio",
        Kind::Other("float"),
        "Failure rate to tolerate during an update",
    )
    .checked(checks::float),
    flag(
        ' ',
        "update-monitor",
        Kind::Duration,
        "Duration after each task update to monitor for failure (ns|us|ms|s|m|h)",
    ),
    flag(
        ' ',
        "update-order",
        Kind::Text,
        "Update order (\"start-first\", \"stop-first\")",
    ),
    flag(
        ' ',
        "update-parallelism",
        Kind::Uint,
        "Maximum number of tasks updated simultaneously (0 to update all at once)",
    ),
];
