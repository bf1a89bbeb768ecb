//! Whether a goal is met, and what is missing. Pure: a timeline in, a verdict out; cheap enough to
//! be asked at every change.

mod container;
mod event;
mod field;
mod layer;
mod near;
#[cfg(test)]
mod near_misses;
mod object;
mod observe;
mod port;
#[cfg(test)]
mod since_tests;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeSet;

pub use near::{NearMiss, near_misses};
pub use observe::{Answer, observe};

use super::goal::{Count, Goal, Matcher};
use super::model::{Case, Exercise};
use crate::domain::{CommandRun, EngineEvent, Kind, Snapshot, Step, Timeline};

/// Where an exercise began: goals compare with it, and look at what happened since.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// What the engine held.
    pub state: Snapshot,
    steps: usize,
    events: usize,
}

impl Start {
    /// The exercise begins now.
    pub fn at(timeline: &Timeline) -> Self {
        Self {
            state: timeline.state().clone(),
            steps: timeline.steps().len(),
            events: timeline.last().map_or(0, |step| step.events.len()),
        }
    }
}

/// What a goal is judged on.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// Where the exercise began.
    pub start: &'a Start,
    /// All that the session saw.
    pub timeline: &'a Timeline,
}

impl<'a> Evidence<'a> {
    fn now(self) -> &'a Snapshot {
        self.timeline.state()
    }

    fn before(self) -> &'a Snapshot {
        &self.start.state
    }

    fn steps(self) -> &'a [Step] {
        self.timeline
            .steps()
            .get(self.start.steps..)
            .unwrap_or_default()
    }

    /// The events since the exercise began, oldest first.
    fn events(self) -> impl Iterator<Item = &'a EngineEvent> {
        // The last step before the exercise goes on receiving events until the next command.
        let trailing = self
            .start
            .steps
            .checked_sub(1)
            .and_then(|last| self.timeline.steps().get(last))
            .and_then(|step| step.events.get(self.start.events..))
            .unwrap_or_default();
        trailing
            .iter()
            .chain(self.steps().iter().flat_map(|step| &step.events))
    }

    /// The commands since the exercise began, oldest first.
    fn commands(self) -> impl Iterator<Item = &'a CommandRun> {
        self.steps().iter().filter_map(|step| step.command.as_ref())
    }
}

/// A line of the before / now / target table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The object's name, as the learner knows it.
    pub object: String,
    /// Docker's path of the field: `State.Status`, `Changes./note.txt`.
    pub field: String,
    /// The value when the exercise began; `None` when there was none.
    pub before: Option<String>,
    /// The value now.
    pub now: Option<String>,
    /// The value wanted; `None` when there must be none.
    pub target: Option<String>,
    /// Whether the value now is what is wanted.
    pub met: bool,
}

/// What became of one goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalVerdict {
    /// Whether it is met.
    pub met: bool,
    /// What is wanted, in a few words: « jumeau1 : running, image busybox:1.36 ».
    pub label: String,
    /// What is missing, built from the state; empty when it is met.
    pub missing: String,
    /// The lesson's own words (`sinon`) for that; `None` when it has none or the goal is met.
    pub advice: Option<String>,
    /// Field by field.
    pub rows: Vec<Row>,
}

impl GoalVerdict {
    /// What to tell the learner: the lesson's words, else those built from the state.
    pub fn message(&self) -> &str {
        self.advice.as_deref().unwrap_or(&self.missing)
    }
}

/// What became of an exercise's goals, in the lesson's order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// One per goal.
    pub goals: Vec<GoalVerdict>,
}

impl Verdict {
    /// Whether the exercise is done.
    pub fn is_met(&self) -> bool {
        !self.goals.is_empty() && self.goals.iter().all(|goal| goal.met)
    }

    /// The first goal that is not met.
    pub fn first_missing(&self) -> Option<&GoalVerdict> {
        self.goals.iter().find(|goal| !goal.met)
    }
}

/// Judges goals.
pub fn check(goals: &[Goal], evidence: Evidence<'_>) -> Verdict {
    let goals = goals
        .iter()
        .map(|goal| {
            let found = judge(&goal.matcher, evidence);
            let advice = goal.otherwise.clone().filter(|_| !found.met);
            let missing = if found.met {
                String::new()
            } else {
                found.missing
            };
            GoalVerdict {
                met: found.met,
                label: found.label,
                missing,
                advice,
                rows: found.rows,
            }
        })
        .collect();
    Verdict { goals }
}

/// Judges an exercise. What a lesson says of an object that it starts from (`depart`) is for who had
/// it: that it was not there is said in its place.
pub fn check_exercise(exercise: &Exercise, evidence: Evidence<'_>) -> Verdict {
    let mut verdict = check(&exercise.goals, evidence);
    for (goal, found) in exercise.goals.iter().zip(&mut verdict.goals) {
        let wanted = named(&goal.matcher).filter(|it| !found.met && it.count == Count::default());
        let Some(wanted) = wanted.filter(|it| it.was_missing(exercise, evidence)) else {
            continue;
        };
        if wanted.fresh == Some(false) || !wanted.is_in(evidence.now()) {
            found.advice = None;
            found.missing = words::not_there(wanted.kind, wanted.name);
        }
    }
    verdict
}

/// The object that a condition is about.
struct Named<'a> {
    kind: Kind,
    name: &'a str,
    fresh: Option<bool>,
    count: Count,
}

fn named(matcher: &Matcher) -> Option<Named<'_>> {
    let (kind, name, fresh, count) = match matcher {
        Matcher::Container(it) => (Kind::Container, it.name.as_ref()?, it.fresh, it.count),
        Matcher::Volume(it) => (Kind::Volume, it.name.as_ref()?, it.fresh, it.count),
        Matcher::Network(it) => (Kind::Network, it.name.as_ref()?, it.fresh, it.count),
        _ => return None,
    };
    Some(Named {
        kind,
        name,
        fresh,
        count,
    })
}

impl Named<'_> {
    fn is_in(&self, state: &Snapshot) -> bool {
        state.by_name(self.kind).any(|it| it.name() == self.name)
    }

    /// Whether the exercise starts from it, and it was not there when it began.
    fn was_missing(&self, exercise: &Exercise, evidence: Evidence<'_>) -> bool {
        // A volume may be named by the container that mounts it: the words of the lines tell.
        let in_name = |it: char| it.is_alphanumeric() || matches!(it, '-' | '_' | '.');
        !self.is_in(evidence.before())
            && exercise
                .start_lines()
                .iter()
                .any(|line| line.split(|it| !in_name(it)).any(|word| word == self.name))
    }
}

/// The first wrong attempt that the state shows, in the lesson's order. What was never there has not
/// been removed.
pub fn recognise<'a>(exercise: &'a Exercise, evidence: Evidence<'_>) -> Option<&'a Case> {
    let holds = |matcher: &Matcher| {
        let gone = named(matcher).filter(|it| it.count == Count::NONE);
        judge(matcher, evidence).met && gone.is_none_or(|it| !it.was_missing(exercise, evidence))
    };
    exercise
        .cases
        .iter()
        .find(|case| case.when.iter().all(holds))
}

/// The containers whose `docker diff` must be read afresh before an exercise is judged: its goals
/// or its cases look at their writable layer.
pub fn containers_to_read(exercise: &Exercise) -> BTreeSet<&str> {
    let goals = exercise.goals.iter().map(|goal| &goal.matcher);
    containers_in(goals.chain(exercise.cases.iter().flat_map(|case| &case.when)))
}

/// The same, of some goals.
pub fn containers_in<'a>(matchers: impl Iterator<Item = &'a Matcher>) -> BTreeSet<&'a str> {
    matchers
        .filter_map(|matcher| match matcher {
            Matcher::Change(goal) => Some(goal.container.as_str()),
            _ => None,
        })
        .collect()
}

/// What became of one condition.
struct Found {
    met: bool,
    label: String,
    missing: String,
    rows: Vec<Row>,
}

fn judge(matcher: &Matcher, evidence: Evidence<'_>) -> Found {
    match matcher {
        Matcher::Container(goal) => container::judge(goal, evidence),
        Matcher::Change(goal) => layer::judge(goal, evidence),
        Matcher::Port(goal) => port::judge(goal, evidence),
        Matcher::Image(goal) => object::judge_image(goal, evidence),
        Matcher::Volume(goal) => object::judge_volume(goal, evidence),
        Matcher::Network(goal) => object::judge_network(goal, evidence),
        Matcher::Inspect(goal) => field::judge(goal, evidence),
        Matcher::Engine(goal) => field::judge_engine(goal, evidence),
        Matcher::Event(goal) => event::judge(goal, evidence),
        Matcher::Command(goal) => event::judge_command(goal, evidence),
    }
}
