//! The raw streams of attach, exec and logs: eight-byte frames without a terminal, plain bytes
//! with one, and the keys that detach.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::cli::Cli;
use super::io::{Input, Output};
use wire::Upgraded;

#[cfg(test)]
mod tests;

/// ctrl-p ctrl-q
const DETACH_KEYS: [u8; 2] = [16, 17];
const BUFFER: usize = 32 * 1024;

/// What is attached, and how.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each stream is attached or not"
)]
#[derive(Debug, Clone, Default)]
pub(super) struct Attached {
    /// Whether the container has a terminal: no frames.
    pub(super) tty: bool,
    /// Whether standard input is sent.
    pub(super) stdin: bool,
    /// Whether standard output is written.
    pub(super) stdout: bool,
    /// Whether standard error is written.
    pub(super) stderr: bool,
    /// `--detach-keys`; docker's own keys when empty.
    pub(super) detach_keys: String,
}

/// Why the streams ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// There is nothing more to come.
    Done,
    /// The user typed the keys that detach.
    Detached,
}

/// Reads `ctrl-a,b,ctrl-@` into bytes.
pub(super) fn detach_keys(text: &str) -> Result<Vec<u8>, String> {
    text.split(',')
        .map(|key| {
            let control = key.strip_prefix("ctrl-").and_then(|it| it.bytes().next());
            match (key.as_bytes(), control) {
                ([letter], _) => Ok(*letter),
                (_, Some(letter @ b'a'..=b'z')) => Ok(letter - b'a' + 1),
                (_, Some(letter @ (b'@' | b'['..=b'_'))) => Ok(letter - b'@'),
                _ => Err(format!("Unknown character: '{key}'")),
            }
        })
        .collect()
}

/// Puts the terminal back as it was when dropped.
pub(super) struct Raw(Option<std::sync::Arc<dyn super::io::Terminal>>);

impl Raw {
    /// Takes the terminal, if it lets itself be taken.
    pub(super) fn new(terminal: Option<std::sync::Arc<dyn super::io::Terminal>>) -> Self {
        Self(terminal.filter(|it| it.set_raw(true).is_ok()))
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if let Some(terminal) = &self.0 {
            // Nothing can be done about a terminal that is gone.
            let _ = terminal.set_raw(false);
        }
    }
}

/// Joins the command's streams to a container's until either ends.
pub(super) async fn join(cli: &mut Cli, upgraded: Upgraded, how: &Attached) -> io::Result<Ended> {
    let mut input = if how.stdin { cli.input.take() } else { None };
    let mut raw = Raw(None);
    if how.tty
        && input.is_some()
        && cli.reads_from_terminal()
        && let Some(terminal) = &cli.terminal
    {
        terminal.set_raw(true)?;
        raw.0 = Some(terminal.clone());
    }
    let keys = match how.detach_keys.as_str() {
        "" => DETACH_KEYS.to_vec(),
        text => detach_keys(text).unwrap_or_else(|_| DETACH_KEYS.to_vec()),
    };
    let (mut from, mut to) = tokio::io::split(upgraded);
    let out = how.stdout.then_some(&mut cli.out);
    let err = how.stderr.then_some(&mut cli.err);
    let attached = how.stdout || how.stderr;
    let receive = async {
        match (how.tty, attached) {
            (_, false) => std::future::pending().await,
            (true, true) => copy(&mut from, out).await,
            (false, true) => demultiplex(&mut from, out, err).await,
        }
    };
    let tty = how.tty;
    let send = async {
        let detached = match &mut input {
            Some(input) => send(input, &mut to, tty.then_some(keys.as_slice())).await,
            None => false,
        };
        if detached {
            return Ended::Detached;
        }
        // The container must see the end of its input; a stream already closed has seen it.
        let _ = to.shutdown().await;
        if attached {
            return std::future::pending().await;
        }
        Ended::Done
    };
    let ended = tokio::select! {
        result = receive => result.map(|()| Ended::Done),
        ended = send => Ok(ended),
    };
    drop(raw);
    ended
}

/// Sends input until its end; whether the user detached.
async fn send(input: &mut Input, to: &mut (impl AsyncWrite + Unpin), keys: Option<&[u8]>) -> bool {
    let mut buffer = vec![0; BUFFER];
    let mut matched = 0;
    while let Ok(count @ 1..) = input.read(&mut buffer).await {
        let bytes = &buffer[..count];
        let pass = match keys {
            None => bytes.to_vec(),
            Some(keys) => match hold_keys(bytes, keys, &mut matched) {
                Some(pass) => pass,
                None => return true,
            },
        };
        if to.write_all(&pass).await.is_err() || to.flush().await.is_err() {
            break;
        }
    }
    false
}

/// The bytes that go through, those that may begin the detach keys held back; `None` once the
/// keys are complete.
fn hold_keys(bytes: &[u8], keys: &[u8], matched: &mut usize) -> Option<Vec<u8>> {
    let mut pass = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if keys.get(*matched) == Some(byte) {
            *matched += 1;
            if *matched == keys.len() {
                return None;
            }
            continue;
        }
        pass.extend_from_slice(&keys[..*matched]);
        *matched = 0;
        if keys.first() == Some(byte) {
            *matched = 1;
        } else {
            pass.push(*byte);
        }
    }
    Some(pass)
}

/// Copies plain bytes until the end.
pub(super) async fn copy(
    from: &mut (impl AsyncRead + Unpin),
    mut out: Option<&mut Output>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        if let Some(out) = &mut out {
            out.write_all(&buffer[..count]).await?;
            out.flush().await?;
        }
    }
}

/// Takes frames apart until the end: a byte for the stream (1 output, 2 error), three zeros, a
/// length in four bytes, and as many bytes.
pub(super) async fn demultiplex(
    from: &mut (impl AsyncRead + Unpin),
    mut out: Option<&mut Output>,
    mut err: Option<&mut Output>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let mut header = [0; 8];
        match from.read_exact(&mut header).await {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error),
        }
        let mut left = u32::from_be_bytes([header[4], header[5], header[6], header[7]]) as usize;
        let mut text = Vec::new();
        while left > 0 {
            let most = left.min(buffer.len());
            let count = from.read(&mut buffer[..most]).await?;
            if count == 0 {
                return Ok(());
            }
            left -= count;
            let stream = match header[0] {
                0 | 1 => &mut out,
                2 => &mut err,
                3 => {
                    text.extend_from_slice(&buffer[..count]);
                    continue;
                }
                other => {
                    return Err(io::Error::other(format!(
                        "Unrecognized input header: {other}"
                    )));
                }
            };
            if let Some(stream) = stream {
                stream.write_all(&buffer[..count]).await?;
                stream.flush().await?;
            }
        }
        if header[0] == 3 {
            let text = String::from_utf8_lossy(&text).into_owned();
            return Err(io::Error::other(format!(
                "error from daemon in stream: {text}"
            )));
        }
    }
}

/// An answer's body, read as a stream.
pub(super) struct BodyReader {
    body: hyper::body::Incoming,
    waiting: bytes::Bytes,
}

impl BodyReader {
    /// Reads that body.
    pub(super) fn new(body: hyper::body::Incoming) -> Self {
        Self {
            body,
            waiting: bytes::Bytes::new(),
        }
    }
}

impl AsyncRead for BodyReader {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<io::Result<()>> {
        use hyper::body::Body;
        use std::task::Poll;
        while self.waiting.is_empty() {
            match std::task::ready!(std::pin::Pin::new(&mut self.body).poll_frame(context)) {
                None => return Poll::Ready(Ok(())),
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(error))),
                Some(Ok(frame)) => self.waiting = frame.into_data().unwrap_or_default(),
            }
        }
        let count = self.waiting.len().min(buffer.remaining());
        let bytes = self.waiting.split_to(count);
        buffer.put_slice(&bytes);
        Poll::Ready(Ok(()))
    }
}
