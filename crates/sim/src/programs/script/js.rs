//! From JavaScript to [`super::ast`]: statements.

use std::sync::Arc;

use super::ast::{ClassCode, Code, Expr, Kind, Param, Stmt};
use super::js_lexer::{Placed, Token, tokens};
use super::value::Value;
use super::{Wrong, not_simulated};

pub(super) struct Parser {
    pub(super) tokens: Vec<Placed>,
    pub(super) at: usize,
}

/// Reads a program.
pub(super) fn parse(source: &str) -> Result<Vec<Stmt>, Wrong> {
    let mut parser = Parser {
        tokens: tokens(source)?,
        at: 0,
    };
    let mut program = Vec::new();
    while *parser.peek() != Token::End {
        program.push(parser.statement()?);
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

    pub(super) fn after(&self, count: usize) -> &Token {
        self.tokens
            .get(self.at + count)
            .map_or(&Token::End, |it| &it.0)
    }

    pub(super) fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |it| it.1)
    }

    pub(super) fn fresh(&self) -> bool {
        self.tokens.get(self.at).is_none_or(|it| it.2)
    }

    pub(super) fn wrong<T>(&self) -> Result<T, Wrong> {
        let text = match self.peek() {
            Token::End => "Unexpected end of input".to_owned(),
            Token::Word(word) => format!("Unexpected identifier '{word}'"),
            Token::Number(_) => "Unexpected number".into(),
            Token::Text(_) => "Unexpected string".into(),
            Token::Template(_) => "Unexpected template string".into(),
            Token::Sign(sign) => format!("Unexpected token '{sign}'"),
        };
        Err(Wrong::Syntax(self.line(), text))
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

    pub(super) fn semicolon(&mut self) -> Result<(), Wrong> {
        if self.sign(";") || self.fresh() || matches!(self.peek(), Token::Sign("}") | Token::End) {
            Ok(())
        } else {
            self.wrong()
        }
    }

    pub(super) fn block(&mut self) -> Result<Vec<Stmt>, Wrong> {
        self.expect("{")?;
        let mut body = Vec::new();
        while !self.sign("}") {
            body.push(self.statement()?);
        }
        Ok(body)
    }

    pub(super) fn body(&mut self) -> Result<Vec<Stmt>, Wrong> {
        if matches!(self.peek(), Token::Sign("{")) {
            self.block()
        } else {
            Ok(vec![self.statement()?])
        }
    }

    pub(super) fn parenthesized(&mut self) -> Result<Expr, Wrong> {
        self.expect("(")?;
        let expr = self.expr()?;
        self.expect(")")?;
        Ok(expr)
    }

    pub(super) fn statement(&mut self) -> Result<Stmt, Wrong> {
        let line = self.line();
        let kind = self.kind()?;
        Ok(Stmt { line, kind })
    }

    #[expect(clippy::too_many_lines, reason = "a table: one case after the other")]
    pub(super) fn kind(&mut self) -> Result<Kind, Wrong> {
        if matches!(self.peek(), Token::Sign("{")) {
            return Ok(Kind::Block(self.block()?));
        }
        if self.sign(";") {
            return Ok(Kind::Block(Vec::new()));
        }
        let Token::Word(word) = self.peek().clone() else {
            return self.expression_statement();
        };
        match word.as_str() {
            "const" | "let" | "var" => {
                let kind = self.declaration()?;
                self.semicolon()?;
                Ok(kind)
            }
            "function" => self.function_statement(false),
            "async" if *self.after(1) == Token::Word("function".into()) => {
                self.at += 1;
                self.function_statement(true)
            }
            "class" => {
                self.at += 1;
                let class = self.class()?;
                Ok(Kind::Let(
                    Expr::Name(class.name.clone()),
                    Some(Expr::Class(Arc::new(class))),
                ))
            }
            "if" => {
                self.at += 1;
                let test = self.parenthesized()?;
                let then = self.body()?;
                let otherwise = if self.word("else") {
                    self.body()?
                } else {
                    Vec::new()
                };
                Ok(Kind::If(test, then, otherwise))
            }
            "while" => {
                self.at += 1;
                let test = self.parenthesized()?;
                Ok(Kind::While(test, self.body()?))
            }
            "for" => self.for_statement(),
            "return" => {
                self.at += 1;
                let nothing =
                    self.fresh() || matches!(self.peek(), Token::Sign(";" | "}") | Token::End);
                let value = if nothing { None } else { Some(self.expr()?) };
                self.semicolon()?;
                Ok(Kind::Return(value))
            }
            "break" | "continue" => {
                self.at += 1;
                self.semicolon()?;
                Ok(if word == "break" {
                    Kind::Break
                } else {
                    Kind::Continue
                })
            }
            "throw" => {
                self.at += 1;
                let value = self.expr()?;
                self.semicolon()?;
                Ok(Kind::Throw(Some(value)))
            }
            "try" => {
                self.at += 1;
                let body = self.block()?;
                let mut handlers = Vec::new();
                if self.word("catch") {
                    let mut name = None;
                    if self.sign("(") {
                        name = Some(self.pattern()?);
                        self.expect(")")?;
                    }
                    handlers.push((None, name, self.block()?));
                }
                let last = if self.word("finally") {
                    self.block()?
                } else {
                    Vec::new()
                };
                Ok(Kind::Try(body, handlers, Vec::new(), last))
            }
            "import" => self.import(),
            "export" => Err(not_simulated(
                "export (modules ES) ; utilisez module.exports",
            )),
            "switch" | "do" | "with" => Err(not_simulated(&format!(
                "l’instruction « {word} » de JavaScript"
            ))),
            "delete" => {
                self.at += 1;
                let target = self.unary()?;
                self.semicolon()?;
                Ok(Kind::Delete(target))
            }
            _ => self.expression_statement(),
        }
    }

    pub(super) fn import(&mut self) -> Result<Kind, Wrong> {
        self.at += 1;
        let mut bound = Vec::new();
        if self.sign("{") {
            while !self.sign("}") {
                let name = self.name()?;
                let alias = if self.word("as") {
                    self.name()?
                } else {
                    name.clone()
                };
                bound.push((Some(name), alias));
                self.sign(",");
            }
        } else if self.sign("*") {
            self.word("as");
            bound.push((None, self.name()?));
        } else {
            bound.push((None, self.name()?));
        }
        self.word("from");
        let Token::Text(module) = self.peek().clone() else {
            return self.wrong();
        };
        self.at += 1;
        self.semicolon()?;
        let line = self.line();
        let imports = bound.into_iter().map(|(name, alias)| Stmt {
            line,
            kind: Kind::Import(module.clone(), name, alias),
        });
        let mut imports: Vec<Stmt> = imports.collect();
        Ok(match imports.pop() {
            Some(only) if imports.is_empty() => only.kind,
            Some(last) => {
                imports.push(last);
                // Declared in the block that surrounds: an import only stands at the top.
                Kind::If(Expr::Value(Value::Bool(true)), imports, Vec::new())
            }
            None => Kind::Block(Vec::new()),
        })
    }

    pub(super) fn expression_statement(&mut self) -> Result<Kind, Wrong> {
        let expr = self.expr()?;
        self.semicolon()?;
        Ok(Kind::Expr(expr))
    }

    pub(super) fn declaration(&mut self) -> Result<Kind, Wrong> {
        self.at += 1;
        let mut all = Vec::new();
        loop {
            let line = self.line();
            let target = self.pattern()?;
            let value = if self.sign("=") {
                Some(self.assignment()?)
            } else {
                None
            };
            all.push(Stmt {
                line,
                kind: Kind::Let(target, value),
            });
            if !self.sign(",") {
                break;
            }
        }
        if all.len() == 1
            && let Some(only) = all.pop()
        {
            return Ok(only.kind);
        }
        Ok(Kind::If(Expr::Value(Value::Bool(true)), all, Vec::new()))
    }

    pub(super) fn function_statement(&mut self, is_async: bool) -> Result<Kind, Wrong> {
        self.at += 1;
        if self.sign("*") {
            return Err(not_simulated("les générateurs (function*)"));
        }
        let name = self.name()?;
        let code = self.function(name.clone(), is_async)?;
        Ok(Kind::Let(
            Expr::Name(name),
            Some(Expr::Function(Arc::new(code))),
        ))
    }

    pub(super) fn function(&mut self, name: String, is_async: bool) -> Result<Code, Wrong> {
        let params = self.params()?;
        let body = self.block()?;
        Ok(Code {
            name,
            params,
            body,
            is_async,
            arrow: false,
            outer: Vec::new(),
        })
    }

    pub(super) fn params(&mut self) -> Result<Vec<Param>, Wrong> {
        self.expect("(")?;
        let mut params = Vec::new();
        while !self.sign(")") {
            let rest = u8::from(self.sign("..."));
            let target = self.pattern()?;
            let default = if self.sign("=") {
                Some(self.assignment()?)
            } else {
                None
            };
            params.push(Param {
                target,
                default,
                rest,
            });
            if !matches!(self.peek(), Token::Sign(")")) {
                self.expect(",")?;
            }
        }
        Ok(params)
    }

    /// A name, or what takes values apart.
    pub(super) fn pattern(&mut self) -> Result<Expr, Wrong> {
        match self.peek() {
            Token::Sign("{" | "[") => self.primary(),
            _ => Ok(Expr::Name(self.name()?)),
        }
    }

    pub(super) fn for_statement(&mut self) -> Result<Kind, Wrong> {
        self.at += 1;
        if self.word("await") {
            return Err(not_simulated("for await"));
        }
        self.expect("(")?;
        let mut first = None;
        if !self.sign(";") {
            let line = self.line();
            if self.is("const") || self.is("let") || self.is("var") {
                let begin = self.at;
                self.at += 1;
                let target = self.pattern()?;
                if self.is("of") || self.is("in") {
                    let keys = self.is("in");
                    self.at += 1;
                    let list = self.expr()?;
                    self.expect(")")?;
                    return Ok(Kind::For(target, list, self.body()?, keys));
                }
                self.at = begin;
                first = Some(Box::new(Stmt {
                    line,
                    kind: self.declaration()?,
                }));
            } else {
                first = Some(Box::new(Stmt {
                    line,
                    kind: Kind::Expr(self.expr()?),
                }));
            }
            self.expect(";")?;
        }
        let test = if matches!(self.peek(), Token::Sign(";")) {
            None
        } else {
            Some(self.expr()?)
        };
        self.expect(";")?;
        let step = if matches!(self.peek(), Token::Sign(")")) {
            None
        } else {
            Some(self.expr()?)
        };
        self.expect(")")?;
        Ok(Kind::Loop(first, test, step, self.body()?))
    }

    pub(super) fn class(&mut self) -> Result<ClassCode, Wrong> {
        let name = if self.is("extends") || matches!(self.peek(), Token::Sign("{")) {
            String::new()
        } else {
            self.name()?
        };
        let parent = if self.word("extends") {
            Some(self.postfix()?)
        } else {
            None
        };
        self.expect("{")?;
        let mut members = Vec::new();
        while !self.sign("}") {
            if self.sign(";") {
                continue;
            }
            let fixed = self.is("static")
                && !matches!(self.after(1), Token::Sign("(" | "="))
                && self.word("static");
            let is_async = self.is("async")
                && !matches!(self.after(1), Token::Sign("("))
                && self.word("async");
            if (self.is("get") || self.is("set")) && matches!(self.after(1), Token::Word(_)) {
                return Err(not_simulated("les accesseurs get et set"));
            }
            let name = self.name()?;
            if matches!(self.peek(), Token::Sign("(")) {
                let code = self.function(name.clone(), is_async)?;
                members.push((name, Expr::Function(Arc::new(code)), fixed));
            } else {
                let value = if self.sign("=") {
                    self.assignment()?
                } else {
                    Expr::Value(Value::Undefined)
                };
                self.semicolon()?;
                members.push((name, value, fixed));
            }
        }
        Ok(ClassCode {
            name,
            parent,
            members,
        })
    }

    pub(super) fn expr(&mut self) -> Result<Expr, Wrong> {
        let first = self.assignment()?;
        if matches!(self.peek(), Token::Sign(",")) {
            return Err(not_simulated("l’opérateur virgule"));
        }
        Ok(first)
    }
}
