//! From text to tokens.

use super::{Sql, error};

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A word, as written.
    Word(String),
    /// A quoted name.
    Name(String),
    /// A literal.
    Text(String),
    Number(String),
    /// `(`, `<=`…
    Sign(&'static str),
    End,
}

const SIGNS: &[&str] = &[
    "<=>", "<>", "!=", "<=", ">=", "||", "::", "@@", "(", ")", ",", ";", ".", "=", "<", ">", "+",
    "-", "*", "/", "%", "@",
];

/// Reads a text; each token comes with where it begins.
pub(super) fn tokens(text: &str) -> Sql<Vec<(Token, usize)>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
        } else if rest.starts_with("--") || first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |it| it + 2);
        } else if matches!(first, '\'' | '"' | '`') {
            let (body, used) = quoted(rest, first);
            let Some(body) = body else {
                return error(
                    1064,
                    "42601",
                    format!("unterminated quoted string at or near \"{rest}\""),
                );
            };
            let token = if first == '\'' {
                Token::Text(body)
            } else {
                Token::Name(body)
            };
            found.push((token, at));
            at += used;
        } else if first.is_ascii_digit() {
            let end = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
                .unwrap_or(rest.len());
            found.push((Token::Number(rest[..end].to_owned()), at));
            at += end;
        } else if first.is_alphabetic() || first == '_' {
            let end = rest
                .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
                .unwrap_or(rest.len());
            found.push((Token::Word(rest[..end].to_owned()), at));
            at += end;
        } else if let Some(sign) = SIGNS.iter().find(|it| rest.starts_with(**it)) {
            found.push((Token::Sign(sign), at));
            at += sign.len();
        } else {
            return error(
                1064,
                "42601",
                format!("syntax error at or near \"{first}\""),
            );
        }
    }
    found.push((Token::End, text.len()));
    Ok(found)
}

/// What is between quotes, doubled ones and backslashes undone, and its length with them.
fn quoted(text: &str, quote: char) -> (Option<String>, usize) {
    let mut body = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == quote {
            if letters.next_if(|it| it.1 == quote).is_some() {
                body.push(quote);
                continue;
            }
            return (Some(body), at + quote.len_utf8());
        }
        if letter == '\\' && quote == '\'' {
            match letters.next() {
                Some((_, 'n')) => body.push('\n'),
                Some((_, 't')) => body.push('\t'),
                Some((_, other)) => body.push(other),
                None => return (None, text.len()),
            }
            continue;
        }
        body.push(letter);
    }
    (None, text.len())
}

/// The statements of a script, without their `;`; the last may be unfinished.
pub(in super::super) fn split_statements(text: &str) -> Vec<String> {
    let mut statements = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if matches!(first, '\'' | '"' | '`') {
            at += quoted(rest, first).1;
        } else if rest.starts_with("--") || first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += rest.find("*/").map_or(rest.len(), |it| it + 2);
        } else {
            if first == ';' {
                statements.push(text[begin..at].trim().to_owned());
                begin = at + 1;
            }
            at += first.len_utf8();
        }
    }
    statements.push(text[begin..].trim().to_owned());
    statements
}
