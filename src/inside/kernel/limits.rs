//! What the engine was asked for (`HostConfig`) beside what the kernel applies.

use serde_json::Value;

use super::cgroup::{Applied, Cgroup, Version};

/// A limit that docker can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// `--memory`.
    Memory,
    /// `--memory-swap`.
    Swap,
    /// `--memory-reservation`.
    Reservation,
    /// `--cpus`, `--cpu-quota`.
    Cpu,
    /// `--cpu-shares`.
    Weight,
    /// `--cpuset-cpus`.
    Cpuset,
    /// `--pids-limit`.
    Pids,
}

impl Limit {
    /// Each of them, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::Memory,
        Self::Swap,
        Self::Reservation,
        Self::Cpu,
        Self::Weight,
        Self::Cpuset,
        Self::Pids,
    ];

    /// Its controller and the names of its files.
    pub(super) const fn files(self, version: Version) -> (&'static str, &'static [&'static str]) {
        match (self, version) {
            (Self::Memory, Version::One) => ("memory", &["memory.limit_in_bytes"]),
            (Self::Memory, Version::Two) => ("memory", &["memory.max"]),
            (Self::Swap, Version::One) => ("memory", &["memory.memsw.limit_in_bytes"]),
            (Self::Swap, Version::Two) => ("memory", &["memory.swap.max"]),
            (Self::Reservation, Version::One) => ("memory", &["memory.soft_limit_in_bytes"]),
            (Self::Reservation, Version::Two) => ("memory", &["memory.low"]),
            (Self::Cpu, Version::One) => ("cpu", &["cpu.cfs_quota_us", "cpu.cfs_period_us"]),
            (Self::Cpu, Version::Two) => ("cpu", &["cpu.max"]),
            (Self::Weight, Version::One) => ("cpu", &["cpu.shares"]),
            (Self::Weight, Version::Two) => ("cpu", &["cpu.weight"]),
            (Self::Cpuset, _) => ("cpuset", &["cpuset.cpus"]),
            (Self::Pids, _) => ("pids", &["pids.max"]),
        }
    }
}

/// An amount of what is limited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// No limit.
    Unlimited,
    /// Bytes.
    Bytes(u64),
    /// Thousandths of a processor.
    Millicores(u64),
    /// A number: of threads, of shares.
    Count(u64),
    /// Processors: `0-1,3`.
    Processors(String),
}

/// How the two agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// What was asked is applied.
    Same,
    /// Rounded down to a page of memory.
    Rounded,
    /// The same, in another scale whose formula depends on the version of runc.
    Converted,
    /// Another value.
    Differs,
    /// Nothing was asked and nothing can be read.
    Nothing,
    /// Asked, but this kernel has no such file.
    NotCounted,
    /// Asked, but the container has no control group of its own.
    NoGroup,
}

impl Verdict {
    /// Whether a learner must be warned.
    pub const fn is_warning(self) -> bool {
        matches!(self, Self::Differs | Self::NotCounted | Self::NoGroup)
    }
}

/// A limit as asked and as applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confronted {
    /// Which.
    pub limit: Limit,
    /// The kernel's file.
    pub file: String,
    /// As asked; `None` when nothing was.
    pub asked: Option<Amount>,
    /// As applied; `None` when it cannot be read.
    pub applied: Option<Amount>,
    /// How they agree.
    pub verdict: Verdict,
}

/// Version 1 rounds « no limit » down to a page: 9223372036854771712 where pages have 4 KiB.
const ENDLESS: u64 = 1 << 62;
/// Pages have 4 KiB on most machines, 64 on some.
const LARGEST_PAGE: u64 = 64 << 10;

/// Sets each limit as it was asked beside what the kernel applies.
pub fn confront(cgroup: &Cgroup, host_config: &Value) -> Vec<Confronted> {
    let one = |it: &Applied| {
        let asked = asked(it.limit, host_config);
        let text = it.text.as_deref();
        let applied = text.and_then(|text| applied(it.limit, text));
        let expected = expected(it.limit, cgroup.version, asked.as_ref(), host_config);
        let verdict = match (&expected, &applied) {
            (None | Some(Amount::Unlimited), None) => Verdict::Nothing,
            (Some(_), None) if !cgroup.own => Verdict::NoGroup,
            (Some(_), None) => Verdict::NotCounted,
            _ if it.limit == Limit::Weight && cgroup.version == Version::Two => {
                if asked.is_some() {
                    Verdict::Converted
                } else {
                    Verdict::Same
                }
            }
            (None, Some(amount)) if is_default(it.limit, amount) => Verdict::Same,
            (Some(expected), Some(amount)) => agree(expected, amount),
            (None, Some(_)) => Verdict::Differs,
        };
        Confronted {
            limit: it.limit,
            file: it.file.clone(),
            asked,
            applied,
            verdict,
        }
    };
    cgroup.applied.iter().map(one).collect()
}

/// What was asked; `None` when nothing was.
pub fn asked(limit: Limit, host_config: &Value) -> Option<Amount> {
    let number = |key: &str| host_config.get(key).and_then(Value::as_i64).unwrap_or(0);
    let positive = |key: &str| u64::try_from(number(key)).ok().filter(|it| *it > 0);
    match limit {
        Limit::Memory => positive("Memory").map(Amount::Bytes),
        Limit::Swap if number("MemorySwap") < 0 => Some(Amount::Unlimited),
        Limit::Swap => positive("MemorySwap").map(Amount::Bytes),
        Limit::Reservation => positive("MemoryReservation").map(Amount::Bytes),
        Limit::Cpu => positive("NanoCpus")
            .map(|it| it / 1_000_000)
            .or_else(|| {
                let period = positive("CpuPeriod").unwrap_or(100_000);
                Some(positive("CpuQuota")?.saturating_mul(1000) / period)
            })
            .map(Amount::Millicores),
        Limit::Weight => positive("CpuShares").map(Amount::Count),
        Limit::Cpuset => {
            let list = host_config.get("CpusetCpus").and_then(Value::as_str);
            let list = list.filter(|it| !it.is_empty())?;
            Some(Amount::Processors(list.to_owned()))
        }
        Limit::Pids => positive("PidsLimit").map(Amount::Count),
    }
}

/// What the file should then say: docker's `--memory-swap` is memory and swap together, as is the
/// file of version 1; that of version 2 is the swap alone.
fn expected(
    limit: Limit,
    version: Version,
    asked: Option<&Amount>,
    host_config: &Value,
) -> Option<Amount> {
    match (limit, version, asked) {
        (Limit::Swap, Version::Two, Some(Amount::Bytes(total))) => {
            let memory = host_config.get("Memory").and_then(Value::as_u64);
            Some(Amount::Bytes(total.saturating_sub(memory.unwrap_or(0))))
        }
        _ => asked.cloned(),
    }
}

fn applied(limit: Limit, text: &str) -> Option<Amount> {
    let mut words = text.split_whitespace();
    let amount = |word: &str| match word {
        "max" | "-1" => Some(None),
        number => number.parse::<u64>().ok().map(Some),
    };
    match limit {
        Limit::Memory | Limit::Swap | Limit::Reservation => {
            let bytes = amount(words.next()?)?.filter(|it| *it < ENDLESS);
            Some(bytes.map_or(Amount::Unlimited, Amount::Bytes))
        }
        Limit::Cpu => {
            let Some(quota) = amount(words.next()?)? else {
                return Some(Amount::Unlimited);
            };
            let period = words.next()?.parse::<u64>().ok().filter(|it| *it > 0)?;
            Some(Amount::Millicores(quota.saturating_mul(1000) / period))
        }
        Limit::Weight => Some(Amount::Count(words.next()?.parse().ok()?)),
        Limit::Cpuset => Some(match words.next() {
            Some(list) => Amount::Processors(list.to_owned()),
            None => Amount::Unlimited,
        }),
        Limit::Pids => Some(amount(words.next()?)?.map_or(Amount::Unlimited, Amount::Count)),
    }
}

/// Whether this is what the kernel says when nothing was asked.
fn is_default(limit: Limit, amount: &Amount) -> bool {
    match (limit, amount) {
        (_, Amount::Unlimited)
        // memory.low, cpu.shares; a list of all the processors.
        | (Limit::Reservation, Amount::Bytes(0))
        | (Limit::Weight, Amount::Count(1024 | 100))
        | (Limit::Cpuset, Amount::Processors(_)) => true,
        _ => false,
    }
}

fn agree(expected: &Amount, applied: &Amount) -> Verdict {
    let near = |a: u64, b: u64, most: u64| a.abs_diff(b) <= most;
    match (expected, applied) {
        (a, b) if a == b => Verdict::Same,
        (Amount::Bytes(a), Amount::Bytes(b)) if b < a && near(*a, *b, LARGEST_PAGE) => {
            Verdict::Rounded
        }
        (Amount::Millicores(a), Amount::Millicores(b)) if near(*a, *b, 1) => Verdict::Same,
        (Amount::Processors(a), Amount::Processors(b)) if processors(a) == processors(b) => {
            Verdict::Same
        }
        _ => Verdict::Differs,
    }
}

/// The numbers in `0-1,3`, cpuset(7) « List format ».
fn processors(list: &str) -> Option<std::collections::BTreeSet<u16>> {
    let mut all = std::collections::BTreeSet::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        all.extend(first.trim().parse::<u16>().ok()?..=last.trim().parse::<u16>().ok()?);
    }
    Some(all)
}
