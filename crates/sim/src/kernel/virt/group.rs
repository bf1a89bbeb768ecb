//! What the files of control groups say, cgroups(7) version 2.

use std::fmt::Write;

use super::super::cgroup::{Cgroup, DISK, PERIOD_MICROS, cpu_list};
use super::super::lock::Locked;
use super::super::table::Table;
use super::super::walk::View;

/// What a group and those below it use.
#[derive(Default)]
struct Sum {
    micros: u128,
    memory: u64,
    peak: u64,
    members: usize,
    refused: u64,
    kills: u64,
    high: u64,
    periods: u64,
    throttled: u64,
    throttled_micros: u128,
    children: usize,
    written: u64,
    writes: u64,
}

/// A file of the group at this path, which has this number unless it is a slice; `ids` are it and
/// those below.
pub(super) fn file(view: &View, exact: Option<u64>, ids: &[u64], path: &str, name: &str) -> String {
    let mut table = view.inner.table.locked();
    let (now, cpus) = (view.inner.clock.uptime(), view.inner.cpus());
    for id in ids {
        table.settle(*id, now, cpus);
    }
    let sum = sum(&table, ids);
    let group = exact.and_then(|id| table.cgroups.get(&id));
    let slice = Cgroup::default();
    let group = group.unwrap_or(&slice);
    let limits = &group.limits;
    let most = |limit: Option<u64>| limit.map_or("max\n".to_owned(), |it| format!("{it}\n"));
    match name {
        "cgroup.controllers" => "cpuset cpu io memory hugetlb pids rdma misc\n".to_owned(),
        "cgroup.subtree_control" if exact.is_none() => "cpuset cpu io memory pids\n".to_owned(),
        "cgroup.type" => "domain\n".to_owned(),
        "cgroup.max.depth" | "cgroup.max.descendants" => "max\n".to_owned(),
        "cgroup.stat" => format!(
            "nr_descendants {}\nnr_dying_descendants 0\n",
            sum.children - usize::from(exact.is_some())
        ),
        "cgroup.events" => format!(
            "populated {}\nfrozen {}\n",
            u8::from(sum.members > 0),
            u8::from(group.frozen)
        ),
        "cgroup.freeze" => format!("{}\n", u8::from(group.frozen)),
        "cgroup.procs" | "cgroup.threads" => {
            let numbers = group
                .members
                .iter()
                .map(|pid| table.seen_from(view.pids, *pid));
            numbers.fold(String::new(), |text, pid| text + &pid.to_string() + "\n")
        }
        "cgroup.pressure" => "1\n".to_owned(),
        "cpu.idle"
        | "cpuset.mems.effective"
        | "cpu.max.burst"
        | "cpu.weight.nice"
        | "memory.min"
        | "memory.oom.group"
        | "memory.swap.current" => "0\n".to_owned(),
        "cpu.max" => {
            let period = limits.period.unwrap_or(PERIOD_MICROS);
            #[expect(clippy::cast_precision_loss, reason = "microseconds")]
            let quota = limits
                .cpus
                .map(|cpus| format!("{:.0}", cpus * period as f64));
            format!("{} {period}\n", quota.as_deref().unwrap_or("max"))
        }
        "cpu.stat" => format!(
            "usage_usec {}\nuser_usec {}\nsystem_usec {}\nnr_periods {}\nnr_throttled {}\nthrottled_usec {}\nnr_bursts 0\nburst_usec 0\n",
            sum.micros,
            sum.micros - sum.micros / 4,
            sum.micros / 4,
            sum.periods,
            sum.throttled,
            sum.throttled_micros,
        ),
        "cpu.weight" => format!("{}\n", limits.weight.unwrap_or(100)),
        "cpuset.cpus" => format!("{}\n", limits.cpuset),
        "cpuset.cpus.effective" => format!("{}\n", effective(&limits.cpuset, view)),
        "cpuset.cpus.partition" => "member\n".to_owned(),
        "cpuset.mems" => "\n".to_owned(),
        "cpu.pressure" | "io.pressure" | "memory.pressure" => {
            let row = "avg10=0.00 avg60=0.00 avg300=0.00 total=0";
            format!("some {row}\nfull {row}\n")
        }
        "io.stat" if sum.writes > 0 => format!(
            "{}:{} rbytes=0 wbytes={} rios=0 wios={} dbytes=0 dios=0\n",
            DISK.0, DISK.1, sum.written, sum.writes
        ),
        "io.weight" => "default 100\n".to_owned(),
        "memory.current" => format!("{}\n", sum.memory),
        "memory.events" | "memory.events.local" => format!(
            "low 0\nhigh {}\nmax {kills}\noom {kills}\noom_kill {kills}\noom_group_kill 0\n",
            sum.high,
            kills = sum.kills,
        ),
        "memory.high" => most(limits.high),
        "memory.low" => format!("{}\n", limits.reservation.unwrap_or(0)),
        "memory.max" => most(limits.memory),
        "memory.peak" => format!("{}\n", sum.peak.max(sum.memory)),
        "memory.swap.max" => most(limits.swap),
        "memory.swap.events" => "high 0\nmax 0\nfail 0\n".to_owned(),
        "memory.stat" => memory_stat(sum.memory),
        "pids.current" => format!("{}\n", sum.members),
        "pids.peak" => format!("{}\n", group.pids_peak.max(sum.members)),
        "pids.events" => format!("max {}\n", sum.refused),
        "pids.max" => most(limits.pids),
        _ => {
            // `io.max`, `io.stat` before anything is written, and what is empty until something is set.
            let _ = path;
            String::new()
        }
    }
}

fn sum(table: &Table, ids: &[u64]) -> Sum {
    let mut sum = Sum::default();
    for id in ids {
        let Some(group) = table.cgroups.get(id) else {
            continue;
        };
        let (periods, throttled, time) = group.throttling();
        sum.micros += table.cpu_usage(*id).as_micros();
        sum.memory += table.memory_usage(*id);
        sum.peak += group.memory_peak;
        sum.members += group.members.len();
        sum.refused += group.pids_refused;
        sum.kills += group.oom_kills;
        sum.high += group.memory_high;
        sum.periods += periods;
        sum.throttled += throttled;
        sum.throttled_micros += time.as_micros();
        sum.children += 1;
        sum.written += group.written;
        sum.writes += group.writes;
    }
    sum
}

/// The processors that a group really has, as a list.
fn effective(set: &str, view: &View) -> String {
    let last = view.inner.options.cpus.max(1) - 1;
    if cpu_list(set).is_empty() {
        if last == 0 {
            "0".to_owned()
        } else {
            format!("0-{last}")
        }
    } else {
        set.to_owned()
    }
}

fn memory_stat(memory: u64) -> String {
    let rows = [
        ("anon", memory),
        ("file", 0),
        ("kernel", 0),
        ("kernel_stack", 0),
        ("pagetables", 0),
        ("sock", 0),
        ("shmem", 0),
        ("file_mapped", 0),
        ("file_dirty", 0),
        ("inactive_anon", memory),
        ("active_anon", 0),
        ("inactive_file", 0),
        ("active_file", 0),
        ("unevictable", 0),
        ("slab", 0),
        ("pgfault", memory / 4096),
        ("pgmajfault", 0),
    ];
    rows.iter().fold(String::new(), |mut text, (name, value)| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name} {value}");
        text
    })
}
