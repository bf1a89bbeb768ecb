//! Birth and end of processes.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::Notify;

use super::host::Inner;
use super::lock::Locked;
use super::table::{BASE_MEMORY, HOST_PIDS, Process, Signals, Table};
use super::task::Control;
use super::{Errno, Fd, ForkOptions, Signal, WaitStatus};

impl Inner {
    /// fork(2): the child's host number and the control of its task, which is not running yet.
    pub(super) fn fork(
        &self,
        parent: u32,
        options: ForkOptions,
    ) -> Result<(u32, Arc<Control>), Errno> {
        let mut table = self.table.locked();
        if table.halted {
            return Err(Errno::EAGAIN);
        }
        let ours = table.get(parent)?;
        let (namespace, cgroup) = (ours.child_pids, ours.cgroup);
        // A namespace whose PID 1 has ended takes no more processes.
        if table
            .namespaces
            .get(&namespace)
            .is_some_and(|it| it.over.is_some())
        {
            return Err(Errno::ENOMEM);
        }
        if !table.admits(cgroup) {
            return Err(Errno::EAGAIN);
        }
        let group = match options.group.flatten() {
            Some(leader) => Some((table.leader(namespace, leader.0)?, leader.0)),
            None => None,
        };
        let own_group = options.group.is_some() && group.is_none();
        let frozen = table.cgroups.get(&cgroup).is_some_and(|it| it.frozen);
        let ours = table.get(parent)?;
        let files = match options.fds {
            None => ours.files.clone(),
            Some(wanted) => {
                let take = |(theirs, own): (Fd, Fd)| {
                    ours.files
                        .get(&own)
                        .map(|file| (theirs, file.clone()))
                        .ok_or(Errno::EBADF)
                };
                wanted.into_iter().map(take).collect::<Result<_, _>>()?
            }
        };
        let control = Arc::new(Control::default());
        control.set_frozen(frozen);
        let (group, group_local) = group.unwrap_or((ours.group, ours.group_local));
        let child = Process {
            local: 0,
            pids: namespace,
            child_pids: namespace,
            parent,
            children: BTreeSet::new(),
            group,
            group_local,
            session: ours.session,
            terminal: ours.terminal.clone(),
            ended: None,
            credentials: ours.credentials.clone(),
            argv: ours.argv.clone(),
            comm: ours.comm.clone(),
            exe: ours.exe.clone(),
            env: options.env.map_or_else(|| ours.env.clone(), Arc::new),
            files,
            cwd: ours.cwd.clone(),
            umask: ours.umask,
            signals: Signals {
                queue: std::collections::VecDeque::new(),
                ..ours.signals.clone()
            },
            wake: Arc::new(Notify::new()),
            control: Some(control.clone()),
            space: ours.space_for_child(),
            security: ours.security.clone(),
            nice: ours.nice,
            cgroup,
            started: self.clock.now(),
            memory: BASE_MEMORY,
            cpu_share: 0.0,
            cpu: std::time::Duration::ZERO,
            stop_untold: None,
            report: None,
        };
        let pid = table.enter(namespace, |pid, local| {
            let (group, group_local) = if own_group {
                (pid, local)
            } else {
                (child.group, child.group_local)
            };
            Process {
                local,
                group,
                group_local,
                ..child
            }
        });
        table.kill_for_memory(cgroup);
        Ok((pid, control))
    }

    /// The end of a process, whose program has been dropped.
    pub(super) fn end(&self, pid: u32, status: WaitStatus) {
        let mut table = self.table.locked();
        let Some(cgroup) = table.processes.get(&pid).map(|it| it.cgroup) else {
            return;
        };
        table.settle(cgroup, self.clock.uptime(), self.cpus());
        let Some(process) = table.processes.get_mut(&pid) else {
            return;
        };
        process.ended = Some(status);
        process.memory = 0;
        let files = std::mem::take(&mut process.files);
        let terminal = process.terminal.take();
        let (namespace, session, parent) = (process.pids, process.session, process.parent);
        let children = std::mem::take(&mut process.children);
        let polled = process
            .control
            .as_ref()
            .map(|it| it.polled())
            .unwrap_or_default();
        let report = process.report.take();
        if let Some(group) = table.cgroups.get_mut(&cgroup) {
            group.members.remove(&pid);
            group.usage += polled;
        }
        // The end of a session's leader hangs its terminal up.
        if let Some(terminal) = terminal
            .as_ref()
            .filter(|it| session == pid && it.session() == pid)
        {
            let foreground = terminal.foreground();
            let _ = table.deliver_group(foreground, Signal::HUP, false);
            let _ = table.deliver_group(foreground, Signal::CONT, false);
        }
        let was_init = table.is_init(pid);
        let was_first = table.cgroups.get(&cgroup).is_some_and(|it| it.init == pid);
        let mut gone = table.reparent(namespace, children, was_init);
        if was_init {
            table.kill_namespace(namespace, status);
        }
        if was_first {
            if let Some(group) = table.cgroups.get_mut(&cgroup) {
                group.over = true;
            }
            // Without a PID namespace of its own, this is what ends a container.
            table.kill_group(cgroup);
        }
        let killed_for_memory = table
            .cgroups
            .get_mut(&cgroup)
            .is_some_and(|it| it.oom_victims.remove(&pid));
        let mut reports = Vec::new();
        if was_init || was_first {
            // Told once all of its processes are gone.
            if let Some(process) = table.processes.get_mut(&pid) {
                process.report = report;
            }
        } else {
            reports.extend(report.map(|it| (it, status, killed_for_memory)));
            gone.extend(table.leave_to_parent(pid, parent));
        }
        // The last to end in a PID namespace may be of another container than its owner.
        let owner = table.owner_of(namespace);
        gone.extend(table.finish_namespace(namespace));
        for cgroup in [Some(cgroup), owner.filter(|it| *it != cgroup)] {
            if let Some((init, group)) = cgroup.and_then(|it| table.finish_container(it))
                && let Some(report) = init.report
            {
                let status = init.ended.unwrap_or(status);
                reports.push((report, status, group.is_some_and(|it| it.oom_kills > 0)));
            }
        }
        drop(table);
        // Closing wakes readers at the other ends, and may take other locks.
        drop((files, terminal, gone));
        for (report, status, oom) in reports {
            // Nobody may be waiting any more.
            let _ = report.send((status, oom));
        }
    }
}

impl Table {
    /// Gives orphans to their namespace's PID 1; those that had ended are reaped when it is the
    /// machine's own.
    fn reparent(
        &mut self,
        namespace: u64,
        orphans: BTreeSet<u32>,
        init_ended: bool,
    ) -> Vec<Process> {
        let init = self.namespaces.get(&namespace).map_or(0, |it| it.init);
        let mut gone = Vec::new();
        for orphan in orphans {
            let Some(process) = self.processes.get_mut(&orphan) else {
                continue;
            };
            process.parent = if init_ended { 0 } else { init };
            let ended = process.ended.is_some();
            if !init_ended && let Some(init) = self.processes.get_mut(&init) {
                init.children.insert(orphan);
            }
            if ended && !init_ended {
                gone.extend(self.leave_to_parent(orphan, init));
            }
        }
        gone
    }

    /// A process that ended: its parent is told, or it goes at once when nobody will ask.
    fn leave_to_parent(&mut self, pid: u32, parent: u32) -> Option<Process> {
        let waits = self.processes.get(&parent).is_some_and(|it| {
            it.ended.is_none()
                && it.control.is_some()
                && it.signals.ignored & super::table::bit(Signal::CHLD) == 0
        });
        if waits {
            self.tell_parent(parent);
            return None;
        }
        self.remove(pid)
    }

    /// Kills what is left in a namespace whose PID 1 has ended.
    fn kill_namespace(&mut self, namespace: u64, status: WaitStatus) {
        let Some(found) = self.namespaces.get_mut(&namespace) else {
            return;
        };
        found.over = Some(status);
        for pid in found.members.values() {
            let process = self.processes.get(pid).filter(|it| it.ended.is_none());
            if let Some(control) = process.and_then(|it| it.control.as_ref()) {
                control.kill(Signal::KILL);
            }
        }
    }

    /// The control group of a namespace's PID 1.
    fn owner_of(&self, namespace: u64) -> Option<u64> {
        let init = self.namespaces.get(&namespace)?.init;
        self.processes.get(&init).map(|it| it.cgroup)
    }

    /// Whether a process that has ended is still the first of its container.
    fn is_first(&self, pid: u32) -> bool {
        let cgroup = self.processes.get(&pid).map(|it| it.cgroup);
        cgroup
            .and_then(|it| self.cgroups.get(&it))
            .is_some_and(|it| it.init == pid)
    }

    /// Removes a namespace that has ended once nothing runs in it, with the zombies that their
    /// parents did not wait for. The first processes of containers stay until these are over.
    fn finish_namespace(&mut self, namespace: u64) -> Vec<Process> {
        let over = |it: &&super::table::PidNamespace| it.over.is_some();
        let Some(found) = self.namespaces.get(&namespace).filter(over) else {
            return Vec::new();
        };
        let runs = |pid: &u32| self.processes.get(pid).is_some_and(|it| it.ended.is_none());
        if namespace == HOST_PIDS || found.members.values().any(runs) {
            return Vec::new();
        }
        let init = found.init;
        let members: Vec<u32> = found.members.values().copied().collect();
        let mut gone = Vec::new();
        for pid in members.into_iter().filter(|pid| *pid != init) {
            if !self.is_first(pid) {
                gone.extend(self.remove(pid));
            }
        }
        if !self.is_first(init) {
            // One that unshare(1) made: its parent waits for it as for any child.
            let parent = self.processes.get(&init).map_or(0, |it| it.parent);
            gone.extend(self.leave_to_parent(init, parent));
        }
        self.namespaces.remove(&namespace);
        gone
    }

    /// Removes a container that has ended once nothing runs in its control group: its first
    /// process, its shim and the group.
    fn finish_container(
        &mut self,
        cgroup: u64,
    ) -> Option<(Process, Option<super::cgroup::Cgroup>)> {
        let group = self.cgroups.get(&cgroup)?;
        if !group.over || !group.members.is_empty() {
            return None;
        }
        let first = group.init;
        // Others may still be in its PID namespace: they are being killed.
        let namespace = self.processes.get(&first).map(|it| it.pids)?;
        if self
            .namespaces
            .get(&namespace)
            .is_some_and(|it| it.init == first)
        {
            return None;
        }
        let zombies: Vec<u32> = self
            .processes
            .iter()
            .filter(|(pid, it)| it.cgroup == cgroup && **pid != first)
            .map(|(pid, _)| *pid)
            .collect();
        for pid in zombies {
            self.remove(pid);
        }
        let init = self.remove(first)?;
        // The shim goes with its container.
        self.remove(init.parent);
        let cgroup = self.cgroups.remove(&cgroup);
        Some((init, cgroup))
    }
}
