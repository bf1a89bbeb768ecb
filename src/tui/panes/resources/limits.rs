//! The limits that a container was made with (`HostConfig`).

use serde_json::Value;

use crate::text::quantity::{binary, number};

/// Declared limits; `None` where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Limits {
    /// Processors, by `--cpus` (`NanoCpus`) or `--cpu-quota` and `--cpu-period`.
    pub(super) cpus: Option<f64>,
    /// Bytes, by `--memory`.
    pub(super) memory: Option<u64>,
    /// By `--pids-limit`.
    pub(super) pids: Option<u64>,
}

/// The kernel's own period, microseconds, when none is declared.
const PERIOD: i64 = 100_000;

impl Limits {
    /// Reads `docker inspect`.
    pub(super) fn of(document: &Value) -> Self {
        let value = |name: &str| {
            let found = document.pointer(&format!("/HostConfig/{name}"));
            found.and_then(Value::as_i64).filter(|it| *it > 0)
        };
        let quota = value("CpuQuota").map(|it| (it, value("CpuPeriod").unwrap_or(PERIOD)));
        let cpus = value("NanoCpus").map(|it| (it, 1_000_000_000)).or(quota);
        let unsigned = |name| value(name).and_then(|it| u64::try_from(it).ok());
        Self {
            cpus: cpus.map(|(part, whole)| ratio(part, whole)),
            memory: unsigned("Memory"),
            pids: unsigned("PidsLimit"),
        }
    }

    /// All of them in words.
    pub(super) fn words(&self) -> String {
        let words = [
            self.memory.map(|it| format!("mémoire {}", binary(it))),
            self.cpus.map(processors),
            self.pids.map(|it| format!("{it} processus")),
        ];
        let words: Vec<String> = words.into_iter().flatten().collect();
        if words.is_empty() {
            return "aucune\u{a0}: ni mémoire, ni processeur, ni processus".to_owned();
        }
        words.join(" · ")
    }
}

/// `0,5 processeur`.
pub(super) fn processors(many: f64) -> String {
    let digits = [0, 1, 2].into_iter().find(|digits| {
        let scale = 10_f64.powi(*digits);
        ((many * scale).round() - many * scale).abs() < 1e-6
    });
    let digits = digits.and_then(|it| usize::try_from(it).ok()).unwrap_or(3);
    let plural = if many >= 2.0 { "s" } else { "" };
    format!("{} processeur{plural}", number(many, digits))
}

#[expect(clippy::cast_precision_loss, reason = "a number of processors")]
fn ratio(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_way_to_limit_the_processor() {
        let of = |host: Value| Limits::of(&json!({"HostConfig": host})).cpus;
        assert_eq!(of(json!({"NanoCpus": 500_000_000})), Some(0.5));
        assert_eq!(
            of(json!({"CpuQuota": 150_000, "CpuPeriod": 100_000})),
            Some(1.5)
        );
        assert_eq!(of(json!({"CpuQuota": 25_000, "CpuPeriod": 0})), Some(0.25));
        assert_eq!(of(json!({"CpuQuota": -1, "NanoCpus": 0})), None);
        assert_eq!(Limits::of(&Value::Null), Limits::default());
    }

    #[test]
    fn limits_in_words() {
        let all =
            json!({"HostConfig": {"Memory": 67_108_864, "NanoCpus": 500_000_000, "PidsLimit": 50}});
        let words = Limits::of(&all).words();
        assert_eq!(
            words,
            "mémoire 64,0\u{a0}Mio · 0,5 processeur · 50 processus"
        );
        assert!(Limits::default().words().starts_with("aucune"));
        assert_eq!(processors(2.0), "2 processeurs");
        assert_eq!(processors(1.0 / 3.0), "0,333 processeur");
    }
}
