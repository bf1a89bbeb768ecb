//! Source text to syntax tree: brush-parser behind a guard, with the complaints of ash.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::mpsc;
use std::time::Duration;

use brush_parser::ast::Program;
use brush_parser::{ParseError, Parser, ParserOptions, Token, TokenizerError};

/// What a piece of source text is.
#[derive(Debug)]
pub(super) enum Source {
    /// Commands.
    Complete(Program),
    /// The beginning of something: more lines are needed. The complaint is for the end of file.
    Incomplete(SyntaxError),
    /// No continuation would make it right.
    Wrong(SyntaxError),
}

/// Why source text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("syntax error: {message}")]
pub(super) struct SyntaxError {
    message: String,
    /// Line in the text, from 1.
    pub(super) line: usize,
}

/// Nesting beyond which the recursive parser is not tried.
const DEEPEST: usize = 60;

/// The longest the parser may take; then the text is called wrong.
const PATIENCE: Duration = Duration::from_secs(2);

/// Reads source text.
///
/// The parser runs in a thread of its own: it recurses as deep as the text nests, panics on some
/// inputs (a descriptor number beyond `i32`), and backtracks for ever on a few.
pub(super) fn parse(text: &str) -> Source {
    if nesting(text) > DEEPEST {
        return Source::Wrong(SyntaxError {
            message: "nested too deep".into(),
            line: 1,
        });
    }
    let (sender, receiver) = mpsc::channel();
    let owned = text.to_owned();
    let spawned = std::thread::Builder::new()
        .name("sh-parser".into())
        .stack_size(16 << 20)
        .spawn(move || {
            let result = std::panic::catch_unwind(AssertUnwindSafe(|| {
                Parser::new(owned.as_bytes(), &options()).parse_program()
            }));
            // Nobody listens any more when it took too long.
            let _ = sender.send(result);
        });
    let result = match spawned {
        Ok(_) => receiver.recv_timeout(PATIENCE).ok().and_then(Result::ok),
        Err(_) => None,
    };
    match result {
        Some(Ok(program)) => Source::Complete(program),
        Some(Err(error)) => explain(text, &error),
        None => Source::Wrong(SyntaxError {
            message: "unexpected word".into(),
            line: 1,
        }),
    }
}

/// Whether the last line goes on in the next one: it ends with a backslash that is neither escaped nor
/// in a comment. Quotes that are open are for [`parse`] to see.
pub(super) fn goes_on(text: &str) -> bool {
    let Some(before) = text.strip_suffix("\\\n") else {
        return false;
    };
    let escaped = before.bytes().rev().take_while(|it| *it == b'\\').count() % 2 == 1;
    // What is added to a comment makes no word.
    let longer = format!("{before}x");
    !escaped && words(before) != words(&longer)
}

fn words(text: &str) -> Option<Vec<String>> {
    let tokens = brush_parser::uncached_tokenize_str(text, &options().tokenizer_options()).ok()?;
    Some(tokens.iter().map(|it| it.to_str().to_owned()).collect())
}

fn options() -> ParserOptions {
    ParserOptions {
        enable_extended_globbing: false,
        ..ParserOptions::default()
    }
}

fn nesting(text: &str) -> usize {
    let (mut depth, mut most) = (0usize, 0);
    for c in text.chars() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

fn explain(text: &str, error: &ParseError) -> Source {
    let last_line = text.lines().count().max(1);
    let incomplete = |message: String| {
        Source::Incomplete(SyntaxError {
            message,
            line: last_line + 1,
        })
    };
    match error {
        ParseError::Tokenizing { inner, .. } => match inner {
            TokenizerError::UnterminatedSingleQuote(_)
            | TokenizerError::UnterminatedDoubleQuote(_)
            | TokenizerError::UnterminatedAnsiCQuote(_) => {
                incomplete("unterminated quoted string".into())
            }
            TokenizerError::UnterminatedBackquote(_) => {
                incomplete("EOF in backquote substitution".into())
            }
            TokenizerError::UnterminatedCommandSubstitution => {
                incomplete("unexpected end of file (expecting \")\")".into())
            }
            TokenizerError::UnterminatedExpansion if text.rfind("$(") > text.rfind("${") => {
                incomplete("unexpected end of file (expecting \")\")".into())
            }
            TokenizerError::UnterminatedExpansion | TokenizerError::UnterminatedVariable => {
                incomplete("missing '}'".into())
            }
            TokenizerError::UnterminatedHereDocuments(tags, _) => {
                incomplete(format!("{HERE_DOCUMENT}{tags}"))
            }
            inner if inner.is_incomplete() => incomplete("unexpected end of file".into()),
            _ => Source::Wrong(SyntaxError {
                message: "unexpected newline".into(),
                line: 1,
            }),
        },
        ParseError::ParsingAtEndOfInput => {
            let tokens = brush_parser::uncached_tokenize_str(text, &options().tokenizer_options())
                .unwrap_or_default();
            match open_constructs(&tokens) {
                // The parser gives the furthest place it looked at, not the place of the error.
                Err(at) => wrong(&tokens, at),
                Ok(open) => incomplete(match open.last() {
                    Some(word) => format!("unexpected end of file (expecting \"{word}\")"),
                    None => "unexpected end of file".into(),
                }),
            }
        }
        ParseError::ParsingNear(position) => {
            let tokens = brush_parser::uncached_tokenize_str(text, &options().tokenizer_options())
                .unwrap_or_default();
            let near = tokens
                .iter()
                .position(|it| it.location().start.index >= position.index)
                .unwrap_or(tokens.len());
            wrong(
                &tokens,
                open_constructs(&tokens)
                    .err()
                    .map_or(near, |at| at.min(near)),
            )
        }
    }
}

const HERE_DOCUMENT: &str = "here-document without an end: ";

impl SyntaxError {
    /// The tags of the here-documents that the end of file closes.
    pub(super) fn open_here_documents(&self) -> Option<Vec<&str>> {
        let tags = self.message.strip_prefix(HERE_DOCUMENT)?;
        Some(
            tags.split([',', ' '])
                .filter(|tag| !tag.is_empty())
                .collect(),
        )
    }
}

const RESERVED: [&str; 16] = [
    "!", "{", "}", "case", "do", "done", "elif", "else", "esac", "fi", "for", "if", "in", "then",
    "until", "while",
];

/// Whether the word is one of the grammar's.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED.contains(&word)
}

fn wrong(tokens: &[Token], at: usize) -> Source {
    let line = tokens.get(at).map_or(1, |it| it.location().start.line);
    Source::Wrong(SyntaxError {
        message: unexpected(tokens, at),
        line,
    })
}

fn unexpected(tokens: &[Token], at: usize) -> String {
    let Some(token) = tokens.get(at) else {
        return "unexpected end of file".into();
    };
    let (text, is_operator) = match token {
        Token::Word(text, _) => (text.as_str(), false),
        Token::Operator(text, _) => (text.as_str(), true),
    };
    let name = match text {
        "\n" => "newline".to_owned(),
        text if is_operator && text.starts_with(['<', '>', '&']) && text.contains(['<', '>']) => {
            "redirection".to_owned()
        }
        text if is_operator || is_reserved(text) => format!("\"{text}\""),
        _ => "word".to_owned(),
    };
    let closes = matches!(
        text,
        ")" | "}" | "done" | "fi" | "esac" | "then" | "do" | "else" | "elif"
    );
    match open_constructs(&tokens[..at])
        .ok()
        .and_then(|open| open.last().copied())
    {
        Some(expected) if closes => format!("unexpected {name} (expecting \"{expected}\")"),
        _ => format!("unexpected {name}"),
    }
}

/// What would close each construct that these tokens leave open, outermost first; the error is the
/// place of a token that closes what is not open.
fn open_constructs(tokens: &[Token]) -> Result<Vec<&'static str>, usize> {
    let mut open: Vec<&'static str> = Vec::new();
    let mut command_position = true;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Operator(text, _) => {
                match (text.as_str(), open.last()) {
                    ("(", _) => open.push(")"),
                    (")", Some(&")")) => {
                        open.pop();
                    }
                    // After a pattern of `case`.
                    (")" | ";;", Some(&"esac")) => {}
                    (")" | ";;", _) => return Err(at),
                    _ => {}
                }
                command_position = !text.starts_with(['<', '>']);
            }
            Token::Word(text, _) if command_position => {
                let closes = match text.as_str() {
                    "then" => Some("then"),
                    "do" => Some("do"),
                    "fi" | "elif" | "else" => Some("fi"),
                    "done" => Some("done"),
                    "esac" => Some("esac"),
                    "}" => Some("}"),
                    _ => None,
                };
                if let Some(closes) = closes {
                    if open.last() != Some(&closes) {
                        return Err(at);
                    }
                    open.pop();
                }
                open.extend(match text.as_str() {
                    "if" | "elif" => Some("then"),
                    "then" | "else" => Some("fi"),
                    "while" | "until" | "for" => Some("do"),
                    "do" => Some("done"),
                    "case" => Some("esac"),
                    "{" => Some("}"),
                    _ => None,
                });
                command_position = matches!(
                    text.as_str(),
                    "if" | "elif" | "then" | "else" | "while" | "until" | "do" | "{" | "!"
                );
            }
            Token::Word(text, _) => command_position = text == "in" && open.last() == Some(&"esac"),
        }
    }
    Ok(open)
}

/// Replaces the aliases in command position.
pub(super) fn expand_aliases(text: &str, aliases: &BTreeMap<String, String>) -> String {
    if aliases.is_empty() {
        return text.to_owned();
    }
    let Ok(tokens) = brush_parser::uncached_tokenize_str(text, &options().tokenizer_options())
    else {
        return text.to_owned();
    };
    let chars: Vec<char> = text.chars().collect();
    let (mut result, mut copied) = (String::new(), 0);
    let mut command_position = true;
    for token in &tokens {
        let Token::Word(word, location) = token else {
            command_position = !token.to_str().starts_with(['<', '>']);
            continue;
        };
        let value = aliases.get(word).filter(|_| command_position);
        if let Some(value) = value {
            result.extend(&chars[copied..location.start.index.min(chars.len())]);
            result.push_str(&expand_again(value, word, aliases));
            copied = location.end.index.min(chars.len());
        }
        command_position = match value {
            Some(value) => value.ends_with([' ', '\t']),
            None => is_reserved(word) && !matches!(word.as_str(), "case" | "for" | "in"),
        };
    }
    result.extend(&chars[copied..]);
    result
}

/// An alias's value may begin with another alias, but never with itself.
fn expand_again(value: &str, name: &str, aliases: &BTreeMap<String, String>) -> String {
    let mut others = aliases.clone();
    others.remove(name);
    expand_aliases(value, &others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        match parse(text) {
            Source::Complete(_) => "complete".into(),
            Source::Incomplete(error) => format!("incomplete {}", error.message),
            Source::Wrong(error) => error.message,
        }
    }

    #[test]
    fn words_errors_as_ash() {
        for (text, expected) in [
            ("echo a", "complete"),
            ("fi", "unexpected \"fi\""),
            ("echo )", "unexpected \")\""),
            ("| x", "unexpected \"|\""),
            ("a | | b", "unexpected \"|\""),
            ("x && && y", "unexpected \"&&\""),
            (";;", "unexpected \";;\""),
            ("done", "unexpected \"done\""),
            ("if true; fi", "unexpected \"fi\" (expecting \"then\")"),
            (
                "if true; then",
                "incomplete unexpected end of file (expecting \"fi\")",
            ),
            (
                "for i in a b; do echo $i",
                "incomplete unexpected end of file (expecting \"done\")",
            ),
            (
                "while true",
                "incomplete unexpected end of file (expecting \"do\")",
            ),
            (
                "{ echo a",
                "incomplete unexpected end of file (expecting \"}\")",
            ),
            (
                "( echo",
                "incomplete unexpected end of file (expecting \")\")",
            ),
            ("echo 'a", "incomplete unterminated quoted string"),
            ("echo `a", "incomplete EOF in backquote substitution"),
            ("echo a |", "incomplete unexpected end of file"),
            ("99999999999999>x", "unexpected word"),
        ] {
            assert_eq!(message(text), expected, "{text}");
        }
    }

    #[test]
    fn a_line_goes_on_after_a_backslash_that_is_one() {
        for (text, expected) in [
            ("echo un \\\n", true),
            ("echo un\\\n", true),
            ("\\\n", true),
            ("echo un; # deux\necho \\\n", true),
            ("echo \\\\\\\n", true),
            ("echo un \\\\\n", false),
            ("echo un # deux \\\n", false),
            ("# deux \\\n", false),
            ("echo un \\ \n", false),
            ("echo un\n", false),
        ] {
            assert_eq!(goes_on(text), expected, "{text:?}");
        }
    }

    #[test]
    fn survives_deep_nesting() {
        let text = format!("{}true{}", "( ".repeat(5000), " )".repeat(5000));
        assert!(matches!(parse(&text), Source::Wrong(_)));
    }

    #[test]
    fn expands_aliases_in_command_position_only() {
        let aliases = BTreeMap::from([
            ("ll".to_owned(), "ls -l".to_owned()),
            ("ls".to_owned(), "ls -F".to_owned()),
        ]);
        assert_eq!(
            expand_aliases("ll a; echo ll | ll", &aliases),
            "ls -F -l a; echo ll | ls -F -l"
        );
    }
}
