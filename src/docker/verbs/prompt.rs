//! Questions before something is removed, and what every `prune` shares.

use tokio::io::AsyncReadExt;

use crate::docker::cli::Cli;
use crate::docker::error::Outcome;
use crate::docker::format::words::filters;

/// Asks; whether the answer was yes.
pub(super) async fn confirm(cli: &mut Cli, message: &str) -> Outcome<bool> {
    cli.print(&format!("{message} [y/N] ")).await?;
    let mut answer = Vec::new();
    if let Some(input) = &mut cli.input {
        let mut byte = [0];
        while input.read(&mut byte).await? > 0 && byte[0] != b'\n' {
            answer.push(byte[0]);
        }
    }
    Ok(String::from_utf8_lossy(&answer)
        .trim()
        .eq_ignore_ascii_case("y"))
}

/// The `filters` of a prune: those given, and one more.
pub(super) fn with_filter(given: &[&str], more: &str) -> String {
    let mut all = given.to_vec();
    all.push(more);
    filters(&all)
}
