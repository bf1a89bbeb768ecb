//! JavaScript's tokens.

use super::{Wrong, not_simulated};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Word(String),
    Number(f64),
    Text(String),
    /// Parts of a template: text, source of the expression.
    Template(Vec<(String, Option<String>)>),
    Sign(&'static str),
    End,
}

const SIGNS: &[&str] = &[
    "===", "!==", "**=", "...", "&&=", "||=", "??=", "=>", "==", "!=", "<=", ">=", "&&", "||",
    "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "**", "{", "}", "(", ")", "[", "]", ";",
    ",", ".", "<", ">", "+", "-", "*", "/", "%", "=", "!", "?", ":", "&", "|", "^", "~",
];

/// A token, its line, whether a line ends before it.
pub(super) type Placed = (Token, usize, bool);

pub(super) fn tokens(source: &str) -> Result<Vec<Placed>, Wrong> {
    let mut found: Vec<Placed> = Vec::new();
    let (mut at, mut line, mut fresh) = (0, 1, false);
    if source.starts_with("#!") {
        at = source.find('\n').unwrap_or(source.len());
    }
    while let Some(first) = source[at..].chars().next() {
        let rest = &source[at..];
        if first == '\n' {
            line += 1;
            fresh = true;
            at += 1;
        } else if first.is_whitespace() || first == '\u{feff}' {
            at += first.len_utf8();
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            let end = rest.find("*/").map_or(rest.len(), |it| it + 2);
            line += rest[..end].matches('\n').count();
            at += end;
        } else {
            let (token, used) = token(rest, line, found.last().map(|it| &it.0))?;
            found.push((token, line, fresh));
            fresh = false;
            line += rest[..used].matches('\n').count();
            at += used;
        }
    }
    found.push((Token::End, line, true));
    Ok(found)
}

pub(super) fn token(
    rest: &str,
    line: usize,
    before: Option<&Token>,
) -> Result<(Token, usize), Wrong> {
    let invalid = || Wrong::Syntax(line, "Invalid or unexpected token".into());
    let first = rest.chars().next().unwrap_or(' ');
    if first.is_ascii_digit() {
        if let Some(hex) = rest.strip_prefix("0x") {
            let end = hex
                .find(|c: char| !c.is_ascii_hexdigit())
                .unwrap_or(hex.len());
            let number = u32::from_str_radix(&hex[..end], 16).map_err(|_| invalid())?;
            return Ok((Token::Number(f64::from(number)), end + 2));
        }
        let mut end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_')))
            .unwrap_or(rest.len());
        if rest[end..].starts_with(['e', 'E']) {
            let tail = &rest[end + 1..];
            let sign = usize::from(tail.starts_with(['-', '+']));
            end += 1
                + sign
                + tail[sign..]
                    .find(|c: char| !c.is_ascii_digit())
                    .unwrap_or(tail.len() - sign);
        }
        let number = rest[..end]
            .replace('_', "")
            .parse()
            .map_err(|_| invalid())?;
        return Ok((Token::Number(number), end));
    }
    if matches!(first, '"' | '\'') {
        let (body, used) = quoted(rest, first).ok_or_else(invalid)?;
        return Ok((Token::Text(body), used));
    }
    if first == '`' {
        return template(rest).ok_or_else(invalid);
    }
    if first.is_alphabetic() || matches!(first, '_' | '$' | '#') {
        let end = rest[1..]
            .find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$')))
            .map_or(rest.len(), |it| it + 1);
        return Ok((Token::Word(rest[..end].to_owned()), end));
    }
    let operand_before = matches!(
        before,
        Some(Token::Word(_) | Token::Number(_) | Token::Text(_) | Token::Sign(")" | "]" | "}"))
    );
    if first == '/' && !operand_before {
        return Err(not_simulated(
            "les expressions rationnelles littérales (/…/) de JavaScript",
        ));
    }
    let sign = SIGNS
        .iter()
        .find(|it| rest.starts_with(**it))
        .ok_or_else(invalid)?;
    Ok((Token::Sign(sign), sign.len()))
}

/// The letter that a backslash and these letters mean.
pub(super) fn escaped(letters: &mut impl Iterator<Item = (usize, char)>) -> Option<char> {
    Some(match letters.next()?.1 {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        '0' => '\0',
        'b' => '\u{8}',
        'e' => '\u{1b}',
        'x' => {
            let digits: String = letters.take(2).map(|it| it.1).collect();
            char::from(u8::from_str_radix(&digits, 16).ok()?)
        }
        'u' => {
            let digits: String = letters.take(4).map(|it| it.1).collect();
            char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
        }
        other => other,
    })
}

pub(super) fn quoted(rest: &str, quote: char) -> Option<(String, usize)> {
    let mut body = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            it if it == quote => return Some((body, at + 1)),
            '\\' => body.push(escaped(&mut letters)?),
            '\n' => return None,
            it => body.push(it),
        }
    }
    None
}

pub(super) fn template(rest: &str) -> Option<(Token, usize)> {
    let mut parts = Vec::new();
    let mut body = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '`' => {
                parts.push((body, None));
                return Some((Token::Template(parts), at + 1));
            }
            '\\' => body.push(escaped(&mut letters)?),
            '$' if rest[at + 1..].starts_with('{') => {
                let source = &rest[at + 2..];
                let mut depth = 1;
                let end = source.char_indices().find_map(|(at, c)| {
                    match c {
                        '{' => depth += 1,
                        '}' => depth -= 1,
                        _ => {}
                    }
                    (depth == 0).then_some(at)
                })?;
                parts.push((std::mem::take(&mut body), Some(source[..end].to_owned())));
                let next = at + 2 + end;
                letters.by_ref().find(|it| it.0 == next);
            }
            it => body.push(it),
        }
    }
    None
}
