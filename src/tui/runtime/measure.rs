//! Measurements, when `MOUSSAILLON_MESURES` names a file: one JSON object per line.
//!
//! - `{"quoi":"debut","a":…}`: the program began;
//! - `{"quoi":"trame","numero":N,"a":…,"duree_us":…,"depuis_debut_us":…}`: a frame was drawn;
//! - `{"quoi":"latence","reception_us":…,"evenement_us":…}`: a frame shows what an engine's event
//!   changed; since the event was received, and since the engine's own date for it (same clock only
//!   when the engine is on this machine).
//!
//! `a` is in microseconds since the Unix epoch, so that a script can compare with its own clock.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::time::{Duration, Instant, SystemTime};

use crate::domain::{EventTime, Occurrence};

/// Where measurements go.
pub(super) struct Measures {
    file: File,
    began: Instant,
    frames: u64,
    /// The oldest event whose effect is not on the screen yet.
    event: Option<(EventTime, Instant)>,
    /// Whether its state has come and the next frame shows it.
    armed: bool,
}

impl Measures {
    /// Opens the file that the environment names; `None` when it names none.
    pub(super) fn from_environment(began: Instant) -> Option<Self> {
        let path = std::env::var_os("MOUSSAILLON_MESURES").filter(|path| !path.is_empty())?;
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .ok()?;
        let mut measures = Self {
            file,
            began,
            frames: 0,
            event: None,
            armed: false,
        };
        let at = micros(SystemTime::now()) - began.elapsed().as_micros();
        measures.write(&format!(r#"{{"quoi":"debut","a":{at}}}"#));
        Some(measures)
    }

    /// Something came from the engine.
    pub(super) fn occurrence(&mut self, occurrence: &Occurrence) {
        if let Occurrence::Event(event, _) = occurrence
            && self.event.is_none()
        {
            self.event = Some((event.time, Instant::now()));
        }
    }

    /// It was applied, and something visible changed or not.
    pub(super) fn applied(&mut self, is_state: bool, dirty: bool) {
        if is_state && self.event.is_some() {
            if dirty {
                self.armed = true;
            } else {
                self.event = None;
            }
        }
    }

    /// A frame was drawn, in this long.
    pub(super) fn frame(&mut self, took: Duration) {
        self.frames += 1;
        let now = micros(SystemTime::now());
        self.write(&format!(
            r#"{{"quoi":"trame","numero":{},"a":{now},"duree_us":{},"depuis_debut_us":{}}}"#,
            self.frames,
            took.as_micros(),
            self.began.elapsed().as_micros(),
        ));
        if std::mem::take(&mut self.armed)
            && let Some((time, received)) = self.event.take()
        {
            let dated = u128::try_from(time.0 / 1000).unwrap_or(0);
            self.write(&format!(
                r#"{{"quoi":"latence","a":{now},"reception_us":{},"evenement_us":{}}}"#,
                received.elapsed().as_micros(),
                now.saturating_sub(dated),
            ));
        }
    }

    fn write(&mut self, line: &str) {
        // Measuring must not stop what is measured.
        let _ = writeln!(self.file, "{line}");
    }
}

fn micros(time: SystemTime) -> u128 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
        .as_micros()
}
