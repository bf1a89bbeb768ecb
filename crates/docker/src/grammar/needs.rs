//! What an engine must be for a command or a flag: the real client hides, and refuses, what the
//! engine that it talks to does not have.

use super::super::client::{Greeting, older};
use super::super::error::{Failure, Outcome};
use super::{Values, Verb};

/// What an engine must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// Its API is that recent.
    Api(&'static str),
    /// It manages a swarm. Only for help pages: the engine itself refuses.
    Manager,
    /// It is in a swarm. Only for help pages.
    Active,
    /// It runs on Windows.
    Windows,
    /// Its experimental features are on.
    Experimental,
}

/// Flags, by the first spellings of their verbs.
const FLAGS: &[(&[&str], &[&str], Need)] = &[
    (
        &["container create", "container run"],
        &["annotation"],
        Need::Api("1.43"),
    ),
    (
        &[
            "container create",
            "container run",
            "service create",
            "service update",
        ],
        &["health-start-interval"],
        Need::Api("1.44"),
    ),
    (
        &["container create", "container run"],
        &["cpu-count", "cpu-percent", "io-maxbandwidth", "io-maxiops"],
        Need::Windows,
    ),
    (
        &["container start"],
        &["checkpoint", "checkpoint-dir"],
        Need::Experimental,
    ),
    (&["image build"], &["squash"], Need::Experimental),
    (
        &["image history", "image load", "image save"],
        &["platform"],
        Need::Api("1.48"),
    ),
    (&["image inspect"], &["platform"], Need::Api("1.49")),
    (&["image push"], &["platform"], Need::Api("1.46")),
    (&["image rm"], &["platform"], Need::Api("1.50")),
    (&["image ls"], &["tree"], Need::Api("1.47")),
    (
        &["service create", "service update"],
        &["oom-score-adj"],
        Need::Api("1.46"),
    ),
    (&["volume create"], CLUSTER_VOLUME, Need::Api("1.42")),
    (&["volume create"], CLUSTER_VOLUME, Need::Manager),
    (&["volume ls"], &["cluster"], Need::Api("1.42")),
    (&["volume ls"], &["cluster"], Need::Manager),
    (&["volume prune"], &["all"], Need::Api("1.42")),
];

/// The flags of the volumes that a swarm keeps.
const CLUSTER_VOLUME: &[&str] = &[
    "availability",
    "group",
    "limit-bytes",
    "required-bytes",
    "scope",
    "secret",
    "sharing",
    "topology-preferred",
    "topology-required",
    "type",
];

/// Groups and commands.
const COMMANDS: &[(&str, Need)] = &[
    ("checkpoint", Need::Experimental),
    ("config", Need::Manager),
    ("node", Need::Manager),
    ("secret", Need::Manager),
    ("service", Need::Manager),
    ("stack", Need::Manager),
    ("swarm ca", Need::Manager),
    ("swarm join-token", Need::Manager),
    ("swarm leave", Need::Active),
    ("swarm unlock", Need::Manager),
    ("swarm unlock-key", Need::Manager),
    ("swarm update", Need::Manager),
    ("volume update", Need::Api("1.42")),
    ("volume update", Need::Manager),
];

impl Need {
    /// Whether help pages show what needs this. An engine that does not tell has everything.
    fn is_shown(self, engine: &Greeting) -> bool {
        let swarm = engine.swarm.as_deref();
        match self {
            Self::Api(_) | Self::Windows | Self::Experimental => self.is_met(engine),
            Self::Manager => swarm.is_none_or(|it| it.ends_with("/manager")),
            Self::Active => swarm != Some("inactive"),
        }
    }

    /// Whether what needs this can be tried.
    fn is_met(self, engine: &Greeting) -> bool {
        match self {
            Self::Api(version) => !older(&engine.api, version),
            Self::Windows => !engine.reached || engine.os == "windows",
            Self::Experimental => engine.experimental,
            Self::Manager | Self::Active => true,
        }
    }

    /// What is said of a flag or a command whose need is not met.
    fn refusal(self, what: &str, engine: &Greeting) -> String {
        match self {
            Self::Api(version) => format!(
                "{what} requires API version {version}, but the Docker daemon API version is {}",
                engine.api
            ),
            Self::Windows => format!(
                "{what} is only supported on a Docker daemon running on windows, but the Docker \
                 daemon is running on {}",
                engine.os
            ),
            Self::Experimental | Self::Manager | Self::Active => format!(
                "{what} is only supported on a Docker daemon with experimental features enabled"
            ),
        }
    }
}

fn of_flag(verb: &Verb, flag: &str) -> impl Iterator<Item = Need> {
    let name = verb.spellings[0];
    FLAGS
        .iter()
        .filter(move |row| row.0.contains(&name) && row.1.contains(&flag))
        .map(|row| row.2)
}

/// Whether the help page of a verb shows the flag.
pub(super) fn shows_flag(verb: &Verb, flag: &str, engine: &Greeting) -> bool {
    of_flag(verb, flag).all(|need| need.is_shown(engine))
}

/// Whether help pages show the group, or the command of a group (`swarm ca`).
pub(super) fn shows_command(path: &str, engine: &Greeting) -> bool {
    let needs = COMMANDS.iter().filter(|row| row.0 == path);
    needs.map(|row| row.1).all(|need| need.is_shown(engine))
}

/// The flags given that need something of the engine.
fn demanding<'a>(verb: &'a Verb, values: &'a Values) -> impl Iterator<Item = (&'a str, Need)> {
    let given = verb.all_flags().into_iter();
    given
        .filter(|flag| values.changed(flag.name))
        .flat_map(|flag| of_flag(verb, flag.name).map(|need| (flag.name, need)))
}

/// Whether the engine has to be asked before this is run.
pub(crate) fn matter(verb: &Verb, values: &Values) -> bool {
    demanding(verb, values).next().is_some()
}

/// The error of flags that the engine does not have.
pub(crate) fn check(verb: &Verb, values: &Values, engine: &Greeting) -> Outcome {
    let errors: Vec<String> = demanding(verb, values)
        .filter(|(_, need)| !need.is_met(engine))
        .map(|(flag, need)| need.refusal(&format!("\"--{flag}\""), engine))
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(errors.join("\n")))
    }
}
