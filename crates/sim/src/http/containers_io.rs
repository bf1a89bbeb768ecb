//! What of `/containers` carries streams and archives: attach, logs, stats, archive, export.

use std::time::Duration;

use bytes::Bytes;
use hyper::Method;
use hyper::header::HeaderValue;
use serde_json::Value;

use super::answer::{
    JSON, RAW_STREAM, Routed, archive, bare, document, output, stream_type, streamed, with_body,
};
use super::ask::Ask;
use super::hijack::{self, Session};
use crate::daemon::base64::encode;
use crate::daemon::logs::parse_bound;
use crate::daemon::stats::Sample;
use crate::daemon::{AttachOptions, Daemon, Fault, LARGEST_CONTEXT, LogOptions, Outcome};
use wire::full;

pub(super) async fn route(daemon: &Daemon, ask: &Ask, id: &str, path: &[&str]) -> Option<Routed> {
    let routed = match (&ask.method, path) {
        (&Method::POST, ["attach"]) => Ok(attach(daemon, ask, id).unwrap_or_else(|fault| {
            // The connection has changed hands by then: the reason is sent bare.
            let body = full(format!("{}\r\n", fault.message));
            with_body(fault.status(), RAW_STREAM, body)
        })),
        (&Method::GET, ["logs"]) => logs(daemon, ask, id),
        (&Method::GET, ["stats"]) => stats(daemon, ask, id).await,
        (&Method::GET, ["export"]) => daemon
            .export(id)
            .map(|it| with_body(200, "application/x-tar", archive(it))),
        (&Method::HEAD, ["archive"]) => stat(daemon, ask, id),
        (&Method::GET, ["archive"]) => get_archive(daemon, ask, id),
        (&Method::PUT, ["archive"]) => put_archive(daemon, ask, id).await,
        _ => return None,
    };
    Some(routed)
}

fn attach(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    // A bad sequence is refused before the connection changes hands.
    let keys = hijack::detach_keys(ask.get("detachKeys"))?;
    let options = AttachOptions {
        stdin: ask.flag("stdin"),
        stdout: ask.flag("stdout"),
        stderr: ask.flag("stderr"),
        logs: ask.flag("logs"),
        stream: ask.flag("stream"),
    };
    let attach = daemon.attach(id, options)?;
    let daemon = daemon.clone();
    let (sender, empty) = tokio::sync::mpsc::channel(1);
    drop(sender);
    let mut attach = attach;
    let output = std::mem::replace(&mut attach.output, empty);
    let session = Session {
        tty: attach.tty,
        settles: options.logs,
        past: std::mem::take(&mut attach.past),
        output,
        streams: std::sync::Arc::clone(&attach.streams),
        stdin: attach.stdin && options.stream,
        closes_stdin: attach.closes_stdin,
        on_detach: Box::new(move || daemon.detached(&attach)),
    };
    Ok(hijack::open(ask, keys, session))
}

/// What is asked of a log.
pub(super) fn log_options(ask: &Ask) -> Outcome<LogOptions> {
    let parameters = ask.parameters();
    let tail = match ask.get("tail") {
        "" | "all" => None,
        // Anything but a number is all of it, as in dockerd.
        count => count.parse().ok(),
    };
    Ok(LogOptions {
        stdout: ask.flag("stdout"),
        stderr: ask.flag("stderr"),
        follow: ask.flag("follow"),
        since: parse_bound(&parameters, "since")?,
        until: parse_bound(&parameters, "until")?,
        timestamps: ask.flag("timestamps"),
        tail,
        details: ask.flag("details"),
    })
}

fn logs(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let options = log_options(ask)?;
    let (tty, chunks) = daemon.logs(id, options)?;
    Ok(with_body(
        200,
        stream_type(tty, ask.speaks()),
        output(tty, chunks),
    ))
}

async fn stats(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let one_shot = ask.flag("one-shot");
    let stream = !ask.has("stream") || ask.flag("stream");
    let (first, sample) = daemon.stats(id, &Sample::default(), one_shot)?;
    if !stream {
        if one_shot || first["cpu_stats"].get("system_cpu_usage").is_none() {
            return Ok(document(200, &first));
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        return Ok(document(200, &daemon.stats(id, &sample, false)?.0));
    }
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    let daemon = daemon.clone();
    let id = id.to_owned();
    tokio::spawn(async move {
        let mut sample = sample;
        let mut next: Value = first;
        while sender.send(Bytes::from(format!("{next}\n"))).await.is_ok() {
            tokio::time::sleep(Duration::from_secs(1)).await;
            match daemon.stats(&id, &sample, false) {
                Ok((document, taken)) => (next, sample) = (document, taken),
                Err(_) => return,
            }
        }
    });
    Ok(with_body(200, JSON, streamed(receiver)))
}

/// The header that tells what a path is.
const PATH_STAT: &str = "X-Docker-Container-Path-Stat";

fn path(ask: &Ask) -> Result<&str, Fault> {
    match ask.get("path") {
        "" => Err(Fault::invalid("missing parameter: path")),
        path => Ok(path),
    }
}

fn stat_header(stat: &Value) -> HeaderValue {
    HeaderValue::from_str(&encode(stat.to_string().as_bytes()))
        .unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn stat(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let stat = daemon.stat_path(id, path(ask)?)?;
    let mut answer = bare(200);
    answer.headers_mut().insert(PATH_STAT, stat_header(&stat));
    Ok(answer)
}

fn get_archive(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let (stat, outgoing) = daemon.get_archive(id, path(ask)?)?;
    let mut answer = with_body(200, "application/x-tar", archive(outgoing));
    answer.headers_mut().insert(PATH_STAT, stat_header(&stat));
    Ok(answer)
}

async fn put_archive(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let path = path(ask)?;
    let archive = ask.archive(LARGEST_CONTEXT).await?;
    daemon.put_archive(id, path, &archive)?;
    Ok(bare(200))
}
