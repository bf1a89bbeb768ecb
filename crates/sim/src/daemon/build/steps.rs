//! What each instruction does.

use std::sync::Arc;

use serde_json::Value;

use super::super::config::{text, texts};
use super::super::lock;
use super::commit::{files_of, told};
use super::configure::{configure, expanded};
use super::copy::{Copying, destination, make_folders, owner};
use super::dockerfile::{Instruction, Sources};
use super::run::needs_buildkit;
use super::sources::{Finder, sum_of};
use super::stage::{Builder, State};
use super::{Built, Failure};

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
        match instruction {
            Instruction::Run(line, flags) => return self.run(state, &line, &flags).await,
            Instruction::Add(sources) => return self.copy(state, sources, "ADD").await,
            Instruction::Copy(sources) => return self.copy(state, sources, "COPY").await,
            Instruction::Workdir(path) => return self.workdir(state, &path).await,
            Instruction::Healthcheck(_) => self.tell_of_the_former_check(state).await?,
            _ => {}
        }
        let comment = configure(state, instruction)?;
        self.commit_comment(state, comment).await
    }

    async fn workdir(&mut self, state: &mut State, path: &str) -> Built<()> {
        let comment = configure(state, Instruction::Workdir(path.to_owned()))?;
        let path = text(&state.config, "WorkingDir").to_owned();
        let config = told(&state.config, &[format!("#(nop) {comment}")]);
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

    async fn tell_of_the_former_check(&self, state: &State) -> Built<()> {
        let former = state.config.get("Healthcheck").and_then(Value::as_object);
        let former = former.map(|it| texts(it, "Test")).unwrap_or_default();
        if former.first().is_some_and(|it| it != "NONE") {
            let list = former.join(" ");
            self.output
                .say(format!("Note: overriding previous HEALTHCHECK: [{list}]\n"))
                .await?;
        }
        Ok(())
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
