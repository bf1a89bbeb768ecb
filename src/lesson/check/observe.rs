//! The right answer to an observation, computed from the engine's state, and what is accepted for
//! it.

use serde_json::Value;

use super::field::{equals, find, lookup, none, quantity, shown};
use super::words::code;
use super::{Evidence, container, layer, object};
use crate::domain::Snapshot;
use crate::lesson::goal::Matcher;
use crate::lesson::model::{Form, Observation, Probe};

/// Docker shows that much of an identifier, and accepts it.
const SHORT_ID: usize = 12;

/// The right answer at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    value: Value,
    form: Form,
}

/// Computes the answer to an observation; why there is none, in French, when there is none.
pub fn observe(observation: &Observation, evidence: Evidence<'_>) -> Result<Answer, String> {
    let value = match &observation.probe {
        Probe::Field { kind, name, path } => {
            let found = find(evidence.now(), *kind, name)
                .ok_or_else(|| format!("{} ne s’appelle {}.", none(*kind), code(name)))?;
            field(found.document(), path)?
        }
        Probe::Engine(path) => {
            let document = evidence.now().engine();
            let document = document.ok_or("Le moteur n’a pas encore dit ce qu’il est.")?;
            field(document, path)?
        }
        Probe::Count(matcher) => count(matcher, evidence.now(), evidence)?.into(),
    };
    Ok(Answer {
        value,
        form: observation.form,
    })
}

fn field(document: &Value, path: &str) -> Result<Value, String> {
    match lookup(document, path) {
        Some(value) if !value.is_null() => Ok(value.clone()),
        _ => Err(format!("Le champ {} est absent.", code(path))),
    }
}

fn count(matcher: &Matcher, state: &Snapshot, evidence: Evidence<'_>) -> Result<usize, String> {
    Ok(match matcher {
        Matcher::Container(goal) => container::count(goal, state, evidence),
        Matcher::Image(goal) => object::count_images(goal, state, evidence),
        Matcher::Volume(goal) => object::count_volumes(goal, state, evidence),
        Matcher::Network(goal) => object::count_networks(goal, state, evidence),
        Matcher::Change(goal) => {
            let name = &goal.container;
            let found = state.container(name);
            let found =
                found.ok_or_else(|| format!("Aucun conteneur ne s’appelle {}.", code(name)))?;
            layer::count(goal, found)
                .ok_or_else(|| format!("{name} : modifications en cours de lecture."))?
        }
        // The format lets nothing else be counted.
        Matcher::Port(_)
        | Matcher::Inspect(_)
        | Matcher::Engine(_)
        | Matcher::Event(_)
        | Matcher::Command(_) => 0,
    })
}

impl Answer {
    /// The answer, as the engine writes it.
    pub fn shown(&self) -> String {
        shown(&self.value)
    }

    /// Whether what the learner typed says the same.
    pub fn accepts(&self, typed: &str) -> bool {
        let typed = typed
            .trim()
            .trim_matches(['"', '\'', '`', '«', '»', '\u{a0}', ' ']);
        if typed.is_empty() {
            return false;
        }
        let shown = self.shown();
        let typed = typed.to_lowercase();
        let same = typed == shown.to_lowercase() || equals(&self.value, &typed);
        same || self.is_short_id(&typed)
            || match (&self.value, self.form) {
                (Value::Bool(flag), _) => match typed.as_str() {
                    "oui" | "vrai" => *flag,
                    "non" | "faux" => !*flag,
                    _ => false,
                },
                (value, Form::Bytes) => quantity(&typed.replace(',', "."))
                    .is_some_and(|bytes| number(value) == Some(bytes)),
                (value, Form::Duration) => is_duration(number(value), &typed),
                _ => false,
            }
    }

    /// Whether a command's output shows the answer: as a word of its own, not inside another.
    pub fn is_in(&self, output: &str) -> bool {
        let shown = self.shown();
        let part_of_word = |it: char| it.is_alphanumeric();
        let whole = |shown: &str| {
            output.match_indices(shown).any(|(at, found)| {
                let before = output[..at].chars().next_back();
                let after = output[at + found.len()..].chars().next();
                let open = |edge: Option<char>, beyond: Option<char>| {
                    !(edge.is_some_and(part_of_word) && beyond.is_some_and(part_of_word))
                };
                open(found.chars().next(), before) && open(found.chars().next_back(), after)
            })
        };
        if shown.is_empty() {
            return output.trim().is_empty();
        }
        let id = hexadecimal(&shown).and_then(|id| id.get(..SHORT_ID));
        whole(&shown)
            || id.is_some_and(|id| output.contains(id))
            || output
                .split_whitespace()
                .any(|word| self.form != Form::Text && self.accepts(word))
            || serde_json::to_string(&self.value).is_ok_and(|json| whole(&json))
    }

    fn is_short_id(&self, typed: &str) -> bool {
        let Value::String(text) = &self.value else {
            return false;
        };
        let typed = typed.strip_prefix("sha256:").unwrap_or(typed);
        hexadecimal(text).is_some_and(|id| typed.len() >= SHORT_ID && id.starts_with(typed))
    }
}

/// An identifier's digits, `sha256:` left out.
fn hexadecimal(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let all = digits.chars().all(|it| it.is_ascii_hexdigit());
    (all && digits.len() == 64).then_some(digits)
}

fn number(value: &Value) -> Option<i128> {
    match value {
        Value::Number(number) => number.as_i128(),
        Value::String(text) => quantity(text),
        _ => None,
    }
}

/// The engine writes most durations in nanoseconds, and a few (`Config.StopTimeout`) in seconds.
fn is_duration(value: Option<i128>, typed: &str) -> bool {
    const SECOND: i128 = 1_000_000_000;
    let typed = typed
        .trim_end_matches("econdes")
        .trim_end_matches("econde")
        .replace(',', ".");
    match (value, quantity(&typed)) {
        (Some(value), Some(typed)) => {
            let seconds = value.checked_mul(SECOND);
            typed == value || seconds == Some(typed) || typed.checked_mul(SECOND) == Some(value)
        }
        _ => false,
    }
}

#[cfg(test)]
#[path = "observe_tests.rs"]
mod tests;
