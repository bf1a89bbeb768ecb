//! Stop, kill, restart, pause, rename, update, resize, remove, prune.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::config::{number, text, validate_resources, validate_restart};
use super::container::Container;
use super::{Daemon, Fault, Filters, ListOptions, Op, Outcome, lock};
use crate::kernel::{Signal, WinSize};
use domain::ContainerState;

/// How long `docker stop` waits before it kills, when nothing says so.
const PATIENCE: i64 = 10;
/// How long a killed container may take to be gone.
const DEATH: Duration = Duration::from_secs(10);

impl Daemon {
    /// `docker stop`: a signal, and after so many seconds (-1: never) another that cannot be
    /// refused.
    pub async fn stop_container(
        &self,
        key: &str,
        signal: &str,
        seconds: Option<i64>,
    ) -> Outcome<()> {
        let container = self.container(key)?;
        if !container.is_running() {
            return Err(Fault::not_modified());
        }
        let signal = stop_signal(&container, signal)?;
        self.stop(&container, signal, seconds).await;
        let stopped = self.container(&container.id).unwrap_or(container);
        self.note(&stopped, "stop", &[]);
        Ok(())
    }

    async fn stop(&self, container: &Arc<Container>, signal: Signal, seconds: Option<i64>) {
        let id = &container.id;
        let _ = self.apply(Op::StoppedByHand {
            id: id.clone(),
            yes: true,
        });
        let configured = container.config.get("StopTimeout").and_then(Value::as_i64);
        let seconds = seconds.or(configured).unwrap_or(PATIENCE);
        self.send_signal(container, signal);
        let wait = match u64::try_from(seconds) {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => Duration::MAX,
        };
        if !self.wait_end(id, wait).await {
            self.kill_for_good(id).await;
        }
    }

    /// Sends a signal to PID 1 and tells.
    fn send_signal(&self, container: &Container, signal: Signal) {
        if let Some(pid) = container.pid {
            self.note(container, "kill", &[("signal", signal.0.to_string())]);
            let configured = text(&container.config, "StopSignal");
            let thaws = container.state == ContainerState::Paused
                && (configured.is_empty()
                    || signal == Signal::KILL
                    || Signal::parse(configured) == Some(signal));
            if thaws {
                let _ = self.apply(Op::Frozen {
                    id: container.id.clone(),
                    yes: false,
                });
            }
            // A process that is gone has no need of it.
            let _ = self.inner.kernel.kill(pid, signal);
            // A frozen one gets it once it is thawed.
            if thaws {
                self.inner.kernel.freeze(pid, false);
            }
        }
    }

    /// `SIGKILL`, and waits for the end.
    pub(super) async fn kill_for_good(&self, id: &str) {
        let Ok(container) = self.container(id) else {
            return;
        };
        if let Some(pid) = container.pid {
            self.send_signal(&container, Signal::KILL);
            self.inner.kernel.freeze(pid, false);
        }
        self.wait_end(id, DEATH).await;
    }

    /// Waits until it does not run; whether that came in time.
    pub(super) async fn wait_end(&self, id: &str, wait: Duration) -> bool {
        let mut changed = self.inner.changed.subscribe();
        let ended = async {
            while self.container(id).is_ok_and(|it| it.is_running()) {
                if changed.changed().await.is_err() {
                    break;
                }
            }
        };
        if wait == Duration::MAX {
            ended.await;
            return true;
        }
        tokio::time::timeout(wait, ended).await.is_ok()
    }

    /// `docker kill`.
    pub async fn kill_container(&self, key: &str, signal: &str) -> Outcome<()> {
        let container = self
            .container(key)
            .map_err(|fault| fault.context(&cannot_kill(key)))?;
        let signal = if signal.is_empty() {
            Signal::KILL
        } else {
            parse_signal(signal).map_err(|fault| fault.context(&cannot_kill(key)))?
        };
        if !container.is_running() {
            return Err(Fault::conflict(format!(
                "{}container {} is not running",
                cannot_kill(key),
                container.id
            )));
        }
        if signal == Signal::KILL
            || Signal::parse(text(&container.config, "StopSignal")) == Some(signal)
        {
            self.apply(Op::StoppedByHand {
                id: container.id.clone(),
                yes: true,
            })?;
        }
        if signal == Signal::KILL {
            self.kill_for_good(&container.id).await;
        } else {
            self.send_signal(&container, signal);
        }
        Ok(())
    }

    /// `docker restart`.
    pub async fn restart_container(
        &self,
        key: &str,
        signal: &str,
        seconds: Option<i64>,
    ) -> Outcome<()> {
        let container = self.container(key)?;
        if container.is_running() {
            let signal = stop_signal(&container, signal)?;
            // A container of `docker run --rm` survives its restart.
            let kept = container.auto_remove();
            if kept {
                self.set_auto_remove(&container, false)?;
            }
            self.stop(&container, signal, seconds).await;
            let stopped = self.container(&container.id)?;
            self.note(&stopped, "stop", &[]);
            if kept {
                self.set_auto_remove(&container, true)?;
            }
        }
        self.launch(&container.id, false).await?;
        let restarted = self.container(&container.id)?;
        self.note(&restarted, "restart", &[]);
        Ok(())
    }

    fn set_auto_remove(&self, container: &Container, yes: bool) -> Outcome<()> {
        let mut host = (*container.host).clone();
        host.insert("AutoRemove".into(), json!(yes));
        let now = self.now();
        // Nobody asked for it: no event is told.
        lock(&self.inner.state).apply(
            Op::Update {
                id: container.id.clone(),
                host,
            },
            now,
        )?;
        Ok(())
    }

    /// `docker pause` and `docker unpause`.
    pub fn freeze_container(&self, key: &str, frozen: bool) -> Outcome<()> {
        let container = self.container(key)?;
        let id = &container.id;
        let refused = match (container.state, frozen) {
            (ContainerState::Running, true) | (ContainerState::Paused, false) => None,
            (ContainerState::Paused, true) => Some(format!("Container {id} is already paused")),
            (ContainerState::Restarting, true) => Some(format!(
                "Container {id} is restarting, wait until the container is running"
            )),
            (_, true) => Some(format!("Container {id} is not running")),
            (_, false) => Some(format!("Container {id} is not paused")),
        };
        if let Some(message) = refused {
            return Err(Fault::conflict(message));
        }
        if let Some(pid) = container.pid {
            self.inner.kernel.freeze(pid, frozen);
        }
        self.apply(Op::Frozen {
            id: id.clone(),
            yes: frozen,
        })
    }

    /// `docker rename`.
    pub fn rename_container(&self, key: &str, name: &str) -> Outcome<()> {
        if name.is_empty() {
            return Err(Fault::invalid("Neither old nor new names may be empty"));
        }
        let container = self.container(key)?;
        let name = name.strip_prefix('/').unwrap_or(name).to_owned();
        self.apply(Op::Rename {
            id: container.id.clone(),
            name,
        })?;
        self.refresh_dns(&container.endpoints);
        Ok(())
    }

    /// `docker update`.
    pub fn update_container(&self, key: &str, changes: &Value) -> Outcome<Vec<String>> {
        let container = self.container(key)?;
        let mut host: Map<String, Value> = (*container.host).clone();
        for (name, value) in changes.as_object().into_iter().flatten() {
            let unset = match value {
                Value::String(text) => text.is_empty(),
                Value::Number(number) => number.as_i64() == Some(0),
                Value::Object(fields) => fields.get("Name").is_none_or(|it| it == ""),
                Value::Null | Value::Array(_) | Value::Bool(_) => true,
            };
            if host.contains_key(name) && !unset {
                host.insert(name.clone(), value.clone());
            }
        }
        let (memory, swap) = (number(&host, "Memory"), number(&host, "MemorySwap"));
        let given = changes
            .get("MemorySwap")
            .and_then(Value::as_i64)
            .unwrap_or(0);
        if memory > 0 && swap > 0 && given == 0 && memory > swap {
            return Err(Fault::invalid(format!(
                "Cannot update container {}: Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
                container.id
            )));
        }
        validate_restart(&host)?;
        validate_resources(&host, self.inner.kernel.options().cpus)?;
        self.apply(Op::Update {
            id: container.id.clone(),
            host,
        })?;
        let updated = self.container(&container.id)?;
        if let Some(pid) = updated.pid {
            self.inner
                .kernel
                .set_limits(pid, super::start_kernel::limits(&updated));
        }
        Ok(Vec::new())
    }

    /// Changes the size of its terminal.
    pub fn resize_container(&self, key: &str, size: WinSize) -> Outcome<()> {
        let container = self.container(key)?;
        let Some(pid) = container.pid else {
            return Err(Fault::conflict(format!(
                "container {} is not running",
                container.id
            )));
        };
        self.inner.kernel.resize(pid, size);
        let extra = [
            ("height", size.rows.to_string()),
            ("width", size.cols.to_string()),
        ];
        self.note(&container, "resize", &extra);
        Ok(())
    }

    /// `docker rm`.
    pub async fn remove_container(&self, key: &str, force: bool, volumes: bool) -> Outcome<()> {
        let container = self.container(key)?;
        if container.is_running() {
            if !force {
                let why = match container.state {
                    ContainerState::Paused => "container is paused and must be unpaused first",
                    ContainerState::Restarting => {
                        "container is restarting: stop the container before removing or force remove"
                    }
                    _ => "container is running: stop the container before removing or force remove",
                };
                return Err(Fault::conflict(format!(
                    "cannot remove container \"{key}\": {why}"
                )));
            }
            self.apply(Op::StoppedByHand {
                id: container.id.clone(),
                yes: true,
            })?;
            self.kill_for_good(&container.id).await;
        }
        match self.container(&container.id) {
            Ok(container) => self.forget(&container, volumes),
            // `--rm` was faster.
            Err(_) if container.auto_remove() => {}
            Err(fault) => return Err(fault),
        }
        Ok(())
    }

    /// `docker rm --link parent/alias`.
    pub fn remove_link(&self, key: &str) -> Outcome<()> {
        let state = self.state();
        state.container(key)?;
        let name = key.strip_prefix('/').unwrap_or(key);
        let Some((parent, _)) = name.rsplit_once('/') else {
            return Err(Fault::internal(
                "Conflict, cannot remove the default link name of the container",
            ));
        };
        let (parent, _, link) = state.link(name).ok_or_else(|| {
            Fault::internal(format!("Cannot get parent /{parent} for link name /{name}"))
        })?;
        self.apply(Op::Unlink {
            id: parent.id.clone(),
            link,
        })
    }

    /// `docker container prune`: identifiers, and the bytes given back.
    pub fn prune_containers(&self, filters: &Filters) -> Outcome<(Vec<String>, u64)> {
        filters.only(&["label", "label!", "until"])?;
        let until = filters
            .get("until")
            .first()
            .map(|it| parse_until(it, self.now()))
            .transpose()?;
        let mut labels = Filters::default();
        for name in ["label", "label!"] {
            filters
                .get(name)
                .iter()
                .for_each(|value| labels.add(name, value));
        }
        let state = self.state();
        let options = ListOptions {
            all: true,
            ..ListOptions::default()
        };
        let mut deleted = Vec::new();
        let mut reclaimed = 0;
        for container in super::list::select(&state, &options)? {
            let old = until.is_none_or(|until| container.created < until);
            if container.is_running() || !old || !labels.labels(&container.labels()) {
                continue;
            }
            reclaimed += lock(&container.root).upper_size();
            self.forget(&container, false);
            deleted.push(container.id.clone());
        }
        self.tell_pruned("container", reclaimed);
        Ok((deleted, reclaimed))
    }
}

fn cannot_kill(key: &str) -> String {
    format!("cannot kill container: {key}: ")
}

fn parse_signal(word: &str) -> Outcome<Signal> {
    if word.parse::<i64>().is_ok_and(|number| number > 64) {
        return Err(Fault::invalid(format!(
            "the linux daemon does not support signal {word}"
        )));
    }
    Signal::parse(word).ok_or_else(|| Fault::invalid(format!("invalid signal: {word}")))
}

fn stop_signal(container: &Container, asked: &str) -> Outcome<Signal> {
    if !asked.is_empty() {
        return parse_signal(asked);
    }
    Ok(Signal::parse(text(&container.config, "StopSignal")).unwrap_or(Signal::TERM))
}

/// `until` of a prune: a time, or a Go duration before now.
pub(super) fn parse_until(
    text: &str,
    now: std::time::SystemTime,
) -> Outcome<std::time::SystemTime> {
    if let Some(time) = super::time::parse(text) {
        return Ok(time);
    }
    let mut seconds = 0.0;
    let mut number = String::new();
    let mut valid = !text.is_empty();
    for character in text.chars() {
        if character.is_ascii_digit() || character == '.' {
            number.push(character);
            continue;
        }
        let unit = match character {
            'h' => 3600.0,
            'm' => 60.0,
            's' => 1.0,
            _ => {
                valid = false;
                0.0
            }
        };
        match number.parse::<f64>() {
            Ok(value) => seconds += value * unit,
            Err(_) => valid = false,
        }
        number.clear();
    }
    let duration = Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|_| valid && number.is_empty());
    duration
        .and_then(|it| now.checked_sub(it))
        .ok_or_else(|| Fault::invalid(format!("invalid filter 'until={text}'")))
}
