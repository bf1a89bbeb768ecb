//! `docker service logs`: the logs of all tasks, each line with where it comes from.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;

use super::Task;
use crate::daemon::streams::Chunk;
use crate::daemon::{Daemon, Fault, LogOptions, Outcome};

impl Daemon {
    /// The lines of a service's tasks as they come, and whether they are those of a terminal.
    pub fn service_logs(
        &self,
        key: &str,
        options: &LogOptions,
    ) -> Outcome<(bool, mpsc::Receiver<Chunk>)> {
        let service = Arc::clone(self.state().manager()?.service(key)?);
        let tty = service.spec["TaskTemplate"]["ContainerSpec"]["TTY"] == true;
        let tasks = self.state().manager()?.tasks_of(&service.id);
        Ok((tty, self.gather(tasks, Some(service.id.clone()), options)?))
    }

    /// The same of one task.
    pub fn task_logs(
        &self,
        key: &str,
        options: &LogOptions,
    ) -> Outcome<(bool, mpsc::Receiver<Chunk>)> {
        let task = Arc::clone(self.state().manager()?.task(key)?);
        let tty = task.container_spec()["TTY"] == true;
        Ok((tty, self.gather(vec![task], None, options)?))
    }

    fn gather(
        &self,
        tasks: Vec<Arc<Task>>,
        service: Option<String>,
        options: &LogOptions,
    ) -> Outcome<mpsc::Receiver<Chunk>> {
        if !options.stdout && !options.stderr {
            return Err(Fault::invalid(
                "Bad parameters: you must choose at least one stream",
            ));
        }
        let (sender, receiver) = mpsc::channel(64);
        let (daemon, options) = (self.clone(), options.clone());
        tokio::spawn(async move {
            let mut changed = daemon.inner.changed.subscribe();
            let mut known: Vec<String> = Vec::new();
            let mut waiting = tasks;
            loop {
                changed.borrow_and_update();
                for task in waiting.drain(..) {
                    if task.status.container.is_some() && !known.contains(&task.id) {
                        known.push(task.id.clone());
                        daemon.forward(&task, &options, sender.clone());
                    }
                }
                // Tasks to come are followed too.
                let Some(service) = service.as_ref().filter(|_| options.follow) else {
                    return;
                };
                tokio::select! {
                    more = changed.changed() => if more.is_err() { return },
                    () = sender.closed() => return,
                }
                let state = daemon.state();
                match &state.swarm {
                    Some(swarm) if swarm.services.contains_key(service) => {
                        waiting = swarm.tasks_of(service);
                    }
                    _ => return,
                }
            }
        });
        Ok(receiver)
    }

    fn forward(&self, task: &Task, options: &LogOptions, sender: mpsc::Sender<Chunk>) {
        let Some(container) = &task.status.container else {
            return;
        };
        let Ok((_, mut chunks)) = self.logs(
            &container.id,
            LogOptions {
                details: false,
                ..options.clone()
            },
        ) else {
            return;
        };
        let details = options.details.then(|| {
            format!("com.docker.swarm.node.id={},com.docker.swarm.service.id={},com.docker.swarm.task.id={} ", task.node, task.service, task.id)
        });
        let stamped = options.timestamps;
        tokio::spawn(async move {
            while let Some((source, line)) = chunks.recv().await {
                let line = match &details {
                    None => line,
                    Some(details) => with_details(&line, details, stamped),
                };
                if sender.send((source, line)).await.is_err() {
                    return;
                }
            }
        });
    }
}

/// A line with its details, after the time if it has one.
fn with_details(line: &Bytes, details: &str, stamped: bool) -> Bytes {
    let cut = if stamped {
        line.iter()
            .position(|it| *it == b' ')
            .map_or(0, |it| it + 1)
    } else {
        0
    };
    let mut out = BytesMut::with_capacity(line.len() + details.len());
    out.extend_from_slice(&line[..cut]);
    out.extend_from_slice(details.as_bytes());
    out.extend_from_slice(&line[cut..]);
    out.freeze()
}
