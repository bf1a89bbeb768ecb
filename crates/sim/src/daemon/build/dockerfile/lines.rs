//! A Dockerfile cut into instructions: parser directives, comments, continued lines, heredocs.

use super::heredoc::{Heredoc, heredocs};
use super::words::{Arguments, arguments, split_command};

/// Longest line, bytes, its end included.
const LONGEST: usize = 65_535;

/// An instruction as it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// `RUN`, in whatever case.
    pub(super) command: String,
    /// The whole line, its continuations joined.
    pub(super) original: String,
    /// `--from=x`.
    pub(super) flags: Vec<String>,
    /// What follows.
    pub(super) arguments: Arguments,
    /// The bodies of the `<<` on it.
    pub(super) heredocs: Vec<Heredoc>,
    /// Its first line's number, from 1.
    pub(super) number: usize,
}

/// A whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) all: Vec<Line>,
    pub(super) escape: char,
    pub(super) warnings: Vec<String>,
}

/// The directives at the head of a file; each may be given once.
struct Directives {
    escape: char,
    seen: Vec<String>,
    done: bool,
}

impl Directives {
    /// Looks for `# name=value` on one of the first lines.
    fn line(&mut self, line: &str) -> Result<(), String> {
        if self.done {
            return Ok(());
        }
        let Some((name, value)) = directive(line) else {
            self.done = true;
            return Ok(());
        };
        if self.seen.contains(&name) {
            return Err(format!("only one {name} parser directive can be used"));
        }
        if name == "escape" {
            self.escape = match value {
                "\\" => '\\',
                "`" => '`',
                other => {
                    return Err(format!(
                        "invalid escape token '{other}' does not match ` or \\"
                    ));
                }
            };
        }
        self.seen.push(name);
        Ok(())
    }

    /// A line without the mark that continues it; whether it is the last.
    fn continued<'a>(&self, line: &'a str) -> (&'a str, bool) {
        let trimmed = line.trim_end_matches([' ', '\t']);
        match trimmed.strip_suffix(self.escape) {
            Some(rest) if !rest.ends_with(self.escape) => (rest, false),
            _ => (line, true),
        }
    }
}

/// `# name = value` of a directive that is known.
fn directive(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.strip_prefix('#')?.split_once('=')?;
    let name = name.trim().to_lowercase();
    let value = value.trim();
    (matches!(name.as_str(), "syntax" | "escape" | "check") && !value.is_empty())
        .then_some((name, value))
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

fn bare(line: &str) -> &str {
    line.trim_end_matches(['\r', '\n'])
}

impl Lines {
    /// Cuts a file; the error is the builder's own.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let too_long = text.split_inclusive('\n').position(|it| it.len() > LONGEST);
        let mut raw = text
            .split_inclusive('\n')
            .take(too_long.unwrap_or(usize::MAX));
        let mut directives = Directives {
            escape: '\\',
            seen: Vec::new(),
            done: false,
        };
        let mut file = Self {
            all: Vec::new(),
            escape: '\\',
            warnings: Vec::new(),
        };
        let mut number = 0;
        while let Some(first) = raw.next() {
            number += 1;
            let first = bare(first).trim_start();
            directives.line(first)?;
            let first = if is_comment(first) { "" } else { first };
            let start = number;
            let (piece, mut last) = directives.continued(first);
            if last && piece.is_empty() {
                continue;
            }
            let mut whole = piece.to_owned();
            let mut blank = false;
            while !last {
                let Some(next) = raw.next() else { break };
                number += 1;
                let next = bare(next);
                directives.done = true;
                if is_comment(next) {
                    continue;
                }
                if next.trim().is_empty() {
                    blank = true;
                    continue;
                }
                let (piece, end) = directives.continued(next);
                last = end;
                whole.push_str(piece);
            }
            if blank {
                file.warnings
                    .push(format!("Empty continuation line found in: {whole}"));
            }
            let mut line = Line::read(&whole, directives.escape, start)?;
            if line.may_have_heredocs() && whole.contains("<<") {
                for mut heredoc in heredocs(&whole)? {
                    number += heredoc.fill(&mut raw)?;
                    line.heredocs.push(heredoc);
                }
            }
            file.all.push(line);
        }
        if file.all.is_empty() {
            return Err("file with no instructions".to_owned());
        }
        if too_long.is_some() {
            return Err(format!(
                "dockerfile line greater than max allowed size of {LONGEST}"
            ));
        }
        file.escape = directives.escape;
        Ok(file)
    }
}

impl Line {
    /// Reads one instruction.
    pub(super) fn read(whole: &str, escape: char, number: usize) -> Result<Self, String> {
        let (command, flags, rest) = split_command(whole, escape);
        Ok(Self {
            arguments: arguments(&command.to_lowercase(), &rest, escape)?,
            command,
            original: whole.to_owned(),
            flags,
            heredocs: Vec::new(),
            number,
        })
    }

    fn may_have_heredocs(&self) -> bool {
        let takes = |command: &str| matches!(command, "add" | "copy" | "run");
        let command = self.command.to_lowercase();
        let inner = self.arguments.words.first().map(|it| it.to_lowercase());
        takes(&command) || (command == "onbuild" && inner.is_some_and(|it| takes(&it)))
    }
}
