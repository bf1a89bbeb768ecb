//! The simulated machine's login shell.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::link::{Control, Ending, INPUT_DEPTH, LAST_WORDS, Link, Waker};
use super::output::{Output, Written};
use super::{Size, TerminalError};
use crate::sim::kernel::{Environment, Kernel, Pid, Signal, WinSize};

/// How the shell of the simulated host is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostShell {
    /// Program and arguments.
    pub argv: Vec<String>,
    /// Environment; `MOUSSAILLON_OSC133` and `TERM` are added.
    pub env: Environment,
    /// Working directory.
    pub cwd: String,
}

impl Default for HostShell {
    fn default() -> Self {
        let env = [
            ("HOME", "/home/moussaillon"),
            ("USER", "moussaillon"),
            ("LOGNAME", "moussaillon"),
            ("SHELL", "/bin/sh"),
            (
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ),
            ("LANG", "fr_FR.UTF-8"),
        ];
        Self {
            argv: vec!["sh".to_owned(), "-l".to_owned()],
            env: env
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            cwd: "/home/moussaillon".to_owned(),
        }
    }
}

/// Starts the shell; must be called in the machine's runtime.
pub(super) fn open(
    kernel: &Kernel,
    shell: HostShell,
    size: Size,
    waker: Arc<Waker>,
) -> Result<Link, TerminalError> {
    let runtime = tokio::runtime::Handle::try_current().map_err(|_| TerminalError::NoRuntime)?;
    let HostShell { argv, mut env, cwd } = shell;
    env.insert("MOUSSAILLON".to_owned(), "1".to_owned());
    env.insert("MOUSSAILLON_OSC133".to_owned(), "1".to_owned());
    env.insert("TERM".to_owned(), "xterm-256color".to_owned());
    let started = kernel.spawn_host(argv, env, &cwd, Some(winsize(size)))?;
    let ending = Arc::new(Ending::default());
    let output = Written::new(started.stdio.stdout);
    let (watched, calls) = (Arc::clone(&output), Arc::clone(&waker));
    let watching = runtime.spawn(async move { watched.watch(&calls).await });
    let (ends, calls) = (Arc::clone(&ending), Arc::clone(&waker));
    let waiting = runtime.spawn(async move {
        let status = started
            .exit
            .await
            .map_or(-1, |(status, _)| i32::from(status.code()));
        ends.set(status);
        calls.call();
        tokio::time::sleep(LAST_WORDS).await;
        calls.call();
    });
    let (input, mut written) = mpsc::channel(INPUT_DEPTH);
    let stdin = started.stdio.stdin;
    let writing = runtime.spawn(async move {
        let Some(stdin) = stdin else { return };
        while let Some(bytes) = written.recv().await {
            if stdin.send(bytes).await.is_err() {
                return;
            }
        }
    });
    let control = Box::new(Host {
        kernel: kernel.clone(),
        pid: started.pid,
        ending: Arc::clone(&ending),
        tasks: [watching, writing, waiting],
    });
    Ok(Link {
        output: Output::Written(output),
        input,
        ending,
        waker,
        control,
    })
}

fn winsize(size: Size) -> WinSize {
    WinSize {
        rows: size.rows.max(1),
        cols: size.cols.max(1),
    }
}

struct Host {
    kernel: Kernel,
    pid: Pid,
    ending: Arc<Ending>,
    tasks: [tokio::task::JoinHandle<()>; 3],
}

impl Control for Host {
    fn resize(&self, size: Size) {
        self.kernel.resize(self.pid, winsize(size));
    }

    fn hang_up(&mut self) {
        if self.ending.status().is_none() {
            for signal in [Signal::HUP, Signal::KILL] {
                // It may have just ended.
                let _ = self.kernel.kill(self.pid, signal);
            }
        }
        for task in &self.tasks {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests;
