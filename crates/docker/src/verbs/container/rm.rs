//! `docker rm`.

use super::joined;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container rm", "container remove", "rm"],
    usage: "[OPTIONS] CONTAINER [CONTAINER...]",
    about: "Remove one or more containers",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'f',
        "force",
        Kind::Bool,
        "Force the removal of a running container (uses SIGKILL)",
    ),
    flag('l', "link", Kind::Bool, "Remove the specified link"),
    flag(
        'v',
        "volumes",
        Kind::Bool,
        "Remove anonymous volumes associated with the container",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut errors = Vec::new();
    for name in &values.args {
        let name = name.trim_matches('/');
        if name.is_empty() {
            errors.push("container name cannot be empty".to_owned());
            continue;
        }
        let call = Call::delete(format!("/containers/{}", percent::encode_path(name)))
            .with_flag("force", values.on("force"))
            .with_flag("link", values.on("link"))
            .with_flag("v", values.on("volumes"));
        match cli.client.send(call).await {
            Ok(_) => cli.line(name).await?,
            Err(error) if values.on("force") && error.is_not_found() => {
                cli.complain(&error.to_string()).await?;
            }
            Err(error) => errors.push(error.to_string()),
        }
    }
    joined(&errors)
}
