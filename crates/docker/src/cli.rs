//! What a verb works with, and how the verb is found.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::AsyncWriteExt;

use super::client::Client;
use super::error::{Failure, Outcome};
use super::files::Files;
use super::grammar::{self, Asked};
use super::io::{Input, Io, Output, Terminal};
use super::signals::{Reaction, Reactions};
use super::{Context, Keepers, VERSION, verbs};

/// The commit of the real client whose behaviour this is; `docker --version` prints it.
pub(super) const BUILD: &str = "e6534b4";

/// What a verb works with.
pub(super) struct Cli {
    /// Standard input, until a stream takes it.
    pub(super) input: Option<Input>,
    /// Standard output.
    pub(super) out: Output,
    /// Standard error.
    pub(super) err: Output,
    /// The terminal and the signals.
    pub(super) terminal: Option<Arc<dyn Terminal>>,
    /// What is done of the signals that the process gets.
    pub(super) reactions: Reactions,
    /// The environment.
    pub(super) env: BTreeMap<String, String>,
    cwd: PathBuf,
    /// The machine's files.
    pub(super) files: Arc<dyn Files>,
    /// The programs that keep credentials.
    pub(super) keepers: Keepers,
    /// The engine.
    pub(super) client: Client,
    /// The name of the docker context in use.
    pub(super) context: String,

    /// The folder of docker's own configuration.
    pub(super) config: PathBuf,
}

impl Cli {
    /// Writes to standard output.
    pub(super) async fn print(&mut self, text: &str) -> Outcome {
        self.out.write_all(text.as_bytes()).await?;
        Ok(self.out.flush().await?)
    }

    /// Writes a line to standard output.
    pub(super) async fn line(&mut self, text: &str) -> Outcome {
        self.print(&format!("{text}\n")).await
    }

    /// Writes a line to standard error.
    pub(super) async fn complain(&mut self, text: &str) -> Outcome {
        self.err.write_all(format!("{text}\n").as_bytes()).await?;
        Ok(self.err.flush().await?)
    }

    /// Whether standard output is a terminal.
    pub(super) fn writes_to_terminal(&self) -> bool {
        self.terminal
            .as_ref()
            .is_some_and(|it| it.stdout_is_terminal())
    }

    /// Whether standard error is a terminal.
    pub(super) fn complains_to_terminal(&self) -> bool {
        self.terminal
            .as_ref()
            .is_some_and(|it| it.stderr_is_terminal())
    }

    /// Whether standard input is a terminal.
    pub(super) fn reads_from_terminal(&self) -> bool {
        self.terminal
            .as_ref()
            .is_some_and(|it| it.stdin_is_terminal())
    }

    /// An argument as an absolute path.
    pub(super) fn absolute(&self, path: &str) -> PathBuf {
        normal(&self.cwd.join(path))
    }
}

/// A path without `.`, `..` and double slashes, decided from its text alone.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

/// Runs one docker command.
pub(super) async fn run(context: Context, io: Io) -> u8 {
    let home = context.env.get("HOME").map_or("/", String::as_str);
    let config = Path::new(home).join(".docker");
    let fixed = context.env.get("DOCKER_API_VERSION").map(String::as_str);
    let mut cli = Cli {
        input: Some(io.stdin),
        out: io.stdout,
        err: io.stderr,
        terminal: io.terminal.clone(),
        reactions: Reactions::default(),
        client: Client::new(context.dialer, &context.endpoint, fixed),
        config: context
            .env
            .get("DOCKER_CONFIG")
            .map_or(config, PathBuf::from),
        env: context.env,
        cwd: context.cwd,
        files: context.files,
        keepers: context.keepers,
        context: context.context,
    };
    let interruption = cli.reactions.clone().interruption(io.terminal);
    let failure = tokio::select! {
        outcome = command(&mut cli, &context.args) => {
            outcome.err().unwrap_or_else(|| Failure::silent(0))
        }
        failure = interruption => failure,
    };
    if cli.reactions.get() == Reaction::Abandon {
        let _ = cli.line("").await;
    }
    if !failure.message.is_empty() {
        // A standard error that is closed leaves nobody to tell.
        let _ = cli.complain(&failure.message).await;
    }
    let _ = cli.out.flush().await;
    failure.status
}

async fn command(cli: &mut Cli, args: &[String]) -> Outcome {
    if let Some(("__complete", words)) = args.split_first().map(|it| (it.0.as_str(), it.1)) {
        return super::complete::run(cli, words).await;
    }
    let words = grammar::command_words(args);
    verbs::image::build::warn_of_legacy_builder(cli, &words).await?;
    obey(cli, grammar::read(args)?).await
}

async fn obey(cli: &mut Cli, asked: Asked) -> Outcome {
    match asked {
        Asked::Help {
            page,
            shorthand,
            to_stderr,
        } => {
            if shorthand {
                let notice = "Flag shorthand -h has been deprecated, use --help";
                match page {
                    grammar::Page::Root => cli.complain(notice).await?,
                    _ => cli.line(notice).await?,
                }
            }
            let width = cli
                .terminal
                .as_ref()
                .and_then(|it| it.size())
                .map_or(80, |it| it.0);
            let config = cli.config.to_string_lossy();
            let text = page.text(usize::from(width), &config, cli.client.greeting().await);
            if to_stderr {
                cli.err.write_all(text.as_bytes()).await?;
                return Ok(cli.err.flush().await?);
            }
            cli.print(&text).await
        }
        Asked::Version => {
            cli.line(&format!("Docker version {VERSION}, build {BUILD}"))
                .await
        }
        Asked::Unsupported(path) => Err(Failure::new(format!(
            "non pris en charge\u{a0}: docker {path}"
        ))),
        Asked::Verb(verb, values) => {
            if let Some(dir) = &values.global.config {
                cli.config = cli.absolute(dir);
            }
            for notice in &values.notices {
                cli.line(notice).await?;
            }
            if grammar::needs_matter(verb, &values) {
                grammar::check_needs(verb, &values, cli.client.greeting().await)?;
            }
            (verb.run)(cli, *values).await
        }
    }
}

/// Every verb there is; see [`verbs`].
pub(super) fn all_verbs() -> impl Iterator<Item = &'static grammar::Verb> {
    verbs::ALL.iter().copied()
}
