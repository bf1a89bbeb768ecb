//! One sample, counted as the `docker stats` command counts (`cli/command/container/stats_helpers.go`).

use serde_json::Value;

/// One sample. What the engine does not measure is `None`: without cgroups (rootless, v1) it
/// answers zeros, which no running container has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sample {
    /// When, milliseconds since the Unix epoch.
    pub at: i64,
    /// Share of one processor, in percent: 200 is two of them in full. None in the first sample.
    pub cpu: Option<f64>,
    /// Whether processor time is counted at all.
    pub cpu_counted: bool,
    /// Processors of the machine; 0 when unknown.
    pub cpus: u64,
    /// Bytes of memory in use, without what the kernel can take back from its cache of files.
    pub memory: Option<u64>,
    /// Its limit, or the machine's memory without one; 0 when unknown.
    pub memory_limit: u64,
    /// Processes and threads.
    pub pids: Option<u64>,
    /// What was refused of the processor, since the start.
    pub throttling: Throttling,
    /// Bytes received and sent; `None` for a container without a network of its own.
    pub network: Option<Flow>,
    /// Bytes read and written; `None` when nothing was counted.
    pub disk: Option<Flow>,
}

/// What the processor's limit refused since the container's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Throttling {
    /// Periods in which it wanted to run.
    pub periods: u64,
    /// Those in which it was stopped.
    pub throttled: u64,
    /// Nanoseconds stopped, all processors together.
    pub nanos: u64,
}

/// Bytes that come and go.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Flow {
    /// Bytes in since the start: received, or read.
    pub input: u64,
    /// Bytes out: sent, or written.
    pub output: u64,
    /// Bytes a second of both since the sample before.
    pub rates: Option<(f64, f64)>,
}

impl Sample {
    /// Reads what the engine wrote, after the sample before it. `None` when it is the empty sample
    /// of a container that does not run.
    pub fn read(document: &Value, before: Option<&Self>) -> Option<Self> {
        let read = document.get("read")?.as_str()?;
        let at = read.parse::<jiff::Timestamp>().ok()?.as_millisecond();
        if at <= 0 {
            return None;
        }
        let memory = memory(document);
        let total = number(document, "/cpu_stats/cpu_usage/total_usage");
        let pids = number(document, "/pids_stats/current");
        let seconds = before.map(|it| seconds(at - it.at));
        let network = network(document).map(|it| it.after(before.and_then(|b| b.network), seconds));
        let disk = disk(document).map(|it| it.after(before.and_then(|b| b.disk), seconds));
        Some(Self {
            at,
            cpu: cpu(document).filter(|_| total > 0 || memory.is_some()),
            cpu_counted: total > 0 || memory.is_some(),
            cpus: cpus(document),
            memory,
            memory_limit: number(document, "/memory_stats/limit"),
            pids: (pids > 0).then_some(pids),
            throttling: Throttling {
                periods: number(document, "/cpu_stats/throttling_data/periods"),
                throttled: number(document, "/cpu_stats/throttling_data/throttled_periods"),
                nanos: number(document, "/cpu_stats/throttling_data/throttled_time"),
            },
            network,
            disk,
        })
    }
}

impl Flow {
    fn after(mut self, before: Option<Self>, seconds: Option<f64>) -> Self {
        let (Some(before), Some(seconds)) = (before, seconds.filter(|it| *it > 0.0)) else {
            return self;
        };
        // Counters that went back are those of a container that was started again.
        let rate = |now: u64, then: u64| now.checked_sub(then).map(|it| float(it) / seconds);
        self.rates = rate(self.input, before.input).zip(rate(self.output, before.output));
        self
    }
}

/// `calculateCPUPercentUnix`: what it used of what the whole machine had, times the processors.
fn cpu(document: &Value) -> Option<f64> {
    let value = |path| document.pointer(path).and_then(Value::as_u64);
    let system = value("/cpu_stats/system_cpu_usage")?;
    let before = value("/precpu_stats/system_cpu_usage").filter(|it| *it > 0)?;
    let total = number(document, "/cpu_stats/cpu_usage/total_usage");
    let total_before = number(document, "/precpu_stats/cpu_usage/total_usage");
    let (Some(elapsed), Some(used)) = (
        system.checked_sub(before).filter(|it| *it > 0),
        total.checked_sub(total_before),
    ) else {
        return Some(0.0);
    };
    Some(float(used) / float(elapsed) * float(cpus(document)) * 100.0)
}

fn cpus(document: &Value) -> u64 {
    match number(document, "/cpu_stats/online_cpus") {
        0 => document
            .pointer("/cpu_stats/cpu_usage/percpu_usage")
            .and_then(Value::as_array)
            .map_or(0, |it| it.len() as u64),
        many => many,
    }
}

/// `calculateMemUsageUnixNoCache`: cgroup v1 names the cache `total_inactive_file`, v2
/// `inactive_file`.
fn memory(document: &Value) -> Option<u64> {
    let usage = number(document, "/memory_stats/usage");
    let cache = |name| document.pointer(name).and_then(Value::as_u64);
    let cache = cache("/memory_stats/stats/total_inactive_file")
        .or_else(|| cache("/memory_stats/stats/inactive_file"))
        .filter(|it| *it < usage);
    (usage > 0).then(|| usage - cache.unwrap_or(0))
}

fn network(document: &Value) -> Option<Flow> {
    let interfaces = document.get("networks")?.as_object()?;
    let sum = |name| interfaces.values().map(|it| number(it, name)).sum();
    Some(Flow {
        input: sum("/rx_bytes"),
        output: sum("/tx_bytes"),
        rates: None,
    })
}

/// `calculateBlockIO`: on every disk, under either spelling (`Read` of v1, `read` of v2).
fn disk(document: &Value) -> Option<Flow> {
    let path = "/blkio_stats/io_service_bytes_recursive";
    let entries = document.pointer(path)?.as_array()?;
    let sum = |letter| {
        let of = |it: &&Value| {
            let op = it.get("op").and_then(Value::as_str).unwrap_or_default();
            op.to_ascii_lowercase().starts_with(letter)
        };
        entries
            .iter()
            .filter(of)
            .map(|it| number(it, "/value"))
            .sum()
    };
    Some(Flow {
        input: sum('r'),
        output: sum('w'),
        rates: None,
    })
}

fn number(document: &Value, path: &str) -> u64 {
    document.pointer(path).and_then(Value::as_u64).unwrap_or(0)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counters of a container, then percentages"
)]
fn float(value: u64) -> f64 {
    value as f64
}

fn seconds(milliseconds: i64) -> f64 {
    float(u64::try_from(milliseconds).unwrap_or(0)) / 1000.0
}
