//! `docker attach`

use super::session::{Waiting, Watch, attach_call, check_terminal, ended, join_watched};
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::stream::{Attached, Ended};
use serde_json::Value;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container attach", "attach"],
    usage: "[OPTIONS] CONTAINER",
    about: "Attach local standard input, output, and error streams to a running container",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        ' ',
        "detach-keys",
        Kind::Text,
        "Override the key sequence for detaching a container",
    ),
    flag(' ', "no-stdin", Kind::Bool, "Do not attach STDIN"),
    flag(
        ' ',
        "sig-proxy",
        Kind::Bool,
        "Proxy all received signals to the process (default true)",
    ),
];

/// The container, if it runs.
async fn running(cli: &mut Cli, name: &str) -> Outcome<Value> {
    let path = format!("/containers/{}/json", percent::encode_path(name));
    let container = cli.client.document(Call::get(path)).await?;
    let state = &container["State"];
    let refusal = match () {
        () if state["Running"] != true => {
            "You cannot attach to a stopped container, start it first"
        }
        () if state["Paused"] == true => {
            "You cannot attach to a paused container, unpause it first"
        }
        () if state["Restarting"] == true => {
            "You cannot attach to a restarting container, wait until it is running"
        }
        () => return Ok(container),
    };
    Err(Failure::new(refusal))
}

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let name = &values.args[0];
    let waiting = Waiting::ask(&cli.client, name, "").await;
    let container = running(cli, name).await?;
    let config = &container["Config"];
    let with_input = !values.on("no-stdin");
    let how = Attached {
        tty: config["Tty"] == true,
        stdin: with_input && config["OpenStdin"] == true,
        stdout: true,
        stderr: true,
        detach_keys: values.text("detach-keys").to_owned(),
    };
    check_terminal(cli, with_input, how.tty)?;
    let passes_signals = values.on_or("sig-proxy", true) && !how.tty;
    let path = format!("/containers/{}", percent::encode_path(name));
    let watch = Watch::start(cli, path, how.tty, passes_signals);
    let stream = cli.client.hijack(attach_call(name, &how)).await?.0;
    // It may have ended in between: nothing would then come.
    running(cli, name).await?;
    if let Some(watch) = &watch {
        watch.redraw().await;
    }
    match join_watched(cli, stream, &how, watch).await? {
        Ended::Done => ended(waiting?.status(cli).await?),
        Ended::Detached => Err(Failure::new("read escape sequence")),
    }
}
