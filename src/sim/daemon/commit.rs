//! `docker commit`, and the `--change` instructions that it shares with `docker import`.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::config::{text, texts};
use super::container::string_map;
use super::ids::digest;
use super::image::{History, Image, ImageLayer};
use super::time::rfc3339;
use super::{Daemon, Fault, Op, Outcome, Reference, lock};

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct CommitOptions {
    /// The container.
    pub container: String,
    /// Name of the image; none when empty.
    pub repository: String,
    /// Its tag.
    pub tag: String,
    /// `-m`.
    pub comment: String,
    /// `-a`.
    pub author: String,
    /// `-c`, an instruction each.
    pub changes: Vec<String>,
}

impl Daemon {
    /// Makes an image of a container; its identifier.
    pub fn commit(&self, options: &CommitOptions) -> Outcome<String> {
        let container = self.container(&options.container)?;
        let name = wanted_name(&options.repository, &options.tag)?;
        let mut config = (*container.config).clone();
        for change in &options.changes {
            apply_change(&mut config, change)?;
        }
        let (upper, size) = {
            let root = lock(&container.root);
            let changed = !root.changes().is_empty();
            (changed.then(|| root.to_layer()), root.upper_size())
        };
        let state = self.state();
        let parent = state.images.get(&container.image).cloned();
        let created = self.now();
        let created_text = rfc3339(created);
        let mut layers = parent
            .as_ref()
            .map(|it| it.layers.clone())
            .unwrap_or_default();
        let mut history = parent
            .as_ref()
            .map(|it| it.history.clone())
            .unwrap_or_default();
        history.push(History {
            created: created_text.clone(),
            created_by: texts(&container.config, "Cmd").join(" "),
            author: options.author.clone(),
            comment: options.comment.clone(),
            empty_layer: upper.is_none(),
        });
        if let Some(files) = upper {
            let mut archive = Vec::new();
            files
                .write_tar(&mut archive)
                .map_err(|error| Fault::internal(error.to_string()))?;
            layers.push(ImageLayer {
                diff_id: digest(&archive),
                files,
                size,
            });
        }
        let image = Image {
            id: String::new(),
            parent: container.image.clone(),
            created,
            created_text,
            comment: options.comment.clone(),
            author: options.author.clone(),
            architecture: parent.map_or_else(architecture, |it| it.architecture.clone()),
            docker_version: super::VERSION.to_owned(),
            container: container.id.clone(),
            config,
            history,
            layers,
        }
        .sealed();
        let id = image.id.clone();
        self.apply(Op::AddImage(Box::new(image)))?;
        let mut extra = vec![("imageID", id.clone())];
        if let Some(name) = name {
            extra.push(("imageRef", name.familiar_tagged()));
            self.apply(Op::Tag {
                id: id.clone(),
                name,
            })?;
        }
        self.note(&container, "commit", &extra);
        Ok(id)
    }
}

/// `amd64` or `arm64`: that of the machine we really run on.
pub(super) fn architecture() -> String {
    if cfg!(target_arch = "aarch64") {
        "arm64"
    } else {
        "amd64"
    }
    .to_owned()
}

/// A name for a new image.
pub(super) fn wanted_name(repository: &str, tag: &str) -> Outcome<Option<Reference>> {
    if repository.is_empty() {
        return Ok(None);
    }
    let whole = if tag.is_empty() {
        repository.to_owned()
    } else {
        format!("{repository}:{tag}")
    };
    Reference::parse(&whole).map(Some)
}

/// Applies an instruction of a Dockerfile to a configuration.
pub(super) fn apply_change(config: &mut Map<String, Value>, change: &str) -> Outcome<()> {
    let (word, rest) = change
        .trim()
        .split_once(char::is_whitespace)
        .unwrap_or((change.trim(), ""));
    let rest = rest.trim();
    let instruction = word.to_uppercase();
    let known = [
        "CMD",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "HEALTHCHECK",
        "LABEL",
        "ONBUILD",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    ];
    if !known.contains(&instruction.as_str()) {
        return Err(Fault::invalid(format!(
            "{instruction} is not a valid change command"
        )));
    }
    let blank = rest.is_empty();
    if blank
        && matches!(
            instruction.as_str(),
            "ENV" | "LABEL" | "EXPOSE" | "VOLUME" | "ONBUILD"
        )
    {
        return Err(Fault::invalid(format!(
            "{instruction} requires at least one argument"
        )));
    }
    if blank && matches!(instruction.as_str(), "USER" | "WORKDIR" | "STOPSIGNAL") {
        return Err(Fault::invalid(format!(
            "{instruction} requires exactly one argument"
        )));
    }
    match instruction.as_str() {
        "CMD" | "ENTRYPOINT" => {
            let words = command(rest);
            let name = if instruction == "CMD" {
                "Cmd"
            } else {
                "Entrypoint"
            };
            config.insert(name.into(), words);
        }
        "ENV" => {
            let mut lines = texts(config, "Env");
            for (name, value) in pairs(rest) {
                let line = format!("{name}={value}");
                match lines
                    .iter_mut()
                    .find(|it| it.split('=').next() == Some(name.as_str()))
                {
                    Some(known) => *known = line,
                    None => lines.push(line),
                }
            }
            config.insert("Env".into(), json!(lines));
        }
        "LABEL" => {
            let mut labels = string_map(config.get("Labels"));
            labels.extend(pairs(rest));
            config.insert("Labels".into(), json!(labels));
        }
        "EXPOSE" | "VOLUME" => {
            let name = if instruction == "EXPOSE" {
                "ExposedPorts"
            } else {
                "Volumes"
            };
            let mut set = config
                .get(name)
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default();
            let items = match command(rest) {
                Value::Array(items) if rest.starts_with('[') => items,
                _ => split(rest).into_iter().map(Value::String).collect(),
            };
            for item in items.iter().filter_map(Value::as_str) {
                let bare_port = instruction == "EXPOSE" && !item.contains('/');
                let key = if bare_port {
                    format!("{item}/tcp")
                } else {
                    item.to_owned()
                };
                set.insert(key, json!({}));
            }
            config.insert(name.into(), Value::Object(set));
        }
        "USER" => drop(config.insert("User".into(), json!(rest))),
        "STOPSIGNAL" => drop(config.insert("StopSignal".into(), json!(rest))),
        "WORKDIR" => {
            let before = text(config, "WorkingDir");
            let path = if rest.starts_with('/') {
                rest.to_owned()
            } else {
                format!("{before}/{rest}")
            };
            config.insert(
                "WorkingDir".into(),
                json!(super::create_mounts::clean(&path)),
            );
        }
        "ONBUILD" => {
            let mut lines = texts(config, "OnBuild");
            lines.push(rest.to_owned());
            config.insert("OnBuild".into(), json!(lines));
        }
        _ => {
            let test = match rest.strip_prefix("CMD ") {
                Some(command_line) => match command(command_line) {
                    Value::Array(items) if command_line.trim_start().starts_with('[') => {
                        std::iter::once(json!("CMD"))
                            .chain(items)
                            .collect::<Vec<_>>()
                    }
                    _ => vec![json!("CMD-SHELL"), json!(command_line.trim())],
                },
                None => vec![json!("NONE")],
            };
            config.insert("Healthcheck".into(), json!({"Test": test}));
        }
    }
    Ok(())
}

/// A JSON list, or a line for the shell.
fn command(rest: &str) -> Value {
    match serde_json::from_str::<Vec<String>>(rest) {
        Ok(words) => json!(words),
        Err(_) => json!(["/bin/sh", "-c", rest]),
    }
}

/// Words, quotes and backslashes undone.
fn split(rest: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = rest.chars();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', Some('"') | None) => word.get_or_insert_default().extend(characters.next()),
            (_, Some(open)) if character == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (' ' | '\t', None) => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    words.extend(word);
    words
}

/// `A=1 B="2 3"`, or the old `A 1`.
fn pairs(rest: &str) -> BTreeMap<String, String> {
    let words = split(rest);
    if words.first().is_some_and(|it| !it.contains('=')) {
        let (name, value) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        return BTreeMap::from([(name.to_owned(), value.trim().to_owned())]);
    }
    words
        .iter()
        .filter_map(|it| it.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
