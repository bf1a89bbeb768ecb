//! The system calls of one process.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::{Errno, Kernel, Pid, ProcessInfo, ProgramFuture, Signal, WaitStatus};
use crate::sim::fs::Metadata;

/// A file descriptor.
pub type Fd = u32;

/// How a file is opened, open(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
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

/// The settings of a terminal that programs change, termios(3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    pub env: Option<BTreeMap<String, String>>,
    /// Puts it in a process group: `Some(None)` in its own, `Some(Some(leader))` in that one.
    pub group: Option<Option<Pid>>,
}

/// The system calls of one process. Paths are relative to its working directory unless absolute.
/// Clones are the same process.
#[derive(Clone)]
pub struct Sys {
    _kernel: Kernel,
    _pid: Pid,
}

#[expect(
    unused_variables,
    clippy::todo,
    clippy::unused_async,
    reason = "contract"
)]
impl Sys {
    // -- identity -------------------------------------------------------------------------------
    /// The machine.
    pub fn kernel(&self) -> &Kernel {
        todo!()
    }
    /// getpid(2), in its own PID namespace.
    pub fn pid(&self) -> Pid {
        todo!()
    }
    /// getppid(2); 0 when the parent is outside the namespace.
    pub fn ppid(&self) -> Pid {
        todo!()
    }
    /// `argv`.
    pub fn args(&self) -> Vec<String> {
        todo!()
    }
    /// The environment it was started with.
    pub fn env(&self) -> BTreeMap<String, String> {
        todo!()
    }
    /// One variable of it.
    pub fn var(&self, name: &str) -> Option<String> {
        todo!()
    }
    /// Effective user.
    pub fn uid(&self) -> u32 {
        todo!()
    }
    /// Effective group.
    pub fn gid(&self) -> u32 {
        todo!()
    }
    /// Supplementary groups.
    pub fn groups(&self) -> Vec<u32> {
        todo!()
    }
    /// uname(2)'s `nodename`, of its UTS namespace.
    pub fn hostname(&self) -> String {
        todo!()
    }
    /// sethostname(2).
    pub fn set_hostname(&self, name: &str) -> Result<(), Errno> {
        todo!()
    }
    /// Sets `/proc/PID/comm` and the command line that `ps` shows.
    pub fn set_title(&self, argv: &[String]) {
        todo!()
    }

    // -- files ----------------------------------------------------------------------------------
    /// open(2); `mode` counts for a file that is created.
    pub fn open(&self, path: &str, flags: OpenFlags, mode: u32) -> Result<Fd, Errno> {
        todo!()
    }
    /// close(2).
    pub fn close(&self, fd: Fd) -> Result<(), Errno> {
        todo!()
    }
    /// dup2(2).
    pub fn dup2(&self, from: Fd, to: Fd) -> Result<(), Errno> {
        todo!()
    }
    /// `F_DUPFD`: the lowest free descriptor from `least` up.
    pub fn dup_from(&self, from: Fd, least: Fd) -> Result<Fd, Errno> {
        todo!()
    }
    /// pipe(2): (read end, write end).
    pub fn pipe(&self) -> Result<(Fd, Fd), Errno> {
        todo!()
    }
    /// read(2): at most `max` bytes, none at the end.
    pub async fn read(&self, fd: Fd, max: usize) -> Result<Bytes, Errno> {
        todo!()
    }
    /// write(2), all of it. `EPIPE` comes with `SIGPIPE`.
    pub async fn write(&self, fd: Fd, bytes: &[u8]) -> Result<(), Errno> {
        todo!()
    }
    /// lseek(2) from the start.
    pub fn seek(&self, fd: Fd, offset: u64) -> Result<(), Errno> {
        todo!()
    }
    /// fstat(2).
    pub fn fstat(&self, fd: Fd) -> Result<Metadata, Errno> {
        todo!()
    }
    /// The whole of a file: open, read, close.
    pub fn read_file(&self, path: &str) -> Result<Bytes, Errno> {
        todo!()
    }
    /// Makes or replaces a file: open, write, close.
    pub fn write_file(&self, path: &str, bytes: &[u8]) -> Result<(), Errno> {
        todo!()
    }
    /// stat(2).
    pub fn stat(&self, path: &str) -> Result<Metadata, Errno> {
        todo!()
    }
    /// lstat(2).
    pub fn lstat(&self, path: &str) -> Result<Metadata, Errno> {
        todo!()
    }
    /// The entries of a directory by name, without `.` and `..`.
    pub fn read_dir(&self, path: &str) -> Result<Vec<DirEntry>, Errno> {
        todo!()
    }
    /// readlink(2).
    pub fn read_link(&self, path: &str) -> Result<String, Errno> {
        todo!()
    }
    /// realpath(3).
    pub fn real_path(&self, path: &str) -> Result<String, Errno> {
        todo!()
    }
    /// access(2) for the effective user: `mode` is 4 read, 2 write, 1 execute, 0 exist.
    pub fn access(&self, path: &str, mode: u32) -> Result<(), Errno> {
        todo!()
    }
    /// mkdir(2).
    pub fn mkdir(&self, path: &str, mode: u32) -> Result<(), Errno> {
        todo!()
    }
    /// rmdir(2).
    pub fn rmdir(&self, path: &str) -> Result<(), Errno> {
        todo!()
    }
    /// unlink(2).
    pub fn unlink(&self, path: &str) -> Result<(), Errno> {
        todo!()
    }
    /// rename(2).
    pub fn rename(&self, from: &str, to: &str) -> Result<(), Errno> {
        todo!()
    }
    /// symlink(2): `path` points to `target`.
    pub fn symlink(&self, target: &str, path: &str) -> Result<(), Errno> {
        todo!()
    }
    /// link(2).
    pub fn link(&self, from: &str, to: &str) -> Result<(), Errno> {
        todo!()
    }
    /// chmod(2).
    pub fn chmod(&self, path: &str, mode: u32) -> Result<(), Errno> {
        todo!()
    }
    /// chown(2); `None` leaves it.
    pub fn chown(&self, path: &str, uid: Option<u32>, gid: Option<u32>) -> Result<(), Errno> {
        todo!()
    }
    /// utimensat(2), modification time.
    pub fn set_mtime(&self, path: &str, time: SystemTime) -> Result<(), Errno> {
        todo!()
    }
    /// chdir(2).
    pub fn chdir(&self, path: &str) -> Result<(), Errno> {
        todo!()
    }
    /// getcwd(2).
    pub fn cwd(&self) -> String {
        todo!()
    }
    /// umask(2): sets it, returns the old one.
    pub fn umask(&self, mask: u32) -> u32 {
        todo!()
    }

    // -- processes ------------------------------------------------------------------------------
    /// fork(2), the child running `main`.
    pub fn fork<F>(&self, options: ForkOptions, main: F) -> Result<Pid, Errno>
    where
        F: FnOnce(Sys) -> ProgramFuture + Send + 'static,
    {
        todo!()
    }
    /// Finds a command as execvp(3) does: along `PATH` when it has no `/`. `ENOENT`, `EACCES`.
    pub fn find_program(&self, name: &str) -> Result<String, Errno> {
        todo!()
    }
    /// execve(2) of a file already found: the program takes the place of this one; the value is
    /// its exit code, to be returned at once. `ENOEXEC` for a text file without `#!`.
    pub async fn exec(
        &self,
        path: &str,
        argv: Vec<String>,
        env: BTreeMap<String, String>,
    ) -> Result<u8, Errno> {
        todo!()
    }
    /// waitpid(2) for one child, or any. `ECHILD` when there is none.
    pub async fn wait(&self, child: Option<Pid>) -> Result<(Pid, WaitStatus), Errno> {
        todo!()
    }
    /// The same with `WNOHANG`: `None` when no child has ended.
    pub fn try_wait(&self, child: Option<Pid>) -> Result<Option<(Pid, WaitStatus)>, Errno> {
        todo!()
    }
    /// kill(2), for a process of its namespace.
    pub fn kill(&self, pid: Pid, signal: Signal) -> Result<(), Errno> {
        todo!()
    }
    /// kill(2) for a process group.
    pub fn kill_group(&self, leader: Pid, signal: Signal) -> Result<(), Errno> {
        todo!()
    }
    /// From now on this signal is queued for [`Sys::next_signal`] instead of its default action.
    pub fn catch(&self, signal: Signal) {
        todo!()
    }
    /// `SIG_IGN`.
    pub fn ignore(&self, signal: Signal) {
        todo!()
    }
    /// `SIG_DFL`.
    pub fn default_action(&self, signal: Signal) {
        todo!()
    }
    /// The next caught signal.
    pub async fn next_signal(&self) -> Signal {
        todo!()
    }
    /// The processes of its PID namespace, numbered in it.
    pub fn processes(&self) -> Vec<ProcessInfo> {
        todo!()
    }
    /// Sleeps by the machine's clock.
    pub async fn sleep(&self, duration: Duration) {
        todo!()
    }
    /// The machine's clock.
    pub fn now(&self) -> SystemTime {
        todo!()
    }
    /// Books memory for this process (its resident size, bytes); beyond the cgroup's limit the
    /// kernel kills a process of that cgroup.
    pub fn set_memory(&self, bytes: u64) {
        todo!()
    }
    /// Says that this process uses this share of a CPU (1.0 is one whole) until said otherwise.
    pub fn set_cpu(&self, share: f64) {
        todo!()
    }

    // -- terminal -------------------------------------------------------------------------------
    /// isatty(3).
    pub fn is_tty(&self, fd: Fd) -> bool {
        todo!()
    }
    /// ttyname(3).
    pub fn tty_name(&self, fd: Fd) -> Option<String> {
        todo!()
    }
    /// `TIOCGWINSZ`; `ENOTTY`.
    pub fn win_size(&self, fd: Fd) -> Result<WinSize, Errno> {
        todo!()
    }
    /// tcgetattr(3); `ENOTTY`.
    pub fn tty(&self, fd: Fd) -> Result<Tty, Errno> {
        todo!()
    }
    /// tcsetattr(3); `ENOTTY`.
    pub fn set_tty(&self, fd: Fd, tty: Tty) -> Result<(), Errno> {
        todo!()
    }
    /// tcsetpgrp(3): which group Ctrl-C reaches.
    pub fn set_foreground(&self, fd: Fd, group: Pid) -> Result<(), Errno> {
        todo!()
    }

    // -- network --------------------------------------------------------------------------------
    /// Listens on a TCP port of its network namespace; each accepted connection is a descriptor.
    pub fn listen(&self, address: IpAddr, port: u16) -> Result<Fd, Errno> {
        todo!()
    }
    /// accept(2) on a listening descriptor: the connection and who calls.
    pub async fn accept(&self, fd: Fd) -> Result<(Fd, SocketAddr), Errno> {
        todo!()
    }
    /// connect(2) over TCP.
    pub async fn connect(&self, address: SocketAddr) -> Result<Fd, Errno> {
        todo!()
    }
    /// Half-closes a connection for writing, shutdown(2).
    pub fn shutdown(&self, fd: Fd) -> Result<(), Errno> {
        todo!()
    }
    /// Looks a name up: literal addresses, `/etc/hosts`, then the namespace's DNS.
    pub async fn resolve(&self, name: &str) -> Result<Vec<IpAddr>, Errno> {
        todo!()
    }
}
