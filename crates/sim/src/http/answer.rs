//! Answers.

use std::io::{BufWriter, Write};

use bytes::Bytes;
use futures_util::StreamExt as _;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::daemon::streams::Chunk;
use crate::daemon::{Fault, Outgoing};
use wire::{Body, empty, full};

/// An answer.
pub(super) type Answer = Response<Body>;

/// What a route gives: an answer, or a refusal that becomes one.
pub(super) type Routed = Result<Answer, Fault>;

/// `application/json`.
pub(super) const JSON: &str = "application/json";

/// An answer with this status and body.
pub(super) fn with_body(status: u16, content_type: &'static str, body: Body) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

/// A JSON document, ended by a newline as Go's encoder does.
pub(super) fn document(status: u16, value: &impl Serialize) -> Answer {
    match serde_json::to_string(value) {
        Ok(text) => written(status, text),
        Err(error) => refusal(&Fault::internal(error.to_string())),
    }
}

/// The same, of a document that is already text.
pub(super) fn written(status: u16, mut text: String) -> Answer {
    text.push('\n');
    with_body(status, JSON, full(text))
}

/// A status without a body.
pub(super) fn bare(status: u16) -> Answer {
    let mut answer = Response::new(empty());
    *answer.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer
}

/// A refusal in Docker's error shape.
pub(super) fn refusal(fault: &Fault) -> Answer {
    match fault.status() {
        304 => bare(304),
        status => document(status, &json!({"message": fault.message})),
    }
}

/// A body that comes piece by piece.
pub(super) fn streamed(pieces: mpsc::Receiver<Bytes>) -> Body {
    pieced(pieces, Ok)
}

fn pieced<T: Send + 'static>(
    pieces: mpsc::Receiver<T>,
    data: impl Fn(T) -> std::io::Result<Bytes> + Send + 'static,
) -> Body {
    let frames = futures_util::stream::unfold(pieces, |mut pieces| async move {
        pieces.recv().await.map(|piece| (piece, pieces))
    });
    let frames = frames.map(move |piece| data(piece).map(Frame::data).map_err(Into::into));
    StreamBody::new(frames).boxed_unsync()
}

/// Bytes of an archive that are written before they are sent.
const PIECE: usize = 1 << 16;

/// An archive, written as fast as the client reads it.
pub(super) fn archive(outgoing: Outgoing) -> Body {
    let (sender, receiver) = mpsc::channel(4);
    tokio::task::spawn_blocking(move || {
        let mut writer = BufWriter::with_capacity(PIECE, Pieces(sender.clone()));
        let written = outgoing.write(&mut writer).and_then(|()| writer.flush());
        if let Err(error) = written {
            // A client that left does not want to know.
            let _ = sender.blocking_send(Err(error));
        }
    });
    pieced(receiver, |piece| piece)
}

/// Sends what is written.
struct Pieces(mpsc::Sender<std::io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .blocking_send(Ok(Bytes::copy_from_slice(bytes)))
            .map_err(|_| std::io::Error::from(std::io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A message of a stream, written as Go's encoder does by default: fit for HTML.
fn go_json(value: &Value) -> String {
    let text = value.to_string();
    let mut out = String::with_capacity(text.len() + 2);
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            letter => out.push(letter),
        }
    }
    out.push_str("\r\n");
    out
}

/// JSON messages, one a line, as they come.
pub(super) fn messages(mut values: mpsc::Receiver<Value>) -> Body {
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        loop {
            let value = tokio::select! {
                value = values.recv() => value,
                // A client that leaves ends what is under way, even when that says nothing.
                () = sender.closed() => None,
            };
            let Some(value) = value else { return };
            if sender.send(Bytes::from(go_json(&value))).await.is_err() {
                return;
            }
        }
    });
    streamed(receiver)
}

/// A chunk as it is sent: alone on a terminal, behind a header otherwise.
pub(super) fn framed(tty: bool, (source, bytes): &Chunk) -> Bytes {
    if tty {
        return bytes.clone();
    }
    let mut frame = Vec::with_capacity(bytes.len() + 8);
    frame.extend_from_slice(&[source.number(), 0, 0, 0]);
    frame.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    frame.extend_from_slice(bytes);
    frame.into()
}

/// The output of a container as it comes.
pub(super) fn output(tty: bool, mut chunks: mpsc::Receiver<Chunk>) -> Body {
    let (sender, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        while let Some(chunk) = chunks.recv().await {
            if sender.send(framed(tty, &chunk)).await.is_err() {
                return;
            }
        }
    });
    streamed(receiver)
}

/// The content type of a stream without frames, and of any stream for clients before API 1.42.
pub(super) const RAW_STREAM: &str = "application/vnd.docker.raw-stream";

/// The content type of a container's streams.
pub(super) const fn stream_type(tty: bool, version: (u32, u32)) -> &'static str {
    if tty || (version.0 == 1 && version.1 < 42) {
        RAW_STREAM
    } else {
        "application/vnd.docker.multiplexed-stream"
    }
}
