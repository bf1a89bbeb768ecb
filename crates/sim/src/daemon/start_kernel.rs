//! What a container asks of the kernel: shared namespaces, capabilities, limits.

use serde_json::{Map, Value};

use super::config::{flag, number, text, texts};
use super::container::Container;
use super::{Daemon, Fault, Outcome};
use crate::kernel::{
    ALL_CAPABILITIES, CgroupLimits, DEFAULT_CAPABILITIES, Pid, ResourceLimit, Security, Share,
    Sharing, capability,
};

impl Daemon {
    /// The namespaces that it shares, as its `…Mode` fields say.
    pub(super) fn sharing(&self, container: &Container) -> Outcome<Sharing> {
        let host = &container.host;
        let share = |mode: &str, sort: &str| -> Outcome<Share> {
            match mode {
                "host" => Ok(Share::Host),
                mode => match mode.strip_prefix("container:") {
                    Some(key) => Ok(Share::Of(self.running(key, sort)?)),
                    None => Ok(Share::Own),
                },
            }
        };
        let ipc = text(host, "IpcMode");
        if let Some(key) = ipc.strip_prefix("container:") {
            let donor = self.container(key)?;
            self.running(key, "IPC")?;
            if matches!(text(&donor.host, "IpcMode"), "private" | "none") {
                return Err(Fault::invalid(format!(
                    "failed to join IPC namespace: container {key}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)"
                )));
            }
        }
        Ok(Sharing {
            pid: share(text(host, "PidMode"), "PID")?,
            ipc: share(ipc, "IPC")?,
            uts: share(text(host, "UTSMode"), "UTS")?,
            cgroup: share(text(host, "CgroupnsMode"), "cgroup")?,
        })
    }

    /// The process whose namespace is joined.
    fn running(&self, key: &str, sort: &str) -> Outcome<Pid> {
        let joined = format!("failed to join {sort} namespace: ");
        let other = self
            .container(key)
            .map_err(|fault| Fault::invalid(format!("{joined}{}", fault.message)))?;
        other
            .pid
            .ok_or_else(|| Fault::conflict(format!("{joined}container {key} is not running")))
    }
}

/// What its processes may do.
pub(super) fn security(container: &Container) -> Security {
    let host = &container.host;
    let privileged = flag(host, "Privileged");
    let options = texts(host, "SecurityOpt");
    let option = |name: &str| {
        options
            .iter()
            .any(|it| it.replace([':', '='], " ").trim() == name)
    };
    Security {
        capabilities: if privileged {
            ALL_CAPABILITIES
        } else {
            capabilities(&texts(host, "CapAdd"), &texts(host, "CapDrop"))
        },
        no_new_privileges: option("no-new-privileges") || option("no-new-privileges true"),
        seccomp: !privileged && !option("seccomp unconfined"),
        oom_score_adj: i32::try_from(number(host, "OomScoreAdj")).unwrap_or(0),
        limits: host
            .get("Ulimits")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .map(ulimit)
            .collect(),
    }
}

fn ulimit(given: &Map<String, Value>) -> (String, ResourceLimit) {
    // -1 is unlimited.
    let value = |name| u64::try_from(number(given, name)).ok();
    let limit = ResourceLimit {
        soft: value("Soft"),
        hard: value("Hard"),
    };
    (text(given, "Name").to_owned(), limit)
}

/// The set that options leave of the usual one: `ALL` in either list stands for every capability.
fn capabilities(added: &[String], dropped: &[String]) -> u64 {
    let is_all = |it: &String| it.eq_ignore_ascii_case("all");
    let set = |names: &[String]| {
        names
            .iter()
            .filter_map(|it| capability(it))
            .fold(0, |set, bit| set | bit)
    };
    let base = if added.iter().any(is_all) {
        ALL_CAPABILITIES
    } else if dropped.iter().any(is_all) {
        0
    } else {
        DEFAULT_CAPABILITIES
    };
    let dropped = if dropped.iter().any(is_all) {
        0
    } else {
        set(dropped)
    };
    (base & !dropped) | set(added)
}

/// The limits of its control group.
pub(super) fn limits(container: &Container) -> CgroupLimits {
    let host = &container.host;
    let positive = |name: &str| u64::try_from(number(host, name)).ok().filter(|it| *it > 0);
    #[expect(clippy::cast_precision_loss, reason = "a number of CPUs")]
    let share = |part: u64, whole: u64| part as f64 / whole as f64;
    let nano = positive("NanoCpus").map(|nano| share(nano, 1_000_000_000));
    let quota = positive("CpuQuota").map(|it| share(it, positive("CpuPeriod").unwrap_or(100_000)));
    let memory = positive("Memory");
    // Docker counts memory and swap together, the kernel swap alone.
    let swap = positive("MemorySwap").and_then(|all| all.checked_sub(memory?));
    // runc's conversion of shares (2 to 262144) to a weight (1 to 10000).
    let weight = positive("CpuShares").map(|it| 1 + it.saturating_sub(2) * 9999 / 262_142);
    CgroupLimits {
        memory,
        reservation: positive("MemoryReservation"),
        swap,
        high: None,
        cpus: nano.or(quota),
        period: positive("CpuPeriod"),
        weight: weight.map(|it| it.min(10_000)),
        cpuset: text(host, "CpusetCpus").to_owned(),
        pids: positive("PidsLimit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_are_added_and_dropped() {
        let names = |list: &[&str]| list.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(capabilities(&[], &[]), 0xa804_25fb);
        assert_eq!(capabilities(&[], &names(&["ALL"])), 0);
        assert_eq!(
            capabilities(&names(&["CAP_NET_ADMIN"]), &names(&["all"])),
            1 << 12
        );
        assert_eq!(
            capabilities(&names(&["ALL"]), &names(&["SYS_ADMIN"])),
            ALL_CAPABILITIES & !(1 << 21)
        );
        assert_eq!(capabilities(&[], &names(&["CHOWN"])), 0xa804_25fb & !1);
    }
}
