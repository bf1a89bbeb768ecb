//! What the instructions of a Dockerfile that make no files change in a configuration: those of a
//! build, and the `--change` of `docker commit` and `docker import`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::super::config::{text, texts};
use super::super::container::string_map;
use super::super::{Fault, Outcome};
use super::args::BuildArgs;
use super::dockerfile::{
    Health, Instruction, Lex, Pair, Sources, changes, duration, quoted_list, quoted_number,
};
use super::run::words;
use super::stage::State;
use super::{Built, Failure};
use crate::kernel::Signal;
use domain::paths::clean;

/// Applies `--change` instructions to a configuration; it stays as it was when one is refused.
pub(in crate::daemon) fn apply_changes(
    config: &mut Map<String, Value>,
    texts: &[String],
) -> Outcome<()> {
    if texts.is_empty() {
        return Ok(());
    }
    let (escape, instructions) = changes(&texts.join("\n")).map_err(Fault::invalid)?;
    let mut state = State::new(
        config.clone(),
        BuildArgs::new(BTreeMap::new()),
        Lex::new(escape),
    );
    for instruction in instructions {
        expanded(&state, instruction)
            .map_err(Failure::from)
            .and_then(|instruction| configure(&mut state, instruction))
            .map_err(|failure| Fault::invalid(failure.message))?;
    }
    *config = state.config;
    Ok(())
}

/// Applies an instruction whose variables are expanded to the configuration of the image to be.
/// Gives the comment of its layer.
pub(super) fn configure(state: &mut State, instruction: Instruction) -> Built<String> {
    let config = &mut state.config;
    Ok(match instruction {
        Instruction::Cmd(line) => {
            let command = words(state, &line);
            let told = quoted_list(command.as_deref().unwrap_or_default());
            state.cmd_set |= line.words.is_some_and(|it| !it.is_empty());
            state.config.insert("Cmd".into(), json!(command));
            format!("CMD {told}")
        }
        Instruction::Entrypoint(line) => {
            let command = words(state, &line);
            let told = quoted_list(command.as_deref().unwrap_or_default());
            state.config.insert("Entrypoint".into(), json!(command));
            if !state.cmd_set {
                state.config.insert("Cmd".into(), Value::Null);
            }
            format!("ENTRYPOINT {told}")
        }
        Instruction::Env(pairs) => env(config, &pairs),
        Instruction::Label(pairs, _) => label(config, &pairs),
        Instruction::Arg(names) => {
            let mut shown = Vec::new();
            for (name, value) in names {
                shown.push(match &value {
                    Some(value) => format!("{name}={value}"),
                    None => name.clone(),
                });
                state.args.declare(&name, value);
            }
            format!("ARG {}", shown.join(" "))
        }
        Instruction::Expose(ports) => expose(state, &ports)?,
        Instruction::Healthcheck(health) => healthcheck(config, &health),
        Instruction::Maintainer(who) => {
            state.author.clone_from(&who);
            format!("MAINTAINER {who}")
        }
        Instruction::Onbuild(text) => {
            let mut triggers = texts(config, "OnBuild");
            triggers.push(text.clone());
            config.insert("OnBuild".into(), json!(triggers));
            format!("ONBUILD {text}")
        }
        Instruction::Shell(shell) => {
            let told = shell.join(" ");
            config.insert("Shell".into(), json!(shell));
            format!("SHELL [{told}]")
        }
        Instruction::StopSignal(signal) => {
            if Signal::parse(&signal).is_none() {
                return Err(Failure::new(format!("invalid signal: {signal}")));
            }
            config.insert("StopSignal".into(), json!(signal));
            format!("STOPSIGNAL {signal}")
        }
        Instruction::User(user) => {
            config.insert("User".into(), json!(user));
            format!("USER {user}")
        }
        Instruction::Volume(volumes) => {
            if volumes.iter().any(String::is_empty) {
                return Err(Failure::new("VOLUME specified can not be an empty string"));
            }
            add_keys(config, "Volumes", &volumes);
            format!("VOLUME [{}]", volumes.join(" "))
        }
        Instruction::Workdir(path) => {
            let path = if path.starts_with('/') {
                clean(&path)
            } else {
                clean(&format!("/{}/{path}", text(config, "WorkingDir")))
            };
            config.insert("WorkingDir".into(), json!(path));
            format!("WORKDIR {path}")
        }
        Instruction::Add(_) | Instruction::Copy(_) | Instruction::Run(..) => {
            return Err(Failure::new("this instruction makes files"));
        }
    })
}

fn healthcheck(config: &mut Map<String, Value>, health: &Health) -> String {
    let mut document = Map::new();
    document.insert("Test".into(), json!(health.test));
    for (name, value) in [
        ("Interval", health.interval),
        ("Timeout", health.timeout),
        ("StartPeriod", health.start_period),
        ("StartInterval", health.start_interval),
        ("Retries", health.retries),
    ] {
        if value != 0 {
            document.insert(name.into(), json!(value));
        }
    }
    config.insert("Healthcheck".into(), Value::Object(document));
    format!(
        "HEALTHCHECK &{{{} \"{}\" \"{}\" \"{}\" \"{}\" {}}}",
        quoted_list(&health.test),
        duration(health.interval),
        duration(health.timeout),
        duration(health.start_period),
        duration(health.start_interval),
        quoted_number(health.retries)
    )
}

/// An instruction with its variables expanded, where that sort of instruction has any.
pub(super) fn expanded(state: &State, instruction: Instruction) -> Result<Instruction, String> {
    let env = state.environment();
    let word = |text: &str| state.lex.word(text, &env);
    let list = |items: Vec<String>| {
        items
            .iter()
            .map(|it| word(it))
            .collect::<Result<Vec<_>, _>>()
    };
    let pairs = |items: Vec<Pair>| {
        let pair = |it: &Pair| {
            Ok(Pair {
                name: word(&it.name)?,
                value: word(&it.value)?,
            })
        };
        items.iter().map(pair).collect::<Result<Vec<_>, String>>()
    };
    let sources = |it: Sources| {
        Ok::<_, String>(Sources {
            chown: word(&it.chown)?,
            chmod: word(&it.chmod)?,
            paths: list(it.paths)?,
            destination: word(&it.destination)?,
            from: it.from,
        })
    };
    Ok(match instruction {
        Instruction::Env(items) => Instruction::Env(pairs(items)?),
        Instruction::Label(items, true) => Instruction::Label(pairs(items)?, true),
        Instruction::Add(it) => Instruction::Add(sources(it)?),
        Instruction::Copy(it) => Instruction::Copy(sources(it)?),
        Instruction::Workdir(path) => Instruction::Workdir(word(&path)?),
        Instruction::User(user) => Instruction::User(word(&user)?),
        Instruction::Volume(items) => Instruction::Volume(list(items)?),
        Instruction::StopSignal(signal) => Instruction::StopSignal(word(&signal)?),
        Instruction::Arg(names) => {
            let mut expanded = Vec::new();
            for (name, value) in names {
                let value = value.map(|it| word(&it)).transpose()?;
                expanded.push((word(&name)?, value));
            }
            Instruction::Arg(expanded)
        }
        other => other,
    })
}

fn env(config: &mut Map<String, Value>, pairs: &[Pair]) -> String {
    let mut lines = texts(config, "Env");
    let mut told = "ENV".to_owned();
    for Pair { name, value } in pairs {
        let line = format!("{name}={value}");
        told.push(' ');
        told.push_str(&line);
        let known = lines
            .iter_mut()
            .find(|it| it.split('=').next() == Some(name.as_str()));
        match known {
            Some(known) => *known = line,
            None => lines.push(line),
        }
    }
    config.insert("Env".into(), json!(lines));
    told
}

fn label(config: &mut Map<String, Value>, pairs: &[Pair]) -> String {
    let mut labels = string_map(config.get("Labels"));
    let mut told = "LABEL".to_owned();
    for Pair { name, value } in pairs {
        let _ = write!(told, " {name}={value}");
        labels.insert(name.clone(), value.clone());
    }
    config.insert("Labels".into(), json!(labels));
    told
}

/// Adds keys to `Volumes` or `ExposedPorts`.
fn add_keys(config: &mut Map<String, Value>, name: &str, keys: &[String]) {
    let mut set = config
        .get(name)
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    for key in keys {
        set.insert(key.clone(), json!({}));
    }
    set.sort_keys();
    config.insert(name.into(), Value::Object(set));
}

fn expose(state: &mut State, asked: &[String]) -> Built<String> {
    let env = state.environment();
    let mut ports = Vec::new();
    for port in asked {
        ports.extend(state.lex.words(port, &env)?);
    }
    let mut keys = Vec::new();
    for port in &ports {
        keys.extend(ports_of(port)?);
    }
    add_keys(&mut state.config, "ExposedPorts", &keys);
    Ok(format!("EXPOSE {}", ports.join(" ")))
}

/// The ports of a container that a specification (`80`, `53/udp`, `8000-8010`, `8080:80`) names.
fn ports_of(text: &str) -> Result<Vec<String>, String> {
    let (rest, protocol) = match text.split_once('/') {
        Some((rest, "")) => (rest, "tcp"),
        Some((rest, protocol)) => (rest, protocol),
        None => (text, "tcp"),
    };
    let container = rest.rsplit(':').next().unwrap_or(rest);
    if container.is_empty() {
        return Err(format!("no port specified: {text}<empty>"));
    }
    let invalid = || format!("invalid containerPort: {container}");
    let (from, to) = container.split_once('-').unwrap_or((container, container));
    let from: u16 = from.parse().map_err(|_| invalid())?;
    let to: u16 = to.parse().map_err(|_| invalid())?;
    if to < from {
        return Err(invalid());
    }
    let protocol = protocol.to_lowercase();
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return Err(format!("invalid proto: {protocol}"));
    }
    Ok((from..=to)
        .map(|port| format!("{port}/{protocol}"))
        .collect())
}
