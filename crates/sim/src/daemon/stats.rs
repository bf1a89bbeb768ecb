//! `docker stats`.

use serde_json::{Map, Value, json};

use super::container::Container;
use super::time::{NEVER, rfc3339};
use super::{Daemon, Outcome};
use crate::kernel::{DISK, Traffic};

/// What the CPU counters said, to compute the next sample from.
#[derive(Debug, Clone, Default)]
pub struct Sample {
    read: String,
    cpu: Value,
}

impl Daemon {
    /// A sample of a container's counters, after the one before it. The flag leaves the name out,
    /// as dockerd does for `one-shot`.
    pub fn stats(&self, key: &str, before: &Sample, one_shot: bool) -> Outcome<(Value, Sample)> {
        let container = self.container(key)?;
        let read = if container.pid.is_some() {
            rfc3339(self.now())
        } else {
            NEVER.to_owned()
        };
        let cpu = self.cpu(&container);
        let memory = self.memory(&container);
        let pids = container.pid.map_or_else(
            || json!({}),
            |pid| {
                let most = super::start_kernel::limits(&container).pids;
                json!({
                    "current": self.inner.kernel.processes_of(pid).len(),
                    "limit": most.unwrap_or(u64::MAX),
                })
            },
        );
        let mut document = json!({
            "read": read,
            "preread": if before.read.is_empty() { NEVER } else { &before.read },
            "pids_stats": pids,
            "blkio_stats": {
                "io_service_bytes_recursive": self.written(&container), "io_serviced_recursive": null,
                "io_queue_recursive": null, "io_service_time_recursive": null,
                "io_wait_time_recursive": null, "io_merged_recursive": null,
                "io_time_recursive": null, "sectors_recursive": null,
            },
            "num_procs": 0,
            "storage_stats": {},
            "cpu_stats": cpu,
            "precpu_stats": if before.cpu.is_null() { idle() } else { before.cpu.clone() },
            "memory_stats": memory,
        });
        let networks = self.networks(&container);
        if let Some(fields) = document.as_object_mut() {
            if !one_shot {
                fields.insert("name".into(), json!(format!("/{}", container.name)));
                fields.insert("id".into(), json!(container.id));
            }
            if !networks.is_empty() {
                fields.insert("networks".into(), Value::Object(networks));
            }
        }
        let sample = Sample {
            read,
            cpu: document["cpu_stats"].clone(),
        };
        Ok((document, sample))
    }

    /// What each card counted: those of the network namespace it is in, its own or another
    /// container's. The host's are not counted.
    fn networks(&self, container: &Container) -> Map<String, Value> {
        let cards = container.pid.map(|pid| self.inner.kernel.traffic_of(pid));
        let entry = |(index, it): (usize, Traffic)| {
            let counters = json!({
                "rx_bytes": it.rx_bytes, "rx_packets": it.rx_packets,
                "rx_errors": 0, "rx_dropped": 0,
                "tx_bytes": it.tx_bytes, "tx_packets": it.tx_packets,
                "tx_errors": 0, "tx_dropped": 0,
            });
            (format!("eth{index}"), counters)
        };
        cards.into_iter().flatten().enumerate().map(entry).collect()
    }

    /// What was written to the disk; nothing is said of one that was not used.
    fn written(&self, container: &Container) -> Value {
        let written = container
            .pid
            .map_or((0, 0), |pid| self.inner.kernel.written_by(pid));
        let (bytes, writes) = written;
        if writes == 0 {
            return Value::Null;
        }
        let (major, minor) = DISK;
        json!([
            {"major": major, "minor": minor, "op": "read", "value": 0},
            {"major": major, "minor": minor, "op": "write", "value": bytes},
        ])
    }

    fn cpu(&self, container: &Container) -> Value {
        let Some(pid) = container.pid else {
            return idle();
        };
        let nanos = |it: std::time::Duration| u64::try_from(it.as_nanos()).unwrap_or(u64::MAX);
        let total = nanos(self.inner.kernel.cpu_of(pid));
        let (periods, throttled, throttled_for) = self.inner.kernel.throttling_of(pid);
        let cpus = self.inner.kernel.options().cpus;
        let up = self
            .now()
            .duration_since(self.inner.booted)
            .unwrap_or_default();
        json!({
            "cpu_usage": {
                "total_usage": total,
                "usage_in_kernelmode": total / 4,
                "usage_in_usermode": total - total / 4,
            },
            "system_cpu_usage": nanos(up).saturating_mul(u64::from(cpus)),
            "online_cpus": cpus,
            "throttling_data": {
                "periods": periods,
                "throttled_periods": throttled,
                "throttled_time": nanos(throttled_for),
            },
        })
    }

    fn memory(&self, container: &Container) -> Value {
        let Some(pid) = container.pid else {
            return json!({});
        };
        let usage = self.inner.kernel.memory_of(pid);
        let limit = super::start_kernel::limits(container).memory;
        json!({
            "usage": usage,
            "stats": {
                "active_anon": 0, "active_file": 0, "anon": usage, "file": 0,
                "inactive_anon": usage, "inactive_file": 0, "pgfault": 0, "pgmajfault": 0,
                "slab": 0, "unevictable": 0,
            },
            "limit": limit.unwrap_or(self.inner.kernel.options().memory),
        })
    }
}

fn idle() -> Value {
    json!({
        "cpu_usage": {"total_usage": 0, "usage_in_kernelmode": 0, "usage_in_usermode": 0},
        "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
    })
}
