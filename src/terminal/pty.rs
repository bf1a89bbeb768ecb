//! The learner's own shell on a pseudo-terminal, pty(7).
//!
//! Three threads, each asleep in one system call: read, write, wait. Neither a program that floods
//! nor one that does not read ever holds the drawing thread back.

use std::io::{Read, Write};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::sync::mpsc;

use super::command::ShellCommand;
use super::link::{Control, Ending, INPUT_DEPTH, LAST_WORDS, Link, OUTPUT_DEPTH, READ_SIZE, Waker};
use super::output::Output;
use super::startup::Startup;
use super::{Size, TerminalError};

/// How long a shell has to end after SIGHUP, and then after SIGKILL.
const HANG_UP_LIMIT: Duration = Duration::from_millis(500);

/// Variables by which another terminal's shell integration would know its window.
const FOREIGN: [&str; 16] = [
    "COLUMNS",
    "ITERM_SESSION_ID",
    "KITTY_PID",
    "KITTY_SHELL_INTEGRATION",
    "KITTY_WINDOW_ID",
    "LINES",
    "STY",
    "TERMCAP",
    "TERM_PROGRAM_VERSION",
    "TERM_SESSION_ID",
    "TMUX",
    "TMUX_PANE",
    "VTE_VERSION",
    "WEZTERM_PANE",
    "WINDOWID",
    "WT_SESSION",
];

/// Starts the shell.
pub(super) fn open(
    shell: &ShellCommand,
    startup: &Startup,
    size: Size,
    waker: Arc<Waker>,
) -> Result<Link, TerminalError> {
    let failed = |error: &dyn std::fmt::Display| TerminalError::Pty(error.to_string());
    let pair = native_pty_system()
        .openpty(winsize(size))
        .map_err(|it| failed(&format!("{it:#}")))?;
    let child = pair
        .slave
        .spawn_command(command(shell, startup))
        .map_err(|it| TerminalError::Shell {
            shell: shell.program().display().to_string(),
            reason: format!("{it:#}"),
        })?;
    drop(pair.slave);
    let pid = child
        .process_id()
        .and_then(|it| Pid::from_raw(i32::try_from(it).ok()?));
    let master = pair.master;
    let reader = master
        .try_clone_reader()
        .map_err(|it| failed(&format!("{it:#}")))?;
    let writer = master
        .take_writer()
        .map_err(|it| failed(&format!("{it:#}")))?;
    let ending = Arc::new(Ending::default());
    let (read, output) = mpsc::channel(OUTPUT_DEPTH);
    let (input, written) = mpsc::channel(INPUT_DEPTH);
    spawn("pty-read", {
        let waker = Arc::clone(&waker);
        move || forward_output(reader, &read, &waker)
    })?;
    spawn("pty-write", move || forward_input(writer, written))?;
    spawn("pty-wait", {
        let (ending, waker) = (Arc::clone(&ending), Arc::clone(&waker));
        move || reap(child, pid, &ending, &waker)
    })?;
    let control = Box::new(Pty {
        master,
        pid,
        ending: Arc::clone(&ending),
    });
    Ok(Link {
        output: Output::Read(output),
        input,
        ending,
        waker,
        control,
    })
}

fn spawn(name: &str, main: impl FnOnce() + Send + 'static) -> Result<(), TerminalError> {
    thread::Builder::new().name(name.to_owned()).spawn(main)?;
    Ok(())
}

fn winsize(size: Size) -> PtySize {
    PtySize {
        rows: size.rows.max(1),
        cols: size.cols.max(1),
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn command(shell: &ShellCommand, startup: &Startup) -> CommandBuilder {
    let mut command = CommandBuilder::new(shell.program());
    command.args(&startup.args);
    for name in FOREIGN {
        command.env_remove(name);
    }
    command.env("TERM", "xterm-256color");
    command.env("TERM_PROGRAM", "moussaillon");
    command.env("MOUSSAILLON", "1");
    for name in &startup.removed {
        command.env_remove(name);
    }
    for (name, value) in &startup.env {
        command.env(name, value);
    }
    let here = std::env::current_dir().ok();
    if let Some(cwd) = shell.directory().map(std::path::Path::to_owned).or(here) {
        command.cwd(cwd);
    }
    command
}

fn forward_output(mut reader: Box<dyn Read + Send>, output: &mpsc::Sender<Bytes>, waker: &Waker) {
    let mut buffer = vec![0; READ_SIZE];
    loop {
        match reader.read(&mut buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return,
            Ok(count) => {
                if output
                    .blocking_send(Bytes::copy_from_slice(&buffer[..count]))
                    .is_err()
                {
                    // Nobody looks any more: what is left is read for the program to end well.
                    continue;
                }
                waker.call();
            }
        }
    }
}

fn forward_input(mut writer: Box<dyn Write + Send>, mut input: mpsc::Receiver<Bytes>) {
    while let Some(bytes) = input.blocking_recv() {
        if writer.write_all(&bytes).is_err() {
            return;
        }
    }
}

/// Waits for the shell to end. It is reaped with the lock held, so that nobody signals a number
/// that was given to another process since.
fn reap(mut child: Box<dyn Child + Send + Sync>, pid: Option<Pid>, ending: &Ending, waker: &Waker) {
    if let Some(pid) = pid {
        let ended = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while waitid(WaitId::Pid(pid), ended).is_err_and(|it| it == rustix::io::Errno::INTR) {}
    }
    let mut status = ending.lock();
    let code = child.wait().map_or(-1, |it| exit_code(&it));
    status.get_or_insert((code, std::time::Instant::now()));
    drop(status);
    ending.set(code);
    waker.call();
    thread::sleep(LAST_WORDS);
    waker.call();
}

/// The exit code as shells count it.
fn exit_code(status: &portable_pty::ExitStatus) -> i32 {
    match status.signal() {
        None => i32::try_from(status.exit_code()).unwrap_or(-1),
        Some(text) => 128 + signal_number(text),
    }
}

/// portable-pty only tells strsignal(3)'s words for a signal; those that end shells are known by
/// theirs.
fn signal_number(text: &str) -> i32 {
    const WORDS: [(&str, Signal); 7] = [
        ("Hangup", Signal::HUP),
        ("Interrupt", Signal::INT),
        ("Quit", Signal::QUIT),
        ("Aborted", Signal::ABORT),
        ("Killed", Signal::KILL),
        ("Segmentation fault", Signal::SEGV),
        ("Terminated", Signal::TERM),
    ];
    WORDS
        .iter()
        .find(|(words, _)| text.starts_with(words))
        .map_or(0, |(_, it)| it.as_raw())
}

struct Pty {
    master: Box<dyn MasterPty + Send>,
    pid: Option<Pid>,
    ending: Arc<Ending>,
}

impl Pty {
    /// Signals the shell's group and that of the program in the foreground.
    fn signal(&self, signal: Signal) {
        let status = self.ending.lock();
        if status.is_some() {
            return;
        }
        let foreground = self.master.process_group_leader().and_then(Pid::from_raw);
        for group in [foreground.filter(|it| Some(*it) != self.pid), self.pid]
            .into_iter()
            .flatten()
        {
            // It may have just ended.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Control for Pty {
    fn resize(&self, size: Size) {
        // Refused only once the terminal is closed.
        let _ = self.master.resize(winsize(size));
    }

    fn hang_up(&mut self) {
        for signal in [Signal::HUP, Signal::KILL] {
            self.signal(signal);
            if self.ending.wait(HANG_UP_LIMIT) {
                return;
            }
        }
    }
}
