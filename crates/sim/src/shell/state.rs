//! What a shell remembers: variables, functions, options, traps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use brush_parser::ast::FunctionBody;

use super::dialect::Dialect;
use super::jobs::Jobs;
use super::stream::BOOKED_FROM;
use crate::kernel::{Environment, Fd, Pid, Sys};

/// Why commands stop being run one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// `break n`
    Break(u32),
    /// `continue n`
    Continue(u32),
    /// `return`
    Return(u8),
    /// `exit`
    Exit(u8),
    /// An error that ends a script and sends an interactive shell back to its prompt.
    Error(u8),
}

/// Result of running something.
pub(super) type Run<T = u8> = Result<T, Stop>;

/// A variable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Variable {
    pub(super) value: Option<String>,
    pub(super) exported: bool,
    pub(super) read_only: bool,
}

/// All variables, and what `local` hid.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    all: BTreeMap<String, Variable>,
    /// One per function call under way: what to put back when it returns.
    hidden: Vec<BTreeMap<String, Option<Variable>>>,
}

/// The variable is read-only.
#[derive(Debug, thiserror::Error)]
#[error("{0}: is read only")]
pub(super) struct ReadOnly(pub(super) String);

impl Variables {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all.get(name).and_then(|it| it.value.as_deref())
    }

    pub(super) fn set(&mut self, name: &str, value: impl Into<String>) -> Result<(), ReadOnly> {
        let variable = self.all.entry(name.to_owned()).or_default();
        if variable.read_only {
            return Err(ReadOnly(name.to_owned()));
        }
        variable.value = Some(value.into());
        Ok(())
    }

    /// Bytes of all values.
    fn bytes(&self) -> usize {
        let values = self.all.values().filter_map(|it| it.value.as_ref());
        values.map(String::len).sum()
    }

    pub(super) fn unset(&mut self, name: &str) -> Result<(), ReadOnly> {
        if self.all.get(name).is_some_and(|it| it.read_only) {
            return Err(ReadOnly(name.to_owned()));
        }
        self.all.remove(name);
        Ok(())
    }

    pub(super) fn edit(&mut self, name: &str) -> &mut Variable {
        self.all.entry(name.to_owned()).or_default()
    }

    /// The variable itself, to be put back by [`Self::put_back`].
    pub(super) fn snapshot(&self, name: &str) -> Option<Variable> {
        self.all.get(name).cloned()
    }

    pub(super) fn put_back(&mut self, name: &str, old: Option<Variable>) {
        match old {
            Some(old) => self.all.insert(name.to_owned(), old),
            None => self.all.remove(name),
        };
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.all
            .iter()
            .map(|(name, variable)| (name.as_str(), variable))
    }

    pub(super) fn enter_function(&mut self) {
        self.hidden.push(BTreeMap::new());
    }

    pub(super) fn leave_function(&mut self) {
        for (name, old) in self.hidden.pop().unwrap_or_default() {
            self.put_back(&name, old);
        }
    }

    /// Makes a variable local to the current function; false outside of functions.
    pub(super) fn localize(&mut self, name: &str) -> bool {
        let old = self.snapshot(name);
        match self.hidden.last_mut() {
            Some(hidden) => {
                hidden.entry(name.to_owned()).or_insert(old);
                true
            }
            None => false,
        }
    }

    /// What children get.
    pub(super) fn environment(&self) -> Environment {
        let mut exported: Vec<_> = self
            .all
            .iter()
            .filter(|(_, it)| it.exported)
            .filter_map(|(name, it)| Some((name.clone(), it.value.clone()?)))
            .collect();
        exported.sort_by_key(|(name, _)| bucket(name));
        exported.into_iter().collect()
    }
}

/// Where ash's table of variables has a name: it gives them to children in that order.
fn bucket(name: &str) -> usize {
    let first = name.bytes().next().map_or(0, usize::from);
    let sum: usize = name.bytes().map(usize::from).sum();
    (first * 16 + sum) % 39
}

/// `set -e` and the like.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    on: BTreeSet<&'static str>,
}

/// Long names with their letters, in the order `set -o` shows them.
pub(super) const OPTIONS: [(&str, char); 14] = [
    ("errexit", 'e'),
    ("noglob", 'f'),
    ("ignoreeof", 'I'),
    ("monitor", 'm'),
    ("noexec", 'n'),
    ("xtrace", 'x'),
    ("verbose", 'v'),
    ("noclobber", 'C'),
    ("allexport", 'a'),
    ("notify", 'b'),
    ("nounset", 'u'),
    ("errtrace", 'E'),
    ("vi", 'V'),
    ("pipefail", '\0'),
];

impl Options {
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.on.contains(name)
    }

    /// Sets an option by its long name; false when there is none of that name.
    pub(super) fn set(&mut self, name: &str, on: bool) -> bool {
        let Some((name, _)) = OPTIONS.iter().find(|it| it.0 == name) else {
            return false;
        };
        if on {
            self.on.insert(name);
        } else {
            self.on.remove(name);
        }
        true
    }

    /// Sets an option by its letter; false when there is none.
    pub(super) fn set_letter(&mut self, letter: char, on: bool) -> bool {
        match OPTIONS.iter().find(|it| it.1 == letter && letter != '\0') {
            Some((name, _)) => self.set(name, on),
            None => false,
        }
    }
}

/// How the shell was started, which `$-` also tells.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent options of sh")]
pub(super) struct Mode {
    /// `-i`, or a terminal on both ends.
    pub(super) interactive: bool,
    /// `-c`
    pub(super) command: bool,
    /// `-s`, or nothing to run.
    pub(super) stdin: bool,
    /// `-l`, or a name beginning with `-`.
    pub(super) login: bool,
    /// Whether it is a PID 1 that no terminal drives, which `SIGINT` ends all the same.
    pub(super) interruptible: bool,
}

/// A shell process.
#[derive(Clone)]
pub(super) struct Shell {
    pub(super) sys: Sys,
    /// The name complaints begin with, `$0`.
    pub(super) arg0: String,
    /// How it words things.
    pub(super) dialect: Dialect,
    /// `$1`…
    pub(super) parameters: Vec<String>,
    pub(super) variables: Variables,
    pub(super) functions: BTreeMap<String, Arc<FunctionBody>>,
    pub(super) aliases: BTreeMap<String, String>,
    pub(super) options: Options,
    pub(super) mode: Mode,
    /// `$?`
    pub(super) status: u8,
    /// `$$`, the same in subshells.
    pub(super) pid: Pid,
    /// `$!`
    pub(super) last_background: Option<Pid>,
    pub(super) jobs: Jobs,
    /// By signal number, 0 for EXIT; an empty action ignores the signal.
    pub(super) traps: BTreeMap<u8, String>,
    /// Descriptors that children get; saved copies are not among them.
    pub(super) fds: BTreeSet<Fd>,
    /// `$LINENO`
    pub(super) line: usize,
    /// What is added to the lines of the syntax tree.
    pub(super) line_base: usize,
    /// The builtin, or script, that complaints name.
    pub(super) command_name: Option<String>,
    pub(super) function_depth: u32,
    pub(super) loop_depth: u32,
    pub(super) source_depth: u32,
    /// Above zero where a failure does not count for `set -e`.
    pub(super) tested: u32,
    pub(super) history: Vec<String>,
    /// State of `getopts`: where in the current word it is.
    pub(super) getopts_offset: usize,
    /// Whether this process is a fork of the shell.
    pub(super) subshell: bool,
    /// Status of the last `$(…)` of the command under way.
    pub(super) substituted: Option<u8>,
    /// Bytes of variables and parameters that were booked as memory last; 0 while they are few.
    booked: u64,
}

/// What a value takes beside its bytes.
const VALUE: usize = size_of::<String>();
/// How much a shell may really hold, bytes: an expansion has several copies of what it makes.
const MOST_HELD: usize = 16 << 20;
/// Values from this size on, bytes, are looked at as memory.
const LONG: usize = 64 << 10;

impl Shell {
    pub(super) fn new(sys: Sys, arg0: String) -> Self {
        let mut variables = Variables::default();
        for (name, value) in sys.env() {
            if is_name(&name) {
                *variables.edit(&name) = Variable {
                    value: Some(value),
                    exported: true,
                    read_only: false,
                };
            }
        }
        let dialect = Dialect::of(&sys);
        let defaults = [
            ("IFS", " \t\n".to_owned()),
            ("OPTIND", "1".to_owned()),
            ("PATH", "/sbin:/usr/sbin:/bin:/usr/bin".to_owned()),
            ("PS1", dialect.prompt(&sys).to_owned()),
            ("PS2", "> ".to_owned()),
            ("PS4", "+ ".to_owned()),
            ("PPID", sys.ppid().0.to_string()),
            ("PWD", sys.cwd()),
            ("HOSTNAME", sys.hostname()),
        ];
        for (name, value) in defaults {
            if variables.get(name).is_none() || matches!(name, "IFS" | "OPTIND" | "PPID" | "PWD") {
                variables.edit(name).value = Some(value);
            }
        }
        // What a shell gives to its children of its own accord.
        let level = variables.get("SHLVL").and_then(|it| it.parse().ok());
        let level = level.unwrap_or(0_u32).saturating_add(1);
        variables.edit("SHLVL").value = Some(level.to_string());
        for name in ["SHLVL", "PWD"] {
            variables.edit(name).exported = true;
        }
        let pid = sys.pid();
        Self {
            sys,
            arg0,
            dialect,
            parameters: Vec::new(),
            variables,
            functions: BTreeMap::new(),
            aliases: BTreeMap::new(),
            options: Options::default(),
            mode: Mode::default(),
            status: 0,
            pid,
            last_background: None,
            jobs: Jobs::default(),
            traps: BTreeMap::new(),
            fds: BTreeSet::from([0, 1, 2]),
            line: 0,
            line_base: 0,
            command_name: None,
            function_depth: 0,
            loop_depth: 0,
            source_depth: 0,
            tested: 0,
            history: Vec::new(),
            getopts_offset: 0,
            subshell: false,
            substituted: None,
            booked: 0,
        }
    }

    /// Writes a complaint as the shell words it: name, builtin and line, message.
    pub(super) async fn complain(&self, message: impl std::fmt::Display) {
        let mut text = format!("{}: ", self.arg0);
        let builtin = self.command_name.as_ref().filter(|it| **it != self.arg0);
        if self.dialect != Dialect::Ash {
            // dash tells the line of everything, bash that of what is in a file.
            let line = self.line.max(1);
            match self.dialect {
                Dialect::Dash => text.push_str(&format!("{line}: ")),
                _ if self.mode.interactive => {}
                _ => text.push_str(&format!("line {line}: ")),
            }
            if let Some(name) = builtin {
                text.push_str(&format!("{name}: "));
            }
            text.push_str(&format!("{message}\n"));
            self.error_text(&text).await;
            return;
        }
        if let Some(name) = &self.command_name {
            if *name != self.arg0 {
                text.push_str(&format!("{name}: "));
            }
            if !self.mode.interactive || self.source_depth > 0 {
                text.push_str(&format!("line {}: ", self.line));
            }
        }
        text.push_str(&format!("{message}\n"));
        self.error_text(&text).await;
    }

    /// Writes on the error output as is.
    pub(super) async fn error_text(&self, text: &str) {
        // There is nowhere left to say that this failed.
        let _ = self.sys.write(2, text.as_bytes()).await;
    }

    /// Complains, and gives what stops the script.
    pub(super) async fn fail<T>(&self, message: impl std::fmt::Display) -> Run<T> {
        self.complain(message).await;
        Err(Stop::Error(2))
    }

    pub(super) async fn assign(&mut self, name: &str, value: &str) -> Run<()> {
        if let Err(error) = self.variables.set(name, value) {
            return self.fail(error).await;
        }
        if self.options.is_on("allexport") {
            self.variables.edit(name).exported = true;
        }
        if value.len() >= LONG || self.booked > 0 {
            self.book_memory().await?;
        }
        Ok(())
    }

    /// `set -- …`
    pub(super) async fn set_parameters(&mut self, words: Vec<String>) -> Run<()> {
        let much = words.len() * VALUE >= LONG;
        self.parameters = words;
        if much || self.booked > 0 {
            self.book_memory().await?;
        }
        Ok(())
    }

    /// Books what variables and parameters take, as the kernel would see it. A shell that makes them
    /// grow for ever is killed at the limit of its control group, or as one that used up the machine's
    /// memory, and never takes the real one's.
    async fn book_memory(&mut self) -> Run<()> {
        let parameters: usize = self.parameters.iter().map(|it| it.len() + VALUE).sum();
        let held = self.variables.bytes() + parameters;
        let bytes = u64::try_from(held).unwrap_or(u64::MAX);
        if bytes.abs_diff(self.booked) < BOOKED_FROM {
            return Ok(());
        }
        self.booked = bytes;
        if held <= MOST_HELD {
            self.sys.set_memory(BOOKED_FROM + bytes);
            self.sys.yield_now().await;
            return Ok(());
        }
        self.sys.exhaust_memory();
        self.sys.yield_now().await;
        self.fail("out of memory").await
    }

    /// `$-`
    pub(super) fn flags(&self) -> String {
        let mut text: String = OPTIONS
            .iter()
            .filter(|(name, c)| *c != '\0' && self.options.is_on(name))
            .map(|it| it.1)
            .collect();
        for (on, letter) in [
            (self.mode.command, 'c'),
            (self.mode.interactive, 'i'),
            (self.mode.stdin, 's'),
        ] {
            if on {
                text.push(letter);
            }
        }
        text
    }
}

/// Whether text can name a variable, XBD 3.216.
pub(super) fn is_name(text: &str) -> bool {
    let mut chars = text.chars();
    chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Quotes text so that the shell reads it back as is, in the way `set` shows values.
pub(super) fn single_quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\"'\"'"))
}
