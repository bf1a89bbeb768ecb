//! Reading a recording.

use std::time::Duration;

use serde_json::Value;

use super::{Event, What};

/// No session is longer: what a file says beyond would be more than clocks can add.
pub(super) const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// A recording, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// The size at the beginning: columns, lines.
    pub size: (u16, u16),
    /// When it was begun, in seconds since the Unix epoch, if the file says so.
    pub began: Option<u64>,
    /// What happened, in order. What programs were typed, and what is unknown, is left out.
    pub events: Vec<Event>,
}

/// Why a file is no recording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("ligne {line}\u{a0}: {reason}")]
pub struct CastError {
    /// The line, from 1.
    pub line: usize,
    /// Why, in French.
    pub reason: &'static str,
}

impl Recording {
    /// Reads a recording of version 2 or 3.
    pub fn parse(text: &str) -> Result<Self, CastError> {
        let at = |line, reason| CastError { line, reason };
        let mut lines = text.lines().enumerate();
        let header: Value = lines
            .next()
            .and_then(|(_, line)| serde_json::from_str(line).ok())
            .ok_or_else(|| at(1, "ce n’est pas l’en-tête d’un asciicast"))?;
        let (cols, rows, relative) = match header["version"].as_u64() {
            Some(2) => (&header["width"], &header["height"], false),
            Some(3) => (&header["term"]["cols"], &header["term"]["rows"], true),
            _ => return Err(at(1, "seules les versions 2 et 3 d’asciicast sont lues")),
        };
        let side = |it: &Value| it.as_u64().and_then(length);
        let size = side(cols)
            .zip(side(rows))
            .ok_or_else(|| at(1, "la taille du terminal manque"))?;
        let mut events = Vec::new();
        let mut now = Duration::ZERO;
        for (index, line) in lines {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let fault = |reason| at(index + 1, reason);
            let (time, code, data) =
                read(line).ok_or_else(|| fault("ce n’est pas un événement"))?;
            now = if relative {
                now.saturating_add(time)
            } else {
                now.max(time)
            };
            now = now.min(LONGEST);
            let what = match code.as_str() {
                "o" => What::Output(data),
                "m" => What::Marker(data),
                "r" => {
                    let size = data.split_once('x').and_then(|(cols, rows)| {
                        Some((length(cols.parse().ok()?)?, length(rows.parse().ok()?)?))
                    });
                    let (cols, rows) = size.ok_or_else(|| fault("la taille ne se lit pas"))?;
                    What::Resize(cols, rows)
                }
                // Of another version of this program, maybe.
                "place" => match serde_json::from_str(&data) {
                    Ok(place) => What::Place(place),
                    Err(_) => continue,
                },
                "outcome" => match serde_json::from_str(&data) {
                    Ok(outcome) => What::Outcome(outcome),
                    Err(_) => continue,
                },
                _ => continue,
            };
            events.push(Event { at: now, what });
        }
        let began = header["timestamp"].as_u64();
        Ok(Self {
            size,
            began,
            events,
        })
    }

    /// How long it is.
    pub fn duration(&self) -> Duration {
        self.events.last().map_or(Duration::ZERO, |it| it.at)
    }

    /// The markers: when, and their names.
    pub fn markers(&self) -> impl Iterator<Item = (Duration, &str)> {
        self.events.iter().filter_map(|event| match &event.what {
            What::Marker(name) => Some((event.at, name.as_str())),
            _ => None,
        })
    }
}

/// A side of a terminal, of a sane size. `vt100` panics where a wide character, or a second line,
/// does not fit.
fn length(cells: u64) -> Option<u16> {
    const SHORTEST: u16 = 2;
    const LONGEST: u64 = 2_000;
    u16::try_from(cells)
        .ok()
        .filter(|it| (1..=LONGEST).contains(&u64::from(*it)))
        .map(|it| it.max(SHORTEST))
}

fn read(line: &str) -> Option<(Duration, String, String)> {
    let (time, code, data): (f64, String, String) = serde_json::from_str(line).ok()?;
    Some((Duration::try_from_secs_f64(time).ok()?, code, data))
}
