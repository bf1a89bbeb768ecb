//! `POST /build`: the classic builder.
//!
//! [`dockerfile`] reads the file, [`context`] holds what the client sent; [`Build::run`] goes
//! through the stages ([`stage`]), each instruction a step ([`steps`], [`run`], [`copy`]) that ends
//! in an image, taken from the [`cache`] when it was made before.

mod args;
mod cache;
mod commit;
mod configure;
mod context;
mod copy;
mod dockerfile;
mod download;
mod failure;
mod output;
mod run;
mod sources;
mod stage;
mod steps;
mod sums;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::ids::short;
use super::{Daemon, Fault, Op, Outcome, Reference};
use args::BuildArgs;
use cache::Cache;
use context::Context;
use dockerfile::{Command, Dockerfile, Instruction, Pair};
use failure::Built;
use output::Output;

pub(super) use configure::apply_changes;
pub use failure::Failure;

/// What is asked for.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the parameters of the API")]
pub struct BuildOptions {
    /// The Dockerfile's path in the context; `Dockerfile` when empty.
    pub dockerfile: String,
    /// Where the context is, when it is not sent.
    pub remote: String,
    /// `-t`.
    pub tags: Vec<String>,
    /// `--no-cache`.
    pub no_cache: bool,
    /// `--rm`.
    pub remove: bool,
    /// `--force-rm`.
    pub force_remove: bool,
    /// `--pull`.
    pub pull: bool,
    /// `--build-arg`; a name alone has no value.
    pub args: BTreeMap<String, Option<String>>,
    /// `--label`.
    pub labels: BTreeMap<String, String>,
    /// `--cache-from`.
    pub cache_from: Vec<String>,
    /// `--target`.
    pub target: String,
    /// `--platform`.
    pub platform: String,
    /// Whether the stream tells identifiers to programs, beside the text.
    pub tells_ids: bool,
    /// `HostConfig` of the containers of `RUN`.
    pub host: Value,
}

/// A build that can begin: what is asked for makes sense.
pub struct Build {
    daemon: Daemon,
    options: BuildOptions,
    tags: Vec<Reference>,
    file: Dockerfile,
    context: Option<Arc<Context>>,
}

/// A path as Go prints one in the messages of dockerd's temporary folder.
fn go_path(path: &str) -> String {
    format!("/var/lib/docker/tmp/docker-builder{path}")
}

/// Reads a Dockerfile's text, and forgets it: what a fuzzer calls.
pub fn try_dockerfile(text: &str) {
    dockerfile::try_read(text);
}

fn tags(asked: &[String]) -> Outcome<Vec<Reference>> {
    let mut tags: Vec<Reference> = Vec::new();
    for name in asked.iter().filter(|it| !it.is_empty()) {
        // Nobody said what sort of error this is: dockerd answers 500.
        let reference = Reference::parse(name).map_err(|it| Fault::internal(it.message))?;
        if reference.digest.is_some() {
            return Err(Fault::internal("build tag cannot contain a digest"));
        }
        let known = |it: &Reference| it.familiar_tagged() == reference.familiar_tagged();
        if !tags.iter().any(known) {
            tags.push(reference);
        }
    }
    Ok(tags)
}

impl Daemon {
    /// Reads the context and the Dockerfile. What is wrong with them is told before any step.
    pub async fn prepare_build(&self, options: BuildOptions, sent: Bytes) -> Outcome<Build> {
        let tags = tags(&options.tags)?;
        let asked = match options.dockerfile.as_str() {
            "" => "Dockerfile",
            name => name,
        };
        let internal = |failure: Failure| match failure.message {
            message if message.starts_with("non simulé") => Fault::not_implemented(message),
            message => Fault::internal(message),
        };
        let (context, name, text) = match options.remote.as_str() {
            "" => unpack(sent, asked).await.map_err(internal)?,
            "client-session" => {
                return Err(Fault::invalid(
                    "experimental session with v1 builder is no longer supported, use builder version v2 (BuildKit) instead",
                ));
            }
            remote if is_git(remote) => {
                return Err(Fault::not_implemented(
                    "non simulé\u{a0}: un contexte dans un dépôt git",
                ));
            }
            remote if download::is_url(remote) => {
                self.remote_context(remote, asked).await.map_err(internal)?
            }
            remote => {
                return Err(Fault::internal(format!(
                    "remoteURL ({remote}) could not be recognized as URL"
                )));
            }
        };
        let mut file = Dockerfile::read(&name, &text).map_err(Fault::invalid)?;
        if !options.target.is_empty() {
            let target = options.target.to_lowercase();
            let place = file.stages.iter().position(|it| it.name == target);
            let place = place.ok_or_else(|| {
                Fault::invalid(format!(
                    "target stage {} could not be found",
                    dockerfile::quoted(&options.target)
                ))
            })?;
            file.stages.truncate(place + 1);
        }
        if !options.platform.is_empty() {
            stage::check_platform(&options.platform).map_err(Fault::invalid)?;
        }
        if let Some(last) = file.stages.last_mut() {
            last.commands.extend(options.labels.iter().map(label));
        }
        Ok(Build {
            daemon: self.clone(),
            options,
            tags,
            file,
            context,
        })
    }

    async fn remote_context(
        &self,
        url: &str,
        asked: &str,
    ) -> Built<(Option<Arc<Context>>, String, String)> {
        let download = self.fetch_url(url).await.map_err(|failure| {
            failure.context(&format!("error downloading remote context {url}"))
        })?;
        let kind = download.content_type.split(';').next().unwrap_or_default();
        let text = std::str::from_utf8(&download.content).is_ok_and(|it| !it.contains('\0'));
        if kind.trim() == "text/plain" || (text && matches!(kind, "" | "application/octet-stream"))
        {
            let text = String::from_utf8_lossy(&download.content).into_owned();
            return Ok((None, asked.to_owned(), text));
        }
        unpack(download.content, asked).await
    }
}

fn is_git(remote: &str) -> bool {
    let address = remote.split('#').next().unwrap_or(remote);
    remote.starts_with("git://")
        || remote.starts_with("github.com/")
        || remote.starts_with("git@")
        || (download::is_url(remote) && address.to_lowercase().ends_with(".git"))
}

/// Unpacks a context on a thread that may take its time.
async fn unpack(sent: Bytes, asked: &str) -> Built<(Option<Arc<Context>>, String, String)> {
    let asked = asked.to_owned();
    let work = tokio::task::spawn_blocking(move || {
        let mut context = Context::from_archive(&sent)?;
        let (name, text) = context.take_dockerfile(&asked)?;
        Ok((Some(Arc::new(context)), name, text))
    });
    work.await
        .unwrap_or_else(|_| Err(Failure::new("archive/tar: invalid tar header")))
}

/// The `LABEL` that a `--label` adds at the end.
fn label((name, value): (&String, &String)) -> Command {
    let pair = Pair {
        name: name.clone(),
        value: value.clone(),
    };
    Command {
        source: format!("LABEL {name}={value}"),
        instruction: Instruction::Label(vec![pair], false),
    }
}

impl Build {
    /// Builds; the identifier of the image. What is told goes to `sender`; the build ends when
    /// nobody listens any more.
    pub async fn run(self, sender: mpsc::Sender<Value>) -> Result<String, Failure> {
        let output = Output { sender };
        if !self.file.warnings.is_empty() {
            for warning in &self.file.warnings {
                output.say(red(&format!("[WARNING]: {warning}\n"))).await?;
            }
            let last =
                "[WARNING]: Empty continuation lines will become errors in a future release.\n";
            output.say(red(last)).await?;
        }
        let mut cache = Cache {
            off: self.options.no_cache,
            ..Cache::default()
        };
        let state = self.daemon.state();
        if !self.options.cache_from.is_empty() {
            // One that is not here is left out, and only dockerd's log says so.
            let sources = self.options.cache_from.iter();
            cache.sources = Some(
                sources
                    .filter_map(|name| state.image(name).ok().cloned())
                    .collect(),
            );
        }
        let mut builder = stage::Builder {
            daemon: self.daemon.clone(),
            args: BuildArgs::new(self.options.args.clone()),
            options: self.options,
            escape: self.file.escape,
            context: self.context,
            output: output.clone(),
            cache,
            results: Vec::new(),
            step: 0,
            steps: self.file.arguments.len()
                + self.file.stages.len()
                + self
                    .file
                    .stages
                    .iter()
                    .map(|it| it.commands.len())
                    .sum::<usize>(),
        };
        let id = builder
            .build(&self.file.arguments, self.file.stages)
            .await?;
        output
            .say(format!("Successfully built {}\n", short(&id)))
            .await?;
        for name in self.tags {
            let tagged = name.familiar_tagged();
            self.daemon.apply(Op::Tag {
                id: id.clone(),
                name,
            })?;
            output
                .say(format!("Successfully tagged {tagged}\n"))
                .await?;
        }
        Ok(id)
    }
}

/// What the builder writes as errors is red.
fn red(text: &str) -> String {
    format!("\u{1b}[91m{text}\u{1b}[0m")
}

/// The message that gives an image's identifier to a program.
fn aux(id: &str) -> Value {
    json!({"aux": {"ID": id}})
}
