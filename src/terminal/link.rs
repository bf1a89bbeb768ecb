//! What every kind of terminal is behind its screen: bytes out, bytes in, a size, an end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::mpsc;

use super::Size;
use super::output::Output;

/// Reads that wait to be drawn; then the program is held back, as by any slow terminal.
pub(super) const OUTPUT_DEPTH: usize = 16;
/// Largest read, bytes.
pub(super) const READ_SIZE: usize = 16 * 1024;
/// Keys and answers that wait for the program to read them; more are lost.
pub(super) const INPUT_DEPTH: usize = 1024;
/// After the shell's end, how long what it wrote last is waited for. Another process may hold the
/// terminal open for ever.
pub(super) const LAST_WORDS: Duration = Duration::from_millis(200);

/// The size and the life of what is behind.
pub(super) trait Control: Send {
    /// Tells the program that its terminal has another size.
    fn resize(&self, size: Size);
    /// Ends it. Called once; waits a second at most.
    fn hang_up(&mut self);
}

/// The owner's end.
pub(super) struct Link {
    pub(super) output: Output,
    pub(super) input: mpsc::Sender<Bytes>,
    pub(super) ending: Arc<Ending>,
    pub(super) waker: Arc<Waker>,
    pub(super) control: Box<dyn Control>,
}

impl Drop for Link {
    fn drop(&mut self) {
        // The program ends before `input` closes: a pty's writer ends with a newline, and would
        // run the line that was being typed.
        self.control.hang_up();
    }
}

/// How the program ended, once it has.
#[derive(Debug, Default)]
pub(super) struct Ending {
    status: Mutex<Option<(i32, Instant)>>,
    told: std::sync::Condvar,
}

impl Ending {
    /// Holds the end back while something is done to a program that has not ended.
    pub(super) fn lock(&self) -> MutexGuard<'_, Option<(i32, Instant)>> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The exit code, and since when.
    pub(super) fn status(&self) -> Option<(i32, Instant)> {
        *self.lock()
    }

    /// Says that it has ended.
    pub(super) fn set(&self, status: i32) {
        self.lock().get_or_insert((status, Instant::now()));
        self.told.notify_all();
    }

    /// Waits for the end; `false` when it did not come in time.
    pub(super) fn wait(&self, limit: Duration) -> bool {
        let guard = self.lock();
        let waited = self
            .told
            .wait_timeout_while(guard, limit, |it| it.is_none());
        waited.unwrap_or_else(PoisonError::into_inner).0.is_some()
    }
}

/// Calls the owner, once until it has looked.
pub(super) struct Waker {
    called: AtomicBool,
    wake: Box<dyn Fn() + Send + Sync>,
}

impl Waker {
    pub(super) fn new(wake: impl Fn() + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            called: AtomicBool::new(false),
            wake: Box::new(wake),
        })
    }

    pub(super) fn call(&self) {
        if !self.called.swap(true, Ordering::AcqRel) {
            (self.wake)();
        }
    }

    /// The owner looks: what comes from now on calls it again.
    pub(super) fn clear(&self) {
        self.called.store(false, Ordering::Release);
    }
}
