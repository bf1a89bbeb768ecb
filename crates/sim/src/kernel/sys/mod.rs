//! The system calls of one process.

mod descriptors;
mod host_files;
mod namespaces;
mod network;
mod paths;
mod processes;
mod terminal;

use std::sync::Arc;

pub use namespaces::Namespace;
pub use processes::ChildState;

use super::lock::Locked;
use super::security::Capability;
use super::table::Process;
use super::task::Control;
use super::walk::View;
use super::{Environment, Errno, Kernel, Pid};
use crate::fs::Metadata;

/// A file descriptor.
pub type Fd = u32;

/// How a file is opened, open(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "flags are bits in open(2) too"
)]
pub struct OpenFlags {
    /// `O_RDONLY` or `O_RDWR`.
    pub read: bool,
    /// `O_WRONLY` or `O_RDWR`.
    pub write: bool,
    /// `O_CREAT`.
    pub create: bool,
    /// `O_EXCL`.
    pub exclusive: bool,
    /// `O_TRUNC`.
    pub truncate: bool,
    /// `O_APPEND`.
    pub append: bool,
}

/// One entry of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirEntry {
    /// Its name.
    pub name: String,
    /// What lstat(2) says of it.
    pub metadata: Metadata,
}

/// Size of a terminal in cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WinSize {
    /// Lines.
    pub rows: u16,
    /// Columns.
    pub cols: u16,
}

/// The settings of a terminal that programs change, termios(3). While `canonical` or `signals` is
/// set, Enter (`\\r`) is read as `\\n` (`ICRNL`); with neither, keys come as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "settings are bits in termios(3) too"
)]
pub struct Tty {
    /// `ICANON`: input is given by lines.
    pub canonical: bool,
    /// `ECHO`.
    pub echo: bool,
    /// `ISIG`: Ctrl-C, Ctrl-Z and Ctrl-\ send signals.
    pub signals: bool,
    /// `OPOST | ONLCR`: `\n` is written `\r\n`.
    pub output_crlf: bool,
}

/// What a child keeps and what it is given, fork(2).
#[derive(Debug, Clone, Default)]
pub struct ForkOptions {
    /// Descriptors of the child: `(its number, ours)`. `None` keeps them all.
    pub fds: Option<Vec<(Fd, Fd)>>,
    /// Its environment; `None` keeps ours.
    pub env: Option<Environment>,
    /// Puts it in a process group: `Some(None)` in its own, `Some(Some(leader))` in that one.
    pub group: Option<Option<Pid>>,
}

/// The system calls of one process. Paths are relative to its working directory unless absolute.
/// Clones are the same process.
///
/// Blocking calls are `async` and may be dropped before they are done without losing what they
/// wait for (but a `write`, part of which may have gone). A program that computes for long without
/// any of them must call [`Sys::yield_now`] now and then: signals reach it only there.
#[derive(Clone)]
pub struct Sys {
    kernel: Kernel,
    /// Host number.
    pid: u32,
    control: Arc<Control>,
}

impl Sys {
    pub(super) fn new(kernel: Kernel, pid: u32, control: Arc<Control>) -> Self {
        Self {
            kernel,
            pid,
            control,
        }
    }

    // -- identity -------------------------------------------------------------------------------
    /// The machine.
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Says that a line typed in this shell is about to run; the number of that moment, when the
    /// machine keeps them.
    pub fn line_begins(&self) -> Option<u64> {
        self.kernel.inner.line_begins()
    }

    /// getpid(2), in its own PID namespace.
    pub fn pid(&self) -> Pid {
        Pid(self.process(0, |it| it.local))
    }

    /// getppid(2); 0 when the parent is outside the namespace.
    pub fn ppid(&self) -> Pid {
        let table = self.kernel.inner.table.locked();
        let Ok(process) = table.get(self.pid) else {
            return Pid(0);
        };
        Pid(table.seen_from(process.pids, process.parent))
    }

    /// `argv`.
    pub fn args(&self) -> Vec<String> {
        self.process(Vec::new(), |it| it.argv.to_vec())
    }

    /// The environment it was started with.
    pub fn env(&self) -> Environment {
        self.process(Environment::new(), |it| (*it.env).clone())
    }

    /// One variable of it.
    pub fn var(&self, name: &str) -> Option<String> {
        self.process(None, |it| it.env.get(name).cloned())
    }

    /// Effective user.
    pub fn uid(&self) -> u32 {
        self.process(0, |it| it.credentials.uid)
    }

    /// Effective group.
    pub fn gid(&self) -> u32 {
        self.process(0, |it| it.credentials.gid)
    }

    /// Supplementary groups.
    pub fn groups(&self) -> Vec<u32> {
        self.process(Vec::new(), |it| it.credentials.groups.clone())
    }

    /// setgroups(2), setgid(2) and setuid(2). `EPERM` unless root.
    pub fn set_user(&self, uid: u32, gid: u32, groups: Vec<u32>) -> Result<(), Errno> {
        self.edit(|process| {
            if !process.may(Capability::Setuid) {
                return Err(Errno::EPERM);
            }
            process.credentials = Arc::new(super::table::Credentials { uid, gid, groups });
            Ok(())
        })
    }

    /// What a set-user-ID program such as sudo does for who is in the group of this name on the
    /// host. `EPERM` for others, and where new privileges are refused.
    pub fn become_root(&self) -> Result<(), Errno> {
        let groups = self.read_file("/etc/group").unwrap_or_default();
        let groups = String::from_utf8_lossy(&groups).into_owned();
        let sudo = groups.lines().find(|line| line.starts_with("sudo:"));
        let sudo = sudo.and_then(|line| line.split(':').nth(2)?.parse::<u32>().ok());
        self.edit(|process| {
            let who = &process.credentials;
            let member = sudo.is_some_and(|it| who.groups.contains(&it)) || who.uid == 0;
            if !member || process.security.no_new_privileges {
                return Err(Errno::EPERM);
            }
            process.credentials = Arc::default();
            Ok(())
        })
    }

    /// uname(2)'s `nodename`, of its UTS namespace.
    pub fn hostname(&self) -> String {
        let Ok(view) = self.view() else {
            return String::new();
        };
        view.space.hostname.locked().clone()
    }

    /// sethostname(2). `EPERM` in a container, which lacks `CAP_SYS_ADMIN`, and for other users.
    pub fn set_hostname(&self, name: &str) -> Result<(), Errno> {
        let view = self.view()?;
        if !view.may(Capability::SysAdmin) {
            return Err(Errno::EPERM);
        }
        name.clone_into(&mut view.space.hostname.locked());
        Ok(())
    }

    /// Sets `/proc/PID/comm` and the command line that `ps` shows.
    pub fn set_title(&self, argv: &[String]) {
        let Some(first) = argv.first() else { return };
        let comm = first
            .rsplit('/')
            .next()
            .unwrap_or(first)
            .chars()
            .take(15)
            .collect();
        // A process that is being killed has no title any more.
        let _ = self.edit(|process| {
            process.argv = argv.into();
            process.comm = comm;
            Ok(())
        });
    }

    /// A field of its entry in the table; `gone` when it has been taken out.
    fn process<T>(&self, gone: T, read: impl FnOnce(&Process) -> T) -> T {
        self.kernel
            .inner
            .table
            .locked()
            .get(self.pid)
            .map_or(gone, read)
    }

    fn edit<T>(&self, edit: impl FnOnce(&mut Process) -> Result<T, Errno>) -> Result<T, Errno> {
        edit(self.kernel.inner.table.locked().get_mut(self.pid)?)
    }

    /// What it sees files with.
    fn view(&self) -> Result<View, Errno> {
        let table = self.kernel.inner.table.locked();
        let process = table.get(self.pid)?;
        Ok(View {
            inner: self.kernel.inner.clone(),
            pid: self.pid,
            pids: process.pids,
            space: process.space.clone(),
            cwd: process.cwd.clone(),
            credentials: process.credentials.clone(),
            capabilities: process.security.capabilities,
            umask: process.umask,
        })
    }

    /// Lets signals that were sent meanwhile take effect, and others run.
    async fn checkpoint(&self) {
        while self.control.killed().is_some() || self.control.is_held() {
            tokio::task::yield_now().await;
        }
        tokio::task::consume_budget().await;
    }
}
