//! Tests with real shells on a pty.

mod life;
mod shells;

use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::{ShellCommand, Size, Terminal, TerminalEvent};

/// How long a loaded machine may take for a shell to answer.
const PATIENCE: Duration = Duration::from_secs(20);
const SIZE: Size = Size { rows: 24, cols: 80 };

/// A terminal in a home of its own, and what it said so far.
struct Session {
    terminal: Terminal,
    events: Vec<TerminalEvent>,
    woken: mpsc::Receiver<()>,
    home: tempfile::TempDir,
}

/// The path of a program, or a line in the test's output saying that it is missing.
fn installed(name: &str) -> bool {
    let found = super::command::on_path(name.as_ref(), std::env::var_os("PATH")).is_some();
    if !found {
        eprintln!("skipped: {name} is not installed");
    }
    found
}

impl Session {
    /// Starts a shell whose home holds these files.
    fn start(shell: &str, files: &[(&str, &str)]) -> Self {
        Self::start_with(shell, files, |it| it)
    }

    fn start_with(
        shell: &str,
        files: &[(&str, &str)],
        more: impl FnOnce(ShellCommand) -> ShellCommand,
    ) -> Self {
        let home = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = home.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let command = ShellCommand::new(shell)
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path().join(".config"))
            .env("LC_ALL", "C.UTF-8")
            .env("PS1", "invite> ")
            .in_directory(home.path());
        let (wake, woken) = mpsc::channel();
        let wake = move || {
            let _ = wake.send(());
        };
        let terminal = Terminal::on_pty(&more(command), SIZE, wake).unwrap();
        Self {
            terminal,
            events: Vec::new(),
            woken,
            home,
        }
    }

    /// Draws until that is true.
    fn wait(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        loop {
            self.events.extend(self.terminal.poll());
            if done(self) {
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "never {what}\n{:?}\n{}",
                self.events,
                self.terminal.screen().contents()
            );
            let _ = self.woken.recv_timeout(Duration::from_millis(100));
        }
    }

    fn wait_for_prompt(&mut self) {
        self.wait("a prompt", |it| it.terminal.at_prompt());
    }

    fn wait_for_text(&mut self, text: &str) {
        self.wait(text, |it| it.terminal.screen().contents().contains(text));
    }

    fn line_of_cursor(&self) -> String {
        let screen = self.terminal.screen();
        let (row, _) = screen.cursor_position();
        let line = screen.rows(0, SIZE.cols).nth(row.into());
        line.unwrap_or_default().trim_end().to_owned()
    }

    /// The commands that have ended so far, with their statuses.
    fn commands(&self) -> Vec<(String, Option<i32>)> {
        let mut commands = Vec::new();
        let mut running = None;
        for event in &self.events {
            match event {
                TerminalEvent::CommandBegan { line, .. } => {
                    assert_eq!(running.replace(line.clone()), None, "began twice");
                }
                TerminalEvent::CommandEnded { status } => {
                    commands.push((running.take().expect("ended without beginning"), *status));
                }
                _ => {}
            }
        }
        commands
    }

    /// Types a line at the prompt, and gives what the terminal says of it once it has ended.
    fn run(&mut self, line: &str) -> (String, Option<i32>) {
        self.wait_for_prompt();
        let before = self.commands().len();
        assert!(self.terminal.type_command(line, true));
        self.wait("ended", |it| {
            it.commands().len() > before && it.terminal.at_prompt()
        });
        assert_eq!(self.commands().len(), before + 1, "{:?}", self.commands());
        self.commands().remove(before)
    }

    /// Waits for the shell's end.
    fn wait_for_exit(&mut self) -> i32 {
        self.wait("an end", |it| it.terminal.has_ended());
        match self.events.last() {
            Some(TerminalEvent::Exited { status }) => *status,
            other => panic!("the last event is {other:?}"),
        }
    }
}
