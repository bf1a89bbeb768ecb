//! Finds what the words of a command line ask for.

use super::super::cli::all_verbs;
use super::super::error::{Failure, Outcome};
use super::help::Page;
use super::names::{self, Group};
use super::parse::{Parsed, parse};
use super::{Arity, Flag, Kind, Values, Verb, flag};

/// The options between `docker` and the verb that say which engine is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Global {
    /// `--config`: the folder of docker's configuration.
    pub config: Option<String>,
    /// `--context`.
    pub context: Option<String>,
    /// `--host`, each one.
    pub hosts: Vec<String>,
    /// `--tls`.
    pub tls: bool,
    /// `--tlsverify`.
    pub tls_verify: bool,
    /// `--tlscacert`.
    pub tls_ca: Option<String>,
    /// `--tlscert`.
    pub tls_cert: Option<String>,
    /// `--tlskey`.
    pub tls_key: Option<String>,
    /// `--debug`.
    pub debug: bool,
}

impl Global {
    /// The engine's address that `--host` gives: the last one, `tcp://` when it has no scheme.
    pub fn host(&self) -> Option<String> {
        let host = self.hosts.last()?;
        Some(if host.contains("://") {
            host.clone()
        } else {
            format!("tcp://{host}")
        })
    }
}

/// What a command line asks for.
pub(crate) enum Asked {
    /// A help page.
    Help {
        /// Which one.
        page: Page,
        /// Whether it was asked for with `-h`.
        shorthand: bool,
        /// Whether it goes to standard error: a group's name alone.
        to_stderr: bool,
    },
    /// `docker --version`.
    Version,
    /// A command that this client does not have.
    Unsupported(String),
    /// A verb, with its flags and arguments.
    Verb(&'static Verb, Box<Values>),
}

/// The flags before the verb.
pub(super) const GLOBAL: &[Flag] = &[
    flag(
        ' ',
        "config",
        Kind::Text,
        "Location of client config files (default {config:?})",
    ),
    flag(
        'c',
        "context",
        Kind::Text,
        "Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with \"docker context use\")",
    ),
    flag('D', "debug", Kind::Bool, "Enable debug mode"),
    flag('H', "host", Kind::List, "Daemon socket to connect to"),
    flag(
        'l',
        "log-level",
        Kind::Text,
        "Set the logging level (\"debug\", \"info\", \"warn\", \"error\", \"fatal\") (default \"info\")",
    ),
    flag(' ', "tls", Kind::Bool, "Use TLS; implied by --tlsverify"),
    flag(
        ' ',
        "tlscacert",
        Kind::Text,
        "Trust certs signed only by this CA (default {ca.pem})",
    ),
    flag(
        ' ',
        "tlscert",
        Kind::Text,
        "Path to TLS certificate file (default {cert.pem})",
    ),
    flag(
        ' ',
        "tlskey",
        Kind::Text,
        "Path to TLS key file (default {key.pem})",
    ),
    flag(
        ' ',
        "tlsverify",
        Kind::Bool,
        "Use TLS and verify the remote",
    ),
    flag(
        'v',
        "version",
        Kind::Bool,
        "Print version information and quit",
    ),
];

/// The values of `--log-level`.
const LOG_LEVELS: &[&str] = &[
    "panic", "fatal", "error", "warn", "warning", "info", "debug", "trace",
];

/// The flags before the verb.
pub(crate) fn global_flags() -> Vec<&'static Flag> {
    GLOBAL.iter().collect()
}

/// Reads only the options before the verb, for whoever must find the engine first. A line that
/// cannot be read has none: [`super::super::run`] will say what is wrong with it.
pub fn global_options(args: &[String]) -> Global {
    match parse(&global_flags(), false, args) {
        Ok(Parsed::Values(values)) => global_of(&values),
        _ => Global::default(),
    }
}

/// The words after the global options; none when these cannot be read.
pub(crate) fn command_words(args: &[String]) -> Vec<String> {
    match parse(&global_flags(), false, args) {
        Ok(Parsed::Values(values)) => values.args,
        _ => Vec::new(),
    }
}

fn global_of(values: &Values) -> Global {
    let text = |name: &str| values.last(name).map(str::to_owned);
    Global {
        config: text("config"),
        context: text("context"),
        hosts: values.strings("host"),
        tls: values.on("tls"),
        tls_verify: values.on("tlsverify"),
        tls_ca: text("tlscacert"),
        tls_cert: text("tlscert"),
        tls_key: text("tlskey"),
        debug: values.on("debug"),
    }
}

/// Reads a whole command line.
pub(crate) fn read(args: &[String]) -> Outcome<Asked> {
    let root = "docker [OPTIONS] COMMAND [ARG...]";
    let values =
        match parse(&global_flags(), false, args).map_err(|it| flag_error(&it, root, "docker"))? {
            Parsed::Help { shorthand } => return Ok(help(Page::Root, shorthand)),
            Parsed::Values(values) => values,
        };
    if values.on("version") {
        return Ok(Asked::Version);
    }
    let level = values.text_or("log-level", "info");
    if !LOG_LEVELS.contains(&level.to_lowercase().as_str()) {
        return Err(Failure::new(format!(
            "Unable to parse logging level: {level}"
        )));
    }
    let global = global_of(&values);
    let words = &values.args;
    let Some(first) = words.first() else {
        return Ok(Asked::Help {
            page: Page::Root,
            shorthand: false,
            to_stderr: true,
        });
    };
    if first == "help" {
        return read_help(&words[1..]);
    }
    if let Some(group) = names::group(first) {
        return read_group(group, &words[1..], global);
    }
    match verb(first) {
        Some((verb, spelling)) => read_verb(verb, spelling, &words[1..], global),
        None if names::unsupported("", first) => Ok(Asked::Unsupported(words.join(" "))),
        None => Err(Failure::new(format!(
            "docker: unknown command: docker {first}\n\nRun 'docker --help' for more information"
        ))),
    }
}

fn help(page: Page, shorthand: bool) -> Asked {
    Asked::Help {
        page,
        shorthand,
        to_stderr: false,
    }
}

fn flag_error(error: &str, usage: &str, path: &str) -> Failure {
    let text = format!("{error}\n\nUsage:  {usage}\n\nRun '{path} --help' for more information");
    Failure::new(text).with_status(125)
}

/// The verb of that spelling.
pub(crate) fn verb(spelling: &str) -> Option<(&'static Verb, &'static str)> {
    all_verbs().find_map(|verb| {
        verb.spellings
            .iter()
            .find(|it| **it == spelling)
            .map(|it| (verb, *it))
    })
}

fn read_help(words: &[String]) -> Outcome<Asked> {
    let unknown = |known: usize| {
        let topic = words.get(known..).unwrap_or_default().join(" ");
        Failure::new(format!("unknown help topic: {topic}"))
    };
    let Some(first) = words.first() else {
        return Ok(help(Page::Root, false));
    };
    let spelling = words.join(" ");
    if let Some((verb, spelling)) = verb(&spelling) {
        return Ok(help(Page::Verb(verb, verb.canonical(spelling)), false));
    }
    match names::group(first) {
        Some(group) if words.len() == 1 => Ok(help(Page::Group(group), false)),
        Some(_) => Err(unknown(match verb(&words[..2].join(" ")) {
            Some(_) => 2,
            None => 1,
        })),
        None => Err(unknown(usize::from(verb(first).is_some()))),
    }
}

fn read_group(group: &'static Group, words: &[String], global: Global) -> Outcome<Asked> {
    let path = format!("docker {}", group.name);
    // Only this group's usage line says COMMAND in the real client's errors.
    let usage = if group.name == "volume" {
        format!("{path} COMMAND")
    } else {
        group.usage()
    };
    let values = match parse(&[], false, words).map_err(|it| flag_error(&it, &usage, &path))? {
        Parsed::Help { shorthand } => return Ok(help(Page::Group(group), shorthand)),
        Parsed::Values(values) => values,
    };
    let Some(name) = values.args.first() else {
        return Ok(Asked::Help {
            page: Page::Group(group),
            shorthand: false,
            to_stderr: true,
        });
    };
    if let Some((verb, spelling)) = verb(&format!("{} {name}", group.name)) {
        return read_verb(verb, spelling, &values.args[1..], global);
    }
    if !group.supported || names::unsupported(group.name, name) {
        return Ok(Asked::Unsupported(format!(
            "{} {}",
            group.name,
            values.args.join(" ")
        )));
    }
    Err(Failure::new(format!(
        "docker: unknown command: {path} {name}\n\nUsage:  {usage}\n\nRun '{path} --help' for more information"
    )))
}

fn read_verb(
    verb: &'static Verb,
    spelling: &'static str,
    words: &[String],
    global: Global,
) -> Outcome<Asked> {
    let name = verb.canonical(spelling);
    let path = format!("docker {name}");
    let usage = format!("{path} {}", verb.usage).trim_end().to_owned();
    let parsed = parse(&verb.all_flags(), verb.interspersed, words);
    let mut values = match parsed.map_err(|it| flag_error(&it, &usage, &path))? {
        Parsed::Help { shorthand } => return Ok(help(Page::Verb(verb, name), shorthand)),
        Parsed::Values(values) => values,
    };
    check_arity(verb.arity, values.args.len(), &path, &usage)?;
    values.name = name;
    values.global = global;
    Ok(Asked::Verb(verb, values))
}

fn check_arity(arity: Arity, given: usize, path: &str, usage: &str) -> Outcome {
    let plural = |number: usize| if number == 1 { "argument" } else { "arguments" };
    // "See" and "SRun" are the real client's own words.
    let (rule, hint) = match arity {
        Arity::Zero if given > 0 => ("accepts no arguments".to_owned(), "Run"),
        Arity::Exactly(number) if given != number => {
            (format!("requires {number} {}", plural(number)), "Run")
        }
        Arity::AtLeast(number) if given < number => (
            format!("requires at least {number} {}", plural(number)),
            "See",
        ),
        Arity::Between(least, most) if given < least || given > most => (
            format!(
                "requires at least {least} and at most {most} {}",
                plural(most)
            ),
            "Run",
        ),
        Arity::AtMost(number) if given > number => (
            format!("requires at most {number} {}", plural(number)),
            "SRun",
        ),
        _ => return Ok(()),
    };
    Err(Failure::new(format!(
        "docker: '{path}' {rule}\n\nUsage:  {usage}\n\n{hint} '{path} --help' for more information"
    )))
}
