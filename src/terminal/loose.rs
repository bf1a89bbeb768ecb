//! A terminal without a program: its owner holds the other end.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::link::{Control, Ending, INPUT_DEPTH, Link, OUTPUT_DEPTH, Waker};
use super::output::Output;
use super::{Marks, Size, Terminal};

/// The other end of a [`Terminal::loose`]: what a program would hold.
pub struct LooseEnd {
    output: mpsc::Sender<Bytes>,
    input: mpsc::Receiver<Bytes>,
    ending: Arc<Ending>,
}

impl LooseEnd {
    /// Writes on the terminal; `false` when too much waits to be drawn.
    pub fn says(&self, bytes: &[u8]) -> bool {
        self.output.try_send(Bytes::copy_from_slice(bytes)).is_ok()
    }

    /// All that was typed since the last time.
    pub fn read(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        while let Ok(bytes) = self.input.try_recv() {
            all.extend_from_slice(&bytes);
        }
        all
    }

    /// Ends, as a program with this exit code, and hangs up.
    pub fn end(self, status: i32) {
        self.ending.set(status);
    }
}

struct Nobody;

impl Control for Nobody {
    fn resize(&self, _: Size) {}
    fn hang_up(&mut self) {}
}

impl Terminal {
    /// A terminal that no program holds, for tests and fuzzers; `wake` as for
    /// [`Terminal::on_pty`].
    pub fn loose(
        marks: Marks,
        size: Size,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> (Self, LooseEnd) {
        let (output, drawn) = mpsc::channel(OUTPUT_DEPTH);
        let (typed, input) = mpsc::channel(INPUT_DEPTH);
        let ending = Arc::new(Ending::default());
        let link = Link {
            output: Output::Read(drawn),
            input: typed,
            ending: Arc::clone(&ending),
            waker: Waker::new(wake),
            control: Box::new(Nobody),
        };
        let end = LooseEnd {
            output,
            input,
            ending,
        };
        (Self::new(link, marks, size, None), end)
    }
}
