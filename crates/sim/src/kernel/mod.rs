//! The simulated Linux kernel: what programs call, and what the daemon starts them with.
//!
//! A process is an asynchronous task with an entry in the process table. A program is an `async`
//! function that is given a [`Sys`]: its system calls. Blocking calls are `async`; a signal whose
//! action is the default one drops the task.
//!
//! Locks are held for a few statements, never across an `await`. The process table's comes first;
//! a file system's, a terminal's or a pipe's may be taken under it, never the other way round.
//!
//! - `table`, `lifecycle`, `delivery`, `task`: processes, their birth and end, signals, tasks.
//! - `start`, `load`, `users`, `init`: from a container's specification to a running program.
//! - `file`, `pipe`, `tty`, `discipline`, `net`: what descriptors lead to.
//! - `links`, `traffic`: network devices, and what they count.
//! - `mount`, `walk`, `virt`: from paths to files, `/proc` and `/sys` included.
//! - `cgroup`, `quota`, `security`, `clock`: limits and accounting, capabilities, time.

mod cgroup;
mod clock;
mod delivery;
mod discipline;
mod errno;
mod file;
mod host;
mod init;
mod lifecycle;
mod links;
mod load;
mod lock;
mod mount;
mod net;
mod pipe;
mod process;
mod quota;
mod security;
mod signal;
mod spec;
mod start;
mod sys;
mod table;
mod task;
mod traffic;
mod tty;
mod users;
mod virt;
mod wake;
mod walk;

pub use cgroup::DISK;
pub use errno::Errno;
pub use host::{Kernel, LineWatch, Published};
pub use links::{Bridge, HOST_ADDRESS, Link};
pub use process::{Pid, Program, ProgramFuture, WaitStatus};
pub use security::{
    ALL_CAPABILITIES, DEFAULT_CAPABILITIES, ResourceLimit, Security, Share, Sharing, capability,
};
pub use signal::Signal;
pub use spec::{
    CgroupLimits, ContainerSpec, Environment, ExecSpec, Interface, KernelOptions, Mount,
    MountSource, NetworkSpec, ProcessInfo, RootFs, StartError, Started, Stdio, UserSpec,
};
pub use sys::{ChildState, DirEntry, Fd, ForkOptions, Namespace, OpenFlags, Sys, Tty, WinSize};
pub use traffic::Traffic;

#[cfg(test)]
mod tests;
