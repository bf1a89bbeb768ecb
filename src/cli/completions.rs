//! `moussaillon completions`: the script that completes moussaillon's own commands in a shell.

use std::io::Write as _;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap_complete::{Shell as Known, generate};

use super::options::{Options, Shell};

/// Prints the script.
pub(super) fn print(shell: Shell) -> ExitCode {
    let known = match shell {
        Shell::Bash => Known::Bash,
        Shell::Zsh => Known::Zsh,
        Shell::Fish => Known::Fish,
        Shell::Powershell => Known::PowerShell,
    };
    let mut script = Vec::new();
    generate(known, &mut Options::command(), "moussaillon", &mut script);
    match std::io::stdout().write_all(&script) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
