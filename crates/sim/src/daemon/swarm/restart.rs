//! What follows the end of a task: its restart policy.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::{Service, Swarm, Task, TaskState};

/// The delay of a restart when the wish does not say.
const DELAY: Duration = Duration::from_secs(5);

impl Service {
    /// Whether the policy starts a task again that ended so.
    pub(super) fn restarts(&self, swarm: &Swarm, task: &Task, now: SystemTime) -> bool {
        let policy = &task.spec["RestartPolicy"];
        let wanted = match policy["Condition"].as_str().unwrap_or("any") {
            "none" => false,
            "on-failure" => task.status.state != TaskState::Complete,
            _ if self.is_job() => task.status.state != TaskState::Complete,
            _ => true,
        };
        let most = policy["MaxAttempts"].as_u64().unwrap_or(0);
        if !wanted || most == 0 {
            return wanted;
        }
        let window = policy["Window"]
            .as_u64()
            .filter(|it| *it > 0)
            .map(Duration::from_nanos);
        let restarts = swarm
            .tasks_of(&self.id)
            .iter()
            .filter(|it| it.slot == task.slot && it.spec_version == task.spec_version)
            .filter(|it| it.start_at.is_some())
            .filter(|it| {
                let age = it
                    .start_at
                    .and_then(|at| now.duration_since(at).ok())
                    .unwrap_or_default();
                window.is_none_or(|window| age <= window)
            })
            .count();
        u64::try_from(restarts).unwrap_or(u64::MAX) < most
    }
}

impl Swarm {
    /// Restarts the tasks of a service that ended by themselves, or gives them up; what to wait for.
    pub(super) fn restart_ended(
        &mut self,
        service: &Arc<Service>,
        now: SystemTime,
    ) -> Option<SystemTime> {
        let mut wake = None;
        for task in self.tasks_of(&service.id) {
            if !task.ended() || !task.wanted() {
                continue;
            }
            if service.is_job() && task.status.state == TaskState::Complete {
                continue;
            }
            // One that ended before its delay was over waits for it.
            if let Some(at) = task
                .start_at
                .filter(|at| task.desired == TaskState::Ready && *at > now)
            {
                wake = Some(wake.map_or(at, |it: SystemTime| it.min(at)));
                continue;
            }
            self.replace_ended(service, &task, now);
        }
        wake
    }

    fn replace_ended(&mut self, service: &Arc<Service>, task: &Arc<Task>, now: SystemTime) {
        let again = service.restarts(self, task, now);
        self.edit_task(&task.id, now, |it| it.desired = TaskState::Shutdown);
        if again {
            let delay = task.spec["RestartPolicy"]["Delay"]
                .as_u64()
                .map_or(DELAY, Duration::from_nanos);
            let mut next = self.new_task(service, task.slot, now);
            next.desired = TaskState::Ready;
            next.start_at = Some(now + delay);
            self.tasks.insert(next.id.clone(), Arc::new(next));
        }
    }

    /// Stops a task that may not stay on the node, and makes the one that takes its place.
    pub(super) fn move_away(&mut self, service: &Arc<Service>, task: &Arc<Task>, now: SystemTime) {
        self.edit_task(&task.id, now, |it| it.desired = TaskState::Shutdown);
        if !matches!(service.mode().0, "Global" | "GlobalJob") {
            let mut next = self.new_task(service, task.slot, now);
            next.desired = TaskState::Ready;
            next.start_at = Some(now);
            self.tasks.insert(next.id.clone(), Arc::new(next));
        }
    }
}
