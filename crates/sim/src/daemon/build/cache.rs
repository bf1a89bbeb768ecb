//! The build cache: an image that was made of the same one, in the same way, is taken again.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::super::config::{flag, number, text, texts};
use super::super::container::string_map;
use super::super::image::{Image, ImageLayer};
use super::super::{Daemon, Op, State};

/// Looks images up; one for a build.
#[derive(Debug, Default)]
pub(super) struct Cache {
    /// `--no-cache`.
    pub(super) off: bool,
    /// `--cache-from`: the images that count; without it, those that were built here.
    pub(super) sources: Option<Vec<Arc<Image>>>,
    /// Whether a step of this stage was not found: those that follow are not looked for.
    pub(super) busted: bool,
}

impl Cache {
    /// The image that this step made already.
    pub(super) fn probe(
        &mut self,
        daemon: &Daemon,
        parent: &str,
        config: &Map<String, Value>,
    ) -> Option<String> {
        if self.off || self.busted {
            return None;
        }
        let state = daemon.state();
        let found = if let Some(sources) = &mut self.sources {
            look_in_sources(sources, daemon, &state, parent, config)
        } else {
            built_here(&state, parent, config)
        };
        self.busted = found.is_none();
        found
    }
}

/// The image that a step made, if it is one of those images or they are made of it.
fn look_in_sources(
    sources: &mut Vec<Arc<Image>>,
    daemon: &Daemon,
    state: &State,
    parent: &str,
    config: &Map<String, Value>,
) -> Option<String> {
    if let Some(found) = built_here(state, parent, config)
        && sources.iter().any(|it| descends(state, it, &found))
    {
        return Some(found);
    }
    let below = state.images.get(parent).cloned();
    let depth = below.as_ref().map_or(0, |it| it.history.len());
    let words = texts(config, "Cmd").join(" ");
    let target = sources.iter().find(|it| {
        stands_on(it, below.as_deref())
            && it
                .history
                .get(depth)
                .is_some_and(|line| line.created_by == words)
    })?;
    let target = Arc::clone(target);
    if target.history.len() == depth + 1 {
        return Some(target.id.clone());
    }
    let id = restore(daemon, below.as_deref(), &target, config)?;
    *sources = vec![target];
    Some(id)
}

/// The youngest image made here of the same one by a container of the same configuration.
fn built_here(state: &State, parent: &str, config: &Map<String, Value>) -> Option<String> {
    let children = state.images.values().filter(|it| it.parent == parent);
    children
        .filter(|it| it.built_here && same(&it.container_config, config))
        .max_by_key(|it| it.created)
        .map(|it| it.id.clone())
}

/// Whether an image is made of another, however far.
fn descends(state: &State, image: &Image, ancestor: &str) -> bool {
    let mut seen = BTreeSet::new();
    let mut parent = image.parent.as_str();
    while !parent.is_empty() && seen.insert(parent) {
        if parent == ancestor {
            return true;
        }
        parent = state.images.get(parent).map_or("", |it| &it.parent);
    }
    false
}

/// Whether an image begins with the history and the layers of another.
fn stands_on(image: &Image, below: Option<&Image>) -> bool {
    let Some(below) = below.filter(|it| !it.history.is_empty() || !it.layers.is_empty()) else {
        return !image.history.is_empty();
    };
    let diff = |layers: &[ImageLayer]| -> Vec<String> {
        layers.iter().map(|it| it.diff_id.clone()).collect()
    };
    below.history.len() < image.history.len()
        && image.history.starts_with(&below.history)
        && diff(&image.layers).starts_with(&diff(&below.layers))
}

/// Makes the image of one line of another's history.
fn restore(
    daemon: &Daemon,
    below: Option<&Image>,
    target: &Image,
    config: &Map<String, Value>,
) -> Option<String> {
    let depth = below.map_or(0, |it| it.history.len());
    let line = target.history.get(depth)?;
    let made = target.history[..depth].iter().filter(|it| !it.empty_layer);
    let mut layers = below.map(|it| it.layers.clone()).unwrap_or_default();
    if !line.empty_layer {
        layers.push(target.layers.get(made.count())?.clone());
    }
    let image = Image {
        id: String::new(),
        parent: below.map(|it| it.id.clone()).unwrap_or_default(),
        created: super::super::time::parse(&line.created)?,
        created_text: line.created.clone(),
        comment: String::new(),
        author: target.author.clone(),
        architecture: target.architecture.clone(),
        docker_version: super::super::VERSION.to_owned(),
        container: String::new(),
        config: config.clone(),
        container_config: Map::new(),
        built_here: false,
        history: target.history[..=depth].to_vec(),
        layers,
    }
    .sealed();
    let id = image.id.clone();
    daemon.apply(Op::AddImage(Box::new(image))).ok()?;
    Some(id)
}

/// Whether two configurations are the same, names of hosts and images apart.
fn same(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let lists = ["Env", "Cmd", "Entrypoint", "Shell", "OnBuild"];
    let flags = [
        "AttachStdin",
        "AttachStdout",
        "AttachStderr",
        "NetworkDisabled",
        "Tty",
        "OpenStdin",
        "StdinOnce",
        "ArgsEscaped",
    ];
    let keys = |it: &Map<String, Value>, name: &str| -> BTreeSet<String> {
        let set = it.get(name).and_then(Value::as_object);
        set.into_iter()
            .flatten()
            .map(|(key, _)| key.clone())
            .collect()
    };
    lists.iter().all(|it| texts(one, it) == texts(other, it))
        && flags.iter().all(|it| flag(one, it) == flag(other, it))
        && ["User", "WorkingDir", "StopSignal"]
            .iter()
            .all(|it| text(one, it) == text(other, it))
        && ["ExposedPorts", "Volumes"]
            .iter()
            .all(|it| keys(one, it) == keys(other, it))
        && string_map(one.get("Labels")) == string_map(other.get("Labels"))
        && one.get("StopTimeout").and_then(Value::as_i64)
            == other.get("StopTimeout").and_then(Value::as_i64)
        && same_health(one, other)
}

fn same_health(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let health =
        |it: &Map<String, Value>| it.get("Healthcheck").and_then(Value::as_object).cloned();
    match (health(one), health(other)) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            let numbers = [
                "Interval",
                "Timeout",
                "StartPeriod",
                "StartInterval",
                "Retries",
            ];
            texts(&one, "Test") == texts(&other, "Test")
                && numbers
                    .iter()
                    .all(|it| number(&one, it) == number(&other, it))
        }
        _ => false,
    }
}
