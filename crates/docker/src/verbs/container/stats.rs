//! `docker stats`

use std::fmt::Write as _;
use std::time::Duration;

use bytes::BytesMut;
use http_body_util::BodyExt;
use serde_json::Value as Json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::joined;
use crate::cli::Cli;
use crate::client::{Call, Client};
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{items, short_id, text};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::progress::documents;
use crate::template::Row;
use crate::units::{binary_size, human_size_of};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container stats", "stats"],
    usage: "[OPTIONS] [CONTAINER...]",
    about: "Display a live stream of container(s) resource usage statistics",
    long: "",
    arity: Arity::Any,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'a',
        "all",
        Kind::Bool,
        "Show all containers (default shows just running)",
    ),
    FORMAT_TABLE,
    flag(
        ' ',
        "no-stream",
        Kind::Bool,
        "Disable streaming stats and only pull the first result",
    ),
    flag(' ', "no-trunc", Kind::Bool, "Do not truncate output"),
];

const TABLE: &str = "table {{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";
const TITLES: &[(&str, &str)] = &[
    ("Container", "CONTAINER"),
    ("Name", "NAME"),
    ("ID", "CONTAINER ID"),
    ("CPUPerc", "CPU %"),
    ("MemUsage", "MEM USAGE / LIMIT"),
    ("MemPerc", "MEM %"),
    ("NetIO", "NET I/O"),
    ("BlockIO", "BLOCK I/O"),
    ("PIDs", "PIDS"),
];
/// How often the table is drawn anew.
const PERIOD: Duration = Duration::from_millis(500);
/// How long the first figures of a container are waited for.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is known of one container.
#[derive(Debug, Clone, Default)]
struct Line {
    container: String,
    sample: Option<Json>,
    error: Option<String>,
}

/// News of a container: a sample, or why there is none.
type News = (String, Result<Json, String>);

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let streams = !values.on("no-stream");
    let named = !values.args.is_empty();
    let mut lines: Vec<Line> = Vec::new();
    let (sender, mut receiver) = unbounded_channel();
    for name in list(cli, &values).await? {
        follow(&cli.client, &name, streams, &sender);
        lines.push(Line {
            container: name,
            ..Line::default()
        });
    }
    first_figures(&mut lines, &mut receiver).await;
    let errors: Vec<_> = lines.iter().filter_map(|line| line.error.clone()).collect();
    if named {
        joined(&errors)?;
    }
    let layout = Layout::new(values.text("format"), TABLE, None);
    let trunc = !values.on("no-trunc");
    loop {
        while let Ok(news) = receiver.try_recv() {
            take(&mut lines, news);
        }
        let rows = lines.iter().map(|line| row(line, trunc)).collect();
        let text = layout.text(TITLES, rows)?;
        if !streams {
            return cli.print(&text).await;
        }
        // From the top left corner, each line and then the rest of the screen cleared.
        let mut screen = format!("\x1b[H{text}");
        for line in screen.clone().split('\n') {
            let _ = writeln!(screen, "{line} \x1b[K");
        }
        cli.print(&(screen + "\x1b[J")).await?;
        tokio::time::sleep(PERIOD).await;
        if !named {
            let running = list(cli, &values).await?;
            lines.retain(|line| running.contains(&line.container));
            for name in running {
                if !lines.iter().any(|line| line.container == name) {
                    follow(&cli.client, &name, true, &sender);
                    lines.push(Line {
                        container: name,
                        ..Line::default()
                    });
                }
            }
        }
    }
}

/// The containers meant: those named, or all that run (`--all`: all).
async fn list(cli: &mut Cli, values: &Values) -> Outcome<Vec<String>> {
    if !values.args.is_empty() {
        return Ok(values.args.clone());
    }
    let call = Call::get("/containers/json").with_flag("all", values.on("all"));
    let found = cli.client.document(call).await?;
    Ok(items(&found)
        .iter()
        .map(|it| short_id(text(&it["Id"])).to_owned())
        .collect())
}

/// Sends the samples of a container as they come.
fn follow(client: &Client, name: &str, streams: bool, sender: &UnboundedSender<News>) {
    let (client, name, sender) = (client.clone(), name.to_owned(), sender.clone());
    tokio::spawn(async move {
        let call = Call::get(format!("/containers/{}/stats", percent::encode_path(&name)));
        let call = call.with("stream", if streams { "1" } else { "0" });
        let mut body = match client.send(call).await {
            Ok(answer) => answer.into_body(),
            Err(error) => {
                // Nobody listens any more when this fails.
                let _ = sender.send((name, Err(error.to_string())));
                return;
            }
        };
        let mut waiting = BytesMut::new();
        while let Some(Ok(frame)) = body.frame().await {
            waiting.extend_from_slice(&frame.into_data().unwrap_or_default());
            let (samples, used) = documents(&waiting);
            let _ = waiting.split_to(used);
            for sample in samples {
                if sender.send((name.clone(), Ok(sample))).is_err() {
                    return;
                }
            }
        }
    });
}

fn take(lines: &mut [Line], (name, news): News) {
    for line in lines.iter_mut().filter(|line| line.container == name) {
        match &news {
            Ok(sample) => line.sample = Some(sample.clone()),
            Err(error) => line.error = Some(error.clone()),
        }
    }
}

/// Waits until every container has a sample or an error.
async fn first_figures(lines: &mut [Line], receiver: &mut UnboundedReceiver<News>) {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while lines
        .iter()
        .any(|line| line.sample.is_none() && line.error.is_none())
    {
        match tokio::time::timeout_at(deadline, receiver.recv()).await {
            Ok(Some(news)) => take(lines, news),
            _ => return,
        }
    }
}

fn row(line: &Line, trunc: bool) -> Row {
    let none = || "--".to_owned();
    let sample = line.sample.as_ref().unwrap_or(&Json::Null);
    let known = line.error.is_none() && line.sample.is_some();
    let id = text(&sample["id"]);
    let name = text(&sample["name"]);
    let memory = memory(&sample["memory_stats"]);
    let limit = number(&sample["memory_stats"]["limit"]);
    let share = if limit > 0.0 {
        memory / limit * 100.0
    } else {
        0.0
    };
    let pair =
        |one: f64, other: f64| format!("{} / {}", human_size_of(one, 3), human_size_of(other, 3));
    let networks = sample["networks"].as_object();
    let network = |field: &str| -> f64 {
        networks
            .into_iter()
            .flatten()
            .map(|(_, it)| number(&it[field]))
            .sum()
    };
    let blocks = |letter: char| -> f64 {
        items(&sample["blkio_stats"]["io_service_bytes_recursive"])
            .iter()
            .filter(|it| text(&it["op"]).to_lowercase().starts_with(letter))
            .map(|it| number(&it["value"]))
            .sum()
    };
    let or_none = |text: String| if known { text } else { none() };
    let usage = format!("{} / {}", binary_size(memory), binary_size(limit));
    Row {
        name: "*container.statsContext",
        columns: vec![
            ("BlockIO", or_none(pair(blocks('r'), blocks('w'))).into()),
            (
                "CPUPerc",
                or_none(format!("{:.2}%", processor(sample))).into(),
            ),
            ("Container", line.container.as_str().into()),
            ("ID", if trunc { short_id(id) } else { id }.into()),
            ("MemPerc", or_none(format!("{share:.2}%")).into()),
            (
                "MemUsage",
                if known { usage } else { "-- / --".to_owned() }.into(),
            ),
            (
                "Name",
                if name.len() > 1 {
                    name[1..].to_owned()
                } else {
                    none()
                }
                .into(),
            ),
            (
                "NetIO",
                or_none(pair(network("rx_bytes"), network("tx_bytes"))).into(),
            ),
            (
                "PIDs",
                or_none(number(&sample["pids_stats"]["current"]).to_string()).into(),
            ),
        ],
        labels: None,
    }
}

fn number(value: &Json) -> f64 {
    value.as_f64().unwrap_or_default()
}

/// Memory in use without the page cache that can be dropped: cgroup v1, then v2.
fn memory(stats: &Json) -> f64 {
    let usage = number(&stats["usage"]);
    let inactive = ["total_inactive_file", "inactive_file"];
    let cache = inactive
        .iter()
        .map(|field| &stats["stats"][*field])
        .find(|it| it.is_number());
    match cache.map(number) {
        Some(cache) if cache < usage => usage - cache,
        _ => usage,
    }
}

/// The share of the host's processors, in percent of one.
fn processor(sample: &Json) -> f64 {
    let (now, before) = (&sample["cpu_stats"], &sample["precpu_stats"]);
    let used =
        number(&now["cpu_usage"]["total_usage"]) - number(&before["cpu_usage"]["total_usage"]);
    let all = number(&now["system_cpu_usage"]) - number(&before["system_cpu_usage"]);
    let mut processors = number(&now["online_cpus"]);
    if processors == 0.0 {
        processors = items(&now["cpu_usage"]["percpu_usage"])
            .iter()
            .map(|_| 1.0)
            .sum();
    }
    if all > 0.0 && used > 0.0 {
        used / all * processors * 100.0
    } else {
        0.0
    }
}
