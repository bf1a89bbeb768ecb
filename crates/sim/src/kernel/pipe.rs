//! Pipes, pipe(7).

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, Weak};

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
    readers: Ends,
    writers: Ends,
}

/// The ends of one sort.
#[derive(Debug, Default)]
struct Ends {
    open: usize,
    /// Whether there ever was one: a named pipe waits for its first.
    seen: bool,
}

impl Ends {
    const fn gone(&self) -> bool {
        self.seen && self.open == 0
    }

    fn enter(&mut self) {
        self.open += 1;
        self.seen = true;
    }
}

/// A named pipe, fifo(7): its ends are opened one by one.
#[derive(Debug, Clone, Default)]
pub(super) struct Fifo(Arc<Shared>);

impl Fifo {
    pub(super) fn reader(&self) -> PipeReader {
        self.0.state.locked().readers.enter();
        self.0.changed.notify_waiters();
        PipeReader(self.0.clone())
    }

    pub(super) fn writer(&self) -> PipeWriter {
        self.0.state.locked().writers.enter();
        self.0.changed.notify_waiters();
        PipeWriter(self.0.clone())
    }

    /// What tells whether an end is still open.
    pub(super) fn watch(&self) -> FifoWatch {
        FifoWatch(Arc::downgrade(&self.0))
    }
}

/// A named pipe, as long as an end of it is open.
#[derive(Debug, Clone)]
pub(super) struct FifoWatch(Weak<Shared>);

impl FifoWatch {
    pub(super) fn upgrade(&self) -> Option<Fifo> {
        self.0.upgrade().map(Fifo)
    }
}

/// The end that is read; dropping it breaks the pipe.
#[derive(Debug)]
pub(super) struct PipeReader(Arc<Shared>);

/// The end that is written to; dropping it is the end of file.
#[derive(Debug)]
pub(super) struct PipeWriter(Arc<Shared>);

/// A new pipe.
pub(super) fn pipe() -> (PipeReader, PipeWriter) {
    let pipe = Fifo::default();
    (pipe.reader(), pipe.writer())
}

impl PipeReader {
    /// At most `max` bytes, none when every writer is gone.
    pub(super) async fn read(&self, max: usize) -> Bytes {
        let bytes = until(&self.0.changed, || {
            let mut state = self.0.state.locked();
            let Some(mut chunk) = state.chunks.pop_front() else {
                return (state.writers.gone() || max == 0).then(Bytes::new);
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
                if state.readers.gone() {
                    return Some(Err(Errno::EPIPE));
                }
                let full = state.held > 0 && state.held + chunk.len() > CAPACITY;
                if full || !state.readers.seen {
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
        state.readers.open -= 1;
        if state.readers.gone() {
            state.chunks.clear();
            state.held = 0;
        }
        drop(state);
        self.0.changed.notify_waiters();
    }
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        self.0.state.locked().writers.open -= 1;
        self.0.changed.notify_waiters();
    }
}
