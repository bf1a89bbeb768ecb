//! Pipes, pipe(7).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::sync::Notify;

use super::Errno;
use super::lock::Locked;
use super::wake::until;

/// Bytes that a pipe holds before its writer waits.
const CAPACITY: usize = 0x1_0000;

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    chunks: VecDeque<Bytes>,
    held: usize,
    no_reader: bool,
    no_writer: bool,
}

/// The end that is read; dropping it breaks the pipe.
#[derive(Debug)]
pub(super) struct PipeReader(Arc<Shared>);

/// The end that is written to; dropping it is the end of file.
#[derive(Debug)]
pub(super) struct PipeWriter(Arc<Shared>);

/// A new pipe.
pub(super) fn pipe() -> (PipeReader, PipeWriter) {
    let shared = Arc::new(Shared::default());
    (PipeReader(shared.clone()), PipeWriter(shared))
}

impl PipeReader {
    /// At most `max` bytes, none when every writer is gone.
    pub(super) async fn read(&self, max: usize) -> Bytes {
        let bytes = until(&self.0.changed, || {
            let mut state = self.0.state.locked();
            let Some(mut chunk) = state.chunks.pop_front() else {
                return (state.no_writer || max == 0).then(Bytes::new);
            };
            if chunk.len() > max {
                let rest = chunk.split_off(max);
                state.chunks.push_front(rest);
            }
            state.held -= chunk.len();
            Some(chunk)
        })
        .await;
        self.0.changed.notify_waiters();
        bytes
    }
}

impl PipeWriter {
    /// Writes all of it. `EPIPE` when nobody reads.
    pub(super) async fn write(&self, bytes: &[u8]) -> Result<(), Errno> {
        for chunk in bytes.chunks(CAPACITY) {
            until(&self.0.changed, || {
                let mut state = self.0.state.locked();
                if state.no_reader {
                    return Some(Err(Errno::EPIPE));
                }
                if state.held > 0 && state.held + chunk.len() > CAPACITY {
                    return None;
                }
                state.held += chunk.len();
                state.chunks.push_back(Bytes::copy_from_slice(chunk));
                Some(Ok(()))
            })
            .await?;
            self.0.changed.notify_waiters();
        }
        Ok(())
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        let mut state = self.0.state.locked();
        state.no_reader = true;
        state.chunks.clear();
        drop(state);
        self.0.changed.notify_waiters();
    }
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        self.0.state.locked().no_writer = true;
        self.0.changed.notify_waiters();
    }
}
