//! What a process may do beyond its user: capabilities(7), and its resource limits.

use super::Pid;
use domain::capabilities;

/// The capabilities that have an effect here, as bit numbers of `CapEff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Capability {
    Chown = 0,
    DacOverride = 1,
    Fowner = 3,
    Kill = 5,
    Setuid = 7,
    NetAdmin = 12,
    NetRaw = 13,
    SysPtrace = 19,
    SysAdmin = 21,
    SysNice = 23,
}

/// Every capability.
pub const ALL_CAPABILITIES: u64 = (1 << capabilities::NAMES.len()) - 1;
/// Those of a container by default.
pub const DEFAULT_CAPABILITIES: u64 = capabilities::DEFAULT;

/// The bit of a capability in a set; its name may begin with `CAP_` and be in small letters.
pub fn capability(name: &str) -> Option<u64> {
    let name = name.to_uppercase();
    let name = name.strip_prefix("CAP_").unwrap_or(&name);
    capabilities::NAMES
        .iter()
        .position(|it| *it == name)
        .map(|bit| 1_u64 << bit)
}

/// A resource limit, getrlimit(2): `None` is unlimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResourceLimit {
    /// What counts.
    pub soft: Option<u64>,
    /// What it may be raised to.
    pub hard: Option<u64>,
}

/// What is granted to a process, and to those it starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security {
    /// Its bounding set; root has them all.
    pub capabilities: u64,
    /// `no_new_privs`.
    pub no_new_privileges: bool,
    /// Whether a seccomp profile filters its system calls.
    pub seccomp: bool,
    /// `oom_score_adj`, from -1000 to 1000.
    pub oom_score_adj: i32,
    /// Limits that are not the usual ones, by docker's name (`nofile`).
    pub limits: Vec<(String, ResourceLimit)>,
}

impl Default for Security {
    fn default() -> Self {
        Self {
            capabilities: DEFAULT_CAPABILITIES,
            no_new_privileges: false,
            seccomp: true,
            oom_score_adj: 0,
            limits: Vec::new(),
        }
    }
}

impl Security {
    /// That of the host's own processes.
    pub(super) fn of_the_host() -> Self {
        Self {
            capabilities: ALL_CAPABILITIES,
            seccomp: false,
            ..Self::default()
        }
    }

    /// Whether root may do this.
    pub(super) fn grants(&self, capability: Capability) -> bool {
        self.capabilities & (1 << capability as u8) != 0
    }

    /// A limit by docker's name: what is set, or the usual one.
    pub(super) fn limit(&self, name: &str) -> ResourceLimit {
        let set = self.limits.iter().rev().find(|it| it.0 == name);
        let usual = |soft, hard| ResourceLimit { soft, hard };
        set.map_or_else(
            || match name {
                "stack" => usual(Some(8_388_608), None),
                "nofile" => usual(Some(1_048_576), Some(1_048_576)),
                "memlock" => usual(Some(8_388_608), Some(8_388_608)),
                "sigpending" => usual(Some(15_590), Some(15_590)),
                "msgqueue" => usual(Some(819_200), Some(819_200)),
                "nice" | "rtprio" => usual(Some(0), Some(0)),
                _ => usual(None, None),
            },
            |it| it.1,
        )
    }
}

/// Whether a container has a namespace of its own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Share {
    /// A new one.
    #[default]
    Own,
    /// The host's.
    Host,
    /// That of a process, by host number.
    Of(Pid),
}

/// Which namespaces a container has of its own, the network's and the mounts' apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sharing {
    /// `pid_namespaces(7)`
    pub pid: Share,
    /// `ipc_namespaces(7)`
    pub ipc: Share,
    /// `uts_namespaces(7)`
    pub uts: Share,
    /// `cgroup_namespaces(7)`
    pub cgroup: Share,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_have_docker_s_names() {
        assert_eq!(capability("cap_net_admin"), Some(1 << 12));
        assert_eq!(capability("SYS_ADMIN"), Some(1 << 21));
        assert_eq!(capability("nope"), None);
        assert_eq!(ALL_CAPABILITIES, 0x1ff_ffff_ffff);
        let usual = Security::default();
        assert!(usual.grants(Capability::Chown) && !usual.grants(Capability::SysAdmin));
    }
}
