//! Reading `awk` expressions, by precedence.

use super::super::regex::Regex;
use super::lexer::Token;
use super::parser::{Parsed, Parser};
use super::syntax::{Expr, Source};

/// How many operators of the same level may follow one another.
const LONGEST: usize = 150;

impl Parser {
    pub(super) fn expr(&mut self) -> Parsed<Expr> {
        self.deeper(Self::assignment)
    }

    fn assignment(&mut self) -> Parsed<Expr> {
        let left = self.choice()?;
        let operator = match self.peek() {
            Token::Word("=") => None,
            Token::Word("+=") => Some("+"),
            Token::Word("-=") => Some("-"),
            Token::Word("*=") => Some("*"),
            Token::Word("/=") => Some("/"),
            Token::Word("%=") => Some("%"),
            Token::Word("^=") => Some("^"),
            _ => return Ok(left),
        };
        if !matches!(left, Expr::Name(_) | Expr::Element(..) | Expr::Field(_)) {
            return Err(self.unexpected());
        }
        self.advance();
        self.skip_newlines();
        let right = self.expr()?;
        Ok(Expr::Assign(Box::new(left), operator, Box::new(right)))
    }

    fn choice(&mut self) -> Parsed<Expr> {
        let condition = self.chain(0)?;
        if !self.accept("?") {
            return Ok(condition);
        }
        self.skip_newlines();
        let yes = self.expr()?;
        self.skip_newlines();
        self.expect(":")?;
        self.skip_newlines();
        let no = self.expr()?;
        Ok(Expr::Choice(
            Box::new(condition),
            Box::new(yes),
            Box::new(no),
        ))
    }

    /// `||`, `&&`, `in`, `~`, comparisons: levels 0 to 4.
    fn chain(&mut self, level: usize) -> Parsed<Expr> {
        let mut left = if level == 4 {
            self.piped()?
        } else {
            self.chain(level + 1)?
        };
        for _ in 0..LONGEST {
            let Token::Word(word) = *self.peek() else {
                return Ok(left);
            };
            let here = match word {
                "||" => 0,
                "&&" => 1,
                "in" => 2,
                "~" | "!~" => 3,
                ">" if self.in_print => return Ok(left),
                "<" | "<=" | ">" | ">=" | "==" | "!=" => 4,
                _ => return Ok(left),
            };
            if here != level {
                return Ok(left);
            }
            self.advance();
            if level < 2 {
                self.skip_newlines();
            }
            left = match level {
                2 => {
                    let keys = match left {
                        Expr::List(keys) => keys,
                        other => vec![other],
                    };
                    Expr::In(keys, self.name()?)
                }
                3 => {
                    let right = self.chain(4)?;
                    Expr::Match(word == "!~", Box::new(left), Box::new(right))
                }
                4 => Expr::Binary(word, Box::new(left), Box::new(self.piped()?)),
                _ => Expr::Binary(word, Box::new(left), Box::new(self.chain(level + 1)?)),
            };
        }
        Err(self.wrong("Expression is too long"))
    }

    /// `COMMAND | getline`
    fn piped(&mut self) -> Parsed<Expr> {
        let mut left = self.concatenation()?;
        for _ in 0..LONGEST {
            if !self.is("|") || *self.peek_at(1) != Token::Word("getline") {
                return Ok(left);
            }
            self.advance();
            self.advance();
            let into = self.target()?;
            left = Expr::Getline(into, Source::Command(Box::new(left)));
        }
        Err(self.wrong("Expression is too long"))
    }

    /// The variable of a `getline`, if any.
    fn target(&mut self) -> Parsed<Option<Box<Expr>>> {
        if matches!(self.peek(), Token::Name(_)) || self.is("$") {
            Ok(Some(Box::new(self.operand()?)))
        } else {
            Ok(None)
        }
    }

    pub(super) fn concatenation(&mut self) -> Parsed<Expr> {
        let mut left = self.sum()?;
        for _ in 0..LONGEST {
            let goes_on = match self.peek() {
                Token::Number(_) | Token::Text(_) | Token::Name(_) | Token::Call(_) => true,
                Token::Word(word) => matches!(*word, "$" | "(" | "++" | "--") || is_function(word),
                _ => false,
            };
            if !goes_on {
                return Ok(left);
            }
            left = Expr::Concat(Box::new(left), Box::new(self.sum()?));
        }
        Err(self.wrong("Expression is too long"))
    }

    fn sum(&mut self) -> Parsed<Expr> {
        let mut left = self.product()?;
        for _ in 0..LONGEST {
            let Token::Word(word @ ("+" | "-")) = *self.peek() else {
                return Ok(left);
            };
            self.advance();
            left = Expr::Binary(word, Box::new(left), Box::new(self.product()?));
        }
        Err(self.wrong("Expression is too long"))
    }

    fn product(&mut self) -> Parsed<Expr> {
        let mut left = self.unary()?;
        for _ in 0..LONGEST {
            let Token::Word(word @ ("*" | "/" | "%")) = *self.peek() else {
                return Ok(left);
            };
            self.advance();
            left = Expr::Binary(word, Box::new(left), Box::new(self.unary()?));
        }
        Err(self.wrong("Expression is too long"))
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let Token::Word(word @ ("!" | "-" | "+")) = *self.peek() else {
            return self.power();
        };
        self.advance();
        let operand = self.deeper(Self::unary)?;
        Ok(Expr::Unary(word, Box::new(operand)))
    }

    fn power(&mut self) -> Parsed<Expr> {
        let base = self.step()?;
        if !self.accept("^") {
            return Ok(base);
        }
        let power = self.deeper(Self::unary)?;
        Ok(Expr::Binary("^", Box::new(base), Box::new(power)))
    }

    fn step(&mut self) -> Parsed<Expr> {
        if let Token::Word(word @ ("++" | "--")) = *self.peek() {
            self.advance();
            let operand = self.operand()?;
            return Ok(Expr::Step(Box::new(operand), step_of(word), true));
        }
        let operand = self.operand()?;
        if let Token::Word(word @ ("++" | "--")) = *self.peek()
            && matches!(operand, Expr::Name(_) | Expr::Element(..) | Expr::Field(_))
        {
            self.advance();
            return Ok(Expr::Step(Box::new(operand), step_of(word), false));
        }
        Ok(operand)
    }

    fn operand(&mut self) -> Parsed<Expr> {
        self.deeper(Self::operand_inside)
    }

    fn operand_inside(&mut self) -> Parsed<Expr> {
        let line = self.line();
        match self.advance() {
            Token::Number(value) => Ok(Expr::Number(value)),
            Token::Text(text) => Ok(Expr::Text(text)),
            Token::Regex(text) => match Regex::new(&text, true, false) {
                Ok(regex) => Ok(Expr::Regex(Box::new(regex))),
                Err(error) => Err(self.wrong(format!("bad regex '{text}': {error}"))),
            },
            Token::Name(name) => Ok(if self.accept("[") {
                Expr::Element(name, self.list("]")?)
            } else {
                Expr::Name(name)
            }),
            Token::Call(name) => {
                self.expect("(")?;
                self.calls.push((name.clone(), line));
                Ok(Expr::Call(name, self.list(")")?))
            }
            Token::Word("$") => {
                let index = match *self.peek() {
                    Token::Word(word @ ("++" | "--")) => {
                        self.advance();
                        Expr::Step(Box::new(self.operand()?), step_of(word), true)
                    }
                    Token::Word("-") => {
                        self.advance();
                        Expr::Unary("-", Box::new(self.operand()?))
                    }
                    _ => self.operand()?,
                };
                Ok(Expr::Field(Box::new(index)))
            }
            Token::Word("(") => {
                let mut list = self.list(")")?;
                match (list.pop(), list.is_empty()) {
                    (None, _) => Err(self.unexpected()),
                    (Some(only), true) => Ok(only),
                    (Some(last), false) => {
                        list.push(last);
                        Ok(Expr::List(list))
                    }
                }
            }
            Token::Word("getline") => {
                let into = self.target()?;
                if self.accept("<") {
                    let file = Box::new(self.step()?);
                    return Ok(Expr::Getline(into, Source::File(file)));
                }
                Ok(Expr::Getline(into, Source::Main))
            }
            Token::Word(word) if is_function(word) => {
                let arguments = if self.accept("(") {
                    self.list(")")?
                } else if word == "length" {
                    Vec::new()
                } else {
                    return Err(self.unexpected());
                };
                Ok(Expr::Builtin(word, arguments))
            }
            Token::Newline | Token::End | Token::Word(_) => {
                let wrong = super::Wrong {
                    line,
                    message: "Unexpected token".into(),
                };
                Err(wrong)
            }
        }
    }
}

fn step_of(word: &str) -> f64 {
    if word == "++" { 1.0 } else { -1.0 }
}

fn is_function(word: &str) -> bool {
    !matches!(
        word,
        "BEGIN"
            | "END"
            | "break"
            | "continue"
            | "delete"
            | "do"
            | "else"
            | "exit"
            | "for"
            | "func"
            | "function"
            | "getline"
            | "if"
            | "in"
            | "next"
            | "nextfile"
            | "print"
            | "printf"
            | "return"
            | "while"
    ) && word.starts_with(|c: char| c.is_ascii_lowercase())
}
