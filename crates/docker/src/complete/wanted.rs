//! What the last word of a line is to be.

use super::super::grammar::{Arity, Flag, Kind, Verb, global_flags, groups, verb_named};
use super::super::places::{Place, places};

/// What the last word is to be.
pub(super) enum Wanted {
    /// A command of this group; `""` is docker itself.
    Command(&'static str),
    /// One of these options; the names are those given already.
    Option(Vec<&'static Flag>, Vec<&'static str>),
    /// The value of this option.
    Value(&'static Flag),
    /// The argument of this rank; whether `--force` was given.
    Argument(&'static Verb, usize, bool),
    /// The words before are not understood.
    Unknown,
}

/// What an option's word asks of the next one.
enum Read {
    Done(Vec<&'static str>),
    NeedsValue(&'static Flag),
    Unknown,
}

/// Walks the words before the last one.
pub(super) fn wanted(before: &[String], last: &str) -> Wanted {
    let mut scope = global_flags();
    let mut given: Vec<&'static str> = Vec::new();
    let mut group = "";
    let mut verb: Option<&'static Verb> = None;
    let mut rank = 0;
    let mut closed = false;
    let mut words = before.iter();
    while let Some(word) = words.next() {
        if !closed && word == "--" {
            closed = true;
        } else if !closed && word.starts_with('-') && word.len() > 1 {
            match option(&scope, word) {
                Read::Done(names) => given.extend(names),
                Read::NeedsValue(flag) => {
                    given.push(flag.name);
                    if words.next().is_none() {
                        return Wanted::Value(flag);
                    }
                }
                Read::Unknown => return Wanted::Unknown,
            }
        } else if let Some(verb) = verb {
            rank += 1;
            closed |= !verb.interspersed;
        } else if let Some(name) = groups().find(|it| group.is_empty() && it == word) {
            group = name;
            scope = Vec::new();
        } else {
            let path = format!("{group} {word}");
            let Some((found, _)) = verb_named(path.trim_start()) else {
                return Wanted::Unknown;
            };
            verb = Some(found);
            scope = found.all_flags();
            given.clear();
        }
    }
    if !closed && last.starts_with('-') {
        let long = last.strip_prefix("--").and_then(|it| it.split_once('='));
        return match long {
            Some((name, _)) => scope
                .iter()
                .find(|flag| flag.name == name)
                .map_or(Wanted::Unknown, |flag| Wanted::Value(flag)),
            None => Wanted::Option(scope, given),
        };
    }
    match verb {
        Some(verb) => Wanted::Argument(verb, rank, given.contains(&"force")),
        None => Wanted::Command(group),
    }
}

fn option(scope: &[&'static Flag], word: &str) -> Read {
    if let Some(long) = word.strip_prefix("--") {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        return match scope.iter().copied().find(|it| it.name == name) {
            Some(flag) if flag.kind == Kind::Bool || value.is_some() => Read::Done(vec![flag.name]),
            Some(flag) => Read::NeedsValue(flag),
            None => Read::Unknown,
        };
    }
    let mut names = Vec::new();
    let mut letters = word[1..].chars();
    while let Some(letter) = letters.next() {
        match scope.iter().copied().find(|it| it.short == letter) {
            Some(flag) if flag.kind == Kind::Bool => names.push(flag.name),
            Some(flag) if letters.as_str().is_empty() => return Read::NeedsValue(flag),
            Some(flag) => {
                names.push(flag.name);
                break;
            }
            None => return Read::Unknown,
        }
    }
    Read::Done(names)
}

/// What the argument of that rank is; `None` when there can be none.
pub(super) fn place(verb: &Verb, rank: usize) -> Option<Place> {
    let most = match verb.arity {
        Arity::Zero => 0,
        Arity::Exactly(most) | Arity::AtMost(most) | Arity::Between(_, most) => most,
        Arity::AtLeast(_) | Arity::Any => usize::MAX,
    };
    let places = places(verb);
    let place = places.get(rank).or(places.last()).copied()?;
    (rank < most).then_some(place)
}

/// The values of an option that are known beforehand; those that the real client proposes.
pub(super) fn values_of(option: &str) -> Option<&'static [&'static str]> {
    Some(match option {
        "restart" => &["no", "always", "on-failure", "unless-stopped"],
        "pull" => &["always", "missing", "never"],
        "ipc" => &["container:", "host", "none", "private", "shareable"],
        "pid" => &["container:", "host"],
        "userns" | "uts" => &["host"],
        "cgroupns" => &["host", "private"],
        "role" => &["worker", "manager"],
        "availability" => &["active", "pause", "drain"],
        "mode" => &["replicated", "global", "replicated-job", "global-job"],
        "platform" => &[
            "linux/386",
            "linux/amd64",
            "linux/arm",
            "linux/arm/v5",
            "linux/arm/v6",
            "linux/arm/v7",
            "linux/arm64",
            "linux/arm64/v8",
            "linux/ppc64le",
            "linux/s390x",
            "linux/riscv64",
            "windows/amd64",
            "wasip1/wasm",
        ],
        "log-driver" => &[
            "awslogs",
            "fluentd",
            "gcplogs",
            "gelf",
            "journald",
            "json-file",
            "local",
            "logentries",
            "splunk",
            "syslog",
        ],
        "security-opt" => &[
            "apparmor=",
            "label=",
            "no-new-privileges",
            "seccomp=",
            "systempaths=unconfined",
        ],
        "signal" | "stop-signal" => &[
            "ABRT", "CONT", "HUP", "INT", "KILL", "QUIT", "STOP", "TERM", "USR1", "USR2", "WINCH",
        ],
        "name" | "label" | "mount" | "user" | "device" | "volume" | "hostname" => &[],
        _ => return None,
    })
}
