//! Commands that the shell runs itself.

mod flow;
mod info;
mod jobs;
pub mod printf;
mod read;
mod set;
pub mod test;
mod variables;

pub use jobs::{Killed, kill_command};

use super::state::{Run, Shell};

const SPECIAL: [&str; 15] = [
    ".", ":", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set",
    "shift", "source", "trap", "unset",
];

const REGULAR: [&str; 28] = [
    "[", "[[", "alias", "bg", "cd", "chdir", "command", "echo", "false", "fg", "getopts", "hash",
    "help", "history", "jobs", "kill", "let", "local", "printf", "pwd", "read", "test", "times",
    "true", "type", "ulimit", "umask", "wait",
];

/// Whether it is a special builtin: an error in one ends a script, XCU 2.14.
pub(super) fn is_special(name: &str) -> bool {
    SPECIAL.contains(&name)
}

/// Whether the shell runs it itself.
pub(super) fn is_builtin(name: &str) -> bool {
    is_special(name) || name == "unalias" || REGULAR.contains(&name)
}

/// Every builtin's name, sorted.
pub(super) fn names() -> Vec<&'static str> {
    let mut names: Vec<_> = SPECIAL
        .into_iter()
        .chain(REGULAR)
        .chain(["unalias"])
        .collect();
    names.sort_unstable();
    names
}

/// Runs a builtin.
pub(super) async fn run(shell: &mut Shell, name: &str, arguments: &[String]) -> Run {
    match name {
        // There is no table of commands to forget: they are looked for each time.
        ":" | "true" | "hash" => Ok(0),
        "false" => Ok(1),
        "." | "source" => flow::source(shell, arguments).await,
        "break" => flow::leave(shell, arguments, true).await,
        "continue" => flow::leave(shell, arguments, false).await,
        "eval" => flow::eval(shell, arguments).await,
        "exec" => Box::pin(shell.exec_builtin(arguments)).await,
        "exit" => flow::exit(shell, arguments).await,
        "return" => flow::return_(shell, arguments).await,
        "shift" => flow::shift(shell, arguments).await,
        "let" => flow::let_(shell, arguments).await,
        "command" => Box::pin(flow::command(shell, arguments)).await,
        "export" => variables::export(shell, arguments).await,
        "readonly" => variables::read_only(shell, arguments).await,
        "unset" => variables::unset(shell, arguments).await,
        "local" => variables::local(shell, arguments).await,
        "getopts" => variables::getopts(shell, arguments).await,
        "set" => set::set(shell, arguments).await,
        "read" => read::read(shell, arguments).await,
        "wait" => jobs::wait(shell, arguments).await,
        "jobs" => jobs::jobs(shell, arguments).await,
        "kill" => jobs::kill(shell, arguments).await,
        "fg" => jobs::foreground(shell, arguments).await,
        "bg" => jobs::background(shell, arguments).await,
        "trap" => jobs::trap(shell, arguments).await,
        "cd" | "chdir" => info::cd(shell, arguments).await,
        "pwd" => info::pwd(shell).await,
        "umask" => info::umask(shell, arguments).await,
        "ulimit" => info::ulimit(shell, arguments).await,
        "type" => info::type_(shell, arguments).await,
        "alias" => info::alias(shell, arguments).await,
        "unalias" => info::unalias(shell, arguments).await,
        "help" => info::help(shell).await,
        "history" => info::history(shell).await,
        "times" => info::times(shell).await,
        "echo" => Ok(printf::echo(&shell.sys, arguments).await),
        "printf" => printf(shell, arguments).await,
        "test" | "[" | "[[" => test(shell, name, arguments).await,
        _ => shell.fail("not a builtin").await,
    }
}

async fn printf(shell: &mut Shell, arguments: &[String]) -> Run {
    let result = printf::printf(&shell.sys, arguments).await;
    for error in &result.errors {
        shell
            .error_text(&format!("{}: {error}\n", shell.arg0))
            .await;
    }
    Ok(result.status)
}

async fn test(shell: &mut Shell, name: &str, arguments: &[String]) -> Run {
    match test::evaluate(&shell.sys, name, arguments) {
        Ok(holds) => Ok(u8::from(!holds)),
        Err(error) => {
            shell
                .error_text(&format!("{}: {error}\n", shell.arg0))
                .await;
            Ok(2)
        }
    }
}

/// Writes the output of a builtin.
async fn print(shell: &Shell, text: &str) -> Run {
    match shell.sys.write(1, text.as_bytes()).await {
        Ok(()) => Ok(0),
        Err(error) => {
            shell.complain(format!("write error: {error}")).await;
            Ok(1)
        }
    }
}
