//! From Python to [`super::ast`]: statements.

use std::sync::Arc;

use super::ast::{ClassCode, Code, Expr, Kind, Param, Stmt};
use super::py_lexer::{Token, tokens};
use super::value::Value;
use super::{Wrong, not_simulated};

pub(super) struct Parser {
    pub(super) tokens: Vec<(Token, usize)>,
    pub(super) at: usize,
    /// Names that the function being read takes from outside.
    pub(super) outer: Vec<String>,
}

/// Reads a program.
pub(super) fn parse(source: &str) -> Result<Vec<Stmt>, Wrong> {
    let mut parser = Parser {
        tokens: tokens(source)?,
        at: 0,
        outer: Vec::new(),
    };
    let mut program = Vec::new();
    while *parser.peek() != Token::End {
        parser.statement(&mut program)?;
    }
    Ok(program)
}

pub(super) fn boxed(expr: Expr) -> Box<Expr> {
    Box::new(expr)
}

impl Parser {
    pub(super) fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |it| &it.0)
    }

    pub(super) fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |it| it.1)
    }

    pub(super) fn wrong<T>(&self) -> Result<T, Wrong> {
        let text = match self.peek() {
            Token::Indent => "IndentationError: unexpected indent",
            _ => "SyntaxError: invalid syntax",
        };
        Err(Wrong::Syntax(self.line(), text.into()))
    }

    pub(super) fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Token::Sign(it) if *it == sign);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, sign: &str) -> Result<(), Wrong> {
        if self.sign(sign) {
            Ok(())
        } else {
            self.wrong()
        }
    }

    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(it) if it == word)
    }

    pub(super) fn word(&mut self, word: &str) -> bool {
        let found = self.is(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn name(&mut self) -> Result<String, Wrong> {
        match self.peek().clone() {
            Token::Word(word) => {
                self.at += 1;
                Ok(word)
            }
            _ => self.wrong(),
        }
    }

    pub(super) fn dotted(&mut self) -> Result<String, Wrong> {
        let mut name = self.name()?;
        while self.sign(".") {
            name = format!("{name}.{}", self.name()?);
        }
        Ok(name)
    }

    pub(super) fn block(&mut self) -> Result<Vec<Stmt>, Wrong> {
        if !self.sign(":") {
            return Err(Wrong::Syntax(
                self.line(),
                "SyntaxError: expected ':'".into(),
            ));
        }
        let mut body = Vec::new();
        if *self.peek() != Token::Newline {
            self.statement(&mut body)?;
            return Ok(body);
        }
        self.at += 1;
        if *self.peek() != Token::Indent {
            return Err(Wrong::Syntax(
                self.line(),
                "IndentationError: expected an indented block".into(),
            ));
        }
        self.at += 1;
        while *self.peek() != Token::Dedent {
            if *self.peek() == Token::End {
                return self.wrong();
            }
            self.statement(&mut body)?;
        }
        self.at += 1;
        Ok(body)
    }

    /// One statement; several when `;` or an import makes several.
    pub(super) fn statement(&mut self, out: &mut Vec<Stmt>) -> Result<(), Wrong> {
        let line = self.line();
        let compound = match self.peek().clone() {
            Token::Word(word) => self.compound(&word)?,
            Token::Sign("@") => Some(self.decorated()?),
            _ => None,
        };
        if let Some(kind) = compound {
            out.push(Stmt { line, kind });
            return Ok(());
        }
        loop {
            self.simple(out)?;
            if !self.sign(";") || *self.peek() == Token::Newline {
                break;
            }
        }
        if *self.peek() == Token::Newline {
            self.at += 1;
            Ok(())
        } else {
            self.wrong()
        }
    }

    pub(super) fn compound(&mut self, word: &str) -> Result<Option<Kind>, Wrong> {
        let begin = self.at;
        self.at += 1;
        Ok(Some(match word {
            "if" => self.if_rest()?,
            "while" => {
                let test = self.expr()?;
                Kind::While(test, self.block()?)
            }
            "for" => {
                let target = self.targets()?;
                if !self.word("in") {
                    return self.wrong();
                }
                let list = self.exprs()?;
                Kind::For(target, list, self.block()?, false)
            }
            "def" => {
                let code = self.function()?;
                Kind::Let(
                    Expr::Name(code.name.clone()),
                    Some(Expr::Function(Arc::new(code))),
                )
            }
            "class" => {
                let class = self.class()?;
                Kind::Let(
                    Expr::Name(class.name.clone()),
                    Some(Expr::Class(Arc::new(class))),
                )
            }
            "try" => self.try_rest()?,
            "with" => {
                let expr = self.expr()?;
                let name = if self.word("as") {
                    Some(self.postfix()?)
                } else {
                    None
                };
                Kind::With(expr, name, self.block()?)
            }
            "async" | "match" if matches!(self.peek(), Token::Word(_)) && word == "async" => {
                return Err(not_simulated("async et await de Python"));
            }
            _ => {
                self.at = begin;
                return Ok(None);
            }
        }))
    }

    pub(super) fn if_rest(&mut self) -> Result<Kind, Wrong> {
        let test = self.expr()?;
        let then = self.block()?;
        let line = self.line();
        let otherwise = if self.word("elif") {
            vec![Stmt {
                line,
                kind: self.if_rest()?,
            }]
        } else if self.word("else") {
            self.block()?
        } else {
            Vec::new()
        };
        Ok(Kind::If(test, then, otherwise))
    }

    pub(super) fn try_rest(&mut self) -> Result<Kind, Wrong> {
        let body = self.block()?;
        let mut handlers = Vec::new();
        while self.word("except") {
            let kind = if matches!(self.peek(), Token::Sign(":")) {
                None
            } else {
                Some(self.expr()?)
            };
            let name = if self.word("as") {
                Some(Expr::Name(self.name()?))
            } else {
                None
            };
            handlers.push((kind, name, self.block()?));
        }
        let otherwise = if self.word("else") {
            self.block()?
        } else {
            Vec::new()
        };
        let last = if self.word("finally") {
            self.block()?
        } else {
            Vec::new()
        };
        Ok(Kind::Try(body, handlers, otherwise, last))
    }

    pub(super) fn decorated(&mut self) -> Result<Kind, Wrong> {
        let mut decorators = Vec::new();
        while self.sign("@") {
            decorators.push(self.expr()?);
            self.at += 1;
        }
        let word = self.name()?;
        let (name, mut value) = match word.as_str() {
            "def" => {
                let code = self.function()?;
                (code.name.clone(), Expr::Function(Arc::new(code)))
            }
            "class" => {
                let class = self.class()?;
                (class.name.clone(), Expr::Class(Arc::new(class)))
            }
            _ => return Err(not_simulated("async et await de Python")),
        };
        for decorator in decorators.into_iter().rev() {
            value = Expr::Call(boxed(decorator), vec![value], false);
        }
        Ok(Kind::Let(Expr::Name(name), Some(value)))
    }

    pub(super) fn function(&mut self) -> Result<Code, Wrong> {
        let name = self.name()?;
        self.expect("(")?;
        let params = self.params(")")?;
        self.expect(")")?;
        if self.sign("->") {
            self.expr()?;
        }
        let before = std::mem::take(&mut self.outer);
        let body = self.block()?;
        let outer = std::mem::replace(&mut self.outer, before);
        Ok(Code {
            name,
            params,
            body,
            is_async: false,
            arrow: false,
            outer,
        })
    }

    pub(super) fn params(&mut self, end: &str) -> Result<Vec<Param>, Wrong> {
        let mut params = Vec::new();
        while !matches!(self.peek(), Token::Sign(it) if *it == end) {
            let rest = if self.sign("**") {
                2
            } else {
                u8::from(self.sign("*"))
            };
            if rest == 1 && self.sign(",") {
                continue;
            }
            let target = Expr::Name(self.name()?);
            if end == ")" && self.sign(":") {
                self.expr()?;
            }
            let default = if self.sign("=") {
                Some(self.expr()?)
            } else {
                None
            };
            params.push(Param {
                target,
                default,
                rest,
            });
            if !self.sign(",") {
                break;
            }
        }
        Ok(params)
    }

    pub(super) fn class(&mut self) -> Result<ClassCode, Wrong> {
        let name = self.name()?;
        let mut parent = None;
        if self.sign("(") {
            if !matches!(self.peek(), Token::Sign(")")) {
                parent = Some(self.expr()?);
            }
            self.expect(")")?;
        }
        let mut members = Vec::new();
        for statement in self.block()? {
            match statement.kind {
                Kind::Let(Expr::Name(name), Some(value)) => members.push((name, value, false)),
                Kind::Expr(Expr::Assign(target, "", value)) => {
                    if let Expr::Name(name) = *target {
                        members.push((name, *value, false));
                    }
                }
                Kind::Block(_) | Kind::Expr(Expr::Value(_)) => {}
                _ => {
                    return Err(not_simulated(
                        "des instructions dans le corps d’une classe Python",
                    ));
                }
            }
        }
        Ok(ClassCode {
            name,
            parent,
            members,
        })
    }

    #[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
    pub(super) fn simple(&mut self, out: &mut Vec<Stmt>) -> Result<(), Wrong> {
        let line = self.line();
        let kind = if let Token::Word(word) = self.peek().clone() {
            self.at += 1;
            let ends = |it: &Self| matches!(it.peek(), Token::Newline | Token::Sign(";"));
            match word.as_str() {
                "pass" => Kind::Block(Vec::new()),
                "break" => Kind::Break,
                "continue" => Kind::Continue,
                "return" => Kind::Return(if ends(self) {
                    None
                } else {
                    Some(self.exprs()?)
                }),
                "raise" => {
                    let value = if ends(self) { None } else { Some(self.expr()?) };
                    if self.word("from") {
                        self.expr()?;
                    }
                    Kind::Throw(value)
                }
                "global" | "nonlocal" => {
                    loop {
                        let name = self.name()?;
                        self.outer.push(name);
                        if !self.sign(",") {
                            break;
                        }
                    }
                    Kind::Block(Vec::new())
                }
                "del" => Kind::Delete(self.expr()?),
                "import" => loop {
                    let module = self.dotted()?;
                    let (wanted, alias) = if self.word("as") {
                        (module.clone(), self.name()?)
                    } else {
                        let first = module.split('.').next().unwrap_or(&module).to_owned();
                        (first.clone(), first)
                    };
                    out.push(Stmt {
                        line,
                        kind: Kind::Import(wanted, None, alias),
                    });
                    if !self.sign(",") {
                        return Ok(());
                    }
                },
                "from" => {
                    let module = self.dotted()?;
                    if !self.word("import") {
                        return self.wrong();
                    }
                    let parens = self.sign("(");
                    loop {
                        let name = self.name()?;
                        let alias = if self.word("as") {
                            self.name()?
                        } else {
                            name.clone()
                        };
                        out.push(Stmt {
                            line,
                            kind: Kind::Import(module.clone(), Some(name), alias),
                        });
                        if !self.sign(",") || (parens && matches!(self.peek(), Token::Sign(")"))) {
                            break;
                        }
                    }
                    if parens {
                        self.expect(")")?;
                    }
                    return Ok(());
                }
                "assert" => {
                    let test = self.expr()?;
                    let message = if self.sign(",") {
                        vec![self.expr()?]
                    } else {
                        Vec::new()
                    };
                    let error =
                        Expr::Call(boxed(Expr::Name("AssertionError".into())), message, false);
                    Kind::If(
                        test,
                        Vec::new(),
                        vec![Stmt {
                            line,
                            kind: Kind::Throw(Some(error)),
                        }],
                    )
                }
                "yield" => return Err(not_simulated("yield")),
                _ => {
                    self.at -= 1;
                    Kind::Expr(self.assignment()?)
                }
            }
        } else {
            Kind::Expr(self.assignment()?)
        };
        out.push(Stmt { line, kind });
        Ok(())
    }

    pub(super) fn assignment(&mut self) -> Result<Expr, Wrong> {
        let target = self.exprs()?;
        if self.sign(":") {
            self.expr()?;
            if !matches!(self.peek(), Token::Sign("=")) {
                return Ok(Expr::Value(Value::Null));
            }
        }
        if self.sign("=") {
            let value = self.assignment()?;
            return Ok(Expr::Assign(boxed(target), "", boxed(value)));
        }
        for (sign, operator) in [
            ("+=", "+"),
            ("-=", "-"),
            ("*=", "*"),
            ("/=", "/"),
            ("//=", "//"),
            ("%=", "%"),
            ("**=", "**"),
        ] {
            if self.sign(sign) {
                let value = self.exprs()?;
                return Ok(Expr::Assign(boxed(target), operator, boxed(value)));
            }
        }
        Ok(target)
    }
}
