//! What follows a start: output to log and listeners, the end, restarts, `--rm`.

use std::sync::Arc;
use std::time::Duration;

use super::container::Container;
use super::streams::{Source, pump};
use super::{Daemon, Live, Op, lock};
use crate::kernel::{Started, WaitStatus};
use domain::ContainerState;

/// First wait before a restart; it doubles at each, up to [`LONGEST`].
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(60);
/// A run at least this long makes the wait short again.
const STEADY: Duration = Duration::from_secs(10);
/// How long what was written last may take to reach slow clients.
const DRAIN: Duration = Duration::from_secs(3);

impl Daemon {
    /// Follows the process of a container to its end.
    pub(super) fn supervise(&self, id: &str, started: Started) {
        let live = self.live(id);
        let Started { stdio, exit, .. } = started;
        live.streams.set_input(stdio.stdin);
        let kernel = self.inner.kernel.clone();
        let carry = |source, output| {
            let kernel = kernel.clone();
            let log = Some(Arc::clone(&live.log));
            tokio::spawn(pump(
                source,
                output,
                Arc::clone(&live.streams),
                log,
                move || kernel.now(),
            ))
        };
        let pumps = [
            carry(Source::Stdout, stdio.stdout),
            carry(Source::Stderr, stdio.stderr),
        ];
        let daemon = self.clone();
        let id = id.to_owned();
        tokio::spawn(async move {
            let (status, oom) = exit.await.unwrap_or((WaitStatus::Exited(255), false));
            for pump in pumps {
                let abort = pump.abort_handle();
                if tokio::time::timeout(DRAIN, pump).await.is_err() {
                    abort.abort();
                }
            }
            daemon.ended(&id, &live, status, oom).await;
        });
    }

    async fn ended(&self, id: &str, live: &Arc<Live>, status: WaitStatus, oom: bool) {
        let code = i64::from(status.code());
        live.stop_tasks().await;
        let Ok(container) = self.container(id) else {
            return;
        };
        let restarts = should_restart(&container, code);
        let endpoints = container.endpoints.clone();
        // The container may have been removed meanwhile: there is nothing left to change.
        let _ = self.apply(Op::Died {
            id: id.to_owned(),
            code,
            oom,
            restarts,
        });
        self.refresh_dns(&endpoints);
        live.exits.send_modify(|(count, last)| {
            *count += 1;
            *last = code;
        });
        live.streams.close();
        if restarts {
            let ran = container
                .started
                .and_then(|from| self.now().duration_since(from).ok());
            let steady = ran.is_some_and(|it| it >= STEADY);
            self.restart_later(id, if steady { 0 } else { container.restarts })
                .await;
        } else if container.auto_remove() {
            self.forget(&container, true);
        }
    }

    async fn restart_later(&self, id: &str, tries: u32) {
        let wait = SHORTEST.saturating_mul(1 << tries.min(10)).min(LONGEST);
        let mut changed = self.inner.changed.subscribe();
        let cancelled = async {
            loop {
                let still = self
                    .container(id)
                    .is_ok_and(|it| it.state == ContainerState::Restarting && !it.stopped_by_hand);
                if !still || changed.changed().await.is_err() {
                    break;
                }
            }
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {
                // A failure is in the container's `Error`, and ends the tries.
                let _ = Box::pin(self.launch(id, true)).await;
            }
            () = cancelled => {
                let _ = self.apply(Op::GaveUp(id.to_owned()));
            }
        }
    }

    /// Takes a container that does not run off the lists, with its anonymous volumes.
    pub(super) fn forget(&self, container: &Container, volumes: bool) {
        let live = lock(&self.inner.lives).remove(&container.id);
        if let Some(live) = &live {
            live.abort_tasks();
            live.streams.close();
        }
        lock(&self.inner.execs).retain(|_, exec| exec.container != container.id);
        let folder = format!("/var/lib/docker/containers/{}", container.id);
        let _ = super::volumes::remove_tree(&mut lock(&self.inner.host), &folder, self.now());
        let _ = self.apply(Op::Remove(container.id.clone()));
        if volumes {
            for mount in container.mounts.iter().filter(|it| it.anonymous) {
                // Kept when another container still uses it.
                let _ = self.remove_volume(&mount.name, false);
            }
        }
    }
}

/// What its restart policy says of this end.
fn should_restart(container: &Container, code: i64) -> bool {
    if container.stopped_by_hand {
        return false;
    }
    let (policy, most) = container.restart_policy();
    match policy {
        "always" | "unless-stopped" => true,
        "on-failure" => code != 0 && (most <= 0 || i64::from(container.restarts) < most),
        _ => false,
    }
}
