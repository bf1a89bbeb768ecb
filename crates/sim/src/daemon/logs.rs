//! `GET /containers/ID/logs`.

use std::collections::BTreeMap;
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

use super::streams::{Chunk, LogEntry, Source};
use super::time::rfc3339_nanos;
use super::{Daemon, Fault, Outcome};

/// What is asked for.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "the parameters of the API")]
pub struct LogOptions {
    /// The output.
    pub stdout: bool,
    /// The error output.
    pub stderr: bool,
    /// What comes, until the container ends.
    pub follow: bool,
    /// Not before.
    pub since: Option<SystemTime>,
    /// Not after.
    pub until: Option<SystemTime>,
    /// Each line with its time.
    pub timestamps: bool,
    /// The last so many lines.
    pub tail: Option<usize>,
    /// Each line with the labels and variables that `--log-opt` names.
    pub details: bool,
}

impl Daemon {
    /// The lines of a container's log as they come, and whether they are those of a terminal.
    pub fn logs(&self, key: &str, options: LogOptions) -> Outcome<(bool, mpsc::Receiver<Chunk>)> {
        if !options.stdout && !options.stderr {
            return Err(Fault::invalid(
                "Bad parameters: you must choose at least one stream",
            ));
        }
        let container = self.container(key)?;
        let driver = container
            .host
            .get("LogConfig")
            .and_then(|it| it.get("Type"));
        if driver.is_some_and(|it| it == "none") {
            return Err(Fault::not_implemented(
                "configured logging driver does not support reading",
            ));
        }
        let live = self.live(&container.id);
        let (sender, receiver) = mpsc::channel(64);
        let mut written = live.log.watch();
        let mut changed = self.inner.changed.subscribe();
        let daemon = self.clone();
        let tty = container.tty();
        tokio::spawn(async move {
            let (past, mut next) = live.log.from(0);
            let wanted: Vec<&LogEntry> = past.iter().filter(|it| passes(it, &options)).collect();
            let skipped = options
                .tail
                .map_or(0, |tail| wanted.len().saturating_sub(tail));
            for entry in wanted.into_iter().skip(skipped) {
                if sender.send(render(entry, &options)).await.is_err() {
                    return;
                }
            }
            if !options.follow {
                return;
            }
            loop {
                // Read before the log is: what is written after is then surely seen.
                let running = daemon
                    .container(&container.id)
                    .is_ok_and(|it| it.is_running());
                let (entries, after) = live.log.from(next);
                next = after;
                for entry in entries.iter().filter(|it| passes(it, &options)) {
                    if sender.send(render(entry, &options)).await.is_err() {
                        return;
                    }
                }
                if !running {
                    break;
                }
                tokio::select! {
                    _ = written.changed() => {}
                    _ = changed.changed() => {}
                    () = sender.closed() => return,
                }
            }
        });
        Ok((tty, receiver))
    }
}

fn passes(entry: &LogEntry, options: &LogOptions) -> bool {
    let wanted = match entry.source {
        Source::Stdout => options.stdout,
        Source::Stderr => options.stderr,
    };
    wanted
        && options.since.is_none_or(|since| entry.time >= since)
        && options.until.is_none_or(|until| entry.time <= until)
}

fn render(entry: &LogEntry, options: &LogOptions) -> Chunk {
    if !options.timestamps && !options.details {
        return (entry.source, entry.line.clone());
    }
    let mut line = BytesMut::new();
    if options.timestamps {
        line.extend_from_slice(rfc3339_nanos(entry.time).as_bytes());
        line.extend_from_slice(b" ");
    }
    if options.details {
        line.extend_from_slice(b" ");
    }
    line.extend_from_slice(&entry.line);
    (entry.source, Bytes::from(line))
}

/// `since` and `until` of a request, 0 being none.
pub fn parse_bound(
    parameters: &BTreeMap<String, String>,
    name: &str,
) -> Outcome<Option<SystemTime>> {
    match parameters.get(name).map(String::as_str) {
        None | Some("" | "0") => Ok(None),
        Some(text) => super::time::parse(text)
            .map(Some)
            .ok_or_else(|| Fault::invalid(format!("invalid value for \"{name}\": {text}"))),
    }
}
