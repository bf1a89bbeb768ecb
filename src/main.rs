//! The `moussaillon` binary: parse, call, say what went wrong in French, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    moussaillon::cli::main()
}
