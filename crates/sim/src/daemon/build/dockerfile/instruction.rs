//! What the instructions of a Dockerfile say.

/// `name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::daemon::build) struct Pair {
    pub(in crate::daemon::build) name: String,
    pub(in crate::daemon::build) value: String,
}

/// The names that an `ARG` declares, and their defaults.
pub(in crate::daemon::build) type ArgNames = Vec<(String, Option<String>)>;

/// A command: a line for the shell, or the words of a JSON list. `None`: an empty list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::daemon::build) struct CommandLine {
    pub(in crate::daemon::build) words: Option<Vec<String>>,
    pub(in crate::daemon::build) shell: bool,
}

/// `COPY` and `ADD`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::daemon::build) struct Sources {
    pub(in crate::daemon::build) paths: Vec<String>,
    pub(in crate::daemon::build) destination: String,
    pub(in crate::daemon::build) from: String,
    pub(in crate::daemon::build) chown: String,
    pub(in crate::daemon::build) chmod: String,
}

/// `HEALTHCHECK`; durations in nanoseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::daemon::build) struct Health {
    pub(in crate::daemon::build) test: Vec<String>,
    pub(in crate::daemon::build) interval: i64,
    pub(in crate::daemon::build) timeout: i64,
    pub(in crate::daemon::build) start_period: i64,
    pub(in crate::daemon::build) start_interval: i64,
    pub(in crate::daemon::build) retries: i64,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::daemon::build) enum Instruction {
    Add(Sources),
    Arg(ArgNames),
    Cmd(CommandLine),
    Copy(Sources),
    Entrypoint(CommandLine),
    Env(Vec<Pair>),
    Expose(Vec<String>),
    Healthcheck(Health),
    /// The labels, and whether variables in them are expanded.
    Label(Vec<Pair>, bool),
    Maintainer(String),
    Onbuild(String),
    /// The command, and the flags it was given.
    Run(CommandLine, Vec<&'static str>),
    Shell(Vec<String>),
    StopSignal(String),
    User(String),
    Volume(Vec<String>),
    Workdir(String),
}

/// An instruction and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::daemon::build) struct Command {
    /// As it is shown: the whole line.
    pub(in crate::daemon::build) source: String,
    pub(in crate::daemon::build) instruction: Instruction,
}

/// What a `FROM` begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::daemon::build) struct Stage {
    /// `AS name`, in lower case; empty when it has none.
    pub(in crate::daemon::build) name: String,
    pub(in crate::daemon::build) base: String,
    pub(in crate::daemon::build) platform: String,
    pub(in crate::daemon::build) source: String,
    pub(in crate::daemon::build) commands: Vec<Command>,
}
