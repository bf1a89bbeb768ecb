//! What was refused, and what the learner then allowed once.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

use super::decide::Refusal;

/// Refusals that are remembered.
const KEPT: usize = 20;
/// How long the builder's channel stays open once allowed: one build opens it several times.
const CHANNEL: Duration = Duration::from_secs(60);

/// Refusals and consents of a session; gone with it.
#[derive(Debug, Default)]
pub(crate) struct Consents {
    refused: VecDeque<Refusal>,
    allowed: BTreeSet<String>,
    channel: Option<Instant>,
}

impl Consents {
    /// Remembers a refusal.
    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.refused.retain(|it| it.key != refusal.key);
        self.refused.push_back(refusal);
        if self.refused.len() > KEPT {
            self.refused.pop_front();
        }
    }

    /// Allows once what was refused under this key; `false` when nothing was, or when it cannot be.
    pub(crate) fn allow(&mut self, key: &str) -> bool {
        let known = self.refused.iter().any(|it| it.key == key && it.allowable);
        if known {
            self.refused.retain(|it| it.key != key);
            self.allowed.insert(key.to_owned());
        }
        known
    }

    /// Whether this was allowed; it is not any more afterwards, but for the builder's channel.
    pub(crate) fn take(&mut self, key: &str, channel: bool, now: Instant) -> bool {
        if channel && self.channel.is_some_and(|until| now < until) {
            return true;
        }
        let allowed = self.allowed.remove(key);
        if allowed && channel {
            self.channel = Some(now + CHANNEL);
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(key: &str, allowable: bool) -> Refusal {
        Refusal {
            key: key.to_owned(),
            what: "docker rm db".to_owned(),
            reasons: Vec::new(),
            allowable,
        }
    }

    #[test]
    fn a_consent_is_for_one_refusal_and_for_once() {
        let mut consents = Consents::default();
        let now = Instant::now();
        assert!(!consents.allow("rm c1"), "nothing was refused");
        consents.refuse(refusal("rm c1", true));
        assert!(!consents.take("rm c1", false, now), "not allowed yet");
        assert!(consents.allow("rm c1"));
        assert!(!consents.take("stop c1", false, now));
        assert!(consents.take("rm c1", false, now));
        assert!(!consents.take("rm c1", false, now));
        consents.refuse(refusal("tout", false));
        assert!(!consents.allow("tout"));
    }

    #[test]
    fn the_builder_s_channel_stays_open_for_a_while() {
        let mut consents = Consents::default();
        let now = Instant::now();
        consents.refuse(refusal("grpc", true));
        consents.allow("grpc");
        assert!(consents.take("grpc", true, now));
        assert!(consents.take("grpc", true, now + CHANNEL / 2));
        assert!(!consents.take("grpc", true, now + CHANNEL * 2));
    }
}
