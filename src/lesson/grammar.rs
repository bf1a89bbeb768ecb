//! Command lines, compared for what they ask and not for how they are typed: `docker ps -a` is
//! `docker container ls --all`.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

/// What a command line asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A docker command.
    Docker {
        /// `ps`, `network ls`: the shortest spelling docker has.
        verb: String,
        /// Long names, each with its value if it takes one.
        options: BTreeSet<(String, Option<String>)>,
        /// What is left, in order.
        arguments: Vec<String>,
    },
    /// Another command, or one that no shell can read: its words.
    Other(Vec<String>),
}

/// Reads a command line, as a shell then docker would cut it.
pub(crate) fn normalise(line: &str) -> Asked {
    let Some(words) = split_words(line) else {
        return Asked::Other(line.split_whitespace().map(str::to_owned).collect());
    };
    docker(&words).unwrap_or(Asked::Other(words))
}

/// The words of a command line: quotes and backslashes are taken off. `None` when a quote is not
/// closed.
pub(crate) fn split_words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '"' => break,
                        '\\' => match letters.next()? {
                            escaped @ ('"' | '\\' | '$' | '`') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        other => word.push(other),
                    }
                }
            }
            '\\' => match letters.next()? {
                '\n' => {}
                other => word.get_or_insert_default().push(other),
            },
            blank if blank.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Some(words)
}

/// Long spellings of the verbs of containers and images, as docker's help pairs them.
const ALIASES: &[(&str, &str)] = &[
    ("container ls", "ps"),
    ("container list", "ps"),
    ("container ps", "ps"),
    ("container remove", "rm"),
    ("image ls", "images"),
    ("image list", "images"),
    ("image rm", "rmi"),
    ("image remove", "rmi"),
    ("image build", "build"),
    ("builder build", "build"),
    ("system info", "info"),
    ("system events", "events"),
    ("volume list", "volume ls"),
    ("network list", "network ls"),
    ("volume remove", "volume rm"),
    ("network remove", "network rm"),
];

/// Verbs that mean the same with `container` or `image` before them.
const CONTAINER_VERBS: &[&str] = &[
    "attach", "commit", "cp", "create", "diff", "exec", "export", "kill", "logs", "pause", "port",
    "rename", "restart", "rm", "run", "start", "stats", "stop", "top", "unpause", "update", "wait",
];
const IMAGE_VERBS: &[&str] = &["history", "import", "load", "pull", "push", "save", "tag"];

/// Words that another word follows.
const GROUPS: &[&str] = &[
    "container",
    "image",
    "volume",
    "network",
    "system",
    "service",
    "node",
    "swarm",
    "stack",
    "context",
    "builder",
    "compose",
    "buildx",
];

/// An option: its letter (a space when it has none), its name, whether a value follows.
type Flag = (char, &'static str, bool);

/// The options of a verb that have a letter or take a value; any other long option is a switch.
fn flags(verb: &str) -> &'static [Flag] {
    match verb {
        "run" | "create" => &[
            ('a', "attach", true),
            ('d', "detach", false),
            ('e', "env", true),
            ('h', "hostname", true),
            ('i', "interactive", false),
            ('l', "label", true),
            ('m', "memory", true),
            ('P', "publish-all", false),
            ('p', "publish", true),
            ('q', "quiet", false),
            ('t', "tty", false),
            ('u', "user", true),
            ('v', "volume", true),
            ('w', "workdir", true),
            (' ', "name", true),
            (' ', "network", true),
            (' ', "net", true),
            (' ', "mount", true),
            (' ', "tmpfs", true),
            (' ', "cpus", true),
            (' ', "cpu-shares", true),
            (' ', "cpuset-cpus", true),
            (' ', "pids-limit", true),
            (' ', "restart", true),
            (' ', "entrypoint", true),
            (' ', "expose", true),
            (' ', "env-file", true),
            (' ', "pull", true),
            (' ', "cap-add", true),
            (' ', "cap-drop", true),
            (' ', "security-opt", true),
            (' ', "network-alias", true),
            (' ', "stop-signal", true),
            (' ', "stop-timeout", true),
            (' ', "volumes-from", true),
            (' ', "dns", true),
            (' ', "ip", true),
            (' ', "memory-swap", true),
            (' ', "platform", true),
            (' ', "pid", true),
            (' ', "ipc", true),
            (' ', "health-cmd", true),
            (' ', "health-interval", true),
            (' ', "health-retries", true),
            (' ', "health-timeout", true),
        ],
        "exec" => &[
            ('d', "detach", false),
            ('e', "env", true),
            ('i', "interactive", false),
            ('t', "tty", false),
            ('u', "user", true),
            ('w', "workdir", true),
            (' ', "env-file", true),
            (' ', "detach-keys", true),
        ],
        "ps" => &[
            ('a', "all", false),
            ('f', "filter", true),
            ('l', "latest", false),
            ('n', "last", true),
            ('q', "quiet", false),
            ('s', "size", false),
            (' ', "format", true),
        ],
        "images" => &[
            ('a', "all", false),
            ('f', "filter", true),
            ('q', "quiet", false),
            (' ', "format", true),
        ],
        "rm" => &[
            ('f', "force", false),
            ('l', "link", false),
            ('v', "volumes", false),
        ],
        "rmi" => &[('f', "force", false)],
        "stop" | "restart" => &[
            ('t', "timeout", true),
            ('s', "signal", true),
            (' ', "time", true),
        ],
        "kill" => &[('s', "signal", true)],
        "start" => &[
            ('a', "attach", false),
            ('i', "interactive", false),
            (' ', "detach-keys", true),
        ],
        "logs" => &[
            ('f', "follow", false),
            ('n', "tail", true),
            ('t', "timestamps", false),
            (' ', "since", true),
            (' ', "until", true),
        ],
        "build" => &[
            ('f', "file", true),
            ('q', "quiet", false),
            ('t', "tag", true),
            (' ', "build-arg", true),
            (' ', "target", true),
            (' ', "progress", true),
            (' ', "label", true),
        ],
        "events" => &[
            ('f', "filter", true),
            (' ', "since", true),
            (' ', "until", true),
            (' ', "format", true),
        ],
        "commit" => &[
            ('a', "author", true),
            ('c', "change", true),
            ('m', "message", true),
            ('p', "pause", false),
        ],
        "cp" => &[
            ('a', "archive", false),
            ('L', "follow-link", false),
            ('q', "quiet", false),
        ],
        "save" | "export" => &[('o', "output", true)],
        "load" => &[('i', "input", true), ('q', "quiet", false)],
        "pull" => &[
            ('a', "all-tags", false),
            ('q', "quiet", false),
            (' ', "platform", true),
        ],
        _ if verb.ends_with("prune") => &[
            ('a', "all", false),
            ('f', "force", false),
            (' ', "filter", true),
        ],
        _ if verb.ends_with("inspect") => &[
            ('f', "format", true),
            ('s', "size", false),
            (' ', "type", true),
        ],
        _ => &[
            ('f', "filter", true),
            ('q', "quiet", false),
            ('a', "all", false),
            ('d', "driver", true),
            (' ', "format", true),
            (' ', "label", true),
            (' ', "subnet", true),
        ],
    }
}

/// Whether docker stops reading options at the first argument: what follows is the container's.
fn keeps_the_rest(verb: &str) -> bool {
    matches!(verb, "run" | "create" | "exec" | "top")
}

fn docker(words: &[String]) -> Option<Asked> {
    let mut words = words.iter().map(String::as_str);
    (words.next()? == "docker").then_some(())?;
    let first = words.next().unwrap_or("");
    if first.starts_with('-') {
        return None;
    }
    let mut rest: Vec<&str> = words.collect();
    let mut verb = first.to_owned();
    if GROUPS.contains(&first) && !rest.is_empty() && !rest[0].starts_with('-') {
        let second = rest.remove(0);
        verb = match (first, second) {
            ("container", it) if CONTAINER_VERBS.contains(&it) => it.to_owned(),
            ("image", it) if IMAGE_VERBS.contains(&it) => it.to_owned(),
            _ => format!("{first} {second}"),
        };
    }
    if let Some((_, short)) = ALIASES.iter().find(|(long, _)| *long == verb) {
        (*short).clone_into(&mut verb);
    }
    let (options, arguments) = read(&verb, &rest);
    Some(Asked::Docker {
        verb,
        options,
        arguments,
    })
}

type Read = (BTreeSet<(String, Option<String>)>, Vec<String>);

fn read(verb: &str, words: &[&str]) -> Read {
    let flags = flags(verb);
    let mut options = BTreeSet::new();
    let mut arguments = Vec::new();
    let mut words = words.iter().copied();
    while let Some(word) = words.next() {
        if word == "--" {
            arguments.extend(words.map(str::to_owned));
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (long, None),
            };
            let takes = flags.iter().any(|(_, flag, value)| *flag == name && *value);
            let value = match value {
                // `--all=true` is `--all`; `--all=false` is nothing.
                Some("true") if !takes => None,
                Some("false") if !takes => continue,
                Some(value) => Some(value),
                None if takes => words.next(),
                None => None,
            };
            options.insert((canonical(name).to_owned(), value.map(str::to_owned)));
        } else if let Some(letters) = word.strip_prefix('-').filter(|it| !it.is_empty()) {
            let mut left = letters.chars();
            while let Some(letter) = left.next() {
                let known = flags.iter().find(|(short, ..)| *short == letter);
                let name = known.map_or_else(|| letter.to_string(), |it| it.1.to_owned());
                let takes = known.is_some_and(|it| it.2);
                if !takes {
                    options.insert((name, None));
                    continue;
                }
                let glued = left.as_str();
                let glued = glued.strip_prefix('=').unwrap_or(glued);
                let value = if glued.is_empty() {
                    words.next()
                } else {
                    Some(glued)
                };
                options.insert((name, value.map(str::to_owned)));
                break;
            }
        } else {
            arguments.push(word.to_owned());
            if keeps_the_rest(verb) {
                arguments.extend(words.map(str::to_owned));
                break;
            }
        }
    }
    (options, arguments)
}

/// Two names of one option.
fn canonical(name: &str) -> &str {
    match name {
        "net" => "network",
        "time" => "timeout",
        other => other,
    }
}
