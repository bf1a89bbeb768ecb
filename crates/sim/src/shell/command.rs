//! Simple commands: assignments, functions, builtins, programs, XCU 2.9.1.

use brush_parser::ast::{
    Assignment, AssignmentName, AssignmentValue, CommandPrefixOrSuffixItem, IoRedirect,
    SimpleCommand, SourceLocation,
};

use super::builtins;
use super::exec::{Task, reset_signals};
use super::state::{Run, Shell, Stop};
use crate::fs::FileKind;
use crate::kernel::{Environment, Errno, ForkOptions, Sys};

/// A simple command once its words are expanded.
struct Ready<'a> {
    assignments: Vec<(String, String)>,
    words: Vec<String>,
    redirects: Vec<&'a IoRedirect>,
}

/// A program to run in a process.
struct Program {
    path: String,
    argv: Vec<String>,
    env: Environment,
}

impl Shell {
    pub(super) async fn run_simple(&mut self, command: &SimpleCommand, tail: bool) -> Run {
        if let Some(location) = command
            .word_or_name
            .as_ref()
            .and_then(SourceLocation::location)
        {
            self.line = self.line_base.wrapping_add(location.start.line);
        }
        let before = self.status;
        self.status = 0;
        let ready = self.prepare(command, before).await?;
        if self.options.is_on("xtrace") {
            self.trace(&ready).await;
        }
        let Some(name) = ready.words.first().cloned() else {
            return self.run_nothing(&ready).await;
        };
        if builtins::is_special(&name) {
            return self.run_builtin(&name, ready, true).await;
        }
        if let Some(body) = self.functions.get(&name).cloned() {
            let undo = match self.redirect(&ready.redirects).await {
                Ok(undo) => undo,
                Err(Stop::Error(_)) => return Ok(self.dialect.redirection_status()),
                Err(stop) => return Err(stop),
            };
            let old = self.assign_for_a_while(&ready.assignments).await?;
            let result = Box::pin(self.call(&body, ready.words[1..].to_vec())).await;
            self.forget_assignments(old);
            self.undo(undo);
            return result;
        }
        if builtins::is_builtin(&name) {
            return self.run_builtin(&name, ready, false).await;
        }
        self.run_program(ready, tail).await
    }

    async fn prepare<'a>(&mut self, command: &'a SimpleCommand, before: u8) -> Run<Ready<'a>> {
        let mut ready = Ready {
            assignments: Vec::new(),
            words: Vec::new(),
            redirects: Vec::new(),
        };
        let mut pending = Vec::new();
        for item in command.prefix.iter().flat_map(|it| &it.0) {
            match item {
                CommandPrefixOrSuffixItem::AssignmentWord(assignment, _) => {
                    pending.push(assignment);
                }
                CommandPrefixOrSuffixItem::IoRedirect(redirect) => ready.redirects.push(redirect),
                CommandPrefixOrSuffixItem::Word(word) => {
                    self.expand_fields(&word.value, &mut ready.words).await?;
                }
                CommandPrefixOrSuffixItem::ProcessSubstitution(..) => {
                    return self.fail("syntax error: unexpected \"(\"").await;
                }
            }
        }
        // `$?` in the words is the status of the command before.
        self.status = before;
        if let Some(word) = &command.word_or_name {
            self.expand_fields(&word.value, &mut ready.words).await?;
        }
        let declares = ready
            .words
            .first()
            .is_some_and(|it| matches!(it.as_str(), "export" | "readonly" | "local"));
        for item in command.suffix.iter().flat_map(|it| &it.0) {
            match item {
                CommandPrefixOrSuffixItem::AssignmentWord(assignment, _) if declares => {
                    let (name, value) = self.read_assignment(assignment).await?;
                    ready.words.push(format!("{name}={value}"));
                }
                CommandPrefixOrSuffixItem::AssignmentWord(_, word)
                | CommandPrefixOrSuffixItem::Word(word) => {
                    self.expand_fields(&word.value, &mut ready.words).await?;
                }
                CommandPrefixOrSuffixItem::IoRedirect(redirect) => ready.redirects.push(redirect),
                CommandPrefixOrSuffixItem::ProcessSubstitution(..) => {
                    return self.fail("syntax error: unexpected \"(\"").await;
                }
            }
        }
        let nothing_to_run = ready.words.is_empty();
        if nothing_to_run {
            // The status of a bare assignment is that of its last substitution.
            self.substituted = None;
        }
        for assignment in pending {
            let (name, value) = self.read_assignment(assignment).await?;
            if nothing_to_run {
                // `a=1 b=$a` sees the first.
                self.assign(&name, &value).await?;
            }
            ready.assignments.push((name, value));
        }
        Ok(ready)
    }

    async fn read_assignment(&mut self, assignment: &Assignment) -> Run<(String, String)> {
        let (AssignmentName::VariableName(name), AssignmentValue::Scalar(word)) =
            (&assignment.name, &assignment.value)
        else {
            return self.fail("syntax error: unexpected \"(\"").await;
        };
        let mut value = self.expand_value(&word.value).await?;
        if assignment.append {
            value.insert_str(0, self.variables.get(name).unwrap_or_default());
        }
        Ok((name.clone(), value))
    }

    /// A command without words: its redirections and assignments only.
    async fn run_nothing(&mut self, ready: &Ready<'_>) -> Run {
        let undo = match self.redirect(&ready.redirects).await {
            Ok(undo) => undo,
            Err(Stop::Error(_)) => return Ok(self.dialect.redirection_status()),
            Err(stop) => return Err(stop),
        };
        self.undo(undo);
        Ok(self.substituted.take().unwrap_or(0))
    }

    async fn run_builtin(&mut self, name: &str, ready: Ready<'_>, special: bool) -> Run {
        let undo = match self.redirect(&ready.redirects).await {
            Ok(undo) => undo,
            Err(Stop::Error(_)) if !special => {
                return Ok(self.dialect.redirection_status());
            }
            Err(stop) => return Err(stop),
        };
        let old = if special {
            for (name, value) in &ready.assignments {
                self.assign(name, value).await?;
            }
            Vec::new()
        } else {
            self.assign_for_a_while(&ready.assignments).await?
        };
        if name == "exec" && ready.words.len() == 1 {
            self.keep(undo);
            return Ok(0);
        }
        let outer = self.command_name.replace(name.to_owned());
        let result = builtins::run(self, name, &ready.words[1..]).await;
        self.command_name = outer;
        self.forget_assignments(old);
        self.undo(undo);
        match result {
            Err(Stop::Error(status)) if !special && status != 130 => Ok(status),
            result => result,
        }
    }

    async fn assign_for_a_while(
        &mut self,
        assignments: &[(String, String)],
    ) -> Run<Vec<(String, Option<super::state::Variable>)>> {
        let mut old = Vec::new();
        for (name, value) in assignments {
            old.push((name.clone(), self.variables.snapshot(name)));
            self.assign(name, value).await?;
            self.variables.edit(name).exported = true;
        }
        Ok(old)
    }

    fn forget_assignments(&mut self, old: Vec<(String, Option<super::state::Variable>)>) {
        for (name, variable) in old.into_iter().rev() {
            self.variables.put_back(&name, variable);
        }
    }

    async fn run_program(&mut self, ready: Ready<'_>, tail: bool) -> Run {
        let undo = match self.redirect(&ready.redirects).await {
            Ok(undo) => undo,
            Err(Stop::Error(_)) => return Ok(self.dialect.redirection_status()),
            Err(stop) => return Err(stop),
        };
        let mut env = self.variables.environment();
        env.extend(ready.assignments.iter().cloned());
        let path = match self.find_program(&ready.words[0], env.get("PATH").map(String::as_str)) {
            Ok(path) => path,
            Err(error) => {
                let status = self.cannot_run(&ready.words[0], error).await;
                self.undo(undo);
                return Ok(status);
            }
        };
        let program = Program {
            path,
            argv: ready.words,
            env,
        };
        let text = program.argv.join(" ");
        let may_replace = tail && self.traps.is_empty() && !self.controls_jobs();
        if may_replace {
            self.keep(undo);
            let status = self.replace_by(program).await;
            return Err(Stop::Exit(status));
        }
        let group = self.controls_jobs().then_some(None);
        let options = ForkOptions {
            fds: Some(self.child_fds(&[])),
            env: Some(program.env.clone()),
            group,
        };
        let (traps, mode, arg0) = (self.traps.clone(), self.mode, self.arg0.clone());
        let foreground = self.controls_jobs();
        let forked = self.sys.fork(options, move |sys| {
            Box::pin(async move {
                reset_signals(&sys, &traps, mode);
                if foreground {
                    // The parent does it as well: whichever comes first.
                    let _ = sys.set_foreground(0, sys.pid());
                }
                execute(sys, program, arg0).await
            })
        });
        self.undo(undo);
        let pids = match forked {
            Ok(pid) => [pid],
            Err(error) => return self.fail(format!("can't fork: {error}")).await,
        };
        self.give_terminal(&pids);
        self.wait_foreground(&pids, text).await
    }

    /// Runs a program in place of the shell; its exit code.
    async fn replace_by(&mut self, program: Program) -> u8 {
        reset_signals(&self.sys, &self.traps, self.mode);
        execute(self.sys.clone(), program, self.arg0.clone()).await
    }

    /// `exec name args…`
    pub(super) async fn exec_builtin(&mut self, words: &[String]) -> Run {
        let env = self.variables.environment();
        match self.find_program(&words[0], env.get("PATH").map(String::as_str)) {
            Ok(path) => {
                let program = Program {
                    path,
                    argv: words.to_vec(),
                    env,
                };
                self.command_name = None;
                Err(Stop::Exit(self.replace_by(program).await))
            }
            Err(error) => {
                let status = self.cannot_run(&words[0], error).await;
                Err(Stop::Exit(status))
            }
        }
    }

    async fn cannot_run(&self, name: &str, error: Errno) -> u8 {
        if matches!(error, Errno::ENOENT | Errno::ENOTDIR) {
            self.complain(self.dialect.not_found(name)).await;
            127
        } else {
            self.complain(format!("{name}: {error}")).await;
            126
        }
    }

    /// Where a command's file is: itself when it has a `/`, otherwise along `PATH`.
    pub(super) fn find_program(&self, name: &str, path: Option<&str>) -> Result<String, Errno> {
        if name.contains('/') {
            let metadata = self.sys.stat(name)?;
            if metadata.kind == FileKind::Directory {
                return Err(Errno::EACCES);
            }
            self.sys.access(name, 1)?;
            return Ok(name.to_owned());
        }
        let path = path
            .or_else(|| self.variables.get("PATH"))
            .unwrap_or_default();
        let mut error = Errno::ENOENT;
        for directory in path.split(':') {
            let directory = if directory.is_empty() { "." } else { directory };
            let file = format!("{}/{name}", directory.trim_end_matches('/'));
            match self.sys.stat(&file) {
                Ok(metadata) if metadata.kind != FileKind::Directory => {
                    if self.sys.access(&file, 1).is_ok() {
                        return Ok(file);
                    }
                    error = Errno::EACCES;
                }
                _ => {}
            }
        }
        Err(error)
    }

    async fn trace(&mut self, ready: &Ready<'_>) {
        let prefix = self.variables.get("PS4").unwrap_or_default().to_owned();
        let prefix = self.expand_here_document(&prefix).await.unwrap_or_default();
        let assignments = ready
            .assignments
            .iter()
            .map(|(name, value)| format!("{name}={}", quote_if_needed(value)));
        let words = ready.words.iter().map(|word| quote_if_needed(word));
        let line: Vec<_> = assignments.chain(words).collect();
        self.error_text(&format!("{prefix}{}\n", line.join(" ")))
            .await;
    }

    /// `$(…)`
    pub(super) async fn command_substitution(&mut self, script: &str) -> Run<String> {
        let (read, write) = match self.sys.pipe() {
            Ok(pipe) => pipe,
            Err(error) => return self.fail(format!("pipe call failed: {error}")).await,
        };
        let spawned = self
            .spawn(Task::Script(script.to_owned()), &[(1, write)], None)
            .await;
        let _ = self.sys.close(write);
        let mut output = Vec::new();
        let mut hoard = super::stream::Hoard::default();
        if spawned.is_ok() {
            while let Ok(chunk) = self.sys.read(read, 1 << 16).await {
                if chunk.is_empty() {
                    break;
                }
                hoard.add(&self.sys, &mut output, &chunk);
            }
        }
        let _ = self.sys.close(read);
        let pid = spawned?;
        let status = self.wait_child(pid).await.code();
        self.substituted = Some(status);
        output.retain(|byte| *byte != 0);
        let text = String::from_utf8_lossy(&output);
        Ok(text.trim_end_matches('\n').to_owned())
    }
}

/// Turns this process into a program. A text file without `#!` is a script for `sh`.
async fn execute(sys: Sys, program: Program, arg0: String) -> u8 {
    let Program { path, argv, env } = program;
    let name = argv.first().cloned().unwrap_or_default();
    match sys.exec(&path, argv.clone(), env).await {
        Ok(status) => status,
        Err(Errno::ENOEXEC) if is_program(&sys, &path) => {
            let text =
                format!("{arg0}: {name}: non simulé\u{a0}: moussaillon n’imite pas ce programme\n");
            let _ = sys.write(2, text.as_bytes()).await;
            126
        }
        Err(Errno::ENOEXEC) => Box::pin(super::invoke::run_script(sys, &path, argv)).await,
        Err(error) => {
            let reason = if error == Errno::ENOENT {
                "not found"
            } else {
                error.message
            };
            let text = format!("{arg0}: {name}: {reason}\n");
            let _ = sys.write(2, text.as_bytes()).await;
            if error == Errno::ENOENT { 127 } else { 126 }
        }
    }
}

/// Whether a file is the program of a package or an image, which only its name and size stand for.
fn is_program(sys: &Sys, path: &str) -> bool {
    sys.read_file(path)
        .is_ok_and(|it| it.starts_with(b"\x7fELF\0") || it.starts_with(&[0; 16]))
}

/// A word as `set -x` shows it.
fn quote_if_needed(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_-+=./,:@%^".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        super::state::single_quote(word)
    }
}
