//! `docker start`

use super::session::{Waiting, Watch, attach_call, ended, join_watched};
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::signals::Reaction;
use crate::stream::{Attached, Ended};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container start", "start"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Start one or more stopped containers",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'a',
        "attach",
        Kind::Bool,
        "Attach STDOUT/STDERR and forward signals",
    ),
    flag(
        ' ',
        "checkpoint",
        Kind::Text,
        "Restore from this checkpoint",
    ),
    flag(
        ' ',
        "checkpoint-dir",
        Kind::Text,
        "Use a custom checkpoint storage directory",
    ),
    flag(
        ' ',
        "detach-keys",
        Kind::Text,
        "Override the key sequence for detaching a container",
    ),
    flag('i', "interactive", Kind::Bool, "Attach container's STDIN"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let attaches = values.on("attach") || values.on("interactive");
    match values.args.as_slice() {
        [name] if attaches => start_attached(cli, &values, name).await,
        _ if attaches => Err(Failure::new(
            "you cannot start and attach multiple containers at once",
        )),
        _ if values.changed("checkpoint") && values.args.len() > 1 => Err(Failure::new(
            "you cannot restore multiple containers at once",
        )),
        [name] if values.changed("checkpoint") => {
            Ok(cli.client.send(start_call(name, &values)).await.map(drop)?)
        }
        _ => start_each(cli, &values).await,
    }
}

fn start_call(name: &str, values: &Values) -> Call {
    Call::post(format!("/containers/{}/start", percent::encode_path(name)))
        .with_some("checkpoint", values.text("checkpoint"))
        .with_some("checkpoint-dir", values.text("checkpoint-dir"))
}

async fn start_each(cli: &mut Cli, values: &Values) -> Outcome {
    let mut failed = Vec::new();
    for name in &values.args {
        match cli.client.send(start_call(name, values)).await {
            Ok(_) => cli.line(name).await?,
            Err(error) => {
                cli.complain(&error.to_string()).await?;
                failed.push(name.as_str());
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "Error: failed to start containers: {}",
        failed.join(", ")
    )))
}

async fn start_attached(cli: &mut Cli, values: &Values, name: &str) -> Outcome {
    let path = format!("/containers/{}/json", percent::encode_path(name));
    let container = cli.client.document(Call::get(path)).await?;
    let id = text(&container["Id"]).to_owned();
    let config = &container["Config"];
    let how = Attached {
        tty: config["Tty"] == true,
        stdin: values.on("interactive") && config["OpenStdin"] == true,
        stdout: true,
        stderr: true,
        detach_keys: values.text("detach-keys").to_owned(),
    };
    let watch = Watch::start(cli, format!("/containers/{id}"), how.tty, !how.tty);
    cli.reactions.set(Reaction::Leave);
    let stream = cli.client.hijack(attach_call(&id, &how)).await?.0;
    let removes = container["HostConfig"]["AutoRemove"] == true;
    let condition = if removes { "removed" } else { "next-exit" };
    let waiting = Waiting::ask(&cli.client, &id, condition).await?;
    if let Err(error) = cli.client.send(start_call(&id, values)).await {
        drop(stream);
        if removes {
            waiting.status(cli).await?;
        }
        return Err(error.into());
    }
    match join_watched(cli, stream, &how, watch).await? {
        Ended::Done => ended(waiting.status(cli).await?),
        Ended::Detached => Ok(()),
    }
}
