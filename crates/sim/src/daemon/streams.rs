//! A container's standard streams: who is attached to them, and the log.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use bytes::{Bytes, BytesMut};
use imbl::Vector;
use tokio::sync::{mpsc, watch};

/// Longest line that the json-file driver keeps in one piece, bytes.
const LONGEST: usize = 16 * 1024;
/// Most log entries that are kept for a container.
const MOST: usize = 100_000;
/// Chunks that wait for a slow client before the container does.
const WAITING: usize = 256;

/// Which stream a chunk was written to; the number is that of the multiplexed frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// 1.
    Stdout,
    /// 2.
    Stderr,
}

impl Source {
    /// Its number in a frame header.
    pub const fn number(self) -> u8 {
        match self {
            Self::Stdout => 1,
            Self::Stderr => 2,
        }
    }
}

/// What was written, and where.
pub type Chunk = (Source, Bytes);

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// When it was written.
    pub time: SystemTime,
    /// Where.
    pub source: Source,
    /// The line, with its end of line if it had one.
    pub line: Bytes,
}

#[derive(Debug, Default)]
struct LogLines {
    entries: Vector<LogEntry>,
    /// Number of the first one that is still kept.
    first: u64,
}

/// A container's log.
#[derive(Debug)]
pub struct Log {
    lines: Mutex<LogLines>,
    /// Number of entries ever written.
    written: watch::Sender<u64>,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            lines: Mutex::default(),
            written: watch::Sender::new(0),
        }
    }
}

impl Log {
    /// A log that holds these lines.
    pub(super) fn of(entries: Vector<LogEntry>) -> Self {
        let lines = LogLines { entries, first: 0 };
        Self {
            written: watch::Sender::new(lines.entries.len() as u64),
            lines: Mutex::new(lines),
        }
    }

    fn push(&self, entry: LogEntry) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.entries.len() == MOST {
            lines.entries.pop_front();
            lines.first += 1;
        }
        lines.entries.push_back(entry);
        let written = lines.first + lines.entries.len() as u64;
        drop(lines);
        self.written.send_replace(written);
    }

    /// All that is kept; shared with the log until it is written to.
    pub(super) fn all(&self) -> Vector<LogEntry> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.entries.clone()
    }

    /// The entries from this number on, and the number after the last.
    pub fn from(&self, number: u64) -> (Vec<LogEntry>, u64) {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let skipped = usize::try_from(number.saturating_sub(lines.first)).unwrap_or(usize::MAX);
        let next = lines.first + lines.entries.len() as u64;
        (lines.entries.iter().skip(skipped).cloned().collect(), next)
    }

    /// Tells when entries come.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }
}

/// Cuts what a stream carries into log entries.
#[derive(Debug)]
pub struct LineCutter {
    source: Source,
    rest: BytesMut,
}

impl LineCutter {
    /// For one stream.
    pub fn new(source: Source) -> Self {
        Self {
            source,
            rest: BytesMut::new(),
        }
    }

    /// Takes a chunk; whole lines go to the log.
    pub fn feed(&mut self, chunk: &[u8], now: SystemTime, log: &Log) {
        self.rest.extend_from_slice(chunk);
        loop {
            let end = self
                .rest
                .iter()
                .position(|byte| *byte == b'\n')
                .map(|at| at + 1);
            let cut = match end {
                Some(end) if end <= LONGEST => end,
                None if self.rest.len() < LONGEST => break,
                _ => LONGEST,
            };
            let line = self.rest.split_to(cut).freeze();
            log.push(LogEntry {
                time: now,
                source: self.source,
                line,
            });
        }
    }

    /// The stream ended: a line without an end is an entry too.
    pub fn finish(&mut self, now: SystemTime, log: &Log) {
        if !self.rest.is_empty() {
            let line = self.rest.split().freeze();
            log.push(LogEntry {
                time: now,
                source: self.source,
                line,
            });
        }
    }
}

#[derive(Debug)]
struct Listener {
    stdout: bool,
    stderr: bool,
    sender: mpsc::Sender<Chunk>,
}

/// The streams of a container or of an exec.
#[derive(Debug)]
pub struct Streams {
    listeners: Mutex<Vec<Listener>>,
    input: watch::Sender<Option<mpsc::Sender<Bytes>>>,
}

impl Default for Streams {
    fn default() -> Self {
        Self {
            listeners: Mutex::default(),
            input: watch::Sender::new(None),
        }
    }
}

impl Streams {
    /// Listens to what is written from now on, until the process ends.
    pub fn listen(&self, stdout: bool, stderr: bool) -> mpsc::Receiver<Chunk> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let listener = Listener {
            stdout,
            stderr,
            sender,
        };
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(listener);
        receiver
    }

    /// Gives a chunk to every listener; a slow one holds the process up, as a full pipe would.
    pub async fn give(&self, source: Source, chunk: &Bytes) {
        let senders: Vec<mpsc::Sender<Chunk>> = {
            let mut listeners = self
                .listeners
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            listeners.retain(|it| !it.sender.is_closed());
            let wants = |it: &&Listener| match source {
                Source::Stdout => it.stdout,
                Source::Stderr => it.stderr,
            };
            listeners
                .iter()
                .filter(wants)
                .map(|it| it.sender.clone())
                .collect()
        };
        for sender in senders {
            let _ = sender.send((source, chunk.clone())).await;
        }
    }

    /// The process has this input now, or none.
    pub fn set_input(&self, input: Option<mpsc::Sender<Bytes>>) {
        self.input.send_replace(input);
    }

    /// The input, once there is one.
    pub async fn input(&self) -> Option<mpsc::Sender<Bytes>> {
        let mut input = self.input.subscribe();
        input
            .wait_for(Option::is_some)
            .await
            .ok()
            .and_then(|it| it.clone())
    }

    /// The process ended: listeners find the end.
    pub fn close(&self) {
        self.set_input(None);
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// Carries a process's output to the listeners, and to the log if there is one.
pub async fn pump(
    source: Source,
    mut output: mpsc::Receiver<Bytes>,
    streams: Arc<Streams>,
    log: Option<Arc<Log>>,
    clock: impl Fn() -> SystemTime + Send,
) {
    let mut cutter = LineCutter::new(source);
    while let Some(chunk) = output.recv().await {
        if let Some(log) = &log {
            cutter.feed(&chunk, clock(), log);
        }
        streams.give(source, &chunk).await;
    }
    if let Some(log) = &log {
        cutter.finish(clock(), log);
    }
}
