//! Health checks.

use std::time::Duration;

use bytes::BytesMut;
use serde_json::{Map, Value, json};

use super::container::{Container, Health, Probe};
use super::streams::Source;
use super::{Daemon, Op};
use crate::kernel::{Signal, WaitStatus};

/// Probes that are remembered.
const KEPT: usize = 5;
/// Bytes of a probe's output that are remembered.
const OUTPUT: usize = 4096;

struct Check {
    command: Vec<String>,
    interval: Duration,
    timeout: Duration,
    start_period: Duration,
    start_interval: Duration,
    retries: u32,
}

impl Check {
    fn of(container: &Container) -> Option<Self> {
        let document = container.config.get("Healthcheck")?.as_object()?;
        let test = super::config::texts(document, "Test");
        let (kind, rest) = test.split_first()?;
        let command = match kind.as_str() {
            "CMD" => rest.to_vec(),
            "CMD-SHELL" => vec!["/bin/sh".to_owned(), "-c".to_owned(), rest.first()?.clone()],
            _ => return None,
        };
        let time = |name: &str, default: u64| {
            let nanos = document
                .get(name)
                .and_then(Value::as_u64)
                .filter(|it| *it > 0);
            nanos.map_or(Duration::from_secs(default), Duration::from_nanos)
        };
        let retries = document
            .get("Retries")
            .and_then(Value::as_u64)
            .filter(|it| *it > 0);
        Some(Self {
            command,
            interval: time("Interval", 30),
            timeout: time("Timeout", 30),
            start_period: time("StartPeriod", 0),
            start_interval: time("StartInterval", 5),
            retries: retries.and_then(|it| u32::try_from(it).ok()).unwrap_or(3),
        })
    }
}

impl Daemon {
    /// Checks a container that just started, until it ends.
    pub(super) fn begin_health(&self, id: &str) {
        let Ok(container) = self.container(id) else {
            return;
        };
        let Some(check) = Check::of(&container) else {
            return;
        };
        let health = Health {
            status: "starting",
            streak: 0,
            log: Vec::new(),
        };
        let _ = self.apply(Op::Health {
            id: id.to_owned(),
            health: Some(health),
        });
        let daemon = self.clone();
        let id = id.to_owned();
        let live = self.live(&id);
        let task = tokio::spawn(async move { daemon.check(&id, &check).await });
        live.add_task(task);
    }

    async fn check(&self, id: &str, check: &Check) {
        let began = self.now();
        loop {
            let age = self.now().duration_since(began).unwrap_or_default();
            let Ok(container) = self.container(id) else {
                return;
            };
            let starting = container
                .health
                .as_ref()
                .is_some_and(|it| it.status == "starting");
            let early = starting && age < check.start_period;
            tokio::time::sleep(if early {
                check.start_interval
            } else {
                check.interval
            })
            .await;
            let probe = self.probe_health(id, check).await;
            let age = self.now().duration_since(began).unwrap_or_default();
            let Ok(container) = self.container(id) else {
                return;
            };
            let Some(mut health) = container.health.clone() else {
                return;
            };
            if probe.exit_code == 0 {
                health.streak = 0;
                health.status = "healthy";
            } else if !(health.status == "starting" && age < check.start_period) {
                health.streak += 1;
                if health.streak >= check.retries {
                    health.status = "unhealthy";
                }
            }
            if health.log.len() == KEPT {
                health.log.remove(0);
            }
            health.log.push(probe);
            if self
                .apply(Op::Health {
                    id: id.to_owned(),
                    health: Some(health),
                })
                .is_err()
            {
                return;
            }
        }
    }

    async fn probe_health(&self, id: &str, check: &Check) -> Probe {
        let start = self.now();
        let failed = |output: String, code: i64| Probe {
            start,
            end: self.now(),
            exit_code: code,
            output,
        };
        let Ok(container) = self.container(id) else {
            return failed(String::new(), -1);
        };
        let mut request = Map::new();
        request.insert("Cmd".into(), json!(check.command));
        let spec = match self.exec_spec(&container, &request, None) {
            Ok(spec) => spec,
            Err(fault) => return failed(fault.message, -1),
        };
        let command = check.command.join(" ");
        for action in ["exec_create", "exec_start"] {
            self.note(&container, format!("{action}: {command}"), &[]);
        }
        let mut started = match self.inner.kernel.exec(spec) {
            Ok(started) => started,
            Err(error) => {
                let (why, _) = super::start::runc_words(&error);
                return failed(
                    format!(
                        "OCI runtime exec failed: exec failed: unable to start container process: {why}: unknown"
                    ),
                    -1,
                );
            }
        };
        let mut output = BytesMut::new();
        let run = async {
            loop {
                let (_, chunk) = tokio::select! {
                    Some(chunk) = started.stdio.stdout.recv() => (Source::Stdout, chunk),
                    Some(chunk) = started.stdio.stderr.recv() => (Source::Stderr, chunk),
                    else => break,
                };
                if output.len() < OUTPUT {
                    output.extend_from_slice(&chunk);
                }
            }
            (&mut started.exit)
                .await
                .map_or(WaitStatus::Exited(255), |(status, _)| status)
        };
        let status = tokio::time::timeout(check.timeout, run).await;
        self.note(&container, "exec_die", &[]);
        if let Ok(status) = status {
            output.truncate(OUTPUT);
            failed(
                String::from_utf8_lossy(&output).into_owned(),
                i64::from(status.code()),
            )
        } else {
            let _ = self.inner.kernel.kill(started.pid, Signal::KILL);
            let seconds = check.timeout.as_secs();
            failed(format!("Health check exceeded timeout ({seconds}s)"), -1)
        }
    }
}
