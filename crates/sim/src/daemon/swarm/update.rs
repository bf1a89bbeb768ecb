//! Rolling updates and rollbacks, slot by slot, as swarmkit's updater does them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::event::Event;
use super::super::time::rfc3339;
use super::{Service, Swarm, Task, TaskState, event};

/// How long an old task may take to stop before the new one starts all the same.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long tasks are watched when the wish does not say.
const MONITOR: Duration = Duration::from_secs(5);

/// How an update goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// `updating`, `paused`, `completed`, `rollback_started`, `rollback_paused`,
    /// `rollback_completed`.
    pub state: String,
    /// When it began.
    pub started: Option<SystemTime>,
    /// When it ended.
    pub completed: Option<SystemTime>,
    /// In words.
    pub message: String,
}

impl Status {
    pub(super) fn document(&self) -> Value {
        let mut document = Map::new();
        document.insert("State".into(), json!(self.state));
        if let Some(time) = self.started {
            document.insert("StartedAt".into(), json!(rfc3339(time)));
        }
        if let Some(time) = self.completed {
            document.insert("CompletedAt".into(), json!(rfc3339(time)));
        }
        document.insert("Message".into(), json!(self.message));
        Value::Object(document)
    }

    fn is_rollback(&self) -> bool {
        self.state.starts_with("rollback")
    }
}

/// A slot being updated.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Worker {
    slot: u64,
    task: String,
    /// When the next slot may follow, once the new task came up.
    free_at: Option<SystemTime>,
}

/// What an update is at.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Run {
    workers: Vec<Worker>,
    /// The tasks that it made, and when they came up.
    made: BTreeMap<String, Option<SystemTime>>,
    failed: BTreeSet<String>,
    /// Slots that there were to update.
    total: usize,
    /// When the last tasks have been watched long enough.
    until: Option<SystemTime>,
}

/// The settings of an update.
struct Settings {
    parallelism: usize,
    delay: Duration,
    monitor: Duration,
    action: String,
    ratio: f64,
    start_first: bool,
}

impl Settings {
    fn of(service: &Service, rolling_back: bool) -> Self {
        let name = if rolling_back {
            "RollbackConfig"
        } else {
            "UpdateConfig"
        };
        let config = &service.spec[name];
        let nanos = |value: &Value| value.as_u64().map(Duration::from_nanos);
        let parallelism = if config.is_null() {
            1
        } else {
            config["Parallelism"].as_u64().unwrap_or(0)
        };
        Self {
            parallelism: usize::try_from(parallelism).unwrap_or(usize::MAX),
            delay: nanos(&config["Delay"]).unwrap_or_default(),
            monitor: nanos(&config["Monitor"]).unwrap_or(MONITOR),
            action: config["FailureAction"]
                .as_str()
                .unwrap_or("pause")
                .to_owned(),
            ratio: config["MaxFailureRatio"].as_f64().unwrap_or(0.0),
            start_first: config["Order"] == "start-first",
        }
    }
}

impl Service {
    /// Whether a task is of an older wish.
    pub(super) fn is_dirty(&self, task: &Task) -> bool {
        task.spec_version != self.spec_version
            && (*task.spec != self.spec["TaskTemplate"]
                || task.endpoint != self.spec["EndpointSpec"])
    }
}

/// What an update does next.
pub(super) struct Advance<'a> {
    pub(super) swarm: &'a mut Swarm,
    pub(super) service: Arc<Service>,
    pub(super) events: &'a mut Vec<Event>,
    pub(super) wake: &'a mut Option<SystemTime>,
    pub(super) now: SystemTime,
}

impl Advance<'_> {
    fn set_status(&mut self, state: &'static str, message: String) {
        let (id, now) = (self.service.id.clone(), self.now);
        let before = self.service.update.as_ref().map(|it| it.state.clone());
        let ended = matches!(state, "completed" | "rollback_completed");
        self.swarm.edit_service(&id, now, |it| {
            let started = it.update.as_ref().and_then(|it| it.started);
            it.update = Some(Status {
                state: state.to_owned(),
                started: if matches!(state, "updating" | "rollback_started") {
                    Some(now)
                } else {
                    started
                },
                completed: ended.then_some(now),
                message,
            });
            if !matches!(state, "updating" | "rollback_started") {
                it.run = None;
            }
        });
        let mut attributes = vec![
            ("name", self.service.name().to_owned()),
            ("updatestate.new", state.to_owned()),
        ];
        if let Some(before) = before {
            attributes.push(("updatestate.old", before));
        }
        let attributes: Vec<(&str, &str)> = attributes
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        self.events
            .push(event("service", "update", &id, &attributes, now));
        self.reload();
    }

    fn reload(&mut self) {
        if let Some(service) = self.swarm.services.get(&self.service.id) {
            self.service = Arc::clone(service);
        }
    }

    /// Runnable tasks by slot, those that ended for good included.
    fn slots(&self) -> BTreeMap<u64, Vec<Arc<Task>>> {
        super::orchestrate::slots(self.swarm, &self.service)
    }

    fn dirty_slots(&self) -> Vec<u64> {
        let dirty = |tasks: &Vec<Arc<Task>>| tasks.iter().any(|it| self.service.is_dirty(it));
        self.slots()
            .iter()
            .filter(|(_, tasks)| dirty(tasks))
            .map(|(slot, _)| *slot)
            .collect()
    }

    /// Goes on as far as it can now.
    pub(super) fn go(mut self) {
        let service = Arc::clone(&self.service);
        let state = service.update.as_ref().map(|it| it.state.as_str());
        if matches!(state, Some("paused" | "rollback_paused")) {
            return;
        }
        let rolling_back = self
            .service
            .update
            .as_ref()
            .is_some_and(Status::is_rollback)
            && state != Some("rollback_completed");
        let dirty = self.dirty_slots();
        if self.service.run.is_none() {
            if dirty.is_empty() {
                match state {
                    Some("updating") => self.set_status("completed", "update completed".into()),
                    Some("rollback_started") => {
                        self.set_status("rollback_completed", "rollback completed".into());
                    }
                    _ => {}
                }
                return;
            }
            if !rolling_back {
                self.set_status("updating", "update in progress".into());
            }
            let run = Run {
                total: dirty.len(),
                ..Run::default()
            };
            let (id, now) = (self.service.id.clone(), self.now);
            self.swarm.edit_service(&id, now, |it| it.run = Some(run));
            self.reload();
        }
        let settings = Settings::of(&self.service, rolling_back);
        let Some(mut run) = self.service.run.clone() else {
            return;
        };
        if self.watch(&mut run, &settings, rolling_back) {
            return;
        }
        self.free_workers(&mut run, &settings);
        let limit = if settings.parallelism == 0 {
            usize::MAX
        } else {
            settings.parallelism
        };
        for slot in self.dirty_slots() {
            if run.workers.len() >= limit {
                break;
            }
            if !run.workers.iter().any(|it| it.slot == slot) {
                let task = self.replace(slot, settings.start_first);
                run.made.insert(task.clone(), None);
                run.workers.push(Worker {
                    slot,
                    task,
                    free_at: None,
                });
                run.until = None;
            }
        }
        if run.workers.is_empty() {
            let until = *run.until.get_or_insert(self.now + settings.monitor);
            if until <= self.now {
                let (state, message) = if rolling_back {
                    ("rollback_completed", "rollback completed")
                } else {
                    ("completed", "update completed")
                };
                self.set_status(state, message.into());
                return;
            }
            self.wake_at(until);
        }
        if let Some(service) = self.swarm.services.get_mut(&self.service.id) {
            Arc::make_mut(service).run = Some(run);
        }
    }

    fn wake_at(&mut self, time: SystemTime) {
        *self.wake = Some(self.wake.map_or(time, |it| it.min(time)));
    }

    /// Looks for tasks that failed; whether that ended the update.
    fn watch(&mut self, run: &mut Run, settings: &Settings, rolling_back: bool) -> bool {
        for (id, started) in &mut run.made {
            let Some(task) = self.swarm.tasks.get(id) else {
                continue;
            };
            let state = task.status.state;
            if state == TaskState::Running && started.is_none() {
                *started = Some(self.now);
            }
            let soon = started.is_none_or(|it| {
                self.now.duration_since(it).unwrap_or_default() <= settings.monitor
            });
            let failed = matches!(
                state,
                TaskState::Failed | TaskState::Rejected | TaskState::Complete
            );
            if !failed || !soon || !run.failed.insert(id.clone()) {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "numbers of tasks")]
            let ratio = run.failed.len() as f64 / run.total.max(1) as f64;
            if ratio <= settings.ratio || settings.action == "continue" {
                continue;
            }
            let why = format!("due to failure or early termination of task {id}");
            match (settings.action.as_str(), rolling_back) {
                ("rollback", false) if self.service.previous.is_some() => self.roll_back(&why),
                (_, true) => self.set_status("rollback_paused", format!("rollback paused {why}")),
                _ => self.set_status("paused", format!("update paused {why}")),
            }
            return true;
        }
        false
    }

    fn roll_back(&mut self, why: &str) {
        let (id, now) = (self.service.id.clone(), self.now);
        self.swarm.edit_service(&id, now, |it| {
            if let Some((spec, version)) = it.previous.take() {
                it.spec = spec;
                it.spec_version = version;
            }
            it.run = None;
        });
        self.set_status("rollback_started", format!("update rolled back {why}"));
    }

    /// Lets go of the slots whose new task came up.
    fn free_workers(&mut self, run: &mut Run, settings: &Settings) {
        let now = self.now;
        for worker in &mut run.workers {
            if worker.free_at.is_some() {
                continue;
            }
            let Some(task) = self.swarm.tasks.get(&worker.task).cloned() else {
                worker.free_at = Some(now);
                continue;
            };
            if task.status.state < TaskState::Running {
                continue;
            }
            if settings.start_first && task.status.state == TaskState::Running {
                for old in self.swarm.tasks_of(&self.service.id) {
                    if old.slot == worker.slot && old.id != task.id && old.wanted() {
                        self.swarm
                            .edit_task(&old.id, now, |it| it.desired = TaskState::Shutdown);
                    }
                }
            }
            worker.free_at = Some(now + settings.delay);
        }
        run.workers
            .retain(|it| it.free_at.is_none_or(|free| free > now));
        for free in run
            .workers
            .iter()
            .filter_map(|it| it.free_at)
            .collect::<Vec<_>>()
        {
            self.wake_at(free);
        }
        // A failure counts for some time after the start.
        for started in run.made.values().flatten().copied().collect::<Vec<_>>() {
            let end = started + settings.monitor;
            if end > now {
                self.wake_at(end);
            }
        }
    }

    /// Makes the new task of a slot; its identifier.
    fn replace(&mut self, slot: u64, start_first: bool) -> String {
        let now = self.now;
        let olds: Vec<Arc<Task>> = self
            .slots()
            .remove(&slot)
            .unwrap_or_default()
            .into_iter()
            .filter(|it| it.wanted())
            .collect();
        let mut task = self.swarm.new_task(&self.service, slot, now);
        if start_first || olds.is_empty() {
            task.desired = TaskState::Running;
        } else {
            task.desired = TaskState::Ready;
            for old in &olds {
                task.start_after = Some((old.id.clone(), now + PATIENCE));
                self.swarm
                    .edit_task(&old.id, now, |it| it.desired = TaskState::Shutdown);
            }
        }
        let id = task.id.clone();
        self.swarm.tasks.insert(id.clone(), Arc::new(task));
        id
    }
}
