//! The interactive shell: prompts, history, marks for the terminal.

use std::time::{SystemTime, UNIX_EPOCH};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::editor::{Line, read_line};
use super::invoke::LineReader;
use super::state::{Run, Shell, Stop};
use super::stream::Input;
use crate::kernel::{OpenFlags, Signal};

/// Lines of history that are kept.
const HISTORY: usize = 500;

/// Runs commands from the terminal until the end of file; the exit code.
pub(super) async fn run(mut shell: Shell) -> u8 {
    let on_terminal = shell.sys.is_tty(0);
    shell.sys.catch(Signal::INT);
    for signal in [Signal::QUIT, Signal::TERM, Signal::TSTP] {
        shell.sys.ignore(signal);
    }
    if on_terminal {
        shell.options.set("monitor", true);
        // Already so for a session's first process.
        let _ = shell.sys.set_foreground(0, shell.sys.pid());
    }
    shell.load_history();
    let result = if on_terminal {
        shell.converse().await
    } else {
        shell.converse_plainly().await
    };
    shell.finish(result).await
}

impl Shell {
    async fn converse(&mut self) -> Run {
        let marks = self.variables.get("MOUSSAILLON_OSC133") == Some("1");
        let mut reader = LineReader::default();
        let mut typed = String::new();
        loop {
            let prompt = if reader.is_open() {
                let prompt = self.prompt("PS2").await;
                if marks {
                    format!("\x1b]133;A;k=s\x1b\\{prompt}\x1b]133;B\x1b\\")
                } else {
                    prompt
                }
            } else {
                self.announce_jobs().await;
                let prompt = self.prompt("PS1").await;
                if marks {
                    format!("\x1b]133;A\x1b\\{prompt}\x1b]133;B\x1b\\")
                } else {
                    prompt
                }
            };
            let line = match read_line(self, &prompt).await {
                Line::Text(line) => line,
                Line::Interrupted => {
                    reader = LineReader::default();
                    typed.clear();
                    self.status = 130;
                    if marks {
                        self.mark("D;130").await;
                    }
                    continue;
                }
                Line::End if reader.is_open() => {
                    let ended = self.run_rest(&mut reader, 0).await;
                    reader = LineReader::default();
                    typed.clear();
                    self.settle(ended.map(|it| it.unwrap_or(2)))?;
                    continue;
                }
                Line::End => return Ok(self.status),
            };
            self.remember(&line);
            if !typed.is_empty() {
                typed.push('\n');
            }
            typed.push_str(&line);
            // Only what is about to run is marked.
            if marks && !typed.trim().is_empty() && reader.would_be_whole(&line, &self.aliases) {
                let moment = self.sys.line_begins();
                let moment = moment.map_or_else(String::new, |it| format!("moment={it};"));
                let line = percent_encode(&typed);
                self.mark(&format!(
                    "C;{moment}cmdline_url={line};began={:.6}",
                    read_now()
                ))
                .await;
            }
            let result = self.run_line(&mut reader, &format!("{line}\n"), 0).await;
            if reader.is_open() {
                continue;
            }
            let ran = !typed.trim().is_empty();
            typed.clear();
            let ended = self.settle(result.map(|it| it.unwrap_or(self.status)));
            if marks && ran {
                self.mark(&format!("D;{}", self.status)).await;
            }
            ended?;
        }
    }

    /// What a command's result means here: only `exit` ends the shell.
    fn settle(&mut self, result: Run) -> Run<()> {
        match result {
            Ok(status) | Err(Stop::Error(status) | Stop::Return(status)) => self.status = status,
            Err(Stop::Exit(status)) => {
                self.status = status;
                return Err(Stop::Exit(status));
            }
            Err(Stop::Break(_) | Stop::Continue(_)) => {}
        }
        self.loop_depth = 0;
        self.tested = 0;
        Ok(())
    }

    /// `-i` without a terminal.
    async fn converse_plainly(&mut self) -> Run {
        let sys = self.sys.clone();
        let mut input = Input::new(&sys, 0);
        let mut reader = LineReader::default();
        loop {
            let prompt = self
                .prompt(if reader.is_open() { "PS2" } else { "PS1" })
                .await;
            self.error_text(&prompt).await;
            let Ok(Some(line)) = input.line().await else {
                return Ok(self.status);
            };
            let line = String::from_utf8_lossy(&line).into_owned();
            let result = self.run_line(&mut reader, &line, 0).await;
            let status = self.status;
            self.settle(result.map(|it| it.unwrap_or(status)))?;
        }
    }

    async fn mark(&self, text: &str) {
        // A terminal that went away is noticed when it is read.
        let _ = self
            .sys
            .write(1, format!("\x1b]133;{text}\x1b\\").as_bytes())
            .await;
    }

    /// A prompt with its escapes replaced: `\w`, `\W`, `\u`, `\h`, `\$`, `\n`, `\e`…, then expanded.
    async fn prompt(&mut self, name: &str) -> String {
        let raw = self.variables.get(name).unwrap_or_default().to_owned();
        let mut text = String::new();
        let mut chars = raw.chars();
        while let Some(c) = chars.next() {
            if c != '\\' {
                text.push(c);
                continue;
            }
            match chars.next() {
                Some('w') => text.push_str(&self.short_directory()),
                Some('W') => {
                    let path = self.short_directory();
                    let last = path
                        .trim_end_matches('/')
                        .rsplit('/')
                        .next()
                        .unwrap_or_default();
                    text.push_str(if last.is_empty() { "/" } else { last });
                }
                Some('u') => text.push_str(&self.user_name()),
                Some('h') => {
                    text.push_str(self.sys.hostname().split('.').next().unwrap_or_default());
                }
                Some('H') => text.push_str(&self.sys.hostname()),
                Some('$') => text.push(if self.sys.uid() == 0 { '#' } else { '$' }),
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('e' | 'E') => text.push('\x1b'),
                Some('a') => text.push('\x07'),
                Some('[' | ']') => {}
                Some('0') => {
                    // `\033`
                    let rest = chars.as_str();
                    match rest.strip_prefix("33") {
                        Some(after) => {
                            text.push('\x1b');
                            chars = after.chars();
                        }
                        None => text.push_str("\\0"),
                    }
                }
                Some('\\') => text.push_str("\\\\"),
                Some(c) => text.extend(['\\', c]),
                None => text.push('\\'),
            }
        }
        let status = self.status;
        let expanded = self.expand_here_document(&text).await.unwrap_or(text);
        self.status = status;
        expanded
    }

    fn short_directory(&self) -> String {
        let path = self
            .variables
            .get("PWD")
            .map_or_else(|| self.sys.cwd(), str::to_owned);
        let home = self.variables.get("HOME").unwrap_or_default();
        match path.strip_prefix(home) {
            Some(rest) if home.len() > 1 && (rest.is_empty() || rest.starts_with('/')) => {
                format!("~{rest}")
            }
            _ => path,
        }
    }

    fn user_name(&self) -> String {
        let uid = self.sys.uid().to_string();
        let passwd = self.sys.read_file("/etc/passwd").unwrap_or_default();
        let passwd = String::from_utf8_lossy(&passwd).into_owned();
        let found = passwd
            .lines()
            .find(|line| line.split(':').nth(2) == Some(&uid));
        found
            .and_then(|line| line.split(':').next())
            .map_or(uid.clone(), str::to_owned)
    }

    fn history_file(&self) -> Option<String> {
        match self.variables.get("HISTFILE") {
            Some("") => None,
            Some(path) => Some(path.to_owned()),
            None => {
                let home = self.variables.get("HOME").filter(|it| !it.is_empty())?;
                Some(format!("{}/.ash_history", home.trim_end_matches('/')))
            }
        }
    }

    fn load_history(&mut self) {
        let Some(text) = self
            .history_file()
            .and_then(|it| self.sys.read_file(&it).ok())
        else {
            return;
        };
        let lines: Vec<String> = String::from_utf8_lossy(&text)
            .lines()
            .map(str::to_owned)
            .collect();
        self.history = lines[lines.len().saturating_sub(HISTORY)..].to_vec();
    }

    /// Adds a line to the history and, as busybox does, to its file at once.
    fn remember(&mut self, line: &str) {
        if line.trim().is_empty() || self.history.last().is_some_and(|it| it == line) {
            return;
        }
        self.history.push(line.to_owned());
        if self.history.len() > HISTORY {
            self.history.remove(0);
        }
        let Some(path) = self.history_file() else {
            return;
        };
        let flags = OpenFlags {
            write: true,
            create: true,
            append: true,
            ..OpenFlags::default()
        };
        // A home directory that cannot be written keeps no history.
        let Ok(fd) = self.sys.open(&path, flags, 0o600) else {
            return;
        };
        let (sys, text) = (self.sys.clone(), format!("{line}\n"));
        if let Some(Err(_)) = futures_util::FutureExt::now_or_never(sys.write(fd, text.as_bytes()))
        {
            self.variables.edit("HISTFILE").value = Some(String::new());
        }
        let _ = sys.close(fd);
    }
}

/// What is not written as it is in a path.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// Now, seconds since the epoch, by the clock of who reads the marks: not the simulated machine's,
/// which can be set to another date.
fn read_now() -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.unwrap_or_default().as_secs_f64()
}

/// Encodes a command line as kitty's `cmdline_url` wants it.
fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_command_lines() {
        assert_eq!(
            percent_encode("docker run -it é;\n"),
            "docker%20run%20-it%20%C3%A9%3B%0A"
        );
    }
}
