//! `docker run`

use super::create::{self, flags, prepare, with_help};
use super::session::{Waiting, Watch, attach_call, check_terminal, ended, join_watched};
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::stream::{Attached, Ended};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container run", "run"],
    usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    about: "Create and run a new container from an image",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: false,
    flags: FLAGS,
    more_flags: flags::FLAGS,
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'd',
        "detach",
        Kind::Bool,
        "Run container in background and print container ID",
    ),
    flag(
        ' ',
        "detach-keys",
        Kind::Text,
        "Override the key sequence for detaching a container",
    ),
    flag(
        ' ',
        "pull",
        Kind::Text,
        "Pull image before running (\"always\", \"missing\", \"never\") (default \"missing\")",
    ),
    flag(
        ' ',
        "sig-proxy",
        Kind::Bool,
        "Proxy received signals to the process (default true)",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut config = prepare(cli, &values, "run")?;
    if values.on("detach") {
        if values.changed("attach") {
            return Err(Failure::new(
                "conflicting options: cannot specify both --attach and --detach",
            ));
        }
        config.detach();
    } else {
        check_terminal(cli, config.stdin, config.tty)?;
    }
    let how = Attached {
        tty: config.tty,
        stdin: config.stdin,
        stdout: config.stdout,
        stderr: config.stderr,
        detach_keys: values.text("detach-keys").to_owned(),
    };
    let id = create::create(cli, &values, config)
        .await
        .map_err(|it| explained(&it))?;
    let passes_signals = values.on_or("sig-proxy", true);
    let path = format!("/containers/{id}");
    let attached = how.stdin || how.stdout || how.stderr;
    let watch = if attached {
        Watch::start(cli, path, how.tty, passes_signals)
    } else {
        None
    };
    let stream = if attached {
        Some(cli.client.hijack(attach_call(&id, &how)).await?.0)
    } else {
        cli.line(&id).await?;
        None
    };
    let condition = if values.on("rm") {
        "removed"
    } else {
        "next-exit"
    };
    let waiting = Waiting::ask(&cli.client, &id, condition).await?;
    let start = Call::post(format!("/containers/{}/start", percent::encode_path(&id)));
    if let Err(error) = cli.client.send(start).await {
        drop(stream);
        if values.on("rm") {
            waiting.status(cli).await?;
        }
        return Err(explained(&error.into()));
    }
    let Some(stream) = stream else { return Ok(()) };
    match join_watched(cli, stream, &how, watch).await? {
        Ended::Done => ended(waiting.status(cli).await?),
        Ended::Detached => Ok(()),
    }
}

/// A failure of the engine, with the exit code that its words call for.
fn explained(failure: &Failure) -> Failure {
    let message = &failure.message;
    let has = |words: &[&str]| words.iter().any(|it| message.contains(it));
    let not_found = [
        "executable file not found",
        "no such file or directory",
        "system cannot find the file specified",
    ];
    let status = match () {
        () if has(&not_found) => 127,
        () if has(&["permission denied", "is a directory"]) => 126,
        () => 125,
    };
    with_help(message, "run").with_status(status)
}
