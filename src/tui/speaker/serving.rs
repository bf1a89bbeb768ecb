//! The demo's side: each viewer has the sheet as it is, then each time it changes.

use std::io;
use std::path::Path;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;

use super::place;
use crate::demo::{Remote, Sheet};

/// Serves sheets as long as they come, and says what viewers ask. `Err` when there is no place for a
/// socket, or another demo has it.
pub(in crate::tui) fn serve(
    sheets: watch::Receiver<Sheet>,
    asked: impl Fn(Remote) + Clone + Send + Sync + 'static,
) -> io::Result<()> {
    serve_at(&place()?, sheets, asked)
}

/// The same on this socket.
pub(super) fn serve_at(
    path: &Path,
    sheets: watch::Receiver<Sheet>,
    asked: impl Fn(Remote) + Clone + Send + Sync + 'static,
) -> io::Result<()> {
    if std::os::unix::net::UnixStream::connect(path).is_ok() {
        return Err(io::Error::other("une autre démonstration est en cours"));
    }
    // What a demo that was killed left.
    let _ = std::fs::remove_file(path);
    let listener = UnixListener::bind(path)?;
    let path = path.to_owned();
    tokio::spawn(async move {
        let mut ended = sheets.clone();
        loop {
            let stream = tokio::select! {
                stream = listener.accept() => stream,
                // The demo is over when no sheet can come any more.
                () = over(&mut ended) => break,
            };
            if let Ok((stream, _)) = stream {
                tokio::spawn(attend(stream, sheets.clone(), asked.clone()));
            }
        }
        let _ = std::fs::remove_file(path);
    });
    Ok(())
}

async fn over(sheets: &mut watch::Receiver<Sheet>) {
    while sheets.changed().await.is_ok() {}
}

/// Attends to one viewer until it leaves.
async fn attend(
    stream: UnixStream,
    mut sheets: watch::Receiver<Sheet>,
    asked: impl Fn(Remote) + Send,
) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    sheets.mark_changed();
    loop {
        tokio::select! {
            changed = sheets.changed() => {
                if changed.is_err() {
                    return;
                }
                let sheet = sheets.borrow_and_update().clone();
                let Ok(mut line) = serde_json::to_string(&sheet) else { return };
                line.push('\n');
                if writer.write_all(line.as_bytes()).await.is_err() {
                    return;
                }
            }
            line = lines.next_line() => match line {
                Ok(Some(line)) => {
                    if let Ok(remote) = serde_json::from_str(&line) {
                        asked(remote);
                    }
                }
                _ => return,
            },
        }
    }
}
