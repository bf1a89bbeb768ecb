//! The `--change` instructions of `docker commit` and `docker import`: those of a Dockerfile that
//! change a configuration.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::config::{text, texts};
use super::container::string_map;
use super::{Fault, Outcome};

/// Applies an instruction of a Dockerfile to a configuration.
pub(super) fn apply_change(config: &mut Map<String, Value>, change: &str) -> Outcome<()> {
    let (word, rest) = change
        .trim()
        .split_once(char::is_whitespace)
        .unwrap_or((change.trim(), ""));
    let rest = rest.trim();
    let instruction = word.to_uppercase();
    check(&instruction, rest)?;
    match instruction.as_str() {
        "CMD" => drop(config.insert("Cmd".into(), command(rest))),
        "ENTRYPOINT" => drop(config.insert("Entrypoint".into(), command(rest))),
        "ENV" => set_env(config, rest),
        "LABEL" => {
            let mut labels = string_map(config.get("Labels"));
            labels.extend(pairs(rest));
            config.insert("Labels".into(), json!(labels));
        }
        "EXPOSE" => add_to_set(config, "ExposedPorts", rest, "/tcp"),
        "VOLUME" => add_to_set(config, "Volumes", rest, ""),
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

/// Refuses an instruction that changes no configuration, or lacks its arguments.
fn check(instruction: &str, rest: &str) -> Outcome<()> {
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
    if !known.contains(&instruction) {
        return Err(Fault::invalid(format!(
            "{instruction} is not a valid change command"
        )));
    }
    let blank = rest.is_empty();
    if blank
        && matches!(
            instruction,
            "ENV" | "LABEL" | "EXPOSE" | "VOLUME" | "ONBUILD"
        )
    {
        return Err(Fault::invalid(format!(
            "{instruction} requires at least one argument"
        )));
    }
    if blank && matches!(instruction, "USER" | "WORKDIR" | "STOPSIGNAL") {
        return Err(Fault::invalid(format!(
            "{instruction} requires exactly one argument"
        )));
    }
    Ok(())
}

/// Sets variables in `Env`, in their place when they were there.
fn set_env(config: &mut Map<String, Value>, rest: &str) {
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

/// Adds keys to `ExposedPorts` or `Volumes`, ended by `suffix` when they have no `/`.
fn add_to_set(config: &mut Map<String, Value>, name: &str, rest: &str, suffix: &str) {
    let mut set = config
        .get(name)
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let items = match serde_json::from_str::<Vec<String>>(rest) {
        Ok(items) => items,
        Err(_) => split(rest),
    };
    for item in items {
        let key = if item.contains('/') {
            item
        } else {
            format!("{item}{suffix}")
        };
        set.insert(key, json!({}));
    }
    config.insert(name.into(), Value::Object(set));
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
