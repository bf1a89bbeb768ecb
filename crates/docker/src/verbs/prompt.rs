//! Questions before something is removed, and what every `prune` shares.

use tokio::io::AsyncReadExt;

use crate::cli::Cli;
use crate::error::{Failure, Outcome};
use crate::format::words::filters;
use crate::signals::Reaction;
use crate::stream::Raw;

/// ctrl-c
const INTERRUPT: u8 = 3;
const BACKSPACE: u8 = 8;
const ERASE: u8 = 127;

/// Asks; whether the answer was yes.
pub(super) async fn confirm(cli: &mut Cli, message: &str) -> Outcome<bool> {
    let answer = line(cli, &format!("{message} [y/N] ")).await?;
    Ok(answer.eq_ignore_ascii_case("y"))
}

/// Asks for a line; without the spaces around it.
pub(super) async fn line(cli: &mut Cli, question: &str) -> Outcome<String> {
    cli.print(question).await?;
    cli.reactions.set(Reaction::Abandon);
    let mut answer = Vec::new();
    if let Some(input) = &mut cli.input {
        let mut byte = [0];
        while input.read(&mut byte).await? > 0 && byte[0] != b'\n' {
            answer.push(byte[0]);
        }
    }
    cli.reactions.set(Reaction::End);
    Ok(String::from_utf8_lossy(&answer).trim().to_owned())
}

/// Asks for what the screen must not show.
pub(super) async fn secret(cli: &mut Cli, question: &str) -> Outcome<String> {
    cli.print(question).await?;
    let raw = Raw::new(cli.terminal.clone());
    let mut answer = Vec::new();
    let mut given_up = false;
    if let Some(input) = &mut cli.input {
        let mut byte = [0];
        while !given_up && input.read(&mut byte).await? > 0 {
            match byte[0] {
                b'\r' | b'\n' => break,
                INTERRUPT => given_up = true,
                ERASE | BACKSPACE => drop(answer.pop()),
                other => answer.push(other),
            }
        }
    }
    drop(raw);
    cli.line("").await?;
    if given_up {
        return Err(Failure::silent(0));
    }
    Ok(String::from_utf8_lossy(&answer).trim().to_owned())
}

/// The `filters` of a prune: those given, and one more.
pub(super) fn with_filter(given: &[&str], more: &str) -> String {
    let mut all = given.to_vec();
    all.push(more);
    filters(&all)
}
