//! Python's tokens.

use super::Wrong;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Word(String),
    Int(i64),
    Num(f64),
    Text(String),
    Format(String),
    Sign(&'static str),
    Newline,
    Indent,
    Dedent,
    End,
}

const SIGNS: &[&str] = &[
    "**=", "//=", "->", "==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "**", "//", ":=",
    "(", ")", "[", "]", "{", "}", ",", ":", ".", "<", ">", "+", "-", "*", "/", "%", "=", "@", "|",
    "&", "~", "^", ";",
];

pub(super) fn tokens(source: &str) -> Result<Vec<(Token, usize)>, Wrong> {
    let mut found = Vec::new();
    let mut indents = vec![0];
    let (mut at, mut line, mut depth, mut fresh) = (0, 1, 0_usize, true);
    while at < source.len() {
        let rest = &source[at..];
        if fresh && depth == 0 {
            let blank = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            let after = &rest[blank..];
            if after.starts_with(['\n', '#', '\r']) || after.is_empty() {
                at += rest.find('\n').map_or(rest.len(), |it| it + 1);
                line += 1;
                continue;
            }
            let last = indents.last().copied().unwrap_or(0);
            if blank > last {
                indents.push(blank);
                found.push((Token::Indent, line));
            }
            while blank < indents.last().copied().unwrap_or(0) {
                indents.pop();
                found.push((Token::Dedent, line));
            }
            if blank != indents.last().copied().unwrap_or(0) {
                return Err(Wrong::Syntax(
                    line,
                    "IndentationError: unindent does not match any outer indentation level".into(),
                ));
            }
            fresh = false;
            at += blank;
            continue;
        }
        let first = rest.chars().next().unwrap_or(' ');
        if first == '\n' {
            if depth == 0 {
                found.push((Token::Newline, line));
                fresh = true;
            }
            line += 1;
            at += 1;
        } else if rest.starts_with("\\\n") {
            line += 1;
            at += 2;
        } else if first.is_whitespace() {
            at += first.len_utf8();
        } else if first == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else {
            let (token, used) = token(rest, line)?;
            match token {
                Token::Sign("(" | "[" | "{") => depth += 1,
                Token::Sign(")" | "]" | "}") => depth = depth.saturating_sub(1),
                _ => {}
            }
            found.push((token, line));
            line += rest[..used].matches('\n').count();
            at += used;
        }
    }
    if !matches!(found.last(), None | Some((Token::Newline, _))) {
        found.push((Token::Newline, line));
    }
    found.extend(indents.iter().skip(1).map(|_| (Token::Dedent, line)));
    found.push((Token::End, line));
    Ok(found)
}

pub(super) fn token(rest: &str, line: usize) -> Result<(Token, usize), Wrong> {
    let invalid = || Wrong::Syntax(line, "SyntaxError: invalid syntax".into());
    let first = rest.chars().next().unwrap_or(' ');
    if first.is_ascii_digit() {
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_')))
            .unwrap_or(rest.len());
        let digits = rest[..end].replace('_', "");
        let token = digits
            .parse()
            .map(Token::Int)
            .or_else(|_| digits.parse().map(Token::Num));
        return token.map(|it| (it, end)).map_err(|_| invalid());
    }
    let prefix = rest
        .find(['"', '\''])
        .filter(|at| *at <= 2 && rest[..*at].chars().all(|c| "rRbBfFuU".contains(c)));
    if let Some(prefix) = prefix {
        let kind = rest[..prefix].to_lowercase();
        let body = &rest[prefix..];
        let quote = if body.starts_with("\"\"\"") || body.starts_with("'''") {
            &body[..3]
        } else {
            &body[..1]
        };
        let (held, used) = quoted(body, quote, kind.contains('r')).ok_or_else(|| {
            Wrong::Syntax(
                line,
                format!("SyntaxError: unterminated string literal (detected at line {line})"),
            )
        })?;
        let token = if kind.contains('f') {
            Token::Format(held)
        } else {
            Token::Text(held)
        };
        return Ok((token, prefix + used));
    }
    if first.is_alphabetic() || first == '_' {
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        return Ok((Token::Word(rest[..end].to_owned()), end));
    }
    let sign = SIGNS
        .iter()
        .find(|it| rest.starts_with(**it))
        .ok_or_else(invalid)?;
    Ok((Token::Sign(sign), sign.len()))
}

pub(super) fn quoted(text: &str, quote: &str, raw: bool) -> Option<(String, usize)> {
    let mut body = String::new();
    let mut letters = text.char_indices().skip(quote.len());
    while let Some((at, letter)) = letters.next() {
        if text[at..].starts_with(quote) {
            return Some((body, at + quote.len()));
        }
        match letter {
            '\\' if !raw => {
                if text[at + 1..].starts_with('\n') {
                    letters.next();
                } else {
                    body.push(super::js_lexer::escaped(&mut letters)?);
                }
            }
            '\n' if quote.len() == 1 => return None,
            it => body.push(it),
        }
    }
    None
}
