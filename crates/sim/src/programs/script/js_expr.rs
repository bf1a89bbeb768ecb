//! From JavaScript to [`super::ast`]: expressions.

use std::sync::Arc;

use super::ast::{Code, Expr, Kind, Param, Stmt};
use super::js::{Parser, boxed};
use super::js_lexer::{Token, tokens};
use super::value::{Value, text};
use super::{Wrong, not_simulated};

const BINARY: &[&[&str]] = &[
    &["===", "!==", "==", "!="],
    &["<", ">", "<=", ">=", "instanceof", "in"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Parser {
    /// Whether an arrow function begins here.
    pub(super) fn arrow_ahead(&self) -> bool {
        match self.peek() {
            Token::Word(_) => matches!(self.after(1), Token::Sign("=>")),
            Token::Sign("(") => {
                let mut depth = 0;
                for at in self.at.. {
                    match self.tokens.get(at).map(|it| &it.0) {
                        Some(Token::Sign("(" | "[" | "{")) => depth += 1,
                        Some(Token::Sign(")" | "]" | "}")) => {
                            depth -= 1;
                            if depth == 0 {
                                return matches!(
                                    self.tokens.get(at + 1).map(|it| &it.0),
                                    Some(Token::Sign("=>"))
                                );
                            }
                        }
                        Some(Token::End) | None => return false,
                        _ => {}
                    }
                }
                false
            }
            _ => false,
        }
    }

    pub(super) fn arrow(&mut self, is_async: bool) -> Result<Expr, Wrong> {
        let params = if matches!(self.peek(), Token::Sign("(")) {
            self.params()?
        } else {
            vec![Param {
                target: Expr::Name(self.name()?),
                default: None,
                rest: 0,
            }]
        };
        self.expect("=>")?;
        let body = if matches!(self.peek(), Token::Sign("{")) {
            self.block()?
        } else {
            let line = self.line();
            vec![Stmt {
                line,
                kind: Kind::Return(Some(self.assignment()?)),
            }]
        };
        Ok(Expr::Function(Arc::new(Code {
            name: String::new(),
            params,
            body,
            is_async,
            arrow: true,
            outer: Vec::new(),
        })))
    }

    pub(super) fn assignment(&mut self) -> Result<Expr, Wrong> {
        if self.is("async") && !matches!(self.after(1), Token::Sign("=>")) {
            self.at += 1;
            if self.word("function") {
                let name = if matches!(self.peek(), Token::Sign("(")) {
                    String::new()
                } else {
                    self.name()?
                };
                return Ok(Expr::Function(Arc::new(self.function(name, true)?)));
            }
            return self.arrow(true);
        }
        if self.arrow_ahead() {
            return self.arrow(false);
        }
        if self.is("yield") {
            return Err(not_simulated("yield"));
        }
        let target = self.conditional()?;
        for (sign, operator) in [
            ("=", ""),
            ("+=", "+"),
            ("-=", "-"),
            ("*=", "*"),
            ("/=", "/"),
            ("%=", "%"),
            ("??=", "??"),
            ("||=", "||"),
            ("&&=", "&&"),
        ] {
            if self.sign(sign) {
                let value = self.assignment()?;
                return Ok(Expr::Assign(boxed(target), operator, boxed(value)));
            }
        }
        Ok(target)
    }

    pub(super) fn conditional(&mut self) -> Result<Expr, Wrong> {
        let test = self.logic()?;
        if self.sign("?") {
            let then = self.assignment()?;
            self.expect(":")?;
            return Ok(Expr::If(
                boxed(test),
                boxed(then),
                boxed(self.assignment()?),
            ));
        }
        Ok(test)
    }

    pub(super) fn logic(&mut self) -> Result<Expr, Wrong> {
        let mut left = self.conjunction()?;
        loop {
            if self.sign("||") {
                left = Expr::Logic("or", boxed(left), boxed(self.conjunction()?));
            } else if self.sign("??") {
                left = Expr::Logic("??", boxed(left), boxed(self.conjunction()?));
            } else {
                return Ok(left);
            }
        }
    }

    pub(super) fn conjunction(&mut self) -> Result<Expr, Wrong> {
        let mut left = self.binary(0)?;
        while self.sign("&&") {
            left = Expr::Logic("and", boxed(left), boxed(self.binary(0)?));
        }
        Ok(left)
    }

    pub(super) fn binary(&mut self, level: usize) -> Result<Expr, Wrong> {
        let Some(signs) = BINARY.get(level) else {
            return self.power();
        };
        let mut left = self.binary(level + 1)?;
        'more: loop {
            for sign in *signs {
                if self.sign(sign) || (sign.starts_with('i') && self.word(sign)) {
                    left = Expr::Binary(sign, boxed(left), boxed(self.binary(level + 1)?));
                    continue 'more;
                }
            }
            return Ok(left);
        }
    }

    pub(super) fn power(&mut self) -> Result<Expr, Wrong> {
        let base = self.unary()?;
        if self.sign("**") {
            return Ok(Expr::Binary("**", boxed(base), boxed(self.power()?)));
        }
        Ok(base)
    }

    pub(super) fn unary(&mut self) -> Result<Expr, Wrong> {
        for sign in ["!", "-", "+"] {
            if self.sign(sign) {
                return Ok(Expr::Unary(
                    if sign == "!" { "not" } else { sign },
                    boxed(self.unary()?),
                ));
            }
        }
        for (sign, step) in [("++", 1), ("--", -1)] {
            if self.sign(sign) {
                return Ok(Expr::Step(boxed(self.unary()?), step, true));
            }
        }
        for word in ["typeof", "void"] {
            if self.word(word) {
                return Ok(Expr::Unary(
                    if word == "typeof" { "typeof" } else { "void" },
                    boxed(self.unary()?),
                ));
            }
        }
        if self.word("await") {
            return Ok(Expr::Await(boxed(self.unary()?)));
        }
        let expr = self.postfix()?;
        if !self.fresh() {
            for (sign, step) in [("++", 1), ("--", -1)] {
                if self.sign(sign) {
                    return Ok(Expr::Step(boxed(expr), step, false));
                }
            }
        }
        Ok(expr)
    }

    pub(super) fn args(&mut self) -> Result<Vec<Expr>, Wrong> {
        let mut args = Vec::new();
        while !self.sign(")") {
            args.push(self.spreadable()?);
            if !matches!(self.peek(), Token::Sign(")")) {
                self.expect(",")?;
            }
        }
        Ok(args)
    }

    pub(super) fn spreadable(&mut self) -> Result<Expr, Wrong> {
        if self.sign("...") {
            return Ok(Expr::Spread(boxed(self.assignment()?)));
        }
        self.assignment()
    }

    pub(super) fn postfix(&mut self) -> Result<Expr, Wrong> {
        let mut expr = if self.word("new") {
            let mut class = self.primary()?;
            while self.sign(".") {
                class = Expr::Member(boxed(class), self.name()?, false);
            }
            let args = if self.sign("(") {
                self.args()?
            } else {
                Vec::new()
            };
            Expr::New(boxed(class), args)
        } else {
            self.primary()?
        };
        loop {
            if self.sign(".") {
                expr = Expr::Member(boxed(expr), self.name()?, false);
            } else if self.sign("?.") {
                if self.sign("(") {
                    expr = Expr::Call(boxed(expr), self.args()?, true);
                } else if self.sign("[") {
                    return Err(not_simulated("?.[…]"));
                } else {
                    expr = Expr::Member(boxed(expr), self.name()?, true);
                }
            } else if self.sign("(") {
                expr = Expr::Call(boxed(expr), self.args()?, false);
            } else if self.sign("[") {
                let index = self.expr()?;
                self.expect("]")?;
                expr = Expr::Index(boxed(expr), boxed(index));
            } else {
                return Ok(expr);
            }
        }
    }

    pub(super) fn primary(&mut self) -> Result<Expr, Wrong> {
        let token = self.peek().clone();
        self.at += 1;
        match token {
            Token::Number(number) => Ok(Expr::Value(Value::Num(number))),
            Token::Text(body) => Ok(Expr::Value(text(body))),
            Token::Template(parts) => {
                let mut all = Vec::new();
                for (body, source) in parts {
                    let expr = match source {
                        Some(source) => {
                            let mut inner = Parser {
                                tokens: tokens(&source)?,
                                at: 0,
                            };
                            Some((inner.expr()?, String::new()))
                        }
                        None => None,
                    };
                    all.push((body, expr));
                }
                Ok(Expr::Format(all))
            }
            Token::Sign("(") => {
                let expr = self.expr()?;
                self.expect(")")?;
                Ok(expr)
            }
            Token::Sign("[") => {
                let mut items = Vec::new();
                while !self.sign("]") {
                    items.push(self.spreadable()?);
                    if !matches!(self.peek(), Token::Sign("]")) {
                        self.expect(",")?;
                    }
                }
                Ok(Expr::List(items))
            }
            Token::Sign("{") => self.object(),
            Token::Word(word) => match word.as_str() {
                "true" | "false" => Ok(Expr::Value(Value::Bool(word == "true"))),
                "null" => Ok(Expr::Value(Value::Null)),
                "undefined" => Ok(Expr::Value(Value::Undefined)),
                "function" => {
                    let name = if matches!(self.peek(), Token::Sign("(")) {
                        String::new()
                    } else {
                        self.name()?
                    };
                    Ok(Expr::Function(Arc::new(self.function(name, false)?)))
                }
                "class" => Ok(Expr::Class(Arc::new(self.class()?))),
                _ => Ok(Expr::Name(word)),
            },
            _ => {
                self.at -= 1;
                self.wrong()
            }
        }
    }

    pub(super) fn object(&mut self) -> Result<Expr, Wrong> {
        let mut entries = Vec::new();
        while !self.sign("}") {
            if self.sign("...") {
                entries.push((None, self.assignment()?));
            } else {
                let is_async = self.is("async")
                    && !matches!(self.after(1), Token::Sign(":" | "," | "}" | "("))
                    && self.word("async");
                let token = self.peek().clone();
                self.at += 1;
                let key = match token {
                    Token::Word(word) => Expr::Value(text(word)),
                    Token::Text(body) => Expr::Value(text(body)),
                    Token::Number(number) => Expr::Value(text(super::show::number_text(number))),
                    Token::Sign("[") => {
                        let key = self.assignment()?;
                        self.expect("]")?;
                        key
                    }
                    _ => {
                        self.at -= 1;
                        return self.wrong();
                    }
                };
                let shown = if let Expr::Value(Value::Str(name)) = &key {
                    name.to_string()
                } else {
                    String::new()
                };
                let value = if self.sign(":") {
                    self.assignment()?
                } else if matches!(self.peek(), Token::Sign("(")) {
                    Expr::Function(Arc::new(self.function(shown, is_async)?))
                } else if self.sign("=") {
                    // A default, in what takes an object apart.
                    Expr::Assign(boxed(Expr::Name(shown)), "", boxed(self.assignment()?))
                } else {
                    Expr::Name(shown)
                };
                entries.push((Some(key), value));
            }
            if !matches!(self.peek(), Token::Sign("}")) {
                self.expect(",")?;
            }
        }
        Ok(Expr::Dict(entries))
    }
}
