//! Command lines, compared for what they ask and not for how they are typed: `docker ps -a` is
//! `docker container ls --all`.

mod cut;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use crate::docker::{Reading, read_line};
pub(crate) use cut::{OUTPUT, simple_commands};

/// What a command line asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A docker command.
    Docker {
        /// `container ls`, `network ls`: the first spelling docker has for it.
        verb: String,
        /// Long names and values.
        options: BTreeSet<(String, String)>,
        /// What is left, in order.
        arguments: Vec<String>,
    },
    /// A docker command that docker refuses to read: its own message.
    Wrong(String),
    /// Another command, or one that no shell can read: its words.
    Other(Vec<String>),
}

/// Reads a command line, as a shell then docker would cut it.
pub(crate) fn normalise(line: &str) -> Asked {
    let Some(words) = split_words(line) else {
        return Asked::Other(line.split_whitespace().map(str::to_owned).collect());
    };
    docker(&words).unwrap_or(Asked::Other(words))
}

/// The words of a command line: quotes and backslashes are taken off. `None` when a quote is not
/// closed.
pub(crate) fn split_words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next()? {
                        '"' => break,
                        '\\' => match letters.next()? {
                            escaped @ ('"' | '\\' | '$' | '`') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        other => word.push(other),
                    }
                }
            }
            '\\' => match letters.next()? {
                '\n' => {}
                other => word.get_or_insert_default().push(other),
            },
            blank if blank.is_whitespace() => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Some(words)
}

fn docker(words: &[String]) -> Option<Asked> {
    let (program, words) = words.split_first()?;
    (program == "docker").then_some(())?;
    Some(match read_line(words) {
        Ok(Reading::Command {
            verb,
            flags,
            arguments,
        }) => Asked::Docker {
            verb: verb.to_owned(),
            // `--all=false` asks for nothing.
            options: flags
                .into_iter()
                .filter(|(_, value)| value != "false")
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            arguments,
        },
        Ok(Reading::Other) => return None,
        Err(message) => Asked::Wrong(message),
    })
}
