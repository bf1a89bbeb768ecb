//! The interactive shell.

use super::state::Shell;

/// Runs commands from the terminal until the end of file; the exit code.
pub(super) async fn run(mut shell: Shell) -> u8 {
    let result = Ok(shell.status);
    shell.finish(result).await
}
