//! Writing a recording, event by event.

use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Outcome, Place, Version};

/// A recording being written. Each event is in the file as soon as it is told.
#[derive(Debug)]
pub struct Recorder<W> {
    out: W,
    version: Version,
    /// When the last event was.
    last: Duration,
}

impl<W: Write> Recorder<W> {
    /// Writes the header: the size (columns, lines), and when it begins in seconds since the Unix
    /// epoch.
    pub fn begin(
        mut out: W,
        version: Version,
        (cols, rows): (u16, u16),
        timestamp: u64,
    ) -> io::Result<Self> {
        let header = match version {
            Version::Two => json!({
                "version": 2,
                "width": cols,
                "height": rows,
                "timestamp": timestamp,
                "title": "moussaillon",
                "env": {"TERM": "xterm-256color"},
            }),
            Version::Three => json!({
                "version": 3,
                "term": {"cols": cols, "rows": rows, "type": "xterm-256color"},
                "timestamp": timestamp,
                "title": "moussaillon",
            }),
        };
        writeln!(out, "{header}")?;
        out.flush()?;
        Ok(Self {
            out,
            version,
            last: Duration::ZERO,
        })
    }

    /// The terminal was written this, so long after the beginning.
    pub fn output(&mut self, at: Duration, text: &str) -> io::Result<()> {
        self.event(at, "o", text)
    }

    /// A step begins.
    pub fn marker(&mut self, at: Duration, name: &str) -> io::Result<()> {
        self.event(at, "m", name)
    }

    /// The terminal has another size: columns, lines.
    pub fn resize(&mut self, at: Duration, (cols, rows): (u16, u16)) -> io::Result<()> {
        self.event(at, "r", &format!("{cols}x{rows}"))
    }

    /// The next step begins here in a lesson, or the recording ends here.
    pub fn place(&mut self, at: Duration, place: &Place) -> io::Result<()> {
        self.event(at, "place", &json!(place).to_string())
    }

    /// The command of the last step did this.
    pub fn outcome(&mut self, at: Duration, outcome: &Outcome) -> io::Result<()> {
        self.event(at, "outcome", &json!(outcome).to_string())
    }

    /// Where it was written.
    pub fn into_inner(self) -> W {
        self.out
    }

    fn event(&mut self, at: Duration, code: &str, data: &str) -> io::Result<()> {
        let at = at.max(self.last);
        let time = match self.version {
            Version::Two => at,
            Version::Three => at.saturating_sub(self.last),
        };
        self.last = at;
        let (seconds, micros) = (time.as_secs(), time.subsec_micros());
        let data = Value::from(data);
        writeln!(self.out, "[{seconds}.{micros:06},\"{code}\",{data}]")?;
        self.out.flush()
    }
}
