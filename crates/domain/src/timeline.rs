//! One step per command: what was typed, the calls it made, the events and the state it caused.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::{ApiCall, Diff, EngineEvent, ObjectRef, Snapshot};

/// A command line that the learner ran, as the terminal's marks delimit it (OSC 133).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRun {
    /// What was typed.
    pub line: String,
    /// When it began.
    pub began: SystemTime,
    /// How long it ran; `None` while it runs.
    pub took: Option<Duration>,
    /// Its exit status; `None` while it runs, or when the shell did not say.
    pub status: Option<i32>,
}

/// The engine went to another moment of the session (the simulated one can).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Travel {
    /// To the state after this step (its rank).
    To(usize),
    /// To before this command.
    Undo(String),
    /// To after this command, which had been undone.
    Redo(String),
}

/// The engine's state, read again.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What was read.
    pub state: Snapshot,
    /// When the last event that an object was read for happened, by this machine's clock; not there
    /// for what was read for another reason. Other objects than those that changed may be there.
    pub since: BTreeMap<ObjectRef, SystemTime>,
}

impl From<Snapshot> for Reading {
    /// A state that no event announced.
    fn from(state: Snapshot) -> Self {
        Self {
            state,
            since: BTreeMap::new(),
        }
    }
}

/// Something that happened, in the order the session saw it.
#[derive(Debug, Clone)]
pub enum Occurrence {
    /// A command began.
    CommandBegan {
        /// What was typed.
        line: String,
        /// When.
        at: SystemTime,
    },
    /// The running command ended.
    CommandEnded {
        /// Its exit status, when the shell gave one.
        status: Option<i32>,
        /// When.
        at: SystemTime,
    },
    /// The engine is about to go to another moment: what comes next is not the last command's.
    Travel {
        /// Where to.
        travel: Travel,
        /// The number of the moment that is left.
        moment: u64,
    },
    /// The simulated machine kept the moment before the last step, under this number.
    Moment(u64),
    /// The tap saw a call, or saw more of one already reported (same number).
    Call(ApiCall),
    /// The engine reported an event, which happened at this moment by this machine's clock.
    Event(EngineEvent, SystemTime),
    /// The engine's state was read again.
    State(Reading),
}

/// One command and all that it changed.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// The command; `None` for what happened outside of any (another terminal, a restart policy).
    pub command: Option<CommandRun>,
    /// The travel that it is, when it is no command.
    pub travel: Option<Travel>,
    /// The number of the simulated machine's moment just before it.
    pub moment: Option<u64>,
    /// The API calls that passed meanwhile, by number.
    pub calls: Vec<ApiCall>,
    /// The events that arrived meanwhile.
    pub events: Vec<EngineEvent>,
    /// The state when it began.
    pub before: Snapshot,
    /// The state now, or when the next step began.
    pub after: Snapshot,
}

impl Step {
    /// What changed between its two states.
    pub fn diff(&self) -> Diff {
        Diff::between(&self.before, &self.after)
    }

    /// Whether anything at all belongs to it.
    pub fn is_empty(&self) -> bool {
        self.command.is_none()
            && self.travel.is_none()
            && self.events.is_empty()
            && self.calls.is_empty()
    }
}

/// The steps of a session, oldest first.
///
/// An engine's events trail the command that caused them, so a step goes on receiving events and
/// states after its command has ended, until the next command begins. What is heard of then, but
/// happened before, still goes to it: a command that was typed ahead begins as soon as the one
/// before has ended.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    steps: Vec<Step>,
    state: Snapshot,
}

impl Timeline {
    /// A timeline that begins at this state.
    pub fn starting_at(state: Snapshot) -> Self {
        Self {
            steps: Vec::new(),
            state,
        }
    }

    /// Adds what happened. Its cost is that of the occurrence, whatever the number of objects.
    pub fn apply(&mut self, occurrence: Occurrence) {
        match occurrence {
            Occurrence::CommandBegan { line, at } => {
                let command = CommandRun {
                    line,
                    began: at,
                    took: None,
                    status: None,
                };
                self.open(Some(command));
            }
            Occurrence::CommandEnded { status, at } => {
                // A travel may have come between.
                let mut commands = self.steps.iter_mut().rev().map(|step| &mut step.command);
                if let Some(command) = commands.find_map(Option::as_mut)
                    && command.took.is_none()
                {
                    command.took = Some(at.duration_since(command.began).unwrap_or_default());
                    command.status = status;
                }
            }
            Occurrence::Travel { travel, moment } => {
                self.open(None);
                if let Some(step) = self.steps.last_mut() {
                    step.travel = Some(travel);
                    step.moment = Some(moment);
                }
            }
            Occurrence::Moment(number) => {
                if let Some(step) = self.steps.last_mut() {
                    step.moment = Some(number);
                }
            }
            Occurrence::Call(call) => self.record_call(call),
            Occurrence::Event(event, at) => {
                self.current();
                let place = (self.steps.len() - 1).saturating_sub(self.begun_after(at));
                self.steps[place].events.push(event);
            }
            Occurrence::State(read) => self.record_state(read),
        }
    }

    /// The steps, oldest first.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The last step, which still receives events.
    pub fn last(&self) -> Option<&Step> {
        self.steps.last()
    }

    /// The latest state of the engine.
    pub const fn state(&self) -> &Snapshot {
        &self.state
    }

    /// Whether a command is running.
    pub fn is_running(&self) -> bool {
        let mut commands = self.steps.iter().rev().map(|step| &step.command);
        let last = commands.find_map(Option::as_ref);
        last.is_some_and(|it| it.took.is_none())
    }

    /// How many of the last steps are commands that began after this moment: what happened then is
    /// not theirs.
    pub fn begun_after(&self, at: SystemTime) -> usize {
        begun_after(&self.steps, at)
    }

    /// An object that changed before the last steps began was already so when they began.
    fn record_state(&mut self, read: Reading) {
        let Reading { state, since } = read;
        for (reference, _, _) in self.state.changed(&state) {
            let late = since
                .get(reference)
                .map_or(0, |at| begun_after(&self.steps, *at));
            let own = self.steps.len() - late;
            if late > 0
                && let Some(step) = own.checked_sub(1).and_then(|it| self.steps.get_mut(it))
            {
                step.after.follow(reference, &state);
            }
            for step in &mut self.steps[own..] {
                step.before.follow(reference, &state);
                step.after.follow(reference, &state);
            }
        }
        self.state = state.clone();
        if let Some(step) = self.steps.last_mut() {
            step.after = state;
        }
    }

    fn record_call(&mut self, call: ApiCall) {
        // A call may be reported again after the next command began: it stays in its own step.
        for step in self.steps.iter_mut().rev() {
            if let Ok(index) = step
                .calls
                .binary_search_by_key(&call.number, |it| it.number)
            {
                step.calls[index] = call;
                return;
            }
            if step
                .calls
                .first()
                .is_some_and(|first| first.number < call.number)
            {
                break;
            }
        }
        self.current().calls.push(call);
    }

    fn current(&mut self) -> &mut Step {
        if self.steps.is_empty() {
            self.open(None);
        }
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }

    fn open(&mut self, command: Option<CommandRun>) {
        let (before, after) = (self.state.clone(), self.state.clone());
        self.steps.push(Step {
            command,
            before,
            after,
            ..Step::default()
        });
    }
}

fn begun_after(steps: &[Step], at: SystemTime) -> usize {
    let commands = steps.iter().rev().map(|step| step.command.as_ref());
    commands
        .take_while(|it| it.is_some_and(|command| at < command.began))
        .count()
}

#[cfg(test)]
mod tests;
