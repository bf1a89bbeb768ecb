//! The engine's progress messages (pull, push, load, import): one line per layer that moves in
//! place on a terminal, plain lines in a pipe.

use std::fmt::Write as _;

use bytes::BytesMut;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;
use tokio::io::AsyncWriteExt;

use super::error::{Failure, Outcome};
use super::format::words::text;
use super::io::Output;
use super::units::human_size;

#[cfg(test)]
mod tests;

/// Where messages are shown.
#[derive(Debug, Clone, Default)]
pub(super) struct Display {
    /// The terminal's columns; `None` in a pipe.
    columns: Option<u16>,
    /// The layers that have a line, in order.
    lines: Vec<String>,
}

impl Display {
    /// For a terminal of that many columns, or a pipe.
    pub(super) fn new(columns: Option<u16>) -> Self {
        Self {
            columns,
            lines: Vec::new(),
        }
    }

    /// Whether lines move in place.
    pub(super) fn moves(&self) -> bool {
        self.columns.is_some()
    }

    /// What a message writes; its error, if it is one.
    pub(super) fn message(&mut self, message: &Value) -> Outcome<String> {
        if !message["aux"].is_null() {
            return Ok(String::new());
        }
        let terminal = self.columns.is_some();
        let id = text(&message["id"]);
        let progress = &message["progressDetail"];
        let mut out = String::new();
        let mut up = 0;
        if !id.is_empty() && (progress.is_object() || !text(&message["progress"]).is_empty()) {
            let line = self
                .lines
                .iter()
                .position(|it| it == id)
                .unwrap_or_else(|| {
                    self.lines.push(id.to_owned());
                    if terminal {
                        out.push('\n');
                    }
                    self.lines.len() - 1
                });
            up = self.lines.len() - line;
            if terminal && up > 0 {
                let _ = write!(out, "\x1b[{up}A");
            }
        } else {
            self.lines.clear();
        }
        if let Some(failure) = error_of(message) {
            return Err(failure);
        }
        self.write(message, &mut out);
        if terminal && !id.is_empty() && up > 0 {
            let _ = write!(out, "\x1b[{up}B");
        }
        Ok(out)
    }

    fn write(&self, message: &Value, out: &mut String) {
        let terminal = self.columns.is_some();
        let progress = &message["progressDetail"];
        let stream = text(&message["stream"]);
        let bar = self.bar(progress);
        let mut end = "";
        if terminal && stream.is_empty() && progress.is_object() {
            out.push_str("\x1b[2K\r");
            end = "\r";
        } else if progress.is_object() && !bar.is_empty() {
            return;
        }
        let id = text(&message["id"]);
        if !id.is_empty() {
            let _ = write!(out, "{id}: ");
        }
        let from = text(&message["from"]);
        if !from.is_empty() {
            let _ = write!(out, "(from {from}) ");
        }
        let status = text(&message["status"]);
        let legacy = text(&message["progress"]);
        let _ = match () {
            () if progress.is_object() && terminal => write!(out, "{status} {bar}{end}"),
            () if !legacy.is_empty() => write!(out, "{status} {legacy}{end}"),
            () if !stream.is_empty() => write!(out, "{stream}{end}"),
            () => writeln!(out, "{status}{end}"),
        };
    }

    fn bar(&self, progress: &Value) -> String {
        let number = |name: &str| progress[name].as_i64().unwrap_or_default();
        let (current, total) = (number("current"), number("total"));
        if current <= 0 && total <= 0 {
            return String::new();
        }
        let units = text(&progress["units"]);
        if total <= 0 {
            return match units {
                "" => format!("{:>8}", human_size(current, 4)),
                units => format!("{current} {units}"),
            };
        }
        let percent = current.saturating_mul(100) / total;
        let half = usize::try_from(percent / 2).unwrap_or_default().min(50);
        let mut bar = String::new();
        if self.columns.unwrap_or(200) > 110 {
            let _ = write!(bar, "[{}>{}] ", "=".repeat(half), " ".repeat(50 - half));
        }
        if progress["hidecounts"].as_bool() != Some(true) {
            let _ = match units {
                "" if current > total => write!(bar, "{:>8}", human_size(current, 4)),
                "" => write!(
                    bar,
                    "{:>8}/{}",
                    human_size(current, 4),
                    human_size(total, 4)
                ),
                units if current > total => write!(bar, "{current} {units}"),
                units => write!(bar, "{current}/{total} {units}"),
            };
        }
        bar
    }
}

fn error_of(message: &Value) -> Option<Failure> {
    let detail = text(&message["errorDetail"]["message"]);
    let error = if detail.is_empty() {
        text(&message["error"])
    } else {
        detail
    };
    if error.is_empty() {
        return None;
    }
    let code = message["errorDetail"]["code"]
        .as_u64()
        .and_then(|it| u8::try_from(it).ok());
    Some(Failure::new(error).with_status(code.filter(|it| *it != 0).unwrap_or(1)))
}

/// An engine that broke off in the middle of its answer.
fn broken_off() -> Failure {
    Failure::new("unexpected EOF")
}

/// Shows a stream of messages until its end; `each` sees every message first.
pub(super) async fn show(
    mut body: Incoming,
    out: &mut Output,
    columns: Option<u16>,
    mut each: impl FnMut(&Value) + Send,
) -> Outcome {
    let mut display = Display::new(columns);
    let mut waiting = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| broken_off())?;
        let Ok(data) = frame.into_data() else {
            continue;
        };
        waiting.extend_from_slice(&data);
        let (messages, used) = documents(&waiting);
        let _ = waiting.split_to(used);
        for message in messages {
            each(&message);
            let text = display.message(&message)?;
            out.write_all(text.as_bytes()).await?;
        }
        out.flush().await?;
    }
    Ok(())
}

/// Reads a stream of messages to its end: what it would show in a pipe, and how it ended.
pub(super) async fn collect(
    body: Incoming,
    mut each: impl FnMut(&Value) + Send,
) -> (String, Outcome) {
    let mut told = String::new();
    let bytes = match body.collect().await {
        Ok(bytes) => bytes.to_bytes(),
        Err(_) => return (told, Err(broken_off())),
    };
    let mut display = Display::new(None);
    for message in documents(&bytes).0 {
        each(&message);
        match display.message(&message) {
            Ok(text) => told.push_str(&text),
            Err(failure) => return (told, Err(failure)),
        }
    }
    (told, Ok(()))
}

/// The whole documents at the start of some bytes, and how many bytes they take.
pub(super) fn documents(bytes: &[u8]) -> (Vec<Value>, usize) {
    let mut stream = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
    let mut found = Vec::new();
    let mut used = 0;
    while let Some(Ok(document)) = stream.next() {
        found.push(document);
        used = stream.byte_offset();
    }
    (found, used)
}
