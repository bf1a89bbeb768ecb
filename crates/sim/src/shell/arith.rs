//! `$((…))`: C integer arithmetic on 64 bits, XCU 2.6.4 with ash's `**`, `++` and `,`.

/// What is wrong with an expression, as ash says it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ArithError {
    /// It cannot be read.
    #[error("arithmetic syntax error")]
    Syntax,
    /// `/ 0`, `% 0`.
    #[error("divide by zero")]
    DivideByZero,
    /// A variable's value leads back to itself.
    #[error("expression recursion loop detected")]
    Recursion,
    /// The variable cannot be assigned: the shell said why already.
    #[error("{0}")]
    Assign(String),
}

/// The variables that an expression names.
pub(super) trait Variables {
    /// Its value; `None` when unset.
    fn value(&self, name: &str) -> Option<String>;
    /// Assigns it.
    fn assign(&mut self, name: &str, value: i64) -> Result<(), ArithError>;
}

/// Computes an expression.
pub(super) fn evaluate(text: &str, variables: &mut dyn Variables) -> Result<i64, ArithError> {
    evaluate_nested(text, variables, 0)
}

fn evaluate_nested(
    text: &str,
    variables: &mut dyn Variables,
    depth: u8,
) -> Result<i64, ArithError> {
    if depth > 30 {
        return Err(ArithError::Recursion);
    }
    let tokens = tokenize(text)?;
    if tokens.is_empty() {
        return Ok(0);
    }
    let mut parser = Parser {
        tokens,
        at: 0,
        variables,
        depth,
        skipping: 0,
        nesting: 0,
    };
    let value = parser.comma()?;
    if parser.at < parser.tokens.len() {
        return Err(ArithError::Syntax);
    }
    Ok(value)
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Number(i64),
    Name(String),
    Operator(&'static str),
}

/// Longest first, so that the first that fits is the right one.
const OPERATORS: [&str; 38] = [
    "<<=", ">>=", "**", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+=", "-=",
    "*=", "/=", "%=", "&=", "|=", "^=", "+", "-", "*", "/", "%", "<", ">", "=", "!", "~", "&", "|",
    "^", "?", ":", "(", ")",
];

fn tokenize(text: &str) -> Result<Vec<Token>, ArithError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        if c.is_ascii_digit() {
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '#'))
                .unwrap_or(rest.len());
            tokens.push(Token::Number(number(&rest[..end])?));
            rest = &rest[end..];
        } else if c.is_ascii_alphabetic() || c == '_' {
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
                .unwrap_or(rest.len());
            tokens.push(Token::Name(rest[..end].into()));
            rest = &rest[end..];
        } else if let Some(after) = rest.strip_prefix(',') {
            tokens.push(Token::Operator(","));
            rest = after;
        } else {
            let operator = OPERATORS
                .iter()
                .find(|it| rest.starts_with(**it))
                .ok_or(ArithError::Syntax)?;
            tokens.push(Token::Operator(operator));
            rest = &rest[operator.len()..];
        }
        rest = rest.trim_start();
    }
    Ok(tokens)
}

fn number(text: &str) -> Result<i64, ArithError> {
    let (digits, base) = if let Some((base, digits)) = text.split_once('#') {
        (
            digits,
            base.parse()
                .ok()
                .filter(|it| (2..=36).contains(it))
                .ok_or(ArithError::Syntax)?,
        )
    } else if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        (digits, 16)
    } else if text.len() > 1 && text.starts_with('0') {
        (&text[1..], 8)
    } else {
        (text, 10)
    };
    // Beyond 64 bits it wraps, as strtoull(3) then a cast do.
    digits.chars().try_fold(0i64, |value, c| {
        let digit = c.to_digit(base).ok_or(ArithError::Syntax)?;
        Ok(value
            .wrapping_mul(i64::from(base))
            .wrapping_add(i64::from(digit)))
    })
}

struct Parser<'a> {
    tokens: Vec<Token>,
    at: usize,
    variables: &'a mut dyn Variables,
    depth: u8,
    /// Above zero in a branch that is not taken: nothing is assigned nor divided there.
    skipping: u32,
    nesting: u32,
}

/// The binary operators of each level, weakest first.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

impl Parser<'_> {
    fn accept(&mut self, operator: &str) -> bool {
        let found =
            matches!(self.tokens.get(self.at), Some(Token::Operator(it)) if *it == operator);
        self.at += usize::from(found);
        found
    }

    fn accept_any(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        operators.iter().find(|it| self.accept(it)).copied()
    }

    fn comma(&mut self) -> Result<i64, ArithError> {
        let mut value = self.assignment()?;
        while self.accept(",") {
            value = self.assignment()?;
        }
        Ok(value)
    }

    fn assignment(&mut self) -> Result<i64, ArithError> {
        let name = match self.tokens.get(self.at) {
            Some(Token::Name(name)) => name.clone(),
            _ => return self.conditional(),
        };
        let operator = match self.tokens.get(self.at + 1) {
            Some(Token::Operator("=")) => "",
            Some(Token::Operator(it))
                if it.len() > 1
                    && it.ends_with('=')
                    && !matches!(*it, "==" | "!=" | "<=" | ">=") =>
            {
                &it[..it.len() - 1]
            }
            _ => return self.conditional(),
        };
        self.at += 2;
        let right = self.assignment()?;
        let value = if operator.is_empty() {
            right
        } else {
            let left = self.variable(&name)?;
            self.apply(operator, left, right)?
        };
        self.assign(&name, value)?;
        Ok(value)
    }

    fn assign(&mut self, name: &str, value: i64) -> Result<(), ArithError> {
        if self.skipping > 0 {
            Ok(())
        } else {
            self.variables.assign(name, value)
        }
    }

    fn variable(&mut self, name: &str) -> Result<i64, ArithError> {
        match self.variables.value(name) {
            Some(text) if self.skipping == 0 && !text.trim().is_empty() => {
                evaluate_nested(&text, self.variables, self.depth + 1)
            }
            _ => Ok(0),
        }
    }

    fn conditional(&mut self) -> Result<i64, ArithError> {
        let condition = self.binary(0)?;
        if !self.accept("?") {
            return Ok(condition);
        }
        let yes = self.unless(condition == 0, Self::comma)?;
        if !self.accept(":") {
            return Err(ArithError::Syntax);
        }
        let no = self.unless(condition != 0, Self::conditional)?;
        Ok(if condition != 0 { yes } else { no })
    }

    fn unless(
        &mut self,
        skip: bool,
        part: impl FnOnce(&mut Self) -> Result<i64, ArithError>,
    ) -> Result<i64, ArithError> {
        self.skipping += u32::from(skip);
        let value = part(self);
        self.skipping -= u32::from(skip);
        value
    }

    fn binary(&mut self, level: usize) -> Result<i64, ArithError> {
        let Some(operators) = LEVELS.get(level) else {
            return self.power();
        };
        let mut left = self.binary(level + 1)?;
        while let Some(operator) = self.accept_any(operators) {
            left = match operator {
                "||" => {
                    let right = self.unless(left != 0, |it| it.binary(level + 1))?;
                    i64::from(left != 0 || right != 0)
                }
                "&&" => {
                    let right = self.unless(left == 0, |it| it.binary(level + 1))?;
                    i64::from(left != 0 && right != 0)
                }
                _ => {
                    let right = self.binary(level + 1)?;
                    self.apply(operator, left, right)?
                }
            };
        }
        Ok(left)
    }

    fn power(&mut self) -> Result<i64, ArithError> {
        let base = self.unary()?;
        if !self.accept("**") {
            return Ok(base);
        }
        let exponent = self.power()?;
        if exponent < 0 {
            return Err(ArithError::Syntax);
        }
        Ok(base.wrapping_pow(u32::try_from(exponent).unwrap_or(u32::MAX)))
    }

    fn unary(&mut self) -> Result<i64, ArithError> {
        self.nesting += 1;
        if self.nesting > 200 {
            return Err(ArithError::Syntax);
        }
        let value = self.unary_inner();
        self.nesting -= 1;
        value
    }

    fn unary_inner(&mut self) -> Result<i64, ArithError> {
        match self.accept_any(&["++", "--", "+", "-", "!", "~"]) {
            Some(step @ ("++" | "--")) => {
                let Some(Token::Name(name)) = self.tokens.get(self.at).cloned() else {
                    // `--5` is `-(-5)`.
                    return self.unary();
                };
                self.at += 1;
                let value = self
                    .variable(&name)?
                    .wrapping_add(if step == "++" { 1 } else { -1 });
                self.assign(&name, value)?;
                Ok(value)
            }
            Some("+") => self.unary(),
            Some("-") => Ok(self.unary()?.wrapping_neg()),
            Some("!") => Ok(i64::from(self.unary()? == 0)),
            Some(_) => Ok(!self.unary()?),
            None => self.primary(),
        }
    }

    fn primary(&mut self) -> Result<i64, ArithError> {
        if self.accept("(") {
            let value = self.comma()?;
            return if self.accept(")") {
                Ok(value)
            } else {
                Err(ArithError::Syntax)
            };
        }
        let token = self
            .tokens
            .get(self.at)
            .cloned()
            .ok_or(ArithError::Syntax)?;
        self.at += 1;
        match token {
            Token::Number(value) => Ok(value),
            Token::Name(name) => {
                let value = self.variable(&name)?;
                if let Some(step) = self.accept_any(&["++", "--"]) {
                    self.assign(&name, value.wrapping_add(if step == "++" { 1 } else { -1 }))?;
                }
                Ok(value)
            }
            Token::Operator(_) => Err(ArithError::Syntax),
        }
    }

    fn apply(&self, operator: &str, left: i64, right: i64) -> Result<i64, ArithError> {
        let shift = u32::from(right.to_le_bytes()[0] & 63);
        Ok(match operator {
            "+" => left.wrapping_add(right),
            "-" => left.wrapping_sub(right),
            "*" => left.wrapping_mul(right),
            "/" | "%" if right == 0 => {
                return if self.skipping > 0 {
                    Ok(0)
                } else {
                    Err(ArithError::DivideByZero)
                };
            }
            "/" => left.wrapping_div(right),
            "%" => left.wrapping_rem(right),
            "<<" => left.wrapping_shl(shift),
            ">>" => left.wrapping_shr(shift),
            "&" => left & right,
            "|" => left | right,
            "^" => left ^ right,
            "==" => i64::from(left == right),
            "!=" => i64::from(left != right),
            "<" => i64::from(left < right),
            ">" => i64::from(left > right),
            "<=" => i64::from(left <= right),
            ">=" => i64::from(left >= right),
            _ => return Err(ArithError::Syntax),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    impl Variables for BTreeMap<String, String> {
        fn value(&self, name: &str) -> Option<String> {
            self.get(name).cloned()
        }

        fn assign(&mut self, name: &str, value: i64) -> Result<(), ArithError> {
            self.insert(name.into(), value.to_string());
            Ok(())
        }
    }

    #[test]
    fn computes_as_ash_does() {
        let mut variables = BTreeMap::from([("x".to_owned(), "5".to_owned())]);
        for (text, expected) in [
            ("1+2*3", Ok(7)),
            ("(1+2)*3", Ok(9)),
            ("2**10", Ok(1024)),
            ("-3 % 2", Ok(-1)),
            ("1<<4|1", Ok(17)),
            ("x++ + ++x", Ok(12)),
            ("x", Ok(7)),
            ("y = x > 3 ? 10 : 20", Ok(10)),
            ("y += 5", Ok(15)),
            ("0 && 1/0", Ok(0)),
            ("1 || 1/0", Ok(1)),
            ("0x1f + 017 + 2#101", Ok(31 + 15 + 5)),
            ("!0", Ok(1)),
            ("~0", Ok(-1)),
            ("nothing", Ok(0)),
            ("", Ok(0)),
            ("1, 2", Ok(2)),
            ("1/0", Err(ArithError::DivideByZero)),
            ("1+", Err(ArithError::Syntax)),
            ("1 2", Err(ArithError::Syntax)),
            ("08", Err(ArithError::Syntax)),
        ] {
            assert_eq!(evaluate(text, &mut variables), expected, "{text}");
        }
    }

    #[test]
    fn a_variable_that_names_itself_is_an_error() {
        let mut variables = BTreeMap::from([("a".to_owned(), "a".to_owned())]);
        assert_eq!(evaluate("a", &mut variables), Err(ArithError::Recursion));
    }
}
