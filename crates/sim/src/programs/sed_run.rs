//! `sed`: running scripts.

use std::collections::VecDeque;

use super::applet::{Applet, Options};
use super::cat::{close, open, or_stdin};
use super::regex::{Captures, Regex};
use super::sed::{Action, Address, Command, Piece};
use crate::kernel::OpenFlags;
use crate::shell::stream::{Input, Output};

/// A script being run.
pub(super) struct Machine {
    applet: Applet,
    commands: Vec<Command>,
    quiet: bool,
    /// For each command with two addresses, where its range ends, once it has begun.
    active: Vec<Option<End>>,
    hold: String,
    last_regex: Option<Regex>,
    /// Lines read ahead: with the last one, `$` is known.
    ahead: VecDeque<String>,
    line: usize,
    substituted: bool,
    appended: Vec<String>,
}

/// Where a range of lines ends.
#[derive(Clone, Copy)]
enum End {
    Line(usize),
    /// Where its second address holds.
    Address,
}

/// What comes after a cycle.
enum Next {
    Cycle,
    /// Without reading a line.
    Again,
    Quit(u8),
}

impl Machine {
    pub(super) fn new(applet: Applet, commands: Vec<Command>, quiet: bool) -> Self {
        let active = vec![None; commands.len()];
        Self {
            applet,
            commands,
            quiet,
            active,
            hold: String::new(),
            last_regex: None,
            ahead: VecDeque::new(),
            line: 0,
            substituted: false,
            appended: Vec::new(),
        }
    }

    pub(super) async fn run(mut self, options: &Options, suffix: Option<&str>) -> u8 {
        let files = or_stdin(&options.operands);
        let mut status = 0;
        if options.has('i') {
            for path in &files {
                status = self.in_place(path, suffix).await.max(status);
                self.line = 0;
                self.active.fill(None);
            }
            return status;
        }
        let mut inputs = VecDeque::new();
        for path in &files {
            match open(&self.applet.sys, path) {
                Ok(fd) => inputs.push_back(fd),
                Err(error) => {
                    self.applet.complain(&format!("{path}: {error}")).await;
                    status = 1;
                }
            }
        }
        let mut out = Output::new(&self.applet.sys, 1);
        let mut lines = Lines {
            inputs: inputs
                .iter()
                .map(|fd| Input::new(&self.applet.sys, *fd))
                .collect(),
        };
        let code = self.cycles(&mut lines, &mut out).await;
        for fd in inputs {
            close(&self.applet.sys, fd);
        }
        out.finish(if code > 0 { code } else { status }).await
    }

    async fn in_place(&mut self, path: &str, suffix: Option<&str>) -> u8 {
        let sys = self.applet.sys.clone();
        let (content, metadata) = match (sys.read_file(path), sys.stat(path)) {
            (Ok(content), Ok(metadata)) => (content, metadata),
            (Err(error), _) | (_, Err(error)) => {
                self.applet.complain(&format!("{path}: {error}")).await;
                return 1;
            }
        };
        let fd = match open(&sys, path) {
            Ok(fd) => fd,
            Err(error) => return self.applet.fail(format!("{path}: {error}")).await,
        };
        let temporary = format!("{path}.sed");
        let flags = OpenFlags {
            write: true,
            create: true,
            truncate: true,
            ..OpenFlags::default()
        };
        let target = match sys.open(&temporary, flags, metadata.mode) {
            Ok(fd) => fd,
            Err(error) => return self.applet.fail(format!("{temporary}: {error}")).await,
        };
        let mut out = Output::new(&sys, target);
        let mut lines = Lines {
            inputs: [Input::new(&sys, fd)].into(),
        };
        let code = self.cycles(&mut lines, &mut out).await;
        let status = out.finish(code).await;
        close(&sys, fd);
        close(&sys, target);
        if let Some(suffix) = suffix {
            // The copy is a comfort: the edit counts.
            let _ = sys.write_file(&format!("{path}{suffix}"), &content);
        }
        match sys.rename(&temporary, path) {
            Ok(()) => status,
            Err(error) => self.applet.fail(format!("{path}: {error}")).await,
        }
    }

    async fn cycles(&mut self, lines: &mut Lines, out: &mut Output) -> u8 {
        let mut pattern = String::new();
        let mut again = false;
        loop {
            if !again {
                match self.next_line(lines).await {
                    Some(line) => pattern = line,
                    None => return 0,
                }
            }
            again = false;
            self.substituted = false;
            let next = self.cycle(&mut pattern, lines, out).await;
            for text in std::mem::take(&mut self.appended) {
                out.push(text);
            }
            if out.flush().await.is_err() {
                return 4;
            }
            match next {
                Next::Cycle => {}
                Next::Again => again = true,
                Next::Quit(code) => return code,
            }
        }
    }

    async fn next_line(&mut self, lines: &mut Lines) -> Option<String> {
        while self.ahead.len() < 2 {
            match lines.next().await {
                Some(line) => self.ahead.push_back(line),
                None => break,
            }
        }
        let line = self.ahead.pop_front()?;
        self.line += 1;
        Some(line)
    }

    /// Runs the script on a line.
    async fn cycle(&mut self, pattern: &mut String, lines: &mut Lines, out: &mut Output) -> Next {
        let mut at = 0;
        let mut steps = 0u32;
        while at < self.commands.len() {
            steps += 1;
            if steps.is_multiple_of(1000) {
                tokio::task::yield_now().await;
            }
            let index = at;
            at += 1;
            if self.selects(index, pattern) == self.commands[index].negated {
                if let Action::Open(end) = self.commands[index].action {
                    at = end + 1;
                }
                continue;
            }
            match self.commands[index].action.clone() {
                Action::Open(_) | Action::Close | Action::Label(_) => {}
                Action::Substitute {
                    regex,
                    with,
                    all,
                    nth,
                    print,
                    file,
                } => {
                    let Some(regex) = regex.or_else(|| self.last_regex.clone()) else {
                        continue;
                    };
                    let replaced = substitute(&regex, pattern, &with, all, nth);
                    self.last_regex = Some(regex);
                    if let Some(text) = replaced {
                        *pattern = text;
                        self.substituted = true;
                        if print {
                            out.line(&*pattern);
                        }
                        if let Some(path) = file {
                            self.append_to(&path, pattern).await;
                        }
                    }
                }
                Action::Translate(pairs) => {
                    let change = |c: char| pairs.iter().find(|it| it.0 == c).map_or(c, |it| it.1);
                    *pattern = pattern.chars().map(change).collect();
                }
                Action::Text('a', text) => self.appended.push(format!("{text}\n")),
                Action::Text('i', text) => out.line(text),
                Action::Text(_, text) => {
                    let in_range =
                        self.commands[index].to.is_some() && self.active[index].is_some();
                    if !in_range || self.commands[index].negated {
                        out.line(text);
                    }
                    return Next::Cycle;
                }
                Action::Branch(kind, label) => {
                    let taken = match kind {
                        'b' => true,
                        't' => std::mem::take(&mut self.substituted),
                        _ => !std::mem::take(&mut self.substituted),
                    };
                    if taken {
                        let target = self.commands.iter().position(
                            |it| matches!(&it.action, Action::Label(name) if *name == label),
                        );
                        at = target.unwrap_or(self.commands.len());
                    }
                }
                Action::File('r', path) => {
                    if let Ok(text) = self.applet.sys.read_file(&path) {
                        self.appended
                            .push(String::from_utf8_lossy(&text).into_owned());
                    }
                }
                Action::File(_, path) => self.append_to(&path, pattern).await,
                Action::Quit(prints, code) => {
                    if prints && !self.quiet {
                        out.line(&*pattern);
                    }
                    return Next::Quit(code);
                }
                Action::Simple(c) => match self.simple(c, pattern, lines, out).await {
                    Step::On => {}
                    Step::Leave(next) => return next,
                },
            }
        }
        if !self.quiet {
            out.line(&*pattern);
        }
        Next::Cycle
    }

    async fn simple(
        &mut self,
        c: char,
        pattern: &mut String,
        lines: &mut Lines,
        out: &mut Output,
    ) -> Step {
        match c {
            'd' => return Step::Leave(Next::Cycle),
            'D' => match pattern.find('\n') {
                Some(at) => {
                    pattern.drain(..=at);
                    return Step::Leave(Next::Again);
                }
                None => return Step::Leave(Next::Cycle),
            },
            'p' => out.line(&*pattern),
            'P' => out.line(pattern.split('\n').next().unwrap_or_default()),
            'n' => {
                if self.ahead.is_empty() {
                    if !self.quiet {
                        out.line(&*pattern);
                    }
                    return Step::Leave(Next::Quit(0));
                }
                if !self.quiet {
                    out.line(&*pattern);
                }
                *pattern = self.next_line(lines).await.unwrap_or_default();
            }
            'N' => {
                let Some(line) = self.next_line(lines).await else {
                    // At the end, what is there is printed.
                    if !self.quiet {
                        out.line(&*pattern);
                    }
                    return Step::Leave(Next::Quit(0));
                };
                pattern.push('\n');
                pattern.push_str(&line);
            }
            'g' => pattern.clone_from(&self.hold),
            'G' => pattern.push_str(&format!("\n{}", self.hold)),
            'h' => self.hold.clone_from(pattern),
            'H' => self.hold.push_str(&format!("\n{pattern}")),
            'x' => std::mem::swap(&mut self.hold, pattern),
            '=' => out.line(self.line.to_string()),
            _ => out.line(format!("{}$", pattern.escape_default())),
        }
        Step::On
    }

    async fn append_to(&self, path: &str, line: &str) {
        let sys = &self.applet.sys;
        let flags = OpenFlags {
            write: true,
            create: true,
            append: true,
            ..OpenFlags::default()
        };
        if let Ok(fd) = sys.open(path, flags, 0o666) {
            // A full device loses the line, as sed does.
            let _ = sys.write(fd, format!("{line}\n").as_bytes()).await;
            let _ = sys.close(fd);
        }
    }

    /// Whether the addresses of a command select the current line.
    fn selects(&mut self, index: usize, pattern: &str) -> bool {
        let command = self.commands[index].clone();
        let Some(from) = &command.from else {
            return true;
        };
        let Some(to) = &command.to else {
            return self.at(from, pattern);
        };
        if let Some(end) = self.active[index] {
            let ends = match (to, end) {
                (_, End::Line(line)) => self.line >= line,
                (to, End::Address) => self.at(to, pattern),
            };
            if ends {
                self.active[index] = None;
            }
            // A range that ended on a line before this one selects it no more.
            return !matches!(end, End::Line(line) if self.line > line);
        }
        if !self.at(from, pattern) {
            return false;
        }
        match to {
            Address::Line(line) if *line <= self.line => {}
            Address::Line(line) => self.active[index] = Some(End::Line(*line)),
            Address::Plus(0) => {}
            Address::Plus(count) => self.active[index] = Some(End::Line(self.line + count)),
            Address::Last if self.ahead.is_empty() => {}
            _ => self.active[index] = Some(End::Address),
        }
        true
    }

    fn at(&mut self, address: &Address, pattern: &str) -> bool {
        match address {
            Address::Line(line) => *line == self.line,
            Address::Last => self.ahead.is_empty(),
            Address::Step(first, 0) => *first == self.line,
            Address::Step(first, step) => {
                self.line >= *first && (self.line - first).is_multiple_of(*step)
            }
            Address::Plus(_) => false,
            Address::Regex(regex) => {
                let Some(regex) = regex.clone().or_else(|| self.last_regex.clone()) else {
                    return false;
                };
                let found = regex.find(pattern).is_some();
                self.last_regex = Some(regex);
                found
            }
        }
    }
}

/// What comes after a command.
enum Step {
    On,
    Leave(Next),
}

/// The lines of several files as one.
struct Lines {
    inputs: VecDeque<Input>,
}

impl Lines {
    async fn next(&mut self) -> Option<String> {
        while let Some(input) = self.inputs.front_mut() {
            if let Ok(Some(line)) = input.text_line().await {
                return Some(line);
            }
            self.inputs.pop_front();
        }
        None
    }
}

/// Replaces matches: all, the nth, or the first; `None` when nothing was replaced.
fn substitute(regex: &Regex, text: &str, with: &[Piece], all: bool, nth: usize) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut result = String::new();
    let (mut at, mut copied, mut count) = (0, 0, 0);
    let mut changed = false;
    while let Some(captures) = regex.find_at(&chars, at) {
        let Some((start, end)) = captures.first().copied().flatten() else {
            break;
        };
        count += 1;
        // An empty match just after the last one is not another.
        let counts = !(start == end && start == copied && changed && start > 0 && count > 1);
        if count >= nth.max(1) && counts {
            result.extend(&chars[copied..start]);
            expand(&captures, &chars, with, &mut result);
            copied = end;
            changed = true;
            if !all {
                break;
            }
        }
        at = if end == start { end + 1 } else { end };
        if at > chars.len() {
            break;
        }
    }
    result.extend(&chars[copied.min(chars.len())..]);
    changed.then_some(result)
}

fn expand(captures: &Captures, chars: &[char], with: &[Piece], result: &mut String) {
    let mut case = 'E';
    let mut next_only = None;
    for piece in with {
        let text: String = match piece {
            Piece::Case(letter @ ('u' | 'l')) => {
                next_only = Some(*letter);
                continue;
            }
            Piece::Case(letter) => {
                case = *letter;
                continue;
            }
            Piece::Text(text) => text.clone(),
            Piece::Group(index) => match captures.get(*index).copied().flatten() {
                Some((start, end)) => chars[start..end].iter().collect(),
                None => continue,
            },
        };
        let text = match case {
            'U' => text.to_uppercase(),
            'L' => text.to_lowercase(),
            _ => text,
        };
        match next_only.take() {
            Some(letter) => {
                let mut rest = text.chars();
                if let Some(first) = rest.next() {
                    if letter == 'u' {
                        result.extend(first.to_uppercase());
                    } else {
                        result.extend(first.to_lowercase());
                    }
                }
                result.push_str(rest.as_str());
            }
            None => result.push_str(&text),
        }
    }
}
