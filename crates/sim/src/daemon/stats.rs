//! `docker stats` and `docker top`.

use serde_json::{Value, json};

use super::container::Container;
use super::exec::not_running;
use super::time::{NEVER, rfc3339};
use super::{Daemon, Outcome};
use crate::kernel::ProcessInfo;

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
                "io_service_bytes_recursive": null, "io_serviced_recursive": null,
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
        let plugged = container
            .endpoints
            .values()
            .filter(|it| it.address.is_some())
            .count();
        if let Some(fields) = document.as_object_mut() {
            if !one_shot {
                fields.insert("name".into(), json!(format!("/{}", container.name)));
                fields.insert("id".into(), json!(container.id));
            }
            if plugged > 0 {
                let counters = json!({
                    "rx_bytes": 0, "rx_packets": 0, "rx_errors": 0, "rx_dropped": 0,
                    "tx_bytes": 0, "tx_packets": 0, "tx_errors": 0, "tx_dropped": 0,
                });
                let networks: serde_json::Map<String, Value> = (0..plugged)
                    .map(|index| (format!("eth{index}"), counters.clone()))
                    .collect();
                fields.insert("networks".into(), Value::Object(networks));
            }
        }
        let sample = Sample {
            read,
            cpu: document["cpu_stats"].clone(),
        };
        Ok((document, sample))
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

    /// `docker top`: titles and rows.
    pub fn top(&self, key: &str, arguments: &str) -> Outcome<Value> {
        let container = self.container(key)?;
        let Some(pid) = container.pid else {
            return Err(not_running(&container));
        };
        let processes = self.inner.kernel.processes_of(pid);
        let columns = columns(arguments);
        let titles: Vec<&str> = columns.iter().map(|it| it.title).collect();
        let rows: Vec<Vec<String>> = processes
            .iter()
            .map(|process| columns.iter().map(|it| (it.value)(self, process)).collect())
            .collect();
        self.note(&container, "top", &[]);
        Ok(json!({"Processes": rows, "Titles": titles}))
    }
}

fn idle() -> Value {
    json!({
        "cpu_usage": {"total_usage": 0, "usage_in_kernelmode": 0, "usage_in_usermode": 0},
        "throttling_data": {"periods": 0, "throttled_periods": 0, "throttled_time": 0},
    })
}

struct Column {
    name: &'static str,
    title: &'static str,
    value: fn(&Daemon, &ProcessInfo) -> String,
}

fn clock(time: std::time::Duration) -> String {
    let seconds = time.as_secs();
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

fn start_time(process: &ProcessInfo) -> String {
    rfc3339(process.started)
        .get(11..16)
        .unwrap_or_default()
        .to_owned()
}

fn user(process: &ProcessInfo) -> String {
    if process.uid == 0 {
        "root".to_owned()
    } else {
        process.uid.to_string()
    }
}

fn tty(process: &ProcessInfo) -> String {
    process
        .tty
        .as_ref()
        .map_or("?", |it| it.trim_start_matches("/dev/"))
        .to_owned()
}

const COLUMNS: [Column; 15] = [
    Column {
        name: "uid",
        title: "UID",
        value: |_, it| user(it),
    },
    Column {
        name: "pid",
        title: "PID",
        value: |_, it| it.pid.0.to_string(),
    },
    Column {
        name: "ppid",
        title: "PPID",
        value: |_, it| it.ppid.0.to_string(),
    },
    Column {
        name: "c",
        title: "C",
        value: |_, _| "0".to_owned(),
    },
    Column {
        name: "stime",
        title: "STIME",
        value: |_, it| start_time(it),
    },
    Column {
        name: "tty",
        title: "TTY",
        value: |_, it| tty(it),
    },
    Column {
        name: "time",
        title: "TIME",
        value: |_, it| clock(it.cpu),
    },
    Column {
        name: "cmd",
        title: "CMD",
        value: |_, it| it.argv.join(" "),
    },
    Column {
        name: "user",
        title: "USER",
        value: |_, it| user(it),
    },
    Column {
        name: "comm",
        title: "COMMAND",
        value: |_, it| it.comm.clone(),
    },
    Column {
        name: "args",
        title: "COMMAND",
        value: |_, it| it.argv.join(" "),
    },
    Column {
        name: "stat",
        title: "STAT",
        value: |_, it| it.state.to_string(),
    },
    Column {
        name: "rss",
        title: "RSS",
        value: |_, it| (it.memory / 1024).to_string(),
    },
    Column {
        name: "pcpu",
        title: "%CPU",
        value: |_, _| "0.0".to_owned(),
    },
    Column {
        name: "pmem",
        title: "%MEM",
        value: |daemon, it| {
            let share = it.memory * 1000 / daemon.inner.kernel.options().memory.max(1);
            format!("{}.{}", share / 10, share % 10)
        },
    },
];

/// The columns that `ps` would show with these arguments: `-o` names them, `aux` is BSD's set, and
/// `-ef` is the default one.
fn columns(arguments: &str) -> Vec<&'static Column> {
    let named = |name: &str| COLUMNS.iter().find(|it| it.name == name);
    let mut wanted: Vec<&'static Column> = Vec::new();
    let mut words = arguments.split_whitespace();
    while let Some(word) = words.next() {
        let list = match word {
            "o" | "-o" | "-eo" | "axo" | "--format" => words.next().unwrap_or_default(),
            _ => match word.strip_prefix("-o").or_else(|| word.strip_prefix("-eo")) {
                Some(list) => list,
                None => continue,
            },
        };
        let alias = |name: &str| match name {
            "command" => "args".to_owned(),
            "tname" | "tt" => "tty".to_owned(),
            "ucmd" => "comm".to_owned(),
            "%cpu" => "pcpu".to_owned(),
            "%mem" => "pmem".to_owned(),
            other => other.to_owned(),
        };
        wanted.extend(list.split(',').filter_map(|name| named(&alias(name))));
    }
    if !wanted.is_empty() {
        return wanted;
    }
    let set: &[&str] = match arguments.trim_start_matches('-') {
        "aux" => &[
            "user", "pid", "pcpu", "pmem", "rss", "tty", "stat", "stime", "time", "args",
        ],
        _ => &["uid", "pid", "ppid", "c", "stime", "tty", "time", "cmd"],
    };
    set.iter().filter_map(|name| named(name)).collect()
}
