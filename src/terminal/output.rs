//! What the program writes, as the owner of the terminal reads it.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;

use super::link::Waker;

/// The owner's end.
pub(super) enum Output {
    /// A thread reads, and passes on.
    Read(Receiver<Bytes>),
    /// The program is in this process.
    Written(Arc<Written>),
}

impl Output {
    /// The next piece, in the order of writing.
    pub(super) fn try_recv(&mut self) -> Result<Bytes, TryRecvError> {
        match self {
            Self::Read(pieces) => pieces.try_recv(),
            Self::Written(written) => written.try_recv(),
        }
    }
}

/// What a program of this process writes. Nothing stands between the write and its reader: the mark
/// of a command can be read before anything that the command does is heard of, however late the
/// task that calls the owner runs.
pub(super) struct Written {
    state: Mutex<State>,
    /// What the task had seen was read.
    taken: Notify,
}

struct State {
    writes: Receiver<Bytes>,
    /// What the task has seen, which comes before what is in `writes`.
    seen: Option<Bytes>,
}

impl Written {
    pub(super) fn new(writes: Receiver<Bytes>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State { writes, seen: None }),
            taken: Notify::new(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn try_recv(&self) -> Result<Bytes, TryRecvError> {
        let mut state = self.state();
        match state.seen.take() {
            Some(piece) => {
                self.taken.notify_one();
                Ok(piece)
            }
            None => state.writes.try_recv(),
        }
    }

    /// Calls the owner when there is something to read, until the program hangs up.
    pub(super) async fn watch(&self, waker: &Waker) {
        while self.comes().await {
            waker.call();
            self.taken.notified().await;
        }
    }

    /// Waits until there is something to read; `false` when there will be nothing any more.
    async fn comes(&self) -> bool {
        poll_fn(|context| {
            let mut state = self.state();
            if state.seen.is_some() {
                return Poll::Ready(true);
            }
            state.writes.poll_recv(context).map(|piece| {
                state.seen = piece;
                state.seen.is_some()
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::mpsc::channel;

    use super::*;

    #[tokio::test]
    async fn what_is_written_is_read_at_once_and_in_order_whoever_has_seen_it() {
        let (writes, written) = channel(4);
        let written = Written::new(written);
        let mut output = Output::Written(Arc::clone(&written));
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let waker = Waker::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        // Before the task has run at all.
        writes.try_send(Bytes::from_static(b"a")).unwrap();
        assert_eq!(output.try_recv().unwrap(), "a");
        let task = {
            let (written, waker) = (Arc::clone(&written), Arc::clone(&waker));
            tokio::spawn(async move { written.watch(&waker).await })
        };
        for piece in ["b", "c"] {
            writes
                .try_send(Bytes::from_static(piece.as_bytes()))
                .unwrap();
            tokio::task::yield_now().await;
        }
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        writes.try_send(Bytes::from_static(b"d")).unwrap();
        for piece in ["b", "c", "d"] {
            assert_eq!(output.try_recv().unwrap(), piece);
        }
        assert_eq!(output.try_recv(), Err(TryRecvError::Empty));
        // The owner has looked: it is called again.
        waker.clear();
        tokio::task::yield_now().await;
        writes.try_send(Bytes::from_static(b"e")).unwrap();
        tokio::task::yield_now().await;
        assert_eq!(calls.load(Ordering::SeqCst), 2);
        assert_eq!(output.try_recv().unwrap(), "e");
        drop(writes);
        task.await.unwrap();
        assert_eq!(output.try_recv(), Err(TryRecvError::Disconnected));
    }
}
