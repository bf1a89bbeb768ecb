//! Processes and signals: fork(2), execve(2), waitpid(2), kill(2)…

use std::time::{Duration, SystemTime};

use super::super::clock::Clock;
use super::super::lock::Locked;
use super::super::table::{BASE_MEMORY, Table, bit};
use super::super::wake::until;
use super::super::{
    Environment, Errno, Kernel, Pid, ProcessInfo, ProgramFuture, Signal, WaitStatus,
};
use super::{ForkOptions, Sys};

/// From this size on, a process is looked at as what may exhaust the machine's memory, bytes.
const LARGE: u64 = 256 << 20;

/// What waitpid(2) tells of a child.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChildState {
    /// It ended, and is forgotten.
    Ended(WaitStatus),
    /// This signal stopped it (told once).
    Stopped(Signal),
}

impl Sys {
    /// fork(2), the child running `main`.
    pub fn fork<F>(&self, options: ForkOptions, main: F) -> Result<Pid, Errno>
    where
        F: FnOnce(Self) -> ProgramFuture + Send + 'static,
    {
        let inner = &self.kernel.inner;
        let (pid, control) = inner.fork(self.pid, options)?;
        let child = Self::new(Kernel::inside(inner), pid, control.clone());
        // The child may be in another PID namespace than ours.
        let seen = {
            let table = inner.table.locked();
            let ours = table.get(self.pid)?.pids;
            table.seen_from(ours, pid)
        };
        inner.run(pid, control, main(child));
        Ok(Pid(seen))
    }

    /// Finds a command as execvp(3) does: along `PATH` when it has no `/`. `ENOENT`, `EACCES`.
    pub fn find_program(&self, name: &str) -> Result<String, Errno> {
        self.view()?.which(name, self.var("PATH").as_deref())
    }

    /// execve(2) of a file already found: the program takes the place of this one; the value is
    /// its exit code, to be returned at once. `ENOEXEC` for a text file without `#!`.
    pub async fn exec(&self, path: &str, argv: Vec<String>, env: Environment) -> Result<u8, Errno> {
        self.checkpoint().await;
        let loaded = self.view()?.load(path, argv)?;
        self.book_cpu();
        self.edit(|process| {
            process.argv = loaded.argv.into();
            process.comm = loaded.comm;
            process.exe = loaded.exe;
            process.env = env.into();
            process.signals.caught = 0;
            process.signals.queue.clear();
            process.memory = BASE_MEMORY;
            process.cpu_share = 0.0;
            Ok(())
        })?;
        Ok((loaded.program)(self.clone()).await)
    }

    /// waitpid(2) for one child, or any. `ECHILD` when there is none.
    pub async fn wait(&self, child: Option<Pid>) -> Result<(Pid, WaitStatus), Errno> {
        self.checkpoint().await;
        let wake = self.edit(|it| Ok(it.wake.clone()))?;
        until(&wake, || self.try_wait(child).transpose()).await
    }

    /// The same with `WUNTRACED`: also when a child is stopped (Ctrl-Z).
    pub async fn wait_state(&self, child: Option<Pid>) -> Result<(Pid, ChildState), Errno> {
        self.checkpoint().await;
        let wake = self.edit(|it| Ok(it.wake.clone()))?;
        until(&wake, || {
            let stopped = self.kernel.inner.table.locked().take_stop(self.pid, child);
            if let Some((pid, signal)) = stopped {
                return Some(Ok((pid, ChildState::Stopped(signal))));
            }
            let ended = self.try_wait(child).transpose()?;
            Some(ended.map(|(pid, status)| (pid, ChildState::Ended(status))))
        })
        .await
    }

    /// The same with `WNOHANG`: `None` when no child has ended.
    pub fn try_wait(&self, child: Option<Pid>) -> Result<Option<(Pid, WaitStatus)>, Errno> {
        let mut table = self.kernel.inner.table.locked();
        let children = table.children(self.pid, child)?;
        let ended = children.into_iter().find_map(|pid| {
            let process = table.processes.get(&pid)?;
            process.ended.map(|status| (pid, status))
        });
        let Some((pid, status)) = ended else {
            return Ok(None);
        };
        let ours = table.get(self.pid)?.pids;
        let local = table.seen_from(ours, pid);
        let reaped = table.remove(pid);
        drop(table);
        drop(reaped);
        Ok(Some((Pid(local), status)))
    }

    /// kill(2), for a process of its namespace.
    pub fn kill(&self, pid: Pid, signal: Signal) -> Result<(), Errno> {
        self.kernel
            .inner
            .kill_from(self.pid, i64::from(pid.0), signal)
    }

    /// kill(2) for a process group.
    pub fn kill_group(&self, leader: Pid, signal: Signal) -> Result<(), Errno> {
        self.kernel
            .inner
            .kill_from(self.pid, -i64::from(leader.0), signal)
    }

    /// kill(2) with -1: all the processes of its namespace but itself and PID 1.
    pub fn kill_all(&self, signal: Signal) -> Result<(), Errno> {
        self.kernel.inner.kill_from(self.pid, -1, signal)
    }

    /// getpgrp(2).
    pub fn group(&self) -> Pid {
        Pid(self.process(0, |it| it.group_local))
    }

    /// setpgid(2) of itself (`pid` is `None`) or of a child: `Some(leader)` or its own group.
    pub fn set_group(&self, pid: Option<Pid>, leader: Option<Pid>) -> Result<(), Errno> {
        let mut table = self.kernel.inner.table.locked();
        let namespace = table.get(self.pid)?.pids;
        let target = match pid {
            Some(pid) => table.host_pid(namespace, pid.0)?,
            None => self.pid,
        };
        let local = table.get(target)?.local;
        let (group, group_local) = match leader.filter(|it| it.0 != local) {
            Some(leader) => (table.leader(namespace, leader.0)?, leader.0),
            None => (target, local),
        };
        let process = table.get_mut(target)?;
        process.group = group;
        process.group_local = group_local;
        Ok(())
    }

    /// setsid(2): a session and a group of its own, without a terminal.
    pub fn new_session(&self) -> Result<(), Errno> {
        let dropped = self.edit(|process| {
            process.session = self.pid;
            process.group = self.pid;
            process.group_local = process.local;
            Ok(process.terminal.take())
        })?;
        drop(dropped);
        Ok(())
    }

    /// From now on this signal is queued for [`Sys::next_signal`] instead of its default action.
    pub fn catch(&self, signal: Signal) {
        self.set_action(signal, true, false);
    }

    /// `SIG_IGN`.
    pub fn ignore(&self, signal: Signal) {
        self.set_action(signal, false, true);
    }

    /// `SIG_DFL`.
    pub fn default_action(&self, signal: Signal) {
        self.set_action(signal, false, false);
    }

    fn set_action(&self, signal: Signal, caught: bool, ignored: bool) {
        if matches!(signal, Signal::KILL | Signal::STOP) {
            return;
        }
        // A process that has been taken out gets no more signals.
        let _ = self.edit(|process| {
            let signals = &mut process.signals;
            signals.caught = signals.caught & !bit(signal) | if caught { bit(signal) } else { 0 };
            signals.ignored =
                signals.ignored & !bit(signal) | if ignored { bit(signal) } else { 0 };
            if !caught {
                signals.queue.retain(|it| *it != signal);
            }
            Ok(())
        });
    }

    /// Whether a signal is ignored (a shell keeps what it was started with).
    pub fn is_ignored(&self, signal: Signal) -> bool {
        self.process(false, |it| it.signals.ignored & bit(signal) != 0)
    }

    /// The next caught signal.
    pub async fn next_signal(&self) -> Signal {
        self.checkpoint().await;
        let Ok(wake) = self.edit(|it| Ok(it.wake.clone())) else {
            return std::future::pending().await;
        };
        until(&wake, || self.try_signal()).await
    }

    /// The next one of this signal, which is caught; the others go on waiting.
    pub async fn next_of(&self, signal: Signal) {
        self.checkpoint().await;
        let Ok(wake) = self.edit(|it| Ok(it.wake.clone())) else {
            return std::future::pending().await;
        };
        let take = || {
            let taken = self.edit(|it| {
                let queue = &mut it.signals.queue;
                let at = queue.iter().position(|it| *it == signal);
                Ok(at.and_then(|at| queue.remove(at)))
            });
            taken.ok().flatten()
        };
        until(&wake, take).await;
    }

    /// Whether a signal is caught.
    pub fn is_caught(&self, signal: Signal) -> bool {
        self.process(false, |it| it.signals.caught & bit(signal) != 0)
    }

    /// The next caught signal, if one is waiting.
    pub fn try_signal(&self) -> Option<Signal> {
        self.edit(|it| Ok(it.signals.queue.pop_front()))
            .ok()
            .flatten()
    }

    /// The processes of its PID namespace, numbered in it.
    pub fn processes(&self) -> Vec<ProcessInfo> {
        let table = self.kernel.inner.table.locked();
        let Ok(process) = table.get(self.pid) else {
            return Vec::new();
        };
        table.list(process.pids, process.pids)
    }

    /// Sleeps by the machine's clock.
    pub async fn sleep(&self, duration: Duration) {
        self.checkpoint().await;
        Clock::sleep(duration).await;
    }

    /// Lets signals take effect and others run; costs nothing otherwise.
    pub async fn yield_now(&self) {
        self.checkpoint().await;
    }

    /// The machine's clock.
    pub fn now(&self) -> SystemTime {
        self.kernel.inner.clock.now()
    }

    /// Time since the machine's boot, `CLOCK_MONOTONIC`.
    pub fn uptime(&self) -> Duration {
        self.kernel.inner.clock.uptime()
    }

    /// Books memory for this process (its resident size, bytes); beyond the cgroup's limit the
    /// kernel kills a process of that cgroup.
    pub fn set_memory(&self, bytes: u64) {
        let mut table = self.kernel.inner.table.locked();
        let Ok(process) = table.get_mut(self.pid) else {
            return;
        };
        process.memory = bytes;
        let cgroup = process.cgroup;
        table.kill_for_memory(cgroup);
        if bytes >= LARGE {
            table.kill_for_the_machine(self.kernel.inner.options.memory);
        }
    }

    /// Books more memory for this process than the machine has: the kernel kills a process, the one
    /// that uses most.
    pub fn exhaust_memory(&self) {
        self.set_memory(self.kernel.inner.options.memory.saturating_add(LARGE));
    }

    /// Says that this process uses this share of a CPU (1.0 is one whole) until said otherwise.
    pub fn set_cpu(&self, share: f64) {
        self.book_cpu();
        // A process that has been taken out uses nothing.
        let _ = self.edit(|process| {
            process.cpu_share = share.max(0.0);
            Ok(())
        });
    }

    fn book_cpu(&self) {
        let inner = &self.kernel.inner;
        let mut table = inner.table.locked();
        if let Ok(cgroup) = table.get(self.pid).map(|it| it.cgroup) {
            table.settle(cgroup, inner.clock.uptime(), inner.cpus());
        }
    }
}

impl Table {
    /// The children of a process, or the one of this number. `ECHILD`.
    fn children(&self, parent: u32, child: Option<Pid>) -> Result<Vec<u32>, Errno> {
        let process = self.get(parent)?;
        let children: Vec<u32> = match child {
            None => process.children.iter().copied().collect(),
            Some(child) => {
                let pid = self
                    .host_pid(process.pids, child.0)
                    .map_err(|_| Errno::ECHILD)?;
                process.children.get(&pid).copied().into_iter().collect()
            }
        };
        if children.is_empty() {
            Err(Errno::ECHILD)
        } else {
            Ok(children)
        }
    }

    /// A stop of a child that was not told yet.
    fn take_stop(&mut self, parent: u32, child: Option<Pid>) -> Option<(Pid, Signal)> {
        let children = self.children(parent, child).ok()?;
        let stopped = children.into_iter().find_map(|pid| {
            let process = self.processes.get_mut(&pid)?;
            let signal = process.stop_untold.take()?;
            Some((pid, signal))
        })?;
        let ours = self.get(parent).ok()?.pids;
        Some((Pid(self.seen_from(ours, stopped.0)), stopped.1))
    }
}
