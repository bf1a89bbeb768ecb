//! Running `awk` programs: the state, records, statements. [`super::eval`] has the expressions.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::applet::{Applet, Options};
use super::super::regex::Regex;
use super::lexer::unescape;
use super::streams::{Reader, Separator, Writer, open_input};
use super::syntax::{Action, Pattern, Script, Statement};
use super::value::{Table, Value, decode, encode, from_count, integer};
use crate::shell::stream::Output;

/// How much text a program may keep in one place, bytes.
pub(super) const MOST_BYTES: usize = 16 << 20;
/// How many elements its arrays may have.
const MOST_ELEMENTS: usize = 1 << 20;
/// The most fields of a record.
const MOST_FIELDS: usize = 1 << 16;

/// Why a program stops before its end.
#[derive(Debug)]
pub(super) enum Halt {
    Next,
    NextFile,
    Exit,
    Fatal(String),
}

pub(super) type Run<T> = Result<T, Halt>;

/// Where to go after a statement.
pub(super) enum Flow {
    On,
    Break,
    Continue,
    Return(Value),
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Value(Value),
    Array(usize),
}

/// A program being run.
pub(super) struct Machine {
    pub(super) applet: Applet,
    program: String,
    pub(super) script: Arc<Script>,
    pub(super) globals: HashMap<String, Cell>,
    pub(super) frames: Vec<HashMap<String, Cell>>,
    pub(super) tables: Vec<Table>,
    pub(super) elements: usize,
    pub(super) record: String,
    pub(super) fields: Vec<Value>,
    pub(super) out: Output,
    pub(super) readers: HashMap<String, Reader>,
    pub(super) writers: HashMap<String, Writer>,
    main: Option<Reader>,
    next_operand: i64,
    read_any: bool,
    pub(super) regexes: HashMap<String, Regex>,
    status: u8,
    line: usize,
    pub(super) depth: usize,
    pub(super) seed: u64,
    pub(super) random: u64,
    steps: u32,
    in_range: Vec<bool>,
    pub(super) is_tty: bool,
}

/// Runs a program; its exit code.
pub(super) async fn run(applet: Applet, options: &Options, program: String, script: Script) -> u8 {
    let out = Output::new(&applet.sys, 1);
    let is_tty = applet.sys.is_tty(1);
    let mut machine = Machine {
        program,
        in_range: vec![false; script.rules.len()],
        script: Arc::new(script),
        globals: HashMap::new(),
        frames: Vec::new(),
        tables: Vec::new(),
        elements: 0,
        record: String::new(),
        fields: Vec::new(),
        out,
        readers: HashMap::new(),
        writers: HashMap::new(),
        main: None,
        next_operand: 1,
        read_any: false,
        regexes: HashMap::new(),
        status: 0,
        line: 1,
        depth: 0,
        seed: 1,
        random: 1,
        steps: 0,
        is_tty,
        applet,
    };
    let ended = match machine.begin(options) {
        Ok(()) => machine.whole().await,
        Err(halt) => Err(halt),
    };
    if let Err(Halt::Fatal(message)) = ended {
        // What was printed comes first.
        let _ = machine.out.flush().await;
        machine.applet.complain(&message).await;
        machine.status = 1;
    }
    let open: Vec<String> = machine.writers.keys().cloned().collect();
    let flushed = machine.out.flush().await;
    for name in open {
        machine.close(&name).await;
    }
    if flushed.is_err() {
        return machine.status.max(1);
    }
    machine.status
}

impl Machine {
    fn begin(&mut self, options: &Options) -> Run<()> {
        for (name, text) in [
            ("FS", " "),
            ("OFS", " "),
            ("RS", "\n"),
            ("ORS", "\n"),
            ("SUBSEP", "\x1c"),
            ("CONVFMT", "%.6g"),
            ("OFMT", "%.6g"),
            ("FILENAME", ""),
        ] {
            self.set(name, Value::Text(text.into()))?;
        }
        let environment = self.array("ENVIRON")?;
        for (name, text) in self.applet.sys.env() {
            let value = Value::read(decode(text.as_bytes()));
            *self.tables[environment].element(decode(name.as_bytes())) = value;
        }
        let words = self.array("ARGV")?;
        *self.tables[words].element("0".into()) = Value::Text("awk".into());
        for (index, word) in options.operands.iter().enumerate() {
            let value = Value::read(decode(word.as_bytes()));
            *self.tables[words].element((index + 1).to_string()) = value;
        }
        let count = from_count(options.operands.len() + 1);
        self.set("ARGC", Value::Number(count))?;
        if let Some(separator) = options.value('F') {
            let separator = unescape(&decode(separator.as_bytes()));
            let separator = if separator == "t" {
                "\t".into()
            } else {
                separator
            };
            self.set("FS", Value::Text(separator))?;
        }
        for word in options.values('v') {
            if !self.assign_operand(&decode(word.as_bytes()))? {
                return Err(Halt::Fatal(format!("{word}: not NAME=VALUE")));
            }
        }
        Ok(())
    }

    /// `NAME=VALUE`: whether it is one.
    fn assign_operand(&mut self, word: &str) -> Run<bool> {
        let Some((name, text)) = word.split_once('=') else {
            return Ok(false);
        };
        let is_name = !name.starts_with(|c: char| c.is_ascii_digit())
            && !name.is_empty()
            && name
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'_');
        if is_name {
            self.set(name, Value::read(unescape(text)))?;
        }
        Ok(is_name)
    }

    async fn whole(&mut self) -> Run<()> {
        let script = self.script.clone();
        if let Err(Halt::Fatal(message)) = self.body(&script).await {
            return Err(Halt::Fatal(message));
        }
        for block in &script.end {
            self.depth = 0;
            self.frames.clear();
            match self.statement(block).await {
                Err(Halt::Exit) => return Ok(()),
                other => other.map(|_| ())?,
            }
        }
        Ok(())
    }

    async fn body(&mut self, script: &Script) -> Run<()> {
        for block in &script.begin {
            self.statement(block).await?;
        }
        if script.rules.is_empty() && script.end.is_empty() {
            return Ok(());
        }
        while let Some(record) = self.next_record().await? {
            self.set_record(record)?;
            // `next` and `exit` leave from anywhere.
            self.depth = 0;
            self.frames.clear();
            match self.rules(script).await {
                Ok(()) | Err(Halt::Next) => {}
                Err(Halt::NextFile) => self.end_of_file(),
                Err(halt) => return Err(halt),
            }
        }
        Ok(())
    }

    async fn rules(&mut self, script: &Script) -> Run<()> {
        for (index, (pattern, body)) in script.rules.iter().enumerate() {
            let holds = match pattern {
                Pattern::Always => true,
                Pattern::Expr(expr) => self.eval(expr).await?.truth(),
                Pattern::Range(from, to) => {
                    let inside = self.in_range[index] || self.eval(from).await?.truth();
                    if inside {
                        self.in_range[index] = !self.eval(to).await?.truth();
                    }
                    inside
                }
            };
            if holds {
                self.statement(body).await?;
            }
        }
        Ok(())
    }

    /// A complaint with its line.
    pub(super) fn fatal<T>(&self, message: &str) -> Run<T> {
        let text = format!("{}:{}: {message}", self.program, self.line);
        Err(Halt::Fatal(text))
    }

    fn end_of_file(&mut self) {
        if let Some(reader) = self.main.take() {
            super::super::cat::close(&self.applet.sys, reader.fd);
        }
    }

    /// The next record of the operands, counted.
    pub(super) async fn next_record(&mut self) -> Run<Option<String>> {
        loop {
            if self.main.is_none() && !self.next_file()? {
                return Ok(None);
            }
            let separator = self.separator()?;
            let read = match &mut self.main {
                Some(reader) => reader.record(&separator).await,
                None => Ok(None),
            };
            match read {
                Ok(Some(record)) => {
                    for name in ["NR", "FNR"] {
                        let count = self.get(name)?.number() + 1.0;
                        self.set(name, Value::Number(count))?;
                    }
                    return Ok(Some(record));
                }
                Ok(None) => self.end_of_file(),
                Err(error) => return Err(Halt::Fatal(error.to_string())),
            }
        }
    }

    /// Opens the next operand; `false` when there is none.
    fn next_file(&mut self) -> Run<bool> {
        let words = self.array("ARGV")?;
        while self.next_operand < integer(self.get("ARGC")?.number()) {
            let key = self.next_operand.to_string();
            self.next_operand += 1;
            if !self.tables[words].has(&key) {
                continue;
            }
            let word = self.tables[words].element(key).text("%.6g");
            if word.is_empty() || self.assign_operand(&word)? {
                continue;
            }
            let path = String::from_utf8_lossy(&encode(&word)).into_owned();
            self.read_any = true;
            match open_input(&self.applet, &path) {
                Ok(reader) => self.main = Some(reader),
                Err(error) => return Err(Halt::Fatal(format!("{path}: {error}"))),
            }
            self.set("FILENAME", Value::Text(word))?;
            self.set("FNR", Value::Number(0.0))?;
            return Ok(true);
        }
        if self.read_any {
            return Ok(false);
        }
        self.read_any = true;
        self.main = Some(Reader::new(&self.applet, 0, None));
        Ok(true)
    }

    pub(super) fn separator(&mut self) -> Run<Separator> {
        let text = self.get("RS")?.text("%.6g");
        let mut chars = text.chars();
        Ok(match (chars.next(), chars.next()) {
            (None, _) => Separator::Paragraph,
            (Some(c), None) => Separator::Char(u8::try_from(u32::from(c)).unwrap_or(b'\n')),
            _ => Separator::Regex(Box::new(self.compile(&text)?)),
        })
    }

    /// A regular expression from a text.
    pub(super) fn compile(&mut self, text: &str) -> Run<Regex> {
        if let Some(regex) = self.regexes.get(text) {
            return Ok(regex.clone());
        }
        match Regex::new(text, true, false) {
            Ok(regex) => {
                if self.regexes.len() > 200 {
                    self.regexes.clear();
                }
                self.regexes.insert(text.to_owned(), regex.clone());
                Ok(regex)
            }
            Err(error) => self.fatal(&format!("bad regex '{text}': {error}")),
        }
    }

    /// Gives `$0` and the fields that it has.
    pub(super) fn set_record(&mut self, record: String) -> Run<()> {
        let separator = self.get("FS")?.text("%.6g");
        let mut fields = self.split(&record, &separator)?;
        if fields.len() > MOST_FIELDS {
            fields.truncate(MOST_FIELDS);
        }
        self.fields = fields.into_iter().map(Value::read).collect();
        self.record = record;
        Ok(())
    }

    /// Splits as `FS` says.
    pub(super) fn split(&mut self, text: &str, separator: &str) -> Run<Vec<String>> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        let mut chars = separator.chars();
        Ok(match (chars.next(), chars.next()) {
            (Some(' '), None) => text
                .split([' ', '\t', '\n'])
                .filter(|it| !it.is_empty())
                .map(str::to_owned)
                .collect(),
            (None, _) => text.chars().map(String::from).collect(),
            (Some(c), None) => {
                let lines = self.get("RS")?.text("%.6g").is_empty();
                text.split(|it| it == c || lines && it == '\n')
                    .map(str::to_owned)
                    .collect()
            }
            _ => {
                let regex = self.compile(separator)?;
                split_by(text, &regex)
            }
        })
    }

    /// Makes `$0` anew from the fields.
    pub(super) fn rebuild(&mut self) -> Run<()> {
        let separator = self.get("OFS")?.text("%.6g");
        let texts: Vec<String> = self.fields.iter().map(|it| it.text("%.6g")).collect();
        self.record = texts.join(&separator);
        Ok(())
    }

    /// Makes room for, or drops, fields.
    pub(super) fn resize(&mut self, count: f64) -> Run<()> {
        let count = usize::try_from(integer(count)).unwrap_or(0);
        if count > MOST_FIELDS {
            return self.fatal("Too many fields");
        }
        self.fields.resize(count, Value::Text(String::new()));
        Ok(())
    }

    /// Refuses what would take the memory of the real machine.
    pub(super) fn bounded(&self, text: String) -> Run<String> {
        if text.len() > MOST_BYTES || self.elements > MOST_ELEMENTS {
            return Err(Halt::Fatal("out of memory".into()));
        }
        Ok(text)
    }

    pub(super) async fn statement(&mut self, statement: &Statement) -> Run<Flow> {
        self.line = statement.line;
        self.steps = self.steps.wrapping_add(1);
        if self.steps.is_multiple_of(256) {
            self.applet.sys.yield_now().await;
        }
        match &statement.action {
            Action::Expr(expr) => {
                self.eval(expr).await?;
            }
            Action::Break => return Ok(Flow::Break),
            Action::Continue => return Ok(Flow::Continue),
            Action::Next => return Err(Halt::Next),
            Action::NextFile => return Err(Halt::NextFile),
            Action::Exit(code) => {
                if let Some(code) = code {
                    let code = self.eval(code).await?.number();
                    self.status = integer(code).to_le_bytes()[0];
                }
                return Err(Halt::Exit);
            }
            Action::Return(value) => {
                let value = match value {
                    Some(value) => self.eval(value).await?,
                    None => Value::Unset,
                };
                return Ok(Flow::Return(value));
            }
            Action::Print(arguments, formatted, to) => {
                Box::pin(self.print(arguments, *formatted, to.as_ref())).await?;
            }
            Action::Delete(name, keys) => {
                let table = self.array(name)?;
                let before = self.tables[table].len();
                match keys {
                    Some(keys) => {
                        let key = self.key(keys).await?;
                        self.tables[table].remove(&key);
                    }
                    None => self.tables[table].clear(),
                }
                self.elements -= before - self.tables[table].len();
            }
            _ => {
                self.depth += 1;
                if self.depth > super::eval::DEEPEST {
                    return self.fatal("Recursion is too deep");
                }
                let flow = Box::pin(self.control(&statement.action)).await;
                self.depth -= 1;
                return flow;
            }
        }
        Ok(Flow::On)
    }

    async fn control(&mut self, action: &Action) -> Run<Flow> {
        match action {
            Action::Block(statements) => {
                for statement in statements {
                    match self.statement(statement).await? {
                        Flow::On => {}
                        other => return Ok(other),
                    }
                }
            }
            Action::If(condition, then, otherwise) => {
                if self.eval(condition).await?.truth() {
                    return self.statement(then).await;
                } else if let Some(otherwise) = otherwise {
                    return self.statement(otherwise).await;
                }
            }
            Action::While(condition, body) => {
                while self.eval(condition).await?.truth() {
                    match self.statement(body).await? {
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                        _ => {}
                    }
                }
            }
            Action::DoWhile(body, condition) => loop {
                match self.statement(body).await? {
                    Flow::Break => break,
                    Flow::Return(value) => return Ok(Flow::Return(value)),
                    _ => {}
                }
                if !self.eval(condition).await?.truth() {
                    break;
                }
            },
            Action::For(first, condition, step, body) => {
                if let Some(first) = first {
                    self.statement(first).await?;
                }
                loop {
                    if let Some(condition) = condition
                        && !self.eval(condition).await?.truth()
                    {
                        break;
                    }
                    match self.statement(body).await? {
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                        _ => {}
                    }
                    if let Some(step) = step {
                        self.statement(step).await?;
                    }
                }
            }
            Action::ForIn(name, array, body) => {
                let table = self.array(array)?;
                for key in self.tables[table].keys() {
                    self.set(name, Value::read(key))?;
                    match self.statement(body).await? {
                        Flow::Break => break,
                        Flow::Return(value) => return Ok(Flow::Return(value)),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
        Ok(Flow::On)
    }
}

/// The parts between the matches.
pub(super) fn split_by(text: &str, regex: &Regex) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let (mut parts, mut from, mut search) = (Vec::new(), 0, 0);
    while search < chars.len() {
        let found = regex.find_at(&chars, search);
        let Some((start, end)) = found.and_then(|it| it.first().copied().flatten()) else {
            break;
        };
        if end == start {
            search = start + 1;
            continue;
        }
        parts.push(chars[from..start].iter().collect());
        (from, search) = (end, end);
    }
    parts.push(chars[from..].iter().collect());
    parts
}
