//! `expr`.

use super::applet::Applet;
use super::regex::Regex;
use crate::kernel::Sys;

/// `expr EXPRESSION`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if applet.args.is_empty() {
        applet.complain("too few arguments").await;
        return 2;
    }
    let mut parser = Parser {
        words: &applet.args,
        at: 0,
    };
    let value = match parser.or() {
        Ok(value) if parser.at == applet.args.len() => value,
        Ok(_) => {
            applet.complain("syntax error").await;
            return 2;
        }
        Err(message) => {
            applet.complain(&message).await;
            return 2;
        }
    };
    let is_null = value.is_empty() || value.parse() == Ok(0);
    applet
        .print(format!("{value}\n"))
        .await
        .max(u8::from(is_null))
}

struct Parser<'a> {
    words: &'a [String],
    at: usize,
}

fn number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| "non-numeric argument".to_owned())
}

impl Parser<'_> {
    fn accept(&mut self, words: &[&str]) -> Option<String> {
        let word = self
            .words
            .get(self.at)
            .filter(|it| words.contains(&it.as_str()))?;
        self.at += 1;
        Some(word.clone())
    }

    fn next(&mut self) -> Result<String, String> {
        let word = self.words.get(self.at).cloned().ok_or("syntax error")?;
        self.at += 1;
        Ok(word)
    }

    fn or(&mut self) -> Result<String, String> {
        let mut value = self.and()?;
        while self.accept(&["|"]).is_some() {
            let right = self.and()?;
            if value.is_empty() || value == "0" {
                value = right;
            }
        }
        Ok(value)
    }

    fn and(&mut self) -> Result<String, String> {
        let mut value = self.comparison()?;
        while self.accept(&["&"]).is_some() {
            let right = self.comparison()?;
            if value.is_empty() || value == "0" || right.is_empty() || right == "0" {
                value = "0".into();
            }
        }
        Ok(value)
    }

    fn comparison(&mut self) -> Result<String, String> {
        let mut left = self.sum()?;
        while let Some(operator) = self.accept(&["<", "<=", "=", "==", "!=", ">=", ">"]) {
            let right = self.sum()?;
            let order = match (left.parse::<i64>(), right.parse::<i64>()) {
                (Ok(left), Ok(right)) => left.cmp(&right),
                _ => left.cmp(&right),
            };
            let holds = match operator.as_str() {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                "!=" => order.is_ne(),
                ">=" => order.is_ge(),
                ">" => order.is_gt(),
                _ => order.is_eq(),
            };
            left = u8::from(holds).to_string();
        }
        Ok(left)
    }

    fn sum(&mut self) -> Result<String, String> {
        let mut left = self.product()?;
        while let Some(operator) = self.accept(&["+", "-"]) {
            let (a, b) = (number(&left)?, number(&self.product()?)?);
            left = if operator == "+" {
                a.wrapping_add(b)
            } else {
                a.wrapping_sub(b)
            }
            .to_string();
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<String, String> {
        let mut left = self.matching()?;
        while let Some(operator) = self.accept(&["*", "/", "%"]) {
            let (a, b) = (number(&left)?, number(&self.matching()?)?);
            if b == 0 && operator != "*" {
                return Err("division by zero".into());
            }
            left = match operator.as_str() {
                "*" => a.wrapping_mul(b),
                "/" => a.wrapping_div(b),
                _ => a.wrapping_rem(b),
            }
            .to_string();
        }
        Ok(left)
    }

    fn matching(&mut self) -> Result<String, String> {
        let mut left = self.primary()?;
        while self.accept(&[":"]).is_some() {
            let pattern = self.primary()?;
            left = matched(&left, &pattern)?;
        }
        Ok(left)
    }

    fn primary(&mut self) -> Result<String, String> {
        let word = self.next()?;
        match word.as_str() {
            "(" => {
                let value = self.or()?;
                self.accept(&[")"]).ok_or("syntax error")?;
                Ok(value)
            }
            "length" if self.at < self.words.len() => Ok(self.next()?.chars().count().to_string()),
            "match" if self.at + 1 < self.words.len() => {
                let (text, pattern) = (self.next()?, self.next()?);
                matched(&text, &pattern)
            }
            "index" if self.at + 1 < self.words.len() => {
                let (text, set) = (self.next()?, self.next()?);
                Ok(text
                    .chars()
                    .position(|c| set.contains(c))
                    .map_or(0, |at| at + 1)
                    .to_string())
            }
            "substr" if self.at + 2 < self.words.len() => {
                let text = self.next()?;
                let (from, length) = (number(&self.next()?)?, number(&self.next()?)?);
                let skip = usize::try_from(from - 1).unwrap_or(usize::MAX);
                let take = usize::try_from(length).unwrap_or(0);
                Ok(text.chars().skip(skip).take(take).collect())
            }
            _ => Ok(word),
        }
    }
}

/// `TEXT : PATTERN`: the first group, or the length of what matches from the start.
fn matched(text: &str, pattern: &str) -> Result<String, String> {
    let regex = Regex::new(pattern, false, false).map_err(|error| error.to_string())?;
    let chars: Vec<char> = text.chars().collect();
    let captures = regex.match_at(&chars, 0);
    Ok(match captures {
        Some(groups) if groups.len() > 1 => {
            groups[1].map_or(String::new(), |(from, to)| chars[from..to].iter().collect())
        }
        Some(groups) => groups[0].map_or(0, |it| it.1).to_string(),
        None if pattern.contains("\\(") => String::new(),
        None => "0".into(),
    })
}
