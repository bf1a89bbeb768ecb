//! Stopped by the shell's job control, and continued (Ctrl-Z, `fg`).

use super::{Loop, screen};
use crate::tui::message::Message;
use crate::tui::model::Notice;

impl Loop {
    /// Gives the terminal back and stops until the shell continues the program. Where no shell
    /// would, it says so and goes on: nobody could ever continue it.
    pub(super) fn suspend(&mut self) {
        if !has_job_control() {
            let words = "Aucun shell ne pourrait ramener moussaillon\u{a0}: il reste là.";
            self.model.notice = Some(Notice::from(words));
            self.model.dirty = true;
            return;
        }
        if self.screen.is_some() {
            screen::give_back();
        }
        stop();
        self.take_screen();
    }

    /// Takes the terminal, whose settings and size may have changed, and draws all of it.
    pub(super) fn take_screen(&mut self) {
        // Plain lines take nothing of the terminal.
        let Some(screen) = &mut self.screen else {
            return;
        };
        let taken = screen.take_again();
        let size = screen.terminal.size();
        if let Err(error) = taken {
            self.apply(Message::InternalError(error.to_string()));
        }
        if let Ok(size) = size {
            self.apply(Message::Resize(size.width, size.height));
        }
        self.model.dirty = true;
        self.only_calls = false;
        // Who asked for it looks at it.
        self.apply(Message::Focus(true));
    }
}

/// Whether a process of this session, in another group, waits for this one: a shell with job
/// control (POSIX, "orphaned process group").
///
/// A session or a group of another PID namespace reads as 0 (`getsid(2)`, `pid_namespaces(7)`):
/// a parent there is compared like any other. `rustix` takes no such number for an identifier.
#[cfg(unix)]
fn has_job_control() -> bool {
    use nix::unistd::{getpgid, getpgrp, getppid, getsid};
    let parent = getppid();
    // Outside the namespace, it is not seen at all.
    if parent.as_raw() == 0 {
        return false;
    }
    let same_session = getsid(Some(parent)).is_ok_and(|it| getsid(None) == Ok(it));
    same_session && getpgid(Some(parent)).is_ok_and(|group| group != getpgrp())
}

#[cfg(unix)]
fn stop() {
    use rustix::process::{Signal, getpid, kill_process};
    // It cannot fail on oneself.
    let _ = kill_process(getpid(), Signal::STOP);
}

#[cfg(not(unix))]
const fn has_job_control() -> bool {
    false
}

#[cfg(not(unix))]
const fn stop() {}
