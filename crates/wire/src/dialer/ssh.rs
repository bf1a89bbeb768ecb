//! `ssh HOST docker system dial-stdio`: the child's standard streams are the connection.

use std::io;
use std::pin::Pin;
use std::process::Stdio;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;

use crate::stream::Stream;

/// What is kept of ssh's own messages, in bytes.
const KEPT_MESSAGES: usize = 4 * 1024;

/// ssh ended before the engine said anything.
#[derive(Debug, thiserror::Error)]
#[error("ssh ({}) : {messages}", status.map_or_else(|| "signal".to_owned(), |it| it.to_string()))]
pub struct SshFailed {
    /// Its exit status: 255 for ssh itself, 127 when the remote has no `docker` command; `None`
    /// when a signal ended it.
    pub status: Option<i32>,
    /// What it wrote on its standard error.
    pub messages: String,
}

pub(super) fn dial(arguments: &[String]) -> io::Result<Stream> {
    dial_with("ssh", arguments)
}

fn dial_with(program: &str, arguments: &[String]) -> io::Result<Stream> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let (Some(reader), Some(writer), Some(messages)) =
        (child.stdout.take(), child.stdin.take(), child.stderr.take())
    else {
        return Err(io::Error::from(io::ErrorKind::BrokenPipe));
    };
    // Read without pause: a full pipe would stop ssh.
    let messages = tokio::spawn(keep_first(messages));
    let end = End::Silent { child, messages };
    Ok(Box::new(SshStream {
        reader,
        writer: Some(writer),
        end,
    }))
}

async fn keep_first(mut stream: ChildStderr) -> String {
    let mut kept = Vec::new();
    let mut chunk = [0; 1024];
    while let Ok(count) = stream.read(&mut chunk).await {
        if count == 0 {
            break;
        }
        let room = KEPT_MESSAGES.saturating_sub(kept.len()).min(count);
        kept.extend_from_slice(&chunk[..room]);
    }
    String::from_utf8_lossy(&kept).trim().to_owned()
}

struct SshStream {
    reader: ChildStdout,
    /// `None` once shut down: closing the pipe is how the other end learns of it.
    writer: Option<ChildStdin>,
    end: End,
}

/// What the end of the child's output means.
enum End {
    /// Nothing was received yet: a failure of ssh.
    Silent {
        child: Child,
        messages: JoinHandle<String>,
    },
    /// That failure, being collected.
    Failing(Pin<Box<dyn Future<Output = SshFailed> + Send>>),
    /// Bytes came: an ordinary end.
    Ordinary { _child: Child },
    /// It was reported.
    Reported,
}

impl AsyncRead for SshStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            match std::mem::replace(&mut self.end, End::Reported) {
                End::Silent {
                    mut child,
                    messages,
                } => {
                    let before = buffer.filled().len();
                    let read = Pin::new(&mut self.reader).poll_read(context, buffer);
                    if read.is_pending() {
                        self.end = End::Silent { child, messages };
                        return Poll::Pending;
                    }
                    if buffer.filled().len() > before {
                        self.end = End::Ordinary { _child: child };
                        return read;
                    }
                    self.end = End::Failing(Box::pin(async move {
                        let messages = messages.await.unwrap_or_default();
                        let status = child.wait().await.ok().and_then(|it| it.code());
                        SshFailed { status, messages }
                    }));
                }
                End::Failing(mut failing) => {
                    let Poll::Ready(failure) = failing.as_mut().poll(context) else {
                        self.end = End::Failing(failing);
                        return Poll::Pending;
                    };
                    let error = io::Error::new(io::ErrorKind::ConnectionAborted, failure);
                    return Poll::Ready(Err(error));
                }
                ordinary @ End::Ordinary { .. } => {
                    self.end = ordinary;
                    return Pin::new(&mut self.reader).poll_read(context, buffer);
                }
                End::Reported => return Poll::Ready(Ok(())),
            }
        }
    }
}

impl AsyncWrite for SshStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match &mut self.writer {
            // A dead child must be reported by the read side, which knows why it died.
            Some(writer) => match Pin::new(writer).poll_write(context, bytes) {
                Poll::Ready(Err(error))
                    if error.kind() == io::ErrorKind::BrokenPipe
                        && !matches!(self.end, End::Ordinary { .. }) =>
                {
                    Poll::Ready(Ok(bytes.len()))
                }
                other => other,
            },
            None => Poll::Ready(Err(io::Error::from(io::ErrorKind::BrokenPipe))),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.writer {
            Some(writer) => Pin::new(writer).poll_flush(context),
            None => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.writer = None;
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests;
