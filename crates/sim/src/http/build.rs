//! `/build`: the classic builder, and what is left of BuildKit's calls without BuildKit.

use std::collections::BTreeMap;

use hyper::Method;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::answer::{JSON, Routed, bare, document, messages, with_body};
use super::ask::Ask;
use crate::daemon::{Build, BuildOptions, Daemon, Fault, LARGEST_CONTEXT, Outcome};

/// Messages that wait for a slow client before the build does.
const WAITING: usize = 64;

pub(super) async fn route(daemon: &Daemon, ask: &Ask, path: &[&str]) -> Option<Routed> {
    let routed = match (&ask.method, path) {
        (&Method::POST, []) => build(daemon, ask).await,
        (&Method::POST, ["prune"]) => prune(daemon, ask),
        (&Method::POST, ["cancel"]) => match ask.get("id") {
            "" => Err(Fault::invalid("build ID not provided")),
            _ => Ok(bare(200)),
        },
        _ => return None,
    };
    Some(routed)
}

/// A document in a parameter; the default when it is absent.
fn parameter<T: serde::de::DeserializeOwned + Default>(
    ask: &Ask,
    name: &str,
    what: &str,
) -> Outcome<T> {
    match ask.get(name) {
        "" => Ok(T::default()),
        text => serde_json::from_str::<Option<T>>(text)
            .map(Option::unwrap_or_default)
            .map_err(|error| Fault::invalid(format!("error reading {what}: {error}"))),
    }
}

fn options(ask: &Ask) -> Outcome<BuildOptions> {
    if ask.has("securityopt") {
        return Err(Fault::invalid(
            "security options are not supported on linux",
        ));
    }
    match ask.get("isolation") {
        "" | "default" => {}
        other => {
            return Err(Fault::invalid(format!("unsupported isolation: {other:?}")));
        }
    }
    match ask.get("version") {
        "" | "1" => {}
        "2" => {
            return Err(Fault::not_implemented(
                "non simulé\u{a0}: BuildKit (docker buildx)\u{a0}; mettez DOCKER_BUILDKIT=0",
            ));
        }
        other => return Err(Fault::invalid(format!("invalid version {other:?}"))),
    }
    if ask.flag("squash") {
        return Err(Fault::invalid(
            "squash is only supported with experimental mode",
        ));
    }
    let force_remove = ask.flag("forcerm");
    Ok(BuildOptions {
        dockerfile: ask.get("dockerfile").to_owned(),
        remote: ask.get("remote").to_owned(),
        tags: ask.all("t"),
        no_cache: ask.flag("nocache"),
        remove: force_remove || ask.get("rm").is_empty() || ask.flag("rm"),
        force_remove,
        pull: ask.flag("pull"),
        args: parameter::<BTreeMap<String, Option<String>>>(ask, "buildargs", "build args")?,
        labels: parameter(ask, "labels", "labels")?,
        cache_from: parameter(ask, "cachefrom", "cache-from")?,
        target: ask.get("target").to_owned(),
        platform: ask.get("platform").to_owned(),
        tells_ids: ask.speaks() >= (1, 30),
        host: host_config(ask)?,
    })
}

/// `HostConfig` of the containers of `RUN`.
fn host_config(ask: &Ask) -> Outcome<Value> {
    let number = |name: &str| ask.get(name).parse::<i64>().unwrap_or(0);
    let size = match ask.get("shmsize") {
        "" => 0,
        text => text.parse::<i64>().map_err(|_| {
            Fault::internal(format!(
                "strconv.ParseInt: parsing {text:?}: invalid syntax"
            ))
        })?,
    };
    let network = match ask.get("networkmode") {
        "" | "default" => "bridge",
        other => other,
    };
    Ok(json!({
        "NetworkMode": network,
        "LogConfig": {"Type": "none", "Config": {}},
        "Memory": number("memory"),
        "MemorySwap": number("memswap"),
        "CpuShares": number("cpushares"),
        "CpuPeriod": number("cpuperiod"),
        "CpuQuota": number("cpuquota"),
        "CpusetCpus": ask.get("cpusetcpus"),
        "CpusetMems": ask.get("cpusetmems"),
        "CgroupParent": ask.get("cgroupparent"),
        "ShmSize": size,
        "Ulimits": parameter::<Value>(ask, "ulimits", "ulimit settings")?,
        "ExtraHosts": ask.all("extrahosts"),
    }))
}

/// What is wrong before the first step is an error of the call; later, a message of the stream.
async fn build(daemon: &Daemon, ask: &Ask) -> Routed {
    let options = options(ask)?;
    let quiet = ask.flag("q");
    let sent = ask.archive(LARGEST_CONTEXT).await?;
    let build = daemon.prepare_build(options, sent).await?;
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        if quiet {
            silently(build, &sender).await;
        } else {
            aloud(build, &sender).await;
        }
    });
    Ok(with_body(200, JSON, messages(receiver)))
}

/// The message that ends a build that failed.
fn failure(message: &str, code: Option<i64>) -> Value {
    let mut detail = serde_json::Map::new();
    if let Some(code) = code {
        detail.insert("code".into(), json!(code));
    }
    detail.insert("message".into(), json!(message));
    json!({"errorDetail": detail, "error": message})
}

async fn aloud(build: Build, sender: &mpsc::Sender<Value>) {
    if let Err(error) = build.run(sender.clone()).await {
        // A client that left does not want to know.
        let _ = sender.send(failure(&error.message, error.code)).await;
    }
}

/// `-q`: the identifier alone, or all that was told when the build fails.
async fn silently(build: Build, sender: &mpsc::Sender<Value>) {
    let (steps, mut told) = mpsc::channel(WAITING);
    let collect = async {
        let mut messages = Vec::new();
        loop {
            tokio::select! {
                message = told.recv() => match message {
                    Some(message) => messages.push(message),
                    None => return messages,
                },
                // The build finds that nobody listens at its next word.
                () = sender.closed(), if !told.is_closed() => told.close(),
            }
        }
    };
    let (done, kept) = tokio::join!(build.run(steps), collect);
    let last = match done {
        Ok(id) => vec![json!({"stream": format!("{id}\n")})],
        Err(error) => {
            let mut all = kept;
            all.push(failure(&error.message, error.code));
            all
        }
    };
    for message in last {
        if sender.send(message).await.is_err() {
            return;
        }
    }
}

/// There is no cache but BuildKit's that could be pruned: it is empty.
fn prune(daemon: &Daemon, ask: &Ask) -> Routed {
    ask.filters()?;
    for name in [
        "reserved-space",
        "keep-storage",
        "max-used-space",
        "min-free-space",
    ] {
        let text = ask.get(name);
        if !text.is_empty() && text.parse::<i64>().is_err() {
            return Err(Fault::invalid(format!(
                "{name} is in bytes and expects an integer, got {text}: strconv.Atoi: parsing {text:?}: invalid syntax"
            )));
        }
    }
    daemon.tell_pruned("builder", 0);
    Ok(document(
        200,
        &json!({"CachesDeleted": null, "SpaceReclaimed": 0}),
    ))
}
