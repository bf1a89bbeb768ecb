//! The process table.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{Notify, oneshot};

use super::cgroup::Cgroup;
use super::file::OpenFile;
use super::mount::MountTable;
use super::net::NetNamespace;
use super::security::{Capability, Security};
use super::task::Control;
use super::tty::SharedTerminal;
use super::{Environment, Errno, Fd, Pid, ProcessInfo, Signal, WaitStatus};

/// Memory that a process takes before it says anything, bytes: about what busybox does.
pub(super) const BASE_MEMORY: u64 = 600 << 10;

/// The host's PID namespace, by the inode number that Linux gives it.
pub(super) const HOST_PIDS: u64 = 4_026_531_836;

/// Who a process runs as.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) groups: Vec<u32>,
}

/// The namespaces of a process but for its PID namespace, shared by those of a container.
#[derive(Clone)]
pub(super) struct Space {
    pub(super) mounts: Arc<MountTable>,
    pub(super) hostname: Arc<std::sync::Mutex<String>>,
    pub(super) net: Arc<NetNamespace>,
    /// The control group that its cgroup namespace shows as `/`; empty for the real root.
    pub(super) cgroup_root: Arc<str>,
    /// Number of each namespace's inode, by the name it has in `/proc/PID/ns`.
    pub(super) inodes: BTreeMap<&'static str, u64>,
    /// Terminals of its `/dev/pts`.
    pub(super) terminals: Arc<std::sync::Mutex<Vec<std::sync::Weak<super::tty::Terminal>>>>,
}

/// What a process does with signals.
#[derive(Debug, Default, Clone)]
pub(super) struct Signals {
    pub(super) caught: u64,
    pub(super) ignored: u64,
    /// Caught ones that nobody has asked for yet.
    pub(super) queue: VecDeque<Signal>,
}

/// The bit of a signal in a set.
pub(super) const fn bit(signal: Signal) -> u64 {
    if signal.0 == 0 || signal.0 > 64 {
        0
    } else {
        1 << (signal.0 - 1)
    }
}

/// A process.
pub(super) struct Process {
    /// Its number in its own namespace.
    pub(super) local: u32,
    /// Its PID namespace.
    pub(super) pids: u64,
    /// That of its children: another one after unshare(2) or setns(2).
    pub(super) child_pids: u64,
    /// Its parent, by host number; 0 for none.
    pub(super) parent: u32,
    pub(super) children: BTreeSet<u32>,
    /// Its process group, by the leader's host number.
    pub(super) group: u32,
    /// The same in its own namespace.
    pub(super) group_local: u32,
    /// Its session, by the leader's host number.
    pub(super) session: u32,
    pub(super) terminal: Option<SharedTerminal>,
    pub(super) ended: Option<WaitStatus>,
    pub(super) credentials: Arc<Credentials>,
    pub(super) argv: Arc<[String]>,
    pub(super) comm: String,
    pub(super) exe: String,
    pub(super) env: Arc<Environment>,
    pub(super) files: BTreeMap<Fd, Arc<OpenFile>>,
    pub(super) cwd: Arc<str>,
    pub(super) umask: u32,
    pub(super) signals: Signals,
    /// Notified when a child changes or a signal is queued.
    pub(super) wake: Arc<Notify>,
    /// `None` for the machine's own daemons, which only show in `ps`.
    pub(super) control: Option<Arc<Control>>,
    pub(super) space: Arc<Space>,
    pub(super) security: Arc<Security>,
    /// The nice value, from -20 to 19.
    pub(super) nice: i8,
    pub(super) cgroup: u64,
    pub(super) started: SystemTime,
    pub(super) memory: u64,
    pub(super) cpu_share: f64,
    /// Processor time booked by its share.
    pub(super) cpu: Duration,
    /// A stop that its parent has not been told of.
    pub(super) stop_untold: Option<Signal>,
    /// Who outside waits for it.
    pub(super) report: Option<oneshot::Sender<(WaitStatus, bool)>>,
}

impl Process {
    /// Whether it is root with this capability.
    pub(super) fn may(&self, capability: Capability) -> bool {
        self.credentials.uid == 0 && self.security.grants(capability)
    }

    /// `oom_score`: its share of the machine's memory in thousandths, adjusted.
    pub(super) fn oom_score(&self, memory: u64) -> u64 {
        let share = i64::try_from(self.memory.saturating_mul(1000) / memory.max(1)).unwrap_or(0);
        let adjusted = 1000 + share + i64::from(self.security.oom_score_adj);
        u64::try_from(adjusted * 2 / 3).unwrap_or(0)
    }

    /// The namespaces of a child: a PID namespace entered for children shows in theirs.
    pub(super) fn space_for_child(&self) -> Arc<Space> {
        if self.space.inodes.get("pid") == Some(&self.child_pids) {
            return self.space.clone();
        }
        let mut space = (*self.space).clone();
        space.inodes.insert("pid", self.child_pids);
        Arc::new(space)
    }

    /// Processor time used.
    pub(super) fn cpu_time(&self) -> Duration {
        self.cpu
            + self
                .control
                .as_ref()
                .map_or(Duration::ZERO, |it| it.polled())
    }

    /// The letter of its state, proc(5).
    pub(super) fn state(&self) -> char {
        if self.ended.is_some() {
            'Z'
        } else if self.control.as_ref().is_some_and(|it| it.is_stopped()) {
            'T'
        } else if self.control.as_ref().is_some_and(|it| it.is_held()) {
            'D'
        } else if self.cpu_share > 0.0 {
            'R'
        } else {
            'S'
        }
    }
}

/// A PID namespace.
#[derive(Debug, Default)]
pub(super) struct PidNamespace {
    /// Its PID 1, by host number.
    pub(super) init: u32,
    /// The last number given.
    pub(super) last: u32,
    /// Host numbers by its own.
    pub(super) members: BTreeMap<u32, u32>,
    /// Set once its PID 1 has ended.
    pub(super) over: Option<WaitStatus>,
}

/// All processes, by host number.
#[derive(Default)]
pub(super) struct Table {
    pub(super) processes: HashMap<u32, Process>,
    pub(super) namespaces: HashMap<u64, PidNamespace>,
    pub(super) cgroups: HashMap<u64, Cgroup>,
    /// Set when the machine is gone: nothing starts any more.
    pub(super) halted: bool,
}

impl Table {
    pub(super) fn get(&self, pid: u32) -> Result<&Process, Errno> {
        self.processes.get(&pid).ok_or(Errno::ESRCH)
    }

    pub(super) fn get_mut(&mut self, pid: u32) -> Result<&mut Process, Errno> {
        self.processes.get_mut(&pid).ok_or(Errno::ESRCH)
    }

    /// A process by its number in a namespace.
    pub(super) fn host_pid(&self, namespace: u64, local: u32) -> Result<u32, Errno> {
        let found = self
            .namespaces
            .get(&namespace)
            .and_then(|it| it.members.get(&local));
        found.copied().ok_or(Errno::ESRCH)
    }

    /// The number of a process in a namespace; 0 when it is not in it. The host sees all.
    pub(super) fn seen_from(&self, namespace: u64, pid: u32) -> u32 {
        if namespace == HOST_PIDS {
            return pid;
        }
        self.processes
            .get(&pid)
            .filter(|it| it.pids == namespace)
            .map_or(0, |it| it.local)
    }

    /// Takes the next free numbers, on the host and in a namespace, and enters the process.
    pub(super) fn enter(&mut self, namespace: u64, make: impl FnOnce(u32, u32) -> Process) -> u32 {
        let host = self.namespaces.entry(HOST_PIDS).or_default();
        host.last += 1;
        let pid = host.last;
        let local = if namespace == HOST_PIDS {
            pid
        } else {
            let inner = self.namespaces.entry(namespace).or_default();
            inner.last += 1;
            inner.last
        };
        for (namespace, number) in [(HOST_PIDS, pid), (namespace, local)] {
            self.namespaces
                .entry(namespace)
                .or_default()
                .members
                .insert(number, pid);
        }
        let process = make(pid, local);
        if let Some(parent) = self.processes.get_mut(&process.parent) {
            parent.children.insert(pid);
        }
        if let Some(namespace) = self.namespaces.get_mut(&namespace)
            && namespace.init == 0
        {
            namespace.init = pid;
        }
        if let Some(cgroup) = self.cgroups.get_mut(&process.cgroup) {
            cgroup.members.insert(pid);
            cgroup.pids_peak = cgroup.pids_peak.max(cgroup.members.len());
        }
        self.processes.insert(pid, process);
        pid
    }

    /// Takes a process out: its number is free. What it held comes back to be dropped without the
    /// lock.
    pub(super) fn remove(&mut self, pid: u32) -> Option<Process> {
        let process = self.processes.remove(&pid)?;
        if let Some(parent) = self.processes.get_mut(&process.parent) {
            parent.children.remove(&pid);
        }
        for (namespace, number) in [(HOST_PIDS, pid), (process.pids, process.local)] {
            if let Some(namespace) = self.namespaces.get_mut(&namespace) {
                namespace.members.remove(&number);
            }
        }
        Some(process)
    }

    /// Members of a process group, by host number.
    pub(super) fn group(&self, leader: u32) -> Vec<u32> {
        let member = |(_, it): &(&u32, &Process)| it.group == leader && it.ended.is_none();
        self.processes
            .iter()
            .filter(member)
            .map(|(pid, _)| *pid)
            .collect()
    }

    /// The processes of a namespace in order, with their numbers as another one sees them.
    pub(super) fn list(&self, namespace: u64, seen_from: u64) -> Vec<ProcessInfo> {
        let Some(found) = self.namespaces.get(&namespace) else {
            return Vec::new();
        };
        found
            .members
            .values()
            .filter_map(|pid| self.info(*pid, seen_from))
            .collect()
    }

    pub(super) fn info(&self, pid: u32, seen_from: u64) -> Option<ProcessInfo> {
        let process = self.processes.get(&pid)?;
        Some(ProcessInfo {
            pid: Pid(self.seen_from(seen_from, pid)),
            ppid: Pid(self.seen_from(seen_from, process.parent)),
            uid: process.credentials.uid,
            gid: process.credentials.gid,
            group: Pid(self.seen_from(seen_from, process.group)),
            session: Pid(self.seen_from(seen_from, process.session)),
            foreground: process
                .terminal
                .as_ref()
                .is_some_and(|it| it.foreground() == process.group),
            nice: process.nice,
            comm: process.comm.clone(),
            argv: process.argv.to_vec(),
            state: process.state(),
            started: process.started,
            cpu: process.cpu_time(),
            memory: if process.ended.is_some() {
                0
            } else {
                process.memory
            },
            tty: process.terminal.as_ref().map(|it| it.name()),
        })
    }
}
