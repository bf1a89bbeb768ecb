//! From the bytes of a log to its lines.
//!
//! Without a terminal, the engine sends frames: a byte that names the stream, three zeros, a length
//! on four bytes, and what was written (Engine API, `ContainerAttach`, "Stream format"). With one, it
//! sends what the terminal received. Each entry begins with its time, since it is asked for; one
//! line of more than 16 KiB is several entries, each with its time.

use super::{Line, Source};
use crate::text::harmless::harmless;

/// Bytes of a line that are kept.
const LONGEST: usize = 16 * 1024;
/// Bytes before each frame.
const HEADER: usize = 8;
/// The longest time an engine writes: `2026-11-21T16:13:22.325372699+00:00`.
const LONGEST_TIME: usize = 36;

/// Cuts a log into lines.
pub(super) struct Lines {
    framed: bool,
    header: Vec<u8>,
    /// What is still to come of the frame.
    left: usize,
    /// Line under way of the terminal or of each stream.
    open: [Open; 4],
    current: Source,
}

/// A line of which the end is still to come.
#[derive(Default)]
struct Open {
    bytes: Vec<u8>,
    cut: u64,
    /// Where the entry under way begins: its time is there.
    entry: usize,
    /// The time of the first entry.
    time: String,
}

impl Lines {
    /// Lines of a log; of a terminal's one, or of two streams.
    pub(super) fn new(tty: bool) -> Self {
        Self {
            framed: !tty,
            header: Vec::new(),
            left: 0,
            open: std::array::from_fn(|_| Open::default()),
            current: Source::Stdout,
        }
    }

    /// Reads more bytes, and gives the lines that they end.
    pub(super) fn feed(&mut self, mut bytes: &[u8], out: &mut Vec<Line>) {
        while !bytes.is_empty() {
            if !self.framed {
                self.write(bytes, out);
                return;
            }
            if self.left == 0 {
                let (head, rest) = bytes.split_at(bytes.len().min(HEADER - self.header.len()));
                self.header.extend_from_slice(head);
                bytes = rest;
                self.begin_frame(out);
                continue;
            }
            let (piece, rest) = bytes.split_at(bytes.len().min(self.left));
            bytes = rest;
            self.left -= piece.len();
            self.write(piece, out);
            if self.left == 0 {
                self.open[self.current as usize].end_entry();
            }
        }
    }

    /// The lines that the end of the log leaves without an end.
    pub(super) fn finish(&mut self, out: &mut Vec<Line>) {
        for source in [Source::Stdout, Source::Stderr, Source::Engine] {
            let open = &mut self.open[source as usize];
            open.end_entry();
            if !open.bytes.is_empty() || open.cut > 0 {
                out.push(open.end_line(source));
            }
        }
    }

    fn begin_frame(&mut self, out: &mut Vec<Line>) {
        let header: [u8; HEADER] = match self.header.as_slice().try_into() {
            Ok(header) => header,
            Err(_) => return,
        };
        self.header.clear();
        let [stream, 0, 0, 0, length @ ..] = header else {
            return self.unframe(&header, out);
        };
        self.current = match stream {
            0 | 1 => Source::Stdout,
            2 => Source::Stderr,
            3 => Source::Engine,
            _ => return self.unframe(&header, out),
        };
        self.left = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    }

    /// What should be a frame is not: the rest is taken as a terminal's.
    fn unframe(&mut self, header: &[u8], out: &mut Vec<Line>) {
        self.framed = false;
        self.current = Source::Stdout;
        self.write(header, out);
    }

    fn write(&mut self, bytes: &[u8], out: &mut Vec<Line>) {
        let source = self.current;
        let open = &mut self.open[source as usize];
        let mut pieces = bytes.split(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            open.push(piece);
            if pieces.peek().is_some() {
                open.end_entry();
                out.push(open.end_line(source));
            }
        }
    }
}

impl Open {
    fn push(&mut self, bytes: &[u8]) {
        let room = (LONGEST + LONGEST_TIME).saturating_sub(self.bytes.len());
        let kept = bytes.len().min(room);
        self.bytes.extend_from_slice(&bytes[..kept]);
        self.cut += (bytes.len() - kept) as u64;
    }

    /// Takes the time out of the entry that ends.
    fn end_entry(&mut self) {
        let entry = self.bytes.get(self.entry..).unwrap_or_default();
        if let Some(length) = time_length(entry) {
            let from = self.entry.min(self.bytes.len());
            let time: Vec<u8> = self.bytes.drain(from..=from + length).collect();
            if self.time.is_empty() {
                String::from_utf8_lossy(&time)
                    .trim_end()
                    .clone_into(&mut self.time);
            }
        }
        self.entry = self.bytes.len();
    }

    fn end_line(&mut self, source: Source) -> Line {
        let done = std::mem::take(self);
        let text = String::from_utf8_lossy(&done.bytes);
        let text = text.trim_end_matches('\r');
        // A progress bar writes over itself: what a terminal would show in the end is its last one.
        let last = text.rsplit('\r').next().unwrap_or(text);
        Line {
            source,
            time: done.time,
            text: harmless(last),
            cut: done.cut,
            gap: false,
        }
    }
}

/// The length of the time at the beginning of an entry, when a space follows it.
fn time_length(entry: &[u8]) -> Option<usize> {
    let length = entry.iter().take(LONGEST_TIME).position(|it| *it == b' ')?;
    let time = &entry[..length];
    let shape = time.len() >= 20 && time[4] == b'-' && time[10] == b'T' && time[13] == b':';
    let digits = time
        .iter()
        .all(|it| it.is_ascii_digit() || b"-:.TZ+".contains(it));
    (shape && digits).then_some(length)
}
