//! Dockerfiles: from text to stages and instructions, in the classic builder's grammar (that of
//! BuildKit's parser, which both builders share).
//!
//! [`lines`] cuts the file, [`words`] each line, [`read`] makes [`instruction`]s of them; [`lex`]
//! expands variables when an instruction is carried out.

mod flags;
mod glob;
mod go;
mod heredoc;
pub(super) mod instruction;
pub(super) mod lex;
mod lines;
mod read;
mod suggest;
mod words;

#[cfg(test)]
mod tests;

pub(super) use go::{duration, quoted, quoted_list, quoted_number};
pub(super) use instruction::{Command, Health, Instruction, Pair, Sources, Stage};
pub(super) use lex::{Env, Lex};
pub(super) use read::{changes, trigger};

use instruction::ArgNames;
use lines::Lines;

/// A whole Dockerfile.
#[derive(Debug, Clone)]
pub(super) struct Dockerfile {
    /// `ARG` before the first `FROM`.
    pub(super) arguments: Vec<(String, ArgNames)>,
    /// What each `FROM` begins.
    pub(super) stages: Vec<Stage>,
    /// `\`, or a backtick.
    pub(super) escape: char,
    /// What is said of the file, and does not stop the build.
    pub(super) warnings: Vec<String>,
}

impl Dockerfile {
    /// Reads a Dockerfile of that name; the error is the builder's own.
    pub(super) fn read(name: &str, text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err(format!("the Dockerfile ({name}) cannot be empty"));
        }
        let lines =
            Lines::read(text).map_err(|error| format!("failed to parse {name}: {error}"))?;
        read::stages(lines)
    }
}

/// Reads a Dockerfile's text and tells nothing: what a fuzzer calls.
pub(super) fn try_read(text: &str) {
    if let Ok(file) = Dockerfile::read("Dockerfile", text) {
        let env = Env::new();
        for (source, _) in &file.arguments {
            let _ = Lex::new(file.escape).words(source, &env);
        }
        for command in file.stages.iter().flat_map(|it| &it.commands) {
            let _ = Lex::new(file.escape).words(&command.source, &env);
        }
    }
}
