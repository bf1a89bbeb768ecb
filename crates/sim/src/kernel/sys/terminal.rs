//! Terminals: termios(3), `TIOCGWINSZ`, tcsetpgrp(3).

use super::super::file::Object;
use super::super::lock::Locked;
use super::super::table::bit;
use super::super::tty::SharedTerminal;
use super::super::{Errno, Pid, Signal};
use super::{Fd, Sys, Tty, WinSize};

const TTIN: Signal = Signal(21);

impl Sys {
    /// isatty(3).
    pub fn is_tty(&self, fd: Fd) -> bool {
        self.terminal(fd).is_ok()
    }

    /// ttyname(3).
    pub fn tty_name(&self, fd: Fd) -> Option<String> {
        self.terminal(fd)
            .ok()
            .map(|it| format!("/dev/{}", it.name()))
    }

    /// `TIOCGWINSZ`; `ENOTTY`.
    pub fn win_size(&self, fd: Fd) -> Result<WinSize, Errno> {
        Ok(self.terminal(fd)?.size())
    }

    /// tcgetattr(3); `ENOTTY`.
    pub fn tty(&self, fd: Fd) -> Result<Tty, Errno> {
        Ok(self.terminal(fd)?.settings())
    }

    /// tcsetattr(3); `ENOTTY`.
    pub fn set_tty(&self, fd: Fd, tty: Tty) -> Result<(), Errno> {
        self.terminal(fd)?.set_settings(tty);
        Ok(())
    }

    /// tcsetpgrp(3): which group Ctrl-C reaches.
    pub fn set_foreground(&self, fd: Fd, group: Pid) -> Result<(), Errno> {
        let terminal = self.terminal(fd)?;
        let table = self.kernel.inner.table.locked();
        let namespace = table.get(self.pid)?.pids;
        terminal.set_foreground(table.leader(namespace, group.0)?);
        Ok(())
    }

    /// tcgetpgrp(3): 0 for a group of another namespace.
    pub fn foreground(&self, fd: Fd) -> Result<Pid, Errno> {
        let terminal = self.terminal(fd)?;
        let table = self.kernel.inner.table.locked();
        let namespace = table.get(self.pid)?.pids;
        Ok(Pid(table.seen_from(namespace, terminal.foreground())))
    }

    fn terminal(&self, fd: Fd) -> Result<SharedTerminal, Errno> {
        match &self.file(fd)?.object {
            Object::Terminal(terminal) => Ok(terminal.clone()),
            _ => Err(Errno::ENOTTY),
        }
    }

    /// Reading one's terminal from the background stops the group (`SIGTTIN`); `EIO` when it
    /// cannot be stopped.
    pub(super) async fn wait_for_foreground(&self, terminal: &SharedTerminal) -> Result<(), Errno> {
        loop {
            {
                let mut table = self.kernel.inner.table.locked();
                let foreground = terminal.foreground();
                let process = table.get(self.pid)?;
                let group = process.group;
                let background = process.session == terminal.session() && group != foreground;
                if !background || table.group(foreground).is_empty() {
                    return Ok(());
                }
                let deaf = process.signals.ignored & bit(TTIN) != 0 || table.is_init(self.pid);
                if deaf {
                    return Err(Errno::EIO);
                }
                table.deliver_group(group, TTIN, false)?;
            }
            self.checkpoint().await;
            // A handler that returns reads again: others run meanwhile.
            tokio::task::yield_now().await;
        }
    }
}
