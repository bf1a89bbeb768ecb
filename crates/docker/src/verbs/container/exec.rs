//! `docker exec`

use serde_json::{Value, json};

use super::create::checks;
use super::create::config::environment;
use super::session::{Watch, check_terminal, code, ended, join_watched};
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::signals::Reaction;
use crate::stream::{Attached, Ended};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container exec", "exec"],
    usage: "[OPTIONS] CONTAINER COMMAND [ARG...]",
    about: "Execute a command in a running container",
    long: "",
    arity: Arity::AtLeast(2),
    interspersed: false,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'd',
        "detach",
        Kind::Bool,
        "Detached mode: run command in the background",
    ),
    flag(
        ' ',
        "detach-keys",
        Kind::Text,
        "Override the key sequence for detaching a container",
    ),
    flag('e', "env", Kind::List, "Set environment variables").checked(checks::env),
    flag(
        ' ',
        "env-file",
        Kind::List,
        "Read in a file of environment variables",
    ),
    flag(
        'i',
        "interactive",
        Kind::Bool,
        "Keep STDIN open even if not attached",
    ),
    flag(
        ' ',
        "privileged",
        Kind::Bool,
        "Give extended privileges to the command",
    ),
    flag('t', "tty", Kind::Bool, "Allocate a pseudo-TTY"),
    flag(
        'u',
        "user",
        Kind::Text,
        "Username or UID (format: \"<name|uid>[:<group|gid>]\")",
    ),
    flag(
        'w',
        "workdir",
        Kind::Text,
        "Working directory inside the container",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let name = percent::encode_path(&values.args[0]);
    let (detach, tty) = (values.on("detach"), values.on("tty"));
    let env = environment(cli, &values)?;
    // An unknown container is told before a missing terminal.
    cli.client
        .document(Call::get(format!("/containers/{name}/json")))
        .await?;
    let how = Attached {
        tty,
        stdin: values.on("interactive") && !detach,
        stdout: !detach,
        stderr: !detach,
        detach_keys: values.text("detach-keys").to_owned(),
    };
    if !detach {
        check_terminal(cli, how.stdin, tty)?;
    }
    let size = cli
        .terminal
        .as_ref()
        .filter(|it| tty && it.stdout_is_terminal());
    let size = size.and_then(|it| it.size()).unwrap_or_default();
    let since_142 = !cli.client.is_before("1.42").await;
    let console = if tty && since_142 {
        json!([size.1, size.0])
    } else {
        Value::Null
    };
    let mut document = json!({
        "User": values.text("user"),
        "Privileged": values.on("privileged"),
        "Tty": tty,
    });
    if !console.is_null() {
        document["ConsoleSize"] = console.clone();
    }
    document["AttachStdin"] = how.stdin.into();
    document["AttachStderr"] = how.stderr.into();
    document["AttachStdout"] = how.stdout.into();
    document["Detach"] = detach.into();
    document["DetachKeys"] = how.detach_keys.as_str().into();
    document["Env"] = if env.is_empty() {
        Value::Null
    } else {
        json!(env)
    };
    document["WorkingDir"] = values.text("workdir").into();
    document["Cmd"] = json!(values.args[1..]);
    let create = Call::post(format!("/containers/{name}/exec")).json(&document);
    let answer = cli.client.document(create).await?;
    let id = text(&answer["Id"]).to_owned();
    if id.is_empty() {
        return Err(Failure::new("exec ID empty"));
    }
    let mut begin = json!({"Detach": detach, "Tty": tty});
    if !console.is_null() {
        begin["ConsoleSize"] = console;
    }
    let start = Call::post(format!("/exec/{id}/start")).json(&begin);
    if detach {
        return Ok(cli.client.send(start).await.map(drop)?);
    }
    let watch = Watch::start(
        cli,
        format!("/exec/{id}"),
        tty && cli.reads_from_terminal(),
        false,
    );
    // Its process goes on.
    cli.reactions.set(Reaction::Leave);
    let stream = cli.client.hijack(start).await?.0;
    match join_watched(cli, stream, &how, watch).await? {
        Ended::Detached => Err(Failure::new("read escape sequence")),
        Ended::Done => {
            let state = cli
                .client
                .document(Call::get(format!("/exec/{id}/json")))
                .await?;
            ended(code(state["ExitCode"].as_i64().unwrap_or_default()))
        }
    }
}
