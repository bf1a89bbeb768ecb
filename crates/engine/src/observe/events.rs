//! `GET /events`: one JSON object after another, for as long as the engine lives.

use std::collections::BTreeSet;
use std::time::SystemTime;

use bytes::BytesMut;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::client::{CallError, Client};
use crate::exec::MARK;
use domain::{EngineEvent, EventTime, Occurrence};
use wire::HttpError;

/// Subscribes. The engine's answer begins a little before the subscription itself, so events
/// since `from` are asked for too, and what is older is dropped by [`forward`].
pub(super) async fn subscribe(
    client: &Client,
    from: Option<EventTime>,
) -> Result<Incoming, CallError> {
    // Whole seconds: Podman takes no fraction here.
    let path = from.map_or_else(
        || "/events".to_owned(),
        |time| format!("/events?since={}", time.0 / 1_000_000_000),
    );
    Ok(client.open(&path).await?.into_body())
}

/// Reads the stream to its end: each event goes to the timeline at once, then to the follower.
pub(super) async fn forward(
    mut body: Incoming,
    from: Option<EventTime>,
    occurrences: mpsc::UnboundedSender<Occurrence>,
    follower: mpsc::UnboundedSender<Result<(EngineEvent, SystemTime), CallError>>,
) {
    let mut pending = BytesMut::new();
    let mut clock = Clock::default();
    let mut own = Own::default();
    loop {
        let failure = match body.frame().await {
            Some(Ok(frame)) => {
                let Some(bytes) = frame.data_ref() else {
                    continue;
                };
                pending.extend_from_slice(bytes);
                match take_events(&mut pending) {
                    Ok(events) => {
                        let events = events.into_iter();
                        for event in events.filter(|it| !is_older(it, from) && !own.is_ours(it)) {
                            let at = clock.here(event.time, SystemTime::now());
                            let told = Occurrence::Event(event.clone(), at);
                            // Nobody left to tell: the session is over.
                            if occurrences.send(told).is_err()
                                || follower.send(Ok((event, at))).is_err()
                            {
                                return;
                            }
                        }
                        continue;
                    }
                    Err(error) => CallError::Json(error),
                }
            }
            Some(Err(error)) => CallError::Http(HttpError::Protocol(error)),
            // The engine ends the stream in good order when it stops.
            None => CallError::Http(HttpError::Dial(std::io::ErrorKind::UnexpectedEof.into())),
        };
        let _ = follower.send(Err(failure));
        return;
    }
}

/// What the program itself runs in containers to look into them: no part of a step.
#[derive(Default)]
struct Own {
    execs: BTreeSet<String>,
}

impl Own {
    /// Whether this event is about a command of ours.
    fn is_ours(&mut self, event: &EngineEvent) -> bool {
        let verb = event.verb();
        if event.kind != "container" || !verb.starts_with("exec_") {
            return false;
        }
        let exec = event.attributes.get("execID");
        let marked = event
            .action
            .strip_suffix(MARK)
            .is_some_and(|it| it.ends_with(' '));
        match exec {
            Some(exec) if verb == "exec_die" => self.execs.remove(exec),
            Some(exec) if marked => {
                self.execs.insert(exec.clone());
                true
            }
            _ => marked,
        }
    }
}

/// An engine that gives no time (0) is believed.
fn is_older(event: &EngineEvent, from: Option<EventTime>) -> bool {
    event.time.0 != 0 && from.is_some_and(|from| event.time < from)
}

/// Takes the whole objects off the front of what was received.
fn take_events(pending: &mut BytesMut) -> Result<Vec<EngineEvent>, serde_json::Error> {
    let mut documents = serde_json::Deserializer::from_slice(pending).into_iter::<Value>();
    let mut events = Vec::new();
    loop {
        match documents.next() {
            Some(Ok(document)) => events.push(parse(&document)),
            Some(Err(error)) if error.is_eof() => break,
            Some(Err(error)) => return Err(error),
            None => break,
        }
    }
    let consumed = documents.byte_offset();
    let _ = pending.split_to(consumed);
    Ok(events)
}

fn parse(document: &Value) -> EngineEvent {
    let text = |pointer: &str| {
        document
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let attributes = document
        .pointer("/Actor/Attributes")
        .and_then(Value::as_object);
    let number = |key: &str| document.get(key).and_then(Value::as_i64);
    let nanoseconds = number("timeNano")
        .or_else(|| number("time").map(|seconds| seconds.saturating_mul(1_000_000_000)));
    podman::as_docker(EngineEvent {
        kind: text("/Type"),
        action: text("/Action"),
        id: text("/Actor/ID"),
        attributes: attributes
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        time: EventTime(nanoseconds.unwrap_or_default()),
    })
}

mod clock;
mod podman;

use clock::Clock;

#[cfg(test)]
mod tests;
