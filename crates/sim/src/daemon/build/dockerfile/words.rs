//! The words of one instruction, as each sort of instruction cuts its line.

use serde_json::Value;

use super::go::quoted;
use super::lines::Line;

/// What follows the name and the flags of an instruction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Arguments {
    /// The words; `ENV` and `LABEL` give three for each variable: name, value, `=` or nothing.
    pub(super) words: Vec<String>,
    /// Whether it was a JSON list.
    pub(super) json: bool,
}

impl Arguments {
    fn of(words: Vec<String>) -> Self {
        Self { words, json: false }
    }

    fn one(word: &str) -> Self {
        let words = if word.is_empty() {
            Vec::new()
        } else {
            vec![word.to_owned()]
        };
        Self::of(words)
    }
}

const fn is_blank(letter: char) -> bool {
    matches!(letter, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

/// What is before the first blanks, and after them.
fn cut(text: &str) -> Option<(&str, &str)> {
    let (first, rest) = text.split_once(is_blank)?;
    Some((first, rest.trim_start_matches(is_blank)))
}

/// The name, the flags, and the rest of an instruction.
pub(super) fn split_command(line: &str, escape: char) -> (String, Vec<String>, String) {
    let line = line.trim();
    match cut(line) {
        Some((command, rest)) => {
            let (flags, rest) = flags(rest, escape);
            (command.to_owned(), flags, rest.trim().to_owned())
        }
        None => (line.to_owned(), Vec::new(), String::new()),
    }
}

/// Takes the words that begin with `--` off the head of a line.
fn flags(line: &str, escape: char) -> (Vec<String>, String) {
    let letters: Vec<char> = line.chars().collect();
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        while letters.get(at).is_some_and(|it| it.is_whitespace()) {
            at += 1;
        }
        if letters.get(at..at + 2) != Some(&['-', '-']) {
            return (flags, letters[at.min(letters.len())..].iter().collect());
        }
        let mut word = String::new();
        let mut quote = None;
        let mut was_quoted = false;
        while let Some(letter) = letters.get(at).copied() {
            if quote.is_none() && letter.is_whitespace() {
                break;
            }
            at += 1;
            match letter {
                '\'' | '"' if quote.is_none() => {
                    quote = Some(letter);
                    was_quoted = true;
                }
                letter if quote == Some(letter) => quote = None,
                letter if letter == escape => {
                    word.extend(letters.get(at));
                    at += 1;
                }
                letter => word.push(letter),
            }
        }
        if word == "--" && !was_quoted {
            return (flags, letters[at.min(letters.len())..].iter().collect());
        }
        if was_quoted || !word.is_empty() {
            flags.push(word);
        }
    }
}

/// The words of an instruction's line.
pub(super) fn arguments(command: &str, rest: &str, escape: char) -> Result<Arguments, String> {
    match command {
        "add" | "copy" | "volume" => Ok(json(rest)?.unwrap_or_else(|| Arguments::of(blanks(rest)))),
        "cmd" | "entrypoint" | "run" | "shell" => json_or_line(rest),
        "arg" => Ok(Arguments::of(words(rest, escape))),
        "env" | "label" => pairs(rest, &command.to_uppercase(), escape).map(Arguments::of),
        "expose" | "from" => Ok(Arguments::of(blanks(rest))),
        "healthcheck" => health(rest),
        "maintainer" | "stopsignal" | "user" | "workdir" => Ok(Arguments::one(rest)),
        "onbuild" if rest.is_empty() => Ok(Arguments::default()),
        "onbuild" => {
            let inner = Line::read(rest, escape, 0)?;
            let mut words = vec![inner.command];
            words.extend(inner.arguments.words);
            Ok(Arguments::of(words))
        }
        // An instruction that does not exist: told when it is looked at.
        _ => Ok(Arguments::default()),
    }
}

fn blanks(rest: &str) -> Vec<String> {
    if rest.is_empty() {
        return Vec::new();
    }
    let mut words = Vec::new();
    let mut rest = rest;
    while let Some((word, tail)) = cut(rest) {
        words.push(word.to_owned());
        rest = tail;
    }
    words.push(rest.to_owned());
    words
}

/// A JSON list of strings; `None` for what is no JSON list.
fn json(rest: &str) -> Result<Option<Arguments>, String> {
    let rest = rest.trim_start();
    if !rest.starts_with('[') {
        return Ok(None);
    }
    let Ok(items) = serde_json::from_str::<Vec<Value>>(rest) else {
        return Ok(None);
    };
    let words = items.iter().map(|it| it.as_str().map(str::to_owned));
    match words.collect::<Option<Vec<String>>>() {
        Some(words) => Ok(Some(Arguments { words, json: true })),
        None => {
            Err("when using JSON array syntax, arrays must be comprised of strings only".to_owned())
        }
    }
}

fn json_or_line(rest: &str) -> Result<Arguments, String> {
    Ok(json(rest)?.unwrap_or_else(|| Arguments::one(rest)))
}

/// `CMD curl …`: a type, then a JSON list or a line.
fn health(rest: &str) -> Result<Arguments, String> {
    let (kind, command) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    if kind.is_empty() {
        return Ok(Arguments::default());
    }
    let command = json_or_line(command.trim_start())?;
    let mut words = vec![kind.to_owned()];
    words.extend(command.words);
    Ok(Arguments {
        words,
        json: command.json,
    })
}

/// Words, their quotes and escapes left as they are.
fn words(rest: &str, escape: char) -> Vec<String> {
    let letters: Vec<char> = rest.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut blank_counts = false;
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied() {
        at += 1;
        if quote.is_none() && letter.is_whitespace() {
            if blank_counts || !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            blank_counts = false;
            continue;
        }
        if quote == Some(letter) {
            quote = None;
        } else if quote.is_none() && matches!(letter, '\'' | '"') {
            quote = Some(letter);
            blank_counts = true;
        }
        if letter == escape && quote != Some('\'') {
            // One at the very end of the line is nothing.
            let Some(escaped) = letters.get(at) else {
                break;
            };
            at += 1;
            word.push(letter);
            word.push(*escaped);
            continue;
        }
        word.push(letter);
    }
    if blank_counts || !word.is_empty() {
        words.push(word);
    }
    words
}

/// `A=1 B=2`, or the old `A 1`.
fn pairs(rest: &str, command: &str, escape: char) -> Result<Vec<String>, String> {
    let words = words(rest, escape);
    let Some(first) = words.first() else {
        return Ok(Vec::new());
    };
    if !first.contains('=') {
        return match cut(rest) {
            Some((name, value)) => Ok(vec![name.to_owned(), value.to_owned(), String::new()]),
            None => Err(format!("{command} must have two arguments")),
        };
    }
    let mut pairs = Vec::new();
    for word in &words {
        let (name, value) = word.split_once('=').ok_or_else(|| {
            format!(
                "Syntax error - can't find = in {}. Must be of the form: name=value",
                quoted(word)
            )
        })?;
        pairs.extend([name.to_owned(), value.to_owned(), "=".to_owned()]);
    }
    Ok(pairs)
}
