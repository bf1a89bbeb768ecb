//! What the screen is drawn with, and its recording.

use std::fs::File;
use std::io::{self, Stdout, Write, stdout};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use color_eyre::eyre::{Result, WrapErr, eyre};

use super::Record;
use crate::cast::{Outcome, Place, Recorder};
use crate::text::changes;
use crate::text::system::reason;
use crate::tui::demo::Demo;
use crate::tui::linear::plain;
use crate::tui::message::Message;
use crate::tui::model::Model;

/// The most that is kept of what a command writes, in bytes: its beginning.
const LONGEST_OUTPUT: usize = 256 * 1024;
/// Ends an output that was longer.
const CUT: &str = "(La suite de cette sortie, trop longue, n’est pas gardée.)\n";

/// A recording under way; a clone is the same one.
#[derive(Clone)]
pub(super) struct Tape {
    inner: Arc<Mutex<Inner>>,
    began: Instant,
}

struct Inner {
    recorder: Recorder<File>,
    /// The first thing that went wrong: nothing is recorded after it.
    failed: Option<io::Error>,
    /// What the command of the step under way wrote; `None` before the first step.
    written: Option<Vec<u8>>,
}

/// Begins the recording.
pub(super) fn begin(record: &Record) -> Result<Tape> {
    let (file, size) = (&record.file, crossterm::terminal::size()?);
    let words = || {
        format!(
            "impossible d’enregistrer dans «\u{a0}{}\u{a0}»",
            file.display()
        )
    };
    let out = File::create(file).map_err(|error| eyre!("{}\u{a0}: {}", words(), reason(&error)))?;
    let timestamp = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let recorder = Recorder::begin(out, record.version, size, timestamp).wrap_err_with(words)?;
    Ok(Tape {
        inner: Arc::new(Mutex::new(Inner {
            recorder,
            failed: None,
            written: None,
        })),
        began: Instant::now(),
    })
}

impl Tape {
    fn record(&self, event: impl FnOnce(&mut Recorder<File>, Duration) -> io::Result<()>) {
        let at = self.began.elapsed();
        let mut inner = self.lock();
        if inner.failed.is_none() {
            inner.failed = event(&mut inner.recorder, at).err();
        }
    }

    /// Each command is a step; the window's size is recorded too. The model is as it was before the
    /// message.
    pub(super) fn hear(&self, message: &Message, model: &Model) {
        match message {
            Message::CommandBegan { line, .. } => {
                self.finish(model);
                self.place(model, model.demo.as_ref().and_then(Demo::run_next));
                self.record(|recorder, at| recorder.marker(at, line.trim()));
                self.lock().written = Some(Vec::new());
            }
            Message::Resize(width, height) => {
                let size = (*width, *height);
                self.record(|recorder, at| recorder.resize(at, size));
            }
            _ => {}
        }
    }

    /// The command of the step under way wrote this.
    pub(super) fn wrote(&self, bytes: &[u8]) {
        if let Some(written) = &mut self.lock().written {
            let room = LONGEST_OUTPUT.saturating_sub(written.len());
            written.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    }

    /// The session is over: what its last command did, and where its lesson was left.
    pub(super) fn close(&self, model: &Model) {
        self.finish(model);
        self.place(model, model.demo.as_ref().map(|it| it.at));
    }

    /// What the command of the step under way did: an engine's events trail it, so this is told as
    /// late as can be.
    fn finish(&self, model: &Model) {
        let Some(written) = self.lock().written.take() else {
            return;
        };
        let mut steps = model.timeline.steps().iter().rev();
        let Some((step, command)) = steps.find_map(|it| Some((it, it.command.as_ref()?))) else {
            return;
        };
        let mut output = plain(&written);
        if written.len() == LONGEST_OUTPUT {
            output.push_str(CUT);
        }
        let outcome = Outcome {
            status: command.status,
            output,
            changes: changes::signed(&step.diff()),
        };
        self.record(|recorder, at| recorder.outcome(at, &outcome));
    }

    fn place(&self, model: &Model, beat: Option<usize>) {
        let Some(study) = &model.study else { return };
        let place = Place {
            lesson: study.lesson.id.clone(),
            part: study.section,
            beat,
        };
        self.record(|recorder, at| recorder.place(at, &place));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What went wrong, if something did.
    pub(super) fn end(&self) -> Option<io::Error> {
        let mut inner = self.lock();
        inner.failed.take()
    }
}

/// The terminal's output, and its tape.
pub(super) struct Output {
    out: Stdout,
    tape: Option<Tape>,
    /// What was written since the last flush: frames are recorded whole.
    frame: Vec<u8>,
}

impl Output {
    pub(super) fn new(tape: Option<Tape>) -> Self {
        Self {
            out: stdout(),
            tape,
            frame: Vec::new(),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        if self.tape.is_some() {
            self.frame.extend_from_slice(&bytes[..count]);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()?;
        if let Some(tape) = self.tape.as_ref().filter(|_| !self.frame.is_empty()) {
            let text = String::from_utf8_lossy(&self.frame);
            tape.record(|recorder, at| recorder.output(at, &text));
            self.frame.clear();
        }
        Ok(())
    }
}
