//! Connections that become raw streams: attach and exec.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;
use hyper::ext::ReasonPhrase;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderValue, UPGRADE};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};

use super::answer::{Answer, bare, framed, output, stream_type, with_body};
use super::ask::Ask;
use crate::daemon::streams::{Chunk, Streams};
use crate::daemon::{Fault, Outcome};

/// How long after the head of an answer its first bytes come, at least, when they are of a process
/// that starts with the answer or were written before. A real process takes longer to start, and
/// clients count on it: what reaches them together with the head, some lose in the buffer that they
/// read the head with.
const SETTLING: Duration = Duration::from_millis(30);

/// Keys that leave a container running, when the client names none.
const DETACH_KEYS: &str = "ctrl-p,ctrl-q";

/// Both directions of a raw stream.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four answers that do not depend on each other"
)]
pub(super) struct Session {
    pub(super) tty: bool,
    /// Whether there may be something to send at once, see [`SETTLING`].
    pub(super) settles: bool,
    pub(super) past: Vec<Chunk>,
    pub(super) output: mpsc::Receiver<Chunk>,
    pub(super) streams: Arc<Streams>,
    pub(super) stdin: bool,
    /// Whether the end of the client's input is the end of the process's.
    pub(super) closes_stdin: bool,
    /// Told when the client leaves with the detach keys.
    pub(super) on_detach: Box<dyn FnOnce() + Send>,
}

/// Reads `ctrl-p,ctrl-q`.
pub(super) fn detach_keys(text: &str) -> Outcome<Vec<u8>> {
    let text = if text.is_empty() { DETACH_KEYS } else { text };
    let key = |name: &str| match (
        name.as_bytes(),
        name.strip_prefix("ctrl-").map(str::as_bytes),
    ) {
        ([byte], _) => Some(*byte),
        (_, Some([letter @ b'a'..=b'z'])) => Some(letter - b'a' + 1),
        (_, Some(b"@")) => Some(0),
        (_, Some(b"[")) => Some(27),
        (_, Some(b"\\")) => Some(28),
        (_, Some(b"]")) => Some(29),
        (_, Some(b"^")) => Some(30),
        (_, Some(b"_")) => Some(31),
        _ => None,
    };
    text.split(',')
        .map(key)
        .collect::<Option<Vec<u8>>>()
        .ok_or_else(|| Fault::invalid(format!("Invalid detach keys ({text}) provided")))
}

/// Answers 101 and carries the session, or streams its output to a client that asked for no
/// upgrade.
pub(super) fn open(ask: &Ask, keys: Vec<u8>, session: Session) -> Answer {
    let content_type = stream_type(session.tty, ask.speaks());
    let Some(upgrade) = ask.take_upgrade() else {
        let (tty, chunks) = (session.tty, session.output);
        let mut past = session.past.into_iter();
        let (sender, receiver) = mpsc::channel(16);
        tokio::spawn(async move {
            let mut chunks = chunks;
            while let Some(chunk) = match past.next() {
                Some(chunk) => Some(chunk),
                None => chunks.recv().await,
            } {
                if sender.send(chunk).await.is_err() {
                    return;
                }
            }
        });
        return with_body(200, content_type, output(tty, receiver));
    };
    tokio::spawn(async move {
        if let Ok(upgraded) = upgrade.await {
            carry(TokioIo::new(upgraded), session, &keys).await;
        }
    });
    let mut answer = bare(StatusCode::SWITCHING_PROTOCOLS.as_u16());
    answer
        .extensions_mut()
        .insert(ReasonPhrase::from_static(b"UPGRADED"));
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("tcp"));
    answer
}

async fn carry(stream: wire::Upgraded, session: Session, keys: &[u8]) {
    let Session {
        tty,
        settles,
        past,
        mut output,
        streams,
        stdin,
        closes_stdin,
        on_detach,
    } = session;
    let mut on_detach = Some(on_detach);
    let (mut reader, mut writer) = tokio::io::split(stream);
    let (left, mut has_left) = oneshot::channel::<bool>();
    let keys = keys.to_vec();
    let input = tokio::spawn(async move {
        if !stdin {
            // Its input ends at once, which says nothing of the output.
            std::future::pending::<()>().await;
        }
        let detached = feed(&mut reader, &streams, tty, &keys).await;
        if detached {
            let _ = left.send(true);
        } else if closes_stdin && !tty {
            // Waits for a container that has not started yet.
            let _ = streams.input().await;
            streams.set_input(None);
            std::future::pending::<()>().await;
        } else {
            let _ = left.send(false);
        }
    });
    let mut past = past.into_iter();
    let mut settled = settles.then(|| tokio::time::Instant::now() + SETTLING);
    loop {
        let chunk = if let Some(chunk) = past.next() {
            Some(chunk)
        } else {
            tokio::select! {
                biased;
                chunk = output.recv() => chunk,
                detached = &mut has_left => {
                    if detached == Ok(true)
                        && let Some(tell) = on_detach.take() {
                            tell();
                        }
                    None
                }
            }
        };
        if let Some(settled) = settled.take() {
            tokio::time::sleep_until(settled).await;
        }
        let Some(chunk) = chunk else { break };
        if writer.write_all(&framed(tty, &chunk)).await.is_err() || writer.flush().await.is_err() {
            break;
        }
    }
    // A client that is gone has no use for the end.
    let _ = writer.shutdown().await;
    input.abort();
}

/// Carries a client's input until its end; whether it left with the detach keys.
async fn feed(
    reader: &mut (impl AsyncReadExt + Unpin),
    streams: &Streams,
    tty: bool,
    keys: &[u8],
) -> bool {
    let mut buffer = vec![0; 16 * 1024];
    let mut held: Vec<u8> = Vec::new();
    loop {
        let count = reader.read(&mut buffer).await.unwrap_or(0);
        if count == 0 {
            return false;
        }
        let mut bytes = Vec::with_capacity(count);
        for byte in &buffer[..count] {
            if !tty {
                bytes.push(*byte);
                continue;
            }
            held.push(*byte);
            if held == keys {
                return true;
            }
            // What turns out not to be the keys goes on, from the first byte that cannot be.
            while !held.is_empty() && !keys.starts_with(&held) {
                bytes.push(held.remove(0));
            }
        }
        if bytes.is_empty() {
            continue;
        }
        let Some(input) = streams.input().await else {
            return false;
        };
        if input.send(Bytes::from(bytes)).await.is_err() {
            return false;
        }
    }
}
