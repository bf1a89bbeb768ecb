//! What a command line asks, without running it.

use super::find::{Asked, read};

/// A command line, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A command.
    Command {
        /// The first spelling of its verb: the same for `docker ps` and `docker container list`.
        verb: &'static str,
        /// Flag names and values, in the order given; checked, and in one form.
        flags: Vec<(&'static str, String)>,
        /// The arguments.
        arguments: Vec<String>,
    },
    /// A help page, the version, or a command that this client does not have.
    Other,
}

/// Reads the words after `docker`. The error is docker's own first line.
pub fn read_line(words: &[String]) -> Result<Reading, String> {
    match read(words) {
        Ok(Asked::Verb(verb, values)) => Ok(Reading::Command {
            verb: verb.spellings[0],
            flags: values.given,
            arguments: values.args,
        }),
        Ok(_) => Ok(Reading::Other),
        Err(failure) => Err(failure
            .message
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned()),
    }
}
