//! The names of groups, and of the commands that this client does not have.

/// A group of verbs (`docker container …`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Group {
    /// Its name.
    pub(super) name: &'static str,
    /// One sentence.
    pub(super) about: &'static str,
    /// Whether it is listed with Swarm's commands.
    pub(super) swarm: bool,
    /// Whether its verbs exist here.
    pub(super) supported: bool,
}

const fn group_of(name: &'static str, about: &'static str) -> Group {
    Group {
        name,
        about,
        swarm: false,
        supported: false,
    }
}

const fn supported(name: &'static str, about: &'static str) -> Group {
    Group {
        name,
        about,
        swarm: false,
        supported: true,
    }
}

const fn swarm(name: &'static str, about: &'static str) -> Group {
    Group {
        name,
        about,
        swarm: true,
        supported: true,
    }
}

impl Group {
    /// How its usage line begins.
    pub(super) fn usage(&self) -> String {
        let options = if self.name == "stack" {
            " [OPTIONS]"
        } else {
            ""
        };
        format!("docker {}{options}", self.name)
    }
}

/// Every group, in the order of the help page.
pub(super) const GROUPS: &[Group] = &[
    supported("builder", "Manage builds"),
    group_of("checkpoint", "Manage checkpoints"),
    supported("container", "Manage containers"),
    supported("context", "Manage contexts"),
    supported("image", "Manage images"),
    group_of(
        "manifest",
        "Manage Docker image manifests and manifest lists",
    ),
    supported("network", "Manage networks"),
    group_of("plugin", "Manage plugins"),
    supported("system", "Manage Docker"),
    group_of("trust", "Manage trust on Docker images"),
    supported("volume", "Manage volumes"),
    swarm("config", "Manage Swarm configs"),
    swarm("node", "Manage Swarm nodes"),
    swarm("secret", "Manage Swarm secrets"),
    swarm("service", "Manage Swarm services"),
    swarm("stack", "Manage Swarm stacks"),
    swarm("swarm", "Manage Swarm"),
];

/// The commands at the head of the main help page, in its order.
pub(super) const COMMON: &[&str] = &[
    "run", "exec", "ps", "build", "pull", "push", "images", "login", "logout", "search", "version",
    "info",
];

/// Commands of the real client that this one does not have: group (`""` is none), name, sentence.
const MISSING: &[(&str, &str, &str)] = &[
    ("context", "create", "Create a context"),
    (
        "context",
        "export",
        "Export a context to a tar archive FILE or a tar stream on STDOUT.",
    ),
    (
        "context",
        "import",
        "Import a context from a tar or zip file",
    ),
    ("context", "rm", "Remove one or more contexts"),
    ("context", "update", "Update a context"),
    (
        "stack",
        "config",
        "Outputs the final config file, after doing merges and interpolations",
    ),
    (
        "stack",
        "deploy",
        "Deploy a new stack or update an existing stack",
    ),
    ("stack", "ps", "List the tasks in the stack"),
    ("stack", "rm", "Remove one or more stacks"),
    ("stack", "services", "List the services in the stack"),
    ("volume", "update", "Update a volume (cluster volumes only)"),
];

/// The group of that name.
pub(super) fn group(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == name)
}

/// The commands of a group that this client does not have, with their sentences.
pub(super) fn missing(group: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    MISSING
        .iter()
        .filter(move |row| row.0 == group)
        .map(|row| (row.1, row.2))
}

/// Whether the real client has this command and this one does not.
pub(super) fn unsupported(group: &str, name: &str) -> bool {
    MISSING.iter().any(|row| row.0 == group && row.1 == name)
}
