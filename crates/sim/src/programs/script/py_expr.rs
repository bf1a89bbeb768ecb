//! From Python to [`super::ast`]: expressions.

use std::sync::Arc;

use super::ast::{Code, Expr, Kind, Stmt};
use super::py::{Parser, boxed};
use super::py_lexer::{Token, tokens};
use super::value::{Value, text};
use super::{Wrong, not_simulated};

const BINARY: &[&[&str]] = &[&["+", "-"], &["*", "/", "//", "%"]];

impl Parser {
    /// Targets of `for`: names, with commas.
    pub(super) fn targets(&mut self) -> Result<Expr, Wrong> {
        let first = self.postfix()?;
        if !matches!(self.peek(), Token::Sign(",")) {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.sign(",") {
            all.push(self.postfix()?);
        }
        Ok(Expr::Tuple(all))
    }

    /// Expressions with commas: a tuple.
    pub(super) fn exprs(&mut self) -> Result<Expr, Wrong> {
        let first = self.spreadable()?;
        if !matches!(self.peek(), Token::Sign(",")) {
            return Ok(first);
        }
        let mut all = vec![first];
        while self.sign(",") {
            if matches!(self.peek(), Token::Newline | Token::Sign("=" | ")" | ":")) {
                break;
            }
            all.push(self.spreadable()?);
        }
        Ok(Expr::Tuple(all))
    }

    pub(super) fn spreadable(&mut self) -> Result<Expr, Wrong> {
        if self.sign("*") {
            return Ok(Expr::Spread(boxed(self.expr()?)));
        }
        self.expr()
    }

    pub(super) fn expr(&mut self) -> Result<Expr, Wrong> {
        if self.word("lambda") {
            let params = self.params(":")?;
            self.expect(":")?;
            let line = self.line();
            let body = vec![Stmt {
                line,
                kind: Kind::Return(Some(self.expr()?)),
            }];
            let code = Code {
                name: "<lambda>".into(),
                params,
                body,
                is_async: false,
                arrow: false,
                outer: Vec::new(),
            };
            return Ok(Expr::Function(Arc::new(code)));
        }
        if self.is("yield") || self.is("await") {
            return Err(not_simulated("yield et await de Python"));
        }
        let value = self.or()?;
        if self.word("if") {
            let test = self.or()?;
            if !self.word("else") {
                return self.wrong();
            }
            return Ok(Expr::If(boxed(test), boxed(value), boxed(self.expr()?)));
        }
        if self.sign(":=") {
            return Ok(Expr::Assign(boxed(value), "", boxed(self.expr()?)));
        }
        Ok(value)
    }

    pub(super) fn or(&mut self) -> Result<Expr, Wrong> {
        let mut left = self.and()?;
        while self.word("or") {
            left = Expr::Logic("or", boxed(left), boxed(self.and()?));
        }
        Ok(left)
    }

    pub(super) fn and(&mut self) -> Result<Expr, Wrong> {
        let mut left = self.not()?;
        while self.word("and") {
            left = Expr::Logic("and", boxed(left), boxed(self.not()?));
        }
        Ok(left)
    }

    pub(super) fn not(&mut self) -> Result<Expr, Wrong> {
        if self.word("not") {
            return Ok(Expr::Unary("not", boxed(self.not()?)));
        }
        let mut left = self.binary(0)?;
        'more: loop {
            for sign in ["==", "!=", "<=", ">=", "<", ">"] {
                if self.sign(sign) {
                    left = Expr::Binary(sign, boxed(left), boxed(self.binary(0)?));
                    continue 'more;
                }
            }
            if self.word("is") {
                let negated = self.word("not");
                let same = Expr::Binary("is", boxed(left), boxed(self.binary(0)?));
                left = if negated {
                    Expr::Unary("not", boxed(same))
                } else {
                    same
                };
            } else if self.word("in") {
                left = Expr::Binary("in", boxed(left), boxed(self.binary(0)?));
            } else if self.is("not")
                && matches!(self.tokens.get(self.at + 1).map(|it| &it.0), Some(Token::Word(it)) if it == "in")
            {
                self.at += 2;
                let inside = Expr::Binary("in", boxed(left), boxed(self.binary(0)?));
                left = Expr::Unary("not", boxed(inside));
            } else {
                return Ok(left);
            }
        }
    }

    pub(super) fn binary(&mut self, level: usize) -> Result<Expr, Wrong> {
        let Some(signs) = BINARY.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        'more: loop {
            for sign in *signs {
                if self.sign(sign) {
                    left = Expr::Binary(sign, boxed(left), boxed(self.binary(level + 1)?));
                    continue 'more;
                }
            }
            return Ok(left);
        }
    }

    pub(super) fn unary(&mut self) -> Result<Expr, Wrong> {
        for sign in ["-", "+"] {
            if self.sign(sign) {
                return Ok(Expr::Unary(
                    if sign == "-" { "-" } else { "+" },
                    boxed(self.unary()?),
                ));
            }
        }
        let base = self.postfix()?;
        if self.sign("**") {
            return Ok(Expr::Binary("**", boxed(base), boxed(self.unary()?)));
        }
        Ok(base)
    }

    pub(super) fn args(&mut self) -> Result<Vec<Expr>, Wrong> {
        let mut args = Vec::new();
        while !self.sign(")") {
            if self.sign("**") {
                args.push(Expr::Keyword(String::new(), boxed(self.expr()?)));
            } else if let (Token::Word(name), Some((Token::Sign("="), _))) =
                (self.peek().clone(), self.tokens.get(self.at + 1))
            {
                self.at += 2;
                args.push(Expr::Keyword(name, boxed(self.expr()?)));
            } else {
                let item = self.spreadable()?;
                args.push(if self.is("for") {
                    self.each(item, None)?
                } else {
                    item
                });
            }
            if !matches!(self.peek(), Token::Sign(")")) {
                self.expect(",")?;
            }
        }
        Ok(args)
    }

    /// The rest of a comprehension.
    pub(super) fn each(&mut self, item: Expr, key: Option<Expr>) -> Result<Expr, Wrong> {
        self.at += 1;
        let target = self.targets()?;
        if !self.word("in") {
            return self.wrong();
        }
        let list = self.or()?;
        let test = if self.word("if") {
            Some(boxed(self.or()?))
        } else {
            None
        };
        if self.is("for") {
            return Err(not_simulated("les compréhensions à deux boucles"));
        }
        Ok(Expr::Each {
            key: key.map(boxed),
            item: boxed(item),
            target: boxed(target),
            list: boxed(list),
            test,
        })
    }

    pub(super) fn postfix(&mut self) -> Result<Expr, Wrong> {
        let mut expr = self.primary()?;
        loop {
            if self.sign(".") {
                expr = Expr::Member(boxed(expr), self.name()?, false);
            } else if self.sign("(") {
                expr = Expr::Call(boxed(expr), self.args()?, false);
            } else if self.sign("[") {
                let low = if matches!(self.peek(), Token::Sign(":")) {
                    None
                } else {
                    Some(boxed(self.exprs()?))
                };
                if self.sign(":") {
                    let high = if matches!(self.peek(), Token::Sign("]" | ":")) {
                        None
                    } else {
                        Some(boxed(self.expr()?))
                    };
                    if matches!(self.peek(), Token::Sign(":")) {
                        return Err(not_simulated("le pas d’une tranche"));
                    }
                    self.expect("]")?;
                    expr = Expr::Slice(boxed(expr), [low, high]);
                } else {
                    self.expect("]")?;
                    let Some(index) = low else {
                        return self.wrong();
                    };
                    expr = Expr::Index(boxed(expr), index);
                }
            } else {
                return Ok(expr);
            }
        }
    }

    pub(super) fn primary(&mut self) -> Result<Expr, Wrong> {
        let token = self.peek().clone();
        self.at += 1;
        match token {
            Token::Int(number) => Ok(Expr::Value(Value::Int(number))),
            Token::Num(number) => Ok(Expr::Value(Value::Num(number))),
            Token::Text(_) | Token::Format(_) => {
                self.at -= 1;
                self.strings()
            }
            Token::Word(word) => match word.as_str() {
                "True" | "False" => Ok(Expr::Value(Value::Bool(word == "True"))),
                "None" => Ok(Expr::Value(Value::Null)),
                "if" | "else" | "in" | "for" | "is" | "and" | "or" | "def" | "class" | "return"
                | "import" => {
                    self.at -= 1;
                    self.wrong()
                }
                _ => Ok(Expr::Name(word)),
            },
            Token::Sign("(") => {
                if self.sign(")") {
                    return Ok(Expr::Tuple(Vec::new()));
                }
                let item = self.exprs()?;
                let item = if self.is("for") {
                    self.each(item, None)?
                } else {
                    item
                };
                self.expect(")")?;
                Ok(item)
            }
            Token::Sign("[") => {
                let mut items = Vec::new();
                while !self.sign("]") {
                    let item = self.spreadable()?;
                    if self.is("for") {
                        let all = self.each(item, None)?;
                        self.expect("]")?;
                        return Ok(all);
                    }
                    items.push(item);
                    if !matches!(self.peek(), Token::Sign("]")) {
                        self.expect(",")?;
                    }
                }
                Ok(Expr::List(items))
            }
            Token::Sign("{") => {
                let mut entries = Vec::new();
                while !self.sign("}") {
                    if self.sign("**") {
                        entries.push((None, self.expr()?));
                    } else {
                        let key = self.expr()?;
                        if !self.sign(":") {
                            return Err(not_simulated("les ensembles littéraux ({a, b})"));
                        }
                        let value = self.expr()?;
                        if self.is("for") {
                            let all = self.each(value, Some(key))?;
                            self.expect("}")?;
                            return Ok(all);
                        }
                        entries.push((Some(key), value));
                    }
                    if !matches!(self.peek(), Token::Sign("}")) {
                        self.expect(",")?;
                    }
                }
                Ok(Expr::Dict(entries))
            }
            _ => {
                self.at -= 1;
                self.wrong()
            }
        }
    }

    /// Texts side by side, formatted ones among them.
    pub(super) fn strings(&mut self) -> Result<Expr, Wrong> {
        let mut parts: Vec<(String, Option<(Expr, String)>)> = Vec::new();
        let mut plain = String::new();
        loop {
            match self.peek().clone() {
                Token::Text(body) => plain.push_str(&body),
                Token::Format(body) => {
                    let mut rest = body.as_str();
                    while let Some(at) = rest.find(['{', '}']) {
                        plain.push_str(&rest[..at]);
                        let mark = &rest[at..=at];
                        let after = &rest[at + 1..];
                        if let Some(doubled) = after.strip_prefix(mark) {
                            plain.push_str(mark);
                            rest = doubled;
                            continue;
                        }
                        let Some(end) = after.find('}') else {
                            return self.wrong();
                        };
                        let inside = &after[..end];
                        // A `:` outside of brackets begins the format.
                        let mut depth = 0;
                        let colon = inside.char_indices().find(|(_, c)| {
                            match c {
                                '[' | '(' => depth += 1,
                                ']' | ')' => depth -= 1,
                                _ => {}
                            }
                            depth == 0 && *c == ':'
                        });
                        let (source, format) = colon
                            .map_or((inside, ""), |(at, _)| (&inside[..at], &inside[at + 1..]));
                        let mut inner = Parser {
                            tokens: tokens(source.trim())?,
                            at: 0,
                            outer: Vec::new(),
                        };
                        parts.push((
                            std::mem::take(&mut plain),
                            Some((inner.expr()?, format.to_owned())),
                        ));
                        rest = &after[end + 1..];
                    }
                    plain.push_str(rest);
                }
                _ => break,
            }
            self.at += 1;
        }
        if parts.is_empty() {
            return Ok(Expr::Value(text(plain)));
        }
        parts.push((plain, None));
        Ok(Expr::Format(parts))
    }
}
