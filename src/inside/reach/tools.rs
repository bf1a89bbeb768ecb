//! The tools that an image has, and what they answer.

use std::net::IpAddr;
use std::time::Duration;

use crate::engine::{CallError, Client, Ran};

/// The tools that can tell something.
const TOOLS: [&str; 6] = ["getent", "nslookup", "ping", "nc", "wget", "curl"];
/// How long one may take.
const LIMIT: Duration = Duration::from_secs(8);

/// The tools of a container's image, and the way to run them.
pub(super) struct Tools<'a> {
    client: &'a Client,
    /// The container's name.
    pub(super) name: &'a str,
    found: Vec<&'static str>,
}

impl<'a> Tools<'a> {
    /// Asks the image's shell which tools it has; `None` when it has no shell.
    pub(super) async fn of(client: &'a Client, name: &'a str) -> Result<Option<Self>, CallError> {
        let script = format!(
            "for tool in {}; do command -v $tool; done; true",
            TOOLS.join(" ")
        );
        let ran = match client.script_within(name, &script, LIMIT).await {
            Ok(ran) => ran,
            // Newer engines refuse a command that is not there with an error.
            Err(CallError::Status { message, .. }) if is_missing(&message) => return Ok(None),
            Err(error) => return Err(error),
        };
        if matches!(ran.status, Some(126 | 127)) {
            return Ok(None);
        }
        Ok(Some(Self {
            client,
            name,
            found: found(&ran.stdout),
        }))
    }

    /// Whether the image has this one.
    pub(super) fn has(&self, tool: &str) -> bool {
        self.found.contains(&tool)
    }

    /// Whether it has none.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Runs one, in a script of ours: it is no part of what the learner did.
    pub(super) async fn run(&self, argv: &[&str]) -> Result<Ran, CallError> {
        let script = script(argv);
        self.client.script_within(self.name, &script, LIMIT).await
    }

    /// The same as it would be typed.
    pub(super) fn typed(&self, argv: &[&str]) -> String {
        format!("docker exec {} {}", self.name, argv.join(" "))
    }
}

/// The script of one command, its words quoted.
pub(super) fn script(argv: &[&str]) -> String {
    let words = argv
        .iter()
        .map(|it| format!("'{}'", it.replace('\'', r"'\''")));
    format!("exec {}", words.collect::<Vec<_>>().join(" "))
}

pub(super) fn is_missing(message: &str) -> bool {
    message.contains("executable file not found") || message.contains("no such file or directory")
}

/// The tools among the paths that `command -v` printed.
pub(super) fn found(printed: &str) -> Vec<&'static str> {
    let names = printed
        .lines()
        .filter_map(|it| it.trim().rsplit('/').next());
    let names: Vec<&str> = names.collect();
    let known = TOOLS.into_iter();
    known.filter(|tool| names.contains(tool)).collect()
}

/// The first address that `getent hosts NAME` prints: `10.77.0.2      vitrine`.
pub(super) fn getent_address(printed: &str) -> Option<IpAddr> {
    printed.split_whitespace().next()?.parse().ok()
}

/// The first address that `nslookup NAME` prints for the name, not the server's, of all the forms
/// that busybox, musl and bind give it.
pub(super) fn nslookup_address(printed: &str) -> Option<IpAddr> {
    let answer = printed.split_once("Name:")?.1;
    let lines = answer
        .lines()
        .filter(|it| it.trim_start().starts_with("Address"));
    let words = lines.flat_map(|line| line.split_whitespace().skip(1));
    let addresses: Vec<IpAddr> = words.filter_map(|it| it.parse().ok()).collect();
    let first = addresses.iter().find(|it| it.is_ipv4());
    first.or_else(|| addresses.first()).copied()
}

/// The address in the first line of ping: `PING vitrine (10.77.0.2): 56 data bytes`.
pub(super) fn ping_address(printed: &str) -> Option<IpAddr> {
    let line = printed.lines().find(|it| it.starts_with("PING "))?;
    let (_, after) = line.split_once('(')?;
    after.split_once(')')?.0.parse().ok()
}

/// What a failed connection means, from what a tool wrote.
pub(super) fn refusal(written: &str) -> Option<&'static str> {
    let written = written.to_ascii_lowercase();
    let says = |words: &str| written.contains(words);
    if says("connection refused") {
        Some("connexion refusée")
    } else if says("network is unreachable") || says("network unreachable") {
        Some("aucune route vers cette adresse")
    } else if says("no route to host") || says("host is unreachable") {
        Some("personne à cette adresse")
    } else if says("timed out") || says("timeout") {
        Some("pas de réponse")
    } else if says("bad address") || says("not known") || says("could not resolve") {
        Some("nom inconnu")
    } else {
        None
    }
}
