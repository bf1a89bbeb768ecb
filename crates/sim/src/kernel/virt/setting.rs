//! What writing to files of `/proc` and `/sys/fs/cgroup` does, cgroups(7).

use super::super::cgroup::PERIOD_MICROS;
use super::super::host::Inner;
use super::super::lock::Locked;
use super::super::security::Capability;
use super::super::{CgroupLimits, Errno};
use super::Setting;

impl Inner {
    /// Obeys what was written to a file. `EINVAL` for what it cannot mean, `ENODEV` for a control
    /// group that is gone.
    pub(in crate::kernel) fn write_setting(
        &self,
        setting: &Setting,
        text: &str,
    ) -> Result<(), Errno> {
        match setting {
            Setting::Ignored => Ok(()),
            Setting::Hostname(pid) => {
                let table = self.table.locked();
                let process = table.get(*pid)?;
                if !process.may(Capability::SysAdmin) {
                    return Err(Errno::EPERM);
                }
                text.clone_into(&mut process.space.hostname.locked());
                Ok(())
            }
            Setting::OomScoreAdj(pid) => {
                let adjusted: i32 = text.parse().map_err(|_| Errno::EINVAL)?;
                if !(-1000..=1000).contains(&adjusted) {
                    return Err(Errno::EINVAL);
                }
                let mut table = self.table.locked();
                let process = table.get_mut(*pid)?;
                let mut security = (*process.security).clone();
                security.oom_score_adj = adjusted;
                process.security = security.into();
                Ok(())
            }
            Setting::Cgroup(id, name) => self.write_cgroup(*id, name, text),
        }
    }

    fn write_cgroup(&self, id: u64, name: &str, text: &str) -> Result<(), Errno> {
        let mut table = self.table.locked();
        table.settle(id, self.clock.uptime(), self.cpus());
        match name {
            "cgroup.freeze" => {
                let frozen = match text {
                    "0" => false,
                    "1" => true,
                    _ => return Err(Errno::EINVAL),
                };
                table.freeze(id, frozen);
                return Ok(());
            }
            "cgroup.kill" => {
                if text != "1" {
                    return Err(Errno::EINVAL);
                }
                table.kill_group(id);
                return Ok(());
            }
            "cgroup.procs" => {
                let pid: u32 = text.parse().map_err(|_| Errno::EINVAL)?;
                table.get(pid)?;
                return table.move_to(pid, id);
            }
            _ => {}
        }
        let group = table.cgroups.get_mut(&id).ok_or(Errno::ENODEV)?;
        let mut limits = group.limits.clone();
        change(&mut limits, name, text, self.options.cpus)?;
        group.set_limits(limits);
        table.kill_for_memory(id);
        Ok(())
    }
}

/// What a line written to a file makes of a group's limits.
fn change(limits: &mut CgroupLimits, name: &str, text: &str, cpus: u32) -> Result<(), Errno> {
    let number = || -> Result<u64, Errno> { text.parse().map_err(|_| Errno::EINVAL) };
    match name {
        "memory.max" => limits.memory = most(text)?,
        "memory.high" => limits.high = most(text)?,
        "memory.swap.max" => limits.swap = most(text)?,
        "memory.low" => limits.reservation = most(text)?.filter(|it| *it > 0),
        "pids.max" => {
            limits.pids = if text == "max" { None } else { Some(number()?) };
        }
        "cpu.weight" => {
            let weight = number()?;
            if !(1..=10_000).contains(&weight) {
                return Err(Errno::EINVAL);
            }
            limits.weight = Some(weight);
        }
        "cpu.max" => {
            let (quota, period) = text.split_once(' ').unwrap_or((text, ""));
            let period: u64 = match period.trim() {
                "" => limits.period.unwrap_or(PERIOD_MICROS),
                period => period.parse().map_err(|_| Errno::EINVAL)?,
            };
            if !(1000..=1_000_000).contains(&period) {
                return Err(Errno::EINVAL);
            }
            limits.period = Some(period);
            limits.cpus = match quota {
                "max" => None,
                quota => {
                    let quota: u64 = quota.parse().map_err(|_| Errno::EINVAL)?;
                    if quota < 1000 {
                        return Err(Errno::EINVAL);
                    }
                    #[expect(clippy::cast_precision_loss, reason = "microseconds")]
                    Some(quota as f64 / period as f64)
                }
            };
        }
        "cpuset.cpus" => {
            let wanted = super::super::cgroup::cpu_list(text);
            let known = wanted.iter().all(|it| *it < cpus);
            if !known || (wanted.is_empty() && !text.is_empty()) {
                return Err(Errno::EINVAL);
            }
            text.clone_into(&mut limits.cpuset);
        }
        // What is taken without an effect here.
        "cpuset.mems"
        | "io.max"
        | "io.weight"
        | "memory.min"
        | "memory.oom.group"
        | "cpu.idle"
        | "cgroup.subtree_control"
        | "memory.reclaim" => {}
        _ => return Err(Errno::EINVAL),
    }
    Ok(())
}

/// A number of bytes, with a suffix maybe, down to a page; `max` is none.
fn most(text: &str) -> Result<Option<u64>, Errno> {
    if text == "max" {
        return Ok(None);
    }
    let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
    let number: u64 = digits.parse().map_err(|_| Errno::EINVAL)?;
    let shift = match &text[digits.len()..] {
        "" => 0,
        "k" | "K" => 10,
        "m" | "M" => 20,
        "g" | "G" => 30,
        _ => return Err(Errno::EINVAL),
    };
    let bytes = number.checked_mul(1 << shift).ok_or(Errno::EINVAL)?;
    Ok(Some(bytes & !4095))
}
