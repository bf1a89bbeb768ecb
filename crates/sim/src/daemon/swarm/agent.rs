//! The node's agent: what is decided becomes containers, and what becomes of them is told.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::super::container::Container;
use super::schedule::Place;
use super::{Swarm, Task, TaskContainer, TaskState};
use crate::daemon::{Daemon, Fault, Outcome, lock};
use domain::ContainerState;

/// How long a container may take to stop when the wish does not say.
const GRACE: Duration = Duration::from_secs(10);

/// Why a task did not go on.
enum Stop {
    /// It is no longer wanted.
    Unwanted,
    /// It cannot be.
    Broken(String),
}

/// When to decide again.
enum Next {
    /// The cluster is no more.
    Never,
    /// When something changes.
    Change,
    /// Then at the latest.
    At(SystemTime),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Broken(fault.message)
    }
}

impl Daemon {
    /// Follows the cluster until it is left.
    pub(super) fn watch_swarm(&self) {
        let daemon = self.clone();
        let Some(cluster) = self.state().swarm.map(|it| it.id) else {
            return;
        };
        tokio::spawn(async move {
            let mut changed = daemon.inner.changed.subscribe();
            loop {
                changed.borrow_and_update();
                let wait = match daemon.step_swarm(&cluster) {
                    Next::Never => return,
                    Next::Change => None,
                    Next::At(time) => Some(time.duration_since(daemon.now()).unwrap_or_default()),
                };
                tokio::select! {
                    more = changed.changed() => if more.is_err() { return },
                    () = tokio::time::sleep(wait.unwrap_or_default()), if wait.is_some() => {}
                }
            }
        });
    }

    /// Takes care again of the tasks of a cluster that was put back: their containers were
    /// started again, or ended with the machine.
    pub(in crate::daemon) fn resume_swarm(&self) {
        let Some(swarm) = self.state().swarm else {
            return;
        };
        for task in swarm.tasks.values().filter(|it| !it.ended()) {
            let id = task.id.clone();
            match &task.status.container {
                Some(container) if task.status.state == TaskState::Running => {
                    lock(&self.inner.mesh).agents.insert(id.clone());
                    let (daemon, container) = (self.clone(), container.id.clone());
                    tokio::spawn(async move {
                        daemon.attend(&id, &container).await;
                        lock(&daemon.inner.mesh).agents.remove(&id);
                    });
                }
                _ if task.status.state > TaskState::Assigned => {
                    let now = self.now();
                    self.report(&id, |it| {
                        it.fail("task: non-zero exit (255)".into(), 255, now);
                    });
                }
                _ => {}
            }
        }
        self.watch_swarm();
    }

    fn own_place(&self) -> Place {
        let options = self.inner.kernel.options();
        Place {
            hostname: options.hostname.clone(),
            cpus: i64::from(options.cpus) * 1_000_000_000,
            memory: i64::try_from(options.memory).unwrap_or(i64::MAX),
            machine: super::nodes::machine(),
        }
    }

    /// One step.
    fn step_swarm(&self, cluster: &str) -> Next {
        let (place, now) = (self.own_place(), self.now());
        let (wake, moved, begun) = {
            let mut state = lock(&self.inner.state);
            let Some(swarm) = state.swarm.as_mut().filter(|it| it.id == cluster) else {
                return Next::Never;
            };
            let before = swarm.index;
            let (events, wake) = swarm.step(&place, now);
            state.allocate_tasks();
            self.publish(events);
            let Some(swarm) = state.swarm.as_ref() else {
                return Next::Never;
            };
            let mut mesh = lock(&self.inner.mesh);
            let begun: Vec<String> = swarm
                .tasks
                .values()
                .filter(|it| it.status.state == TaskState::Assigned)
                .filter(|it| mesh.agents.insert(it.id.clone()))
                .map(|it| it.id.clone())
                .collect();
            (wake, swarm.index != before, begun)
        };
        for id in begun {
            let daemon = self.clone();
            tokio::spawn(async move {
                daemon.run_task(&id).await;
                lock(&daemon.inner.mesh).agents.remove(&id);
            });
        }
        self.sweep();
        self.refresh_mesh();
        if moved {
            self.inner.changed.send_modify(|count| *count += 1);
        }
        wake.map_or(Next::Change, Next::At)
    }

    /// Removes the containers of the tasks that are forgotten.
    fn sweep(&self) {
        let state = self.state();
        let Some(swarm) = &state.swarm else { return };
        let known = |it: &Container| {
            it.labels()
                .get("com.docker.swarm.task.id")
                .is_some_and(|id| swarm.tasks.contains_key(id))
        };
        for container in state
            .containers
            .values()
            .filter(|it| it.is_task() && !known(it))
        {
            if !lock(&self.inner.mesh).agents.insert(container.id.clone()) {
                continue;
            }
            let (daemon, id) = (self.clone(), container.id.clone());
            tokio::spawn(async move {
                // Removed by hand meanwhile: what was wanted.
                let _ = daemon.remove_container(&id, true, true).await;
                lock(&daemon.inner.mesh).agents.remove(&id);
            });
        }
    }

    fn task(&self, id: &str) -> Option<Arc<Task>> {
        lock(&self.inner.state)
            .swarm
            .as_ref()?
            .tasks
            .get(id)
            .cloned()
    }

    /// Tells how a task is.
    fn report(&self, id: &str, edit: impl FnOnce(&mut Task)) {
        let now = self.now();
        if let Some(swarm) = &mut lock(&self.inner.state).swarm {
            swarm.edit_task(id, now, edit);
        }
        self.inner.changed.send_modify(|count| *count += 1);
    }

    fn reach(&self, id: &str, state: TaskState, message: &str) {
        let now = self.now();
        self.report(id, |it| it.set(state, message, now));
    }

    /// Takes a task from its assignment to its end.
    async fn run_task(&self, id: &str) {
        let stop = match self.bring_up(id).await {
            Ok(container) => return self.attend(id, &container).await,
            Err(stop) => stop,
        };
        let now = self.now();
        self.report(id, |it| match stop {
            Stop::Unwanted => it.set(TaskState::Shutdown, "shutdown", now),
            Stop::Broken(why) => {
                it.status.state = if it.status.state < TaskState::Starting {
                    TaskState::Rejected
                } else {
                    TaskState::Failed
                };
                it.status.error = why;
                it.status.at = now;
            }
        });
    }

    /// Prepares and starts its container; the container's identifier.
    async fn bring_up(&self, id: &str) -> Result<String, Stop> {
        self.reach(id, TaskState::Accepted, "accepted");
        self.reach(id, TaskState::Preparing, "preparing");
        let task = self.task(id).ok_or(Stop::Unwanted)?;
        if task.desired > TaskState::Complete {
            return Err(Stop::Unwanted);
        }
        self.fetch_image(&task).await?;
        let container = self.make_task_container(&task)?;
        let now = self.now();
        self.report(id, |it| {
            it.set(TaskState::Ready, "prepared", now);
            it.status.container = Some(TaskContainer {
                id: container.clone(),
                pid: 0,
                code: 0,
            });
        });
        let goal = self
            .until(id, |it| it.desired != TaskState::Ready)
            .await
            .ok_or(Stop::Unwanted)?;
        if goal.desired > TaskState::Complete {
            return Err(Stop::Unwanted);
        }
        self.reach(id, TaskState::Starting, "starting");
        self.launch(&container, false).await.map_err(|fault| {
            Stop::Broken(format!("starting container failed: {}", fault.message))
        })?;
        self.until_healthy(id, &container).await?;
        let now = self.now();
        let started = self.container(&container).ok();
        let pid = started.as_ref().and_then(|it| it.pid).map_or(0, |it| it.0);
        let ports = started
            .map(|it| super::task_container::host_ports(&it, &task.endpoint))
            .unwrap_or_default();
        self.report(id, |it| {
            it.set(TaskState::Running, "started", now);
            it.status.container = Some(TaskContainer {
                id: container.clone(),
                pid,
                code: 0,
            });
            it.status.ports = ports;
        });
        Ok(container)
    }

    /// Waits until a task is so; `None` when it is forgotten.
    async fn until(&self, id: &str, wanted: impl Fn(&Task) -> bool) -> Option<Arc<Task>> {
        let mut changed = self.inner.changed.subscribe();
        loop {
            changed.borrow_and_update();
            let task = self.task(id)?;
            if wanted(&task) {
                return Some(task);
            }
            changed.changed().await.ok()?;
        }
    }

    /// With a health check, a task runs once the container is healthy.
    async fn until_healthy(&self, id: &str, container: &str) -> Result<(), Stop> {
        let mut changed = self.inner.changed.subscribe();
        loop {
            changed.borrow_and_update();
            let Ok(found) = self.container(container) else {
                return Ok(());
            };
            match found.health.as_ref().map(|it| it.status) {
                Some("starting") if found.is_running() => {}
                Some("unhealthy") => return Err(self.unhealthy(id, container).await),
                _ => return Ok(()),
            }
            if self
                .task(id)
                .is_none_or(|it| it.desired > TaskState::Complete)
            {
                return Ok(());
            }
            if changed.changed().await.is_err() {
                return Ok(());
            }
        }
    }

    async fn unhealthy(&self, id: &str, container: &str) -> Stop {
        self.stop_task(id, container).await;
        let code = self.container(container).map_or(137, |it| it.exit_code);
        Stop::Broken(format!(
            "task: non-zero exit ({code}): dockerexec: unhealthy container"
        ))
    }

    /// Stops its container as the wish says.
    async fn stop_task(&self, id: &str, container: &str) {
        let grace = self
            .task(id)
            .and_then(|it| it.container_spec()["StopGracePeriod"].as_u64())
            .map_or(GRACE, Duration::from_nanos);
        let seconds = i64::try_from(grace.as_secs()).unwrap_or(i64::MAX);
        // One that does not run has no need of it.
        let _ = self.stop_container(container, "", Some(seconds)).await;
    }

    /// Watches a running task to its end.
    async fn attend(&self, id: &str, container: &str) {
        let mut changed = self.inner.changed.subscribe();
        let mut last = None;
        loop {
            changed.borrow_and_update();
            let task = self.task(id);
            let now = self.now();
            let found = self.container(container).ok();
            let code = found
                .as_ref()
                .map(|it| it.exit_code)
                .or(last)
                .unwrap_or(137);
            if task
                .as_ref()
                .is_none_or(|it| it.desired > TaskState::Complete)
            {
                self.stop_task(id, container).await;
                let now = self.now();
                let code = self.container(container).map_or(code, |it| it.exit_code);
                self.report(id, |it| {
                    it.set(TaskState::Shutdown, "shutdown", now);
                    it.ended_with(code);
                });
                return;
            }
            let unhealthy = found.as_ref().is_some_and(|it| {
                it.is_running()
                    && it
                        .health
                        .as_ref()
                        .is_some_and(|it| it.status == "unhealthy")
            });
            let running = found
                .as_ref()
                .is_some_and(|it| it.is_running() || it.state == ContainerState::Created);
            if unhealthy {
                let why = match self.unhealthy(id, container).await {
                    Stop::Broken(why) => why,
                    Stop::Unwanted => String::new(),
                };
                let now = self.now();
                self.report(id, |it| it.fail(why, 137, now));
                return;
            }
            if !running {
                // A container that was removed while it ran was killed first.
                let code = if found.is_none() { 137 } else { code };
                self.report(id, |it| {
                    if code == 0 {
                        it.set(TaskState::Complete, "finished", now);
                        it.ended_with(0);
                    } else {
                        it.fail(format!("task: non-zero exit ({code})"), code, now);
                    }
                });
                return;
            }
            last = found.map(|it| it.exit_code);
            if changed.changed().await.is_err() {
                return;
            }
        }
    }

    /// Pulls its image, unless it is there.
    async fn fetch_image(&self, task: &Task) -> Outcome<()> {
        let image = task.container_spec()["Image"].as_str().unwrap_or_default();
        if lock(&self.inner.state).image(image).is_ok() {
            return Ok(());
        }
        let missing = || Fault::not_found(format!("No such image: {image}"));
        let mut progress = self
            .pull(image, default_tag(image))
            .await
            .map_err(|_| missing())?;
        while let Some(message) = progress.recv().await {
            if let Some(error) = message["error"].as_str() {
                return Err(Fault::internal(error));
            }
        }
        Ok(())
    }
}

/// `latest` for a name without tag nor digest: a pull without a tag would be of all of them.
fn default_tag(image: &str) -> &'static str {
    let last = image.rsplit('/').next().unwrap_or(image);
    if last.contains([':', '@']) {
        ""
    } else {
        "latest"
    }
}

impl Task {
    fn ended_with(&mut self, code: i64) {
        if let Some(container) = &mut self.status.container {
            container.pid = 0;
            container.code = code;
        }
        self.status.ports.clear();
    }

    fn fail(&mut self, why: String, code: i64, now: SystemTime) {
        self.set(TaskState::Failed, "started", now);
        self.status.error = why;
        self.ended_with(code);
    }
}

impl Swarm {
    /// What holds the contents of a task's files, by identifier.
    pub(super) fn file(&self, kind: super::BlobKind, reference: &Value) -> Option<&super::Blob> {
        let field = if kind == super::BlobKind::Secret {
            "SecretID"
        } else {
            "ConfigID"
        };
        self.blobs(kind)
            .get(reference[field].as_str()?)
            .map(std::convert::AsRef::as_ref)
    }
}
