//! What the daemon tells the machine and is told: containers to start, interfaces, processes.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::{Errno, Pid, Security, Sharing, WaitStatus, WinSize};
use crate::fs::Overlay;

/// How a machine is made.
#[derive(Debug, Clone)]
pub struct KernelOptions {
    /// Name of the host.
    pub hostname: String,
    /// Number of CPUs.
    pub cpus: u32,
    /// Memory, bytes.
    pub memory: u64,
    /// `uname -r`.
    pub release: String,
    /// The date at boot; `None` is the real one.
    pub date: Option<SystemTime>,
    /// The host's own root file system.
    pub root: RootFs,
}

/// A file system tree that several processes and the daemon share.
pub type RootFs = Arc<Mutex<Overlay>>;

/// What a mount shows.
#[derive(Debug, Clone)]
pub enum MountSource {
    /// A subtree of a file system (a volume, a bind mount): the tree and the path in it.
    Tree(RootFs, String),
    /// A new empty one, in memory.
    Tmpfs,
}

/// A mount in a container.
#[derive(Debug, Clone)]
pub struct Mount {
    /// Absolute path in the container.
    pub target: String,
    /// What it shows.
    pub source: MountSource,
    /// Whether writing answers `EROFS`.
    pub read_only: bool,
}

/// Limits of a control group; `None` is `max`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CgroupLimits {
    /// `memory.max`, bytes.
    pub memory: Option<u64>,
    /// `memory.low`, bytes: what is not taken back as long as there is memory elsewhere.
    pub reservation: Option<u64>,
    /// `memory.swap.max`, bytes.
    pub swap: Option<u64>,
    /// `memory.high`, bytes.
    pub high: Option<u64>,
    /// `cpu.max`, in CPUs.
    pub cpus: Option<f64>,
    /// The period of `cpu.max`, microseconds; 100,000 by default.
    pub period: Option<u64>,
    /// `cpu.weight`, from 1 to 10,000; 100 by default.
    pub weight: Option<u64>,
    /// `cpuset.cpus`: `0-1,3`; empty for all.
    pub cpuset: String,
    /// `pids.max`.
    pub pids: Option<u64>,
}

/// The environment of a process, in the order its variables were set.
pub type Environment = indexmap::IndexMap<String, String>;

/// `user[:group]`, each a number or a name of the container's `/etc/passwd` and `/etc/group`.
pub type UserSpec = String;

/// A network interface of a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// Which bridge it is plugged in; namespaces on the same one reach each other.
    pub network: String,
    /// Its address.
    pub address: IpAddr,
    /// Length of the network's prefix, bits.
    pub prefix: u8,
    /// The default route through it; `None` on an internal network.
    pub gateway: Option<IpAddr>,
    /// Its Ethernet address.
    pub mac: String,
    /// Names that this namespace alone gives to others of the network (`--link`): by alias.
    pub links: std::collections::BTreeMap<String, String>,
}

/// The network namespace a container is given.
#[derive(Debug, Clone)]
pub enum NetworkSpec {
    /// The host's.
    Host,
    /// That of another process.
    Of(Pid),
    /// A new one, with loopback and these.
    New(Vec<Interface>),
}

/// What runc is asked to start.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of docker run"
)]
pub struct ContainerSpec {
    /// The container's identifier: its cgroup is `docker-ID.scope`.
    pub id: String,
    /// The slice that its cgroup is in; empty for `system.slice`.
    pub cgroup_parent: String,
    /// Its root file system.
    pub root: RootFs,
    /// Whether the root is mounted read-only.
    pub read_only: bool,
    /// Other mounts, `/proc` and `/dev` excepted (the kernel adds them).
    pub mounts: Vec<Mount>,
    /// Program and arguments; the program is looked for along `PATH` of `env`.
    pub argv: Vec<String>,
    /// Environment.
    pub env: Environment,
    /// Working directory; made when missing.
    pub cwd: String,
    /// Who runs it.
    pub user: UserSpec,
    /// Groups to add to the user's own, by number or name (`--group-add`).
    pub groups: Vec<String>,
    /// Its UTS namespace's name.
    pub hostname: String,
    /// A terminal of this size instead of three pipes.
    pub tty: Option<WinSize>,
    /// Whether an input is kept open; without it, reading finds the end at once.
    pub stdin: bool,
    /// The options of its root's file system, as `/proc/mounts` has them.
    pub root_options: String,
    /// Whether nothing of `/proc` and `/sys` is hidden or read-only.
    pub privileged: bool,
    /// Whether a small init is PID 1 (`--init`).
    pub init: bool,
    /// Its limits.
    pub limits: CgroupLimits,
    /// Its network.
    pub network: NetworkSpec,
    /// Its other namespaces.
    pub sharing: Sharing,
    /// What its processes may do.
    pub security: Security,
    /// Size of its `/dev/shm`, bytes.
    pub shm_size: u64,
}

/// A process to add to a running container.
#[derive(Debug, Clone)]
pub struct ExecSpec {
    /// Host PID of the container's PID 1.
    pub container: Pid,
    /// Program and arguments.
    pub argv: Vec<String>,
    /// Environment.
    pub env: Environment,
    /// Working directory.
    pub cwd: String,
    /// Who runs it.
    pub user: UserSpec,
    /// Groups to add to the user's own, by number or name.
    pub groups: Vec<String>,
    /// A terminal of this size instead of three pipes.
    pub tty: Option<WinSize>,
    /// Whether an input is kept open.
    pub stdin: bool,
    /// Whether it has every capability.
    pub privileged: bool,
}

/// The outer ends of a process's descriptors. With a terminal, all its output is on `stdout`.
pub struct Stdio {
    /// Writes to its input; dropping it is the end of file.
    pub stdin: Option<tokio::sync::mpsc::Sender<bytes::Bytes>>,
    /// Its output, until every process holding it has ended.
    pub stdout: tokio::sync::mpsc::Receiver<bytes::Bytes>,
    /// Its error output; closed from the start with a terminal.
    pub stderr: tokio::sync::mpsc::Receiver<bytes::Bytes>,
}

/// A process that was started from outside.
pub struct Started {
    /// Its number on the host.
    pub pid: Pid,
    /// Its descriptors.
    pub stdio: Stdio,
    /// How it ended; for a container's PID 1, once all its processes are gone. The flag tells
    /// whether the out-of-memory killer did it.
    pub exit: tokio::sync::oneshot::Receiver<(WaitStatus, bool)>,
}

/// Why nothing was started; the daemon words it as runc does.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// Not in `PATH`.
    #[error("exec: \"{0}\": executable file not found in $PATH")]
    NotFound(String),
    /// A path that does not exist, is not executable, is a directory…
    #[error("exec: \"{0}\": stat {0}: {1}")]
    Stat(String, Errno),
    /// exec(2) refused it: a directory, no execute bit, not a program.
    #[error("exec: \"{0}\": {1}")]
    Exec(String, Errno),
    /// Not in the container's `/etc/passwd`.
    #[error("unable to find user {0}: no matching entries in passwd file")]
    NoUser(String),
    /// Not in its `/etc/group`.
    #[error("unable to find group {0}: no matching entries in group file")]
    NoGroup(String),
    /// The working directory cannot be entered.
    #[error("chdir to cwd (\"{0}\") set in config.json failed: {1}")]
    Cwd(String, Errno),
    /// The container is not running.
    #[error("no such container process")]
    Gone,
}

/// A line of `ps`.
#[derive(Debug, Clone, PartialEq)]
pub struct ProcessInfo {
    /// Number on the host, or in the namespace of who asked.
    pub pid: Pid,
    /// Its parent, likewise; 0 outside.
    pub ppid: Pid,
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
    /// Its process group.
    pub group: Pid,
    /// Its session.
    pub session: Pid,
    /// Whether its group is in the foreground of its terminal.
    pub foreground: bool,
    /// The nice value, from -20 to 19.
    pub nice: i8,
    /// `/proc/PID/comm`.
    pub comm: String,
    /// `/proc/PID/cmdline`.
    pub argv: Vec<String>,
    /// `S`, `R`, `T`, `Z`, `D`.
    pub state: char,
    /// When it began.
    pub started: SystemTime,
    /// CPU time used.
    pub cpu: Duration,
    /// Resident memory, bytes.
    pub memory: u64,
    /// Its terminal (`pts/0`).
    pub tty: Option<String>,
}
