//! `docker exec`: more processes in a running container.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::config::{canonical, flag, text, texts};
use super::container::{Container, environment};
use super::start::{passwd, runc_words};
use super::streams::{Chunk, Source, Streams, pump};
use super::{Daemon, Fault, Op, Outcome, lock};
use crate::kernel::{ExecSpec, Pid, StartError, Started, WaitStatus, WinSize};
use domain::ContainerState;

/// What a client asks for: the body of `POST /containers/ID/exec`.
pub type ExecRequest = serde_json::Map<String, Value>;

/// Its fields.
const FIELDS: [&str; 11] = [
    "AttachStderr",
    "AttachStdin",
    "AttachStdout",
    "Cmd",
    "ConsoleSize",
    "DetachKeys",
    "Env",
    "Privileged",
    "Tty",
    "User",
    "WorkingDir",
];

/// A process to be, being, or having been.
#[derive(Debug)]
pub(super) struct Exec {
    pub(super) id: String,
    pub(super) container: String,
    request: ExecRequest,
    streams: Arc<Streams>,
    state: Mutex<ExecState>,
}

#[derive(Debug, Clone, Copy, Default)]
struct ExecState {
    begun: bool,
    running: bool,
    exit: Option<i64>,
    pid: Option<Pid>,
}

/// A client's place on the streams of an exec.
#[derive(Debug)]
pub struct ExecStreams {
    /// What is written, until the end.
    pub output: mpsc::Receiver<Chunk>,
    /// Where the client writes to.
    pub streams: Arc<Streams>,
    /// Whether the client's input is carried.
    pub stdin: bool,
}

fn no_exec(id: &str) -> Fault {
    Fault::not_found(format!("No such exec instance: {id}"))
}

impl Daemon {
    fn exec(&self, id: &str) -> Outcome<Arc<Exec>> {
        lock(&self.inner.execs)
            .get(id)
            .cloned()
            .ok_or_else(|| no_exec(id))
    }

    /// Prepares a process; its identifier.
    pub fn create_exec(&self, key: &str, request: ExecRequest) -> Outcome<String> {
        let request = canonical(&Value::Object(request), &FIELDS);
        let container = self.container(key)?;
        if texts(&request, "Cmd").is_empty() {
            return Err(Fault::invalid("No exec command specified"));
        }
        can_exec(&container, key)?;
        let user = text(&request, "User")
            .split(':')
            .next()
            .unwrap_or_default()
            .to_owned();
        let named = !user.is_empty() && user.parse::<u32>().is_err();
        let known = || {
            passwd(&container.root)
                .iter()
                .any(|it| it.first() == Some(&user))
        };
        if named && !known() {
            return Err(Fault::internal(StartError::NoUser(user).to_string()));
        }
        let id = self.new_id();
        self.note(
            &container,
            format!("exec_create: {}", words(&request)),
            &[("execID", id.clone())],
        );
        let exec = Exec {
            id: id.clone(),
            container: container.id.clone(),
            request,
            streams: Arc::default(),
            state: Mutex::default(),
        };
        lock(&self.inner.execs).insert(id.clone(), Arc::new(exec));
        Ok(id)
    }

    /// Whether an exec of this identifier was prepared, in a container that can still run it.
    pub fn check_exec(&self, id: &str) -> Outcome<()> {
        let exec = self.exec(id)?;
        let container = self.container(&exec.container)?;
        can_exec(&container, &container.id)
    }

    /// The keys that leave a prepared process, as the client spelled them; empty for the usual.
    pub fn exec_detach_keys(&self, id: &str) -> Outcome<String> {
        Ok(text(&self.exec(id)?.request, "DetachKeys").to_owned())
    }

    /// Tells that a client left with the detach keys.
    pub fn exec_detached(&self, id: &str) {
        if let Ok(exec) = self.exec(id)
            && let Ok(container) = self.container(&exec.container)
        {
            self.note(&container, "exec_detach", &[("execID", exec.id.clone())]);
        }
    }

    /// Starts a prepared process.
    pub fn start_exec(&self, id: &str, size: Option<WinSize>) -> Outcome<ExecStreams> {
        let exec = self.exec(id)?;
        {
            let mut state = lock(&exec.state);
            if state.exit.is_some() {
                return Err(Fault::conflict(format!(
                    "exec command {id} has already run"
                )));
            }
            if state.begun {
                return Err(Fault::conflict(format!(
                    "exec command {id} is already running"
                )));
            }
            state.begun = true;
        }
        let container = self.container(&exec.container)?;
        can_exec(&container, &container.id)?;
        let request = &exec.request;
        let output = exec
            .streams
            .listen(flag(request, "AttachStdout"), flag(request, "AttachStderr"));
        let spec = self.exec_spec(&container, request, size)?;
        self.note(
            &container,
            format!("exec_start: {}", words(request)),
            &[("execID", id.to_owned())],
        );
        match self.inner.kernel.exec(spec) {
            Ok(started) => self.follow_exec(&exec, started),
            Err(error) => {
                let (why, code) = runc_words(&error);
                lock(&exec.state).exit = Some(code);
                exec.streams.close();
                return Err(Fault::invalid(format!(
                    "OCI runtime exec failed: exec failed: unable to start container process: {why}"
                )));
            }
        }
        let stdin = flag(request, "AttachStdin");
        Ok(ExecStreams {
            output,
            streams: Arc::clone(&exec.streams),
            stdin,
        })
    }

    pub(super) fn exec_spec(
        &self,
        container: &Container,
        request: &ExecRequest,
        size: Option<WinSize>,
    ) -> Outcome<ExecSpec> {
        let pid = container.pid.ok_or_else(|| not_running(container))?;
        let user = match text(request, "User") {
            "" => text(&container.config, "User").to_owned(),
            user => user.to_owned(),
        };
        let cwd = match (
            text(request, "WorkingDir"),
            text(&container.config, "WorkingDir"),
        ) {
            ("", "") => "/".to_owned(),
            ("", own) => own.to_owned(),
            (given, _) => given.to_owned(),
        };
        let tty = flag(request, "Tty");
        let mut env = self.process_env(container, tty);
        env.extend(environment(&texts(request, "Env")));
        let default = WinSize { rows: 24, cols: 80 };
        Ok(ExecSpec {
            container: pid,
            argv: texts(request, "Cmd"),
            env,
            cwd,
            user,
            groups: texts(&container.host, "GroupAdd"),
            tty: tty.then(|| size.unwrap_or(default)),
            stdin: flag(request, "AttachStdin"),
            privileged: flag(request, "Privileged") || flag(&container.host, "Privileged"),
        })
    }

    fn follow_exec(&self, exec: &Arc<Exec>, started: Started) {
        let Started { pid, stdio, exit } = started;
        {
            let mut state = lock(&exec.state);
            state.running = true;
            state.pid = Some(pid);
        }
        exec.streams.set_input(stdio.stdin);
        let listed = |running| Op::Exec {
            id: exec.container.clone(),
            exec: exec.id.clone(),
            running,
        };
        // The container may end at any moment: there is then no list to be on.
        let _ = self.apply(listed(true));
        let ended = listed(false);
        let kernel = self.inner.kernel.clone();
        let carry = |source, output| {
            let kernel = kernel.clone();
            tokio::spawn(pump(
                source,
                output,
                Arc::clone(&exec.streams),
                None,
                move || kernel.now(),
            ))
        };
        let out = carry(Source::Stdout, stdio.stdout);
        let err = carry(Source::Stderr, stdio.stderr);
        let daemon = self.clone();
        let exec = Arc::clone(exec);
        tokio::spawn(async move {
            let (status, oom) = exit.await.unwrap_or((WaitStatus::Exited(255), false));
            let code = i64::from(status.code());
            if oom && let Ok(container) = daemon.container(&exec.container) {
                daemon.note(&container, "oom", &[]);
            }
            {
                let mut state = lock(&exec.state);
                state.running = false;
                state.exit = Some(code);
            }
            let _ = daemon.apply(ended);
            if let Ok(container) = daemon.container(&exec.container) {
                let extra = [("execID", exec.id.clone()), ("exitCode", code.to_string())];
                daemon.note(&container, "exec_die", &extra);
            }
            // A child that holds the output keeps the client, as it does on a real engine.
            let _ = tokio::join!(out, err);
            exec.streams.close();
        });
    }

    /// Changes the size of its terminal.
    pub fn resize_exec(&self, id: &str, size: WinSize) -> Outcome<()> {
        let exec = self.exec(id)?;
        let state = *lock(&exec.state);
        match state.pid.filter(|_| state.running) {
            Some(pid) => {
                self.inner.kernel.resize(pid, size);
                Ok(())
            }
            None => Err(Fault::conflict(format!("exec process {id} is not started"))),
        }
    }

    /// `GET /exec/ID/json`.
    pub fn inspect_exec(&self, id: &str) -> Outcome<Value> {
        let exec = self.exec(id)?;
        let state = *lock(&exec.state);
        let request = &exec.request;
        let command = texts(request, "Cmd");
        let (program, arguments) = command.split_first().map_or(("", &[][..]), |(a, b)| (a, b));
        let mut process = json!({
            "tty": flag(request, "Tty"),
            "entrypoint": program,
            "arguments": arguments,
            "privileged": flag(request, "Privileged"),
        });
        if let (user, Some(fields)) = (text(request, "User"), process.as_object_mut())
            && !user.is_empty()
        {
            fields.insert("user".into(), json!(user));
        }
        Ok(json!({
            "ID": exec.id,
            "Running": state.running,
            "ExitCode": state.exit,
            "ProcessConfig": process,
            "OpenStdin": flag(request, "AttachStdin"),
            "OpenStderr": flag(request, "AttachStderr"),
            "OpenStdout": flag(request, "AttachStdout"),
            "CanRemove": false,
            "ContainerID": exec.container,
            "DetachKeys": "",
            "Pid": state.pid.map_or(0, |pid| pid.0),
        }))
    }
}

fn words(request: &ExecRequest) -> String {
    let command = texts(request, "Cmd");
    let (program, arguments) = command.split_first().map_or(("", &[][..]), |(a, b)| (a, b));
    format!("{program} {}", arguments.join(" "))
}

pub(super) fn not_running(container: &Container) -> Fault {
    Fault::conflict(format!("container {} is not running", container.id))
}

fn can_exec(container: &Container, key: &str) -> Outcome<()> {
    match container.state {
        ContainerState::Running => Ok(()),
        ContainerState::Paused => Err(Fault::conflict(format!(
            "Container {key} is paused, unpause the container before exec"
        ))),
        ContainerState::Restarting => Err(Fault::conflict(format!(
            "Container {} is restarting, wait until the container is running",
            container.id
        ))),
        _ => Err(not_running(container)),
    }
}
