//! `docker service logs`

use std::collections::HashMap;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::stream::{BodyReader, copy, demultiplex};
use crate::verbs::tasks::Names;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["service logs"],
    usage: "[OPTIONS] SERVICE|TASK",
    about: "Fetch the logs of a service or task",
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
        "no-resolve",
        Kind::Bool,
        "Do not map IDs to Names in output",
    ),
    flag(
        ' ',
        "no-task-ids",
        Kind::Bool,
        "Do not include task IDs in output",
    ),
    flag(' ', "no-trunc", Kind::Bool, "Do not truncate output"),
    flag(' ', "raw", Kind::Bool, "Do not neatly format logs"),
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
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let name = &values.args[0];
    let raw = values.on("raw");
    let path = |kind: &str| format!("/{kind}/{}", percent::encode_path(name));
    let (kind, tty, digits) = match cli
        .client
        .document(Call::get(path("services")).with("insertDefaults", "false"))
        .await
    {
        Ok(service) => {
            let spec = &service["Spec"];
            let replicas = spec["Mode"]["Replicated"]["Replicas"].as_u64();
            let digits = replicas.map_or(1, |it| it.to_string().len());
            (
                "services",
                spec["TaskTemplate"]["ContainerSpec"]["TTY"] == true,
                digits,
            )
        }
        Err(error) if error.is_not_found() => {
            match cli.client.document(Call::get(path("tasks"))).await {
                Ok(task) => {
                    let slot = task["Slot"].as_u64().unwrap_or(0);
                    (
                        "tasks",
                        task["Spec"]["ContainerSpec"]["TTY"] == true,
                        slot.to_string().len(),
                    )
                }
                Err(error) if error.is_not_found() => {
                    return Err(Failure::new(format!("no such task or service: {name}")));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(error) => return Err(error.into()),
    };
    if tty && !raw {
        return Err(Failure::new("tty service logs only supported with --raw"));
    }
    let since = match values.text("since") {
        "" => String::new(),
        given => crate::time::stamp(given)
            .map_err(|error| Failure::new(format!("invalid value for \"since\": {error}")))?,
    };
    let call = Call::get(format!("{}/logs", path(kind)))
        .with_flag("details", !raw || values.on("details"))
        .with_flag("follow", values.on("follow"))
        .with_some("since", &since)
        .with("stderr", "1")
        .with("stdout", "1")
        .with("tail", values.text_or("tail", "all"))
        .with_flag("timestamps", values.on("timestamps"));
    let answer = cli.client.send(call).await?;
    let mut body = BodyReader::new(answer.into_body());
    match (tty, raw) {
        (true, _) => Ok(copy(&mut body, Some(&mut cli.out)).await?),
        (false, true) => Ok(demultiplex(&mut body, Some(&mut cli.out), Some(&mut cli.err)).await?),
        (false, false) => neatly(cli, &mut body, &values, digits).await,
    }
}

/// Prints each line after the name of its task.
async fn neatly(cli: &mut Cli, body: &mut BodyReader, values: &Values, digits: usize) -> Outcome {
    let mut writer = Writer {
        names: Names::default(),
        known: HashMap::new(),
        digits,
    };
    let mut header = [0; 8];
    while body.read_exact(&mut header).await.is_ok() {
        let length = u32::from_be_bytes([header[4], header[5], header[6], header[7]]);
        let mut line = vec![0; usize::try_from(length).unwrap_or(0)];
        body.read_exact(&mut line).await?;
        let line = writer.line(cli, values, &line).await?;
        let out = if header[0] == 2 {
            &mut cli.err
        } else {
            &mut cli.out
        };
        out.write_all(&line).await?;
        out.flush().await?;
    }
    Ok(())
}

struct Writer {
    names: Names,
    known: HashMap<String, String>,
    digits: usize,
}

impl Writer {
    async fn line(&mut self, cli: &mut Cli, values: &Values, line: &[u8]) -> Outcome<Vec<u8>> {
        let stamped = values.on("timestamps");
        let mut parts = line.splitn(if stamped { 3 } else { 2 }, |it| *it == b' ');
        let time = if stamped { parts.next() } else { None };
        let (Some(details), Some(message)) = (parts.next(), parts.next()) else {
            return Err(Failure::new(
                "invalid context in log message: ".to_owned() + &String::from_utf8_lossy(line),
            ));
        };
        let details = String::from_utf8_lossy(details).into_owned();
        let mut out = Vec::new();
        if let Some(time) = time {
            out.extend_from_slice(time);
            out.push(b' ');
        }
        out.extend_from_slice(self.name(cli, values, &details).await?.as_bytes());
        out.extend_from_slice(b"    | ");
        if values.on("details") {
            let more: Vec<&str> = details
                .split(',')
                .filter(|it| !it.starts_with("com.docker.swarm."))
                .collect();
            out.extend_from_slice(more.join(",").as_bytes());
            out.push(b' ');
        }
        out.extend_from_slice(message);
        Ok(out)
    }

    /// `web.1.ID@node`, padded as far as the longest slot.
    async fn name(&mut self, cli: &mut Cli, values: &Values, details: &str) -> Outcome<String> {
        if let Some(name) = self.known.get(details) {
            return Ok(name.clone());
        }
        let field = |name: &str| {
            let prefix = format!("com.docker.swarm.{name}=");
            details
                .split(',')
                .find_map(|it| it.strip_prefix(prefix.as_str()))
                .unwrap_or_default()
                .to_owned()
        };
        let (node, service, id) = (field("node.id"), field("service.id"), field("task.id"));
        let resolve = !values.on("no-resolve");
        let place = if resolve {
            self.names.node(&cli.client, &node).await
        } else {
            node
        };
        let owner = if resolve {
            self.names.service(&cli.client, &service).await
        } else {
            service
        };
        let task = cli
            .client
            .document(Call::get(format!("/tasks/{id}")))
            .await?;
        let slot = task["Slot"].as_u64().unwrap_or(0);
        let mut name = format!("{owner}.{slot}");
        if !values.on("no-task-ids") {
            let id = text(&task["ID"]);
            let shown = if values.on("no-trunc") {
                id
            } else {
                id.get(..12).unwrap_or(id)
            };
            name.push('.');
            name.push_str(shown);
        }
        let padding = self.digits.saturating_sub(slot.to_string().len());
        name = format!("{name}@{place}{}", " ".repeat(padding));
        self.known.insert(details.to_owned(), name.clone());
        Ok(name)
    }
}
