//! What each instruction does.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::super::config::texts;
use super::super::container::string_map;
use super::super::lock;
use super::commit::{files_of, told};
use super::copy::{Copying, destination, make_folders, owner};
use super::dockerfile::{Health, Instruction, Pair, Sources, duration, quoted_list, quoted_number};
use super::run::{needs_buildkit, words};
use super::sources::{Finder, sum_of};
use super::stage::{Builder, State};
use super::{Built, Failure};
use crate::domain::paths::clean;
use crate::sim::kernel::Signal;

impl Builder {
    /// Carries an instruction out, and removes its containers.
    pub(super) async fn dispatch(
        &mut self,
        state: &mut State,
        instruction: Instruction,
    ) -> Built<()> {
        let done = match expanded(state, instruction) {
            Ok(instruction) => self.carry_out(state, instruction).await,
            Err(error) => return Err(error.into()),
        };
        state.name_image();
        if self.options.force_remove || (self.options.remove && done.is_ok()) {
            let removed = self.remove_containers(state).await;
            return done.and(removed);
        }
        state.containers.clear();
        done
    }

    async fn carry_out(&mut self, state: &mut State, instruction: Instruction) -> Built<()> {
        let comment = match instruction {
            Instruction::Run(line, flags) => return self.run(state, &line, &flags).await,
            Instruction::Add(sources) => return self.copy(state, sources, "ADD").await,
            Instruction::Copy(sources) => return self.copy(state, sources, "COPY").await,
            Instruction::Workdir(path) => return self.workdir(state, &path).await,
            Instruction::Cmd(line) => {
                let command = words(state, &line);
                let told = quoted_list(command.as_deref().unwrap_or_default());
                let given = line.words.is_some_and(|it| !it.is_empty());
                state.config.insert("Cmd".into(), json!(command));
                self.commit_comment(state, format!("CMD {told}")).await?;
                state.cmd_set |= given;
                return Ok(());
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
            Instruction::Env(pairs) => env(&mut state.config, &pairs),
            Instruction::Label(pairs, _) => label(&mut state.config, &pairs),
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
            Instruction::Healthcheck(health) => self.healthcheck(state, &health).await?,
            Instruction::Maintainer(who) => {
                state.author.clone_from(&who);
                format!("MAINTAINER {who}")
            }
            Instruction::Onbuild(text) => {
                let mut triggers = texts(&state.config, "OnBuild");
                triggers.push(text.clone());
                state.config.insert("OnBuild".into(), json!(triggers));
                format!("ONBUILD {text}")
            }
            Instruction::Shell(shell) => {
                let told = shell.join(" ");
                state.config.insert("Shell".into(), json!(shell));
                format!("SHELL [{told}]")
            }
            Instruction::StopSignal(signal) => {
                if Signal::parse(&signal).is_none() {
                    return Err(Failure::new(format!("invalid signal: {signal}")));
                }
                state.config.insert("StopSignal".into(), json!(signal));
                format!("STOPSIGNAL {signal}")
            }
            Instruction::User(user) => {
                state.config.insert("User".into(), json!(user));
                format!("USER {user}")
            }
            Instruction::Volume(volumes) => {
                if volumes.iter().any(String::is_empty) {
                    return Err(Failure::new("VOLUME specified can not be an empty string"));
                }
                add_keys(&mut state.config, "Volumes", &volumes);
                format!("VOLUME [{}]", volumes.join(" "))
            }
        };
        self.commit_comment(state, comment).await
    }

    async fn workdir(&mut self, state: &mut State, path: &str) -> Built<()> {
        let before = state.config.get("WorkingDir").and_then(Value::as_str);
        let path = if path.starts_with('/') {
            clean(path)
        } else {
            clean(&format!("/{}/{path}", before.unwrap_or_default()))
        };
        state.config.insert("WorkingDir".into(), json!(path));
        let config = told(&state.config, &[format!("#(nop) WORKDIR {path}")]);
        if self.take_cached(state, &config).await? {
            return Ok(());
        }
        let id = self.create(state, &config).await?;
        {
            let container = self.daemon.container(&id)?;
            let mut root = lock(&container.root);
            let real = super::context::scoped(&root, &path).unwrap_or(path);
            make_folders(&mut root, &real, (0, 0), self.daemon.now()).map_err(|errno| {
                let words = errno.message.to_lowercase();
                Failure::new(format!("mkdir {real}: {words}"))
            })?;
        }
        self.commit_container(state, &id, config)
    }

    async fn healthcheck(&self, state: &mut State, health: &Health) -> Built<String> {
        let before = state.config.get("Healthcheck").and_then(Value::as_object);
        let before = before.map(|it| texts(it, "Test")).unwrap_or_default();
        if before.first().is_some_and(|it| it != "NONE") {
            let list = before.join(" ");
            self.output
                .say(format!("Note: overriding previous HEALTHCHECK: [{list}]\n"))
                .await?;
        }
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
        state
            .config
            .insert("Healthcheck".into(), Value::Object(document));
        Ok(format!(
            "HEALTHCHECK &{{{} \"{}\" \"{}\" \"{}\" \"{}\" {}}}",
            quoted_list(&health.test),
            duration(health.interval),
            duration(health.timeout),
            duration(health.start_period),
            duration(health.start_interval),
            quoted_number(health.retries)
        ))
    }

    /// `COPY` and `ADD`.
    async fn copy(
        &mut self,
        state: &mut State,
        asked: Sources,
        command: &'static str,
    ) -> Built<()> {
        if !asked.chmod.is_empty() {
            return Err(needs_buildkit("chmod"));
        }
        let context = if asked.from.is_empty() {
            self.context.clone()
        } else {
            Some(Arc::new(self.source_image(&asked.from).await?))
        };
        let finder = Finder {
            daemon: &self.daemon,
            output: &self.output,
            command,
            context,
        };
        let sources = finder
            .find(&asked.paths, &asked.destination)
            .await
            .map_err(|failure| failure.context(&format!("{command} failed")))?;
        if sources.len() > 1 && !asked.destination.ends_with('/') {
            return Err(Failure::new(format!(
                "When using {command} with more than one source file, the destination must be a directory and end with a /"
            )));
        }
        let sum = match sources.as_slice() {
            [one] => one.sum.clone(),
            many => {
                let sums: Vec<String> = many.iter().map(|it| it.sum.clone()).collect();
                sum_of("multi", &sums)
            }
        };
        let chown = if asked.chown.is_empty() {
            String::new()
        } else {
            format!("--chown={} ", asked.chown)
        };
        let comment = format!("#(nop) {command} {chown}{sum} in {} ", asked.destination);
        let config = told(&state.config, &[comment]);
        if self.take_cached(state, &config).await? {
            return Ok(());
        }
        let mut root = files_of(self.base(state).as_deref());
        let cwd = state.config.get("WorkingDir").and_then(Value::as_str);
        let who = if asked.chown.is_empty() {
            asked.from.is_empty().then_some((0, 0))
        } else {
            let who = owner(&root, &asked.chown).map_err(|failure| {
                failure.context("unable to convert uid/gid chown string to host mapping")
            })?;
            Some(who)
        };
        let copying = Copying {
            destination: destination(cwd.unwrap_or_default(), &asked.destination),
            unpacks: command == "ADD",
            owner: who,
            now: self.daemon.now(),
        };
        for source in &sources {
            copying
                .copy(&mut root, source)
                .map_err(|failure| failure.context("failed to copy files"))?;
        }
        self.commit_files(state, root, config)
    }
}

/// An instruction with its variables expanded, where that sort of instruction has any.
fn expanded(state: &State, instruction: Instruction) -> Result<Instruction, String> {
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
