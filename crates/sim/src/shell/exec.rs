//! Running the syntax tree: lists, pipelines, compound commands, XCU 2.9.

use std::pin::Pin;
use std::sync::Arc;

use brush_parser::ast::{
    AndOr, AndOrList, CaseItemPostAction, Command, CompoundCommand, CompoundList, FunctionBody,
    Pipeline, PipelineTimed, RedirectList, SeparatorOperator,
};
use futures_util::FutureExt;

use super::state::{Mode, Run, Shell, Stop};
use crate::kernel::{Errno, Fd, ForkOptions, Pid, Signal, Sys};

/// Commands being run.
pub(super) type Running<'a> = Pin<Box<dyn Future<Output = Run> + Send + 'a>>;

/// What a forked shell is given to run.
pub(super) enum Task {
    /// `a && b &`
    AndOr(AndOrList),
    /// An element of a pipeline.
    Command(Command),
    /// `( … )`
    List(CompoundList),
    /// `$(…)`
    Script(String),
}

impl Shell {
    /// Runs a list. With `tail`, nothing comes after it in this process: its last command may take
    /// the shell's place.
    pub(super) fn run_list<'a>(&'a mut self, list: &'a CompoundList, tail: bool) -> Running<'a> {
        Box::pin(async move {
            for (index, item) in list.0.iter().enumerate() {
                let tail = tail && index + 1 == list.0.len();
                self.status = match item.1 {
                    SeparatorOperator::Async => self.run_background(&item.0).await?,
                    SeparatorOperator::Sequence => self.run_and_or(&item.0, tail).await?,
                };
            }
            Ok(self.status)
        })
    }

    async fn run_and_or(&mut self, list: &AndOrList, tail: bool) -> Run {
        let last = list.additional.len();
        let mut status = self
            .run_tested(&list.first, last > 0, tail && last == 0)
            .await?;
        for (index, next) in list.additional.iter().enumerate() {
            let (wanted, pipeline) = match next {
                AndOr::And(pipeline) => (status == 0, pipeline),
                AndOr::Or(pipeline) => (status != 0, pipeline),
            };
            self.status = status;
            if wanted {
                let is_last = index + 1 == last;
                status = self.run_tested(pipeline, !is_last, tail && is_last).await?;
            }
        }
        Ok(status)
    }

    /// Runs a pipeline whose failure may not count for `set -e`.
    async fn run_tested(&mut self, pipeline: &Pipeline, tested: bool, tail: bool) -> Run {
        self.tested += u32::from(tested);
        let result = self.run_pipeline(pipeline, tail).await;
        self.tested -= u32::from(tested);
        result
    }

    async fn run_pipeline(&mut self, pipeline: &Pipeline, tail: bool) -> Run {
        self.check_signals().await?;
        let tail = tail && !pipeline.bang && pipeline.timed.is_none();
        let began = self.sys.now();
        self.tested += u32::from(pipeline.bang);
        let result = match pipeline.seq.as_slice() {
            [command] => self.run_command(command, tail).await,
            commands => self.run_pipes(commands).await,
        };
        self.tested -= u32::from(pipeline.bang);
        let mut status = result?;
        if let Some(timed) = &pipeline.timed {
            let elapsed = self.sys.now().duration_since(began).unwrap_or_default();
            self.report_time(elapsed, timed).await;
        }
        if pipeline.bang {
            status = u8::from(status == 0);
        } else if status != 0
            && self.tested == 0
            && self.options.is_on("errexit")
            && counts_for_errexit(&pipeline.seq)
        {
            return Err(Stop::Exit(status));
        }
        self.status = status;
        Ok(status)
    }

    async fn report_time(&self, elapsed: std::time::Duration, timed: &PipelineTimed) {
        let seconds = elapsed.as_secs_f64();
        let text = if timed.is_posix_output() {
            format!("real {seconds:.2}\nuser 0.00\nsys 0.00\n")
        } else {
            let minutes = elapsed.as_secs() / 60;
            let rest = seconds - f64::from(u32::try_from(minutes).unwrap_or(0)) * 60.0;
            format!("real\t{minutes}m {rest:.2}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n")
        };
        self.error_text(&text).await;
    }

    async fn run_pipes(&mut self, commands: &[Command]) -> Run {
        let pids = self.start_pipes(commands).await?;
        self.give_terminal(&pids);
        let texts: Vec<_> = commands.iter().map(ToString::to_string).collect();
        self.wait_foreground(&pids, texts.join(" | ")).await
    }

    async fn start_pipes(&mut self, commands: &[Command]) -> Run<Vec<Pid>> {
        let mut pids: Vec<Pid> = Vec::with_capacity(commands.len());
        let mut input: Option<Fd> = None;
        for (index, command) in commands.iter().enumerate() {
            let pipe = if index + 1 < commands.len() {
                match self.sys.pipe() {
                    Ok(pipe) => Some(pipe),
                    Err(error) => return self.fail(format!("pipe call failed: {error}")).await,
                }
            } else {
                None
            };
            let mut replaced = Vec::new();
            replaced.extend(input.map(|fd| (0, fd)));
            replaced.extend(pipe.map(|(_, write)| (1, write)));
            let group = self.controls_jobs().then(|| pids.first().copied());
            let pid = self
                .spawn(Task::Command(command.clone()), &replaced, group)
                .await?;
            pids.push(pid);
            for fd in input.take().into_iter().chain(pipe.map(|it| it.1)) {
                let _ = self.sys.close(fd);
            }
            input = pipe.map(|it| it.0);
        }
        Ok(pids)
    }

    /// Makes the first of these the terminal's foreground group.
    pub(super) fn give_terminal(&self, pids: &[Pid]) {
        if let (true, Some(leader)) = (self.controls_jobs(), pids.first()) {
            // The terminal may be gone, or the child already.
            let _ = self.sys.set_foreground(0, *leader);
        }
    }

    /// Forks the shell. `replaced` are descriptors of the child and ours that they copy; the others
    /// are kept.
    #[expect(clippy::option_option, reason = "ForkOptions::group")]
    pub(super) async fn spawn(
        &mut self,
        task: Task,
        replaced: &[(Fd, Fd)],
        group: Option<Option<Pid>>,
    ) -> Run<Pid> {
        match self.fork_task(task, replaced, group) {
            Ok(pid) => Ok(pid),
            Err(error) => self.fail(format!("can't fork: {error}")).await,
        }
    }

    #[expect(clippy::option_option, reason = "ForkOptions::group")]
    fn fork_task(
        &self,
        task: Task,
        replaced: &[(Fd, Fd)],
        group: Option<Option<Pid>>,
    ) -> Result<Pid, Errno> {
        let options = ForkOptions {
            fds: Some(self.child_fds(replaced)),
            env: Some(self.variables.environment()),
            group,
        };
        let mut shell = self.clone();
        let new_fds: Vec<Fd> = replaced.iter().map(|it| it.0).collect();
        self.sys.fork(options, move |sys| {
            Box::pin(async move {
                shell.become_child(sys, &new_fds);
                let result = shell.run_task(&task).await;
                shell.finish(result).await
            })
        })
    }

    /// The descriptors of a child: ours, some of them replaced.
    pub(super) fn child_fds(&self, replaced: &[(Fd, Fd)]) -> Vec<(Fd, Fd)> {
        let mut fds: Vec<_> = self
            .fds
            .iter()
            .filter(|fd| replaced.iter().all(|it| it.0 != **fd))
            .map(|fd| (*fd, *fd))
            .collect();
        fds.extend_from_slice(replaced);
        fds
    }

    fn become_child(&mut self, sys: Sys, new_fds: &[Fd]) {
        self.sys = sys;
        self.subshell = true;
        self.jobs = super::jobs::Jobs::default();
        self.fds.extend(new_fds);
        reset_signals(&self.sys, &self.traps, self.mode);
        self.mode.interruptible = false;
        self.traps.retain(|_, action| action.is_empty());
    }

    async fn run_task(&mut self, task: &Task) -> Run {
        match task {
            Task::AndOr(list) => self.run_and_or(list, true).await,
            Task::Command(command) => self.run_command(command, true).await,
            Task::List(list) => self.run_list(list, true).await,
            Task::Script(text) => self.run_text(text, true).await,
        }
    }

    async fn run_background(&mut self, list: &AndOrList) -> Run {
        let text = list.to_string();
        let controls = self.controls_jobs();
        let pids = match list.first.seq.as_slice() {
            commands if commands.len() > 1 && list.additional.is_empty() => {
                self.start_pipes(commands).await?
            }
            _ => {
                let silent = (!controls)
                    .then(|| self.sys.open("/dev/null", READ, 0).ok())
                    .flatten();
                let replaced: Vec<_> = silent.iter().map(|fd| (0, *fd)).collect();
                let group = controls.then_some(None);
                let pid = self
                    .spawn(Task::AndOr(list.clone()), &replaced, group)
                    .await;
                if let Some(fd) = silent {
                    let _ = self.sys.close(fd);
                }
                vec![pid?]
            }
        };
        self.last_background = pids.last().copied();
        let shown = if self.mode.interactive {
            text
        } else {
            String::new()
        };
        let number = self.jobs.add(pids, shown);
        if controls && let Some(pid) = self.last_background {
            self.error_text(&format!("[{number}] {}\n", pid.0)).await;
        }
        Ok(0)
    }

    fn run_command<'a>(&'a mut self, command: &'a Command, tail: bool) -> Running<'a> {
        Box::pin(async move {
            match command {
                Command::Simple(simple) => self.run_simple(simple, tail).await,
                Command::Compound(CompoundCommand::Subshell(subshell), redirects) => {
                    self.run_subshell(&subshell.list, redirects.as_ref(), tail)
                        .await
                }
                Command::Compound(compound, redirects) => {
                    self.run_redirected(compound, redirects.as_ref()).await
                }
                Command::Function(definition) => {
                    let body = Arc::new(definition.body.clone());
                    self.functions.insert(definition.fname.value.clone(), body);
                    Ok(0)
                }
                Command::ExtendedTest(test, redirects) => {
                    let undo = self.redirect_list(redirects.as_ref()).await;
                    let result = match undo {
                        Ok(_) => self.extended_test(&test.expr).await.map(|it| u8::from(!it)),
                        Err(stop) => Err(stop),
                    };
                    self.undo(undo.unwrap_or_default());
                    result
                }
            }
        })
    }

    async fn run_subshell(
        &mut self,
        list: &CompoundList,
        redirects: Option<&RedirectList>,
        tail: bool,
    ) -> Run {
        let undo = match self.redirect_list(redirects).await {
            Ok(undo) => undo,
            Err(Stop::Error(_)) => return Ok(self.dialect.redirection_status()),
            Err(stop) => return Err(stop),
        };
        // In the last place of a forked shell there is no need for another process.
        if tail && self.subshell && self.traps.is_empty() {
            return self.run_list(list, true).await;
        }
        let group = self.controls_jobs().then_some(None);
        let spawned = self.spawn(Task::List(list.clone()), &[], group).await;
        self.undo(undo);
        let pids = [spawned?];
        self.give_terminal(&pids);
        self.wait_foreground(&pids, format!("({list})")).await
    }

    async fn run_redirected(
        &mut self,
        compound: &CompoundCommand,
        redirects: Option<&RedirectList>,
    ) -> Run {
        let undo = match self.redirect_list(redirects).await {
            Ok(undo) => undo,
            Err(Stop::Error(_)) => return Ok(self.dialect.redirection_status()),
            Err(stop) => return Err(stop),
        };
        let result = self.run_compound(compound).await;
        self.undo(undo);
        result
    }

    fn run_compound<'a>(&'a mut self, compound: &'a CompoundCommand) -> Running<'a> {
        Box::pin(async move {
            match compound {
                CompoundCommand::BraceGroup(group) => self.run_list(&group.list, false).await,
                CompoundCommand::Subshell(subshell) => {
                    self.run_subshell(&subshell.list, None, false).await
                }
                CompoundCommand::IfClause(clause) => {
                    if self.holds(&clause.condition).await? {
                        return self.run_list(&clause.then, false).await;
                    }
                    for branch in clause.elses.iter().flatten() {
                        let taken = match &branch.condition {
                            Some(condition) => self.holds(condition).await?,
                            None => true,
                        };
                        if taken {
                            return self.run_list(&branch.body, false).await;
                        }
                    }
                    Ok(0)
                }
                CompoundCommand::WhileClause(clause) => {
                    self.run_loop(&clause.0, &clause.1.list, true).await
                }
                CompoundCommand::UntilClause(clause) => {
                    self.run_loop(&clause.0, &clause.1.list, false).await
                }
                CompoundCommand::ForClause(clause) => {
                    let mut values = Vec::new();
                    match &clause.values {
                        Some(words) => {
                            for word in words {
                                self.expand_fields(&word.value, &mut values).await?;
                            }
                        }
                        None => values.clone_from(&self.parameters),
                    }
                    self.run_for(&clause.variable_name, values, &clause.body.list)
                        .await
                }
                CompoundCommand::CaseClause(clause) => self.run_case(clause).await,
                CompoundCommand::Arithmetic(command) => {
                    let value = self.arithmetic(&command.expr.value).await?;
                    Ok(u8::from(value == 0))
                }
                CompoundCommand::ArithmeticForClause(_) | CompoundCommand::Coprocess(_) => {
                    self.fail("syntax error: unexpected word").await
                }
            }
        })
    }

    /// Runs a condition.
    async fn holds(&mut self, condition: &CompoundList) -> Run<bool> {
        self.tested += 1;
        let result = self.run_list(condition, false).await;
        self.tested -= 1;
        Ok(result? == 0)
    }

    async fn run_loop(
        &mut self,
        condition: &CompoundList,
        body: &CompoundList,
        wanted: bool,
    ) -> Run {
        let mut status = 0;
        self.loop_depth += 1;
        let result = loop {
            match self.holds(condition).await {
                Ok(holds) if holds == wanted => {}
                Ok(_) => break Ok(status),
                Err(stop) => match turn(Err(stop), &mut status) {
                    Turn::Next => continue,
                    Turn::Leave(result) => break result,
                },
            }
            let result = self.run_list(body, false).await;
            if let Turn::Leave(result) = turn(result, &mut status) {
                break result;
            }
        };
        self.loop_depth -= 1;
        result
    }

    async fn run_for(&mut self, name: &str, values: Vec<String>, body: &CompoundList) -> Run {
        let mut status = 0;
        self.loop_depth += 1;
        let mut result = Ok(());
        for value in values {
            if let Err(stop) = self.assign(name, &value).await {
                result = Err(stop);
                break;
            }
            let ran = self.run_list(body, false).await;
            if let Turn::Leave(left) = turn(ran, &mut status) {
                result = left.map(|left| status = left);
                break;
            }
        }
        self.loop_depth -= 1;
        result.map(|()| status)
    }

    async fn run_case(&mut self, clause: &brush_parser::ast::CaseClauseCommand) -> Run {
        let value = self.expand_text(&clause.value.value).await?;
        let mut status = 0;
        let mut falling = false;
        for case in &clause.cases {
            let mut matched = falling;
            for pattern in &case.patterns {
                if matched {
                    break;
                }
                matched = self.expand_pattern(&pattern.value).await?.matches(&value);
            }
            if !matched {
                continue;
            }
            status = match &case.cmd {
                Some(list) => self.run_list(list, false).await?,
                None => 0,
            };
            match case.post_action {
                CaseItemPostAction::ExitCase => return Ok(status),
                CaseItemPostAction::UnconditionallyExecuteNextCaseItem => falling = true,
                CaseItemPostAction::ContinueEvaluatingCases => falling = false,
            }
        }
        Ok(status)
    }

    /// Calls a function.
    pub(super) async fn call(&mut self, body: &FunctionBody, arguments: Vec<String>) -> Run {
        if self.function_depth > 200 {
            return self.fail("function nesting too deep").await;
        }
        let parameters = std::mem::replace(&mut self.parameters, arguments);
        let loops = std::mem::take(&mut self.loop_depth);
        self.variables.enter_function();
        self.function_depth += 1;
        let result = self.run_redirected(&body.0, body.1.as_ref()).await;
        self.function_depth -= 1;
        self.variables.leave_function();
        self.loop_depth = loops;
        self.parameters = parameters;
        match result {
            Err(Stop::Return(status)) => Ok(status),
            result => result,
        }
    }

    /// Lets other processes run, and acts on the signals that came.
    pub(super) async fn check_signals(&mut self) -> Run<()> {
        tokio::task::yield_now().await;
        if self.traps.is_empty() && !self.mode.interactive && !self.mode.interruptible {
            return Ok(());
        }
        while let Some(signal) = self.sys.next_signal().now_or_never() {
            self.on_signal(signal).await?;
        }
        Ok(())
    }

    /// Runs the trap of a signal.
    pub(super) async fn on_signal(&mut self, signal: Signal) -> Run<()> {
        match self.traps.get(&signal.0).cloned() {
            Some(action) => {
                let status = self.status;
                self.run_text(&action, false).await?;
                self.status = status;
                Ok(())
            }
            None if signal == Signal::INT && !self.subshell => {
                if self.mode.interactive {
                    self.error_text("\n").await;
                }
                self.status = 130;
                Err(Stop::Error(130))
            }
            None => Ok(()),
        }
    }
}

/// Gives a child the actions that the shell has changed for itself.
pub(super) fn reset_signals(sys: &Sys, traps: &std::collections::BTreeMap<u8, String>, mode: Mode) {
    if mode.interruptible && !traps.contains_key(&Signal::INT.0) {
        sys.default_action(Signal::INT);
    }
    if mode.interactive {
        for signal in [Signal::INT, Signal::QUIT, Signal::TERM, Signal::TSTP] {
            sys.default_action(signal);
        }
    }
    for (number, action) in traps {
        if *number > 0 && !action.is_empty() {
            sys.default_action(Signal(*number));
        }
    }
}

const READ: crate::kernel::OpenFlags = crate::kernel::OpenFlags {
    read: true,
    write: false,
    create: false,
    exclusive: false,
    truncate: false,
    append: false,
};

/// What a loop does after a turn.
enum Turn {
    Next,
    Leave(Run),
}

fn turn(result: Run, status: &mut u8) -> Turn {
    match result {
        Ok(value) => {
            *status = value;
            Turn::Next
        }
        Err(Stop::Continue(1)) => {
            *status = 0;
            Turn::Next
        }
        Err(Stop::Continue(more)) => Turn::Leave(Err(Stop::Continue(more - 1))),
        Err(Stop::Break(1)) => Turn::Leave(Ok(0)),
        Err(Stop::Break(more)) => Turn::Leave(Err(Stop::Break(more - 1))),
        Err(stop) => Turn::Leave(Err(stop)),
    }
}

/// Compound commands speak through the commands in them.
fn counts_for_errexit(commands: &[Command]) -> bool {
    match commands {
        [Command::Compound(compound, _)] => matches!(compound, CompoundCommand::Subshell(_)),
        _ => true,
    }
}
