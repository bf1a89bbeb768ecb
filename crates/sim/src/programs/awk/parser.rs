//! Reading `awk` programs: statements. [`super::expression`] reads expressions.

use super::Wrong;
use super::lexer::{Token, words_of};
use super::syntax::{Action, Expr, Function, Pattern, Redirect, Script, Statement};

pub(super) type Parsed<T> = Result<T, Wrong>;

/// How deep a program may be.
const DEEPEST: usize = 40;

pub(super) struct Parser {
    words: Vec<(Token, usize)>,
    at: usize,
    depth: usize,
    /// In a `print` without parentheses, where `>` redirects.
    pub(super) in_print: bool,
    /// Calls, with their lines: the functions may come later.
    pub(super) calls: Vec<(String, usize)>,
}

/// Reads a program.
pub(super) fn parse(text: &str) -> Parsed<Script> {
    let mut parser = Parser {
        words: words_of(text)?,
        at: 0,
        depth: 0,
        in_print: false,
        calls: Vec::new(),
    };
    let mut script = Script::default();
    loop {
        parser.skip_ends();
        if *parser.peek() == Token::End {
            break;
        }
        parser.item(&mut script)?;
    }
    for (name, line) in parser.calls {
        if !script.functions.contains_key(&name) {
            return Err(Wrong {
                line,
                message: "Call to undefined function".into(),
            });
        }
    }
    Ok(script)
}

impl Parser {
    pub(super) fn peek(&self) -> &Token {
        self.words.get(self.at).map_or(&Token::End, |it| &it.0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> &Token {
        let word = self.words.get(self.at + ahead);
        word.map_or(&Token::End, |it| &it.0)
    }

    pub(super) fn line(&self) -> usize {
        let word = self.words.get(self.at).or(self.words.last());
        word.map_or(1, |it| it.1)
    }

    pub(super) fn advance(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(it) if *it == word)
    }

    pub(super) fn accept(&mut self, word: &str) -> bool {
        let found = self.is(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, word: &str) -> Parsed<()> {
        if self.accept(word) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    pub(super) fn wrong(&self, message: impl Into<String>) -> Wrong {
        Wrong {
            line: self.line(),
            message: message.into(),
        }
    }

    pub(super) fn unexpected(&self) -> Wrong {
        self.wrong("Unexpected token")
    }

    pub(super) fn name(&mut self) -> Parsed<String> {
        if let Token::Name(name) = self.advance() {
            Ok(name)
        } else {
            self.at -= 1;
            Err(self.unexpected())
        }
    }

    /// Runs a part of the reading one level deeper.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.wrong("Program is too deep"));
        }
        let result = read(self);
        self.depth -= 1;
        result
    }

    pub(super) fn skip_newlines(&mut self) {
        while *self.peek() == Token::Newline {
            self.at += 1;
        }
    }

    fn skip_ends(&mut self) {
        while *self.peek() == Token::Newline || self.is(";") {
            self.at += 1;
        }
    }

    fn item(&mut self, script: &mut Script) -> Parsed<()> {
        if self.accept("BEGIN") {
            let block = self.block()?;
            script.begin.push(block);
        } else if self.accept("END") {
            let block = self.block()?;
            script.end.push(block);
        } else if self.accept("function") || self.accept("func") {
            let (Token::Name(name) | Token::Call(name)) = self.advance() else {
                self.at -= 1;
                return Err(self.unexpected());
            };
            self.expect("(")?;
            let mut parameters = Vec::new();
            while !self.accept(")") {
                self.skip_newlines();
                parameters.push(self.name()?);
                self.skip_newlines();
                if !self.is(")") {
                    self.expect(",")?;
                }
            }
            self.skip_newlines();
            let body = self.block()?;
            script.functions.insert(name, Function { parameters, body });
        } else {
            let mut pattern = Pattern::Always;
            if !self.is("{") {
                let first = self.expr()?;
                pattern = if self.accept(",") {
                    self.skip_newlines();
                    Pattern::Range(first, self.expr()?)
                } else {
                    Pattern::Expr(first)
                };
            }
            let line = self.line();
            let body = if self.is("{") {
                self.block()?
            } else {
                let action = Action::Print(Vec::new(), false, None);
                Statement { line, action }
            };
            script.rules.push((pattern, body));
        }
        Ok(())
    }

    fn block(&mut self) -> Parsed<Statement> {
        let line = self.line();
        self.expect("{")?;
        let mut statements = Vec::new();
        loop {
            self.skip_ends();
            if self.accept("}") {
                let action = Action::Block(statements);
                return Ok(Statement { line, action });
            }
            statements.push(self.statement()?);
        }
    }

    fn statement(&mut self) -> Parsed<Statement> {
        self.deeper(Self::statement_inside)
    }

    fn statement_inside(&mut self) -> Parsed<Statement> {
        let line = self.line();
        if self.is("{") {
            return self.block();
        }
        let action = if self.accept("if") {
            let condition = self.condition()?;
            let then = Box::new(self.body()?);
            let mark = self.at;
            self.skip_ends();
            let otherwise = if self.accept("else") {
                Some(Box::new(self.body()?))
            } else {
                self.at = mark;
                None
            };
            Action::If(condition, then, otherwise)
        } else if self.accept("while") {
            let condition = self.condition()?;
            if self.accept(";") {
                let action = Action::Block(Vec::new());
                Action::While(condition, Box::new(Statement { line, action }))
            } else {
                Action::While(condition, Box::new(self.body()?))
            }
        } else if self.accept("do") {
            let body = Box::new(self.body()?);
            self.skip_ends();
            self.expect("while")?;
            let condition = self.condition()?;
            self.end_of_simple()?;
            Action::DoWhile(body, condition)
        } else if self.accept("for") {
            self.for_loop()?
        } else if self.accept(";") {
            Action::Block(Vec::new())
        } else {
            let statement = self.simple()?;
            self.end_of_simple()?;
            return Ok(statement);
        };
        Ok(Statement { line, action })
    }

    fn body(&mut self) -> Parsed<Statement> {
        self.skip_newlines();
        self.statement()
    }

    fn condition(&mut self) -> Parsed<Expr> {
        self.expect("(")?;
        let condition = self.expr()?;
        self.expect(")")?;
        Ok(condition)
    }

    fn for_loop(&mut self) -> Parsed<Action> {
        self.expect("(")?;
        if let (Token::Name(key), Token::Word("in"), Token::Name(array), Token::Word(")")) = (
            self.peek().clone(),
            self.peek_at(1),
            self.peek_at(2).clone(),
            self.peek_at(3),
        ) {
            self.at += 4;
            let body = Box::new(self.loop_body()?);
            return Ok(Action::ForIn(key, array, body));
        }
        let mut parts = [None, None, None];
        let mut condition = None;
        for (index, part) in parts.iter_mut().enumerate() {
            let closing = if index == 2 { ")" } else { ";" };
            self.skip_newlines();
            if !self.is(closing) {
                if index == 1 {
                    condition = Some(self.expr()?);
                } else {
                    *part = Some(Box::new(self.simple()?));
                }
            }
            self.expect(closing)?;
        }
        let [first, _, step] = parts;
        let body = Box::new(self.loop_body()?);
        Ok(Action::For(first, condition, step, body))
    }

    fn loop_body(&mut self) -> Parsed<Statement> {
        let line = self.line();
        if self.accept(";") {
            let action = Action::Block(Vec::new());
            return Ok(Statement { line, action });
        }
        self.body()
    }

    fn end_of_simple(&mut self) -> Parsed<()> {
        if *self.peek() == Token::Newline || self.is(";") {
            self.at += 1;
            Ok(())
        } else if self.is("}") || *self.peek() == Token::End {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn ends_here(&self) -> bool {
        matches!(self.peek(), Token::Newline | Token::End) || self.is(";") || self.is("}")
    }

    fn optional(&mut self) -> Parsed<Option<Expr>> {
        if self.ends_here() {
            Ok(None)
        } else {
            self.expr().map(Some)
        }
    }

    fn simple(&mut self) -> Parsed<Statement> {
        let line = self.line();
        let action = match self.peek() {
            Token::Word(word @ ("print" | "printf")) => {
                let formatted = *word == "printf";
                self.at += 1;
                self.print(formatted)?
            }
            Token::Word("next") => self.word(Action::Next),
            Token::Word("nextfile") => self.word(Action::NextFile),
            Token::Word("break") => self.word(Action::Break),
            Token::Word("continue") => self.word(Action::Continue),
            Token::Word("exit") => {
                self.at += 1;
                Action::Exit(self.optional()?)
            }
            Token::Word("return") => {
                self.at += 1;
                Action::Return(self.optional()?)
            }
            Token::Word("delete") => {
                self.at += 1;
                let name = self.name()?;
                let mut keys = None;
                if self.accept("[") {
                    keys = Some(self.list("]")?);
                }
                Action::Delete(name, keys)
            }
            _ => Action::Expr(self.expr()?),
        };
        Ok(Statement { line, action })
    }

    fn word(&mut self, action: Action) -> Action {
        self.at += 1;
        action
    }

    fn print(&mut self, formatted: bool) -> Parsed<Action> {
        let mut arguments = Vec::new();
        self.in_print = true;
        if !self.ends_here() && !self.is(">") && !self.is(">>") && !self.is("|") {
            arguments.push(self.expr()?);
            while self.accept(",") {
                self.skip_newlines();
                arguments.push(self.expr()?);
            }
        }
        if let [Expr::List(_)] = arguments.as_slice()
            && let Some(Expr::List(inside)) = arguments.pop()
        {
            arguments = inside;
        }
        let kind = [">>", ">", "|"].into_iter().find(|it| self.accept(it));
        let redirect = match kind {
            Some(kind) => Some(Redirect {
                kind,
                to: self.concatenation()?,
            }),
            None => None,
        };
        self.in_print = false;
        Ok(Action::Print(arguments, formatted, redirect))
    }

    /// Expressions up to a bracket, which is taken.
    pub(super) fn list(&mut self, closing: &str) -> Parsed<Vec<Expr>> {
        let before = std::mem::replace(&mut self.in_print, false);
        let mut list = Vec::new();
        self.skip_newlines();
        while !self.accept(closing) {
            if !list.is_empty() {
                self.expect(",")?;
                self.skip_newlines();
            }
            list.push(self.expr()?);
            self.skip_newlines();
        }
        self.in_print = before;
        Ok(list)
    }
}
