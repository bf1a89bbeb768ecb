//! The task of a process: the only place that spawns them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tokio::time::Sleep;

use super::clock::Clock;
use super::host::Inner;
use super::lock::Locked;
use super::quota::Quota;
use super::{ProgramFuture, Signal, WaitStatus};

/// Stopped by a signal.
const STOPPED: u8 = 1;
/// Frozen with its cgroup.
const FROZEN: u8 = 2;

/// What others do to a task.
#[derive(Debug, Default)]
pub(super) struct Control {
    held: AtomicU8,
    /// Processor time that polling it has really taken, nanoseconds.
    polled: AtomicU64,
    fate: Mutex<Fate>,
}

#[derive(Debug, Default)]
struct Fate {
    killed: Option<Signal>,
    waker: Option<Waker>,
}

impl Control {
    /// Ends the task at its next poll, which is asked for.
    pub(super) fn kill(&self, signal: Signal) {
        let mut fate = self.fate.locked();
        fate.killed.get_or_insert(signal);
        Self::wake(fate.waker.clone());
    }

    /// The signal that is ending it.
    pub(super) fn killed(&self) -> Option<Signal> {
        self.fate.locked().killed
    }

    /// Stops it, or lets it go on.
    pub(super) fn set_stopped(&self, stopped: bool) {
        self.hold(STOPPED, stopped);
    }

    /// Freezes it, or thaws it.
    pub(super) fn set_frozen(&self, frozen: bool) {
        self.hold(FROZEN, frozen);
    }

    /// Whether a signal stopped it.
    pub(super) fn is_stopped(&self) -> bool {
        self.held.load(Ordering::SeqCst) & STOPPED != 0
    }

    /// Whether it makes no progress.
    pub(super) fn is_held(&self) -> bool {
        self.held.load(Ordering::SeqCst) != 0
    }

    /// Processor time that polling it has taken.
    pub(super) fn polled(&self) -> Duration {
        Duration::from_nanos(self.polled.load(Ordering::Relaxed))
    }

    fn hold(&self, bit: u8, on: bool) {
        if on {
            self.held.fetch_or(bit, Ordering::SeqCst);
        } else {
            self.held.fetch_and(!bit, Ordering::SeqCst);
            Self::wake(self.fate.locked().waker.clone());
        }
    }

    fn wake(waker: Option<Waker>) {
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// A process that runs: polled only while nothing holds it.
struct Task {
    inner: Arc<Inner>,
    pid: u32,
    control: Arc<Control>,
    main: Option<ProgramFuture>,
    quota: Arc<Quota>,
    /// Runs while its group has used its quota up.
    rest: Option<Pin<Box<Sleep>>>,
}

impl Task {
    fn end(&mut self, status: WaitStatus) -> Poll<()> {
        // What the program held is dropped before anyone learns that it has ended.
        let main = self.main.take();
        let dropped = catch_unwind(AssertUnwindSafe(|| drop(main)));
        let status = if dropped.is_err() { CRASH } else { status };
        self.inner.end(self.pid, status);
        Poll::Ready(())
    }
}

/// A program that panics is one that crashes: `SIGSEGV`.
const CRASH: WaitStatus = WaitStatus::Signaled(Signal(11));

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let killed = {
            let mut fate = self.control.fate.locked();
            if fate
                .waker
                .as_ref()
                .is_none_or(|waker| !waker.will_wake(context.waker()))
            {
                fate.waker = Some(context.waker().clone());
            }
            fate.killed
        };
        if let Some(signal) = killed {
            return self.end(WaitStatus::Signaled(signal));
        }
        if self.control.is_held() {
            return Poll::Pending;
        }
        if let Some(rest) = &mut self.rest {
            if rest.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.rest = None;
        }
        let begun = Instant::now();
        let polled = match &mut self.main {
            Some(main) => catch_unwind(AssertUnwindSafe(|| main.as_mut().poll(context))),
            None => return Poll::Ready(()),
        };
        let used = begun.elapsed();
        let nanoseconds = u64::try_from(used.as_nanos()).unwrap_or(u64::MAX);
        self.control
            .polled
            .fetch_add(nanoseconds, Ordering::Relaxed);
        match polled {
            Ok(Poll::Pending) => {
                if let Some(rest) = self.quota.book(self.inner.clock.uptime(), used) {
                    self.rest = Some(Clock::timer(rest));
                    // Polled once more, so that the timer knows whom to wake.
                    context.waker().wake_by_ref();
                }
                Poll::Pending
            }
            Ok(Poll::Ready(code)) => self.end(WaitStatus::Exited(code)),
            Err(_) => self.end(CRASH),
        }
    }
}

impl Inner {
    /// Runs a process's program.
    pub(super) fn run(self: &Arc<Self>, pid: u32, control: Arc<Control>, main: ProgramFuture) {
        let quota = {
            let table = self.table.locked();
            let cgroup = table
                .processes
                .get(&pid)
                .and_then(|it| table.cgroups.get(&it.cgroup));
            cgroup.map(|it| it.quota.clone()).unwrap_or_default()
        };
        let task = Task {
            inner: self.clone(),
            pid,
            control,
            main: Some(main),
            quota,
            rest: None,
        };
        self.runtime.spawn(task);
    }

    /// Runs something of the kernel's own, which ends by itself.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.runtime.spawn(work);
    }
}
