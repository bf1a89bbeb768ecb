//! Which tasks there must be: one step of the orchestrators, the scheduler and the reaper.
//!
//! [`Swarm::step`] is a function of the cluster and the time. It is called again whenever something
//! changed, and at the time that it asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::SystemTime;

use super::super::event::Event;
use super::schedule::Place;
use super::update::Advance;
use super::{Service, Swarm, Task, TaskState, TaskStatus};

/// Tasks of a service by slot: the wanted ones; where there are none, the last if it ended by
/// itself and is not to be restarted.
pub(super) fn slots(swarm: &Swarm, service: &Service) -> BTreeMap<u64, Vec<Arc<Task>>> {
    let mut all: BTreeMap<u64, Vec<Arc<Task>>> = BTreeMap::new();
    for task in swarm.tasks_of(&service.id) {
        if task.desired < TaskState::Remove {
            all.entry(task.slot).or_default().push(task);
        }
    }
    all.retain(|_, tasks| {
        let wanted: Vec<Arc<Task>> = tasks.iter().filter(|it| it.wanted()).cloned().collect();
        if wanted.is_empty() {
            let last = tasks
                .last()
                .filter(|it| it.ended() && it.status.state != TaskState::Shutdown)
                .cloned();
            *tasks = last.into_iter().collect();
        } else {
            *tasks = wanted;
        }
        !tasks.is_empty()
    });
    all
}

impl Swarm {
    /// Decides what it can now. What happened, and when to decide again whatever happens.
    pub(super) fn step(
        &mut self,
        place: &Place,
        now: SystemTime,
    ) -> (Vec<Event>, Option<SystemTime>) {
        let mut events = Vec::new();
        let mut wake = None;
        // Each round makes what the next one needs; a few settle it.
        for _ in 0..8 {
            let before = self.index;
            wake = self.round(place, &mut events, now);
            if self.index == before {
                break;
            }
        }
        (events, wake)
    }

    fn round(
        &mut self,
        place: &Place,
        events: &mut Vec<Event>,
        now: SystemTime,
    ) -> Option<SystemTime> {
        let mut wake: Option<SystemTime> = None;
        let services: Vec<Arc<Service>> = self.services.values().cloned().collect();
        for service in services {
            if let Some(at) = self.restart_ended(&service, now) {
                wake = Some(wake.map_or(at, |it| it.min(at)));
            }
            self.enforce(&service, place, now);
            match service.mode().0 {
                "Global" => self.reconcile_global(&service, place, now),
                "ReplicatedJob" | "GlobalJob" => self.reconcile_job(&service, place, now),
                _ => self.reconcile_replicated(&service, now),
            }
            if !service.is_job() {
                let service = self.services.get(&service.id).map_or(service, Arc::clone);
                Advance {
                    swarm: self,
                    service,
                    events,
                    wake: &mut wake,
                    now,
                }
                .go();
            }
        }
        let orphans: Vec<String> = self
            .tasks
            .values()
            .filter(|it| {
                !self.services.contains_key(&it.service) && it.desired != TaskState::Remove
            })
            .map(|it| it.id.clone())
            .collect();
        for id in orphans {
            self.edit_task(&id, now, |it| it.desired = TaskState::Remove);
        }
        if let Some(at) = self.release(now) {
            wake = Some(wake.map_or(at, |it| it.min(at)));
        }
        self.schedule(place, now);
        self.reap();
        wake
    }

    /// A task to be, of the service's wish of now.
    pub(super) fn new_task(&mut self, service: &Service, slot: u64, now: SystemTime) -> Task {
        self.rank += 1;
        let meta = self.meta(now);
        Task {
            id: super::tokens::base36(&task_seed(&self.id, self.rank), 25),
            meta,
            rank: self.rank,
            service: service.id.clone(),
            service_name: service.name().to_owned(),
            slot,
            node: String::new(),
            spec: Arc::new(service.spec["TaskTemplate"].clone()),
            endpoint: service.spec["EndpointSpec"].clone(),
            spec_version: service.spec_version,
            status: TaskStatus {
                at: now,
                state: TaskState::New,
                message: "created".into(),
                error: String::new(),
                container: None,
                ports: Vec::new(),
            },
            desired: TaskState::Running,
            addresses: Vec::new(),
            iteration: service.job.map(|it| it.0),
            start_at: None,
            start_after: None,
        }
    }

    fn add_task(&mut self, service: &Service, slot: u64, desired: TaskState, now: SystemTime) {
        let mut task = self.new_task(service, slot, now);
        task.desired = desired;
        self.tasks.insert(task.id.clone(), Arc::new(task));
    }

    fn reconcile_replicated(&mut self, service: &Arc<Service>, now: SystemTime) {
        let slots = slots(self, service);
        let wanted = usize::try_from(service.replicas()).unwrap_or(usize::MAX);
        if wanted > slots.len() {
            let mut slot = 0;
            for _ in slots.len()..wanted {
                slot += 1;
                while slots.contains_key(&slot) {
                    slot += 1;
                }
                self.add_task(service, slot, TaskState::Running, now);
            }
        } else if wanted < slots.len() {
            // The ones that run are kept first, then the lowest.
            let mut order: Vec<(bool, u64)> = slots
                .iter()
                .map(|(slot, tasks)| {
                    (
                        !tasks.iter().any(|it| it.status.state == TaskState::Running),
                        *slot,
                    )
                })
                .collect();
            order.sort_unstable();
            let gone: BTreeSet<u64> = order.into_iter().skip(wanted).map(|it| it.1).collect();
            for task in self.tasks_of(&service.id) {
                if gone.contains(&task.slot) && task.desired != TaskState::Remove {
                    self.edit_task(&task.id, now, |it| it.desired = TaskState::Remove);
                }
            }
        }
    }

    fn is_eligible(&self, service: &Service, place: &Place) -> bool {
        self.node.availability() == "active"
            && self.constraints_hold(&service.spec["TaskTemplate"], place)
    }

    fn reconcile_global(&mut self, service: &Arc<Service>, place: &Place, now: SystemTime) {
        if self.is_eligible(service, place) && slots(self, service).is_empty() {
            self.add_task(service, 0, TaskState::Running, now);
        }
    }

    fn reconcile_job(&mut self, service: &Arc<Service>, place: &Place, now: SystemTime) {
        let iteration = service.job.map(|it| it.0);
        let mut used = BTreeSet::new();
        let (mut complete, mut running) = (0, 0);
        for task in self.tasks_of(&service.id) {
            if task.iteration != iteration {
                if task.desired != TaskState::Remove {
                    self.edit_task(&task.id, now, |it| it.desired = TaskState::Remove);
                }
                continue;
            }
            used.insert(task.slot);
            match (task.status.state, task.wanted()) {
                (TaskState::Complete, _) => complete += 1,
                (_, true) => running += 1,
                _ => {}
            }
        }
        if service.mode().0 == "GlobalJob" {
            if used.is_empty() && self.is_eligible(service, place) {
                self.add_task(service, 0, TaskState::Complete, now);
            }
            return;
        }
        let most = service.mode().1["MaxConcurrent"].as_u64().unwrap_or(1);
        let left = service.replicas().saturating_sub(complete);
        let most = if most == 0 { left } else { most };
        // A slot that failed for good is not taken again.
        let free = (0..service.replicas()).filter(|it| !used.contains(it));
        let count = left.min(most).saturating_sub(running);
        for slot in free
            .take(usize::try_from(count).unwrap_or(usize::MAX))
            .collect::<Vec<_>>()
        {
            self.add_task(service, slot, TaskState::Complete, now);
        }
    }

    /// Stops what may no longer run on the node.
    fn enforce(&mut self, service: &Arc<Service>, place: &Place, now: SystemTime) {
        let drained = self.node.availability() == "drain";
        for task in self.tasks_of(&service.id) {
            if task.node.is_empty() || task.ended() || !task.wanted() {
                continue;
            }
            if drained {
                self.move_away(service, &task, now);
            } else if !self.constraints_hold(&task.spec, place) {
                self.edit_task(&task.id, now, |it| {
                    it.status.state = TaskState::Rejected;
                    it.status.message = "task rejected by constraint enforcer".into();
                    it.status.error = "assigned node no longer meets constraints".into();
                    it.status.at = now;
                });
            }
        }
    }

    /// Lets the tasks start that waited for a time or for another's end; the next such time.
    fn release(&mut self, now: SystemTime) -> Option<SystemTime> {
        let mut wake: Option<SystemTime> = None;
        let waiting: Vec<Arc<Task>> = self
            .tasks
            .values()
            .filter(|it| it.desired == TaskState::Ready && !it.ended())
            .cloned()
            .collect();
        for task in waiting {
            let by = match (&task.start_at, &task.start_after) {
                (Some(at), _) => *at,
                (None, Some((old, limit))) => {
                    let stopped = self
                        .tasks
                        .get(old)
                        .is_none_or(|it| it.ended() || it.node.is_empty());
                    if stopped { now } else { *limit }
                }
                (None, None) => now,
            };
            if by <= now {
                let goal = if task.iteration.is_some() {
                    TaskState::Complete
                } else {
                    TaskState::Running
                };
                self.edit_task(&task.id, now, |it| it.desired = goal);
            } else {
                wake = Some(wake.map_or(by, |it| it.min(by)));
            }
        }
        wake
    }

    fn schedule(&mut self, place: &Place, now: SystemTime) {
        let mut waiting: Vec<Arc<Task>> = self
            .tasks
            .values()
            .filter(|it| it.status.state < TaskState::Assigned && it.wanted())
            .cloned()
            .collect();
        waiting.sort_by_key(|it| it.rank);
        for task in waiting {
            let fits = self.fits(&task, place);
            match fits {
                Ok(()) => {
                    let node = self.node.id.clone();
                    self.edit_task(&task.id, now, |it| {
                        it.node = node;
                        it.set(TaskState::Assigned, "scheduler assigned task to node", now);
                    });
                }
                Err(why) => {
                    let error = format!("no suitable node ({why})");
                    if task.status.error != error {
                        self.edit_task(&task.id, now, |it| {
                            if it.status.state == TaskState::New {
                                it.set(TaskState::Pending, "pending task scheduling", now);
                            }
                            it.status.error = error;
                        });
                    }
                }
            }
        }
    }

    /// Forgets the tasks that nobody wants any more, and the oldest of each slot's history.
    fn reap(&mut self) {
        let limit = self.history();
        let mut gone: Vec<String> = self
            .tasks
            .values()
            .filter(|it| {
                it.desired == TaskState::Remove
                    && (it.ended() || it.status.state < TaskState::Assigned)
            })
            .map(|it| it.id.clone())
            .collect();
        for service in self.services.values().filter(|it| !it.is_job()) {
            let mut slots: BTreeMap<u64, Vec<Arc<Task>>> = BTreeMap::new();
            for task in self.tasks_of(&service.id) {
                slots.entry(task.slot).or_default().push(task);
            }
            for tasks in slots.values().filter(|it| it.len() > limit) {
                let old = tasks.iter().filter(|it| {
                    !it.wanted() && (it.ended() || it.status.state < TaskState::Assigned)
                });
                gone.extend(old.take(tasks.len() - limit).map(|it| it.id.clone()));
            }
        }
        for id in gone {
            if self.tasks.remove(&id).is_some() {
                self.tick();
            }
        }
    }
}

impl Task {
    /// Its new state.
    pub(super) fn set(&mut self, state: TaskState, message: &str, now: SystemTime) {
        self.status.state = state;
        message.clone_into(&mut self.status.message);
        self.status.error.clear();
        self.status.at = now;
    }
}

/// What a task's identifier is made from: the same for the same cluster and the same rank.
fn task_seed(swarm: &str, rank: u64) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::digest(format!("{swarm} task {rank}")).to_vec()
}
