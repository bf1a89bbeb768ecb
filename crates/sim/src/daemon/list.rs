//! `GET /containers/json`: `docker ps`.

use std::sync::Arc;

use super::container::Container;
use super::summary::write_list;
use super::{Daemon, Fault, Filters, Outcome, State};
use domain::ContainerState;

/// What is asked for.
#[derive(Debug, Default)]
pub struct ListOptions {
    /// Those that do not run too.
    pub all: bool,
    /// At most so many of the youngest; 0 is no limit.
    pub limit: usize,
    /// With the sizes of their files.
    pub size: bool,
    /// Filters.
    pub filters: Filters,
}

const KNOWN: [&str; 15] = [
    "ancestor",
    "before",
    "exited",
    "expose",
    "health",
    "id",
    "is-task",
    "isolation",
    "label",
    "name",
    "network",
    "publish",
    "since",
    "status",
    "volume",
];

impl Daemon {
    /// The list of `docker ps`, the youngest first, as JSON.
    pub fn list_containers(&self, options: &ListOptions) -> Outcome<String> {
        let state = self.state();
        let selected = select(&state, options)?;
        write_list(&state, &selected, self.now(), options.size)
            .map_err(|error| Fault::internal(error.to_string()))
    }
}

/// The containers that pass the filters.
pub(super) fn select(state: &State, options: &ListOptions) -> Outcome<Vec<Arc<Container>>> {
    let filters = &options.filters;
    filters.only(&KNOWN)?;
    check_values(filters)?;
    let rank = |name: &str| -> Outcome<Option<u64>> {
        match filters.get(name).first() {
            Some(key) => Ok(Some(state.container(key)?.rank)),
            None => Ok(None),
        }
    };
    let (before, since) = (rank("before")?, rank("since")?);
    let ancestors = ancestors(state, filters);
    let all = options.all
        || options.limit > 0
        || filters.has("status")
        || before.is_some()
        || since.is_some();
    let passes = |container: &Container| {
        let networks = || {
            container
                .endpoints
                .iter()
                .flat_map(|(name, end)| [name.clone(), end.network_id.clone()])
        };
        if filters.is_empty() {
            return all || container.is_running();
        }
        (all || container.is_running())
            && before.is_none_or(|rank| container.rank < rank)
            && since.is_none_or(|rank| container.rank > rank)
            && filters.any("status", |wanted| wanted == container.state.as_str())
            && filters.any("exited", |code| {
                container.finished.is_some()
                    && !container.is_running()
                    && code.parse() == Ok(container.exit_code)
            })
            && filters.any("id", |prefix| container.id.starts_with(prefix))
            && filters.matches("name", &[&container.name, &format!("/{}", container.name)])
            && filters.labels(&container.labels())
            && filters.any("health", |wanted| {
                container.health.as_ref().map_or("none", |it| it.status) == wanted
            })
            && filters.any("volume", |wanted| {
                container
                    .mounts
                    .iter()
                    .any(|it| it.name == wanted || it.destination == wanted)
            })
            && filters.any("network", |wanted| {
                networks().any(|it| it == wanted || wanted.len() >= 12 && it.starts_with(wanted))
            })
            && filters.any("publish", |port| {
                is_port(
                    port,
                    container
                        .ports
                        .iter()
                        .map(|it| (it.host, it.protocol.as_str())),
                )
            })
            && filters.any("expose", |port| {
                let exposed = container.exposed();
                is_port(
                    port,
                    exposed
                        .iter()
                        .map(|(port, protocol)| (*port, protocol.as_str())),
                )
            })
            && filters.any("is-task", |wanted| {
                matches!(wanted, "true" | "1") == container.is_task()
            })
            && ancestors
                .as_ref()
                .is_none_or(|images| images.contains(&container.image))
    };
    let list = state
        .containers_by_age()
        .into_iter()
        .filter(|it| passes(it))
        .cloned();
    Ok(if options.limit > 0 {
        list.take(options.limit).collect()
    } else {
        list.collect()
    })
}

/// `80`, `80/udp` or `80-90`.
fn is_port<'a>(wanted: &str, mut ports: impl Iterator<Item = (u16, &'a str)>) -> bool {
    let (range, protocol) = wanted.split_once('/').unwrap_or((wanted, "tcp"));
    let (low, high) = range.split_once('-').unwrap_or((range, range));
    match (low.parse::<u16>(), high.parse::<u16>()) {
        (Ok(low), Ok(high)) => {
            ports.any(|(port, kind)| kind == protocol && (low..=high).contains(&port))
        }
        _ => false,
    }
}

fn check_values(filters: &Filters) -> Outcome<()> {
    for code in filters.get("exited") {
        if code.parse::<i64>().is_err() {
            return Err(Fault::invalid(format!(
                "invalid filter 'exited={code}': strconv.Atoi: parsing \"{code}\": invalid syntax"
            )));
        }
    }
    for word in filters.get("status") {
        if ContainerState::parse(word).is_none() {
            return Err(Fault::invalid(format!(
                "invalid filter 'status={word}': invalid value for state ({word}): must be one of created, running, paused, restarting, removing, exited, dead"
            )));
        }
    }
    for word in filters.get("health") {
        if !matches!(word.as_str(), "none" | "starting" | "healthy" | "unhealthy") {
            return Err(Fault::invalid(format!(
                "invalid filter 'health={word}': invalid value for health ({word}): must be one of none, starting, healthy, unhealthy"
            )));
        }
    }
    filters.flag("is-task").map(|_| ())
}

/// The images that `ancestor` names, with all that was made from them.
fn ancestors(state: &State, filters: &Filters) -> Option<Vec<String>> {
    if !filters.has("ancestor") {
        return None;
    }
    let named = filters
        .get("ancestor")
        .iter()
        .filter_map(|key| state.image(key).ok());
    let mut found: Vec<String> = named.map(|image| image.id.clone()).collect();
    let mut at = 0;
    while let Some(id) = found.get(at).cloned() {
        found.extend(state.children_of(&id).iter().map(|child| child.id.clone()));
        at += 1;
    }
    Some(found)
}
