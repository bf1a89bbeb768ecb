//! `RUN`: a program in a container of its own.

use serde_json::json;

use super::super::config::texts;
use super::super::streams::Source;
use super::super::{AttachOptions, WaitCondition};
use super::commit::shell;
use super::dockerfile::instruction::CommandLine;
use super::stage::{Builder, State};
use super::{Built, Failure, red};

/// The words of a command: a line is the shell's.
pub(super) fn words(state: &State, line: &CommandLine) -> Option<Vec<String>> {
    let given = line.words.clone()?;
    if !line.shell {
        return Some(given);
    }
    let mut words = shell(&state.config);
    words.extend(given);
    Some(words)
}

impl Builder {
    /// Runs a command and makes an image of what it leaves.
    pub(super) async fn run(
        &mut self,
        state: &mut State,
        line: &CommandLine,
        flags: &[&str],
    ) -> Built<()> {
        if let Some(flag) = flags.first() {
            return Err(needs_buildkit(flag));
        }
        let command = words(state, line).unwrap_or_default();
        let environment = texts(&state.config, "Env");
        let arguments = state.args.beyond(&environment);
        let saved = if arguments.is_empty() {
            command.clone()
        } else {
            state.args.prepended(&arguments, &command)
        };
        let mut probed = state.config.clone();
        probed.insert("Cmd".into(), json!(saved));
        if !saved.is_empty() {
            probed.insert("Entrypoint".into(), json!(null));
        }
        if self.take_cached(state, &probed).await? {
            return Ok(());
        }
        let mut config = state.config.clone();
        let mut whole = environment;
        whole.extend(arguments);
        config.insert("Env".into(), json!(whole));
        config.insert("Cmd".into(), json!(command));
        if !saved.is_empty() {
            config.insert("Entrypoint".into(), json!([""]));
        }
        config.insert("Healthcheck".into(), json!({"Test": ["NONE"]}));
        let id = self.create(state, &config).await?;
        let code = self.wait_for(state, &id).await?;
        if code != 0 {
            return Err(Failure {
                message: format!(
                    "The command '{}' returned a non-zero code: {code}",
                    command.join(" ")
                ),
                code: Some(code),
            });
        }
        self.commit_container(state, &id, probed)
    }

    /// Starts a container and tells what it writes; its exit code.
    async fn wait_for(&self, state: &mut State, id: &str) -> Built<i64> {
        let options = AttachOptions {
            stdout: true,
            stderr: true,
            stream: true,
            ..AttachOptions::default()
        };
        let mut attach = self.daemon.attach(id, options)?;
        let ended = self.daemon.wait_container(id, WaitCondition::NextExit)?;
        self.daemon.start_container(id).await?;
        loop {
            let chunk = tokio::select! {
                chunk = attach.output.recv() => chunk,
                () = self.output.sender.closed() => {
                    state.containers.retain(|it| it != id);
                    // Nobody is left to be told that it would not go.
                    let _ = self.daemon.remove_container(id, true, true).await;
                    return Err(Failure::new("build cancelled"));
                }
            };
            let Some((source, bytes)) = chunk else { break };
            let text = String::from_utf8_lossy(&bytes);
            let text = match source {
                Source::Stdout => text.into_owned(),
                Source::Stderr => red(&text),
            };
            self.output.say(text).await?;
        }
        Ok(ended.await)
    }
}

/// What the classic builder says of BuildKit's flags.
pub(super) fn needs_buildkit(flag: &str) -> Failure {
    Failure::new(format!(
        "the --{flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled"
    ))
}
