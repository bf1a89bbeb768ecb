//! What a container writes (`GET /containers/{id}/logs?follow=1`).

use std::collections::VecDeque;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout_at};

use super::container::{inspect, is_running};
use super::{Fact, InsideError, Place, Tell};
use crate::engine::Connection;

mod frames;

#[cfg(test)]
mod tests;

/// Past lines that are asked for.
pub const TAIL: usize = 500;
/// Lines that are kept.
const KEPT_LINES: usize = 2_000;
/// Bytes of text that are kept.
const KEPT_BYTES: usize = 4 * 1024 * 1024;
/// Lines are told together, at most this often.
const PERIOD: Duration = Duration::from_millis(100);
/// Lines and bytes in a period beyond which nobody could read them: the rest is passed over.
const FLOOD_LINES: usize = 3 * TAIL;
const FLOOD_BYTES: usize = 4 * 1024 * 1024;
/// After a flood, before the end of the log is read again.
const FLOOD_PAUSE: Duration = Duration::from_millis(400);
/// Between two looks at a container that does not run.
const LOOK: Duration = Duration::from_secs(1);

/// Where a line was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Standard output, or a terminal.
    Stdout = 1,
    /// Standard error.
    Stderr = 2,
    /// Nowhere: the engine says what prevents it from reading more.
    Engine = 3,
}

/// A line that a container wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Where it was written.
    pub source: Source,
    /// When, as the engine wrote it (RFC 3339, nanoseconds, UTC); empty when it did not say.
    pub time: String,
    /// The text, without its end of line, harmless for a screen.
    pub text: String,
    /// Bytes of it that were too many to be kept.
    pub cut: u64,
    /// Whether lines before it were passed over, because they came too fast.
    pub gap: bool,
}

/// Lines learnt together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Batch {
    /// Whether they begin the log again: what was known is forgotten.
    pub anew: bool,
    /// The lines, oldest first.
    pub lines: Vec<Line>,
}

/// The last lines of a log, in bounded memory.
#[derive(Debug, Clone, Default)]
pub struct Log {
    lines: VecDeque<Line>,
    bytes: usize,
    dropped: usize,
    /// How many lines came before the first one, whatever became of them.
    base: usize,
    /// Lines that the first batch held: as many as were asked for, when there are older ones.
    first: usize,
}

impl Log {
    /// Adds lines, and forgets the oldest ones beyond the bounds.
    pub fn learn(&mut self, batch: Batch) {
        if batch.anew {
            self.base += self.lines.len();
            self.lines.clear();
            (self.bytes, self.dropped, self.first) = (0, 0, batch.lines.len());
        }
        for line in batch.lines {
            self.bytes += line.text.len();
            self.lines.push_back(line);
        }
        while self.lines.len() > KEPT_LINES || self.bytes > KEPT_BYTES {
            let Some(line) = self.lines.pop_front() else {
                break;
            };
            self.bytes -= line.text.len();
            self.dropped += 1;
            self.base += 1;
        }
    }

    /// The lines, oldest first, each with a number that stays its own.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &Line)> {
        self.lines
            .iter()
            .enumerate()
            .map(|(index, line)| (self.base + index, line))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Lines that were forgotten, for want of room.
    pub const fn dropped(&self) -> usize {
        self.dropped
    }

    /// Whether the container may have written older lines, which were not read.
    pub const fn has_older(&self) -> bool {
        self.first >= TAIL
    }
}

/// Why the reading of a stream ended.
enum End {
    /// The container did.
    Closed,
    /// Too much came.
    Flooded,
}

/// Tells the last lines, then each new one, and goes on when the container starts again.
pub(super) async fn follow(place: &Place, id: &str, tell: &Tell) -> Result<(), InsideError> {
    let connection = place.connect().await?;
    let mut reading = Reading {
        connection: &connection,
        id,
        tell,
        anew: true,
        last: String::new(),
        told: 0,
        replay: None,
        gap: false,
    };
    loop {
        let document = inspect(&connection, id).await?;
        match reading.read(&document).await? {
            End::Flooded => sleep(FLOOD_PAUSE).await,
            End::Closed => {
                let started = started(&document);
                sleep(LOOK).await;
                while !has_more(&inspect(&connection, id).await?, &started) {
                    sleep(LOOK).await;
                }
            }
        }
    }
}

fn started(document: &Value) -> Value {
    document
        .pointer("/State/StartedAt")
        .cloned()
        .unwrap_or_default()
}

/// Whether a container has been started since: it may have ended again already.
fn has_more(document: &Value, before: &Value) -> bool {
    is_running(document) || started(document) != *before
}

struct Reading<'a> {
    connection: &'a Connection,
    id: &'a str,
    tell: &'a Tell,
    anew: bool,
    /// The time of the last line told.
    last: String,
    /// Lines told that have this time: Podman's times are whole seconds.
    told: usize,
    /// What an answer opened again begins with: as many lines of this time, told already.
    replay: Option<(String, usize)>,
    gap: bool,
}

impl Reading<'_> {
    async fn read(&mut self, document: &Value) -> Result<End, InsideError> {
        let tty = document.pointer("/Config/Tty").and_then(Value::as_bool) == Some(true);
        let mut path = format!(
            "/containers/{}/logs?follow=1&stdout=1&stderr=1&timestamps=1&tail={TAIL}",
            self.id
        );
        if let Some(since) = since(&self.last) {
            path.push_str("&since=");
            path.push_str(&since);
        }
        self.replay = (!self.last.is_empty()).then(|| (self.last.clone(), self.told));
        let answer = self.connection.client.open(&path).await;
        let body = answer
            .map_err(|error| refused(error, document))?
            .into_body();
        self.read_body(body, frames::Lines::new(tty)).await
    }

    async fn read_body(
        &mut self,
        mut body: Incoming,
        mut lines: frames::Lines,
    ) -> Result<End, InsideError> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        // The first period ends even if nothing comes: an empty log is told too.
        let mut until = self.anew.then(|| Instant::now() + PERIOD);
        loop {
            let next = match until {
                Some(until) => timeout_at(until, body.frame()).await.ok(),
                None => Some(body.frame().await),
            };
            match next {
                Some(None) => {
                    lines.finish(&mut batch);
                    self.say(&mut batch);
                    return Ok(End::Closed);
                }
                Some(Some(Err(error))) => {
                    self.say(&mut batch);
                    let words = format!("Le journal s’est interrompu\u{a0}: {error}.");
                    return Err(InsideError::Other(words));
                }
                Some(Some(Ok(frame))) => {
                    let data = frame.into_data().unwrap_or_default();
                    bytes += data.len();
                    lines.feed(&data, &mut batch);
                    until = until.or_else(|| Some(Instant::now() + PERIOD));
                }
                None => {}
            }
            if batch.len() > FLOOD_LINES || bytes > FLOOD_BYTES {
                self.say(&mut batch);
                self.gap = true;
                return Ok(End::Flooded);
            }
            if until.is_some_and(|until| until <= Instant::now()) {
                self.say(&mut batch);
                (until, bytes) = (None, 0);
            }
        }
    }

    /// Tells what is new of these lines.
    fn say(&mut self, batch: &mut Vec<Line>) {
        let mut lines = std::mem::take(batch);
        // Read again from the last time known: what was told is there once more.
        lines.retain(|line| !is_told(&mut self.replay, &line.time));
        if let Some(line) = lines.first_mut() {
            line.gap = std::mem::take(&mut self.gap);
        }
        for line in &lines {
            if line.time > self.last {
                self.last.clone_from(&line.time);
                self.told = 1;
            } else if line.time == self.last {
                self.told += 1;
            }
        }
        if self.anew || !lines.is_empty() {
            let anew = std::mem::take(&mut self.anew);
            (self.tell)(Fact::Logs(Batch { anew, lines }));
        }
    }
}

/// Whether a line of this time is one that was told before.
fn is_told(replay: &mut Option<(String, usize)>, time: &str) -> bool {
    let Some((last, left)) = replay else {
        return false;
    };
    if !time.is_empty() && time < last.as_str() {
        return true;
    }
    if time == last && *left > 0 {
        *left -= 1;
        return true;
    }
    *replay = None;
    false
}

/// A time of the engine as `since` takes it: seconds since the epoch, and nanoseconds.
fn since(time: &str) -> Option<String> {
    let time: jiff::Timestamp = time.parse().ok()?;
    Some(format!(
        "{}.{:09}",
        time.as_second(),
        time.subsec_nanosecond()
    ))
}

/// Why a log cannot be read, in French.
fn refused(error: crate::engine::CallError, document: &Value) -> InsideError {
    let words = error.to_string();
    // Docker's words, then Podman's.
    if !["does not support reading", "cannot read logs"]
        .iter()
        .any(|it| words.contains(it))
    {
        return error.into();
    }
    let driver = document.pointer("/HostConfig/LogConfig/Type");
    let driver = driver.and_then(Value::as_str).unwrap_or("?");
    let why = match driver {
        "none" => "rien n’est gardé de ce que le conteneur écrit".to_owned(),
        _ => format!("ce qu’il écrit part vers «\u{a0}{driver}\u{a0}», où Docker ne le relit pas"),
    };
    InsideError::Other(format!(
        "Pas de journal\u{a0}: avec --log-driver {driver}, {why}. Le moteur répond\u{a0}: {error}."
    ))
}
