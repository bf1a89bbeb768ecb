//! The flags of `docker service create` and `docker service update`, and what they share.

use super::checks;
use crate::grammar::{Flag, Kind, flag};

/// What both have.
pub(super) const SHARED: &[Flag] = &[
    flag(' ', "cap-add", Kind::List, "Add Linux capabilities"),
    flag(' ', "cap-drop", Kind::List, "Drop Linux capabilities"),
    flag(
        ' ',
        "credential-spec",
        Kind::Other("credential-spec"),
        "Credential spec for managed service account (Windows only)",
    )
    .checked(checks::credentials),
    flag(
        'd',
        "detach",
        Kind::Bool,
        "Exit immediately instead of waiting for the service to converge",
    ),
    flag(
        ' ',
        "entrypoint",
        Kind::Other("command"),
        "Overwrite the default ENTRYPOINT of the image",
    ),
    flag(
        ' ',
        "health-cmd",
        Kind::Text,
        "Command to run to check health",
    ),
    flag(
        ' ',
        "health-interval",
        Kind::Duration,
        "Time between running the check (ms|s|m|h)",
    ),
    flag(
        ' ',
        "health-retries",
        Kind::Int,
        "Consecutive failures needed to report unhealthy",
    ),
    flag(
        ' ',
        "health-start-interval",
        Kind::Duration,
        "Time between running the check during the start period (ms|s|m|h)",
    ),
    flag(
        ' ',
        "health-start-period",
        Kind::Duration,
        "Start period for the container to initialize before counting retries towards unstable (ms|s|m|h)",
    ),
    flag(
        ' ',
        "health-timeout",
        Kind::Duration,
        "Maximum time to allow one check to run (ms|s|m|h)",
    ),
    flag(' ', "hostname", Kind::Text, "Container hostname"),
    flag(
        ' ',
        "init",
        Kind::Bool,
        "Use an init inside each service container to forward signals and reap processes",
    ),
    flag(
        ' ',
        "isolation",
        Kind::Text,
        "Service container isolation mode",
    ),
    flag(' ', "limit-cpu", Kind::Decimal, "Limit CPUs"),
    flag(' ', "limit-memory", Kind::Bytes, "Limit Memory"),
    flag(
        ' ',
        "limit-pids",
        Kind::Int,
        "Limit maximum number of processes (default 0 = unlimited)",
    ),
    flag(' ', "log-driver", Kind::Text, "Logging driver for service"),
    flag(' ', "log-opt", Kind::List, "Logging driver options"),
    flag(
        ' ',
        "max-concurrent",
        Kind::Uint,
        "Number of job tasks to run concurrently (default equal to --replicas)",
    ),
    flag(
        ' ',
        "no-healthcheck",
        Kind::Bool,
        "Disable any container-specified HEALTHCHECK",
    ),
    flag(
        ' ',
        "no-resolve-image",
        Kind::Bool,
        "Do not query the registry to resolve image digest and supported platforms",
    ),
    flag(
        ' ',
        "oom-score-adj",
        Kind::Int,
        "Tune host's OOM preferences (-1000 to 1000) ",
    ),
    flag('q', "quiet", Kind::Bool, "Suppress progress output"),
    flag(
        ' ',
        "read-only",
        Kind::Bool,
        "Mount the container's root filesystem as read only",
    ),
    flag(' ', "replicas", Kind::Uint, "Number of tasks"),
    flag(
        ' ',
        "replicas-max-per-node",
        Kind::Uint,
        "Maximum number of tasks per node (default 0 = unlimited)",
    ),
    flag(' ', "reserve-cpu", Kind::Decimal, "Reserve CPUs"),
    flag(' ', "reserve-memory", Kind::Bytes, "Reserve Memory"),
    flag(
        ' ',
        "restart-max-attempts",
        Kind::Uint,
        "Maximum number of restarts before giving up",
    ),
    flag(
        ' ',
        "restart-window",
        Kind::Duration,
        "Window used to evaluate the restart policy (ns|us|ms|s|m|h)",
    ),
    flag(
        ' ',
        "stop-signal",
        Kind::Text,
        "Signal to stop the container",
    ),
    flag('t', "tty", Kind::Bool, "Allocate a pseudo-TTY"),
    flag(
        'u',
        "user",
        Kind::Text,
        "Username or UID (format: <name|uid>[:<group|gid>])",
    ),
    flag(
        ' ',
        "with-registry-auth",
        Kind::Bool,
        "Send registry authentication details to swarm agents",
    ),
    flag(
        'w',
        "workdir",
        Kind::Text,
        "Working directory inside the container",
    ),
];

/// Those of `create` alone.
pub(super) const CREATE: &[Flag] = &[
    flag(
        ' ',
        "config",
        Kind::Other("config"),
        "Specify configurations to expose to the service",
    )
    .checked(checks::config),
    flag(' ', "constraint", Kind::List, "Placement constraints"),
    flag(' ', "container-label", Kind::List, "Container labels").checked(checks::label),
    flag(' ', "dns", Kind::List, "Set custom DNS servers").checked(checks::address),
    flag(' ', "dns-option", Kind::List, "Set DNS options"),
    flag(
        ' ',
        "dns-search",
        Kind::List,
        "Set custom DNS search domains",
    )
    .checked(checks::search),
    flag(
        ' ',
        "endpoint-mode",
        Kind::Text,
        "Endpoint mode (vip or dnsrr) (default \"vip\")",
    ),
    flag('e', "env", Kind::List, "Set environment variables").checked(checks::env),
    flag(
        ' ',
        "env-file",
        Kind::List,
        "Read in a file of environment variables",
    ),
    flag(
        ' ',
        "generic-resource",
        Kind::List,
        "User defined resources",
    )
    .checked(checks::resource),
    flag(
        ' ',
        "group",
        Kind::List,
        "Set one or more supplementary user groups for the container",
    ),
    flag(
        ' ',
        "host",
        Kind::List,
        "Set one or more custom host-to-IP mappings (host:ip)",
    )
    .checked(checks::host),
    flag('l', "label", Kind::List, "Service labels").checked(checks::label),
    flag(
        ' ',
        "mode",
        Kind::Text,
        "Service mode (\"replicated\", \"global\", \"replicated-job\", \"global-job\") (default \"replicated\")",
    ),
    flag(
        ' ',
        "mount",
        Kind::Other("mount"),
        "Attach a filesystem mount to the service",
    )
    .checked(checks::mount),
    flag(' ', "name", Kind::Text, "Service name"),
    flag(
        ' ',
        "network",
        Kind::Other("network"),
        "Network attachments",
    )
    .checked(checks::network),
    flag(
        ' ',
        "placement-pref",
        Kind::Other("pref"),
        "Add a placement preference",
    )
    .checked(checks::preference),
    flag(
        'p',
        "publish",
        Kind::Other("port"),
        "Publish a port as a node port",
    )
    .checked(checks::port),
    flag(
        ' ',
        "restart-condition",
        Kind::Text,
        "Restart when condition is met (\"none\", \"on-failure\", \"any\") (default \"any\")",
    ),
    flag(
        ' ',
        "restart-delay",
        Kind::Duration,
        "Delay between restart attempts (ns|us|ms|s|m|h) (default 5s)",
    ),
    flag(
        ' ',
        "rollback-delay",
        Kind::Duration,
        "Delay between task rollbacks (ns|us|ms|s|m|h) (default 0s)",
    ),
    flag(
        ' ',
        "rollback-failure-action",
        Kind::Text,
        "Action on rollback failure (\"pause\", \"continue\") (default \"pause\")",
    ),
    flag(
        ' ',
        "rollback-max-failure-ratio",
        Kind::Other("float"),
        "Failure rate to tolerate during a rollback (default 0)",
    )
    .checked(checks::float),
    flag(
        ' ',
        "rollback-monitor",
        Kind::Duration,
        "Duration after each task rollback to monitor for failure (ns|us|ms|s|m|h) (default 5s)",
    ),
    flag(
        ' ',
        "rollback-order",
        Kind::Text,
        "Rollback order (\"start-first\", \"stop-first\") (default \"stop-first\")",
    ),
    flag(
        ' ',
        "rollback-parallelism",
        Kind::Uint,
        "Maximum number of tasks rolled back simultaneously (0 to roll back all at once) (default 1)",
    ),
    flag(
        ' ',
        "secret",
        Kind::Other("secret"),
        "Specify secrets to expose to the service",
    )
    .checked(checks::secret),
    flag(
        ' ',
        "stop-grace-period",
        Kind::Duration,
        "Time to wait before force killing a container (ns|us|ms|s|m|h) (default 10s)",
    ),
    flag(' ', "sysctl", Kind::List, "Sysctl options"),
    flag(
        ' ',
        "ulimit",
        Kind::Other("ulimit"),
        "Ulimit options (default [])",
    )
    .checked(checks::ulimit),
    flag(
        ' ',
        "update-delay",
        Kind::Duration,
        "Delay between updates (ns|us|ms|s|m|h) (default 0s)",
    ),
    flag(
        ' ',
        "update-failure-action",
        Kind::Text,
        "Action on update failure (\"pause\", \"continue\", \"rollback\") (default \"pause\")",
    ),
    flag(
        ' ',
        "update-max-failure-ratio",
        Kind::Other("float"),
        "Failure rate to tolerate during an update (default 0)",
    )
    .checked(checks::float),
    flag(
        ' ',
        "update-monitor",
        Kind::Duration,
        "Duration after each task update to monitor for failure (ns|us|ms|s|m|h) (default 5s)",
    ),
    flag(
        ' ',
        "update-order",
        Kind::Text,
        "Update order (\"start-first\", \"stop-first\") (default \"stop-first\")",
    ),
    flag(
        ' ',
        "update-parallelism",
        Kind::Uint,
        "Maximum number of tasks updated simultaneously (0 to update all at once) (default 1)",
    ),
];
