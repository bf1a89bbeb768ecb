//! What happens to a container that is there: starts, ends, pauses, health…

use std::sync::Arc;
use std::time::SystemTime;

use serde_json::json;

use super::Outcome;
use super::container::Container;
use super::event::Event;
use super::op::{Op, container_event, network_event, volume_event};
use super::state::State;
use domain::ContainerState;

impl State {
    fn network_events(&self, id: &str, action: &str, now: SystemTime) -> Vec<Event> {
        let ends = self
            .containers
            .get(id)
            .into_iter()
            .flat_map(|it| it.endpoints.values());
        ends.filter(|end| !end.endpoint_id.is_empty() && !end.implicit)
            .filter_map(|end| self.networks.get(&end.network_id))
            .map(|network| network_event(network, action, Some(id), now))
            .collect()
    }

    /// The volumes of a container that starts are mounted.
    fn mount_events(&self, id: &str, now: SystemTime) -> Vec<Event> {
        let mounts = self
            .containers
            .get(id)
            .into_iter()
            .flat_map(|it| &it.mounts);
        mounts
            .filter(|mount| !mount.name.is_empty())
            .map(|mount| {
                let extra = [
                    ("container", id.to_owned()),
                    ("destination", mount.destination.clone()),
                    ("propagation", mount.propagation.clone()),
                    ("read/write", mount.writable.to_string()),
                ];
                volume_event(&mount.name, "mount", &extra, now)
            })
            .collect()
    }

    /// The volumes of a container that ended are unmounted.
    fn unmount_events(&self, id: &str, now: SystemTime) -> Vec<Event> {
        let mounts = self
            .containers
            .get(id)
            .into_iter()
            .flat_map(|it| &it.mounts);
        mounts
            .filter(|mount| !mount.name.is_empty())
            .map(|mount| {
                let extra = [("container", id.to_owned())];
                volume_event(&mount.name, "unmount", &extra, now)
            })
            .collect()
    }

    /// Does to a container what [`Op`] says, the operations of [`State::apply`] itself apart.
    pub(super) fn change(&mut self, op: Op, now: SystemTime) -> Outcome<Vec<Event>> {
        match op {
            Op::Plugged {
                id,
                endpoints,
                ports,
                sandbox,
            } => {
                self.edit(&id, |it| {
                    it.endpoints = endpoints;
                    it.ports = ports;
                    it.sandbox = sandbox;
                })?;
                let mut events = self.network_events(&id, "connect", now);
                events.extend(self.mount_events(&id, now));
                Ok(events)
            }
            Op::Named {
                id,
                hostname,
                domain,
            } => self.edit(&id, |it| it.take_name(&hostname, &domain)),
            Op::Started { id, pid, by_policy } => self.edit(&id, |it| {
                it.state = ContainerState::Running;
                it.pid = Some(pid);
                it.exit_code = 0;
                it.error.clear();
                it.oom_killed = false;
                it.started = Some(now);
                it.stopped_by_hand = false;
                it.restarts = if by_policy { it.restarts + 1 } else { 0 };
                vec![container_event(it, "start", &[], now)]
            }),
            Op::StartFailed { id, code, error } => self.start_failed(&id, code, error, now),
            Op::StoppedByHand { id, yes } => {
                self.edit(&id, |it| it.stopped_by_hand = yes)?;
                Ok(Vec::new())
            }
            Op::Died {
                id,
                code,
                oom,
                restarts,
            } => self.died(&id, code, oom, restarts, now),
            Op::GaveUp(id) => self.edit(&id, |it| {
                if it.state == ContainerState::Restarting {
                    it.state = ContainerState::Exited;
                }
                Vec::new()
            }),
            Op::Frozen { id, yes } => self.edit(&id, |it| {
                it.state = if yes {
                    ContainerState::Paused
                } else {
                    ContainerState::Running
                };
                vec![container_event(
                    it,
                    if yes { "pause" } else { "unpause" },
                    &[],
                    now,
                )]
            }),
            Op::Update { id, host } => self.edit(&id, |it| {
                it.host = Arc::new(host);
                vec![container_event(it, "update", &[], now)]
            }),
            Op::Unlink { id, link } => self.edit(&id, |it| {
                let mut links = it.links();
                links.retain(|known| *known != link);
                it.set_links(&links);
                Vec::new()
            }),
            Op::Health { id, health } => self.edit(&id, |it| {
                let before = it.health.as_ref().map(|it| it.status);
                it.health = health;
                let after = it.health.as_ref().map(|it| it.status);
                match after {
                    Some(status) if before.is_some() && before != after && status != "starting" => {
                        vec![container_event(
                            it,
                            format!("health_status: {status}"),
                            &[],
                            now,
                        )]
                    }
                    _ => Vec::new(),
                }
            }),
            Op::Exec { id, exec, running } => self.edit(&id, |it| {
                it.execs.retain(|known| *known != exec);
                if running {
                    it.execs.push(exec);
                }
                Vec::new()
            }),
            _ => Ok(Vec::new()),
        }
    }

    fn died(
        &mut self,
        id: &str,
        code: i64,
        oom: bool,
        restarts: bool,
        now: SystemTime,
    ) -> Outcome<Vec<Event>> {
        let mut events = self.edit(id, |it| {
            let ran = it.started.and_then(|from| now.duration_since(from).ok());
            let seconds = ran.map_or(0, |it| it.as_secs());
            let extra = [
                ("exitCode", code.to_string()),
                ("execDuration", seconds.to_string()),
            ];
            it.state = if restarts {
                ContainerState::Restarting
            } else {
                ContainerState::Exited
            };
            it.pid = None;
            it.exit_code = code;
            it.oom_killed = oom;
            it.finished = Some(now);
            it.execs.clear();
            let mut events = Vec::new();
            if oom {
                events.push(container_event(it, "oom", &[], now));
            }
            events.push(container_event(it, "die", &extra, now));
            events
        })?;
        let unplugged = self.network_events(id, "disconnect", now);
        // A die comes before the network is taken down.
        events.extend(unplugged);
        events.extend(self.unmount_events(id, now));
        self.edit(id, Container::unplug)?;
        Ok(events)
    }

    fn start_failed(
        &mut self,
        id: &str,
        code: i64,
        error: String,
        now: SystemTime,
    ) -> Outcome<Vec<Event>> {
        let mut events = self.network_events(id, "disconnect", now);
        events.extend(self.unmount_events(id, now));
        self.edit(id, |it| {
            it.error = error;
            it.exit_code = code;
            it.pid = None;
            if it.state == ContainerState::Restarting {
                it.state = ContainerState::Exited;
                it.finished = Some(now);
            }
            it.unplug();
            if code >= 126 {
                let extra = [
                    ("exitCode", code.to_string()),
                    ("execDuration", "0".to_owned()),
                ];
                events.push(container_event(it, "die", &extra, now));
            }
        })?;
        Ok(events)
    }
}

impl Container {
    /// Makes it one that does not run, as when the machine stops under it.
    pub(super) fn power_off(&mut self) {
        self.state = ContainerState::Exited;
        self.pid = None;
        self.execs.clear();
        self.unplug();
    }

    fn take_name(&mut self, hostname: &str, domain: &str) -> Vec<Event> {
        let config = Arc::make_mut(&mut self.config);
        config.insert("Hostname".into(), json!(hostname));
        config.insert("Domainname".into(), json!(domain));
        Vec::new()
    }

    /// Forgets what was given while it ran.
    fn unplug(&mut self) {
        self.ports.clear();
        self.sandbox.clear();
        for end in self.endpoints.values_mut() {
            end.endpoint_id.clear();
            end.address = None;
            end.prefix = 0;
            end.gateway = None;
            end.address6 = None;
            end.prefix6 = 0;
            end.gateway6 = None;
            end.mac.clear();
        }
    }
}
