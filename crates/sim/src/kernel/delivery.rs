//! Delivery of signals.

use super::host::Inner;
use super::lock::Locked;
use super::security::Capability;
use super::table::{Process, Table, bit};
use super::{Errno, Signal};

/// What a signal does by default, signal(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    End,
    Ignore,
    Stop,
    Continue,
}

fn action(signal: Signal) -> Action {
    const TTIN: u8 = 21;
    const TTOU: u8 = 22;
    const URG: u8 = 23;
    match signal {
        Signal::CHLD | Signal::WINCH | Signal(URG) => Action::Ignore,
        Signal::STOP | Signal::TSTP | Signal(TTIN | TTOU) => Action::Stop,
        Signal::CONT => Action::Continue,
        _ => Action::End,
    }
}

impl Table {
    /// Sends a signal. `outside` tells that the sender is in a parent namespace: only then can
    /// `SIGKILL` and `SIGSTOP` reach a PID 1, which no default action of another signal does.
    pub(super) fn deliver(&mut self, pid: u32, signal: Signal, outside: bool) -> Result<(), Errno> {
        let is_init = self.is_init(pid);
        let process = self.get_mut(pid)?;
        let Some(control) = process.control.clone().filter(|_| process.ended.is_none()) else {
            return Ok(());
        };
        if signal.0 == 0 {
            return Ok(());
        }
        let forced = matches!(signal, Signal::KILL | Signal::STOP);
        if action(signal) == Action::Continue && control.is_stopped() {
            control.set_stopped(false);
            process.stop_untold = None;
        }
        if forced && is_init && !outside {
            return Ok(());
        }
        if !forced {
            if process.signals.ignored & bit(signal) != 0 {
                return Ok(());
            }
            if process.signals.caught & bit(signal) != 0 {
                // A signal that is already pending is not queued twice.
                if !process.signals.queue.contains(&signal) {
                    process.signals.queue.push_back(signal);
                }
                process.wake.notify_waiters();
                return Ok(());
            }
            if is_init {
                return Ok(());
            }
        }
        match action(signal) {
            Action::End => control.kill(signal),
            Action::Ignore | Action::Continue => {}
            Action::Stop => {
                control.set_stopped(true);
                process.stop_untold = Some(signal);
                let parent = process.parent;
                self.tell_parent(parent);
            }
        }
        Ok(())
    }

    /// Tells a parent that a child changed state.
    pub(super) fn tell_parent(&mut self, parent: u32) {
        if let Some(parent) = self.processes.get(&parent) {
            parent.wake.notify_waiters();
        }
        // It may have ended meanwhile.
        let _ = self.deliver(parent, Signal::CHLD, false);
    }

    /// Whether a process is its namespace's PID 1.
    pub(super) fn is_init(&self, pid: u32) -> bool {
        let Some(process) = self.processes.get(&pid) else {
            return false;
        };
        self.namespaces
            .get(&process.pids)
            .is_some_and(|it| it.init == pid)
    }

    /// Sends a signal to a process group.
    pub(super) fn deliver_group(
        &mut self,
        group: u32,
        signal: Signal,
        outside: bool,
    ) -> Result<(), Errno> {
        let members = self.group(group);
        if members.is_empty() {
            return Err(Errno::ESRCH);
        }
        members
            .into_iter()
            .try_for_each(|pid| self.deliver(pid, signal, outside))
    }
}

impl Inner {
    /// kill(2) by a process, for one of its namespace; a negative `target` is a group, -1 is all
    /// but itself and PID 1.
    pub(super) fn kill_from(&self, sender: u32, target: i64, signal: Signal) -> Result<(), Errno> {
        let mut table = self.table.locked();
        let (namespace, uid, may_kill) = {
            let process = table.get(sender)?;
            let may = process.may(Capability::Kill);
            (process.pids, process.credentials.uid, may)
        };
        let settle = |it: &mut Table, pid: u32| {
            let cgroup = it.processes.get(&pid).map_or(0, |it| it.cgroup);
            it.settle(cgroup, self.clock.uptime(), self.cpus());
        };
        let targets: Vec<u32> = if target == -1 {
            let members = table
                .namespaces
                .get(&namespace)
                .map(|it| it.members.clone());
            let others = members.unwrap_or_default().into_values();
            others
                .filter(|pid| *pid != sender && !table.is_init(*pid))
                .collect()
        } else if target < 0 {
            let leader = u32::try_from(-target).map_err(|_| Errno::ESRCH)?;
            let leader = table.leader(namespace, leader)?;
            table.group(leader)
        } else {
            let local = u32::try_from(target).map_err(|_| Errno::ESRCH)?;
            vec![table.host_pid(namespace, local)?]
        };
        let mut result = Err(Errno::ESRCH);
        for pid in targets {
            let process = table.get(pid)?;
            if !may_kill && process.credentials.uid != uid {
                result = result.or(Err(Errno::EPERM));
                continue;
            }
            let outside = process.pids != namespace;
            settle(&mut table, pid);
            table.deliver(pid, signal, outside)?;
            result = Ok(());
        }
        result
    }
}

impl Table {
    /// The host number of a group, given its number in a namespace. Its leader may be gone.
    pub(super) fn leader(&self, namespace: u64, leader: u32) -> Result<u32, Errno> {
        let member = |it: &&Process| it.pids == namespace && it.group_local == leader;
        self.processes
            .values()
            .find(member)
            .map(|it| it.group)
            .ok_or(Errno::ESRCH)
    }
}
