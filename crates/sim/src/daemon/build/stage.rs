//! The stages of a build, one after the other.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::super::config::{config, texts};
use super::super::ids::short;
use super::super::image::Image;
use super::super::{Daemon, Reference};
use super::args::BuildArgs;
use super::cache::Cache;
use super::context::Context;
use super::dockerfile::instruction::ArgNames;
use super::dockerfile::{Env, Lex, Stage, quoted, trigger};
use super::output::Output;
use super::{BuildOptions, Built, Failure, aux};

/// The search path of an image that says none.
const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What a whole build works with.
pub(super) struct Builder {
    pub(super) daemon: Daemon,
    pub(super) options: BuildOptions,
    pub(super) args: BuildArgs,
    pub(super) escape: char,
    pub(super) context: Option<Arc<Context>>,
    pub(super) output: Output,
    pub(super) cache: Cache,
    /// The stages that are done.
    pub(super) results: Vec<StageResult>,
    /// Number of the step.
    pub(super) step: usize,
    pub(super) steps: usize,
}

/// What a stage made.
pub(super) struct StageResult {
    name: String,
    /// Empty for a `FROM scratch` without anything after it.
    image: String,
}

/// A stage that is being built.
pub(super) struct State {
    /// The configuration of the image to be.
    pub(super) config: Map<String, Value>,
    pub(super) author: String,
    /// Whether this Dockerfile gave a `CMD`.
    pub(super) cmd_set: bool,
    /// The image so far; empty on `FROM scratch`.
    pub(super) image: String,
    pub(super) args: BuildArgs,
    pub(super) lex: Lex,
    /// Containers of the step, to be removed.
    pub(super) containers: Vec<String>,
}

impl State {
    /// One that stands on nothing yet.
    pub(super) fn new(config: Map<String, Value>, args: BuildArgs, lex: Lex) -> Self {
        Self {
            config,
            author: String::new(),
            cmd_set: false,
            image: String::new(),
            args,
            lex,
            containers: Vec::new(),
        }
    }

    /// The configuration names the image that it stands on.
    pub(super) fn name_image(&mut self) {
        self.config.insert("Image".into(), json!(self.image));
    }

    /// The variables that words may use: the environment before the arguments.
    pub(super) fn environment(&self) -> Env {
        let set = texts(&self.config, "Env");
        let mut env: Env = BTreeMap::new();
        for line in set.iter().chain(&self.args.beyond(&set)) {
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            env.insert(name.to_owned(), value.to_owned());
        }
        env
    }
}

/// Checks a platform; the error is containerd's.
pub(super) fn check_platform(text: &str) -> Result<(), String> {
    const SYSTEMS: [&str; 7] = [
        "linux", "windows", "darwin", "freebsd", "openbsd", "netbsd", "wasip1",
    ];
    const MACHINES: [&str; 12] = [
        "amd64", "arm64", "arm", "386", "x86_64", "aarch64", "ppc64le", "s390x", "riscv64",
        "mips64le", "loong64", "wasm",
    ];
    let parts: Vec<&str> = text.split('/').collect();
    let letters = |it: &&str| {
        !it.is_empty()
            && it
                .chars()
                .all(|it| it.is_ascii_alphanumeric() || "_-.".contains(it))
    };
    if !parts.iter().all(letters) || parts.len() > 3 {
        return Err(format!(
            "{} is an invalid component of {}: platform specifier component must match {}: invalid argument",
            quoted(parts.iter().find(|it| !letters(it)).unwrap_or(&"")),
            quoted(text),
            quoted("^[A-Za-z0-9_-]+$")
        ));
    }
    let known = |it: &str| {
        let it = it.to_lowercase();
        SYSTEMS.contains(&it.as_str()) || MACHINES.contains(&it.as_str())
    };
    if parts.len() == 1 && !known(parts[0]) {
        return Err(format!(
            "{}: unknown operating system or architecture: invalid argument",
            quoted(text)
        ));
    }
    Ok(())
}

/// The machine that a platform names, as images name it; `None` when it names a system only.
fn architecture(platform: &str) -> Option<String> {
    let parts: Vec<String> = platform.split('/').map(str::to_lowercase).collect();
    let name = match parts.as_slice() {
        [one] if matches!(one.as_str(), "" | "linux" | "windows" | "darwin") => return None,
        [one] => one,
        [_, machine, ..] => machine,
        [] => return None,
    };
    Some(match name.as_str() {
        "x86_64" | "x86-64" => "amd64".to_owned(),
        "aarch64" => "arm64".to_owned(),
        name => name.to_owned(),
    })
}

impl Builder {
    /// Builds the stages; the identifier of the last one's image.
    pub(super) async fn build(
        &mut self,
        arguments: &[(String, ArgNames)],
        stages: Vec<Stage>,
    ) -> Built<String> {
        for (source, names) in arguments {
            self.announce(source).await?;
            self.meta_argument(names)?;
        }
        // dockerd breaks off on a file of arguments only, and this is what clients make of it.
        let mut last = Err(Failure::new("unexpected EOF"));
        for stage in stages {
            last = Ok(self.stage(stage).await?);
        }
        let unused = self.args.unused();
        if !unused.is_empty() {
            let list = unused.join(" ");
            let text = format!("[Warning] One or more build-args [{list}] were not consumed\n");
            self.output.say(text).await?;
        }
        match last?.as_str() {
            "" => Err(Failure::new(
                "No image was generated. Is your Dockerfile empty?",
            )),
            id => Ok(id.to_owned()),
        }
    }

    async fn announce(&mut self, source: &str) -> Built<()> {
        self.step += 1;
        let text = format!("Step {}/{} : {source}", self.step, self.steps);
        self.output.line(&text).await
    }

    fn meta_argument(&mut self, names: &ArgNames) -> Built<()> {
        let env = self.args.allowed();
        let lex = Lex::new(self.escape);
        let mut expanded = Vec::new();
        for (name, value) in names {
            let value = value.as_ref().map(|it| lex.word(it, &env)).transpose()?;
            expanded.push((lex.word(name, &env)?, value));
        }
        for (name, value) in expanded {
            self.args.declare_meta(&name, value);
        }
        Ok(())
    }

    async fn stage(&mut self, stage: Stage) -> Built<String> {
        if !stage.name.is_empty() && self.results.iter().any(|it| it.name == stage.name) {
            return Err(Failure::new(format!(
                "{} stage name already used",
                stage.name
            )));
        }
        self.announce(&stage.source).await?;
        let mut state = self.begin(&stage).await?;
        self.tell_image(&state).await?;
        for command in stage.commands {
            if self.output.sender.is_closed() {
                return Err(Failure::new("Build cancelled"));
            }
            self.announce(&command.source).await?;
            self.dispatch(&mut state, command.instruction).await?;
            self.tell_image(&state).await?;
        }
        if !state.image.is_empty() && self.options.tells_ids {
            self.output.tell(aux(&state.image)).await?;
        }
        self.args.merge_referenced(&state.args);
        self.results.push(StageResult {
            name: stage.name,
            image: state.image.clone(),
        });
        Ok(state.image)
    }

    async fn tell_image(&self, state: &State) -> Built<()> {
        let id = if state.image.is_empty() {
            ""
        } else {
            short(&state.image)
        };
        self.output.say(format!(" ---> {id}\n")).await
    }

    /// `FROM`: the image, and the triggers that it brings.
    async fn begin(&mut self, stage: &Stage) -> Built<State> {
        self.cache.busted = false;
        let meta = self.args.meta();
        let lex = Lex::new(self.escape);
        let mut platform = self.options.platform.clone();
        if !stage.platform.is_empty() {
            platform = lex.word(&stage.platform, &meta)?;
            check_platform(&platform)
                .map_err(|error| format!("failed to parse platform {platform}: {error}"))?;
        }
        let name = lex.word(&stage.base, &meta)?;
        if name.is_empty() {
            let base = &stage.base;
            return Err(Failure::new(format!(
                "base name ({base}) should not be blank"
            )));
        }
        let result = self
            .results
            .iter()
            .find(|it| it.name == name.to_lowercase() && !it.name.is_empty());
        let image = match result.map(|it| it.image.clone()) {
            Some(id) => self.daemon.state().images.get(&id).cloned(),
            None if name == "scratch" => None,
            None => Some(self.image(&name, &platform).await?),
        };
        let given = image.as_ref().map(|it| Value::Object(it.config.clone()));
        let mut config = config(&given.unwrap_or_else(|| json!({})));
        config.insert("OpenStdin".into(), json!(false));
        config.insert("StdinOnce".into(), json!(false));
        let mut env = texts(&config, "Env");
        if !env.iter().any(|it| it.starts_with("PATH=")) {
            env.push(PATH.to_owned());
            config.insert("Env".into(), json!(env));
        }
        let triggers = texts(&config, "OnBuild");
        config.insert("OnBuild".into(), Value::Null);
        let mut state = State::new(config, self.args.for_stage(), lex);
        state.image = image.map(|it| it.id.clone()).unwrap_or_default();
        state.name_image();
        if !triggers.is_empty() {
            let count = triggers.len();
            self.output
                .say(format!("# Executing {count} build trigger"))
                .await?;
            if count > 1 {
                self.output.say("s").await?;
            }
            self.output.say("\n").await?;
            for text in triggers {
                let command = trigger(&text)?;
                self.dispatch(&mut state, command.instruction).await?;
            }
        }
        Ok(state)
    }

    /// An image by name, pulled when it is not here.
    pub(super) async fn image(&self, name: &str, platform: &str) -> Built<Arc<Image>> {
        let wanted = architecture(platform);
        let suits = |it: &Arc<Image>| {
            wanted
                .as_ref()
                .is_none_or(|wanted| *wanted == it.architecture)
        };
        if !self.options.pull {
            let state = self.daemon.state();
            match state.image(name) {
                Ok(image) if suits(image) => return Ok(Arc::clone(image)),
                Err(fault) if fault.status() != 404 => return Err(fault.into()),
                _ => {}
            }
        }
        let reference = Reference::parse(name)?;
        let full = match reference.domain.as_str() {
            "docker.io" => reference.path.clone(),
            _ => reference.full_name(),
        };
        let tag = reference
            .digest
            .as_deref()
            .unwrap_or(reference.tag_or_latest());
        let mut progress = self.daemon.pull(&full, tag).await?;
        while let Some(message) = progress.recv().await {
            self.output.tell(message).await?;
        }
        let state = self.daemon.state();
        let image = state.image(name)?;
        if !suits(image) {
            return Err(Failure::new(format!(
                "no matching manifest for {platform} in the manifest list entries"
            )));
        }
        Ok(Arc::clone(image))
    }

    /// The files that `COPY --from` reads: those of a stage, by name or number, or of an image.
    pub(super) async fn source_image(&self, from: &str) -> Built<Context> {
        let wrapped =
            |failure: Failure| failure.context(&format!("invalid from flag value {from}"));
        let lower = from.to_lowercase();
        let named = self
            .results
            .iter()
            .find(|it| !it.name.is_empty() && it.name == lower);
        let result = match (named, from.parse::<i64>()) {
            (Some(result), _) => Some(result),
            (None, Err(_)) => None,
            (None, Ok(index)) => {
                let place = usize::try_from(index).ok();
                if place == Some(self.results.len()) {
                    return Err(wrapped(Failure::new("refers to current build stage")));
                }
                let result = place.and_then(|it| self.results.get(it));
                Some(result.ok_or_else(|| wrapped(Failure::new("index out of bounds")))?)
            }
        };
        let image = match result {
            Some(result) => self.daemon.state().images.get(&result.image).cloned(),
            None => Some(
                self.image(from, &self.options.platform)
                    .await
                    .map_err(wrapped)?,
            ),
        };
        Ok(Context::from_image(super::commit::files_of(
            image.as_deref(),
        )))
    }
}
