//! The simulated Linux kernel: what programs call, and what the daemon starts them with.
//!
//! A process is an asynchronous task with an entry in the process table. A program is an `async`
//! function that is given a [`Sys`]: its system calls. Blocking calls are `async`; a signal whose
//! action is the default one drops the task.

mod errno;
mod host;
mod process;
mod signal;
mod sys;

pub use errno::Errno;
pub use host::{
    CgroupLimits, ContainerSpec, ExecSpec, Interface, Kernel, KernelOptions, Mount, MountSource,
    NetworkSpec, ProcessInfo, RootFs, StartError, Started, Stdio, UserSpec,
};
pub use process::{Pid, Program, ProgramFuture, WaitStatus};
pub use signal::Signal;
pub use sys::{DirEntry, Fd, ForkOptions, OpenFlags, Sys, Tty, WinSize};
