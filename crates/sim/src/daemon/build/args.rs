//! Build arguments: what `ARG` declares and what `--build-arg` gives.

use std::collections::{BTreeMap, BTreeSet};

use super::dockerfile::Env;

/// Arguments that no `ARG` need declare.
const PREDEFINED: [&str; 10] = [
    "ALL_PROXY",
    "FTP_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "all_proxy",
    "ftp_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

type Declared = BTreeMap<String, Option<String>>;

/// The arguments of a build, or of one of its stages.
#[derive(Debug, Clone, Default)]
pub(super) struct BuildArgs {
    /// What the client gave; `None` for a name alone.
    given: BTreeMap<String, Option<String>>,
    /// Declared in this stage.
    allowed: Declared,
    /// Declared before the first `FROM`.
    meta: Declared,
    /// Declared anywhere.
    referenced: BTreeSet<String>,
}

impl BuildArgs {
    /// With what the client gave.
    pub(super) fn new(given: BTreeMap<String, Option<String>>) -> Self {
        Self {
            given,
            ..Self::default()
        }
    }

    /// Those of a new stage: nothing is declared yet.
    pub(super) fn for_stage(&self) -> Self {
        Self {
            allowed: Declared::new(),
            ..self.clone()
        }
    }

    /// `ARG` in a stage.
    pub(super) fn declare(&mut self, name: &str, value: Option<String>) {
        self.allowed.insert(name.to_owned(), value);
        self.referenced.insert(name.to_owned());
    }

    /// `ARG` before the first `FROM`.
    pub(super) fn declare_meta(&mut self, name: &str, value: Option<String>) {
        self.declare(name, value.clone());
        self.meta.insert(name.to_owned(), value);
    }

    /// What a stage declared counts as used.
    pub(super) fn merge_referenced(&mut self, stage: &Self) {
        self.referenced.extend(stage.referenced.iter().cloned());
    }

    /// Given, and declared nowhere.
    pub(super) fn unused(&self) -> Vec<&str> {
        let names = self.given.keys().map(String::as_str);
        names
            .filter(|it| !self.referenced.contains(*it) && !PREDEFINED.contains(it))
            .collect()
    }

    fn value(&self, name: &str, declared: &Declared) -> Option<String> {
        if let Some(Some(given)) = self.given.get(name) {
            return Some(given.clone());
        }
        match declared.get(name) {
            Some(Some(value)) => Some(value.clone()),
            _ => self.meta.get(name).cloned().flatten(),
        }
    }

    fn values(&self, declared: &Declared) -> Env {
        let names = declared.keys().map(String::as_str).chain(PREDEFINED);
        names
            .filter_map(|name| Some((name.to_owned(), self.value(name, declared)?)))
            .collect()
    }

    /// What this stage may use.
    pub(super) fn allowed(&self) -> Env {
        self.values(&self.allowed)
    }

    /// What a `FROM` may use.
    pub(super) fn meta(&self) -> Env {
        self.values(&self.meta)
    }

    /// The same as [`Self::allowed`] without what the environment sets already, as `name=value`.
    pub(super) fn beyond(&self, environment: &[String]) -> Vec<String> {
        let set: BTreeSet<&str> = environment
            .iter()
            .map(|it| it.split('=').next().unwrap_or_default())
            .collect();
        let mut allowed = self.allowed();
        allowed.retain(|name, _| !set.contains(name.as_str()));
        allowed
            .into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    /// `|2 A=1 B=2`, before the words of a `RUN`: what its cache depends on. Proxies that no `ARG`
    /// declares do not count.
    pub(super) fn prepended(&self, arguments: &[String], words: &[String]) -> Vec<String> {
        let counts = |it: &&String| {
            let name = it.split('=').next().unwrap_or_default();
            self.allowed.contains_key(name) || !PREDEFINED.contains(&name)
        };
        let mut counted: Vec<String> = arguments.iter().filter(counts).cloned().collect();
        counted.sort();
        let mut all = vec![format!("|{}", counted.len())];
        all.extend(counted);
        all.extend(words.iter().cloned());
        all
    }
}
