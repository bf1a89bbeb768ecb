//! `docker logs`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::stream::{BodyReader, copy, demultiplex};
use crate::time;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container logs", "logs"],
    usage: "[OPTIONS] CONTAINER",
    about: "Fetch the logs of a container",
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
        "details",
        Kind::Bool,
        "Show extra details provided to logs",
    ),
    flag('f', "follow", Kind::Bool, "Follow log output"),
    flag(
        ' ',
        "since",
        Kind::Text,
        "Show logs since timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)",
    ),
    flag(
        'n',
        "tail",
        Kind::Text,
        "Number of lines to show from the end of the logs (default \"all\")",
    ),
    flag('t', "timestamps", Kind::Bool, "Show timestamps"),
    flag(
        ' ',
        "until",
        Kind::Text,
        "Show logs before a timestamp (e.g. \"2013-01-02T13:23:37Z\") or relative (e.g. \"42m\" for 42 minutes)",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let path = format!("/containers/{}/json", percent::encode_path(&values.args[0]));
    let container = cli.client.document(Call::get(path)).await?;
    let id = container["Id"].as_str().unwrap_or_default();
    let moment = |flag: &str| match values.text(flag) {
        "" => Ok(String::new()),
        given => time::stamp(given)
            .map_err(|error| Failure::new(format!("invalid value for {flag:?}: {error}"))),
    };
    let tail = values.text_or("tail", "all");
    let call = Call::get(format!("/containers/{id}/logs"))
        .with_flag("details", values.on("details"))
        .with_flag("follow", values.on("follow"))
        .with_some("since", &moment("since")?)
        .with("stderr", "1")
        .with("stdout", "1")
        .with("tail", tail)
        .with_flag("timestamps", values.on("timestamps"))
        .with_some("until", &moment("until")?);
    let answer = cli.client.send(call).await?;
    let mut body = BodyReader::new(answer.into_body());
    if container["Config"]["Tty"] == true {
        return Ok(copy(&mut body, Some(&mut cli.out)).await?);
    }
    Ok(demultiplex(&mut body, Some(&mut cli.out), Some(&mut cli.err)).await?)
}
