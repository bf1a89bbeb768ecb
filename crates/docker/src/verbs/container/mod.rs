//! The verbs of `docker container …`.

pub(super) mod attach;
pub(super) mod commit;
pub(super) mod cp;
pub(super) mod create;
pub(super) mod diff;
pub(super) mod exec;
pub(super) mod export;
pub(super) mod inspect;
pub(super) mod kill;
pub(super) mod logs;
pub(super) mod ls;
pub(super) mod pause;
pub(super) mod port;
pub(super) mod prune;
pub(super) mod rename;
pub(super) mod restart;
pub(super) mod rm;
pub(super) mod run;
mod session;
pub(super) mod start;
pub(super) mod stats;
pub(super) mod stop;
pub(super) mod top;
pub(super) mod unpause;
pub(super) mod update;
pub(super) mod wait;

use super::super::cli::Cli;
use super::super::client::Call;
use super::super::error::{Failure, Outcome};
use super::super::grammar::{Flag, Kind, Values, flag};

/// The old name of `--timeout`.
const TIME: Flag = flag(' ', "time", Kind::Int, "")
    .hidden_for("timeout")
    .deprecated("use --timeout instead");

/// Refuses both names of `--timeout` at once.
fn check_time(values: &Values) -> Outcome {
    if values.spelled("time") && values.spelled("timeout") {
        return Err(Failure::new(
            "conflicting options: cannot specify both --timeout and --time",
        ));
    }
    Ok(())
}

/// A failure that lists every error, one a line; success when there is none.
pub(super) fn joined(errors: &[String]) -> Outcome {
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Failure::new(errors.join("\n")))
    }
}

/// Makes one call per name and prints the names for which it succeeded, in the order given. The
/// calls are under way at the same time, as those of the real client.
async fn each(cli: &mut Cli, names: &[String], call: impl Fn(&str) -> Call) -> Outcome {
    cli.client.greeting().await;
    let client = cli.client.clone();
    let calls = names.iter().map(|name| client.send(call(name)));
    let results = futures_util::future::join_all(calls).await;
    let mut errors = Vec::new();
    for (name, result) in names.iter().zip(results) {
        match result {
            Ok(_) => cli.line(name).await?,
            Err(error) => errors.push(error.to_string()),
        }
    }
    joined(&errors)
}
