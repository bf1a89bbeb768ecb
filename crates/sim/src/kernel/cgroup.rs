//! Control groups: processor time, memory and number of processes, cgroups(7) version 2.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::quota::{PERIOD, Quota};
use super::table::{Process, Table};
use super::{CgroupLimits, Signal};

/// The group of those who logged in on the host.
pub(super) const LOGIN_CGROUP: u64 = 1;
/// That of the host's init.
pub(super) const INIT_CGROUP: u64 = 2;
/// That of containerd and its shims.
pub(super) const CONTAINERD_CGROUP: u64 = 3;
/// That of dockerd.
pub(super) const DOCKER_CGROUP: u64 = 4;

/// The groups of the host's own processes, as systemd makes them.
pub(super) const HOST_CGROUPS: [(u64, &str); 4] = [
    (LOGIN_CGROUP, "/user.slice/user-1000.slice/session-1.scope"),
    (INIT_CGROUP, "/init.scope"),
    (CONTAINERD_CGROUP, "/system.slice/containerd.service"),
    (DOCKER_CGROUP, "/system.slice/docker.service"),
];

/// The period of `cpu.max` unless another is set, microseconds.
pub(super) const PERIOD_MICROS: u64 = 100_000;

/// A control group.
#[derive(Debug, Default)]
pub(super) struct Cgroup {
    /// Its path, `/system.slice/docker-ID.scope`.
    pub(super) path: String,
    pub(super) limits: CgroupLimits,
    /// What its members' tasks have of the processor; shares are booked by [`Table::settle`].
    pub(super) quota: Arc<Quota>,
    pub(super) members: BTreeSet<u32>,
    /// The first process of a container, by host number; 0 for none.
    pub(super) init: u32,
    /// Set once it has ended.
    pub(super) over: bool,
    pub(super) frozen: bool,
    /// Processor time used.
    pub(super) usage: Duration,
    /// When `usage` was computed, since boot.
    settled: Duration,
    /// `memory.events`' `oom_kill`.
    pub(super) oom_kills: u64,
    /// Those that it killed, until their end is told.
    pub(super) oom_victims: BTreeSet<u32>,
    /// `memory.events`' `high`.
    pub(super) memory_high: u64,
    /// `pids.events`' `max`.
    pub(super) pids_refused: u64,
    /// Highest number of members.
    pub(super) pids_peak: usize,
    /// Highest `memory.current`.
    pub(super) memory_peak: u64,
    pub(super) periods: u64,
    pub(super) throttled: u64,
    pub(super) throttled_time: Duration,
    /// Bytes written to the disk, by whole pages, as if each write were flushed at once. What is
    /// read comes from the cache, so nothing is read from it.
    pub(super) written: u64,
    /// In how many writes.
    pub(super) writes: u64,
}

/// What the disk is written by, bytes.
pub(super) const PAGE: u64 = 4096;
/// Numbers of the disk: major and minor.
pub const DISK: (u32, u32) = (254, 0);

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

    /// How many processors it may use at once.
    pub(super) fn allowed(&self, cpus: f64) -> f64 {
        let set = cpu_list(&self.limits.cpuset).len();
        #[expect(clippy::cast_precision_loss, reason = "a number of processors")]
        let pinned = if set == 0 { cpus } else { set as f64 };
        self.limits.cpus.unwrap_or(cpus).min(pinned).min(cpus)
    }

    /// `nr_periods`, `nr_throttled` and `throttled_usec` of `cpu.stat`.
    pub(super) fn throttling(&self) -> (u64, u64, Duration) {
        let (periods, throttled, time) = self.quota.statistics();
        (
            self.periods + periods,
            self.throttled + throttled,
            self.throttled_time + time,
        )
    }
}

/// The processors of a list such as `0-1,3`.
pub(super) fn cpu_list(list: &str) -> Vec<u32> {
    let mut all = Vec::new();
    for part in list.split(',').filter(|it| !it.trim().is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        if let (Ok(first), Ok(last)) = (first.trim().parse::<u32>(), last.trim().parse::<u32>()) {
            all.extend(first..=last.min(first.saturating_add(1023)));
        }
    }
    all
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
        let quota = group.allowed(cpus);
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

    /// Books what a process wrote in a file on the disk, up to this place: a page that it only went on
    /// with was counted when it was begun.
    pub(super) fn book_writing(&mut self, pid: u32, end: u64, length: u64) {
        let begun = |bytes: u64| bytes.div_ceil(PAGE);
        let pages = begun(end) - begun(end.saturating_sub(length));
        let cgroup = self.processes.get(&pid).map(|it| it.cgroup);
        if let Some(group) = cgroup.and_then(|it| self.cgroups.get_mut(&it))
            && pages > 0
        {
            group.written += pages * PAGE;
            group.writes += 1;
        }
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
            group.memory_high += u64::from(group.limits.high.is_some_and(|it| used > it));
            let Some(limit) = group.limits.memory.filter(|limit| used > *limit) else {
                return;
            };
            group.memory_peak = group.memory_peak.min(limit);
            let memory = |pid: &u32| self.processes.get(pid).map_or(0, |it| it.memory);
            // What has the highest score goes; what is at -1000 never does.
            let score = |pid: &u32| {
                let adjusted = self.processes.get(pid).map_or(0, |it| {
                    u64::try_from(i64::from(it.security.oom_score_adj) + 1000).unwrap_or(0)
                });
                memory(pid).saturating_mul(adjusted)
            };
            let Some(victim) = group.members.iter().copied().max_by_key(score) else {
                return;
            };
            if score(&victim) == 0 {
                return;
            }
            group.oom_kills += 1;
            group.oom_victims.insert(victim);
            if let Some(process) = self.processes.get_mut(&victim) {
                process.memory = 0;
                if let Some(control) = &process.control {
                    control.kill(Signal::KILL);
                }
            }
        }
    }

    /// Kills the process with the highest score when the machine's own memory is used up.
    pub(super) fn kill_for_the_machine(&mut self, memory: u64) {
        let used: u64 = self.processes.values().map(|it| it.memory).sum();
        if used <= memory {
            return;
        }
        let killable = self.processes.iter().filter(|(_, it)| it.control.is_some());
        let victim = killable
            .max_by_key(|(_, it)| it.oom_score(memory))
            .map(|(pid, it)| (*pid, it.cgroup));
        let Some((victim, cgroup)) = victim else {
            return;
        };
        if let Some(group) = self.cgroups.get_mut(&cgroup) {
            group.oom_kills += 1;
            group.oom_victims.insert(victim);
        }
        if let Some(process) = self.processes.get_mut(&victim) {
            process.memory = 0;
            if let Some(control) = &process.control {
                control.kill(Signal::KILL);
            }
        }
    }

    /// Freezes or thaws every member of a group, `cgroup.freeze`.
    pub(super) fn freeze(&mut self, cgroup: u64, frozen: bool) {
        let Some(group) = self.cgroups.get_mut(&cgroup) else {
            return;
        };
        group.frozen = frozen;
        for pid in &group.members {
            if let Some(control) = self.processes.get(pid).and_then(|it| it.control.as_ref()) {
                control.set_frozen(frozen);
            }
        }
    }

    /// Moves a process to another group, `cgroup.procs`. Its time used so far stays with the old.
    pub(super) fn move_to(&mut self, pid: u32, cgroup: u64) -> Result<(), super::Errno> {
        let frozen = self
            .cgroups
            .get(&cgroup)
            .map(|it| it.frozen)
            .ok_or(super::Errno::ENODEV)?;
        let process = self.get_mut(pid)?;
        let old = std::mem::replace(&mut process.cgroup, cgroup);
        if let Some(control) = &process.control {
            control.set_frozen(frozen);
        }
        if let Some(group) = self.cgroups.get_mut(&old) {
            group.members.remove(&pid);
        }
        if let Some(group) = self.cgroups.get_mut(&cgroup) {
            group.members.insert(pid);
        }
        self.kill_for_memory(cgroup);
        Ok(())
    }

    /// Kills every member of a group, `cgroup.kill`.
    pub(super) fn kill_group(&self, cgroup: u64) {
        let members = self.cgroups.get(&cgroup).map(|it| &it.members);
        for pid in members.into_iter().flatten() {
            if let Some(control) = self.processes.get(pid).and_then(|it| it.control.as_ref()) {
                control.kill(Signal::KILL);
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
