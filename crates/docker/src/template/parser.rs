//! Builds the tree of a template.

use super::ast::{Command, Node, Pipe, Term, TermKind};
use super::functions;
use super::lexer::{Kind, Token, lex};

type Parsed<T> = Result<T, String>;

/// Parses a template; the error is Go's text.
pub(super) fn parse(text: &str) -> Parsed<Vec<Node>> {
    let tokens = lex(text).map_err(|(at, error)| located(text, at, &error))?;
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        variables: vec!["$".to_owned()],
        ranges: 0,
    };
    let (body, end) = parser.body()?;
    match end {
        End::Template => Ok(body),
        end => Err(parser.error(&format!("unexpected {{{{{}}}}}", end.word()))),
    }
}

fn located(text: &str, at: usize, error: &str) -> String {
    let line = 1 + text[..at.min(text.len())].matches('\n').count();
    format!("template: :{line}: {error}")
}

/// What a body ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Template,
    Close,
    Else,
}

impl End {
    fn word(self) -> &'static str {
        match self {
            Self::Template => "",
            Self::Close => "end",
            Self::Else => "else",
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    at: usize,
    variables: Vec<String>,
    ranges: usize,
}

impl Parser<'_> {
    fn error(&self, error: &str) -> String {
        let at = self.tokens[self.at.saturating_sub(1).min(self.tokens.len() - 1)].at;
        located(self.text, at, error)
    }

    fn peek(&self) -> &Kind {
        &self.tokens[self.at.min(self.tokens.len() - 1)].kind
    }

    fn next(&mut self) -> Token {
        let token = self.tokens[self.at.min(self.tokens.len() - 1)].clone();
        self.at += 1;
        token
    }

    fn skip_space(&mut self) {
        while *self.peek() == Kind::Space {
            self.at += 1;
        }
    }

    fn body(&mut self) -> Parsed<(Vec<Node>, End)> {
        let mut body = Vec::new();
        loop {
            match self.next().kind {
                Kind::Text(text) => body.push(Node::Text(text)),
                Kind::Open => {
                    self.skip_space();
                    let word = match self.peek() {
                        Kind::Word(word) => word.clone(),
                        _ => String::new(),
                    };
                    match word.as_str() {
                        "end" => {
                            self.at += 1;
                            self.close("end")?;
                            return Ok((body, End::Close));
                        }
                        "else" => {
                            self.at += 1;
                            return Ok((body, End::Else));
                        }
                        "if" | "with" | "range" => {
                            self.at += 1;
                            body.push(self.control(&word)?);
                        }
                        "break" | "continue" => {
                            self.at += 1;
                            if self.ranges == 0 {
                                return Err(
                                    self.error(&format!("{{{{{word}}}}} outside {{{{range}}}}"))
                                );
                            }
                            self.close(&word)?;
                            let breaks = word == "break";
                            body.push(if breaks { Node::Break } else { Node::Continue });
                        }
                        _ => {
                            let pipe = self.pipe("command", &Kind::Close)?;
                            body.push(Node::Action(pipe));
                        }
                    }
                }
                _ => return Ok((body, End::Template)),
            }
        }
    }

    fn close(&mut self, context: &str) -> Parsed<()> {
        self.skip_space();
        match self.next().kind {
            Kind::Close => Ok(()),
            other => Err(self.unexpected(&other, context)),
        }
    }

    fn control(&mut self, word: &str) -> Parsed<Node> {
        let depth = self.variables.len();
        let pipe = self.pipe(word, &Kind::Close)?;
        self.ranges += usize::from(word == "range");
        let (yes, mut end) = self.body()?;
        self.ranges -= usize::from(word == "range");
        let mut no = Vec::new();
        if end == End::Else {
            self.skip_space();
            let chained =
                matches!(self.peek(), Kind::Word(next) if next == word && word != "range");
            if chained {
                self.at += 1;
                no.push(self.control(word)?);
                end = End::Close;
            } else {
                self.close("else")?;
                (no, end) = self.body()?;
                if end == End::Else {
                    return Err(self.error("expected end; found {{else}}"));
                }
            }
        }
        if end == End::Template {
            return Err(located(self.text, self.text.len(), "unexpected EOF"));
        }
        self.variables.truncate(depth);
        Ok(match word {
            "if" => Node::If(pipe, yes, no),
            "with" => Node::With(pipe, yes, no),
            _ => Node::Range(pipe, yes, no),
        })
    }

    fn unexpected(&self, kind: &Kind, context: &str) -> String {
        let what = match kind {
            Kind::End => "EOF".to_owned(),
            Kind::Text(text)
            | Kind::Number(text)
            | Kind::Quoted(text, _)
            | Kind::Character(text, _)
            | Kind::Variable(text) => format!("{text:?}"),
            Kind::Field(name) => format!("<.{name}>"),
            Kind::Word(word) if is_keyword(word) => format!("<{word}>"),
            Kind::Word(word) => format!("{word:?}"),
            Kind::Open => "\"{{\"".to_owned(),
            Kind::Close => "\"}}\"".to_owned(),
            Kind::Dot => "<.>".to_owned(),
            Kind::Pipe => "\"|\"".to_owned(),
            Kind::Left => "\"(\"".to_owned(),
            Kind::Right => "\")\"".to_owned(),
            Kind::Declare => "\":=\"".to_owned(),
            Kind::Assign => "\"=\"".to_owned(),
            Kind::Comma => "\",\"".to_owned(),
            Kind::Space => "\" \"".to_owned(),
        };
        self.error(&format!("unexpected {what} in {context}"))
    }

    /// The variables before `:=` or `=`, if that is what comes.
    fn targets(&mut self, context: &str) -> (Vec<String>, bool) {
        let start = self.at;
        let mut names = Vec::new();
        loop {
            self.skip_space();
            let Kind::Variable(name) = self.peek().clone() else {
                break;
            };
            self.at += 1;
            names.push(name);
            self.skip_space();
            match self.peek() {
                Kind::Declare => {
                    self.at += 1;
                    self.variables.extend(names.iter().cloned());
                    return (names, true);
                }
                Kind::Assign => {
                    self.at += 1;
                    return (names, false);
                }
                Kind::Comma if context == "range" && names.len() < 2 => self.at += 1,
                _ => break,
            }
        }
        self.at = start;
        (Vec::new(), false)
    }

    fn pipe(&mut self, context: &str, end: &Kind) -> Parsed<Pipe> {
        self.skip_space();
        let at = self.tokens[self.at.min(self.tokens.len() - 1)].at;
        let (variables, declares) = self.targets(context);
        let mut commands = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == end {
                self.at += 1;
                break;
            }
            let command = self.command(context)?;
            commands.push(command);
        }
        let Some(first) = commands.first() else {
            return Err(self.error(&format!("missing value for {context}")));
        };
        debug_assert!(!first.words.is_empty());
        for (index, command) in commands.iter().enumerate().skip(1) {
            if matches!(
                command.words[0].kind,
                TermKind::Bool(_)
                    | TermKind::Dot
                    | TermKind::Nil
                    | TermKind::Int(..)
                    | TermKind::Float(..)
                    | TermKind::Text(..)
            ) {
                let stage = index + 1;
                return Err(
                    self.error(&format!("non executable command in pipeline stage {stage}"))
                );
            }
        }
        Ok(Pipe {
            variables,
            declares,
            commands,
            at,
        })
    }

    fn command(&mut self, context: &str) -> Parsed<Command> {
        let mut words = Vec::new();
        loop {
            self.skip_space();
            if let Some(word) = self.operand()? {
                words.push(word);
            }
            match self.peek().clone() {
                Kind::Space => {}
                Kind::Right | Kind::Close => break,
                Kind::Pipe => {
                    self.at += 1;
                    self.skip_space();
                    if matches!(self.peek(), Kind::Right | Kind::Close | Kind::Pipe) {
                        return Err(self.error(&format!("missing value for {context}")));
                    }
                    break;
                }
                other => {
                    self.at += 1;
                    return Err(self.unexpected(&other, "operand"));
                }
            }
        }
        if words.is_empty() {
            return Err(self.error("empty command"));
        }
        Ok(Command { words })
    }

    fn operand(&mut self) -> Parsed<Option<Term>> {
        let token = self.next();
        let mut at = token.at;
        let mut kind = match token.kind {
            Kind::Dot => TermKind::Dot,
            Kind::Field(name) => TermKind::Field(vec![name]),
            Kind::Variable(name) => {
                if !self.variables.contains(&name) {
                    return Err(self.error(&format!("undefined variable {name:?}")));
                }
                TermKind::Variable(name, Vec::new())
            }
            Kind::Quoted(written, meant) => TermKind::Text(written, meant),
            Kind::Character(written, code) => TermKind::Int(written, code),
            Kind::Number(written) => number(&written)
                .ok_or_else(|| self.error(&format!("bad number syntax: {written:?}")))?,
            Kind::Word(word) => match word.as_str() {
                "true" => TermKind::Bool(true),
                "false" => TermKind::Bool(false),
                "nil" => TermKind::Nil,
                _ if is_keyword(&word) => {
                    return Err(self.unexpected(&Kind::Word(word), "operand"));
                }
                _ if functions::exists(&word) => TermKind::Function(word),
                _ => return Err(self.error(&format!("function {word:?} not defined"))),
            },
            Kind::Left => {
                let pipe = self.pipe("parenthesized pipeline", &Kind::Right)?;
                TermKind::Parenthesis(Box::new(pipe), Vec::new())
            }
            _ => {
                self.at -= 1;
                return Ok(None);
            }
        };
        let mut first = true;
        while let Kind::Field(name) = self.peek().clone() {
            let position = self.tokens[self.at].at;
            match &mut kind {
                TermKind::Field(names)
                | TermKind::Variable(_, names)
                | TermKind::Parenthesis(_, names) => names.push(name),
                TermKind::Dot => {
                    kind = TermKind::Field(vec![name]);
                }
                _ => {
                    let shown = Term {
                        kind: kind.clone(),
                        at,
                    }
                    .shown();
                    return Err(self.error(&format!("unexpected . after term {shown:?}")));
                }
            }
            // Go's position of a chain is that of its second part.
            if first {
                at = position;
            }
            first = false;
            self.at += 1;
        }
        Ok(Some(Term { kind, at }))
    }
}

fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "if" | "else"
            | "end"
            | "range"
            | "with"
            | "define"
            | "block"
            | "template"
            | "break"
            | "continue"
    )
}

fn number(written: &str) -> Option<TermKind> {
    let plain = written.replace('_', "");
    if let Ok(number) = plain.parse::<i64>() {
        return Some(TermKind::Int(written.to_owned(), number));
    }
    if let Some(digits) = plain.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16)
            .ok()
            .map(|number| TermKind::Int(written.to_owned(), number));
    }
    plain
        .parse()
        .ok()
        .map(|number| TermKind::Float(written.to_owned(), number))
}
