//! `docker __complete`: what could end a command line. The completion scripts of real
//! shells ask it of the real client, and the simulated shell asks it of this one.
//!
//! The answer is one candidate a line, with its description after a tab, then `:` and a number:
//! whether file names would do too. `wanted` is the pure part; here the engine is asked for names.

#[cfg(test)]
mod tests;
mod wanted;

use serde_json::Value as Json;

use super::cli::{Cli, all_verbs};
use super::client::Call;
use super::error::{Failure, Outcome};
use super::format::words::{items, text};
use super::grammar::{Flag, Kind, Verb, group_rows, unsupported_in};
use super::places::Place;
use super::verbs::context::context_names;
use wanted::{Wanted, values_of, wanted};

/// What else may complete the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Otherwise {
    /// File names.
    Files = 0,
    /// Nothing.
    Nothing = 4,
    /// Folders.
    Folders = 16,
}

impl Otherwise {
    const fn name(self) -> &'static str {
        match self {
            Self::Files => "ShellCompDirectiveDefault",
            Self::Nothing => "ShellCompDirectiveNoFileComp",
            Self::Folders => "ShellCompDirectiveFilterDirs",
        }
    }
}

/// Answers for the words after `__complete`; the last one is the one to complete.
pub(super) async fn run(cli: &mut Cli, words: &[String]) -> Outcome {
    let Some((last, before)) = words.split_last() else {
        return Err(Failure::new(
            "requires at least 1 arg(s), only received 0".to_owned(),
        ));
    };
    let (candidates, otherwise) = found(cli, before, last).await;
    for candidate in candidates {
        cli.line(&candidate).await?;
    }
    cli.line(&format!(":{}", otherwise as u8)).await?;
    let name = otherwise.name();
    cli.complain(&format!("Completion ended with directive: {name}"))
        .await
}

async fn found(cli: &mut Cli, before: &[String], last: &str) -> (Vec<String>, Otherwise) {
    match wanted(before, last) {
        Wanted::Command(group) => (commands(group, last), Otherwise::Nothing),
        Wanted::Option(flags, given) => (options(&flags, &given, last), Otherwise::Nothing),
        Wanted::Value(flag) => value(cli, flag).await,
        Wanted::Argument(verb, rank, forced) => argument(cli, verb, rank, forced).await,
        Wanted::Unknown => (Vec::new(), Otherwise::Files),
    }
}

/// The commands of a group, or of docker itself, that begin so.
fn commands(group: &str, last: &str) -> Vec<String> {
    let mut rows: Vec<(&str, &str)> = all_verbs()
        .flat_map(|verb| verb.spellings.iter().map(move |it| (verb, *it)))
        .filter(|(verb, spelling)| verb.canonical(spelling) == *spelling)
        .filter_map(|(verb, spelling)| match spelling.split_once(' ') {
            Some((theirs, name)) if theirs == group => Some((name, verb.about)),
            None if group.is_empty() => Some((spelling, verb.about)),
            _ => None,
        })
        .chain(unsupported_in(group))
        .collect();
    if group.is_empty() {
        rows.extend(group_rows());
    }
    rows.sort_unstable();
    rows.into_iter()
        .filter(|(name, _)| name.starts_with(last))
        .map(|(name, about)| format!("{name}\t{about}"))
        .collect()
}

/// The options that begin so; those that are given once and have been are left out.
fn options(flags: &[&'static Flag], given: &[&str], last: &str) -> Vec<String> {
    let many = |kind| {
        !matches!(
            kind,
            Kind::List | Kind::Strings | Kind::Map | Kind::Filter | Kind::Other(_)
        )
    };
    let mut shown: Vec<_> = flags
        .iter()
        .filter(|it| it.hidden_for.is_none())
        .filter(|it| !(many(it.kind) && given.contains(&it.name)))
        .collect();
    shown.sort_by_key(|it| it.name);
    let mut candidates = Vec::new();
    for flag in shown {
        let about = flag.help.lines().next().unwrap_or_default();
        let about = match about.rfind(" (default ") {
            Some(at) if !about[..at].ends_with(')') => &about[..at],
            _ => about,
        };
        let names = [
            Some(format!("--{}", flag.name)),
            (flag.short != ' ').then(|| format!("-{}", flag.short)),
        ];
        for name in names.into_iter().flatten() {
            if name.starts_with(last) {
                candidates.push(format!("{name}\t{about}"));
            }
        }
    }
    candidates
}

async fn value(cli: &mut Cli, flag: &Flag) -> (Vec<String>, Otherwise) {
    let name = flag.hidden_for.unwrap_or(flag.name);
    if let Some(values) = values_of(name) {
        let values = values.iter().map(|it| (*it).to_owned()).collect();
        return (values, Otherwise::Nothing);
    }
    match name {
        "network" | "network-add" | "network-rm" => {
            (names(cli, Place::Network).await, Otherwise::Nothing)
        }
        "volumes-from" => (names(cli, Place::Container).await, Otherwise::Nothing),
        _ => (Vec::new(), Otherwise::Files),
    }
}

async fn argument(
    cli: &mut Cli,
    verb: &Verb,
    rank: usize,
    forced: bool,
) -> (Vec<String>, Otherwise) {
    let place = wanted::place(verb, rank);
    let found = match (place, verb.spellings[0]) {
        (None, _) | (_, "image pull") => Vec::new(),
        (Some(Place::Copy | Place::File | Place::Server | Place::Term), _) => {
            return (Vec::new(), Otherwise::Files);
        }
        (Some(Place::Context), _) => return (Vec::new(), Otherwise::Folders),
        (Some(Place::Engine), _) => context_names(cli),
        (Some(Place::Role), _) => vec!["worker".to_owned(), "manager".to_owned()],
        (Some(Place::Container), name) => containers(cli, name, forced).await,
        (Some(Place::Object), _) => names(cli, Place::Container).await,
        (Some(place), _) => names(cli, place).await,
    };
    (found, Otherwise::Nothing)
}

/// The containers on which this verb makes sense.
async fn containers(cli: &mut Cli, verb: &str, forced: bool) -> Vec<String> {
    let suits = |state: &str| match verb {
        "container rm" => forced || matches!(state, "exited" | "created"),
        "container start" => matches!(state, "exited" | "created"),
        "container unpause" => state == "paused",
        "container pause" => state == "running",
        "container attach" | "container exec" | "container kill" | "container stop"
        | "container top" => matches!(state, "running" | "paused" | "restarting"),
        _ => true,
    };
    let call = Call::get("/containers/json").with_flag("all", true);
    let found = cli.client.document(call).await.unwrap_or_default();
    items(&found)
        .iter()
        .filter(|it| suits(text(&it["State"])))
        .flat_map(|it| items(&it["Names"]))
        .map(|it| text(it).trim_start_matches('/').to_owned())
        .filter(|it| !it.contains('/'))
        .collect()
}

/// The names of what the engine holds; none when it does not answer.
async fn names(cli: &mut Cli, place: Place) -> Vec<String> {
    let (path, field): (&str, fn(&Json) -> &Json) = match place {
        Place::Container => return containers(cli, "", true).await,
        Place::Image => {
            let found = cli.client.document(Call::get("/images/json")).await;
            let found = found.unwrap_or_default();
            let tags = items(&found).iter().flat_map(|it| items(&it["RepoTags"]));
            return tags.map(|it| text(it).to_owned()).collect();
        }
        Place::Volume => {
            let found = cli.client.document(Call::get("/volumes")).await;
            let found = found.unwrap_or_default();
            let volumes = items(&found["Volumes"]).iter();
            return volumes.map(|it| text(&it["Name"]).to_owned()).collect();
        }
        Place::Network => ("/networks", |it| &it["Name"]),
        Place::Service | Place::Task | Place::Scale => ("/services", |it| &it["Spec"]["Name"]),
        Place::Secret => ("/secrets", |it| &it["Spec"]["Name"]),
        Place::Config => ("/configs", |it| &it["Spec"]["Name"]),
        Place::Node => ("/nodes", |it| &it["Description"]["Hostname"]),
        _ => return Vec::new(),
    };
    let found = cli
        .client
        .document(Call::get(path))
        .await
        .unwrap_or_default();
    items(&found)
        .iter()
        .map(|it| text(field(it)).to_owned())
        .collect()
}
