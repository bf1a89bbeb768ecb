//! What a lesson's own commands and goals use of a machine: ports, memory, a swarm. Nothing of it
//! is written a second time in the lesson.

use std::collections::BTreeSet;

use super::goal::Matcher;
use super::grammar::{Asked, normalise, simple_commands};
use super::lint::commands::lines;
use super::model::Lesson;

/// What a lesson uses of a machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uses {
    /// The host's TCP ports that it publishes.
    pub ports: BTreeSet<u16>,
    /// The largest `--memory` of its containers, in bytes.
    pub memory: u64,
    /// Whether it makes the engine a swarm.
    pub swarm: bool,
}

/// What a lesson's commands and goals use.
pub fn uses_of(lesson: &Lesson) -> Uses {
    let mut uses = Uses::default();
    for (_, line) in lines(lesson) {
        for part in simple_commands(line) {
            if let Asked::Docker { verb, options, .. } = normalise(&part) {
                uses.note(&verb, &options);
            }
        }
    }
    let goals = lesson.exercises().flat_map(|it| &it.goals);
    for goal in goals {
        if let Matcher::Port(port) = &goal.matcher {
            uses.ports.extend(port.host);
        }
    }
    uses
}

impl Uses {
    fn note(&mut self, verb: &str, options: &BTreeSet<(String, String)>) {
        let made = matches!(verb, "container run" | "container create");
        for (name, value) in options {
            match name.as_str() {
                "publish" if made || verb == "service create" => {
                    self.ports.extend(published(value));
                }
                "memory" if made => self.memory = self.memory.max(bytes(value)),
                _ => {}
            }
        }
        self.swarm |= verb == "swarm init" || verb.starts_with("service ");
    }
}

/// The host's port of `--publish` (`127.0.0.1:8080:80`, `published=8080,target=80`); `None` when
/// the engine chooses it, or when it is a range.
fn published(value: &str) -> Option<u16> {
    if let Some(port) = value
        .split(',')
        .find_map(|it| it.strip_prefix("published="))
    {
        return port.parse().ok();
    }
    let value = value.split('/').next()?;
    let (before, _inside) = value.rsplit_once(':')?;
    before.rsplit(':').next()?.parse().ok()
}

/// A size as docker reads it: `64m` is 64 MiB. Anything else counts for nothing here.
fn bytes(value: &str) -> u64 {
    let digits = value.trim_end_matches(|it: char| !it.is_ascii_digit());
    let unit = match value[digits.len()..].to_ascii_lowercase().as_str() {
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1 << 30,
        _ => 1,
    };
    digits.parse::<u64>().unwrap_or(0).saturating_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::Course;

    #[test]
    fn a_published_port_is_the_one_of_the_host() {
        assert_eq!(published("8080:80"), Some(8080));
        assert_eq!(published("127.0.0.1:8081:80/tcp"), Some(8081));
        assert_eq!(published("published=8082,target=80"), Some(8082));
        for chosen in ["80", "127.0.0.1::80", "8000-8010:80"] {
            assert_eq!(published(chosen), None, "{chosen}");
        }
        assert_eq!(bytes("64m"), 64 << 20);
        assert_eq!(bytes("1g"), 1 << 30);
        assert_eq!(bytes("chaud"), 0);
    }

    #[test]
    fn lessons_of_the_course_use_what_their_commands_say() {
        let course = Course::embedded();
        let uses = |id: &str| uses_of(&course.find(id).unwrap().load().unwrap());
        assert!(!uses("reseaux").ports.is_empty());
        assert!(uses("cgroups").memory >= 6 << 20);
        assert!(uses("repliques").swarm && !uses("volumes").swarm);
    }
}
