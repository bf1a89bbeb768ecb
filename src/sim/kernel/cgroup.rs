//! Control groups: processor time, memory and number of processes, cgroups(7) version 2.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::quota::{PERIOD, Quota};
use super::table::{Process, Table};
use super::{CgroupLimits, Signal};

/// The group of what is not in a container.
pub(super) const ROOT_CGROUP: u64 = 0;

/// A control group.
#[derive(Debug, Default)]
pub(super) struct Cgroup {
    /// Its path, `/docker/ID`.
    pub(super) path: String,
    pub(super) limits: CgroupLimits,
    /// What its members' tasks have of the processor; shares are booked by [`Table::settle`].
    pub(super) quota: Arc<Quota>,
    pub(super) members: BTreeSet<u32>,
    pub(super) frozen: bool,
    /// Processor time used.
    pub(super) usage: Duration,
    /// When `usage` was computed, since boot.
    settled: Duration,
    /// `memory.events`' `oom_kill`.
    pub(super) oom_kills: u64,
    /// `pids.events`' `max`.
    pub(super) pids_refused: u64,
    /// Highest `memory.current`.
    pub(super) memory_peak: u64,
    pub(super) periods: u64,
    pub(super) throttled: u64,
    pub(super) throttled_time: Duration,
}

impl Cgroup {
    pub(super) fn new(path: String, limits: CgroupLimits, now: Duration) -> Self {
        let quota = Arc::new(Quota::default());
        quota.set(limits.cpus);
        Self {
            path,
            quota,
            limits,
            settled: now,
            ..Self::default()
        }
    }

    pub(super) fn set_limits(&mut self, limits: CgroupLimits) {
        self.quota.set(limits.cpus);
        self.limits = limits;
    }
}

impl Table {
    /// Books the processor time that a group's members used since the last time, as their shares
    /// and the limits say. To be called before any of these changes.
    pub(super) fn settle(&mut self, cgroup: u64, now: Duration, cpus: f64) {
        let Self {
            processes, cgroups, ..
        } = self;
        let Some(group) = cgroups.get_mut(&cgroup) else {
            return;
        };
        let elapsed = now.saturating_sub(group.settled);
        group.settled = now;
        let runs = |it: &Process| {
            it.ended.is_none() && it.control.as_ref().is_some_and(|it| !it.is_held())
        };
        let shares = |pid: &u32| {
            processes
                .get(pid)
                .filter(|it| runs(it))
                .map(|it| it.cpu_share)
        };
        let wanted: f64 = group.members.iter().filter_map(shares).sum();
        if wanted <= 0.0 {
            return;
        }
        let quota = group.limits.cpus.unwrap_or(cpus).min(cpus);
        let scale = (quota / wanted).min(1.0);
        group.usage += elapsed.mul_f64(wanted * scale);
        if group.limits.cpus.is_some() {
            let periods = u64::try_from(elapsed.as_nanos() / PERIOD.as_nanos()).unwrap_or(0);
            group.periods += periods;
            if scale < 1.0 {
                group.throttled += periods;
                // Summed over the processors that members would have used.
                group.throttled_time += elapsed.mul_f64(wanted * (1.0 - scale));
            }
        }
        for pid in &group.members {
            if let Some(process) = processes.get_mut(pid).filter(|it| runs(it)) {
                process.cpu += elapsed.mul_f64(process.cpu_share * scale);
            }
        }
    }

    /// Processor time of a group, that of polling its members included.
    pub(super) fn cpu_usage(&self, cgroup: u64) -> Duration {
        let Some(group) = self.cgroups.get(&cgroup) else {
            return Duration::ZERO;
        };
        let polled = |pid: &u32| {
            self.processes
                .get(pid)?
                .control
                .as_ref()
                .map(|it| it.polled())
        };
        group.usage + group.members.iter().filter_map(polled).sum::<Duration>()
    }

    /// `memory.current`.
    pub(super) fn memory_usage(&self, cgroup: u64) -> u64 {
        let Some(group) = self.cgroups.get(&cgroup) else {
            return 0;
        };
        let memory = |pid: &u32| self.processes.get(pid).map(|it| it.memory);
        group.members.iter().filter_map(memory).sum()
    }

    /// Kills members, the largest first, until the group is within its limit. The time of the kill
    /// counts as that of the memory's return.
    pub(super) fn kill_for_memory(&mut self, cgroup: u64) {
        loop {
            let used = self.memory_usage(cgroup);
            let Some(group) = self.cgroups.get_mut(&cgroup) else {
                return;
            };
            group.memory_peak = group.memory_peak.max(used);
            let Some(limit) = group.limits.memory.filter(|limit| used > *limit) else {
                return;
            };
            group.memory_peak = group.memory_peak.min(limit);
            let memory = |pid: &u32| self.processes.get(pid).map_or(0, |it| it.memory);
            let Some(victim) = group.members.iter().copied().max_by_key(memory) else {
                return;
            };
            if memory(&victim) == 0 {
                return;
            }
            group.oom_kills += 1;
            if let Some(process) = self.processes.get_mut(&victim) {
                process.memory = 0;
                if let Some(control) = &process.control {
                    control.kill(Signal::KILL);
                }
            }
        }
    }

    /// Whether one more process fits in a group; a refusal is counted.
    pub(super) fn admits(&mut self, cgroup: u64) -> bool {
        let Some(group) = self.cgroups.get_mut(&cgroup) else {
            return true;
        };
        let fits = group
            .limits
            .pids
            .is_none_or(|limit| (group.members.len() as u64) < limit);
        group.pids_refused += u64::from(!fits);
        fits
    }
}
