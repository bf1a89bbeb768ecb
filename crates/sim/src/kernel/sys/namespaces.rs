//! Namespaces and mounts: unshare(2), setns(2), mount(2), and what a process may be given.

use std::sync::{Arc, Mutex};

use super::super::lock::Locked;
use super::super::mount::Source;
use super::super::net::NetNamespace;
use super::super::security::Capability;
use super::super::table::Space;
use super::super::walk::Place;
use super::super::{Errno, Pid};
use super::Sys;

/// A sort of namespace, `namespaces(7)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Namespace {
    /// `CLONE_NEWCGROUP`
    Cgroup,
    /// `CLONE_NEWIPC`
    Ipc,
    /// `CLONE_NEWNS`
    Mount,
    /// `CLONE_NEWNET`
    Network,
    /// `CLONE_NEWPID`: for children.
    Pid,
    /// `CLONE_NEWUTS`
    Uts,
}

impl Namespace {
    /// Its name in `/proc/PID/ns`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cgroup => "cgroup",
            Self::Ipc => "ipc",
            Self::Mount => "mnt",
            Self::Network => "net",
            Self::Pid => "pid",
            Self::Uts => "uts",
        }
    }
}

impl Sys {
    /// unshare(2). `EPERM` without `CAP_SYS_ADMIN`.
    pub fn unshare(&self, wanted: &[Namespace]) -> Result<(), Errno> {
        let inner = &self.kernel.inner;
        let mut table = inner.table.locked();
        let process = table.get(self.pid)?;
        if !process.may(Capability::SysAdmin) {
            return Err(Errno::EPERM);
        }
        let cgroup = table
            .cgroups
            .get(&process.cgroup)
            .map_or_else(String::new, |it| it.path.clone());
        let mut space = (*process.space).clone();
        let mut children = process.child_pids;
        for namespace in wanted {
            let inode = inner.inode();
            match namespace {
                Namespace::Cgroup => space.cgroup_root = cgroup.as_str().into(),
                Namespace::Ipc => {}
                Namespace::Mount => space.mounts = Arc::new(space.mounts.copy()),
                Namespace::Network => {
                    space.net = Arc::new(NetNamespace::new(false, inode));
                    inner.network.add(&space.net);
                }
                Namespace::Pid => {
                    children = inode;
                    continue;
                }
                Namespace::Uts => {
                    let name = space.hostname.locked().clone();
                    space.hostname = Arc::new(Mutex::new(name));
                }
            }
            space.inodes.insert(namespace.name(), inode);
        }
        let process = table.get_mut(self.pid)?;
        process.space = Arc::new(space);
        process.child_pids = children;
        Ok(())
    }

    /// setns(2): enters namespaces of another process. `EPERM` without `CAP_SYS_ADMIN`, `ESRCH`.
    pub fn enter_namespaces(&self, of: Pid, wanted: &[Namespace]) -> Result<(), Errno> {
        let mut table = self.kernel.inner.table.locked();
        let process = table.get(self.pid)?;
        if !process.may(Capability::SysAdmin) {
            return Err(Errno::EPERM);
        }
        let target = table.get(table.host_pid(process.pids, of.0)?)?;
        let theirs: &Space = &target.space;
        let mut space = (*process.space).clone();
        let mut children = process.child_pids;
        for namespace in wanted {
            match namespace {
                Namespace::Cgroup => space.cgroup_root = theirs.cgroup_root.clone(),
                Namespace::Ipc => {}
                Namespace::Mount => {
                    space.mounts = theirs.mounts.clone();
                    space.terminals = theirs.terminals.clone();
                }
                Namespace::Network => space.net = theirs.net.clone(),
                Namespace::Pid => {
                    children = target.pids;
                    continue;
                }
                Namespace::Uts => space.hostname = theirs.hostname.clone(),
            }
            if let Some(inode) = theirs.inodes.get(namespace.name()) {
                space.inodes.insert(namespace.name(), *inode);
            }
        }
        let process = table.get_mut(self.pid)?;
        process.space = Arc::new(space);
        process.child_pids = children;
        if wanted.contains(&Namespace::Mount) {
            process.cwd = Arc::from("/");
        }
        Ok(())
    }

    /// mount(2) of `tmpfs`, `proc` or `sysfs` on a directory, or of what `source` shows (a bind).
    /// `EPERM` without `CAP_SYS_ADMIN`, `ENODEV` for other sorts of file systems.
    pub fn mount(
        &self,
        source: &str,
        target: &str,
        sort: Option<&str>,
        read_only: bool,
    ) -> Result<(), Errno> {
        let view = self.view()?;
        if !view.may(Capability::SysAdmin) {
            return Err(Errno::EPERM);
        }
        let (found, metadata) = view.existing(target, true)?;
        let Some(sort) = sort else {
            let (from, _) = view.existing(source, true)?;
            let (over, rest) = view.space.mounts.find(&from.path);
            let columns = [over.device.as_str(), &over.sort, &over.options, ""];
            let shown = match (&over.source, from.place) {
                (_, Place::Tree(fs, path)) => Source::Tree(fs, path),
                (source, _) if rest.is_empty() => source.clone(),
                _ => return Err(Errno::EINVAL),
            };
            view.space
                .mounts
                .add(&found.path, shown, read_only, columns);
            return Ok(());
        };
        if !metadata.is_dir() {
            return Err(Errno::ENOTDIR);
        }
        let shown = match sort {
            "tmpfs" => {
                let now = view.now();
                view.space
                    .mounts
                    .add_tmpfs(&found.path, source, read_only, now);
                return Ok(());
            }
            "proc" => Source::Proc(view.pids, ""),
            "sysfs" => Source::Sys,
            "cgroup2" => Source::Cgroup,
            _ => return Err(Errno::ENODEV),
        };
        let columns = [source, sort, "relatime", ""];
        view.space
            .mounts
            .add(&found.path, shown, read_only, columns);
        Ok(())
    }

    /// umount(2). `EPERM` without `CAP_SYS_ADMIN`, `EINVAL` when nothing is mounted there.
    pub fn unmount(&self, target: &str) -> Result<(), Errno> {
        let view = self.view()?;
        if !view.may(Capability::SysAdmin) {
            return Err(Errno::EPERM);
        }
        let (found, _) = view.existing(target, true)?;
        if found.path == "/" || !view.space.mounts.remove(&found.path) {
            return Err(Errno::EINVAL);
        }
        Ok(())
    }

    /// Whether it may use raw sockets (ping), `CAP_NET_RAW`.
    pub fn may_use_raw_sockets(&self) -> bool {
        self.process(false, |it| it.may(Capability::NetRaw))
    }

    /// Whether it may change its network, `CAP_NET_ADMIN`.
    pub fn may_change_network(&self) -> bool {
        self.process(false, |it| it.may(Capability::NetAdmin))
    }

    /// The file it runs, `/proc/self/exe`.
    pub fn executable(&self) -> String {
        self.process(String::new(), |it| it.exe.clone())
    }

    /// getpriority(2): the nice value of a process of its namespace.
    pub fn nice_of(&self, pid: Pid) -> Result<i8, Errno> {
        let table = self.kernel.inner.table.locked();
        let namespace = table.get(self.pid)?.pids;
        Ok(table.get(table.host_pid(namespace, pid.0)?)?.nice)
    }

    /// setpriority(2). Only `CAP_SYS_NICE` makes a process more favoured: `EACCES`.
    pub fn set_nice(&self, pid: Pid, nice: i32) -> Result<(), Errno> {
        let mut table = self.kernel.inner.table.locked();
        let own = table.get(self.pid)?;
        let (namespace, may) = (own.pids, own.may(Capability::SysNice));
        let pid = table.host_pid(namespace, pid.0)?;
        let process = table.get_mut(pid)?;
        let nice = i8::try_from(nice.clamp(-20, 19)).unwrap_or(0);
        if nice < process.nice && !may {
            return Err(Errno::EACCES);
        }
        process.nice = nice;
        Ok(())
    }

    /// The processors it may run on, `sched_getaffinity(2)`.
    pub fn processors(&self) -> Vec<u32> {
        let inner = &self.kernel.inner;
        let all = 0..inner.options.cpus.max(1);
        let table = inner.table.locked();
        let set = table
            .get(self.pid)
            .ok()
            .and_then(|it| table.cgroups.get(&it.cgroup))
            .map(|it| super::super::cgroup::cpu_list(&it.limits.cpuset))
            .unwrap_or_default();
        all.filter(|it| set.is_empty() || set.contains(it))
            .collect()
    }

    /// getrlimit(2), by docker's name of the limit (`nofile`).
    pub fn resource_limit(&self, name: &str) -> super::super::ResourceLimit {
        let unlimited = super::super::ResourceLimit {
            soft: None,
            hard: None,
        };
        self.process(unlimited, |it| it.security.limit(name))
    }
}
