//! `sed`: reading scripts. [`super::sed_run`] runs them.

use super::applet::Applet;
use super::regex::Regex;
use super::sed_run::Machine;
use crate::kernel::Sys;

/// Which lines a command is for.
#[derive(Debug, Clone)]
pub(super) enum Address {
    Line(usize),
    Last,
    Regex(Option<Regex>),
    /// `first~step`
    Step(usize, usize),
    /// `addr,+N`
    Plus(usize),
}

/// One command.
#[derive(Debug, Clone)]
pub(super) struct Command {
    pub(super) from: Option<Address>,
    pub(super) to: Option<Address>,
    pub(super) negated: bool,
    pub(super) action: Action,
}

/// What a command does.
#[derive(Debug, Clone)]
pub(super) enum Action {
    /// `{`: where its `}` is.
    Open(usize),
    Close,
    /// `s`
    Substitute {
        regex: Option<Regex>,
        with: Vec<Piece>,
        all: bool,
        nth: usize,
        print: bool,
        file: Option<String>,
    },
    /// `y`
    Translate(Vec<(char, char)>),
    /// `a`, `i`, `c`
    Text(char, String),
    /// `:`
    Label(String),
    /// `b`, `t`, `T`
    Branch(char, String),
    /// `r`, `w`
    File(char, String),
    /// `q`, `Q`
    Quit(bool, u8),
    /// `d`, `D`, `p`, `P`, `n`, `N`, `g`, `G`, `h`, `H`, `x`, `=`, `l`
    Simple(char),
}

/// A piece of the replacement of `s`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Group(usize),
    /// `\U`, `\L`, `\E`, `\u`, `\l`
    Case(char),
}

/// `sed [-nrEsi[SUFFIX]] [-e SCRIPT]… [-f FILE]… [SCRIPT] [FILE]…`
pub(super) async fn main(sys: Sys) -> u8 {
    let mut applet = Applet::new(sys);
    // `-i.bak`: the suffix is part of the word.
    let mut suffix = None;
    for word in &mut applet.args {
        if let Some(rest) = word
            .strip_prefix("-i")
            .filter(|it| !it.is_empty() && !it.starts_with(['n', 'e', 'E', 'r']))
        {
            suffix = Some(rest.to_owned());
            "-i".clone_into(word);
        }
    }
    let mut options = match applet
        .options(
            "inrEse:f:zu",
            &[
                ("expression", 'e'),
                ("quiet", 'n'),
                ("in-place", 'i'),
                ("regexp-extended", 'E'),
            ],
        )
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut script = options.values('e').collect::<Vec<_>>().join("\n");
    for path in options.values('f') {
        match applet.sys.read_file(path) {
            Ok(text) => script.push_str(&format!("\n{}", String::from_utf8_lossy(&text))),
            Err(error) => return applet.fail(format!("can't open '{path}': {error}")).await,
        }
    }
    if !options.has('e') && !options.has('f') {
        if options.operands.is_empty() {
            return applet.usage().await;
        }
        script = options.operands.remove(0);
    }
    let quiet = options.has('n') || script.starts_with("#n\n");
    let commands = match parse(&script, options.has('r') || options.has('E')) {
        Ok(commands) => commands,
        Err(message) => return applet.fail(message).await,
    };
    Machine::new(applet, commands, quiet)
        .run(&options, suffix.as_deref())
        .await
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    extended: bool,
}

/// Reads a script; the complaint when it is wrong.
fn parse(script: &str, extended: bool) -> Result<Vec<Command>, String> {
    let mut parser = Parser {
        chars: script.chars().collect(),
        at: 0,
        extended,
    };
    let mut commands = Vec::new();
    let mut open = Vec::new();
    while let Some(command) = parser.command()? {
        match command.action {
            Action::Open(_) => open.push(commands.len()),
            Action::Close => {
                let start: usize = open.pop().ok_or("unexpected '}'")?;
                let end = commands.len();
                if let Some(Command {
                    action: Action::Open(to),
                    ..
                }) = commands.get_mut(start)
                {
                    *to = end;
                }
            }
            _ => {}
        }
        commands.push(command);
    }
    if open.is_empty() {
        Ok(commands)
    } else {
        Err("unterminated {".into())
    }
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn accept(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        self.at += usize::from(found);
        found
    }

    fn skip(&mut self, these: &str) {
        while self.peek().is_some_and(|c| these.contains(c)) {
            self.at += 1;
        }
    }

    fn number(&mut self) -> Option<usize> {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        self.chars[start..self.at]
            .iter()
            .collect::<String>()
            .parse()
            .ok()
    }

    fn rest_of_line(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(|c| c != '\n') {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    /// A label or a file name: up to the end of the command.
    fn word(&mut self) -> String {
        self.skip(" \t");
        let start = self.at;
        while self.peek().is_some_and(|c| !matches!(c, '\n' | ';' | '}')) {
            self.at += 1;
        }
        self.chars[start..self.at]
            .iter()
            .collect::<String>()
            .trim_end()
            .to_owned()
    }

    fn command(&mut self) -> Result<Option<Command>, String> {
        loop {
            self.skip(" \t\n;");
            if self.peek() != Some('#') {
                break;
            }
            self.rest_of_line();
        }
        if self.peek().is_none() {
            return Ok(None);
        }
        let from = self.address()?;
        let mut to = None;
        if from.is_some() && self.accept(',') {
            self.skip(" \t");
            to = Some(self.address()?.ok_or("unexpected ','")?);
        }
        self.skip(" \t");
        let negated = self.accept('!');
        self.skip(" \t!");
        let c = self.peek().ok_or("missing command")?;
        self.at += 1;
        let action = self.action(c)?;
        Ok(Some(Command {
            from,
            to,
            negated,
            action,
        }))
    }

    fn address(&mut self) -> Result<Option<Address>, String> {
        match self.peek() {
            Some('$') => {
                self.at += 1;
                Ok(Some(Address::Last))
            }
            Some('+') => {
                self.at += 1;
                Ok(Some(Address::Plus(self.number().unwrap_or(0))))
            }
            Some(c) if c.is_ascii_digit() => {
                let first = self.number().unwrap_or(0);
                if self.accept('~') {
                    return Ok(Some(Address::Step(first, self.number().unwrap_or(0))));
                }
                Ok(Some(Address::Line(first)))
            }
            Some(c @ ('/' | '\\')) => {
                self.at += 1;
                let delimiter = if c == '/' {
                    '/'
                } else {
                    let delimiter = self.peek().ok_or("unmatched '\\'")?;
                    self.at += 1;
                    delimiter
                };
                let pattern = self.delimited(delimiter, true)?;
                let fold = self.accept('I');
                Ok(Some(Address::Regex(self.regex(&pattern, fold)?)))
            }
            _ => Ok(None),
        }
    }

    /// `None` for an empty pattern: the last one used.
    fn regex(&self, pattern: &str, fold: bool) -> Result<Option<Regex>, String> {
        if pattern.is_empty() {
            return Ok(None);
        }
        match Regex::new(pattern, self.extended, fold) {
            Ok(regex) => Ok(Some(regex)),
            Err(error) => Err(format!("bad regex '{pattern}': {error}")),
        }
    }

    /// Text up to a delimiter, which a backslash hides; a bracket expression hides it as well.
    fn delimited(&mut self, delimiter: char, is_pattern: bool) -> Result<String, String> {
        let mut text = String::new();
        let mut in_set = false;
        loop {
            let c = self
                .peek()
                .ok_or_else(|| format!("unmatched '{delimiter}'"))?;
            self.at += 1;
            match c {
                '\\' => {
                    let next = self
                        .peek()
                        .ok_or_else(|| format!("unmatched '{delimiter}'"))?;
                    self.at += 1;
                    if next == delimiter && next != '\\' && !next.is_alphanumeric() {
                        if "|(){}+?".contains(next) && is_pattern {
                            text.push('\\');
                        }
                        text.push(next);
                    } else {
                        text.extend(['\\', next]);
                    }
                }
                c if c == delimiter && !in_set => return Ok(text),
                '[' if is_pattern => {
                    in_set = true;
                    text.push('[');
                    if self.accept('^') {
                        text.push('^');
                    }
                    if self.accept(']') {
                        text.push(']');
                    }
                }
                ']' => {
                    in_set = false;
                    text.push(']');
                }
                c => text.push(c),
            }
        }
    }

    fn action(&mut self, c: char) -> Result<Action, String> {
        Ok(match c {
            '{' => Action::Open(0),
            '}' => Action::Close,
            's' => self.substitution()?,
            'y' => {
                let delimiter = self.peek().ok_or("missing delimiter")?;
                self.at += 1;
                let (from, to) = (
                    self.delimited(delimiter, false)?,
                    self.delimited(delimiter, false)?,
                );
                let (from, to) = (from.replace("\\n", "\n"), to.replace("\\n", "\n"));
                if from.chars().count() != to.chars().count() {
                    return Err("strings for 'y' command have different lengths".into());
                }
                Action::Translate(from.chars().zip(to.chars()).collect())
            }
            'a' | 'i' | 'c' => {
                self.skip(" \t");
                if self.accept('\\') {
                    self.skip(" \t");
                    self.accept('\n');
                }
                let mut text = String::new();
                while let Some(c) = self.peek() {
                    self.at += 1;
                    match c {
                        '\\' => {
                            text.extend(self.peek());
                            self.at += 1;
                        }
                        '\n' => break,
                        c => text.push(c),
                    }
                }
                Action::Text(c, text)
            }
            ':' => Action::Label(self.word()),
            'b' | 't' | 'T' => Action::Branch(c, self.word()),
            'r' | 'w' => {
                self.skip(" \t");
                Action::File(c, self.rest_of_line())
            }
            'q' | 'Q' => {
                self.skip(" \t");
                let code = self.number().unwrap_or(0).to_le_bytes()[0];
                Action::Quit(c == 'q', code)
            }
            'd' | 'D' | 'p' | 'P' | 'n' | 'N' | 'g' | 'G' | 'h' | 'H' | 'x' | '=' | 'l' => {
                Action::Simple(c)
            }
            c => return Err(format!("unsupported command {c}")),
        })
    }

    fn substitution(&mut self) -> Result<Action, String> {
        let delimiter = self.peek().ok_or("bad option in substitution expression")?;
        self.at += 1;
        let pattern = self.delimited(delimiter, true)?;
        let replacement = self.delimited(delimiter, false)?;
        let (mut all, mut nth, mut print, mut fold, mut file) = (false, 0, false, false, None);
        loop {
            match self.peek() {
                Some('g') => all = true,
                Some('p') => print = true,
                Some('i' | 'I') => fold = true,
                Some('m' | 'M' | 'e') => {}
                Some(c) if c.is_ascii_digit() => {
                    nth = self.number().unwrap_or(1);
                    continue;
                }
                Some('w') => {
                    self.at += 1;
                    self.skip(" \t");
                    file = Some(self.rest_of_line());
                    break;
                }
                None | Some('\n' | ';' | '}' | ' ' | '\t' | '#') => break,
                Some(_) => return Err("bad option in substitution expression".into()),
            }
            self.at += 1;
        }
        let regex = self.regex(&pattern, fold)?;
        Ok(Action::Substitute {
            regex,
            with: pieces(&replacement),
            all,
            nth,
            print,
            file,
        })
    }
}

/// Reads the replacement of `s`.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let piece = match c {
            '&' => Piece::Group(0),
            '\\' => match chars.next() {
                Some(digit) if digit.is_ascii_digit() => {
                    Piece::Group(usize::try_from(digit.to_digit(10).unwrap_or(0)).unwrap_or(0))
                }
                Some(letter @ ('U' | 'L' | 'E' | 'u' | 'l')) => Piece::Case(letter),
                Some('n') => {
                    literal.push('\n');
                    continue;
                }
                Some('t') => {
                    literal.push('\t');
                    continue;
                }
                Some(c) => {
                    literal.push(c);
                    continue;
                }
                None => continue,
            },
            c => {
                literal.push(c);
                continue;
            }
        };
        if !literal.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut literal)));
        }
        pieces.push(piece);
    }
    if !literal.is_empty() {
        pieces.push(Piece::Text(literal));
    }
    pieces
}
