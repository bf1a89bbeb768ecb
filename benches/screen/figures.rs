//! What the program writes of its own measurements, and how figures are told.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::Outcome;

/// The file that `MOUSSAILLON_MESURES` names.
pub(super) struct Log {
    pub(super) path: PathBuf,
}

impl Log {
    pub(super) fn new(folder: &Path, name: &str) -> Self {
        Self {
            path: folder.join(name),
        }
    }

    /// The measurements of one sort.
    pub(super) fn lines(&self, sort: &str) -> Vec<Value> {
        fs::read_to_string(&self.path)
            .unwrap_or_default()
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|it| it["quoi"] == sort)
            .collect()
    }
}

pub(super) fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_default()
}

/// Now, in microseconds since the Unix epoch, the unit of the program's own measurements.
pub(super) fn micros() -> Outcome<u64> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(u64::try_from(now.as_micros())?)
}

pub(super) fn milliseconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64() * 1000.0
}

pub(super) fn report(what: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    let at = |percent: usize| values[(values.len() * percent / 100).min(values.len() - 1)];
    if values.is_empty() {
        println!("{what}: no measurement");
        return;
    }
    println!(
        "{what}: min {:.1}, median {:.1}, 95th percentile {:.1}, max {:.1} ({} measurements)",
        at(0),
        at(50),
        at(95),
        at(100),
        values.len()
    );
}
